"""A film made anew with other pictures or another sound, while what is not changed is taken over as it is."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ajar import film, reel
from ajar.clips import Video
from ajar.context import Context
from ajar.film import opened, pyav
from ajar.values import Image
from ajar.voices import Sound, voice_for

COPIED = ("h264", "hevc", "av1", "mpeg4", "vp9")
"""Codecs of pictures that an MP4 holds as they are."""
Change = Callable[[Iterator[Image]], Iterable[Image]]


def watched(ctx: Context, shots: Iterable[Image], count: int, note: str) -> Iterator[Image]:
    """The same pictures, with progress reported for each; stops on cancel."""
    for number, image in enumerate(shots):
        ctx.progress(min(number / max(count, 1), 1.0), f"{note}, picture {number + 1} of {count}")
        yield image


def retouched(ctx: Context, video: Video, note: str, change: Change, *, fps: float = 0.0) -> Video:
    """The film with its pictures changed as they pass, and its sound as it was.

    ``change`` gives as long a film as it is given; ``fps`` is how many pictures a second it gives, 0: as many.
    """
    shots = watched(ctx, film.frames(video.path, fps=video.fps), film.frame_count(video), note)
    return reel.write(change(shots), fps or video.fps, video.path, form=reel.WORKING)


def each(ctx: Context, video: Video, note: str, change: Callable[[Image], Image]) -> Video:
    """The film with each of its pictures changed for itself."""
    return retouched(ctx, video, note, lambda shots: map(change, shots))


def dubbed(ctx: Context, video: Video, sound: Sound, note: str) -> Video:
    """The film with this sound. Its pictures are taken over as they are stored where an MP4 can hold them."""
    if not _copyable(video.path):
        shots = watched(ctx, film.frames(video.path, fps=video.fps), film.frame_count(video), note)
        return reel.write(shots, video.fps, sound, form=reel.WORKING)
    path = reel.scratch(".mp4")
    try:
        _copy(ctx, video, sound, note, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Video(path, video.size, video.fps, video.seconds)


def _copyable(path: Path) -> bool:
    """Whether an MP4 can hold its pictures as they are, and the file tells in which order they are decoded."""
    with opened(path) as container:
        stream = film.pictures_of(container, path)
        if stream.codec_context.name not in COPIED or not stream.average_rate:
            return False
        first = itertools.islice((packet for packet in container.demux(stream) if packet.size), 16)
        return all(packet.dts is not None for packet in first)


def _copy(ctx: Context, video: Video, sound: Sound, note: str, path: Path) -> None:
    out = pyav().open(f"file:{path}", "w", format="mp4", options={"movflags": "use_metadata_tags+faststart"})
    with out, opened(video.path) as container:
        source = film.pictures_of(container, video.path)
        stream = out.add_stream_from_template(source)
        voice = voice_for(out, sound, reel.WORKING)
        zero = round(film.start_of(container, source) / source.time_base)
        for packet in container.demux(source):
            if packet.dts is None:
                continue
            packet.pts, packet.dts = packet.pts - zero, packet.dts - zero
            at = float(packet.dts * packet.time_base)
            ctx.progress(min(max(at / video.seconds, 0.0), 1.0), note)
            packet.stream = stream
            out.mux(packet)
            voice.upto(at)
        voice.upto(math.inf)




def silent(path: Path) -> bool:
    """Whether a film has no sound."""
    with opened(path) as container:
        return not container.streams.audio


