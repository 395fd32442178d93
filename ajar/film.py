"""Films through PyAV, frame by frame. PyAV is only asked for when a film is opened or made."""

import importlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
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
        fps = float(stream.average_rate or stream.guessed_rate or 25)
        seconds = float(stream.duration * stream.time_base) if stream.duration else (container.duration or 0) / 1e6
        return Video(path, Size(width, height), fps, seconds)


def frames(path: Path) -> Iterator[Image]:
    """The pictures of a film, upright, 8 bit."""
    import numpy as np

    with opened(path) as container:
        stream = pictures_of(container, path)
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            array = frame.to_ndarray(format="rgb24")
            turns = round(frame.rotation / 90) % 4
            yield Image.of(np.ascontiguousarray(np.rot90(array, turns)) if turns else array)


def read_sound(path: Path) -> Audio | None:
    """The first sound track of a file, or None if it has none."""
    import numpy as np

    with opened(path) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        resampler = _av().AudioResampler(format="fltp")
        parts = [
            part.to_ndarray()
            for frame in (*container.decode(stream), None)
            for part in resampler.resample(frame)
        ]
        if not parts:
            return None
        return Audio(np.ascontiguousarray(np.concatenate(parts, axis=1), np.float32), int(stream.rate))


def read_about(path: Path) -> str | None:
    """The JSON that Ajar wrote into a film or sound file."""
    with opened(path) as container:
        found = container.metadata.get("ajar") or container.metadata.get("comment") or ""
        return found if found.startswith("{") else None


def write(shots: Iterable[Image], fps: float, audio: Audio | None, path: Path | None, about: str) -> Video:
    """An MP4 (H.264, AAC) of these pictures. UserError if there is none; a failed file is removed."""
    if not 0 < fps <= 1000:
        raise UserError(f"A film can't have {fps:g} frames a second.", "Use 24, 25 or 30.")
    _av()
    if path is None:
        with tempfile.NamedTemporaryFile(suffix=".mp4", delete=False) as file:
            path = Path(file.name)
    try:
        size, count = _write(iter(shots), fps, audio, path, about)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Video(path, size, float(fps), count / fps)


def _write(stream: Iterator[Image], fps: float, audio: Audio | None, path: Path, about: str) -> tuple[Size, int]:
    first = next(stream, None)
    if first is None:
        raise UserError("There is no picture to make a film of.", "Wire in at least one picture.")
    with _av().open(str(path), "w", format="mp4", options={"movflags": "use_metadata_tags+faststart"}) as container:
        if about:
            container.metadata["ajar"] = container.metadata["comment"] = about
        rate = Fraction(fps).limit_denominator(1001)
        track = container.add_stream("libx264", rate=rate, options={"crf": "18", "preset": "veryfast"})
        track.pix_fmt = "yuv420p"
        # Colours are stored at half size, so both sides must be even.
        track.width, track.height = first.width + first.width % 2, first.height + first.height % 2
        voice = container.add_stream("aac", rate=audio.rate) if audio else None
        if voice is not None and audio is not None:
            voice.layout = _layout(audio)
        count = 0
        for image in _with_first(first, stream):
            container.mux(track.encode(_frame(image, first.size)))
            count += 1
        container.mux(track.encode(None))
        if voice is not None and audio is not None:
            _write_sound(container, voice, audio)
        return Size(track.width, track.height), count


def _with_first(first: Image, rest: Iterator[Image]) -> Iterator[Image]:
    yield first
    yield from rest


def _frame(image: Image, size: Size) -> Any:
    import numpy as np

    if image.size != size:
        raise UserError(f"The pictures of a film differ in size: {size} and {image.size}.", "Resize them to one size.")
    array = image.rgb().srgb().to("uint8").array
    array = np.pad(array, ((0, size.height % 2), (0, size.width % 2), (0, 0)), mode="edge")
    return _av().VideoFrame.from_ndarray(np.ascontiguousarray(array), format="rgb24")


def _layout(audio: Audio) -> str:
    return "mono" if audio.array.shape[0] == 1 else "stereo"


def _write_sound(container: Any, voice: Any, audio: Audio) -> None:
    import numpy as np

    step = 1024
    samples = audio.array[:2]
    for at in range(0, samples.shape[1], step):
        part = np.ascontiguousarray(samples[:, at : at + step])
        frame = _av().AudioFrame.from_ndarray(part, format="fltp", layout=_layout(audio))
        frame.sample_rate, frame.pts, frame.time_base = audio.rate, at, Fraction(1, audio.rate)
        container.mux(voice.encode(frame))
    container.mux(voice.encode(None))


def pictures_of(container: Any, path: Path) -> Any:
    """The stream of pictures of an open film. UserError if it has none."""
    if not container.streams.video:
        raise UserError(f"{path.name} holds no film.", "Choose an MP4, MOV, MKV or WebM file.")
    return container.streams.video[0]


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file, opened; whatever PyAV raises about it becomes a sentence."""
    av = _av()
    if not path.is_file():
        raise UserError(f"There is no file {path.name}.", "Check the path; it counts from the workflow.")
    try:
        with av.open(f"file:{path}", options=dict(SAFE)) as container:
            yield container
    except av.FFmpegError as error:
        raise UserError(
            f"{path.name} can't be read as a film or sound ({error.strerror}).", "Convert it to MP4 or WAV."
        ) from error


def _av() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise UserError("Films need PyAV, which is not installed.", "Install it: pip install av") from error
