"""Measures exported upscalers against the filters, and puts table and sheet into the card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from training.upscaler import heldout
from training.upscaler.export import Exported
from training.upscaler.measuring import (
    Enlarge,
    Likeness,
    Pixels,
    as_jpeg,
    bicubic,
    by_area,
    cut,
    lanczos,
    likeness,
    mean,
    reduced,
)
from training.upscaler.pictures import SCALES, picture

BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
UNSEEN = 24
"""How many pictures of the kinds it is trained on are measured; training uses none of these numbers."""
SEEN, NEVER = "kinds it was trained on, other pictures", "kinds it was never trained on"
BASIC = (NEVER, "photographs")
"""The sets that are also made smaller in other ways than by a clean bicubic filter."""
PIECE, TIMES = 40, 4
"""Pixels a side of a crop on the sheet, and how many times larger it is shown."""

Sets = Mapping[str, list[Pixels]]
Results = dict[tuple[str, int], dict[str, list[Likeness]]]
"""Set and scale -> way -> how like its original each picture is."""
FILTERS = ("bicubic", "Lanczos")
OWN = "built-in"


def sets_of(folder: Path | None) -> Sets:
    """What is measured: what the program draws, and the pictures of a folder, one set for each folder in it."""
    drawn = {
        SEEN: [picture(number) for number in range(UNSEEN)],
        NEVER: [kind() for kind in heldout.KINDS],
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


def measure(sets: Sets, folder: Path, smaller: Enlarge = reduced) -> Results:
    """Every set at both scales, by both filters and by the exported upscalers of a folder.

    ``smaller`` makes a picture so many times smaller before it is enlarged again.
    """
    results: Results = {}
    for scale in SCALES:
        ways: dict[str, Enlarge] = {"bicubic": bicubic, "Lanczos": lanczos, OWN: Exported(folder, scale)}
        for name, pictures in sets.items():
            results[name, scale] = {
                way: [likeness(enlarge(smaller(one, scale), scale), one) for one in pictures]
                for way, enlarge in ways.items()
            }
            print("\n".join(_rows(name, scale, results[name, scale])), flush=True)
    return results


def all_beaten(results: Results) -> bool:
    """Whether the built-in upscalers are nearer to the originals than both filters, by every measure, in every set."""
    return all(mean(ways[OWN]).beats(mean(ways[other])) for ways in results.values() for other in FILTERS)


def beaten_singly(results: Results, scale: int) -> tuple[int, int]:
    """In how many pictures both filters are beaten by every measure, of how many."""
    ways = [ways for (_, at), ways in results.items() if at == scale]
    won = [all(own.beats(one[other][row]) for other in FILTERS) for one in ways for row, own in enumerate(one[OWN])]
    return sum(won), len(won)


def table(sets: Sets, results: Results) -> str:
    """The Markdown table of all sets and scales."""
    head = ["| pictures | | way | PSNR (dB) | SSIM | edge sharpness |", "|---|---|---|---:|---:|---:|"]
    rows = [row for (name, scale), ways in results.items() for row in _rows(f"{name} ({len(sets[name])})", scale, ways)]
    return "\n".join([*head, *rows])


def _rows(name: str, scale: int, ways: dict[str, list[Likeness]]) -> list[str]:
    means = {way: mean(found) for way, found in ways.items()}
    return [
        f"| {name} | {scale}x | {way} | {found.psnr:.2f} | {found.ssim:.4f} | {found.sharpness:.3f} |"
        for way, found in means.items()
    ]


def write(folder: Path, pictures: Path | None) -> bool:
    """Measure, and put the tables into the card. False if a filter was better in any set."""
    sets = sets_of(pictures)
    results = measure(sets, folder)
    won = [f"{scale}x in {n} of {of}" for scale in SCALES for n, of in [beaten_singly(results, scale)]]
    words = f"Picture by picture, both filters are beaten by all three measures at {' and at '.join(won)}."
    basic = {name: sets[name] for name in BASIC if name in sets}
    others = [
        f"Made smaller {title}:\n\n{table(basic, measure(basic, folder, smaller))}"
        for title, smaller in (("by area", by_area), ("bicubic, then kept as JPEG of quality 90", as_jpeg))
    ]
    _put(folder / "README.md", "\n\n".join([table(sets, results), words, *others]))
    return all_beaten(results)


def _put(card: Path, text: str) -> None:
    """Replace what stands between the marks; a card without marks is left alone."""
    if card.exists() and BEGIN in (words := card.read_text("utf-8")):
        before, after = words.split(BEGIN)[0], words.split(END)[1]
        card.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


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
