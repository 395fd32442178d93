"""People as coloured bones on black, in the form that control models for poses were trained on (18 joints)."""

import colorsys
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from ajar.values import Image, Size

SURE = 0.3
"""Joints that a model is less sure of are not drawn."""
OF_COCO = (0, None, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
"""Each joint as one of the 17 that models for people find; the neck (None) lies between the shoulders."""
BONES = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0),
    (0, 14), (14, 16), (0, 15), (15, 17),
)
THICK = 4
"""Half the width of a bone in a picture of 512 pixels."""


def drawn(people: Sequence[Any], size: Size) -> Image:
    """Skeletons of people on black; each person is 17 x (x, y, how sure it is)."""
    canvas = np.zeros((size.height, size.width, 3), np.uint8)
    thick = max(1, round(THICK * min(size.width, size.height) / 512))
    for person in people:
        _draw(canvas, _joints(person), thick)
    return Image.of(canvas)


def _joints(person: Any) -> list[tuple[float, float] | None]:
    sure = [tuple(joint[:2]) if joint[2] >= SURE else None for joint in person]
    left, right = sure[5], sure[6]
    neck = None if left is None or right is None else ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    return [neck if at is None else sure[at] for at in OF_COCO]


def _draw(canvas: Any, joints: Sequence[tuple[float, float] | None], thick: int) -> None:
    bones = np.zeros_like(canvas)
    for number, (one, other) in enumerate(BONES):
        start, end = joints[one], joints[other]
        if start is not None and end is not None:
            middle = (round((start[0] + end[0]) / 2), round((start[1] + end[1]) / 2))
            across, down = end[0] - start[0], end[1] - start[1]
            axes = (round(float(np.hypot(across, down)) / 2), thick)
            shape = cv2.ellipse2Poly(middle, axes, round(float(np.degrees(np.arctan2(down, across)))), 0, 360, 4)
            cv2.fillConvexPoly(bones, shape, _colour(number))
    np.maximum(canvas, (bones * 0.6).astype(np.uint8), out=canvas)
    for number, joint in enumerate(joints):
        if joint is not None:
            cv2.circle(canvas, (round(joint[0]), round(joint[1])), thick, _colour(number), -1)


def _colour(number: int) -> tuple[int, int, int]:
    """One of 18 hues, from red round to pink."""
    red, green, blue = colorsys.hsv_to_rgb(number / 18, 1, 1)
    return round(red * 255), round(green * 255), round(blue * 255)
