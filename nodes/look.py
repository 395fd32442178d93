"""Sharpness and texture of pictures."""

from typing import Annotated, Any

import numpy as np

from ajar import pixels
from ajar.contract import node
from ajar.hints import Seed, Slider
from ajar.values import Image

Array = np.ndarray[Any, np.dtype[Any]]


@node
def blur(image: Image, radius: Annotated[float, Slider(0, 200, 0.5)] = 4.0) -> Image:
    """Blur a picture softly (Gaussian); the radius is in pixels."""
    if radius == 0:
        return image
    return image.like(pixels.through_alpha(image.array, lambda part: softened(part, radius)))


@node
def sharpen(
    image: Image,
    amount: Annotated[float, Slider(0, 5, 0.05)] = 0.8,
    radius: Annotated[float, Slider(0.3, 20, 0.1)] = 1.5,
    threshold: Annotated[float, Slider(0, 0.2, 0.005)] = 0.0,
) -> Image:
    """Make edges stand out (unsharp mask).

    Amount is how much, radius how wide in pixels; differences below the threshold are left alone, which spares skin
    and grain.
    """
    import cv2

    array = image.array
    colours = np.ascontiguousarray(array[:, :, :3]) if image.channels == 4 else array
    soft = pixels.planes(softened(colours, radius))
    crisp = pixels.planes(cv2.addWeighted(colours, 1 + amount, soft, -amount, 0))
    if threshold > 0:
        near = pixels.planes(cv2.absdiff(colours, soft)) < threshold * pixels.top(array)
        crisp = np.where(near, colours, crisp)
    crisp = pixels.bounded(crisp)
    if image.channels == 4:
        crisp = np.concatenate((crisp, array[:, :, 3:]), axis=2)
    return image.like(crisp)


@node
def grain(
    image: Image,
    amount: Annotated[float, Slider(0, 1, 0.01)] = 0.15,
    size: Annotated[float, Slider(1, 8, 0.1)] = 1.5,
    coloured: bool = False,
    seed: Seed = 0,
) -> Image:
    """Add film grain: strongest in the middle tones, of one colour or of many.

    Size is how large a grain is, in pixels. The same seed gives the same grain.
    """
    if amount == 0:
        return image
    values = np.array(pixels.convert(image.array, "float32"), copy=True)
    colours = values[:, :, :3]
    count = colours.shape[2] if coloured else 1
    noise = _noise(seed, image.height, image.width, count, size)
    light = colours.mean(axis=2, keepdims=True)
    # Film shows its grain between the extremes; a rest of it stays in deep shadows and highlights.
    colours += noise * (np.float32(amount * 0.25) * (0.2 + 3.2 * light * (1 - light)))
    return image.like(pixels.convert(np.clip(values, 0, 1, out=values), image.dtype))


def softened(array: Array, radius: float) -> Array:
    """Gaussian blur with this standard deviation in pixels, over the edge pixels repeated."""
    import cv2

    # A wide blur of a picture made smaller looks the same and costs a fraction.
    shrink = int(radius / 6) if min(array.shape[:2]) > 64 else 0
    if shrink < 2:
        return np.asarray(cv2.GaussianBlur(array, (0, 0), radius, borderType=cv2.BORDER_REPLICATE))
    height, width = array.shape[:2]
    goal = (max(8, round(width / shrink)), max(8, round(height / shrink)))
    small = pixels.planes(cv2.resize(array, goal, interpolation=cv2.INTER_AREA))
    # In float, as rounding a few levels would show as bands once it is large again.
    small = pixels.convert(small, "float32")
    spread = radius * goal[0] / width, radius * goal[1] / height
    small = cv2.GaussianBlur(small, (0, 0), spread[0], sigmaY=spread[1], borderType=cv2.BORDER_REPLICATE)
    large = pixels.planes(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))
    return pixels.convert(pixels.bounded(large), array.dtype)


def _noise(seed: int, height: int, width: int, count: int, size: float) -> Array:
    import cv2

    down, across = max(1, round(height / size)), max(1, round(width / size))
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal((down, across, count), np.float32)
    if (down, across) == (height, width):
        return noise
    noise = pixels.planes(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))
    # Enlarging averages; the strength shall not depend on the size.
    return noise / max(float(noise.std()), 1e-6)
