"""The sound of films as it comes, a piece at a time, so that a long one is never held as a whole."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.clips import Audio
from ajar.film import opened, pyav, start_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

PIECE = 1 << 14
GAP = 0.05
"""Seconds that a track may be away from its time before silence is put in, or what is too much left out."""


@dataclass(frozen=True, slots=True)
class Track:
    """Sound in pieces: float32, ``channels`` x samples, ``rate`` samples a second. It can be walked over once."""

    rate: int
    channels: int
    parts: "Iterator[Array]"

    def whole(self) -> Audio | None:
        """All of it in memory; None where there is nothing."""
        import numpy as np

        parts = list(self.parts)
        return Audio(np.ascontiguousarray(np.concatenate(parts, axis=1), np.float32), self.rate) if parts else None

    def lasting(self, seconds: float) -> "Track":
        """Exactly so long: cut off, or with silence at its end."""
        return replace(self, parts=_lasting(self.parts, round(seconds * self.rate), self.channels))

    def through(self, change: "Callable[[Array], Array]") -> "Track":
        """Each piece changed, as for louder or softer."""
        return replace(self, parts=(change(part) for part in self.parts))


def track(path: Path, start: float = 0.0, end: float | None = None, rate: int = 0, channels: int = 0) -> Track | None:
    """The first sound track of a file from one second up to another; None if it has none.

    Time counts from the first picture, where there is one. Without a rate and channels they are its own.
    """
    with opened(path) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        rate, channels = rate or int(stream.rate), channels or int(stream.channels)
    return Track(rate, channels, _decoded(path, start, end, rate, channels))


def of_audio(audio: Audio, rate: int = 0, channels: int = 0) -> Track:
    """A sound in memory as a track, at another rate and with another number of channels where these are given."""
    own = Track(audio.rate, audio.array.shape[0], pieces(audio.array))
    return at_rate(own, rate or own.rate, channels or own.channels)


def at_rate(own: Track, rate: int, channels: int) -> Track:
    """The same sound with another rate and other channels."""
    if (rate, channels) == (own.rate, own.channels):
        return own
    return Track(rate, channels, _resampled(own, rate, channels))


def silence(rate: int, channels: int, seconds: float) -> Track:
    return Track(rate, channels, _lasting(iter(()), round(seconds * rate), channels))


def joined(tracks: Iterable[Track], rate: int, channels: int) -> Track:
    """One track after the other; all have this rate and these channels."""
    return Track(rate, channels, (part for one in tracks for part in one.parts))


class Backwards:
    """The sound of a film from its end to its start. It lies in a temporary file until this is closed."""

    def __init__(self, own: Track) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._samples = 0
        self.rate, self.channels = own.rate, own.channels
        for part in own.parts:
            self._file.write(part.T.tobytes())  # whole samples, so that any stretch of time is one piece
            self._samples += part.shape[1]

    @property
    def track(self) -> Track:
        return Track(self.rate, self.channels, self._parts())

    def close(self) -> None:
        self._file.close()

    def _parts(self) -> "Iterator[Array]":
        import numpy as np

        width = 4 * self.channels
        for stop in range(self._samples, 0, -PIECE):
            begin = max(0, stop - PIECE)
            self._file.seek(begin * width)
            part = np.frombuffer(self._file.read((stop - begin) * width), np.float32)
            yield np.ascontiguousarray(part.reshape(-1, self.channels)[::-1].T)


def backwards(path: Path, seconds: float) -> Backwards | None:
    """The first so many seconds of a film's sound, turned round; None if it has none."""
    found = track(path)
    return Backwards(found.lasting(seconds)) if found is not None else None


def pieces(array: "Array") -> "Iterator[Array]":
    for at in range(0, array.shape[1], PIECE):
        yield array[:, at : at + PIECE]


def blocks(parts: "Iterable[Array]", size: int) -> "Iterator[Array]":
    """The same sound in blocks of one size; only the last may be shorter."""
    import numpy as np

    held: Array | None = None
    for part in parts:
        held = part if held is None or not held.shape[1] else np.concatenate((held, part), axis=1)
        whole = held.shape[1] // size * size
        for at in range(0, whole, size):
            yield held[:, at : at + size]
        held = held[:, whole:]
    if held is not None and held.shape[1]:
        yield held


def layout(channels: int) -> str:
    return {1: "mono", 2: "stereo", 4: "quad", 6: "5.1", 8: "7.1"}.get(channels, f"{channels}c")


def frame_of(array: "Array", rate: int, at: int) -> Any:
    """A piece as PyAV has it, at a number of samples from the start."""
    from fractions import Fraction

    import numpy as np

    form = layout(array.shape[0])
    frame = pyav().AudioFrame.from_ndarray(np.ascontiguousarray(array, np.float32), format="fltp", layout=form)
    frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
    return frame


def _decoded(path: Path, start: float, end: float | None, rate: int, channels: int) -> "Iterator[Array]":
    import numpy as np

    with opened(path) as container:
        stream = container.streams.audio[0]
        video = container.streams.video[0] if container.streams.video else None
        zero = start_of(container, video if video is not None else stream)
        if start > 0:
            container.seek(max(0, int((zero + start) / stream.time_base)), stream=stream)
        make = pyav().AudioResampler
        resampler = make(format="fltp", layout=_form(stream, channels), rate=rate)
        place, stop = None, None if end is None else round((end - start) * rate)
        for frame in _until_end(container, stream):
            if frame is not None and place is None:
                place = round(((frame.time or zero) - zero - start) * rate)
                if place > 0:
                    yield from _lasting(iter(()), min(place, stop or place), channels)
            elif frame is not None and frame.time is not None and place is not None:
                late = round((frame.time - zero - start) * rate) - place
                if late > GAP * rate:
                    yield from _lasting(iter(()), late, channels)
                    place += late
            for part in resampler.resample(frame):
                array = part.to_ndarray().astype(np.float32, copy=False)
                begin = place or 0
                place = begin + array.shape[1]
                array = array[:, max(0, -begin) : None if stop is None else max(0, stop - begin)]
                if array.shape[1]:
                    yield np.ascontiguousarray(array)
            if stop is not None and place is not None and place >= stop:
                return


def _form(stream: Any, channels: int) -> str:
    return str(stream.layout.name) if int(stream.channels) == channels else layout(channels)


def _until_end(container: Any, stream: Any) -> Iterator[Any]:
    yield from container.decode(stream)
    yield None  # what the resampler still holds


def _resampled(own: Track, rate: int, channels: int) -> "Iterator[Array]":
    resampler = pyav().AudioResampler(format="fltp", layout=layout(channels), rate=rate)
    at = 0
    for part in own.parts:
        for frame in resampler.resample(frame_of(part, own.rate, at)):
            yield frame.to_ndarray()
        at += part.shape[1]
    for frame in resampler.resample(None):
        yield frame.to_ndarray()


def _lasting(parts: "Iterator[Array]", samples: int, channels: int) -> "Iterator[Array]":
    import numpy as np

    left = samples
    for part in parts:
        if left <= 0:
            return
        yield part[:, :left]
        left -= part.shape[1]
    while left > 0:
        yield np.zeros((channels, min(left, PIECE)), np.float32)
        left -= PIECE
