"""Pictures of kinds that training never draws: a fractal, balls on a floor, a maze, a page of code, a rosette."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.upscaler.scenes import FONTS

Pixels = NDArray[np.uint8]
SIDE = 256
FINE = 3
CODE = """
@node
def upscale(gpu: Gpu, image: Image) -> Image:
    # Larger pictures, and better faces.
    goal = _goal(image.size, factor=2.0)
    if enlarger is None:
        return image.like(scaled(image))
    for spot in sorted(spots, key=len):
        left, top = max(x - 8, 0), y % 64
        assert 0 < left <= top, "outside"
    return {"size": goal, "at": [3, 5]}
"""


def fractal() -> Pixels:
    """A part of the Mandelbrot set."""
    side = SIDE * 2
    y, x = np.mgrid[0:side, 0:side] / side
    c = (-0.7475 + 0.012 * (x - 0.5)) + 1j * (0.1 + 0.012 * (y - 0.5))
    z, steps = np.zeros_like(c), np.zeros(c.shape)
    for _ in range(160):
        inside = np.abs(z) < 4
        z[inside] = z[inside] ** 2 + c[inside]
        steps += inside
    turn = np.log(steps + 1) * 3
    return _small(np.stack([0.5 + 0.5 * np.cos(turn + shift) for shift in (0, 0.9, 1.9)], axis=2))


def balls() -> Pixels:
    """Shaded balls on a chequered floor, seen with perspective."""
    side = SIDE * FINE
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    ray = np.stack([x, -y - 0.12, np.ones_like(x)], axis=2)
    ray /= np.linalg.norm(ray, axis=2, keepdims=True)
    down = np.minimum(ray[:, :, 1], -1e-4)
    place = ray * (-1.0 / down)[:, :, None]
    board = (np.floor(place[:, :, 0] * 1.5) + np.floor(place[:, :, 2] * 1.5)) % 2
    image = np.where((ray[:, :, 1] < 0)[:, :, None], 0.25 + 0.5 * board[:, :, None], np.array([0.55, 0.7, 0.9]))
    light = np.array([0.5, 0.7, -0.5])
    for number in range(14):
        centre = np.array([1.1 * (number % 5 - 2), -0.6 + 0.25 * (number % 3), 8 - 0.45 * number])
        radius, ink = 0.35 + 0.03 * (number % 4), np.array([(number * k % 7 + 1) / 8 for k in (1, 3, 5)])
        along = ray @ centre
        depth = along**2 - centre @ centre + radius**2
        hit = (depth > 0) & (along > 0)
        normal = (ray * (along - np.sqrt(np.maximum(depth, 0)))[:, :, None] - centre) / radius
        lit = np.clip(normal @ light, 0, 1)[:, :, None]
        image = np.where(hit[:, :, None], ink * (0.25 + 0.75 * lit) + 0.6 * lit**30, image)
    return _small(image)


def maze(seed: int = 3) -> Pixels:
    """A maze, dug by a random walk and turned a little."""
    rng, count = np.random.default_rng(seed), 32
    free = np.zeros((2 * count + 1, 2 * count + 1), bool)
    path = [(0, 0)]
    while path:
        row, column = path[-1]
        free[2 * row + 1, 2 * column + 1] = True
        around = ((row + a, column + b) for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0)))
        ways = [(y, x) for y, x in around if 0 <= y < count and 0 <= x < count and not free[2 * y + 1, 2 * x + 1]]
        if not ways:
            path.pop()
            continue
        way = ways[rng.integers(len(ways))]
        free[row + way[0] + 1, column + way[1] + 1] = True
        path.append(way)
    image = np.where(free[:, :, None], np.array([0.93, 0.9, 0.82]), np.array([0.16, 0.2, 0.35]))
    large = cv2.resize(image, (SIDE * FINE, SIDE * FINE), interpolation=cv2.INTER_NEAREST)
    turn = cv2.getRotationMatrix2D((SIDE * FINE / 2, SIDE * FINE / 2), 20, 1.4)
    return _small(cv2.warpAffine(large, turn, (SIDE * FINE, SIDE * FINE)))


def code() -> Pixels:
    """A page of a program in JetBrains Mono, light on dark."""
    page = Image.new("RGB", (SIDE * FINE, SIDE * FINE), (30, 32, 40))
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(CODE.strip().splitlines()):
        size = 30 + 3 * (number % 3)
        ink = ((230, 230, 220), (140, 190, 240), (240, 180, 120))[number % 3]
        font = ImageFont.truetype(FONTS / "JetBrainsMono-Regular.ttf", size)
        pen.text((20, 14 + 72 * number), line, fill=ink, font=font)
    return _small(np.asarray(page) / 255)


def rosette() -> Pixels:
    """Fine curves woven into one another, as on banknotes."""
    page = np.full((SIDE * FINE, SIDE * FINE, 3), (0.95, 0.96, 0.9), np.float64)
    turn = np.linspace(0, 2 * np.pi, 4000)
    for number in range(9):
        away = (0.25 + 0.02 * number + 0.11 * np.cos(7 * turn + number * 0.5) + 0.04 * np.cos(31 * turn)) * SIDE * FINE
        points = np.stack([away * np.cos(turn), away * np.sin(turn)], axis=1) + SIDE * FINE / 2
        ink = (0.1 + 0.08 * number, 0.3, 0.55 - 0.04 * number)
        cv2.polylines(page, [np.round(points * 16).astype(np.int32)], True, ink, 3, shift=4)
    return _small(page)


KINDS: tuple[Callable[[], Pixels], ...] = (fractal, balls, maze, code, rosette)


def _small(image: NDArray[np.floating]) -> Pixels:
    """At the size that is measured, its edges made smooth."""
    values = cv2.resize(image.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(np.clip(values, 0, 1) * 255), np.uint8)
