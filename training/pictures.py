"""The training set: numbered pictures with captions, drawn the same way every time."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.objects import draw, loose_caption, one_icon, one_shape, two_shapes
from training.scenery import gradient, landscape, pattern

SIDE = 96
CHUNK = 500
# Numbers below this are never trained on; the autoencoder is checked on them.
FIRST_TRAINING_NUMBER = 1000

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class PictureSet:
    """Pictures as (number, row, column, channel) bytes with one caption each."""

    pixels: Pixels
    captions: list[str]


def picture(number: int) -> tuple[str, Image.Image]:
    """The caption and picture that belong to this number."""
    rng = Random(number)
    kind = rng.random()
    if kind < 0.82:
        choose = one_shape if kind < 0.24 else two_shapes if kind < 0.56 else one_icon
        what = choose(rng)
        words, image = loose_caption(rng, what), draw(what, rng)
    elif kind < 0.93:
        words, image = landscape(rng)
    else:
        words, image = pattern(rng) if kind < 0.98 else gradient(rng)
    return _with_stray_word(rng, words), small(image)


def small(image: Image.Image) -> Image.Image:
    """The canvas at the model's size."""
    return image.resize((SIDE, SIDE), Image.Resampling.BOX)


def _with_stray_word(rng: Random, words: str) -> str:
    """Now and then a word that means nothing, so that unknown words do no harm."""
    if rng.random() > 0.06:
        return words
    parts = words.split()
    parts.insert(rng.randint(0, len(parts)), "xyzzy")
    return " ".join(parts)


def _drawn(numbers: range) -> PictureSet:
    pixels = np.empty((len(numbers), SIDE, SIDE, 3), np.uint8)
    captions = []
    for row, number in enumerate(numbers):
        words, image = picture(number)
        captions.append(words)
        pixels[row] = np.asarray(image)
    return PictureSet(pixels, captions)


def render(folder: Path, count: int, workers: int = 2) -> None:
    """Draw the training set into the folder, unless it is there already."""
    captions_file = folder / "captions.json"
    if captions_file.exists() and len(json.loads(captions_file.read_text())) == count:
        return
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.lib.format.open_memmap(folder / "pixels.npy", mode="w+", dtype=np.uint8, shape=(count, SIDE, SIDE, 3))
    captions: list[str] = []
    last = FIRST_TRAINING_NUMBER + count
    chunks = [range(n, min(n + CHUNK, last)) for n in range(FIRST_TRAINING_NUMBER, last, CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_drawn, chunks):
            pixels[len(captions) : len(captions) + len(part.captions)] = part.pixels
            captions += part.captions
    pixels.flush()
    # Written last: its presence says that the pixels are complete.
    captions_file.write_text(json.dumps(captions))


def load(folder: Path) -> PictureSet:
    """The training set that `render` left in the folder."""
    captions = json.loads((folder / "captions.json").read_text())
    return PictureSet(np.load(folder / "pixels.npy", mmap_mode="r"), captions)


def unseen(count: int) -> PictureSet:
    """Pictures with numbers that training never uses."""
    return _drawn(range(min(count, FIRST_TRAINING_NUMBER)))
