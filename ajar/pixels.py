"""Arrays of pixels: other depths, other channels, turned upright."""

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
