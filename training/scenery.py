"""Landscapes, patterns and gradients, with their captions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from training.drawing import CANVAS, PERIOD
from training.heldout import landscape_held_out
from training.palette import COLOURS, Colour, another, tinted
from training.words import EXTRAS, GRADIENTS, HOURS, LANDS, PATTERNS, WEATHERS

# Sky colours at the top and at the horizon.
SKIES: dict[str, tuple[Colour, Colour]] = {
    "day": ((70, 150, 235), (190, 226, 250)),
    "dusk": ((85, 50, 125), (252, 150, 70)),
    "night": ((8, 12, 38), (36, 46, 92)),
}
CLOUDY: dict[str, Colour] = {"day": (168, 178, 190), "dusk": (150, 110, 120), "night": (30, 34, 52)}
LIGHT: dict[str, tuple[float, float, float]] = {
    "day": (1.0, 1.0, 1.0),
    "dusk": (0.66, 0.44, 0.44),
    "night": (0.25, 0.28, 0.45),
}
HORIZON = CANVAS * 0.58
UNIT = CANVAS / 256


@dataclass(frozen=True)
class Landscape:
    """What a landscape shows."""

    land: str
    hour: str
    weather: str = ""
    extra: str = ""

    def words(self) -> str:
        """The caption."""
        weather = f" in {self.weather}" if self.weather else ""
        return f"{self.land} at {self.hour}{weather}" + (f" with {self.extra}" if self.extra else "")


@dataclass(frozen=True)
class Pattern:
    """What a pattern or a gradient shows; `inks` are the tints its two colours are drawn in."""

    name: str
    first: str
    second: str
    inks: tuple[Colour, Colour]

    def words(self) -> str:
        """The caption."""
        if self.name in GRADIENTS:
            return f"a {self.name} gradient from {self.first} to {self.second}"
        return f"{self.first} and {self.second} {self.name}"


def _grid() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[0:CANVAS, 0:CANVAS]
    return rows, columns


def _blend(near: Colour, far: Colour, amount: np.ndarray) -> Image.Image:
    """A change from one colour to the other; `amount` is (row, column) from 0 to 1."""
    pixels = np.array(near) * (1 - amount[..., None]) + np.array(far) * amount[..., None]
    return Image.fromarray(np.broadcast_to(pixels, (CANVAS, CANVAS, 3)).astype(np.uint8))


def pattern_mask(name: str) -> np.ndarray:
    """Where the second colour goes; in step with the model's patches, so that it can be learned."""
    y, x = _grid()
    half = PERIOD // 2
    if name == "horizontal stripes":
        return np.asarray((y // half) % 2 == 1)
    if name == "vertical stripes":
        return np.asarray((x // half) % 2 == 1)
    if name == "diagonal stripes":
        return np.asarray(((x + y) // half) % 2 == 1)
    if name == "checks":
        return np.asarray((x // PERIOD + y // PERIOD) % 2 == 1)
    return np.asarray(np.hypot(x % PERIOD - half, y % PERIOD - half) < PERIOD * 0.3)


PATTERN_MASKS = {name: pattern_mask(name) for name in PATTERNS}


def chosen_gradient(rng: Random) -> Pattern:
    """A smooth change from one named colour to another."""
    start = another(rng)
    end = another(rng, start)
    name = rng.choice(GRADIENTS)
    return Pattern(name, start, end, (tinted(rng, COLOURS[start]), tinted(rng, COLOURS[end])))


def chosen_pattern(rng: Random) -> Pattern:
    """Two colours in stripes, checks or dots; the dots have the first colour."""
    first = another(rng)
    second = another(rng, first)
    name = rng.choice(PATTERNS)
    on, under = (first, second) if name == "dots" else (second, first)
    return Pattern(name, first, second, (tinted(rng, COLOURS[on]), tinted(rng, COLOURS[under])))


def draw_pattern(what: Pattern) -> Image.Image:
    """The pattern or gradient on its canvas."""
    on, under = what.inks
    if what.name in GRADIENTS:
        slope = np.linspace(0, 1, CANVAS)
        return _blend(on, under, slope[:, None] if what.name == "vertical" else slope[None, :])
    return Image.fromarray(np.where(PATTERN_MASKS[what.name][..., None], on, under).astype(np.uint8))


def lit(rng: Random, colour: Colour, what: Landscape) -> Colour:
    """A ground colour in the light of the hour; under snow it is nearly white."""
    if what.weather == "snow":
        colour = tuple(round(0.2 * value + 0.8 * white) for value, white in zip(colour, (244, 247, 252), strict=True))  # type: ignore[assignment]
    light = LIGHT[what.hour]
    red, green, blue = (round(value * share) for value, share in zip(colour, light, strict=True))
    return tinted(rng, (red, green, blue), 4)


def _ground(pen: ImageDraw.ImageDraw, top: list[tuple[float, float]], fill: Colour) -> None:
    pen.polygon([(0, CANVAS), *top, (CANVAS, CANVAS)], fill=fill)


def _rolling(rng: Random, base: float, height: float) -> list[tuple[float, float]]:
    phase = rng.uniform(0, 2 * math.pi)
    return [
        (float(x), base - height * UNIT * math.sin(phase + 2.4 * math.pi * x / CANVAS)) for x in range(0, CANVAS + 1, 8)
    ]


def _sky(rng: Random, what: Landscape) -> Image.Image:
    top, horizon = SKIES[what.hour]
    if what.weather in ("rain", "snow", "fog"):
        gray = CLOUDY[what.hour]
        top, horizon = (tuple((a + 2 * b) // 3 for a, b in zip(c, gray, strict=True)) for c in (top, horizon))  # type: ignore[assignment]
    slope = np.clip(np.linspace(0, CANVAS / HORIZON, CANVAS), 0, 1)[:, None]
    return _blend(tinted(rng, top), tinted(rng, horizon), slope)


def disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour) -> None:
    """A filled circle; all lengths in pixels of the pen's picture."""
    pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)


def _extra(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    x = rng.uniform(80, 176) * UNIT
    if what.extra == "sun":
        low = what.hour == "dusk"
        fill = (255, 208, 96) if low else (255, 240, 120)
        disc(pen, x, HORIZON - 14 * UNIT if low else 50 * UNIT, (32 if low else 26) * UNIT, fill)
    elif what.extra == "moon":
        disc(pen, x, 52 * UNIT, 24 * UNIT, (245, 240, 215))
    elif what.extra == "stars":
        for _ in range(18):
            disc(pen, rng.uniform(6, 250) * UNIT, rng.uniform(6, 110) * UNIT, 3 * UNIT, (250, 248, 225))


def _clouds(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    fill = lit(rng, (250, 250, 252), Landscape(what.land, what.hour))
    if what.hour == "night":
        fill = tinted(rng, (92, 98, 124))
    for middle in (60 + rng.uniform(-12, 12), 185 + rng.uniform(-12, 12)):
        y = rng.uniform(40, 75)
        for puff in (-24, 0, 24):
            size = 22 if puff == 0 else 15
            box = [middle + puff - size, y - size, middle + puff + size, y + size * 0.7]
            pen.ellipse([value * UNIT for value in box], fill=fill)


def _mountains(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    rock, cap = lit(rng, (112, 108, 122), what), lit(rng, (250, 250, 255), what)
    for across in (42, 214, 128):
        x, y = (across + rng.uniform(-10, 10)) * UNIT, HORIZON - rng.uniform(52, 84) * UNIT
        foot, side = 200 * UNIT, 78 * UNIT
        pen.polygon([(x - side, foot), (x, y), (x + side, foot)], fill=rock)
        high = (foot - y) * 0.3
        pen.polygon([(x - side * 0.3, y + high), (x, y), (x + side * 0.3, y + high)], fill=cap)
    _ground(pen, _rolling(rng, 200 * UNIT, 7), lit(rng, (80, 130, 76), what))


def _sea(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    # The sea itself does not turn white.
    water = Landscape(what.land, what.hour)
    pen.rectangle([0, HORIZON, CANVAS, CANVAS], fill=lit(rng, (40, 105, 180), water))
    for row in range(3):
        y, x = HORIZON + (24 + 28 * row) * UNIT, rng.uniform(50, 206) * UNIT
        pen.line([(x - 38 * UNIT, y), (x + 38 * UNIT, y)], fill=lit(rng, (150, 195, 230), water), width=round(5 * UNIT))


def _forest(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    _ground(pen, _rolling(rng, HORIZON + 30 * UNIT, 6), lit(rng, (78, 132, 70), what))
    fill = lit(rng, (28, 92, 52), what)
    for x in range(21, 256, 43):
        foot, top = 218.0, 148 - rng.uniform(16, 36)
        for level in range(2):
            low = foot - 40 * level
            width = 24 - 6 * level
            corners = [(x - width, low), (x, top if level else top + 34), (x + width, low)]
            pen.polygon([(a * UNIT, b * UNIT) for a, b in corners], fill=fill)


def _city(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    bare = Landscape(what.land, what.hour)
    window = (255, 222, 120) if what.hour != "day" else (205, 226, 240)
    for number in range(6):
        left, top = 3 + 42.7 * number, rng.uniform(70, 140)
        fill = lit(rng, ((118, 122, 138), (146, 124, 116))[number % 2], bare)
        pen.rectangle([left * UNIT, top * UNIT, (left + 36) * UNIT, CANVAS], fill=fill)
        for row in range(int((214 - top) // 22)):
            for column in range(2):
                x, y = left + 6 + 15 * column, top + 9 + 22 * row
                pen.rectangle([x * UNIT, y * UNIT, (x + 9) * UNIT, (y + 11) * UNIT], fill=window)
    _ground(pen, [(0, 222 * UNIT), (CANVAS, 222 * UNIT)], lit(rng, (92, 96, 100), what))


def _land(pen: ImageDraw.ImageDraw, rng: Random, what: Landscape) -> None:
    if what.land == "hills":
        _ground(pen, _rolling(rng, HORIZON + 5 * UNIT, 16), lit(rng, (112, 178, 85), what))
        _ground(pen, _rolling(rng, HORIZON + 48 * UNIT, 12), lit(rng, (75, 145, 65), what))
    elif what.land == "desert":
        _ground(pen, _rolling(rng, HORIZON + 8 * UNIT, 14), lit(rng, (236, 196, 125), what))
        _ground(pen, _rolling(rng, HORIZON + 52 * UNIT, 12), lit(rng, (216, 166, 95), what))
    else:
        {"sea": _sea, "mountains": _mountains, "forest": _forest, "city": _city}[what.land](pen, rng, what)


def _scattered(rng: Random, number: int) -> tuple[float, float]:
    """A place on the canvas; those of successive numbers lie evenly and in no lines (Roberts's R2 sequence)."""
    across, down = number * 0.7548776662 % 1, number * 0.5698402910 % 1
    return across * CANVAS + rng.uniform(-7, 7) * UNIT, down * CANVAS + rng.uniform(-7, 7) * UNIT


def _falling(image: Image.Image, rng: Random, what: Landscape) -> Image.Image:
    """Rain as slanted lines, snow as flakes, fog as a veil that thickens downwards."""
    pen = ImageDraw.Draw(image)
    if what.weather == "rain":
        ink = {"day": (222, 234, 246), "dusk": (206, 186, 200), "night": (120, 134, 172)}[what.hour]
        for number in range(42):
            x, y = _scattered(rng, number)
            pen.line([(x, y), (x - 5 * UNIT, y + 20 * UNIT)], fill=ink, width=round(2.4 * UNIT))
    elif what.weather == "snow":
        for number in range(36):
            x, y = _scattered(rng, number)
            disc(pen, x, y, 3.4 * UNIT, (250, 251, 255))
    elif what.weather == "fog":
        gray = {"day": (214, 220, 226), "dusk": (196, 164, 160), "night": (72, 78, 98)}[what.hour]
        near = np.clip(1 - np.abs(np.linspace(-0.55, 0.45, CANVAS)) * 1.1, 0.35, 1)[:, None, None] * 0.8
        pixels = np.array(image) * (1 - near) + np.array(gray) * near
        return Image.fromarray(pixels.astype(np.uint8))
    return image


def chosen_landscape(rng: Random, held_out: bool = False) -> Landscape:
    """Some landscape; held out means land, hour and weather that training never joins."""
    while True:
        hour = rng.choice(HOURS)
        extra = rng.choice(("", *EXTRAS[hour]))
        what = Landscape(rng.choice(LANDS), hour, rng.choice(("", "", *WEATHERS)), extra)
        # Rain and fog hide the sky.
        if what.weather in ("rain", "fog") and extra:
            continue
        if landscape_held_out(what.land, hour, what.weather) == held_out:
            return what


def draw_landscape(what: Landscape, rng: Random) -> Image.Image:
    """The landscape on its canvas."""
    image = _sky(rng, what)
    pen = ImageDraw.Draw(image)
    _extra(pen, rng, what)
    if what.weather == "clouds":
        _clouds(pen, rng, what)
    _land(pen, rng, what)
    return _falling(image, rng, what)


def landscape(rng: Random) -> tuple[str, Image.Image]:
    """A piece of land under a sky at some hour, with its caption."""
    what = chosen_landscape(rng)
    return what.words(), draw_landscape(what, rng)
