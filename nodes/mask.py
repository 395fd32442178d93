"""Masks: how much of each pixel counts."""

from typing import Annotated

import numpy as np

from ajar import colour, pixels
from ajar.contract import node
from ajar.hints import Slider
from ajar.values import Color, Image, Mask
from nodes.edit import scaled


@node
def mask_from_alpha(image: Image) -> Mask:
    """Take the alpha channel of a picture as a mask; all of it where there is none."""
    if image.channels != 4:
        return Mask.of(np.ones((image.height, image.width), np.float32))
    return Mask.of(pixels.convert(image.array[:, :, 3], "float32"))


@node
def mask_from_color(
    image: Image,
    color: Color = Color(0, 255, 0),
    tolerance: Annotated[float, Slider(0, 1, 0.01)] = 0.15,
    softness: Annotated[float, Slider(0, 1, 0.01)] = 0.05,
) -> Mask:
    """Mask what has about this colour, as for a green screen.

    Tolerance is how far a colour may be off (1: from black to white); softness is how gently the mask then falls.
    """
    picture = image.rgb()
    wanted = pixels.convert(colour.ink(color, picture), "float32")
    off = pixels.convert(picture.array, "float32") - wanted
    distance = np.sqrt(np.einsum("hwc,hwc->hw", off, off) / 3)
    if softness == 0:
        return Mask.of((distance <= tolerance).astype(np.float32))
    return Mask.of(np.clip(1 - (distance - tolerance) / np.float32(softness), 0, 1))


@node
def mask_from_brightness(
    image: Image, low: Annotated[float, Slider(0, 1, 0.01)] = 0.0, high: Annotated[float, Slider(0, 1, 0.01)] = 1.0
) -> Mask:
    """Mask what is bright: 0 at and below low, 1 at and above high.

    With the defaults a black and white picture becomes a mask as it is.
    """
    light = pixels.convert(image.gray().array[:, :, 0], "float32")
    if high <= low:
        return Mask.of((light >= low).astype(np.float32))
    return Mask.of(np.clip((light - np.float32(low)) / np.float32(high - low), 0, 1))


@node
def mask_invert(mask: Mask) -> Mask:
    """Turn a mask round: what counted no longer does."""
    return Mask.of(1 - mask.array)


@node
def mask_to_image(mask: Mask) -> Image:
    """Show a mask as a gray picture: white is what counts."""
    return Image.of(pixels.convert(mask.array[:, :, None], "uint8"))


@node
def cut_out(image: Image, mask: Mask) -> Image:
    """Keep what the mask covers and make the rest see-through. A mask of another size is fitted."""
    cover = fitted(mask, image)
    if image.channels == 4:
        cover = cover * pixels.convert(image.array[:, :, 3], "float32")
    out = pixels.with_channels(image.array, 4).copy() if image.channels == 4 else image.rgba().array.copy()
    out[:, :, 3] = pixels.convert(cover, image.dtype)
    return image.rgba().like(out)


def fitted(mask: Mask, image: Image) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """The values of a mask in the size of a picture."""
    found = scaled(mask.array[:, :, None], image.size, "auto")[:, :, 0]
    return np.asarray(found, np.float32)
