"""Landscapes, patterns and gradients, with their captions."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from training.objects import CANVAS
from training.palette import COLOURS, Colour, another, tinted

# Sky colours at the top and at the horizon.
SKIES: dict[str, tuple[Colour, Colour]] = {
    "at noon": ((90, 160, 235), (190, 225, 250)),
    "at sunset": ((85, 50, 120), (250, 150, 70)),
    "at night": ((10, 14, 40), (38, 48, 92)),
}
LIGHT: dict[str, tuple[float, float, float]] = {
    "at noon": (1.0, 1.0, 1.0),
    "at sunset": (0.62, 0.42, 0.42),
    "at night": (0.25, 0.28, 0.45),
}
EXTRAS: dict[str, tuple[str, ...]] = {
    "at noon": ("", "the sun", "clouds"),
    "at sunset": ("", "the sun"),
    "at night": ("", "the moon", "stars"),
}
LANDS = ("the sea", "mountains", "snowy mountains", "green hills", "a desert", "a pine forest")
HORIZON = 150.0
PATTERNS = (
    "horizontal stripes",
    "vertical stripes",
    "diagonal stripes",
    "checkerboard",
    "polka dots",
)
# One repeat of every pattern is one 16-pixel patch of the model.
REPEAT = CANVAS / 6
GRADIENTS = ("vertical", "horizontal")


def _blend(near: Colour, far: Colour, amount: np.ndarray) -> Image.Image:
    pixels = np.array(near) * (1 - amount[..., None]) + np.array(far) * amount[..., None]
    return Image.fromarray(pixels.astype(np.uint8))


def _grid() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[0:CANVAS, 0:CANVAS] + 0.5
    return rows, columns


def gradient(rng: Random) -> tuple[str, Image.Image]:
    """A smooth change from one named colour to another."""
    start = another(rng)
    end = another(rng, start)
    direction = rng.choice(GRADIENTS)
    rows, columns = _grid()
    amount = (rows if direction == "vertical" else columns) / CANVAS
    image = _blend(tinted(rng, COLOURS[start]), tinted(rng, COLOURS[end]), amount)
    return f"a {direction} gradient from {start} to {end}", image


def _pattern_mask(name: str) -> np.ndarray:
    """Where the second colour goes; the phase is fixed so that it can be learned."""
    y, x = _grid()
    half = REPEAT / 2
    if name == "horizontal stripes":
        return (y // half) % 2
    if name == "vertical stripes":
        return (x // half) % 2
    if name == "diagonal stripes":
        return ((x + y) // REPEAT) % 2
    if name == "checkerboard":
        return (x // REPEAT + y // REPEAT) % 2
    dots = np.hypot(x % REPEAT - half, y % REPEAT - half)
    return (dots < REPEAT * 0.34).astype(float)


def pattern(rng: Random) -> tuple[str, Image.Image]:
    """A repeating pattern in two named colours."""
    first = another(rng)
    second = another(rng, first)
    name = rng.choice(PATTERNS)
    image = _blend(tinted(rng, COLOURS[first]), tinted(rng, COLOURS[second]), _pattern_mask(name))
    words = f"{first} and {second} {name}"
    return (f"a {words}" if name == "checkerboard" else words), image


def _lit(rng: Random, colour: Colour, hour: str) -> Colour:
    red, green, blue = (int(v * light) for v, light in zip(colour, LIGHT[hour], strict=True))
    return tinted(rng, (red, green, blue), 4)


def _ground(pen: ImageDraw.ImageDraw, ridge: list[tuple[float, float]], fill: Colour) -> None:
    pen.polygon([(0.0, float(CANVAS)), *ridge, (float(CANVAS), float(CANVAS))], fill=fill)


def _rolling(rng: Random, base: float, height: float) -> list[tuple[float, float]]:
    phase = rng.uniform(0, 2 * math.pi)
    return [(float(x), base - height * math.sin(phase + 2.4 * math.pi * x / CANVAS)) for x in range(0, CANVAS + 1, 4)]


def _draw_extra(pen: ImageDraw.ImageDraw, rng: Random, extra: str, hour: str) -> None:
    x = rng.uniform(80, 176)
    if extra == "the sun":
        y, radius = (52.0, 26.0) if hour == "at noon" else (HORIZON - 10, 32.0)
        fill = (255, 240, 120) if hour == "at noon" else (255, 205, 90)
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)
    elif extra == "the moon":
        pen.ellipse([x - 24, 30, x + 24, 78], fill=(245, 240, 215))
    elif extra == "stars":
        for _ in range(16):
            x, y = rng.uniform(6, 250), rng.uniform(6, 120)
            pen.ellipse([x - 3, y - 3, x + 3, y + 3], fill=(250, 248, 225))
    elif extra == "clouds":
        for x in (60 + rng.uniform(-12, 12), 185 + rng.uniform(-12, 12)):
            y = rng.uniform(40, 75)
            for puff in (-22, 0, 22):
                size = 20 if puff == 0 else 14
                pen.ellipse(
                    [x + puff - size, y - size, x + puff + size, y + size * 0.7],
                    fill=(250, 250, 252),
                )


def _draw_peaks(pen: ImageDraw.ImageDraw, rng: Random, snowy: bool, hour: str) -> None:
    tops = [(x + rng.uniform(-10, 10), HORIZON - rng.uniform(52, 84)) for x in (42, 128, 214)]
    rock, snow = _lit(rng, (105, 105, 125), hour), _lit(rng, (250, 250, 255), hour)
    for x, y in tops:
        pen.polygon([(x - 74, 200), (x, y), (x + 74, 200)], fill=rock)
        if snowy:
            cap = (200 - y) * 0.36
            side = 74 * 0.36
            pen.polygon([(x - side, y + cap), (x, y), (x + side, y + cap)], fill=snow)
    _ground(pen, _rolling(rng, 200, 7), _lit(rng, (70, 120, 70), hour))


def _draw_land(pen: ImageDraw.ImageDraw, rng: Random, land: str, hour: str) -> None:
    if land == "the sea":
        pen.rectangle([0, HORIZON, CANVAS, CANVAS], fill=_lit(rng, (45, 110, 180), hour))
        for row in range(3):
            y, x = HORIZON + 24 + 28 * row, rng.uniform(40, 216)
            pen.line([(x - 34, y), (x + 34, y)], fill=_lit(rng, (150, 195, 230), hour), width=5)
    elif land.endswith("mountains"):
        _draw_peaks(pen, rng, land.startswith("snowy"), hour)
    elif land == "green hills":
        _ground(pen, _rolling(rng, HORIZON + 5, 16), _lit(rng, (110, 175, 85), hour))
        _ground(pen, _rolling(rng, HORIZON + 48, 12), _lit(rng, (75, 145, 65), hour))
    elif land == "a desert":
        _ground(pen, _rolling(rng, HORIZON + 8, 14), _lit(rng, (235, 195, 125), hour))
        _ground(pen, _rolling(rng, HORIZON + 52, 12), _lit(rng, (215, 165, 95), hour))
    else:
        _ground(pen, _rolling(rng, HORIZON + 30, 6), _lit(rng, (70, 125, 70), hour))
        for x in range(21, CANVAS, 43):
            foot, top = HORIZON + 70, HORIZON - rng.uniform(10, 30)
            fill = _lit(rng, (30, 92, 52), hour)
            pen.polygon([(x - 20, foot), (x, top), (x + 20, foot)], fill=fill)


def landscape(rng: Random) -> tuple[str, Image.Image]:
    """A piece of land under a sky at some hour."""
    hour = rng.choice(list(SKIES))
    land = rng.choice(LANDS)
    extra = rng.choice(EXTRAS[hour])
    rows, _ = _grid()
    top, horizon = SKIES[hour]
    image = _blend(tinted(rng, top), tinted(rng, horizon), np.clip(rows / 170, 0, 1))
    pen = ImageDraw.Draw(image)
    _draw_extra(pen, rng, extra, hour)
    _draw_land(pen, rng, land, hour)
    words = f"{land} {hour}" + (f" with {extra}" if extra else "")
    return words, image
