"""Pictures turned into other ways of drawing: lines, watercolour, large pixels, blueprint, neon."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from training.palette import Colour
from training.pen import SIDE

PAPER: Colour = (18, 48, 140)
INK: Colour = (244, 249, 255)
"""Of a blueprint."""
THICK = 7
"""Lines on a canvas of 256 pixels; thinner ones drown in the model's autoencoder."""
NIGHT: Colour = (9, 7, 22)
BLOCK = 4
"""The side of a large pixel."""

Restyle = Callable[[Image.Image, Random], Image.Image]


def lines(image: Image.Image, thick: int = THICK, floor: int = 24) -> Image.Image:
    """The outlines of a picture as a gray image of 256x256, white where they are."""
    canvas = np.asarray(image.convert("RGB").resize((256, 256), Image.Resampling.BOX))
    high, low = _within(np.maximum, canvas, thick), _within(np.minimum, canvas, thick)
    strongest = (high - low).max(-1).astype(int)
    return Image.fromarray(np.clip((strongest - floor) * 5, 0, 255).astype(np.uint8))


def _within(choose: np.ufunc, pixels: np.ndarray, width: int) -> np.ndarray:
    """The greatest or least value within a square around each pixel, one axis after the other."""
    for axis in (0, 1):
        edges = [(width // 2, width // 2) if number == axis else (0, 0) for number in range(3)]
        padded = np.pad(pixels, edges, mode="edge")
        pixels = choose.reduce([padded.take(range(n, n + pixels.shape[axis]), axis) for n in range(width)])
    return pixels


def blueprint(image: Image.Image, _rng: Random | None = None) -> Image.Image:
    """The outlines of a picture, white on blue."""
    return ImageOps.colorize(lines(image), PAPER, INK)


def outline(image: Image.Image, _rng: Random | None = None) -> Image.Image:
    """The outlines of a landscape, dark on pale paper; things get theirs where they are drawn."""
    return ImageOps.colorize(lines(image, 5), (250, 248, 240), (36, 38, 46))


def pixel(image: Image.Image, _rng: Random | None = None) -> Image.Image:
    """Large square pixels of few shades."""
    few = image.resize((SIDE // BLOCK, SIDE // BLOCK), Image.Resampling.BOX)
    return few.point(lambda value: min(255, round(value / 36) * 36)).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _clouded(rng: Random, cells: int, side: int) -> np.ndarray:
    """Smooth noise around 0, about 1 high, as (row, column)."""
    values = np.random.default_rng(rng.getrandbits(32)).standard_normal((cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(values, "F").resize((side, side), Image.Resampling.BICUBIC))


def watercolour(image: Image.Image, rng: Random) -> Image.Image:
    """Pigment that runs and pools in soft, uneven edges on white, grained paper."""
    side = 256
    canvas = np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BOX))
    rows, columns = np.mgrid[0:side, 0:side]
    shift = [(1.9 * _clouded(rng, 18, side) + 0.7 * _clouded(rng, 50, side)).round().astype(int) for _ in range(2)]
    run = canvas[np.clip(rows + shift[0], 0, side - 1), np.clip(columns + shift[1], 0, side - 1)]
    soft = np.asarray(Image.fromarray(run).filter(ImageFilter.GaussianBlur(1.6)), float)
    # Pigment is what is not paper: it varies, and is darkest where a wash ends.
    wide = np.asarray(Image.fromarray(run).filter(ImageFilter.GaussianBlur(7)), float)
    rim = np.clip(np.abs(soft - wide).max(-1, keepdims=True) / 255, 0, 0.5)
    strength = 0.74 + 0.06 * _clouded(rng, 7, side)[..., None] + 0.7 * rim
    washed = 250 - (250 - soft) * np.clip(strength, 0.3, 1.1)
    washed += 2.5 * _clouded(rng, 128, side)[..., None]
    return Image.fromarray(np.clip(washed, 0, 255).astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.BOX)


def neon(image: Image.Image, _rng: Random | None = None) -> Image.Image:
    """Glowing tubes along the outlines, in the brightened colours of the picture, on near-black."""
    canvas = image.convert("RGB").resize((256, 256), Image.Resampling.BOX)
    where = lines(image, 5)
    # The tube takes its colour from the more colourful side of the edge.
    hue, saturation, _ = canvas.filter(ImageFilter.MaxFilter(9)).convert("HSV").split()
    bright = Image.merge("HSV", (hue, saturation.point(lambda v: min(255, v * 2)), Image.new("L", canvas.size, 255)))
    tube = Image.composite(bright.convert("RGB"), Image.new("RGB", canvas.size), where)
    glow = np.asarray(tube.filter(ImageFilter.GaussianBlur(9)), float) * 0.95
    halo = np.asarray(tube.filter(ImageFilter.GaussianBlur(3)), float) * 0.6
    core = np.asarray(where.filter(ImageFilter.GaussianBlur(1)), float)[..., None] * 0.35
    pixels = np.array(NIGHT) + glow + halo + np.asarray(tube, float) * 0.55 + core
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.BOX)


RESTYLES: dict[str, Restyle] = {
    "outline": outline,
    "watercolour": watercolour,
    "pixel": pixel,
    "blueprint": blueprint,
    "neon": neon,
}


def restyled(image: Image.Image, style: str, rng: Random, has_lines: bool = False) -> Image.Image:
    """The picture at its final size in the style; '' leaves it flat, and so does 'outline' with lines there already."""
    if not style or (style == "outline" and has_lines):
        return image.resize((SIDE, SIDE), Image.Resampling.BOX)
    return RESTYLES[style](image, rng).resize((SIDE, SIDE), Image.Resampling.BOX)
