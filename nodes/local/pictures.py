"""Pictures on their way into pipelines and out of them."""

from typing import Any

import numpy as np
import PIL.Image

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.values import Image, Mask, Size


def picture_of(image: Image, size: Size) -> PIL.Image.Image:
    """A picture in sRGB and of this size, filling it; what is too much is cut off evenly."""
    return fitted(image.srgb().rgb().to("uint8").pil(), size, PIL.Image.Resampling.LANCZOS)


def mask_of(mask: Mask, size: Size) -> PIL.Image.Image:
    """A mask of this size as a picture of grays, fitted as ``picture_of`` does; white is where there is 1."""
    grays = PIL.Image.fromarray((mask.array * 255).round().astype(np.uint8), "L")
    return fitted(grays, size, PIL.Image.Resampling.BILINEAR)


def fitted(picture: PIL.Image.Image, size: Size, by: PIL.Image.Resampling) -> PIL.Image.Image:
    """Scaled to fill the size, and cut in the middle."""
    if picture.size == (size.width, size.height):
        return picture
    scale = max(size.width / picture.width, size.height / picture.height)
    wide, high = size.width / scale, size.height / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    return picture.resize((size.width, size.height), by, box=(left, top, left + wide, top + high))


def finished_picture(entry: ModelEntry, found: Any) -> Image:
    """What a pipeline gave (height x width x 3 of numbers 0..1) as a picture. UserError if it is none."""
    if not np.isfinite(found).all():
        raise UserError(
            f'"{entry.title}" gave no picture: its numbers overflowed.', "Try other settings or no LoRA."
        )
    return Image.of((found * 255).round().astype(np.uint8))
