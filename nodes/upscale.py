"""Larger pictures."""

from typing import Annotated

import numpy as np

from ajar import pictures
from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Slider
from ajar.models import Enlarger
from ajar.values import Image, Size
from nodes.edit import scaled

PLAIN_FACTOR = 2.0
"""How much larger a picture gets where neither a model nor a person says."""


@node
def upscale(
    gpu: Gpu,
    image: Image,
    model: Annotated[str, Model("upscale")] = "",
    factor: Annotated[float, Slider(0, 8, 0.5)] = 0.0,
) -> Image:
    """Make a picture larger with an upscaling model, which adds fine detail, or without one by Lanczos.

    A factor of 0 is the model's own, and 2 without a model. Depth, colour profile and transparency are kept.
    """
    enlarger: Enlarger | None = gpu.load(model, kind="upscale") if model else None
    times = factor or (float(enlarger.scale) if enlarger else PLAIN_FACTOR)
    goal = Size(max(1, round(image.width * times)), max(1, round(image.height * times)))
    largest = max(times, enlarger.scale if enlarger else times)
    if image.width * image.height * largest**2 > pictures.MAX_PIXELS:
        raise UserError(
            f"{image.size} enlarged {largest:g} times has more than {pictures.MAX_PIXELS // 10**6} million pixels.",
            "Choose a smaller factor, or make the picture smaller first.",
        )
    if enlarger is None:
        gpu.progress(0.0, "Lanczos")
        return image.like(scaled(image.array, goal, "lanczos"))
    larger = enlarger.enlarge(image, gpu.progress)
    array = scaled(larger.array, goal)
    if image.channels == 4:
        array = np.concatenate([array, scaled(image.array[:, :, 3:], goal)], axis=2)
    return larger.like(array)
