"""Films written as their pictures come, with their sound beside them, in the forms that editors ask for."""

import itertools
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ajar.clips import Video
from ajar.errors import UserError
from ajar.film import BT709, NARROW, pyav
from ajar.lab import Painter256, Printer
from ajar.plain import Size
from ajar.values import Image
from ajar.voices import Form, Sound, voice_for

KEPT_DAYS = 3
MP4_SOUND = ("aac", "mp3", "ac3", "eac3", "alac", "flac", "opus")
# x264's macroblock tree reckons with how long frames last, which it knows or not by how quickly they come: with it the
# last frames of the same film differ from one time to the next.
X264 = {"preset": "veryfast", "x264-params": "mbtree=0"}
H264 = Form("H.264", ".mp4", "mp4", "libx264", "yuv420p", {**X264, "crf": "18"}, copies=MP4_SOUND)
WORKING = Form("H.264", ".mp4", "mp4", "libx264", "yuv420p", {**X264, "crf": "12"}, copies=MP4_SOUND)
"""Between two nodes: hardly any loss, so that a chain of them leaves no marks."""
H265 = Form("H.265", ".mp4", "mp4", "libx265", "yuv420p",
            {"preset": "fast", "crf": "20", "x265-params": "log-level=error"}, copies=MP4_SOUND, tag="hvc1")
PRORES = Form("ProRes", ".mov", "mov", "prores_ks", "yuv422p10le", {"profile": "3", "vendor": "apl0"},
              sound="pcm_s24le", copies=("pcm_s16le", "pcm_s24le"))
GIF = Form("GIF", ".gif", "gif", "gif", "pal8", sound="", even=1)
WEBP = Form("WebP", ".webp", "webp", "libwebp_anim", "bgra", {"quality": "80"}, sound="", even=1)


def write(
    shots: Iterable[Image], fps: float, sound: Sound = None, path: Path | None = None, about: str = "",
    form: Form = H264, colours: Any = None,
) -> Video:
    """A film of these pictures. UserError if there is none, or they differ in size; a failed file is removed.

    Without a path it is a new temporary file. At most a few pictures are held. A GIF needs ``colours``
    (``lab.palette`` of the same pictures).
    """
    if not 0 < fps <= 1000:
        raise UserError(f"A film can't have {fps:g} frames a second.", "Use 24, 25 or 30.")
    check(form)
    try:
        path = path or scratch(form.suffix)
    except OSError as error:
        raise UserError(
            f"A temporary file can't be made in {tempfile.gettempdir()} ({error.strerror or error}).",
            "Check that there is room, and that you may write there.",
        ) from error
    try:
        stream = iter(shots)
        if form.codec == "libx265":
            form, stream = _for_x265(form, stream)
        first = next(stream, None)
        if first is None:
            raise UserError("There is no picture to make a film of.", "Wire in at least one picture.")
        size, count = _Writing(path, form, fps, first, about, colours).run(first, stream, sound)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, (OSError, pyav().FFmpegError)):
            raise UserError(
                f"The film {path.name} can't be written ({error.strerror or error}).",
                "Check that there is room on the disk.",
            ) from error
        raise
    return Video(path, size, float(fps), count / fps)


def rate_of(fps: float) -> Fraction:
    """Pictures a second as files have it: 29.97 is 30000/1001."""
    return Fraction(fps).limit_denominator(1001)


def check(form: Form) -> None:
    """UserError where the installed PyAV can't make this form."""
    av = pyav()
    for codec in (form.codec, form.sound):
        try:
            if codec:
                av.Codec(codec, "w")
        except av.codec.codec.UnknownCodecError as error:
            raise UserError(
                f"The installed PyAV has no encoder for {form.name} ({codec}).",
                "Choose H.264, or install another PyAV.",
            ) from error


def scratch(suffix: str) -> Path:
    """A new temporary file. What was left in its folder for days is swept away."""
    # A folder for each person: on a machine of several nobody could write into that of the first.
    mine = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    folder = Path(tempfile.gettempdir()) / f"ajar-films{mine}"
    folder.mkdir(mode=0o700, exist_ok=True)
    old = time.time() - KEPT_DAYS * 86_400
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < old:
                path.unlink()
        except OSError:
            continue  # somebody else's, or just gone
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=folder, delete=False) as file:
        return Path(file.name)


class _Writing:
    """One film while it is written."""

    def __init__(self, path: Path, form: Form, fps: float, first: Image, about: str, colours: Any) -> None:
        self.form, self.fps, self.size = form, fps, first.size
        even = form.even
        self.stored = Size(first.width + -first.width % even, first.height + -first.height % even)
        options = {"movflags": "use_metadata_tags+faststart"} if form.container in ("mp4", "mov") else {}
        if form.container in ("gif", "webp"):
            options = {"loop": "0"}
        self.out = pyav().open(f"file:{path}", "w", format=form.container, options=options)
        if about:
            self.out.metadata["ajar"] = self.out.metadata["comment"] = about
        rate = rate_of(fps)
        self.track = self.out.add_stream(form.codec, rate=rate, options=dict(form.options))
        self.track.width, self.track.height, self.track.pix_fmt = self.stored.width, self.stored.height, form.pixels
        if form.tag:
            self.track.codec_context.codec_tag = form.tag
        if form.pixels.startswith("yuv"):
            context = self.track.codec_context
            context.colorspace, context.color_range = BT709, NARROW
            context.color_primaries, context.color_trc = BT709, BT709
        self.printer: Printer | None = None
        self.painter = Painter256(colours, first.width, first.height, rate) if form is GIF else None

    def run(self, first: Image, rest: Iterator[Image], sound: Sound) -> tuple[Size, int]:
        with self.out:
            voice = voice_for(self.out, sound, self.form)
            count = 0
            for image in _with_first(first, rest):
                self._put(self._frame(image, count))
                count += 1
                # Both side by side: a player reads the file from its start, and nothing piles up in the muxer.
                voice.upto(count / self.fps)
            self._put(None)
            voice.upto(float("inf"))
        return self.stored, count

    def _put(self, frame: Any) -> None:
        if self.painter is not None:
            for painted in self.painter.paint(frame):
                self.out.mux(self.track.encode(painted))
        if self.painter is None or frame is None:
            self.out.mux(self.track.encode(frame))

    def _frame(self, image: Image, number: int) -> Any:
        import numpy as np

        if image.size != self.size:
            raise UserError(
                f"The pictures of a film differ in size: {self.size} and {image.size}.", "Resize them to one size."
            )
        deep = self.form.pixels.endswith("10le")
        array = image.rgb().srgb().to("uint16" if deep else "uint8").array
        right, below = self.stored.width - self.size.width, self.stored.height - self.size.height
        if right or below:
            array = np.pad(array, ((0, below), (0, right), (0, 0)), mode="edge")
        av = pyav()
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(array), format="rgb48le" if deep else "rgb24")
        if self.painter is None:
            if self.printer is None:
                shape = (self.stored.width, self.stored.height)
                self.printer = Printer(*shape, frame.format.name, self.form.pixels)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            frame = self.printer.print(frame)
        frame.pts, frame.time_base = number, 1 / self.track.codec_context.framerate
        return frame


def _for_x265(form: Form, stream: Iterator[Image]) -> tuple[Form, Iterator[Image]]:
    """x265 loses the times of films that end before its first group of pictures does; such are made without groups."""
    head = list(itertools.islice(stream, 6))
    if len(head) < 6:
        params = f"{form.options['x265-params']}:bframes=0"
        form = replace(form, options={**form.options, "x265-params": params})
    return form, itertools.chain(head, stream)


def _with_first(first: Image, rest: Iterator[Image]) -> Iterator[Image]:
    yield first
    yield from rest
