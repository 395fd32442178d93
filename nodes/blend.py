"""Two pictures become one."""

from typing import Annotated, Any, Literal

import numpy as np

from ajar import pixels
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Slider
from ajar.values import Image, Mask
from nodes.edit import Anchor, place, resize
from nodes.mask import fitted

Array = np.ndarray[Any, np.dtype[Any]]
Mode = Literal[
    "normal", "multiply", "screen", "overlay", "soft light", "add", "difference", "darken", "lighten"
]


@node
def blend(
    base: Image,
    top: Image,
    mode: Mode = "normal",
    opacity: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    mask: Mask | None = None,
    fit: Literal["cover", "stretch", "exact"] = "cover",
) -> Image:
    """Lay a picture over another one of the same place, the way layers mix in image editors.

    A top picture of another size is made to cover the base, stretched to it, or refused (exact). The result has the
    base's size, depth and colour profile.
    """
    if top.size != base.size:
        if fit == "exact":
            raise UserError(
                f"The pictures differ in size: {base.size} and {top.size}.", "Resize one of them, or let fit be cover."
            )
        top = resize(top, base.size, fit=fit)
    base, top = _meet(base, top)
    if mask is None and top.channels != 4 and base.channels != 4:
        return base.like(_opaque(base.array, top.array, mode, opacity))
    cover = np.float32(opacity) if mask is None else fitted(mask, base)[:, :, None] * np.float32(opacity)
    return base.like(_over(base.array, top.array, mode, cover))


@node
def composite(
    foreground: Image,
    background: Image,
    mask: Mask | None = None,
    opacity: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    anchor: Anchor = "center",
    x: int = 0,
    y: int = 0,
) -> Image:
    """Put a picture onto a background, through its own alpha and a mask.

    The anchor says where it sits; x and y move it from there. What hangs over the edge is cut off. A mask of another
    size is fitted to the foreground.
    """
    background, foreground = _meet(background, foreground)
    left, top = place(anchor, background.size, foreground.size)
    left, top = left + x, top + y
    across = slice(max(left, 0), min(left + foreground.width, background.width))
    down = slice(max(top, 0), min(top + foreground.height, background.height))
    if across.start >= across.stop or down.start >= down.stop:
        return background
    inside = slice(down.start - top, down.stop - top), slice(across.start - left, across.stop - left)
    cover: Any = np.float32(opacity)
    if mask is not None:
        cover = fitted(mask, foreground)[inside][:, :, None] * cover
    out = background.array.copy()
    out[down, across] = _over(background.array[down, across], foreground.array[inside], "normal", cover)
    return background.like(out)


def _meet(base: Image, top: Image) -> tuple[Image, Image]:
    """Both in the base's numbers; a gray base becomes coloured under a coloured top."""
    if base.channels == 1 and top.channels != 1:
        base = base.rgb()
    return base, top.into(base)


def _opaque(base: Array, top: Array, mode: Mode, opacity: float) -> Array:
    """Without alpha all but a few modes work on the numbers as they are."""
    import cv2

    mixed = _mix(base, top, mode)
    if opacity >= 1:
        return pixels.planes(mixed)
    return pixels.planes(cv2.addWeighted(base, 1 - opacity, mixed, opacity, 0))


def _over(base: Array, top: Array, mode: Mode, cover: Any) -> Array:
    """The W3C's rule for blending and compositing, in float."""
    rear, front = pixels.convert(base, "float32"), pixels.convert(top, "float32")
    if top.shape[2] == 4:
        cover = front[:, :, 3:] * cover
        front = front[:, :, :3]
    if base.shape[2] != 4:
        mixed = pixels.planes(_mix(rear, front, mode))
        return pixels.convert(rear + (mixed - rear) * cover, base.dtype)
    under, colours = rear[:, :, 3:], rear[:, :, :3]
    if mode != "normal":
        front = front + (pixels.planes(_mix(np.ascontiguousarray(colours), front, mode)) - front) * under
    alpha = cover + under * (1 - cover)
    out = np.concatenate((front * cover + colours * under * (1 - cover), alpha), axis=2)
    np.divide(out[:, :, :3], alpha, out=out[:, :, :3], where=alpha > 1e-6)
    return pixels.convert(np.clip(out, 0, 1, out=out), base.dtype)


def _mix(base: Array, top: Array, mode: Mode) -> Array:
    """What the mode makes of two pictures without alpha, of equal shape and dtype."""
    import cv2

    full = pixels.top(base)
    if mode == "normal":
        return top
    if mode == "multiply":
        return np.asarray(cv2.multiply(base, top, scale=1 / full))
    if mode == "screen":
        white = base.dtype.type(full)
        return np.asarray(white - pixels.planes(cv2.multiply(white - base, white - top, scale=1 / full)))
    if mode in ("overlay", "soft light"):
        a, b = pixels.convert(base, "float32"), pixels.convert(top, "float32")
        return pixels.convert(_overlay(a, b) if mode == "overlay" else _soft_light(a, b), base.dtype)
    works: dict[str, Any] = {"add": cv2.add, "difference": cv2.absdiff, "darken": cv2.min, "lighten": cv2.max}
    return pixels.bounded(np.asarray(works[mode](base, top)))


def _overlay(base: Array, top: Array) -> Array:
    return np.asarray(np.where(base <= 0.5, 2 * base * top, 1 - 2 * (1 - base) * (1 - top)))


def _soft_light(base: Array, top: Array) -> Array:
    lifted = np.where(base <= 0.25, ((16 * base - 12) * base + 4) * base, np.sqrt(base))
    dark = base - (1 - 2 * top) * base * (1 - base)
    return np.asarray(np.where(top <= 0.5, dark, base + (2 * top - 1) * (lifted - base)))
