"""Fallen leaves: things of all sizes lying over one another, which has the statistics of photographs."""

from __future__ import annotations

import cv2
import numpy as np

from training.upscaler.textures import Colours, Rng, clouds, coloured, palette, surface

PLAIN_BELOW = 14
"""Pixels of radius below which a leaf has one colour only."""


def leaves(rng: Rng, side: int) -> Colours:
    """Leaves of sizes by a power law, the far ones perhaps out of focus; some are shaded or have a surface."""
    image = coloured(rng, clouds(rng, side, rng.uniform(1, 2.5)))
    inks = palette(rng, int(rng.integers(3, 10)))
    spread = rng.uniform(0.01, 0.2)
    count = int(10 ** rng.uniform(2.4, 3.25))
    smallest, power = rng.uniform(1.5, 8), rng.uniform(1.2, 2.6)
    form = rng.integers(0, 4)
    focus = int(count * rng.uniform(0.1, 0.8)) if rng.random() < 0.35 else -1
    texture = coloured(rng, surface(rng, side)) - 0.5
    rough = rng.uniform(0, 0.7)
    for number in range(count):
        radius = min(smallest * rng.random() ** (-1 / power), side / 3)
        ink = np.clip(inks[rng.integers(len(inks))] + rng.normal(0, spread, 3), 0, 1)
        _leaf(rng, image, radius, ink, int(form) if form < 3 else int(rng.integers(0, 3)), texture, rough)
        if number == focus:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 6))
    return image


def _leaf(rng: Rng, image: Colours, radius: float, ink: Colours, form: int, texture: Colours, rough: float) -> None:
    """One leaf somewhere, in place."""
    side = image.shape[0]
    x, y = rng.uniform(-0.05, 1.05, 2) * side
    if radius < PLAIN_BELOW or rng.random() < 0.3:
        _outline(rng, image, x, y, radius, form, tuple(float(part) for part in ink))
        return
    reach = int(radius * 1.8) + 2
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    right, bottom = min(side, int(x) + reach), min(side, int(y) + reach)
    if right <= left or bottom <= top:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    _outline(rng, mask, x - left, y - top, radius, form, 1.0)
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float32)
    slope = rng.normal(0, 0.25, 2) / radius
    fill = ink + ((columns - x) * slope[0] + (rows - y) * slope[1])[:, :, None]
    if rng.random() < 0.6:
        fill = fill + rough * texture[top:bottom, left:right]
    part = image[top:bottom, left:right]
    part[mask > 0] = np.clip(fill, 0, 1).astype(np.float32)[mask > 0]


def _outline(
    rng: Rng, image: np.ndarray, x: float, y: float, radius: float, form: int, ink: tuple[float, ...] | float
) -> None:
    """A disc or ellipse, a polygon, or a stroke, to a sixteenth of a pixel."""
    if form == 0:
        axes = (round(radius * 16), round(radius * rng.uniform(0.3, 1) * 16))
        cv2.ellipse(image, (round(x * 16), round(y * 16)), axes, rng.uniform(0, 180), 0, 360, ink, -1, shift=4)
        return
    if form == 1:
        corners = int(rng.integers(3, 8))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
        away = radius * rng.uniform(0.5, 1.4, corners)
        points = np.stack([x + away * np.cos(angles), y + away * np.sin(angles)], axis=1)
    else:
        turn, thin = rng.uniform(0, np.pi), radius * 10 ** rng.uniform(-1.2, 0)
        along = np.array([np.cos(turn), np.sin(turn)]) * radius * 1.5
        beside = np.array([-np.sin(turn), np.cos(turn)]) * thin / 2
        points = np.array([x, y]) + np.stack([along + beside, along - beside, -along - beside, beside - along])
    cv2.fillPoly(image, [np.round(points * 16).astype(np.int32)], ink, shift=4)
