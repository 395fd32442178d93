"""Surfaces made by arithmetic: clouds of every roughness, cells, wood, cloth, waves."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""Values about 0 to 1, H x W."""
Colours = NDArray[np.float32]
"""H x W x 3, from 0 to 1."""
Rng = np.random.Generator


def clouds(rng: Rng, side: int, roughness: float) -> Field:
    """Noise whose spectrum falls with the frequency: 1 is sandpaper, 2 a landscape, 3 fog."""
    across, down = np.fft.rfftfreq(side), np.fft.fftfreq(side)[:, None]
    distance = np.hypot(across, down)
    distance[0, 0] = 1
    waves = np.fft.rfft2(rng.standard_normal((side, side), np.float32)) / distance ** (roughness)
    waves[0, 0] = 0
    values = np.fft.irfft2(waves, (side, side)).astype(np.float32)
    return np.clip(0.5 + values / (values.std() * 5 + 1e-9), 0, 1).astype(np.float32)


def cells(rng: Rng, side: int) -> Field:
    """Stones, scales or bubbles: each spot belongs to the nearest of scattered points."""
    count = int(10 ** rng.uniform(1.3, 3.2))
    free = np.full((side, side), 255, np.uint8)
    free[rng.integers(0, side, count), rng.integers(0, side, count)] = 0
    distance, label = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    shade = rng.random(int(label.max()) + 1, np.float32)[label]
    size = side / np.sqrt(count)
    round_ = np.clip(1 - distance / size, 0, 1)
    mix = rng.random()
    return np.asarray(mix * shade + (1 - mix) * round_, np.float32)


def wood(rng: Rng, side: int) -> Field:
    """Rings around a far centre, bent, with fine fibres."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    bend = clouds(rng, side, rng.uniform(1.6, 2.4)) * rng.uniform(0.1, 0.8)
    stretch = rng.uniform(0.05, 1)
    rings = np.hypot(x - rng.uniform(-1, 2), (y - rng.uniform(-1, 2)) * stretch) + bend * 0.4
    wave = np.sin(2 * np.pi * rings * rng.uniform(4, 40))
    threads = rng.random((side, max(4, side // 24)), np.float32)
    fibres = cv2.resize(threads, (side, side), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(0.5 + 0.35 * wave + 0.3 * (fibres.T - 0.5), 0, 1), np.float32)


def cloth(rng: Rng, side: int) -> Field:
    """Threads over and under each other, each a little different."""
    pitch = rng.uniform(5, 28)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    x, y = _turned(x, y, rng.uniform(0, np.pi))
    x = x + 3 * rng.random() * np.sin(y / rng.uniform(20, 90))
    over = np.sin(np.pi * x / pitch) * np.sin(np.pi * y / pitch) > 0
    warp, weft = np.abs(np.sin(np.pi * x / pitch)), np.abs(np.sin(np.pi * y / pitch))
    shades = rng.random(4096, np.float32)
    which = np.where(over, (x // pitch).astype(int) * 2, (y // pitch).astype(int) * 2 + 1) % 4096
    return np.asarray(np.where(over, warp, weft) * (0.7 + 0.3 * shades[which]), np.float32)


def waves(rng: Rng, side: int) -> Field:
    """Stripes, rings, or ripples that grow ever finer, soft or with hard edges."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    x, y = _turned(x, y, rng.uniform(0, np.pi))
    kind = rng.integers(0, 4)
    fine = rng.uniform(5, 75)
    if kind == 0:
        phase = x * fine
    elif kind == 1:
        phase = np.hypot(x - rng.random(), y - rng.random()) * fine
    elif kind == 2:
        phase = (x * x + y * y * rng.random()) * fine
    else:
        phase = x * fine + clouds(rng, side, rng.uniform(1.8, 3)) * rng.uniform(1, 12)
    wave = np.sin(2 * np.pi * phase)
    if kind == 0 and rng.random() < 0.4:  # a chequered board
        wave = wave * np.sin(2 * np.pi * y * fine)
    return np.asarray(np.clip(0.5 + wave * 10 ** rng.uniform(-0.4, 1.6), 0, 1), np.float32)


def fog(rng: Rng, side: int) -> Field:
    """Clouds of any roughness; now and then as ridges."""
    values = clouds(rng, side, rng.uniform(0.7, 2.6))
    return np.asarray(1 - np.abs(values * 2 - 1), np.float32) if rng.random() < 0.25 else values


SURFACES: tuple[Callable[[Rng, int], Field], ...] = (fog, fog, cells, wood, cloth, waves)


def surface(rng: Rng, side: int) -> Field:
    """Any of the surfaces, or one laid over another."""
    made = SURFACES[rng.integers(len(SURFACES))](rng, side)
    if rng.random() < 0.35:
        made = made * (0.5 + 0.5 * SURFACES[rng.integers(len(SURFACES))](rng, side))
    return np.asarray(made, np.float32)


def coloured(rng: Rng, values: Field) -> Colours:
    """Colours instead of values, through a few stops as a painter would mix them."""
    count = int(rng.integers(2, 6))
    stops = np.sort(rng.random(count))
    inks = palette(rng, count)
    return np.stack([np.interp(values, stops, inks[:, part]) for part in range(3)], axis=2).astype(np.float32)


def palette(rng: Rng, count: int) -> NDArray[np.float32]:
    """Colours that have something in common, count x 3: as in most pictures, brightness differs more than hue."""
    middle = rng.uniform(0.1, 0.9) + rng.uniform(-1, 1, 3) * rng.uniform(0, 0.4)
    light = rng.uniform(-1, 1, (count, 1)) * rng.uniform(0.15, 0.7)
    hue = rng.uniform(-1, 1, (count, 3)) * rng.uniform(0, 0.35)
    return np.clip(middle + light + hue, 0, 1).astype(np.float32)


def _turned(x: Field, y: Field, angle: float) -> tuple[Field, Field]:
    return x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
