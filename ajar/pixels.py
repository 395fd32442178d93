"""Arrays of pixels: other depths, other channels, turned upright, worked on with respect for alpha."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import DTypeLike

    Array = np.ndarray[Any, np.dtype[Any]]


def convert(array: "Array", dtype: "DTypeLike") -> "Array":
    """Pixels as uint8, uint16 or float32 (0..1); the array itself where nothing is to be done."""
    import numpy as np

    want = np.dtype(dtype).name
    have = array.dtype.name
    if have == want:
        return array
    if want == "float32":
        return array * np.float32(1 / (255 if have == "uint8" else 65535))
    if want == "uint16" and have == "uint8":
        return array * np.uint16(257)
    if want == "uint8" and have == "uint16":
        return ((array.astype(np.uint32) * 255 + 32_895) >> 16).astype(np.uint8)
    if want not in ("uint8", "uint16"):
        raise TypeError(f"A picture holds uint8, uint16 or float32, not {want}.")
    top = np.float32(255 if want == "uint8" else 65535)
    # NaN has no place in a file; it becomes black.
    scaled = np.nan_to_num(np.clip(array, 0, 1) * top, copy=False)
    return np.rint(scaled, out=scaled).astype(want)


def with_channels(array: "Array", channels: int) -> "Array":
    """Pixels with 1 (Rec. 709 luma), 3 or 4 channels; new alpha is opaque."""
    import numpy as np

    have = array.shape[2]
    if have == channels:
        return array
    if channels == 1:
        luma = array[:, :, :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        return (np.rint(luma).astype(array.dtype) if array.dtype.kind == "u" else luma)[:, :, None]
    if channels == 3:
        return array[:, :, :3] if have == 4 else np.repeat(array, 3, axis=2)
    out = np.empty((*array.shape[:2], 4), array.dtype)
    out[:, :, :3] = array
    out[:, :, 3] = np.iinfo(array.dtype).max if array.dtype.kind == "u" else 1
    return out


def upright(array: "Array", turn: int) -> "Array":
    """The view that undoes an EXIF orientation (1 to 8)."""
    if turn in (2, 5, 7, 4):
        array = {2: array[:, ::-1], 4: array[::-1]}.get(turn, array.swapaxes(0, 1))
        return array[::-1, ::-1] if turn == 7 else array
    if turn == 3:
        return array[::-1, ::-1]
    if turn in (6, 8):
        array = array.swapaxes(0, 1)
        return array[:, ::-1] if turn == 6 else array[::-1]
    return array


def flat(array: "Array") -> "Array":
    """8-bit pixels without alpha, over white: JPEG has none, and black fringes are nobody's wish."""
    import numpy as np

    if array.shape[2] != 4:
        return array
    alpha = array[:, :, 3:].astype(np.uint32)
    mixed = array[:, :, :3] * alpha + 255 * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def top(array: "Array") -> float:
    """The value of full white: 255, 65535 or 1."""
    return {"uint8": 255.0, "uint16": 65535.0}.get(array.dtype.name, 1.0)


def planes(array: "Array") -> "Array":
    """H x W x C, also for what OpenCV gave back as H x W."""
    return array[:, :, None] if array.ndim == 2 else array


def is_opaque(array: "Array") -> bool:
    """Whether nothing shines through."""
    return bool(array.shape[2] != 4 or array[:, :, 3].min() >= top(array))


def through_alpha(array: "Array", work: "Callable[[Array], Array]") -> "Array":
    """``work`` (a filter that mixes neighbours) on the pixels, so that what can't be seen doesn't bleed."""
    import numpy as np

    if is_opaque(array):
        return planes(work(array))
    values = np.array(convert(array, "float32"), copy=True)
    values[:, :, :3] *= values[:, :, 3:]
    done = np.array(planes(work(values)), copy=True)
    alpha = done[:, :, 3:]
    np.divide(done[:, :, :3], alpha, out=done[:, :, :3], where=alpha > 1e-6)
    return convert(np.clip(done, 0, 1, out=done), array.dtype)


def bounded(array: "Array") -> "Array":
    """Float pixels brought back to 0..1 after a filter that overshoots; whole numbers are bounded by their kind."""
    import numpy as np

    return np.clip(array, 0, 1) if array.dtype.kind == "f" else array


def map_tones(array: "Array", curves: "list[Callable[[Array], Array] | None]") -> "Array":
    """Each colour channel through its curve (0..1 to 0..1; None: as it is); alpha stays."""
    import numpy as np

    count = array.shape[2]
    all_curves = (curves * 3)[: min(count, 3)] if len(curves) == 1 else curves[:count]
    if array.dtype.kind == "f":
        if len(curves) == 1 and curves[0] is not None and count != 4:
            done = curves[0](array).astype(np.float32, copy=False)
            return np.clip(done, 0, 1, out=done if done is not array else None)
        out = np.array(array, copy=True)
        for at, curve in enumerate(all_curves):
            if curve is not None:
                out[:, :, at] = curve(array[:, :, at])
        return np.clip(out, 0, 1, out=out)
    full = int(top(array))
    steps = np.linspace(0, 1, full + 1)
    tables = np.empty((count, full + 1), array.dtype)
    tables[:] = np.arange(full + 1)
    for at, curve in enumerate(all_curves):
        if curve is not None:
            tables[at] = np.rint(np.clip(curve(steps), 0, 1) * full)
    if full == 255:
        import cv2

        alike = len(curves) == 1 and count != 4
        return planes(cv2.LUT(array, tables[0] if alike else np.ascontiguousarray(tables.T[None])))
    out = np.empty(array.shape, array.dtype)
    for at in range(count):
        np.take(tables[at], array[:, :, at], out=out[:, :, at], mode="clip")
    return out
