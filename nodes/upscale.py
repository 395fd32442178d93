"""Larger pictures and films, and better faces."""

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np

from ajar import film, pictures, pixels, reel
from ajar.clips import Video
from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Slider
from ajar.painting import Enlarger
from ajar.values import Image, Mask, Size
from nodes.edit import scaled

Array = np.ndarray[Any, np.dtype[Any]]
PLAIN_FACTOR = 2.0
"""How much larger a picture gets where neither a model nor a person says."""
FACE = 512
"""Pixels a side of a face as the models for faces know it."""
SMALLEST_FACE = 16


@node
def upscale(
    gpu: Gpu,
    image: Image,
    model: Annotated[str, Model("upscale")] = "",
    factor: Annotated[float, Slider(0, 8, 0.5)] = 0.0,
) -> Image:
    """Make a picture larger with an upscaling model, which adds fine detail, or without one by Lanczos.

    A factor of 0 is the model's own, and 2 without a model. Models that take away noise, blur or JPEG marks are
    chosen here too; their factor is 1. Depth, colour profile and transparency are kept.
    """
    enlarger: Enlarger | None = gpu.load(model, kind="upscale") if model else None
    goal = _goal(image.size, enlarger, factor)
    if enlarger is None:
        gpu.progress(0.0, "Lanczos")
        return image.like(scaled(image.array, goal, "lanczos"))
    larger = enlarger.enlarge(image, gpu.progress)
    array = scaled(larger.array, goal)
    if image.channels == 4:
        array = np.concatenate([array, scaled(image.array[:, :, 3:], goal)], axis=2)
    return larger.like(array)


@node
def upscale_video(
    gpu: Gpu,
    video: Video,
    model: Annotated[str, Model("upscale")] = "",
    factor: Annotated[float, Slider(0, 8, 0.5)] = 0.0,
) -> Video:
    """Make a film larger with an upscaling model, or without one by Lanczos; its sound is kept.

    A factor of 0 is the model's own, and 2 without a model. A few pictures at a time are in memory, however long the
    film is. Small ones go through the model several at once.
    """
    enlarger: Enlarger | None = gpu.load(model, kind="upscale") if model else None
    goal = _goal(video.size, enlarger, factor)
    count = film.frame_count(video)
    shots = film.frames(video.path, fps=video.fps)

    def larger() -> Iterator[Image]:
        if enlarger is not None:
            for image in enlarger.enlarge_each(shots, count, gpu.progress):
                yield image.like(scaled(image.array, goal))
            return
        for number, image in enumerate(shots):
            gpu.progress(min(number / count, 1.0), f"Lanczos, picture {number + 1} of {count}")
            yield image.like(scaled(image.array, goal, "lanczos"))

    return reel.write(larger(), video.fps, video.path, form=reel.WORKING)


@node
def restore_faces(
    gpu: Gpu,
    image: Image,
    model: Annotated[str, Model("face")],
    faces: Mask | None = None,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.8,
    margin: Annotated[float, Slider(0, 1, 0.05)] = 0.4,
) -> Image:
    """Make blurred or broken faces clear with a model for faces (GFPGAN, RestoreFormer).

    Each spot of the mask is taken as one face, with the margin around it as a part of its size; without a mask the
    picture is one face. Upright faces come out best. What lies outside the faces is not touched.
    """
    spots = _spots(faces, image.size) if faces is not None else [(0, 0, image.width, image.height)]
    restorer: Enlarger = gpu.load(model, kind="face")
    out = np.array(pixels.convert(image.array, "float32"), copy=True)
    colours = min(image.channels, 3)
    for number, spot in enumerate(spots):
        gpu.progress(number / len(spots), f"face {number + 1} of {len(spots)}")
        left, top, right, bottom = _around(spot, image.size, margin if faces is not None else 0.0)
        crop = image.like(np.ascontiguousarray(image.array[top:bottom, left:right, :colours]))
        square, inner = _squared(pixels.convert(crop.rgb().array, "float32"))
        better = restorer.enlarge(Image.of(square), lambda done, note, preview: gpu.progress(done, note)).array
        back = scaled(better[: inner.height, : inner.width], crop.size)
        if colours == 1:
            back = Image.of(back).gray().array
        cover = _soft_edge(crop.size) * np.float32(strength) if faces is not None else np.float32(strength)
        part = out[top:bottom, left:right, :colours]
        part += (back - part) * cover
    return image.like(pixels.convert(np.clip(out, 0, 1, out=out), image.dtype))


def _goal(size: Size, enlarger: Enlarger | None, factor: float) -> Size:
    """The size that comes out. UserError where it is beyond what can be held."""
    own = float(enlarger.scale) if enlarger else PLAIN_FACTOR
    times = factor or own
    largest = max(times, own if enlarger else times)
    if size.width * size.height * largest**2 > pictures.MAX_PIXELS:
        raise UserError(
            f"{size} enlarged {largest:g} times has more than {pictures.MAX_PIXELS // 10**6} million pixels.",
            "Choose a smaller factor, or make it smaller first.",
        )
    return Size(max(1, round(size.width * times)), max(1, round(size.height * times)))


def _spots(mask: Mask, size: Size) -> list[tuple[int, int, int, int]]:
    """What is marked, spot by spot, from left to right: left, top, right, bottom in pixels of the picture."""
    import cv2

    found = cv2.connectedComponentsWithStats((mask.array > 0.5).astype(np.uint8), connectivity=8)[2][1:]
    across, down = size.width / mask.width, size.height / mask.height
    spots = [
        (round(x * across), round(y * down), round((x + w) * across), round((y + h) * down))
        for x, y, w, h in (row[:4].tolist() for row in found)
    ]
    large = sorted(one for one in spots if min(one[2] - one[0], one[3] - one[1]) >= SMALLEST_FACE)
    if not large:
        raise UserError("The mask marks no face.", f"Mark at least one spot of {SMALLEST_FACE} pixels.")
    return large


def _around(spot: tuple[int, int, int, int], size: Size, margin: float) -> tuple[int, int, int, int]:
    """A square around a spot, moved and cut to lie inside the picture."""
    left, top, right, bottom = spot
    side = round(max(right - left, bottom - top) * (1 + 2 * margin))
    width, height = min(side, size.width), min(side, size.height)
    x = min(max((left + right - width) // 2, 0), size.width - width)
    y = min(max((top + bottom - height) // 2, 0), size.height - height)
    return x, y, x + width, y + height


def _squared(values: Array) -> tuple[Array, Size]:
    """A face as large as its model knows it, its edge repeated where it is no square; and how much of it is meant."""
    height, width = values.shape[:2]
    times = FACE / max(height, width)
    inner = Size(max(1, round(width * times)), max(1, round(height * times)))
    made = scaled(np.ascontiguousarray(values), inner)
    return np.pad(made, ((0, FACE - inner.height), (0, FACE - inner.width), (0, 0)), mode="edge"), inner


def _soft_edge(size: Size) -> Array:
    """1 inside and falling to 0 at the edge, H x W x 1."""
    def side(length: int) -> Array:
        places = (np.arange(length) + 0.5) / length
        return np.clip(np.minimum(places, 1 - places) / 0.12, 0, 1).astype(np.float32)

    return (side(size.height)[:, None] * side(size.width))[:, :, None]
