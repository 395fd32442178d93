"""Flat shapes, drawn on a canvas 256 units wide around a centre and a radius."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL.ImageDraw import ImageDraw

from training.palette import Colour

Point = tuple[float, float]
DrawShape = Callable[[ImageDraw, float, float, float, Colour, Colour], None]


def star_outline(x: float, y: float, radius: float) -> list[Point]:
    """The ten corners of a five-pointed star."""
    corners = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.42
        angle = math.radians(-90 + 36 * corner)
        corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return corners


def heart_outline(x: float, y: float, radius: float) -> list[Point]:
    """Points along the classic heart curve."""
    points = []
    for step in range(48):
        t = 2 * math.pi * step / 48
        across = 16 * math.sin(t) ** 3
        up = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x + across * radius / 16, y - (up + 2) * radius / 16))
    return points


def _circle(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    d.ellipse([x - r, y - r, x + r, y + r], fill=ink)


def _square(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    half = r * 0.88
    d.rectangle([x - half, y - half, x + half, y + half], fill=ink)


def _triangle(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    d.polygon([(x, y - r), (x + r * 1.05, y + r * 0.85), (x - r * 1.05, y + r * 0.85)], fill=ink)


def _star(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    d.polygon(star_outline(x, y, r * 1.15), fill=ink)


def _heart(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    d.polygon(heart_outline(x, y, r * 1.05), fill=ink)


def _diamond(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    d.polygon([(x, y - r * 1.1), (x + r * 0.8, y), (x, y + r * 1.1), (x - r * 0.8, y)], fill=ink)


def _ring(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    d.ellipse([x - r, y - r, x + r, y + r], outline=ink, width=int(r * 0.4))


def _cross(d: ImageDraw, x: float, y: float, r: float, ink: Colour, _: Colour) -> None:
    arm = r * 0.34
    d.rectangle([x - arm, y - r, x + arm, y + r], fill=ink)
    d.rectangle([x - r, y - arm, x + r, y + arm], fill=ink)


def _moon(d: ImageDraw, x: float, y: float, r: float, ink: Colour, paper: Colour) -> None:
    d.ellipse([x - r, y - r, x + r, y + r], fill=ink)
    bite = r * 0.5
    d.ellipse([x - r + bite, y - r - bite * 0.3, x + r + bite, y + r - bite * 0.3], fill=paper)


SHAPES: dict[str, DrawShape] = {
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
