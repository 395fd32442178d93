"""A film being read: one thread decodes a few frames ahead of what is asked for, in either direction."""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from ajar.errors import AjarError
from ajar.film import opened, pictures_of
from canvas.viewers.picture import Picture, of_frame
from canvas.viewers.state import Channel

AHEAD = 12
"""Frames that are decoded before they are asked for."""
BYTES = 384 << 20
"""No more than this is held of one film."""


class Cutter:
    """The frames of an open film by number. Not for several threads."""

    def __init__(self, container: Any, path: Path) -> None:
        self._container = container
        self._stream = pictures_of(container, path)
        self._stream.thread_type = "AUTO"
        self.fps = float(self._stream.average_rate or self._stream.guessed_rate or 25)
        self._start = float((self._stream.start_time or 0) * self._stream.time_base)
        self._frames: Iterator[Any] = container.decode(self._stream)
        self.next = 0
        """The number of the frame that comes next, about."""

    def read(self) -> tuple[int, Any] | None:
        """The next frame with its number; None at the end."""
        frame = next(self._frames, None)
        if frame is None:
            return None
        time = float(frame.time) - self._start if frame.time is not None else self.next / self.fps
        number = max(round(time * self.fps), 0)
        self.next = number + 1
        return number, frame

    def seek(self, number: int) -> None:
        """Go to a key frame at or before this frame."""
        # Half a frame early, so that rounding of time stamps never passes it.
        time = max((number - 0.5) / self.fps, 0) + self._start
        self._container.seek(int(time / self._stream.time_base), stream=self._stream)
        self._frames = self._container.decode(self._stream)
        self.next = -1


class Wanted(NamedTuple):
    """The frame that is shown now, which way it goes on, and the part that is run through again and again."""

    number: int
    way: int = 1
    first: int = 0
    last: int | None = None
    """None: nothing begins anew."""

    def numbers(self, count: int, end: int | None) -> list[int]:
        """The frames to have ready, most urgent first."""
        found = []
        for ahead in range(count):
            one = self.number + ahead * self.way
            if self.last is not None and self.way > 0 and one > self.last >= self.number:
                one = self.first + one - self.last - 1
            elif self.last is not None and self.way < 0 and one < self.first <= self.number:
                one = self.last - (self.first - one - 1)
            if one >= 0:
                found.append(one if end is None else min(one, end))
        return found


def pixels_of(frame: Any) -> Any:
    """A frame as upright pixels, H x W x (blue, green, red, nothing)."""
    import numpy as np

    array = frame.to_ndarray(format="bgra")
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(array, turns)) if turns else array


class Reel(QObject):
    """The frames of one film around the one that is seen. Ask with ``want``; ``arrived`` tells when there is more."""

    arrived = Signal()

    def __init__(self, path: Path, fps: float, channel: Channel = "RGB", most: int = 0) -> None:
        """``most``: how wide frames are kept at most, where many films run at once; 0 is as they are."""
        super().__init__()
        self.path, self.fps, self.channel, self._most = path, fps, channel, most
        self.trouble = ""
        self._frames: OrderedDict[int, Picture] = OrderedDict()
        self._end: int | None = None
        self._wanted = Wanted(0)
        self._open = True
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._thread.start()

    def want(self, wanted: "Wanted") -> None:
        """What will be shown now, and after it."""
        with self._wake:
            if self._wanted != wanted:
                self._wanted = wanted
                self._wake.notify()

    def at(self, number: int) -> Picture | None:
        """A frame, if it is there. After the end of the film: its last one."""
        with self._wake:
            return self._frames.get(number if self._end is None else min(number, self._end))

    def turn(self, channel: Channel) -> None:
        """Show another channel from now on."""
        with self._wake:
            if channel != self.channel:
                self.channel = channel
                self._frames.clear()
                self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._open = False
            self._wake.notify()

    def wait(self) -> None:
        """Until the thread has ended."""
        self._thread.join(5)

    @property
    def held(self) -> int:
        """How many frames are in memory."""
        with self._wake:
            return len(self._frames)

    def _run(self) -> None:
        try:
            with opened(self.path) as container:
                cutter = Cutter(container, self.path)
                while (missing := self._next()) is not None:
                    self._fetch(cutter, missing)
                    self._tell()
        except AjarError as error:
            self.trouble = f"{error.message} {error.hint}".strip()
            self._tell()

    def _tell(self) -> None:
        try:
            self.arrived.emit()
        except RuntimeError:  # closed meanwhile
            pass

    def _next(self) -> int | None:
        """The first frame that is wanted and not there; waits for one. None when closed."""
        with self._wake:
            while self._open:
                for one in self._wanted.numbers(min(AHEAD, self._room()), self._end):
                    if one not in self._frames:
                        return one
                self._wake.wait()
            return None

    def _fetch(self, cutter: Cutter, number: int) -> None:
        """Read on (or from an earlier key frame) until this frame is there."""
        if not 0 <= number - cutter.next <= AHEAD * 2:
            cutter.seek(number)
        way = self._wanted.way
        back: deque[tuple[int, Any]] = deque(maxlen=AHEAD if way < 0 else 1)
        while (read := cutter.read()) is not None:
            if read[0] > number and not back:
                back.append((number, read[1]))  # nothing comes before it: it stands for what is missing
            if read[0] >= number:
                if read[0] == number:
                    back.append(read)
                else:
                    back.append((number, back[-1][1]))
                    self._keep(*read)
                break
            back.append(read)
        else:
            with self._wake:
                self._end = back[-1][0] if back else max((*self._frames, 0))
        for one, frame in back:
            if way < 0 or one >= number or read is None:
                self._keep(one, frame)

    def _keep(self, number: int, frame: Any) -> None:
        array = pixels_of(frame)
        if self._most and array.shape[1] > self._most:
            array = smaller(array, self._most)
        picture = of_bgra(array, self.channel)
        with self._wake:
            self._frames[number] = picture
            here = self._wanted.number
            soon = set(self._wanted.numbers(AHEAD, self._end))
            while len(self._frames) > self._room():
                # What is farthest from what is seen goes first; what will be seen soon stays.
                del self._frames[max(self._frames, key=lambda one: (one not in soon, abs(one - here)))]

    def _room(self) -> int:
        one = next(iter(self._frames.values()), None)
        return AHEAD * 4 if one is None else max(min(BYTES // max(one.nbytes, 1), AHEAD * 4), 3)


def smaller(array: Any, wide: int) -> Any:
    """A frame made narrower, in its own shape."""
    import cv2

    high = max(round(array.shape[0] * wide / array.shape[1]), 1)
    return cv2.resize(array, (wide, high), interpolation=cv2.INTER_AREA)


def of_bgra(array: Any, channel: Channel) -> Picture:
    """A decoded frame for painting. Its pixels are not copied: the picture keeps them alive."""
    height, width = array.shape[:2]
    rgb = array[:, :, 2::-1]
    if channel != "RGB":
        return of_frame(rgb, channel)
    image = QImage(array.data, width, height, int(array.strides[0]), QImage.Format.Format_RGB32)
    return Picture((image,), rgb)
