"""python -m training.loras --out FOLDER: the three styles of the built-in model, taught by Ajar's own training.

Each style is learned from 32 drawn pictures by the workflow that anyone would build: a training and a file. Then the
weight is moved from 0 to 1 on prompts that no lesson had: how far is a picture from the style, and is it still the
same picture?
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFilter

from training.examples import write
from training.styles import RESTYLES
from workflows.plain import build
from workflows.project import find
from workflows.settings import Home
from workflows.studio import Options, Studio

STYLES = ("blueprint", "watercolour", "neon")
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
PROMPTS = (
    "a red star on a yellow background", "a green house on a white background",
    "a purple circle above an orange heart on a white background", "a black cat on a pink background",
    "an orange fish on a blue background", "hills at day with sun",
)
"""None of them is a caption of a lesson."""
SHOWN = (1, 4, 5)
"""Those that stand on the sheet."""
MARKS = ("<!-- score -->", "<!-- end of score -->")
STEPS, BATCH, RANK = 260, 8, 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.loras", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where the LoRAs and their card go")
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=STYLES)
    parser.add_argument("--steps", type=int, default=STEPS)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    file = chosen.out / "score.json"
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    with tempfile.TemporaryDirectory() as place, Studio.open(Home.open(Path(place) / "home")) as studio:
        for style in chosen.styles:
            folder = Path(place) / style
            write(style, folder / "pictures")
            started = time.perf_counter()
            shutil.copyfile(taught(studio, folder, style, chosen.steps), chosen.out / f"{style}.safetensors")
            seconds = time.perf_counter() - started
            rows = [painted(studio, folder, chosen.out / f"{style}.safetensors", weight) for weight in WEIGHTS]
            found[style] = {"seconds": round(seconds), "steps": chosen.steps, **measured(style, rows)}
            sheet(rows).save(chosen.out / f"{style}.png", optimize=True)
            print(style, found[style], flush=True)
            file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    write_card(chosen.out / "README.md", found)


def write_card(file: Path, found: dict[str, Any]) -> None:
    """Put the table of what was measured between the marks of the card, where there is one."""
    if not file.exists():
        return
    head = [f"| style | {' | '.join(f'{weight:g}' for weight in WEIGHTS)} | outlines kept | by chance | taught in |",
            f"|---|{'---:|' * (len(WEIGHTS) + 3)}"]
    rows = [f"| {style} | {' | '.join(f'{one:.1f}' for one in row['distance'])} | {row['kept']:.2f} | "
            f"{row['kept_by_chance']:.2f} | {row['steps']} steps, {row['seconds']} s |" for style, row in found.items()]
    before, _, rest = file.read_text("utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    table = "\n".join([*head, *rows])
    file.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


def taught(studio: Studio, folder: Path, style: str, steps: int) -> Path:
    """The file of a style, learned as anyone would have it learned."""
    graph = build({"ajar": 1, "nodes": {
        "train": {"type": "train_flux_lora", "inputs": {
            "folder": "pictures", "model": "builtin", "name": style, "steps": steps, "batch": BATCH, "rank": RANK,
            "save_every": steps}},
        "save": {"type": "save_lora", "inputs": {"lora": {"from": "train.lora"}, "into": "output folder"}},
    }})
    out = folder / "out"
    run(studio, graph, folder, out)
    [file] = out.glob("*.safetensors")
    return file


def painted(studio: Studio, folder: Path, lora: Path, weight: float) -> list[Picture.Image]:
    """The prompts with the LoRA at a weight; the seed of each stays."""
    shutil.copyfile(lora, folder / "style.safetensors")
    nodes: dict[str, Any] = {"style": {"type": "lora", "inputs": {"model": "style.safetensors", "weight": weight}}}
    for number, words in enumerate(PROMPTS):
        nodes[f"picture-{number}"] = {"type": "flux", "inputs": {
            "prompt": words, "model": "builtin", "seed": number + 1, "loras": {"from": "style"}}}
    values = run(studio, build({"ajar": 1, "nodes": nodes}), folder, None)
    return [Picture.fromarray(np.asarray(values[f"picture-{number}"].to("uint8").array)[:, :, :3])
            for number in range(len(PROMPTS))]


def run(studio: Studio, graph: Any, folder: Path, out: Path | None) -> dict[str, Any]:
    """What the leaves of a workflow gave."""
    prepared = studio.plan(graph, find(folder / "workflow.json"), Options(out=out))
    summary = studio.start(prepared, lambda event: None).wait(3600)
    if summary.status != "done":
        raise SystemExit(f"A workflow did not run: {summary.error}")
    return {output.node: output.value for output in summary.outputs}


def measured(style: str, rows: Sequence[Sequence[Picture.Image]]) -> dict[str, Any]:
    """By weight: how far pictures are from the style, and how much of their outlines is where it was."""
    aims = [RESTYLES[style](picture, Random(number)).resize(picture.size) for number, picture in enumerate(rows[0])]
    apart = [float(np.mean([distance(one, aim) for one, aim in zip(row, aims, strict=True)])) for row in rows]
    others = [*rows[-1][1:], rows[-1][0]]
    return {
        "weights": list(WEIGHTS), "distance": [round(one, 2) for one in apart],
        "kept": round(agreement(rows[0], rows[-1]), 3), "kept_by_chance": round(agreement(rows[0], others), 3),
    }


def distance(one: Picture.Image, other: Picture.Image) -> float:
    """Mean difference of two blurred pictures, of 255: lines need not lie on the pixel."""
    soft = ImageFilter.GaussianBlur(1.5)
    first, second = (np.asarray(each.convert("RGB").filter(soft), float) for each in (one, other))
    return float(np.abs(first - second).mean())


def agreement(before: Sequence[Picture.Image], after: Sequence[Picture.Image]) -> float:
    """How well the outlines of pictures lie on those of others: 1 exactly, 0 anywhere."""
    found = []
    for old, new in zip(before, after, strict=True):
        first, second = outlines(old), outlines(new)
        found.append(float(np.corrcoef(first, second)[0, 1]))
    return float(np.mean(found))


def outlines(picture: Picture.Image) -> np.ndarray:
    """How strong the edges are at each pixel, softened and without the border, as one row."""
    edges = picture.convert("L").filter(ImageFilter.FIND_EDGES).filter(ImageFilter.GaussianBlur(4))
    return np.asarray(edges, float)[6:-6, 6:-6].ravel()


def sheet(rows: Sequence[Sequence[Picture.Image]]) -> Picture.Image:
    """Prompts below one another, weights beside one another."""
    side, head = 160, 22
    made = Picture.new("RGB", (side * len(WEIGHTS), head + side * len(SHOWN)), (27, 28, 31))
    pen = ImageDraw.Draw(made)
    for column, (weight, row) in enumerate(zip(WEIGHTS, rows, strict=True)):
        left = column * side
        pen.text((left + side // 2, head // 2), f"{weight:g}", fill=(236, 238, 240), anchor="mm", font_size=13)
        for line, number in enumerate(SHOWN):
            larger = row[number].resize((side, side), Picture.Resampling.LANCZOS)
            made.paste(larger, (left, head + line * side))
    return made


if __name__ == "__main__":
    main()
