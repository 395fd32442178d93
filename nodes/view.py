"""Looking at pictures on the board: one of them large, or two against each other."""

from typing import Annotated, Any, Literal

import numpy as np

from ajar import pixels
from ajar.contract import node
from ajar.hints import Slider
from ajar.values import Image
from nodes.edit import resize

Mode = Literal["wipe", "side by side", "difference"]


@node
def viewer(image: Image) -> Image:
    """A large look at a picture, right on the board. The picture goes on as it is."""
    return image


@node
def compare(
    a: Image, b: Image, split: Annotated[float, Slider(0, 1, 0.01)] = 0.5, mode: Mode = "wipe",
) -> Image:
    """Two pictures against each other, in the size of `a`; `b` is fitted into it.

    "wipe" shows `a` left of the split and `b` right of it, "side by side" both whole, "difference" where they differ:
    black is the same.
    """
    one, other = _alike(a, b)
    if mode == "side by side":
        return one.like(np.concatenate((one.array, other.array), axis=1))
    if mode == "difference":
        return one.like(pixels.convert(_difference(one, other), one.dtype))
    edge = round(split * one.width)
    array = np.array(other.array, copy=True)
    array[:, :edge] = one.array[:, :edge]
    return one.like(array)


def _alike(a: Image, b: Image) -> tuple[Image, Image]:
    """Both with the same channels, and the second in the size, colours and depth of the first."""
    if b.size != a.size:
        b = resize(b, a.size, fit="cover")
    if 4 in (a.channels, b.channels):
        a, b = a.rgba(), b.rgba()
    elif a.channels != b.channels:
        a, b = a.rgb(), b.rgb()
    return a, b.into(a)


def _difference(one: Image, other: Image) -> Any:
    """How far the colours are from each other, without alpha; what is seen through differs as much as it is seen."""
    here, there = (pixels.convert(image.array, "float32") for image in (one, other))
    if one.channels == 4:
        here, there = (array[:, :, :3] * array[:, :, 3:] for array in (here, there))
    return np.abs(here - there)
