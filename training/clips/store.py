"""The training clips: numbered, drawn the same way every time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from training.clips.drawing import FRAMES, SIDE, chosen, draw, loose_caption

# Numbers below this are never trained on; the autoencoder is checked on them.
FIRST_TRAINING_NUMBER = 1000


@dataclass(frozen=True)
class ClipSet:
    """Clips as (number, frame, row, column, channel) bytes with one caption each."""

    pixels: NDArray[np.uint8]
    captions: list[str]


def clip(number: int) -> tuple[str, NDArray[np.uint8]]:
    """The caption and frames that belong to this number."""
    rng = Random(number)
    what = chosen(rng)
    return loose_caption(rng, what), draw(what, rng)


def render(folder: Path, count: int) -> None:
    """Draw the training set into the folder, unless it is there already."""
    words = folder / "captions.json"
    if words.exists() and len(json.loads(words.read_text())) == count:
        return
    folder.mkdir(parents=True, exist_ok=True)
    shape = (count, FRAMES, SIDE, SIDE, 3)
    pixels = np.lib.format.open_memmap(folder / "pixels.npy", mode="w+", dtype=np.uint8, shape=shape)
    captions = []
    for row in range(count):
        text, pixels[row] = clip(FIRST_TRAINING_NUMBER + row)
        captions.append(text)
    pixels.flush()
    # Written last: its presence says that the pixels are complete.
    words.write_text(json.dumps(captions))


def load(folder: Path) -> ClipSet:
    """The training set that `render` left in the folder."""
    captions = json.loads((folder / "captions.json").read_text())
    return ClipSet(np.load(folder / "pixels.npy", mmap_mode="r"), captions)


def unseen(count: int) -> ClipSet:
    """Clips with numbers that training never uses."""
    drawn = [clip(number) for number in range(min(count, FIRST_TRAINING_NUMBER))]
    return ClipSet(np.stack([frames for _, frames in drawn]), [text for text, _ in drawn])
