"""Films through PyAV, read frame by frame. PyAV is only asked for when a film is opened or made."""

import importlib
import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ajar import pictures
from ajar.clips import Audio, Video
from ajar.errors import UserError
from ajar.plain import Size
from ajar.values import Image

READABLE = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,wav,mp3,flac,ogg,aac"
SAFE = {"protocol_whitelist": "file,pipe", "format_whitelist": READABLE}
"""Lists of other files and addresses dressed up as films are refused."""
BT601, BT709, NARROW, FULL = 5, 1, 1, 2
"""Numbers of colour matrices and ranges, as H.273 has them."""
USUAL, MOST = (24.0, 25.0, 30.0, 50.0, 60.0, 120.0), 240.0
LONGEST = 60.0
"""Seconds for which a last picture may be shown."""
HD_LINES = 720
"""Films of this height and more that do not say so are in the colours of HDTV, lower ones in those of television."""


def probe(path: Path) -> Video:
    """Size, speed and length of a film. UserError if it is none."""
    with opened(path) as container:
        stream = pictures_of(container, path)
        width, height = stream.width, stream.height
        if width * height > pictures.MAX_PIXELS:
            raise UserError(f"{path.name} is too large to open: {width} x {height} pixels.", "Make it smaller first.")
        first = next(container.decode(stream), None)
        if first is None:
            raise UserError(f"{path.name} holds no frame.", "Choose another film.")
        if first.rotation % 180:
            width, height = height, width
        fps = _speed(stream)
        seconds = float(stream.duration * stream.time_base) if stream.duration else (container.duration or 0) / 1e6
        if "matroska" in container.format.name:
            seconds = max(0.0, seconds - (first.time or 0.0))  # it tells when it ends, not how long it is
        if not seconds:
            seconds = _counted(container, stream, fps)
        return Video(path, Size(width, height), fps, max(seconds, 1 / fps))


def _speed(stream: Any) -> float:
    """Frames a second: the speed that fits all their times; of frames that come as they like, a usual one above theirs.

    So none of them is lost where a film is read evenly.
    """
    mean, guessed = float(stream.average_rate or 0), float(stream.guessed_rate or 0)
    if not mean or (guessed and 0.9 < guessed / mean <= MOST / mean):
        return guessed or 25.0
    return mean if mean > USUAL[-1] else next(rate for rate in USUAL if rate >= mean * 0.99)


def _counted(container: Any, stream: Any, fps: float) -> float:
    """The length of a film that does not tell it, by the times of its frames; nothing is decoded."""
    container.seek(0)
    times = [float(packet.pts * packet.time_base) for packet in container.demux(stream) if packet.pts is not None]
    return max(times) - min(times) + 1 / fps if times else 0.0


def frame_count(video: Video) -> int:
    """How many pictures ``frames`` gives, where the file is whole."""
    return max(1, round(video.seconds * video.fps))


def frames(path: Path, start: float = 0.0, end: float = math.inf, fps: float = 0.0) -> Iterator[Image]:
    """The pictures of a film from one second up to another, upright, 8 bit, ``fps`` a second (0: its own).

    They come evenly, also where those of the file do not: a picture that lasts longer comes again, of several in
    one place the last one counts. So picture n is what is seen at n / fps seconds.
    """
    with opened(path) as container:
        stream = pictures_of(container, path)
        own = _speed(stream)
        zero = start_of(container, stream)
    fps = fps or own
    first, stop = round(start * fps), math.inf if math.isinf(end) else round(end * fps)
    place, last, given = 0, None, False
    for frame in _decoded(path, zero, start if first else 0.0, fps):
        # Seen from the first place at or after its time on; files round times, so not too strictly.
        now = math.ceil((frame.time - zero) * fps - 0.25) if frame.time is not None else place + 1
        if last is not None:
            for image in _held(last, place, min(now, stop), first):
                given = True
                yield image
        if now >= stop:
            return
        place, last = (max(now, place), frame) if last is not None else (now, frame)
    if last is not None:
        until = place + 1
        if last.time is not None:
            seconds = float((last.duration or 0) * last.time_base) or 1 / own
            until = round((last.time - zero + min(seconds, LONGEST)) * fps)
        # A film of one picture has at least that, however short it is said to be.
        yield from _held(last, place, min(until if given else max(until, place + 1), stop), first)


def _decoded(path: Path, zero: float, start: float, fps: float) -> Iterator[Any]:
    """The frames from a little before a second on; from the very first where the file can't be entered that late."""
    with opened(path) as container:
        stream = pictures_of(container, path)
        stream.thread_type = "AUTO"
        if start > 0:
            container.seek(max(0, int((zero + start) / stream.time_base) - 1), stream=stream)
        frames = container.decode(stream)
        first = next(frames, None)
        if start <= 0 or (first is not None and first.time is not None and first.time - zero <= start + 0.25 / fps):
            yield from itertools.chain(() if first is None else (first,), frames)
            return
    yield from _decoded(path, zero, 0.0, fps)


def _held(frame: Any, place: int, until: float, first: int) -> Iterator[Image]:
    """One frame, as often as it is seen from its place on."""
    count = int(until) - max(place, first)
    if count > 0:
        image = picture_of(frame)
        for _ in range(count):
            yield image


def start_of(container: Any, stream: Any) -> float:
    """The second at which the first of a stream comes; where the file does not tell, it is looked at."""
    if stream.start_time is not None:
        return float(stream.start_time * stream.time_base)
    for packet in container.demux(stream):
        if packet.pts is not None:
            container.seek(0)
            return float(packet.pts * packet.time_base)
    return 0.0


def picture_of(frame: Any) -> Image:
    """One decoded frame, upright, as RGB in 8 bit."""
    import numpy as np

    array = _rgb(frame)
    turns = round(frame.rotation / 90) % 4
    return Image.of(np.ascontiguousarray(np.rot90(array, turns)) if turns else array)


def _rgb(frame: Any) -> Any:
    if frame.format.is_rgb or frame.format.has_palette:
        return frame.to_ndarray(format="rgb24")
    matrix = int(frame.colorspace)
    if matrix not in (1, 4, 5, 6, 7, 9):
        matrix = BT709 if frame.height >= HD_LINES else BT601
    elif matrix == 6:
        matrix = BT601
    wide = int(frame.color_range) == FULL or frame.format.name.startswith("yuvj")
    return frame.reformat(
        format="rgb24", src_colorspace=matrix, src_color_range=FULL if wide else NARROW,
        interpolation=smooth(),
    ).to_ndarray()


def smooth() -> Any:
    """How colours that are stored at half size are made large again: exactly, and the same on every machine."""
    ways = importlib.import_module("av.video.reformatter").Interpolation
    return ways.BICUBIC | ways.ACCURATE_RND | ways.FULL_CHR_H_INT | ways.FULL_CHR_H_INP


def read_sound(path: Path) -> Audio | None:
    """The first sound track of a file, all of it, or None if it has none."""
    from ajar import tracks

    found = tracks.track(path)
    return found.whole() if found is not None else None


def read_about(path: Path) -> str | None:
    """The JSON that Ajar wrote into a film or sound file."""
    with opened(path) as container:
        found = container.metadata.get("ajar") or container.metadata.get("comment") or ""
        return found if found.startswith("{") else None


def pictures_of(container: Any, path: Path) -> Any:
    """The stream of pictures of an open film. UserError if it has none."""
    if not container.streams.video:
        raise UserError(f"{path.name} holds no film.", "Choose an MP4, MOV, MKV or WebM file.")
    return container.streams.video[0]


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file, opened; whatever PyAV raises about it becomes a sentence."""
    av = pyav()
    if not path.is_file():
        raise UserError(f"There is no file {path.name}.", "Check the path; it counts from the workflow.")
    try:
        with av.open(f"file:{path}", options=dict(SAFE)) as container:
            yield container
    except av.FFmpegError as error:
        raise UserError(
            f"{path.name} can't be read as a film or sound ({error.strerror}).",
            "It may be damaged or cut off; take the original, or convert it to MP4 or WAV.",
        ) from error


def pyav() -> Any:
    """The package av. UserError where it is not installed."""
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise UserError("Films need PyAV, which is not installed.", "Install it: pip install av") from error
