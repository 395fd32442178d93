"""The frame of films: their size, and films within films."""

from collections.abc import Iterator
from itertools import repeat
from typing import Annotated, Any, Literal

import numpy as np

from ajar import film, reel, retouch, tracks
from ajar.clips import Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Range, ShowIf, Slider
from ajar.tracks import Track
from ajar.values import Color, Image, Size
from ajar.voices import Sound
from nodes.blend import composite
from nodes.edit import Anchor, Filter, place, resize

Array = np.ndarray[Any, np.dtype[Any]]
Fit = Literal["bars", "cover", "stretch", "exact"]
Share = Annotated[float, Slider(0, 1, 0.01)]


@node(group="Video")
def resize_video(
    ctx: Context,
    video: Video,
    size: Size | None = None,
    factor: Annotated[float, Slider(0.05, 8, 0.05)] = 1.0,
    fit: Literal["contain", "bars", "cover", "stretch"] = "contain",
    bars: Annotated[Color, ShowIf("fit", "bars")] = Color(0, 0, 0),
    filter: Filter = "auto",
) -> Video:
    """Make a film larger or smaller, to a size or by a factor; its sound is kept.

    With a size: contain fits all of it inside, bars adds a colour around that to fill the size, cover fills the size
    and cuts off what is over, stretch bends it. Odd sizes are rounded up to even ones, as films need them.
    """

    def change(image: Image) -> Image:
        if size is not None and fit == "bars":
            return framed(image, size, fit, bars, filter)
        return resize(image, size, factor, "contain" if fit == "bars" else fit, filter)

    return retouch.each(ctx, video, "Resizing", change)


@node(group="Video")
def picture_in_picture(
    ctx: Context,
    video: Video,
    inset: Video | Image,
    scale: Annotated[float, Slider(0.02, 1, 0.01)] = 0.3,
    anchor: Anchor = "bottom right",
    margin: Annotated[float, Slider(0, 0.4, 0.005)] = 0.03,
    opacity: Share = 1.0,
    start: Annotated[float, Range(0, 86400, 0.1)] = 0.0,
    end: Annotated[float, Range(0, 86400, 0.1)] = 0.0,
    sound: Literal["video", "inset", "both", "none"] = "video",
) -> Video:
    """Show a small film, or a picture such as a logo, in a corner of a film.

    Scale is its width as a part of the film's, margin a part of the shorter side. It is seen from one second to
    another; 0 as the end: as long as it lasts. The result lasts as long as the film.
    """
    fps = video.fps
    begin = round(start * fps)
    stop = round(end * fps) if end else 2**62

    def shots(big: Iterator[Image]) -> Iterator[Image]:
        small = repeat(inset) if isinstance(inset, Image) else film.frames(inset.path, fps=fps)
        shown, before = None, None
        for number, image in enumerate(big):
            if begin <= number < stop:
                found = next(small, None)
                if found is not before:
                    shown, before = _small(found, video.size, scale) if found is not None else None, found
                if shown is not None:
                    edge = round(margin * min(image.size.width, image.size.height))
                    left, top = place(anchor, image.size, shown.size, edge)
                    image = composite(shown, image, None, opacity, "top left", left, top)
            yield image

    watched = retouch.watched(ctx, film.frames(video.path, fps=fps), film.frame_count(video), "Composing")
    return reel.write(shots(watched), fps, _heard(video, inset, sound, start), form=reel.WORKING)


def framed(
    image: Image, goal: Size, fit: str, colour: Color = Color(0, 0, 0), filter: Filter = "auto"
) -> Image:
    """A picture in exactly this size: with bars around it, cut to cover it, or stretched."""
    if image.size == goal:
        return image
    if fit in ("cover", "stretch"):
        return resize(image, goal, fit="cover" if fit == "cover" else "stretch", filter=filter)
    inner = resize(image.rgb(), goal, fit="contain", filter=filter).to("uint8")
    canvas = np.empty((goal.height, goal.width, 3), np.uint8)
    canvas[:] = (colour.red, colour.green, colour.blue)
    left, top = (goal.width - inner.width) // 2, (goal.height - inner.height) // 2
    canvas[top : top + inner.height, left : left + inner.width] = inner.array
    return Image.of(canvas)


def _small(image: Image, around: Size, scale: float) -> Image:
    return resize(image, factor=max(1, round(around.width * scale)) / image.width)


def _heard(video: Video, inset: Video | Image, sound: str, start: float) -> Sound:
    """What is heard: the sound of one as it is stored, or both mixed."""
    if sound == "none":
        return None
    if sound == "video" or isinstance(inset, Image):
        return video.path
    under = None if sound == "inset" else tracks.track(video.path, 0, None, 48_000, 2)
    over = tracks.track(inset.path, 0, None, 48_000, 2)
    if over is None:
        return video.path if under is not None else None
    length = film.frame_count(video) / video.fps
    late = tracks.joined((tracks.silence(48_000, 2, start), over), 48_000, 2).lasting(length)
    return late if under is None else mixed(under.lasting(length), late)


def mixed(first: Track, second: Track) -> Track:
    """Two tracks of the same rate and channels together, as long as the longer one; kept from clipping softly."""

    def parts() -> Iterator[Array]:
        left, right = tracks.blocks(first.parts, 4096), tracks.blocks(second.parts, 4096)
        while True:
            a, b = next(left, None), next(right, None)
            if a is None or b is None:
                alone = a if b is None else b
                if alone is None:
                    return
                yield alone
                continue
            out = np.zeros((a.shape[0], max(a.shape[1], b.shape[1])), np.float32)
            out[:, : a.shape[1]] += a
            out[:, : b.shape[1]] += b
            yield np.clip(out, -1, 1, out=out)

    if (first.rate, first.channels) != (second.rate, second.channels):
        raise UserError("Two sounds of different kinds can't be mixed.", "Give both the same rate.")
    return Track(first.rate, first.channels, parts())
