"""A pen that draws a thing around its own middle, in units of its own radius."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from PIL import Image, ImageDraw

from training.palette import Colour

Point = tuple[float, float]

SIDE = 128
"""The width and height of the finished pictures."""
FINE = 4
"""Everything is drawn this many times larger and averaged down, which smooths the edges."""
REACH = 1.34
"""How far from its middle a thing may be drawn, in radii."""


class Pen:
    """Draws on a clear square layer; (0, 0) is the middle, and 1 is one radius."""

    def __init__(self, radius: float) -> None:
        self._unit = radius * FINE
        self._half = math.ceil(REACH * self._unit)
        self.layer = Image.new("RGBA", (2 * self._half, 2 * self._half), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.layer)

    def _at(self, points: Iterable[Point]) -> list[Point]:
        return [(self._half + x * self._unit, self._half + y * self._unit) for x, y in points]

    def polygon(self, points: Iterable[Point], fill: Colour) -> None:
        self._draw.polygon(self._at(points), fill=fill)

    def oval(self, x: float, y: float, across: float, down: float, fill: Colour) -> None:
        """An ellipse around (x, y) with these half axes."""
        self._draw.ellipse([*self._at([(x - across, y - down), (x + across, y + down)])], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour, corner: float = 0.0) -> None:
        """A rectangle, its corners rounded by `corner`."""
        self._draw.rounded_rectangle([*self._at([(left, top), (right, bottom)])], corner * self._unit, fill=fill)

    def line(self, points: Iterable[Point], width: float, fill: Colour) -> None:
        self._draw.line(self._at(points), fill=fill, width=round(width * self._unit), joint="curve")

    def arc(
        self, x: float, y: float, across: float, down: float, ends: tuple[float, float], width: float, fill: Colour
    ) -> None:
        """Part of an ellipse's line, between two angles in degrees, clockwise from the right."""
        box = [*self._at([(x - across, y - down), (x + across, y + down)])]
        self._draw.arc(box, *ends, fill=fill, width=round(width * self._unit))

    def clear_oval(self, x: float, y: float, across: float, down: float) -> None:
        """Take away what is inside the ellipse."""
        self._draw.ellipse([*self._at([(x - across, y - down), (x + across, y + down)])], fill=(0, 0, 0, 0))

    def clear_box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Take away what is inside the rectangle."""
        self._draw.rectangle([*self._at([(left, top), (right, bottom)])], fill=(0, 0, 0, 0))


DrawThing = Callable[[Pen, Colour], None]
