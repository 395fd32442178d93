"""python -m training.upscaler train|export|measure: the built-in upscalers, from nothing but drawn pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from training.upscaler import export, heldout, learning, pictures, report

OUT = Path(__file__).parents[2] / "resources" / "builtin-upscalers"
FIRST = 10_000
"""The first number of a training picture; those below are for measuring."""
CROPS = ((heldout.balls, 98, 120), (heldout.code, 24, 40), (heldout.maze, 100, 100), (heldout.fractal, 150, 60))
"""What the sheet shows: a drawn picture, left and top of a crop of it."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.upscaler", description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parts = parser.add_subparsers(dest="what", required=True)
    train = parts.add_parser("train", help="draw the pictures and train, or go on where an earlier run stopped")
    train.add_argument("--work", type=Path, required=True, help="pictures and checkpoints")
    train.add_argument("--pictures", type=int, default=3200)
    train.add_argument("--scale", type=int, choices=pictures.SCALES, nargs="+", default=pictures.SCALES)
    train.add_argument("--minutes", type=float, default=6, help="of processor time, for each scale")
    write = parts.add_parser("export", help="write the newest weights as files for the product")
    write.add_argument("--work", type=Path, required=True)
    write.add_argument("--out", type=Path, default=OUT)
    measure = parts.add_parser("measure", help="compare with bicubic and Lanczos, and put the table into the card")
    measure.add_argument("folder", type=Path, nargs="?", help="pictures to measure on besides those the program draws")
    measure.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


def main() -> int:
    """Do what is asked; `measure` fails where a filter is better than the upscalers."""
    chosen = arguments()
    torch.set_num_threads(chosen.threads)
    if chosen.what == "train":
        pictures.render(chosen.work / "pictures", FIRST, chosen.pictures)
        for scale in sorted(chosen.scale):
            small = chosen.work / "2x.pt"
            learning.train(chosen.work, scale, chosen.minutes, small if scale == 4 and small.exists() else None)
    elif chosen.what == "export":
        for scale in pictures.SCALES:
            if (chosen.work / f"{scale}x.pt").exists():
                export.export(chosen.work, chosen.out, scale)
    else:
        report.sheet(chosen.out, [(draw(), left, top) for draw, left, top in CROPS]).save(chosen.out / "sheet.png")
        return 0 if report.write(chosen.out, chosen.folder) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
