"""Pictures made ready for the screen: in sRGB, 8 bit, one channel or all, in halving sizes, away from the window."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from ajar import pixels
from ajar.errors import AjarError
from ajar.values import Image, Mask
from canvas.viewers.state import Box, Channel, Size

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SMALLEST = 256
"""No smaller size is kept than one whose longer side is about this."""
CRISP = 2.0
"""From this zoom on pixels are seen as squares."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture for painting: the same one in halving sizes, and its numbers as they came."""

    sizes: tuple[QImage, ...]
    pixels: "Array"
    """H x W x C in the depth and colours of the picture; what the read-out tells."""
    opaque: bool = True

    @property
    def size(self) -> Size:
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])

    @property
    def nbytes(self) -> int:
        return sum(image.sizeInBytes() for image in self.sizes)

    def paint(self, painter: QPainter, box: Box, room: Box, ratio: float = 1.0) -> None:
        """Paint the part of the picture that lies in ``room``, the whole picture being at ``box``."""
        zoom = box.width * ratio / self.size[0]
        level = level_for(zoom, len(self.sizes))
        image = self.sizes[level]
        seen = QRectF(*box).intersected(QRectF(*room))
        if seen.isEmpty():
            return
        across, down = image.width() / box.width, image.height() / box.height
        # Whole pixels of the source, so that squares of a large zoom are not cut by rounding.
        left, top = int((seen.x() - box.x) * across), int((seen.y() - box.y) * down)
        right = min(int((seen.right() - box.x) * across) + 2, image.width())
        bottom = min(int((seen.bottom() - box.y) * down) + 2, image.height())
        source = QRectF(left, top, right - left, bottom - top)
        target = QRectF(
            box.x + left / across, box.y + top / down, source.width() / across, source.height() / down,
        )
        smooth = zoom < CRISP and abs(zoom - 1) > 1e-3
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(target, image, source)


def level_for(zoom: float, count: int) -> int:
    """Which of the halving sizes is painted: the smallest that is not enlarged by more than a half."""
    level = 0
    while level + 1 < count and zoom * 2 ** (level + 1) <= 1.5:
        level += 1
    return level


def pixels_of(image: QImage) -> "Array":
    """The pixels of an image of Qt's, with alpha where it has one."""
    import numpy as np

    kind = QImage.Format.Format_RGBA8888 if image.hasAlphaChannel() else QImage.Format.Format_RGB888
    image = image.convertToFormat(kind)
    wide = 4 if image.hasAlphaChannel() else 3
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * wide].reshape(image.height(), image.width(), wide).copy()


def prepare(value: Image | Mask | QImage, channel: Channel = "RGB") -> Picture:
    """A picture made ready. Takes long for large ones: call it on a thread. UserError if it can't be decoded."""
    import numpy as np

    array: Array
    profile = None
    if isinstance(value, QImage):
        array = pixels_of(value)
    elif isinstance(value, Mask):
        array = value.array[:, :, None]
    else:
        array, profile = value.array, value.profile
    shown = array
    if profile is not None and channel == "RGB":
        shown = _srgb(array, profile)
    if channel != "RGB":
        shown = one_channel(array, channel)
    ready = pixels.convert(shown, "uint8")
    opaque = ready.shape[2] != 4 or bool(ready[:, :, 3].min() == 255)
    return Picture(_halving(np.ascontiguousarray(ready), opaque), array, opaque)


def of_frame(array: "Array", channel: Channel = "RGB") -> Picture:
    """One frame of a film: in its own size only, as the next one comes soon."""
    import numpy as np

    shown = array if channel == "RGB" else one_channel(array, channel)
    return Picture((as_qimage(np.ascontiguousarray(shown), opaque=True),), array)


def one_channel(array: "Array", channel: Channel) -> "Array":
    """H x W x 1: red, green, blue or how opaque it is. A grey picture has the same in each colour."""
    import numpy as np

    if channel == "A":
        if array.shape[2] == 4:
            return array[:, :, 3:]
        return np.full((*array.shape[:2], 1), pixels.top(array), array.dtype)
    at = "RGB".index(channel) if array.shape[2] > 1 else 0
    return array[:, :, at : at + 1]


def as_qimage(array: "Array", opaque: bool = False) -> QImage:
    """8-bit pixels as an image of Qt's that owns them."""
    import cv2
    import numpy as np

    height, width, channels = array.shape
    if channels == 1:
        stride = -(-width // 4) * 4
        grey = np.zeros((height, stride), np.uint8)
        grey[:, :width] = array[:, :, 0]
        return _owned(grey, width, height, stride, QImage.Format.Format_Grayscale8)
    if channels == 3:
        out = cv2.cvtColor(array, cv2.COLOR_RGB2BGRA)
        return _owned(out, width, height, width * 4, QImage.Format.Format_RGB32)
    out = cv2.cvtColor(array, cv2.COLOR_RGBA2BGRA)
    if opaque:
        return _owned(out, width, height, width * 4, QImage.Format.Format_RGB32)
    straight = QImage(out.data, width, height, width * 4, QImage.Format.Format_ARGB32)
    return straight.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def tells(picture: Picture, x: int, y: int) -> str:
    """The numbers of one pixel in their true range: 0 to 255, 0 to 65535, or .918 where they are fractions."""
    values = picture.pixels[y, x]
    names = {1: ("Y",), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}[picture.pixels.shape[2]]
    return "  ".join(f"{name} {number_text(value)}" for name, value in zip(names, values, strict=True))


def apart(a: Picture, at: tuple[int, int], b: Picture, there: tuple[int, int]) -> str:
    """How far two pixels are apart: in their own numbers where both have the same depth, else as fractions."""
    first, second = a.pixels[at[1], at[0]], b.pixels[there[1], there[0]]
    if first.dtype != second.dtype:
        first, second = (one / pixels.top(one) for one in (first, second))
    count = min(len(first), len(second))
    names = ("Y",) if count == 1 else ("R", "G", "B", "A")[:count]
    away = [abs(float(first[index]) - float(second[index])) for index in range(count)]
    whole = first.dtype.kind == "u"
    return "  ".join(f"{name} {value:.0f}" if whole else f"{name} {value:.3f}" for name, value in zip(
        names, away, strict=True)) + " apart"


def number_text(value: Any) -> str:
    """One value of one channel."""
    if value.dtype.kind == "u":
        return str(int(value)).rjust(3 if value.dtype.itemsize == 1 else 5)
    text = f"{float(value):.3f}"
    return text.removeprefix("0") if 0 <= value < 1 else text


def depth_text(array: "Array") -> str:
    return {"uint8": "8 bit", "uint16": "16 bit"}.get(array.dtype.name, "float")


def poster(picture: Picture, width: int, height: int, *, cover: bool = True) -> QImage:
    """A small image of it for a strip: filling the size (parts cut off), or whole."""
    image = next((one for one in reversed(picture.sizes) if min(one.width() / width, one.height() / height) >= 1), None)
    image = image or picture.sizes[0]
    aspect = Qt.AspectRatioMode.KeepAspectRatioByExpanding if cover else Qt.AspectRatioMode.KeepAspectRatio
    small = image.scaled(width, height, aspect, Qt.TransformationMode.SmoothTransformation)
    if not cover:
        return small
    return small.copy((small.width() - width) // 2, (small.height() - height) // 2, width, height)


def _halving(array: "Array", opaque: bool) -> tuple[QImage, ...]:
    found = [as_qimage(array, opaque)]
    while max(array.shape[:2]) > SMALLEST * 1.5:
        array = pixels.planes(_half(array)) if opaque else pixels.through_alpha(array, _half)
        found.append(as_qimage(array, opaque))
    return tuple(found)


def _half(array: "Array") -> "Array":
    import cv2

    size = -(-array.shape[1] // 2), -(-array.shape[0] // 2)
    done: Array = cv2.resize(array, size, interpolation=cv2.INTER_AREA)
    return done


def _srgb(array: "Array", profile: bytes) -> "Array":
    from ajar import colour

    try:
        return colour.convert(array, profile, None)
    except AjarError:  # a damaged profile: better to show the numbers as they are than nothing
        return array


def _owned(array: "Array", width: int, height: int, stride: int, kind: QImage.Format) -> QImage:
    # Qt's constructor does not keep the memory alive; a copy does, and happens on the thread that prepares.
    return QImage(array.data, width, height, stride, kind).copy()
