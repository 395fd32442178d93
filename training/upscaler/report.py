"""Measures exported upscalers against the filters, and puts table and sheet into the card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from training.upscaler import heldout
from training.upscaler.export import Exported
from training.upscaler.measuring import Enlarge, Likeness, Pixels, bicubic, cut, lanczos, likeness, mean, reduced
from training.upscaler.pictures import SCALES, picture

BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
UNSEEN = 40
"""How many pictures of the kinds it is trained on are measured; training uses none of these numbers."""
PIECE, TIMES = 40, 4
"""Pixels a side of a crop on the sheet, and how many times larger it is shown."""

Sets = Mapping[str, list[Pixels]]
Results = dict[tuple[str, int], dict[str, Likeness]]
"""Set and scale -> way -> how like the originals it is."""


def sets_of(folder: Path | None) -> Sets:
    """What is measured: what the program draws, and the pictures of a folder, one set for each folder in it."""
    drawn = {
        "kinds it was trained on, other pictures": [picture(number) for number in range(UNSEEN)],
        "kinds it was never trained on": [kind() for kind in heldout.KINDS],
    }
    if folder is None:
        return drawn
    found = {
        place: sorted(file for file in place.iterdir() if file.suffix.lower() in ENDINGS)
        for place in (folder, *sorted(part for part in folder.iterdir() if part.is_dir()))
    }
    return drawn | {place.name: [opened(file) for file in files] for place, files in found.items() if files}


def opened(file: Path) -> Pixels:
    """A picture without what is transparent, its sides cut to multiples of four."""
    return cut(np.asarray(Image.open(file).convert("RGB")))


def measure(sets: Sets, folder: Path) -> Results:
    """Every set at both scales, by both filters and by the exported upscalers of a folder."""
    results: Results = {}
    for scale in SCALES:
        ways: dict[str, Enlarge] = {"bicubic": bicubic, "Lanczos": lanczos, "built-in": Exported(folder, scale)}
        for name, pictures in sets.items():
            results[name, scale] = {way: mean(list(_each(pictures, enlarge, scale))) for way, enlarge in ways.items()}
            print("\n".join(_rows(name, scale, results[name, scale])), flush=True)
    return results


def _each(pictures: list[Pixels], enlarge: Enlarge, scale: int) -> Iterator[Likeness]:
    for original in pictures:
        yield likeness(enlarge(reduced(original, scale), scale), original)


def all_beaten(results: Results) -> bool:
    """Whether the built-in upscalers are nearer to the originals than both filters, by every measure, in every set."""
    return all(ways["built-in"].beats(ways[other]) for ways in results.values() for other in ("bicubic", "Lanczos"))


def table(sets: Sets, results: Results) -> str:
    """The Markdown table of all sets and scales."""
    head = ["| pictures | | way | PSNR (dB) | SSIM | edge sharpness |", "|---|---|---|---:|---:|---:|"]
    rows = [row for (name, scale), ways in results.items() for row in _rows(f"{name} ({len(sets[name])})", scale, ways)]
    return "\n".join([*head, *rows])


def _rows(name: str, scale: int, ways: dict[str, Likeness]) -> list[str]:
    return [
        f"| {name} | {scale}x | {way} | {found.psnr:.2f} | {found.ssim:.4f} | {found.sharpness:.3f} |"
        for way, found in ways.items()
    ]


def write(folder: Path, pictures: Path | None) -> bool:
    """Measure, and put the table into the card. False if a filter was better anywhere."""
    sets = sets_of(pictures)
    results = measure(sets, folder)
    card = folder / "README.md"
    if card.exists() and BEGIN in (words := card.read_text("utf-8")):
        before, after = words.split(BEGIN)[0], words.split(END)[1]
        card.write_text(f"{before}{BEGIN}\n{table(sets, results)}\n{END}{after}", "utf-8")
    return all_beaten(results)


def sheet(folder: Path, places: list[tuple[Pixels, int, int]]) -> Image.Image:
    """Crops at 400 %: original, bicubic, Lanczos, built-in, at 2x and 4x; one row for each place and scale.

    A place is a picture with the left and top of the crop.
    """
    side, gap = PIECE * TIMES, 6
    titles = ("original", "bicubic", "Lanczos", "built-in")
    page = Image.new("RGB", (len(titles) * (side + gap), len(places) * len(SCALES) * (side + gap) + 18), "white")
    pen = ImageDraw.Draw(page)
    for column, title in enumerate(titles):
        pen.text((column * (side + gap) + 4, 3), title, fill="black")
    rows = ((original, left, top, scale) for original, left, top in places for scale in SCALES)
    for row, (original, left, top, scale) in enumerate(rows):
        small = reduced(original, scale)
        for column, way in enumerate((None, bicubic, lanczos, Exported(folder, scale))):
            made = original if way is None else way(small, scale)
            part = Image.fromarray(made[top : top + PIECE, left : left + PIECE])
            page.paste(
                part.resize((side, side), Image.Resampling.NEAREST), (column * (side + gap), row * (side + gap) + 18)
            )
        pen.text((4, row * (side + gap) + 20), f"{scale}x", fill="red")
    return page
