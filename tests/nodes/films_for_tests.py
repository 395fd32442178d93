"""Small films that tell from their pictures which one is seen, and sounds that tell when."""

import importlib
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ajar import reel
from ajar.values import Audio, Image, Size, Video

RATE = 48_000


def picture(number: int, size: Size = Size(64, 48)) -> Image:
    """A picture whose brightness is its number: 20, 24, 28 ..."""
    return Image.of(np.full((size.height, size.width, 3), 20 + 4 * number, np.uint8))


def number_of(image: Image) -> int:
    """Which picture this is."""
    return round((float(image.rgb().to("uint8").array.mean()) - 20) / 4)


def numbers(video: Video) -> list[int]:
    return [number_of(image) for image in video.frames()]


def clicks(at: Sequence[float], seconds: float, channels: int = 2) -> Audio:
    """Silence with short loud tones at these seconds."""
    array = np.zeros((channels, round(seconds * RATE)), np.float32)
    for second in at:
        begin = round(second * RATE)
        array[:, begin : begin + 1200] = 0.6 * np.sin(np.arange(1200) / 6)[: array.shape[1] - begin]
    return Audio(array, RATE)


def heard(video: Video) -> list[float]:
    """The seconds at which a loud tone begins, to a hundredth."""
    sound = video.audio()
    if sound is None:
        return []
    loud = np.flatnonzero(np.abs(sound.array[0]) > 0.2)
    starts = [loud[0], *loud[1:][np.diff(loud) > 2400]] if len(loud) else []
    return [round(float(start) / sound.rate, 2) for start in starts]


def film(
    path: Path, count: int = 12, fps: float = 12, size: Size = Size(64, 48), sound: Audio | None = None, first: int = 0
) -> Video:
    return reel.write((picture(first + at, size) for at in range(count)), fps, sound, path, form=reel.WORKING)


def by_hand(path: Path, times: Sequence[int], *, start: int = 0) -> Path:
    """A film whose pictures come at these milliseconds."""
    av: Any = importlib.import_module("av")
    with av.open(str(path), "w", format="matroska" if path.suffix == ".mkv" else "mp4") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "10", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(picture(number).array.copy(), format="rgb24")
            frame.pts, frame.time_base = start + time, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def repacked(source: Path, path: Path) -> Path:
    """The same pictures and sounds, as they are stored, in another kind of file."""
    av: Any = importlib.import_module("av")
    form = {".ts": "mpegts", ".mkv": "matroska", ".mov": "mov"}[path.suffix]
    with av.open(str(source)) as old, av.open(str(path), "w", format=form) as new:
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                new.mux(packet)
    return path


def turned(source: Path, path: Path) -> Path:
    """The same MP4 with a flag that turns it a quarter clockwise, as phones write it."""
    plain = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    flag = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    data = source.read_bytes()
    at = data.index(b"tkhd")
    head = data[at:].replace(plain, flag, 1)
    path.write_bytes(data[:at] + head)
    return path
