"""Arrays of pixels to the bytes of PNG, JPEG and WebP files, with colour profile and the graph that made them."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar import jpeg, labels, pictures, pixels, png
from ajar.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    from ajar.values import Image

    Array = np.ndarray[Any, np.dtype[Any]]

LIMITS = {"jpeg": 65_535, "webp": 16_383, "png": 1_000_000}
"""Longest side that each format can hold."""


def encode(
    array: "Array", profile: bytes | None, format: str, *, quality: int = 95, lossless: bool = False,
    about: str = "", level: int = 4,
) -> bytes:
    """The bytes of a PNG, JPEG or WebP file. UserError if the picture is too large for the format."""
    import PIL.Image

    if max(array.shape[:2]) > LIMITS[format]:
        raise UserError(
            f"A {format.upper()} file holds at most {LIMITS[format]} pixels a side.",
            "Save it as PNG or make it smaller.",
        )
    if profile and format == "webp" and array.shape[2] == 1:
        # WebP turns gray into colours, which a profile of gray does not fit.
        from ajar import colour

        array, profile = colour.convert(array, profile, None), None
    if profile and profile[16:20] != (b"GRAY" if array.shape[2] == 1 else b"RGB "):
        profile = None
    if format == "png":
        return _png(array, profile, about, level)
    array = pixels.convert(array, "uint8")
    image = pictures.to_pil(pixels.flat(array) if format == "jpeg" else array)
    exif = PIL.Image.Exif()
    ascii_about = re.sub(r"[^\x00-\x7f]", _escape, about)
    if about and (format == "webp" or len(ascii_about) < 60_000):
        exif[0x010E] = ascii_about
    out = io.BytesIO()
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if format == "webp":
        image.save(out, "WEBP", quality=quality, lossless=lossless, exact=True, method=4, exif=exif, **options)
        return out.getvalue()
    # Full colour detail from the upper qualities on: the difference shows at red edges.
    image.save(out, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2, exif=exif, **options)
    return jpeg.insert_text(out.getvalue(), about) if about and 0x010E not in exif else out.getvalue()


def untouched(image: "Image", format: str) -> Path | None:
    """The file of a picture that is signed, in this format, and unchanged: writing it anew would lose the signature."""
    path = image.path
    if path is None or not image.same_file or not path.is_file():
        return None
    with labels.opened(path) as data:
        known = labels.format_of(data)
        is_it = known is not None and known.__name__.rpartition(".")[2] == {"webp": "riff"}.get(format, format)
        return path if is_it and labels.signed(data) else None


def _png(array: "Array", profile: bytes | None, about: str, level: int) -> bytes:
    chunks = [png.profile_chunk(profile)] if profile else []
    if about:
        chunks.append(png.text_chunk("ajar", about))
    if array.dtype.name == "uint8":
        out = io.BytesIO()
        pictures.to_pil(array).save(out, "PNG", compress_level=level)
        return png.insert(out.getvalue(), chunks)
    import cv2

    array = pixels.convert(array, "uint16")
    if array.shape[2] >= 3:
        array = cv2.cvtColor(array, cv2.COLOR_RGB2BGR if array.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    _, data = cv2.imencode(".png", array, [cv2.IMWRITE_PNG_COMPRESSION, level])
    return png.insert(data.tobytes(), chunks)


def _escape(found: "re.Match[str]") -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
