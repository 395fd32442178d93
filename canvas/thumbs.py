"""Small pictures of values, made beside the Qt thread: of pictures, masks, films (the first frame) and sounds."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from ajar.values import Audio, Image, Mask, Video
from canvas.crew import Crew
from canvas.theme import Theme

SIDE = 512
"""The longer side of a thumbnail, in pixels."""
SOUND = (512, 160)
PEAKS = 128
THREADS = 2
Ink = tuple[QColor, QColor]
"""The colours of a sound: its wave and the ground."""


class Thumbs(QObject):
    """Makes thumbnails one after another; each is handed on in the Qt thread."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._crew = Crew(self._hand_on, THREADS)
        self._waiting: dict[int, Callable[[QImage | None], None]] = {}

    def make(self, value: Any, then: Callable[[QImage | None], None], side: int = SIDE) -> None:
        """Make a thumbnail and call ``then`` with it, or with None where the value has no picture."""
        ink = (QColor(self.theme.colour("wire.audio")), QColor(self.theme.colour("board.mat")))
        self.work(lambda: thumb_of(value, ink, side), then)

    def work(self, task: Callable[[], QImage | None], then: Callable[[QImage | None], None]) -> None:
        """The same for a picture that is made in another way."""
        number = self._crew.number()
        # It can't be handed on before this returns to the event loop.
        if self._crew.start(number, task):
            self._waiting[number] = then

    def close(self) -> None:
        """Let go of what waits, and wait for what is being made."""
        self._waiting.clear()
        self._crew.close(finish=False)

    def _hand_on(self, number: int, image: object, error: object) -> None:
        # A damaged or lost file shows no picture, and says so where it is used.
        then = self._waiting.pop(number, None)
        if then is not None:
            then(image if isinstance(image, QImage) else None)


def has_picture(value: Any) -> bool:
    """Whether a thumbnail can be made of a value."""
    if isinstance(value, (list, tuple)):
        return bool(value) and has_picture(value[0])
    return isinstance(value, (Image, Mask, Video, Audio))


def thumb_of(value: Any, ink: Ink, side: int = SIDE) -> QImage | None:
    """A picture of a value, at most ``side`` pixels wide and high; None where there is nothing to see."""
    if isinstance(value, (list, tuple)):
        return thumb_of(value[0], ink, side) if value else None
    if isinstance(value, Image):
        return _image(value.srgb(), side)
    if isinstance(value, Mask):
        return _image(Image.of(value.array), side)
    if isinstance(value, Video):
        frames = value.frames()
        first = next(frames, None)
        close = getattr(frames, "close", None)
        if close is not None:
            close()
        return None if first is None else _image(first, side)
    return _wave(value, ink) if isinstance(value, Audio) else None


def _image(image: Image, side: int) -> QImage:
    import PIL.Image

    picture = image.pil()
    picture.thumbnail((side, side), resample=PIL.Image.Resampling.BILINEAR, reducing_gap=2.0)
    if picture.mode != "RGBA":
        picture = picture.convert("RGB" if picture.mode != "LA" else "RGBA")
    alpha = picture.mode == "RGBA"
    form = QImage.Format.Format_RGBA8888 if alpha else QImage.Format.Format_RGB888
    data = picture.tobytes()
    made = QImage(data, picture.width, picture.height, picture.width * (4 if alpha else 3), form)
    return made.convertToFormat(
        QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32)


def _wave(sound: Audio, ink: Ink) -> QImage:
    """The peaks of a sound as bars."""
    import numpy as np

    width, height = SOUND
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(ink[1])
    samples = np.abs(sound.array).max(axis=0) if sound.array.size else np.zeros(1, np.float32)
    parts = np.array_split(samples, min(PEAKS, len(samples)))
    peaks = [float(part.max()) for part in parts]
    loudest = max(*peaks, 1e-6) if len(peaks) > 1 else max(peaks[0], 1e-6)
    painter = QPainter(made)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink[0])
    step = width / len(peaks)
    for number, peak in enumerate(peaks):
        tall = max(2.0, peak / loudest * (height - 16))
        painter.drawRect(QRectF(number * step + 0.5, (height - tall) / 2, max(step - 1, 1), tall))
    painter.end()
    return made
