"""Small drawings of familiar things, each in one main colour, on the 256-unit canvas."""

from __future__ import annotations

import math

from PIL.ImageDraw import ImageDraw

from training.palette import Colour, shaded
from training.shapes import DrawShape

INK: Colour = (30, 30, 34)
PAPER: Colour = (248, 248, 248)


def _oval(d: ImageDraw, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
    d.ellipse([x - rx, y - ry, x + rx, y + ry], fill=fill)


def _line_on(main: Colour) -> Colour:
    """Ink that can be seen on the main colour."""
    return PAPER if sum(main) < 150 else INK


def _house(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.rectangle([x - 58, y - 10, x + 58, y + 70], fill=main)
    d.polygon([(x - 76, y - 10), (x, y - 76), (x + 76, y - 10)], fill=shaded(main, 0.6))
    d.rectangle([x - 16, y + 22, x + 16, y + 70], fill=_line_on(main))


def _tree(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.rectangle([x - 13, y + 20, x + 13, y + 84], fill=(110, 72, 42))
    _oval(d, x, y - 26, 58, 58, main)


def _flower(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.line([(x, y), (x, y + 92)], fill=(50, 140, 60), width=11)
    for petal in range(6):
        turn = petal * math.pi / 3
        _oval(d, x + 36 * math.cos(turn), y - 20 + 36 * math.sin(turn), 25, 25, main)
    _oval(d, x, y - 20, 20, 20, INK)


def _smiley(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    ink = _line_on(main)
    _oval(d, x, y, 80, 80, main)
    _oval(d, x - 27, y - 22, 11, 15, ink)
    _oval(d, x + 27, y - 22, 11, 15, ink)
    d.arc([x - 46, y - 40, x + 46, y + 48], 20, 160, fill=ink, width=12)


def _cat(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    for side in (-1, 1):
        d.polygon([(x + 66 * side, y - 80), (x + 66 * side, y), (x + 8 * side, y - 50)], fill=main)
    _oval(d, x, y + 6, 70, 62, main)
    for side in (-1, 1):
        _oval(d, x + 27 * side, y - 6, 13, 16, PAPER)
        _oval(d, x + 27 * side, y - 6, 7, 11, INK)
    d.polygon([(x - 11, y + 20), (x + 11, y + 20), (x, y + 34)], fill=(240, 120, 140))


def _boat(d: ImageDraw, x: float, y: float, _r: float, main: Colour, paper: Colour) -> None:
    d.polygon([(x - 76, y + 34), (x + 76, y + 34), (x + 48, y + 76), (x - 48, y + 76)], fill=main)
    d.polygon([(x + 6, y - 80), (x + 6, y + 26), (x + 66, y + 26)], fill=shaded(main, 0.75))
    d.polygon([(x - 8, y - 60), (x - 8, y + 26), (x - 52, y + 26)], fill=shaded(main, 0.6))


def _rocket(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    for side in (-1, 1):
        fin = [(x + 26 * side, y + 18), (x + 60 * side, y + 74), (x + 18 * side, y + 58)]
        d.polygon(fin, fill=shaded(main, 0.6))
    d.polygon([(x - 17, y + 68), (x + 17, y + 68), (x, y + 106)], fill=(250, 170, 50))
    _oval(d, x, y - 4, 32, 80, main)
    _oval(d, x, y - 26, 14, 14, PAPER)


def _mushroom(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.rectangle([x - 22, y, x + 22, y + 74], fill=(240, 228, 205))
    d.pieslice([x - 74, y - 72, x + 74, y + 76], 180, 360, fill=main)
    _oval(d, x - 30, y - 28, 13, 13, PAPER)
    _oval(d, x + 26, y - 32, 13, 13, PAPER)


def _fish(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.polygon([(x + 36, y), (x + 90, y - 42), (x + 90, y + 42)], fill=shaded(main, 0.6))
    _oval(d, x - 10, y, 64, 42, main)
    _oval(d, x - 40, y - 8, 11, 11, PAPER)
    _oval(d, x - 40, y - 8, 5, 5, INK)


def _cup(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.arc([x + 20, y - 30, x + 88, y + 38], -90, 90, fill=main, width=15)
    d.rounded_rectangle([x - 58, y - 46, x + 52, y + 64], 18, fill=main)
    d.ellipse([x - 58, y - 60, x + 52, y - 32], fill=shaded(main, 0.6))


def _balloon(d: ImageDraw, x: float, y: float, _r: float, main: Colour, _p: Colour) -> None:
    d.line([(x, y + 40), (x, y + 108)], fill=(90, 90, 96), width=6)
    _oval(d, x, y - 22, 54, 64, main)
    d.polygon([(x - 11, y + 52), (x + 11, y + 52), (x, y + 38)], fill=shaded(main, 0.6))


ICONS: dict[str, DrawShape] = {
    "house": _house,
    "tree": _tree,
    "flower": _flower,
    "smiley face": _smiley,
    "cat": _cat,
    "sailboat": _boat,
    "rocket": _rocket,
    "mushroom": _mushroom,
    "fish": _fish,
    "cup": _cup,
    "balloon": _balloon,
}
