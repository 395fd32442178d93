"""Picture files to arrays: PNG, JPEG, WebP, TIFF, GIF, BMP, AVIF. Bombs and damage become UserErrors."""

import contextlib
import functools
import importlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar import pixels, png
from ajar.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image

    Array = np.ndarray[Any, np.dtype[Any]]

MAX_PIXELS = 100_000_000
MAX_FILE = 1 << 30
FORMATS = {
    "PNG": "Png", "JPEG": "Jpeg", "WEBP": "WebP", "TIFF": "Tiff", "BMP": "Bmp", "GIF": "Gif", "AVIF": "Avif",
    "PPM": "Ppm",
}
"""What is opened at all, and the Pillow plugin for it; its other plugins are never tried on a stranger's file."""
SUFFIXES = frozenset(
    (".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".ppm")
)
"""Endings of the files that are looked at as pictures in a folder."""
FILMS = (".mp4", ".mov", ".m4v", ".m4a", ".mkv", ".webm", ".ogg", ".aac", ".avi")
"""Endings of films and sounds whose own tags may hold what made them."""
ORIENTATION = 0x0112
BITS_PER_SAMPLE = 258


@dataclass(frozen=True, slots=True)
class Head:
    """What the header of a picture file says, turned upright."""

    width: int
    height: int
    channels: int
    dtype: str
    mode: str
    """The Pillow mode to convert to, or ``deep`` where OpenCV must read it."""
    turn: int
    """The EXIF orientation, 1 to 8, still to be applied."""


def read_head(source: Path | bytes) -> Head:
    """Size and kind of a picture without its pixels. UserError if it can't be one that Ajar may open."""
    with _reading(source), _open(_file(source)) as image:
        return _head(image, _name(source))
    raise AssertionError("unreachable")


def decode(source: Path | bytes) -> "tuple[Array, bytes | None]":
    """Pixels (upright) and colour profile of a picture file. UserError if it is damaged or too large."""
    with _reading(source):
        with _open(_file(source)) as image:
            head = _head(image, _name(source))
            if head.mode != "deep":
                return _shallow(image, head)
            profile = image.info.get("icc_profile")
            is_png = image.format == "PNG"
        data = source if isinstance(source, bytes) else source.read_bytes()
        return _deep(data, head, is_png), profile
    raise AssertionError("unreachable")


def read_about(path: Path) -> str | None:
    """The JSON that Ajar wrote into a picture, sound, film or GLB file, or None. UserError if it can't be read."""
    from ajar import labels

    with _reading(path):
        with labels.opened(path) as data:
            known = labels.format_of(data)
            found = known.read(data).about if known is not None else None
        if found is not None:
            return str(found)
        if path.suffix.lower() in FILMS:
            from ajar import film

            return film.read_about(path)
        if known is None:
            with _open(path) as image:
                _head(image, path.name)
                text = image.getexif().get(0x010E)
                return text if isinstance(text, str) and text.startswith("{") else None
        return None
    raise AssertionError("unreachable")


def to_pil(array: "Array") -> "PIL.Image.Image":
    """A uint8 array as a Pillow picture."""
    image: PIL.Image.Image = _pillow().fromarray(array[:, :, 0] if array.shape[2] == 1 else array)
    return image


@functools.cache
def _pillow() -> Any:
    """Pillow with our limit, its warning of bombs being an error. ``Any``: its types change between releases."""
    import PIL.Image

    PIL.Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
    return PIL.Image


@functools.cache
def _formats() -> tuple[str, ...]:
    """The formats that this build of Pillow has."""
    found = []
    for name, plugin in FORMATS.items():
        with contextlib.suppress(ImportError):
            importlib.import_module(f"PIL.{plugin}ImagePlugin")
            found.append(name)
    return tuple(found)


def _open(file: "Path | io.BytesIO") -> Any:
    return _pillow().open(file, formats=_formats())


def _head(image: Any, name: str) -> Head:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(name, f"{width} x {height} pixels")
    turn = 1
    # Pillow turns TIFFs itself; asking a PNG without EXIF at its head would decode all of it.
    if image.format != "TIFF" and "exif" in image.info:
        found = image.getexif().get(ORIENTATION, 1)
        turn = found if isinstance(found, int) and 1 <= found <= 8 else 1
    if turn > 4:
        width, height = height, width
    return Head(width, height, *_kind(image), turn)


def _kind(image: Any) -> tuple[int, str, str]:
    """Channels, dtype and how to read them."""
    mode = image.mode
    if image.format == "PNG" and image.tile and "16" in str(image.tile[0][3]):
        channels = {"RGB": 4 if "transparency" in image.info else 3, "RGBA": 4, "LA": 4}.get(mode, 1)
        return (channels, "uint16", "deep")
    if image.format == "TIFF" and mode in ("RGB", "RGBA"):
        bits = image.tag_v2.get(BITS_PER_SAMPLE, (8,))
        if max(bits if isinstance(bits, tuple) else (bits,)) == 16:
            return (len(mode), "uint16", "deep")
    if mode.startswith("I"):
        return (1, "uint16", mode)
    if mode == "F":
        return (1, "float32", "F")
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return (4, "uint8", "RGBA")
    return (1, "uint8", "L") if mode in ("1", "L") else (3, "uint8", "RGB")


def _shallow(image: Any, head: Head) -> "tuple[Array, bytes | None]":
    import numpy as np

    profile = image.info.get("icc_profile")
    if image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        from ajar import colour

        image, profile = colour.from_print(image, profile), None
    elif image.mode != head.mode:
        image = image.convert(head.mode)
    array = np.array(image)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.dtype.name != head.dtype:
        array = np.clip(array, 0, 65535).astype(head.dtype)
    return np.ascontiguousarray(pixels.upright(array, head.turn)), profile


@functools.cache
def _opencv() -> Any:
    """OpenCV, silent: what it thinks of a damaged file is said by us."""
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def _deep(data: bytes, head: Head, is_png: bool) -> "Array":
    import numpy as np

    cv2 = _opencv()

    if is_png and not png.is_whole(data):
        raise ValueError("the file is damaged")
    array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None:
        raise ValueError("the pixels are damaged")
    array = array[:, :, None] if array.ndim == 2 else array
    if array.shape[2] >= 3:
        array = cv2.cvtColor(array, cv2.COLOR_BGR2RGB if array.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    if array.dtype != np.uint16:
        raise ValueError("unexpected kind of pixels")
    return np.ascontiguousarray(pixels.upright(pixels.with_channels(array, head.channels), head.turn))


def _name(source: Path | bytes) -> str:
    return source.name if isinstance(source, Path) else "The picture"


def _file(source: Path | bytes) -> "Path | io.BytesIO":
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > MAX_FILE:
        raise _too_large(_name(source), f"{size >> 20} MB")
    return source if isinstance(source, Path) else io.BytesIO(source)


def _too_large(name: str, what: str) -> UserError:
    return UserError(
        f"{name} is too large to open: {what}.", f"Pictures may have up to {MAX_PIXELS // 1_000_000} million pixels."
    )


class _reading:
    """Turns whatever a hostile or damaged file makes the decoders raise into one sentence."""

    def __init__(self, source: Path | bytes) -> None:
        self.name = _name(source)

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, UserError) or not isinstance(error, Exception):
            return
        name = type(error).__name__
        if isinstance(error, FileNotFoundError):
            raise UserError(f"There is no file {self.name}.", "Check the path; it counts from the workflow.") from None
        if isinstance(error, IsADirectoryError | PermissionError):
            raise UserError(f"{self.name} can't be read.", "Give the path of a picture that you may read.") from None
        if name in ("DecompressionBombError", "DecompressionBombWarning"):
            raise _too_large(self.name, "more pixels than are safe to decode") from None
        if name == "UnidentifiedImageError":
            raise UserError(f"{self.name} is not a picture that Ajar can read.", "Use PNG, JPEG or WebP.") from None
        raise UserError(
            f"{self.name} is damaged or cut short, so it can't be opened.",
            "Open and save it in an image editor, or get it again.",
        ) from error
