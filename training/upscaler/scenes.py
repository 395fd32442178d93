"""Drawn things: letters, strokes, fur, panels, hills, signs."""

from __future__ import annotations

import functools
import string
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.upscaler.textures import Colours, Rng, clouds, coloured, palette, surface

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
FACES = ("Inter-Medium.ttf", "Inter-Regular.ttf", "Inter-SemiBold.ttf", "SourceSansPro-Semibold.ttf")
"""JetBrains Mono is kept back for measuring."""
BLACK_ON_WHITE = ((1, 1, 1), (0, 0, 0))
SIGNS = string.ascii_letters * 3 + string.digits * 2 + ".,:;!?()[]/&%+-=*#@"


def lettering(rng: Rng, side: int) -> Colours:
    """Lines of letters in some sizes on a plain or shaded ground, perhaps turned."""
    inks = palette(rng, 3) if rng.random() < 0.6 else np.array([*BLACK_ON_WHITE, rng.random(3)], np.float32)
    ground = _ground(rng, side, inks[0])
    page = Image.fromarray((ground * 255).astype(np.uint8))
    pen = ImageDraw.Draw(page)
    top = rng.uniform(-10, 20)
    while top < side:
        size = int(rng.integers(14, 90) if rng.random() < 0.4 else rng.integers(14, 36))
        text = "".join(SIGNS[n] if n < len(SIGNS) else " " for n in rng.integers(0, len(SIGNS) + 16, side // size * 2))
        ink = inks[1] if rng.random() < 0.8 else inks[2]
        pen.text(
            (rng.uniform(-size, size), top),
            text,
            fill=tuple(int(v * 255) for v in ink),
            font=_font(FACES[rng.integers(len(FACES))], size),
        )
        top += size * rng.uniform(1, 1.6)
    made = np.asarray(page, np.float32) / np.float32(255)
    return _rotated(rng, made) if rng.random() < 0.3 else made


@functools.lru_cache(maxsize=512)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / face, size)


def strokes(rng: Rng, side: int) -> Colours:
    """Straight and curved lines of all widths, grids and fans."""
    image, inks = _ground(rng, side, palette(rng, 1)[0]), palette(rng, 6)
    for _ in range(int(rng.integers(5, 60))):
        ink = tuple(float(part) for part in inks[rng.integers(len(inks))])
        width = int(2 ** rng.uniform(0.8, 4))
        kind = rng.integers(0, 4)
        if kind == 0:
            _line(image, rng.uniform(-0.2, 1.2, (2, 2)) * side, ink, width)
        elif kind == 1:
            centre, reach = rng.integers(0, side, 2), int(rng.integers(6, side // 2))
            cv2.ellipse(
                image,
                centre.tolist(),
                (reach, int(reach * rng.uniform(0.4, 1))),
                rng.uniform(0, 180),
                0,
                rng.uniform(40, 360),
                ink,
                width,
            )
        elif kind == 2:
            _comb(rng, image, ink, min(width, 6))
        else:
            bend = np.cumsum(np.cumsum(rng.normal(0, 1.2, (60, 2)), 0) + rng.normal(0, 6, 2), 0) + rng.random(2) * side
            cv2.polylines(image, [np.round(bend * 16).astype(np.int32)], False, ink, width, shift=4)
    return image


def _comb(rng: Rng, image: Colours, ink: tuple[float, ...], width: int) -> None:
    """Lines side by side, parallel or like a fan."""
    side = image.shape[0]
    start, turn = rng.random(2) * side, rng.uniform(0, np.pi)
    gap, fan = width + rng.uniform(3, 20), rng.uniform(-0.03, 0.03) if rng.random() < 0.5 else 0.0
    for number in range(int(rng.integers(4, 24))):
        angle = turn + fan * number
        along = np.array([np.cos(angle), np.sin(angle)]) * side / 3
        at = start + np.array([-np.sin(turn), np.cos(turn)]) * gap * number
        _line(image, np.stack([at - along, at + along]), ink, width)


def _line(image: Colours, ends: np.ndarray, ink: tuple[float, ...], width: int) -> None:
    begin, end = np.round(ends * 16).astype(int).tolist()
    cv2.line(image, begin, end, ink, width, shift=4)


def fur(rng: Rng, side: int) -> Colours:
    """Hairs or blades of grass that follow a direction which changes over the picture."""
    image = coloured(rng, clouds(rng, side, 2))
    turn = clouds(rng, side, rng.uniform(2, 3)) * rng.uniform(2, 8)
    inks, spread = palette(rng, 4), rng.uniform(0.03, 0.2)
    steps, width = int(rng.integers(6, 20)), int(rng.integers(1, 5))
    for _ in range(int(rng.integers(300, 1600))):
        points = [rng.random(2) * (side - 1)]
        for _ in range(steps):
            x, y = np.clip(points[-1], 0, side - 1).astype(int)
            points.append(points[-1] + 5 * np.array([np.cos(turn[y, x]), np.sin(turn[y, x])]))
        ink = np.clip(inks[rng.integers(len(inks))] + rng.normal(0, spread), 0, 1)
        cv2.polylines(
            image,
            [np.round(np.array(points) * 16).astype(np.int32)],
            False,
            tuple(float(part) for part in ink),
            width,
            shift=4,
        )
    return image


def panels(rng: Rng, side: int) -> Colours:
    """Frames, buttons and words, as a window shows them."""
    inks = palette(rng, 5)
    page = Image.fromarray((_ground(rng, side, inks[0]) * 255).astype(np.uint8))
    pen = ImageDraw.Draw(page)
    for _ in range(int(rng.integers(4, 22))):
        left, top = rng.integers(-20, side - 20, 2).tolist()
        wide, high = rng.integers(16, side // 2, 2).tolist()
        fill, rim, ink = (tuple(int(v * 255) for v in inks[n]) for n in rng.integers(0, 5, 3))
        pen.rounded_rectangle(
            [left, top, left + wide, top + high],
            int(rng.integers(0, min(wide, high) // 2)),
            fill,
            rim,
            int(rng.integers(0, 5)),
        )
        size = int(rng.integers(14, 34))
        text = "".join(SIGNS[n] for n in rng.integers(0, len(SIGNS), int(rng.integers(2, 14))))
        pen.text((left + 8, top + 6), text, fill=ink, font=_font(FACES[rng.integers(len(FACES))], size))
    return np.asarray(page, np.float32) / np.float32(255)


def hills(rng: Rng, side: int) -> Colours:
    """Ranges of hills behind one another under a sky, each with its own surface."""
    rows = np.arange(side, dtype=np.float32)[:, None]
    sky = palette(rng, 2)
    image = np.broadcast_to((sky[0] + (sky[1] - sky[0]) * rows / side)[:, None, :], (side, side, 3)).astype(np.float32)
    image = np.clip(image + 0.3 * (clouds(rng, side, 2.2) - 0.5)[:, :, None], 0, 1)
    for number in range(int(rng.integers(1, 6))):
        ridge = clouds(rng, side, rng.uniform(1.5, 2.6))[0] * rng.uniform(0.1, 0.7) + 0.15 + 0.13 * number
        ground = coloured(rng, surface(rng, side)) * rng.uniform(0.2, 0.9)
        ground = ground + (palette(rng, 1)[0] - ground) * rng.uniform(0, 0.8)
        mask = rows > ridge[None, :] * side
        image = np.where(mask[:, :, None], ground, image)
    return image.astype(np.float32)


def signs(rng: Rng, side: int) -> Colours:
    """Flat stars, rings, gears and drops in few colours on a plain ground, as icons are drawn."""
    inks = palette(rng, 4)
    image = np.full((side, side, 3), inks[0], np.float32)
    for _ in range(int(rng.integers(3, 30))):
        ink = tuple(float(part) for part in inks[rng.integers(1, 4)])
        (x, y), radius = rng.random(2) * side, 10 ** rng.uniform(0.8, 2)
        if rng.random() < 0.35:
            width = max(1, round(radius * rng.uniform(0.1, 0.5)))
            cv2.circle(image, (round(x * 16), round(y * 16)), round(radius * 16), ink, width, shift=4)
            continue
        angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
        points, sharp = int(rng.integers(2, 9)), rng.uniform(0.3, 6)
        away = radius * (1 + 0.5 * np.tanh(sharp * np.sin(points * angles)))
        angles = angles + rng.uniform(0, 2 * np.pi)
        corners = np.stack([x + away * np.cos(angles), y + away * np.sin(angles)], axis=1)
        cv2.fillPoly(image, [np.round(corners * 16).astype(np.int32)], ink, shift=4)
    return image


def _ground(rng: Rng, side: int, ink: Colours) -> Colours:
    """A plain colour, or one with some shade or surface."""
    flat = np.broadcast_to(ink, (side, side, 3)).astype(np.float32)
    kind = rng.random()
    if kind >= 0.5:
        shade = clouds(rng, side, 2.5) if kind < 0.8 else surface(rng, side)
        flat = np.clip(flat + rng.uniform(0.05, 0.35) * (shade[:, :, None] - 0.5), 0, 1)
    return np.array(flat, np.float32, order="C")


def _rotated(rng: Rng, image: Colours) -> Colours:
    side = image.shape[0]
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.uniform(0, 360), rng.uniform(0.8, 1.3))
    return np.asarray(cv2.warpAffine(image, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
