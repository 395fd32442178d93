"""Flat shapes in one colour, drawn around a middle in units of a radius."""

from __future__ import annotations

import math

from training.palette import Colour
from training.pen import DrawThing, Pen, Point


def star_outline(reach: float = 1.12) -> list[Point]:
    """The ten corners of a five-pointed star."""
    corners = []
    for corner in range(10):
        far = reach if corner % 2 == 0 else reach * 0.43
        angle = math.radians(-90 + 36 * corner)
        corners.append((far * math.cos(angle), 0.07 + far * math.sin(angle)))
    return corners


def heart_outline(reach: float = 1.08) -> list[Point]:
    """Points along the classic heart curve."""
    points = []
    for step in range(64):
        t = 2 * math.pi * step / 64
        across = 16 * math.sin(t) ** 3
        up = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((across * reach / 16, -(up + 2.5) * reach / 16))
    return points


def _circle(pen: Pen, ink: Colour) -> None:
    pen.oval(0, 0, 1, 1, ink)


def _square(pen: Pen, ink: Colour) -> None:
    pen.box(-0.88, -0.88, 0.88, 0.88, ink)


def _triangle(pen: Pen, ink: Colour) -> None:
    pen.polygon([(0, -0.98), (1.06, 0.86), (-1.06, 0.86)], ink)


def _star(pen: Pen, ink: Colour) -> None:
    pen.polygon(star_outline(), ink)


def _heart(pen: Pen, ink: Colour) -> None:
    pen.polygon(heart_outline(), ink)


def _diamond(pen: Pen, ink: Colour) -> None:
    pen.polygon([(0, -1.12), (0.78, 0), (0, 1.12), (-0.78, 0)], ink)


def _ring(pen: Pen, ink: Colour) -> None:
    pen.oval(0, 0, 1, 1, ink)
    pen.clear_oval(0, 0, 0.56, 0.56)


def _cross(pen: Pen, ink: Colour) -> None:
    pen.box(-0.34, -1, 0.34, 1, ink)
    pen.box(-1, -0.34, 1, 0.34, ink)


def _moon(pen: Pen, ink: Colour) -> None:
    pen.oval(0, 0, 1, 1, ink)
    pen.clear_oval(0.52, -0.16, 0.92, 0.92)


SHAPES: dict[str, DrawThing] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "heart": _heart,
    "diamond": _diamond,
    "ring": _ring,
    "cross": _cross,
    "moon": _moon,
}
