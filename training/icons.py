"""Small drawings of familiar things, each in one main colour, around a middle in units of a radius."""

from __future__ import annotations

import math

from training.palette import Colour, second_tone
from training.pen import DrawThing, Pen

INK: Colour = (30, 30, 34)
PAPER: Colour = (248, 248, 248)
BARK: Colour = (110, 72, 42)
STEM: Colour = (34, 110, 52)


def _line_on(main: Colour) -> Colour:
    """Ink that can be seen on the main colour."""
    return PAPER if sum(main) < 150 else INK


def _house(pen: Pen, main: Colour) -> None:
    pen.box(-0.74, -0.14, 0.74, 0.94, main)
    pen.box(0.38, -0.84, 0.6, -0.3, second_tone(main))
    pen.polygon([(-1.04, -0.12), (0, -0.98), (1.04, -0.12)], second_tone(main))
    pen.box(-0.22, 0.34, 0.22, 0.94, _line_on(main))


def _tree(pen: Pen, main: Colour) -> None:
    pen.box(-0.17, 0.2, 0.17, 1.06, BARK)
    pen.oval(0, -0.62, 0.5, 0.46, main)
    for side in (-1, 1):
        pen.oval(0.36 * side, -0.14, 0.48, 0.44, main)
    pen.oval(0, -0.2, 0.5, 0.5, main)


def _flower(pen: Pen, main: Colour) -> None:
    pen.line([(0, 0), (0, 1.1)], 0.15, STEM)
    pen.oval(0.28, 0.72, 0.26, 0.13, STEM)
    for petal in range(6):
        turn = petal * math.pi / 3
        pen.oval(0.45 * math.cos(turn), -0.32 + 0.45 * math.sin(turn), 0.31, 0.31, main)
    pen.oval(0, -0.32, 0.25, 0.25, _line_on(main))


def _smiley(pen: Pen, main: Colour) -> None:
    ink = _line_on(main)
    pen.oval(0, 0, 1, 1, main)
    for side in (-1, 1):
        pen.oval(0.34 * side, -0.28, 0.14, 0.2, ink)
    pen.arc(0, 0.06, 0.58, 0.56, (15, 165), 0.16, ink)


def _cat(pen: Pen, main: Colour) -> None:
    for side in (-1, 1):
        pen.polygon([(0.9 * side, -1.0), (0.92 * side, 0.1), (0.08 * side, -0.52)], main)
    pen.oval(0, 0.14, 0.96, 0.82, main)
    eyes = PAPER if sum(main) < 690 else (150, 205, 120)
    for side in (-1, 1):
        pen.oval(0.38 * side, -0.04, 0.2, 0.23, eyes)
        pen.oval(0.38 * side, -0.04, 0.09, 0.17, INK)
    pen.polygon([(-0.15, 0.32), (0.15, 0.32), (0, 0.5)], _line_on(main))


def _boat(pen: Pen, main: Colour) -> None:
    pen.polygon([(-1.0, 0.42), (1.0, 0.42), (0.64, 0.96), (-0.64, 0.96)], second_tone(main))
    pen.polygon([(0.06, -1.04), (0.06, 0.32), (0.86, 0.32)], main)
    pen.polygon([(-0.1, -0.78), (-0.1, 0.32), (-0.74, 0.32)], main)


def _rocket(pen: Pen, main: Colour) -> None:
    pen.polygon([(-0.22, 0.74), (0.22, 0.74), (0, 1.22)], (250, 160, 40))
    for side in (-1, 1):
        pen.polygon([(0.24 * side, 0.12), (0.72 * side, 0.88), (0.2 * side, 0.72)], second_tone(main))
    pen.oval(0, -0.12, 0.42, 0.98, main)
    pen.oval(0, -0.38, 0.18, 0.18, _line_on(main))


def _car(pen: Pen, main: Colour) -> None:
    pen.polygon([(-0.62, -0.02), (-0.38, -0.56), (0.34, -0.56), (0.68, -0.02)], main)
    pen.polygon([(-0.42, -0.04), (-0.26, -0.42), (-0.04, -0.42), (-0.04, -0.04)], PAPER if sum(main) < 690 else INK)
    pen.polygon([(0.08, -0.04), (0.08, -0.42), (0.26, -0.42), (0.46, -0.04)], PAPER if sum(main) < 690 else INK)
    pen.box(-1.08, -0.06, 1.08, 0.44, main, 0.18)
    for side in (-1, 1):
        pen.oval(0.56 * side, 0.44, 0.27, 0.27, INK)
        pen.oval(0.56 * side, 0.44, 0.11, 0.11, (190, 190, 196))


def _fish(pen: Pen, main: Colour) -> None:
    pen.polygon([(0.42, 0), (1.1, -0.54), (1.1, 0.54)], second_tone(main))
    pen.oval(-0.2, 0, 0.84, 0.56, main)
    pen.oval(-0.6, -0.12, 0.15, 0.15, PAPER if sum(main) < 690 else (150, 205, 240))
    pen.oval(-0.6, -0.12, 0.08, 0.08, INK)


def _mushroom(pen: Pen, main: Colour) -> None:
    pen.box(-0.3, -0.1, 0.3, 0.96, (236, 222, 196), 0.12)
    pen.oval(0, 0.0, 1.0, 0.92, main)
    # Only the upper half of the cap stays.
    pen.clear_box(-1.1, 0.06, -0.3, 0.98)
    pen.clear_box(0.3, 0.06, 1.1, 0.98)
    pen.box(-0.3, 0.06, 0.3, 0.96, (236, 222, 196), 0.1)
    dots = PAPER if sum(main) < 690 else second_tone(main)
    for x, y, size in ((-0.44, -0.32, 0.19), (0.38, -0.38, 0.17), (0.0, -0.66, 0.13)):
        pen.oval(x, y, size, size, dots)


def _cup(pen: Pen, main: Colour) -> None:
    pen.arc(0.62, 0.06, 0.44, 0.44, (-100, 100), 0.19, main)
    pen.box(-0.86, -0.66, 0.62, 0.86, main, 0.24)
    pen.oval(-0.12, -0.6, 0.74, 0.22, second_tone(main))


def _balloon(pen: Pen, main: Colour) -> None:
    pen.line([(0, 0.5), (0.08, 0.8), (-0.06, 1.22)], 0.07, (90, 90, 96))
    pen.polygon([(-0.17, 0.72), (0.17, 0.72), (0, 0.46)], second_tone(main))
    pen.oval(0, -0.28, 0.72, 0.86, main)
    pen.oval(-0.28, -0.62, 0.1, 0.18, PAPER if sum(main) < 690 else second_tone(main))


ICONS: dict[str, DrawThing] = {
    "house": _house,
    "tree": _tree,
    "flower": _flower,
    "smiley": _smiley,
    "cat": _cat,
    "boat": _boat,
    "rocket": _rocket,
    "car": _car,
    "fish": _fish,
    "mushroom": _mushroom,
    "cup": _cup,
    "balloon": _balloon,
}
