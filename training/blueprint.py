"""python -m training.blueprint FOLDER: pictures as white lines on blue, to train a LoRA on. Each with its caption."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from training.objects import caption, draw, one_icon, one_shape
from training.pictures import small
from training.scenery import landscape

PAPER, INK = (18, 48, 140), (244, 249, 255)
THICK = 7
"""Lines on the canvas of 256 pixels; thinner ones drown in the model's autoencoder."""
COUNT = 32
FIRST_NUMBER = 20_000_000
"""Neither trained on nor asked for in the score."""


def blueprint(image: Image.Image) -> Image.Image:
    """The outlines of a picture, white on blue."""
    bands = [band.filter(ImageFilter.MaxFilter(THICK)) for band in image.convert("RGB").split()]
    lows = [band.filter(ImageFilter.MinFilter(THICK)) for band in image.convert("RGB").split()]
    edges = [ImageChops.subtract(high, low) for high, low in zip(bands, lows, strict=True)]
    strongest = ImageChops.lighter(ImageChops.lighter(edges[0], edges[1]), edges[2])
    return ImageOps.colorize(strongest.point(lambda value: max(0, min(255, (value - 24) * 5))), PAPER, INK)


def examples(count: int = COUNT) -> Iterator[tuple[str, Image.Image]]:
    """Captions and pictures at the model's size: shapes, icons and landscapes in turn."""
    for number in range(FIRST_NUMBER, FIRST_NUMBER + count):
        rng = Random(number)
        if number % 4 == 3:
            words, image = landscape(rng)
        else:
            what = (one_icon if number % 4 else one_shape)(rng)
            words, image = caption(what), draw(what, rng)
        yield words, small(blueprint(image))


def write(folder: Path, count: int = COUNT) -> None:
    """NN.png and NN.txt for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (words, image) in enumerate(examples(count), 1):
        image.save(folder / f"{number:02}.png", optimize=True)
        (folder / f"{number:02}.txt").write_text(words + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
