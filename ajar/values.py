"""What travels on wires besides plain Python values. Importing this is cheap: pixels bring numpy with them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ajar.clips import Audio, Mesh, Video
from ajar.controls import Control
from ajar.plain import Color, Lora, LoraPart, Size, Tuning

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import DTypeLike

    Array = np.ndarray[Any, np.dtype[Any]]

__all__ = ["Audio", "Color", "Control", "Image", "Lora", "LoraPart", "Mask", "Mesh", "Size", "Tuning", "Video"]

Format = Literal["png", "jpeg", "webp"]


class Image:
    """A picture: H x W x (1, 3 or 4), uint8, uint16 or float32 in 0..1, straight alpha. It never changes.

    A picture from a file is decoded when its pixels are first asked for.
    """

    __slots__ = ("_array", "_channels", "_digest", "_dtype", "_height", "_load", "_profile", "_stamp", "_width", "path")

    _array: "Array | None"
    _profile: bytes | None
    _load: "Callable[[], tuple[Array, bytes | None]] | None"
    _digest: str | None
    _stamp: tuple[int, int] | None
    _width: int
    _height: int
    _channels: int
    _dtype: str
    path: Path | None

    def __init__(self) -> None:
        raise TypeError("Make a picture with Image.of(array) or Image.open(path).")

    @classmethod
    def of(cls, array: "Array", profile: bytes | None = None) -> "Image":
        """A picture of this array, which becomes read-only and is not copied; H x W means one channel."""
        if array.ndim == 2:
            array = array[:, :, None]
        if array.dtype.name not in ("uint8", "uint16", "float32"):
            raise TypeError(f"A picture holds uint8, uint16 or float32, not {array.dtype.name}.")
        if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or not array.size:
            raise TypeError(f"A picture is H x W x 1, 3 or 4, not {' x '.join(map(str, array.shape))}.")
        array.flags.writeable = False
        self = cls.__new__(cls)
        self._array = array
        self._height, self._width, self._channels = array.shape
        self._dtype = array.dtype.name
        self._profile = profile
        self._load = self._digest = self._stamp = self.path = None
        return self

    @classmethod
    def open(cls, path: Path, digest: str | None = None) -> "Image":
        """The picture in a file. Only the header is read now; UserError if it is none or too large."""
        from ajar import pictures

        head = pictures.read_head(path)
        return cls.lazy(
            lambda: pictures.decode(path), (head.height, head.width, head.channels), head.dtype,
            path=path, digest=digest,
        )

    @classmethod
    def lazy(
        cls, load: "Callable[[], tuple[Array, bytes | None]]", shape: tuple[int, int, int], dtype: str, *,
        path: Path | None = None, digest: str | None = None,
    ) -> "Image":
        """A picture whose shape and dtype are known and whose pixels and profile ``load`` brings when needed."""
        self = cls.__new__(cls)
        self._array = self._profile = None
        self._height, self._width, self._channels = shape
        self._dtype, self._load, self.path, self._digest = dtype, load, path, digest
        self._stamp = _stamp(path) if path and digest is None else None
        return self

    @property
    def array(self) -> "Array":
        """The pixels, H x W x C, read-only."""
        array = self._array
        if array is None:
            assert self._load is not None
            # Two threads may both decode; they get equal pixels and the last one stays.
            array, self._profile = self._load()
            array.flags.writeable = False
            self._height, self._width, self._channels = array.shape
            self._dtype = array.dtype.name
            self._array = array
        return array

    @property
    def profile(self) -> bytes | None:
        """The ICC profile of the numbers; None means sRGB."""
        if self._array is None:
            _ = self.array
        return self._profile

    @property
    def width(self) -> int:
        return self._width

    @property
    def height(self) -> int:
        return self._height

    @property
    def channels(self) -> int:
        return self._channels

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    @property
    def dtype(self) -> str:
        """``uint8``, ``uint16`` or ``float32``."""
        return self._dtype

    @property
    def nbytes(self) -> int:
        """Bytes of the pixels in memory."""
        return self.width * self.height * self.channels * {"uint8": 1, "uint16": 2, "float32": 4}[self.dtype]

    @property
    def digest(self) -> str | None:
        """BLAKE3 of the file it was opened from; None for a computed picture or when the file has changed."""
        if self._digest is None and self.path is not None and self.same_file:
            from blake3 import blake3

            self._digest = blake3(max_threads=1).update_mmap(self.path).hexdigest()
        return self._digest

    @property
    def same_file(self) -> bool:
        """Whether the file this was opened from is still the one on the disk."""
        return self.path is not None and (self._stamp is None or self._stamp == _stamp(self.path))

    def like(self, array: "Array") -> "Image":
        """A picture of other pixels in this one's colours (the same profile)."""
        return Image.of(array, self.profile)

    def to(self, dtype: "DTypeLike") -> "Image":
        """The same picture in uint8, uint16 or float32; float values outside 0..1 are clipped."""
        from ajar import pixels

        array = pixels.convert(self.array, dtype)
        return self if array is self.array else self.like(array)

    def pil(self) -> "PIL.Image.Image":
        """An 8-bit Pillow picture (L, RGB or RGBA) of the numbers as they are."""
        from ajar import pictures

        return pictures.to_pil(self.to("uint8").array)

    def srgb(self) -> "Image":
        """The same colours as sRGB numbers, without a profile."""
        from ajar import colour

        return Image.of(colour.convert(self.array, self.profile, None)) if self.profile else self

    def into(self, other: "Image") -> "Image":
        """The same picture in the other one's colours and dtype; only the alpha channel stays its own."""
        from ajar import colour

        picture = self.gray() if other.channels == 1 else self.rgb() if self.channels == 1 else self
        array = colour.convert(picture.array, picture.profile, other.profile)
        return other.like(array).to(other.dtype)

    def rgb(self) -> "Image":
        """Three channels; alpha is dropped."""
        return self._channels_as(3)

    def rgba(self) -> "Image":
        """Four channels; opaque where there was no alpha."""
        return self._channels_as(4)

    def gray(self) -> "Image":
        """One channel: the luma of the sRGB numbers; alpha is dropped."""
        return self._channels_as(1)

    def _channels_as(self, channels: int) -> "Image":
        from ajar import pixels

        if self.channels == channels:
            return self
        # A profile of three colours does not fit one channel, nor the other way round.
        base = self.srgb() if 1 in (channels, self.channels) else self
        return base.like(pixels.with_channels(base.array, channels))

    def encode(
        self, format: Format = "png", *, quality: int = 95, lossless: bool = False, about: str = "",
        level: int = 4,
    ) -> bytes:
        """The bytes of a file: PNG (16 bit for uint16 and float32; ``level`` 0..9), JPEG or WebP (8 bit)."""
        from ajar import export

        return export.encode(
            self.array, self.profile, format, quality=quality, lossless=lossless, about=about, level=level
        )

    def __repr__(self) -> str:
        return f"<Image {self.width}x{self.height}x{self.channels} {self.dtype}>"

    def __reduce__(self) -> Any:
        raise TypeError("Pictures travel as parcels (ajar.parcel), not as pickles.")


class Mask:
    """How much of each pixel counts: H x W float32 in 0..1. It never changes."""

    __slots__ = ("_array", "_load", "height", "width")

    _array: "Array | None"
    _load: "Callable[[], Array] | None"
    height: int
    width: int

    def __init__(self) -> None:
        raise TypeError("Make a mask with Mask.of(array).")

    @classmethod
    def of(cls, array: "Array") -> "Mask":
        """A mask of this float32 array, which becomes read-only and is not copied."""
        if array.dtype.name != "float32" or array.ndim != 2 or not array.size:
            raise TypeError(f"A mask is H x W float32, not {array.dtype.name} with {array.ndim} dimensions.")
        array.flags.writeable = False
        self = cls.__new__(cls)
        self._array, self._load = array, None
        self.height, self.width = array.shape
        return self

    @classmethod
    def lazy(cls, load: "Callable[[], Array]", height: int, width: int) -> "Mask":
        """A mask whose values ``load`` brings when they are needed."""
        self = cls.__new__(cls)
        self._array, self._load, self.height, self.width = None, load, height, width
        return self

    @property
    def array(self) -> "Array":
        """The values, H x W, read-only."""
        if self._array is None:
            assert self._load is not None
            self._array = self._load()
            self._array.flags.writeable = False
        return self._array

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    @property
    def nbytes(self) -> int:
        return self.width * self.height * 4

    def __repr__(self) -> str:
        return f"<Mask {self.width}x{self.height}>"

    def __reduce__(self) -> Any:
        raise TypeError("Masks travel as parcels (ajar.parcel), not as pickles.")


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
