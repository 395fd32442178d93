"""The training set: numbered pictures, each with itself at half and at a quarter of its size."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.upscaler.leaves import leaves
from training.upscaler.scenes import fur, hills, lettering, panels, signs, strokes
from training.upscaler.textures import Colours, Rng, coloured, surface

SIDE = 256
FINE = 2
"""Pictures are drawn so many times larger, which makes their edges smooth."""
SCALES = (2, 4)
Pixels = NDArray[np.uint8]
Draw = Callable[[Rng, int], Colours]


def textured(rng: Rng, side: int) -> Colours:
    """One surface all over."""
    return coloured(rng, surface(rng, side))


KINDS: dict[Draw, float] = {
    leaves: 0.38,
    textured: 0.12,
    lettering: 0.13,
    strokes: 0.1,
    fur: 0.09,
    hills: 0.07,
    panels: 0.07,
    signs: 0.04,
}


def picture(number: int) -> Pixels:
    """The picture of this number, SIDE x SIDE x 3."""
    rng = np.random.default_rng(number)
    kinds = list(KINDS)
    made = kinds[rng.choice(len(kinds), p=list(KINDS.values()))](rng, SIDE * FINE)
    made = cv2.resize(made, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:  # few lenses are as sharp as a program
        made = cv2.GaussianBlur(made, (0, 0), rng.uniform(0.3, 1.1))
    if rng.random() < 0.25:
        made = made + rng.normal(0, rng.uniform(0.003, 0.02), made.shape)
    if rng.random() < 0.12:
        made = np.repeat(made.mean(axis=2, keepdims=True), 3, axis=2)
    return np.round(np.clip(made, 0, 1) * 255).astype(np.uint8)


def smaller(rng: Rng, pixels: Pixels, scale: int) -> Pixels:
    """The picture as it would be met: mostly scaled down cleanly, now and then with a little noise or JPEG marks."""
    side = pixels.shape[0] // scale
    ways = (Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS, Image.Resampling.BILINEAR)
    small = Image.fromarray(pixels).resize((side, side), ways[rng.choice(4, p=[0.64, 0.16, 0.16, 0.04])])
    kind = rng.random()
    if kind < 0.06:
        noisy = np.asarray(small) + rng.normal(0, rng.uniform(0.5, 3), (side, side, 3))
        return np.clip(np.round(noisy), 0, 255).astype(np.uint8)
    if kind < 0.12:
        file = io.BytesIO()
        small.save(file, "JPEG", quality=int(rng.integers(80, 97)), subsampling=0)
        return np.asarray(Image.open(file))
    return np.asarray(small)


def render(folder: Path, first: int, count: int) -> None:
    """Draw the training set into the folder, unless it is there already."""
    if (folder / "count.txt").exists() and (folder / "count.txt").read_text() == f"{first} {count}":
        return
    folder.mkdir(parents=True, exist_ok=True)
    stores = {
        scale: np.lib.format.open_memmap(
            folder / f"{scale}.npy", mode="w+", dtype=np.uint8, shape=(count, SIDE // scale, SIDE // scale, 3)
        )
        for scale in (1, *SCALES)
    }
    for row in range(count):
        stores[1][row] = picture(first + row)
        rng = np.random.default_rng([first + row, 1])
        for scale in SCALES:
            stores[scale][row] = smaller(rng, stores[1][row], scale)
    for store in stores.values():
        store.flush()
    # Written last: its presence says that the pictures are complete.
    (folder / "count.txt").write_text(f"{first} {count}")


class Pairs:
    """Small pieces of the training set and what they are pieces of."""

    def __init__(self, folder: Path, scale: int) -> None:
        self.scale = scale
        self._large = np.load(folder / "1.npy", mmap_mode="r")
        self._small = np.load(folder / f"{scale}.npy", mmap_mode="r")

    def batch(self, rng: Rng, count: int, side: int) -> tuple[Pixels, Pixels]:
        """``count`` pieces of ``side`` pixels and their originals, turned, mirrored, recoloured at random."""
        smalls: list[Pixels] = []
        larges: list[Pixels] = []
        for row in rng.integers(0, len(self._small), count):
            top, left = rng.integers(0, self._small.shape[1] - side + 1, 2)
            channels, turn = rng.permutation(3), int(rng.integers(4))
            mirror, inverse = rng.integers(2), rng.integers(2)
            for kept, store, times in ((smalls, self._small, 1), (larges, self._large, self.scale)):
                part = store[row, top * times : (top + side) * times, left * times : (left + side) * times]
                part = np.rot90(part[:, :: -1 if mirror else 1, channels], turn)
                kept.append(255 - part if inverse else part)
        return np.stack(smalls), np.stack(larges)
