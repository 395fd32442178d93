"""The shapes that pictures of different sizes are trained in, so that little of them is cut off. No torch."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ajar.values import Image, Size
from nodes.edit import scaled

STEPS = 16
"""A side of a bucket is a multiple of about this part of the resolution; finer ones would rarely be shared."""
SLIMMEST = 3.0
"""Pictures longer than three times their width are cut to that."""


def buckets(side: int, multiple: int, largest: int) -> list[Size]:
    """Every shape with at most ``side`` x ``side`` pixels whose sides are multiples and not above ``largest``."""
    step = max(multiple, round(side / STEPS / multiple) * multiple)
    side = max(step, side // step * step)
    found = []
    for width in range(step, min(largest, 2 * side) + 1, step):
        height = min(largest, side * side // width) // step * step
        if height and max(width, height) <= SLIMMEST * min(width, height):
            found.append(Size(width, height))
    return found or [Size(side, side)]


def fitting(size: Size, shapes: Sequence[Size]) -> Size:
    """The bucket of a picture: the nearest in shape, and of equally near ones the largest."""

    def unease(shape: Size) -> tuple[float, int]:
        apart = abs(math.log(shape.width / shape.height * size.height / size.width))
        return round(apart, 6), -shape.width * shape.height

    return min(shapes, key=unease)


def fitted(image: Image, shape: Size) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The middle of a picture in exactly this shape: H x W x 3 uint8 sRGB; white shows where it is see-through."""
    picture = (image.rgb() if image.channels == 1 else image).to("uint8").srgb().to("uint8")
    array = picture.array
    if array.shape[2] == 4:
        alpha = array[:, :, 3:] / np.float32(255)
        array = np.rint(array[:, :, :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    scale = max(shape.width / image.width, shape.height / image.height)
    goal = Size(max(shape.width, round(image.width * scale)), max(shape.height, round(image.height * scale)))
    array = scaled(array, goal, "area" if scale < 1 else "lanczos")
    top, left = (goal.height - shape.height) // 2, (goal.width - shape.width) // 2
    return np.ascontiguousarray(array[top : top + shape.height, left : left + shape.width])
