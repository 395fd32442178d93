"""How near an enlarged picture comes to its original: PSNR, SSIM, and how sharp its edges are."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Light = NDArray[np.float64]
Enlarge = Callable[[Pixels, int], Pixels]
"""A picture, H x W x 3, and how many times larger (or smaller) it shall be."""

EDGES = 0.9
"""The pixels whose gradient in the original is above that of this share of all pixels are its strong edges."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like its original a picture is."""

    psnr: float
    """In decibels, over all three colours."""
    ssim: float
    """Of the brightness, with the Gaussian window of 11 pixels of Wang et al. (2004)."""
    sharpness: float
    """How steep the original's strong edges are now, as a part of how steep they were: 1 is as in the original."""

    def beats(self, other: Likeness) -> bool:
        """Whether it is nearer to the original by every measure."""
        return self.psnr > other.psnr and self.ssim > other.ssim and abs(1 - self.sharpness) < abs(1 - other.sharpness)


def likeness(made: Pixels, original: Pixels) -> Likeness:
    """All measures of one picture; both H x W x 3."""
    error = np.square(made.astype(np.float64) - original).mean()
    light, wanted = brightness(made), brightness(original)
    return Likeness(float(10 * np.log10(255**2 / max(error, 1e-9))), ssim(light, wanted), sharpness(light, wanted))


def mean(found: list[Likeness]) -> Likeness:
    """The mean of each measure."""
    return Likeness(*(float(np.mean([getattr(one, part) for one in found])) for part in Likeness.__slots__))


def brightness(pixels: Pixels) -> Light:
    """Luma after ITU-R BT.601, from 0 to 255."""
    return np.asarray(pixels.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))


def ssim(made: Light, original: Light) -> float:
    """Mean structural similarity of two pictures, H x W from 0 to 255."""

    def blurred(values: Light) -> Light:
        whole = cv2.GaussianBlur(values, (11, 11), 1.5)
        return np.asarray(whole[5:-5, 5:-5])  # where the window lies inside the picture

    a, b = blurred(made), blurred(original)
    spread_a, spread_b = blurred(made**2) - a**2, blurred(original**2) - b**2
    together = blurred(made * original) - a * b
    low, lower = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * a * b + low) * (2 * together + lower) / ((a**2 + b**2 + low) * (spread_a + spread_b + lower))
    return float(alike.mean())


def sharpness(made: Light, original: Light) -> float:
    """Mean gradient on the original's strong edges, as a part of the original's mean gradient there."""
    was = _gradient(original)
    strong = was > np.quantile(was, EDGES)
    return float(_gradient(made)[strong].mean() / max(was[strong].mean(), 1e-9)) if strong.any() else 1.0


def _gradient(values: Light) -> Light:
    """The difference of the two neighbours across and down, as one length."""
    across = values[1:-1, 2:] - values[1:-1, :-2]
    down = values[2:, 1:-1] - values[:-2, 1:-1]
    return np.asarray(np.hypot(across, down))


def reduced(pixels: Pixels, scale: int, way: Image.Resampling = Image.Resampling.BICUBIC) -> Pixels:
    """The picture ``scale`` times smaller, by Pillow's bicubic filter where nothing else is said."""
    height, width = pixels.shape[:2]
    return np.asarray(Image.fromarray(pixels).resize((width // scale, height // scale), way))


def by_area(pixels: Pixels, scale: int) -> Pixels:
    """The picture smaller, each pixel the mean of those it stands for."""
    return reduced(pixels, scale, Image.Resampling.BOX)


def as_jpeg(pixels: Pixels, scale: int) -> Pixels:
    """The picture smaller and then kept as a JPEG of quality 90."""
    file = io.BytesIO()
    Image.fromarray(reduced(pixels, scale)).save(file, "JPEG", quality=90)
    return np.asarray(Image.open(file))


def cut(pixels: Pixels, multiple: int = 4) -> Pixels:
    """Without the few pixels on the right and below that make its sides no multiple."""
    height, width = (side - side % multiple for side in pixels.shape[:2])
    return pixels[:height, :width]


def bicubic(pixels: Pixels, scale: int) -> Pixels:
    """Enlarged by Pillow's bicubic filter."""
    return _enlarged(pixels, scale, Image.Resampling.BICUBIC)


def lanczos(pixels: Pixels, scale: int) -> Pixels:
    """Enlarged by Pillow's Lanczos filter of three lobes."""
    return _enlarged(pixels, scale, Image.Resampling.LANCZOS)


def _enlarged(pixels: Pixels, scale: int, way: Image.Resampling) -> Pixels:
    height, width = pixels.shape[:2]
    return np.asarray(Image.fromarray(pixels).resize((width * scale, height * scale), way))
