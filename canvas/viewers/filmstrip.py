"""Small pictures along a film, read in the background."""

from collections.abc import Callable

from PySide6.QtGui import QImage

from ajar.clips import Video
from ajar.errors import AjarError
from ajar.film import opened
from canvas.viewers.reel import Cutter, pixels_of

HEIGHT = 180
"""More than the tracks need: the contact sheet shows these too."""
READ_ON = 150
"""So many frames are rather read than jumped over."""


def read_strip(video: Video, count: int, put: Callable[[int, QImage], None]) -> None:
    """Give ``count`` pictures at even distances to ``put``. Films that can't be read give none; the reel says why."""
    try:
        with opened(video.path) as container:
            cutter = Cutter(container, video.path)
            frames = max(round(video.seconds * video.fps), 1)
            for index in range(count):
                image = _picture(cutter, int((index + 0.5) / count * frames))
                if image is not None:
                    put(index, image)
    except (AjarError, RuntimeError):  # no film, or the window was closed meanwhile
        return


def _picture(cutter: Cutter, number: int) -> QImage | None:
    """The frame of this number; in a long film the key frame before it, which is near enough."""
    exact = 0 <= number - cutter.next <= READ_ON
    if not exact:
        cutter.seek(number)
    while (read := cutter.read()) is not None:
        if not exact or read[0] >= number:
            return _small(read[1])
    return None


def _small(frame: object) -> QImage:
    import cv2

    array = pixels_of(frame)
    high, wide = array.shape[:2]
    small = cv2.resize(array, (max(round(wide * HEIGHT / high), 1), HEIGHT), interpolation=cv2.INTER_AREA)
    return QImage(small.data, small.shape[1], HEIGHT, small.shape[1] * 4, QImage.Format.Format_RGB32).copy()
