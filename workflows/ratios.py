"""Sizes by their shape: the same number of pixels in another ratio, on the grid that a model can paint."""

import math

from ajar.values import Size

RATIOS: tuple[tuple[int, int], ...] = (
    (1, 1), (5, 4), (4, 3), (3, 2), (16, 9), (2, 1), (21, 9), (4, 5), (3, 4), (2, 3), (9, 16), (1, 2), (9, 21),
)
"""What pictures are usually shaped like: wide ones, then tall ones."""
MILLION = 1024 * 1024
"""What models are trained on is counted so: a square of 1024 is one megapixel."""
NEAR = 0.03
"""How far a size may be off a ratio and still be called by it: models paint on a grid."""


def name(ratio: tuple[int, int]) -> str:
    """``16:9``."""
    return f"{ratio[0]}:{ratio[1]}"


def ratio_of(size: Size) -> tuple[int, int] | None:
    """The usual ratio that a size has, or nearly has."""
    shape = size.width / size.height
    best = min(RATIOS, key=lambda ratio: abs(math.log(shape * ratio[1] / ratio[0])))
    return best if abs(shape * best[1] / best[0] - 1) <= NEAR else None


def shaped(size: Size, ratio: tuple[int, int], multiple: int = 8, largest: int = 0) -> Size:
    """About as many pixels in this ratio; both sides on the grid, none longer than ``largest``."""
    area = size.width * size.height
    width = math.sqrt(area * ratio[0] / ratio[1])
    height = area / width
    if largest and max(width, height) > largest:
        scale = largest / max(width, height)
        width, height = width * scale, height * scale
    return Size(on_grid(width, multiple, largest), on_grid(height, multiple, largest))


def scaled(size: Size, megapixels: float, multiple: int = 8, largest: int = 0) -> Size:
    """The same shape with this many megapixels."""
    factor = math.sqrt(megapixels * MILLION / (size.width * size.height))
    longest = max(size.width, size.height) * factor
    if largest and longest > largest:
        factor *= largest / longest
    return Size(on_grid(size.width * factor, multiple, largest), on_grid(size.height * factor, multiple, largest))


def swapped(size: Size) -> Size:
    return Size(size.height, size.width)


def on_grid(length: float, multiple: int, largest: int = 0) -> int:
    """The nearest length that the model can paint, at least one step of the grid."""
    steps = max(1, round(length / multiple))
    if largest:
        steps = min(steps, max(1, largest // multiple))
    return steps * multiple


def off_grid(size: Size, multiple: int) -> bool:
    """Whether a model with this grid would refuse the size."""
    return bool(size.width % multiple or size.height % multiple)


def megapixels(size: Size) -> str:
    """``0.9 MP``; small pictures in thousands of pixels."""
    count = size.width * size.height
    return f"{count / 1e6:.1f} MP" if count >= 95_000 else f"{max(1, round(count / 1000))} thousand pixels"
