"""The named colours that pictures are drawn in, and that the score reads back."""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Numbers = NDArray[np.float32]
Labels = NDArray[np.intp]

COLOURS: dict[str, Colour] = {
    "red": (220, 40, 40),
    "green": (50, 165, 70),
    "blue": (40, 90, 215),
    "yellow": (248, 214, 50),
    "orange": (245, 135, 30),
    "purple": (135, 60, 185),
    "pink": (245, 130, 180),
    "white": (246, 246, 246),
    "black": (22, 22, 26),
    "gray": (140, 140, 146),
}
NAMES: tuple[str, ...] = tuple(COLOURS)


def named(pixels: Numbers) -> Labels:
    """For each pixel (row, column, red-green-blue from 0 to 255) the number of the nearest named colour."""
    palette = np.array([COLOURS[name] for name in NAMES], np.float32)
    return np.asarray(((pixels[:, :, None] - palette) ** 2).sum(-1).argmin(-1))


def tinted(rng: Random, colour: Colour, spread: int = 5) -> Colour:
    """The colour, moved a little, so that the model sees a name as a small range."""
    red, green, blue = (max(0, min(255, value + rng.randint(-spread, spread))) for value in colour)
    return red, green, blue


def shaded(colour: Colour, factor: float) -> Colour:
    """The colour made darker (factor below 1) or lighter."""
    red, green, blue = (max(0, min(255, int(value * factor))) for value in colour)
    return red, green, blue


def second_tone(colour: Colour) -> Colour:
    """What stripes and details are drawn in: darker, or lighter where darker could not be seen."""
    if sum(colour) < 150:
        return 112, 112, 120
    return shaded(colour, 0.58)


def another(rng: Random, *taken: str) -> str:
    """A colour name that is none of the taken ones."""
    return rng.choice([name for name in NAMES if name not in taken])
