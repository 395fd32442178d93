"""Landscapes between day and night: the sun sets, the sky and the land grow dark, the moon and the stars come."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from training.palette import Colour
from training.scenery import disc

LANDS = ("sea", "mountains", "hills", "desert", "forest", "city")
EDGE = 192
HORIZON = 112.0
# Day, dusk and night: the sky above, the sky at the horizon, and what is left of the land's colours.
ABOVE = ((90, 160, 235), (85, 50, 120), (10, 14, 40))
BELOW = ((190, 225, 250), (250, 150, 70), (38, 48, 92))
LIGHT = ((1.0, 1.0, 1.0), (0.62, 0.45, 0.45), (0.25, 0.28, 0.45))
SUN, MOON, LAMP = (255, 232, 110), (245, 240, 215), (255, 214, 120)

Point = tuple[float, float]
Patch = tuple[list[Point], Colour]


def _between(three: tuple[tuple[float, ...], ...], dark: float) -> np.ndarray:
    """What lies between day (0), dusk (0.5) and night (1)."""
    return np.array([np.interp(dark, (0, 0.5, 1), channel) for channel in zip(*three, strict=True)])


def _rolling(rng: Random, base: float, height: float) -> list[Point]:
    phase = rng.uniform(0, 2 * math.pi)
    ridge = [(x, base - height * math.sin(phase + 2.4 * math.pi * x / EDGE)) for x in range(0, EDGE + 1, 4)]
    return [(0.0, float(EDGE)), *ridge, (float(EDGE), float(EDGE))]


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def patches(land: str, rng: Random) -> list[Patch]:
    """The land as flat pieces, from the far ones to the near ones, in the colours of the day."""
    if land == "sea":
        waves = []
        for row in range(3):
            x, y = rng.uniform(40, 152), HORIZON + 18 + 20 * row
            waves.append((_box(x - 26, y, x + 26, y + 4), (150, 195, 230)))
        return [(_box(0, HORIZON, EDGE, EDGE), (45, 110, 180)), *waves]
    if land == "mountains":
        tops = [(x + rng.uniform(-8, 8), HORIZON - rng.uniform(36, 62)) for x in (34, 96, 160)]
        rocks: list[Patch] = [([(x - 62, 162), (x, y), (x + 62, 162)], (105, 105, 125)) for x, y in tops]
        return [*rocks, (_rolling(rng, 150, 5), (70, 120, 70))]
    if land == "hills":
        return [(_rolling(rng, HORIZON, 12), (110, 175, 85)), (_rolling(rng, HORIZON + 36, 9), (75, 145, 65))]
    if land == "desert":
        return [(_rolling(rng, HORIZON + 4, 11), (235, 195, 125)), (_rolling(rng, HORIZON + 40, 9), (215, 165, 95))]
    if land == "forest":
        trees: list[Patch] = [
            ([(x - 16, 160), (x, HORIZON - rng.uniform(14, 30)), (x + 16, 160)], (30, 92, 52))
            for x in range(12, EDGE, 28)
        ]
        return [(_rolling(rng, HORIZON + 22, 4), (70, 125, 70)), *trees]
    houses: list[Patch] = []
    for left in range(0, EDGE, 32):
        gray = rng.randint(110, 150)
        houses.append((_box(left, HORIZON - rng.uniform(0, 50), left + 28, EDGE), (gray, gray, gray + 15)))
    return [(_box(0, 150, EDGE, EDGE), (120, 120, 125)), *houses]


def frames(land: str, darkness: list[float], rng: Random) -> np.ndarray:
    """One picture (row, column, channel) for each darkness, 0 day to 1 night, half as large as EDGE."""
    land_patches = patches(land, rng)
    across = rng.uniform(50, 142)
    stars = [(rng.uniform(4, EDGE - 4), rng.uniform(4, HORIZON - 40)) for _ in range(14)]
    lamps = [(x + 8.0 * k, y) for x in range(6, EDGE, 32) for k in (0, 1) for y in (126.0, 142.0, 158.0)]
    return np.stack([_frame(land, land_patches, dark, across, stars, lamps) for dark in darkness])


def _frame(
    land: str, land_patches: list[Patch], dark: float, across: float, stars: list[Point], lamps: list[Point]
) -> np.ndarray:
    depth = np.clip(np.arange(EDGE) / HORIZON, 0, 1)[:, None]
    column = _between(ABOVE, dark) * (1 - depth) + _between(BELOW, dark) * depth
    image = Image.fromarray(np.repeat(column[:, None].astype(np.uint8), EDGE, 1))
    pen = ImageDraw.Draw(image)
    disc(pen, across, 34 + 130 * dark / 0.6, 20, SUN)
    if dark > 0.5:
        shine = min(1.0, (dark - 0.5) * 2.5)
        sky = _between(ABOVE, dark)
        for x, y in stars:
            disc(pen, x, y, 2.4, _mixed(sky, (250, 248, 225), shine))
        disc(pen, EDGE - across, 150 - 110 * (dark - 0.5) * 2, 16, MOON)
    light = _between(LIGHT, dark)
    for outline, colour in land_patches:
        pen.polygon(outline, fill=_mixed(np.zeros(3), colour, light))
    if land == "city" and dark > 0.6:
        for x, y in lamps:
            pen.rectangle([x, y, x + 4, y + 6], fill=LAMP)
    return np.asarray(image.reduce(2))


def _mixed(ground: np.ndarray, colour: Colour, share: float | np.ndarray) -> Colour:
    red, green, blue = (int(v) for v in ground * (1 - share) + np.array(colour) * share)
    return red, green, blue
