"""Films as pictures, and pictures as films."""

from collections import deque
from collections.abc import Iterator
from typing import Annotated

import numpy as np

from ajar import film, pixels, reel, retouch, tracks
from ajar.clips import Audio, Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Range, Slider
from ajar.values import Image
from nodes.framing import Fit, framed


@node(group="Video")
def video_frames(
    ctx: Context,
    video: Video,
    start: Annotated[float, Range(0, 86400, 0.1)] = 0.0,
    end: Annotated[float, Range(0, 86400, 0.1)] = 0.0,
    every: Annotated[int, Range(1, 100_000)] = 1,
) -> Iterator[Image]:
    """Give the pictures of a film one after the other: what follows runs once for each.

    Start and end are seconds, 0 as the end is the end of the film. Every 10 gives each tenth picture.
    """
    count = film.frame_count(video)
    found = False
    shots = film.frames(video.path, start, end or float("inf"), video.fps)
    for number, image in enumerate(retouch.watched(ctx, shots, count, "Taking apart")):
        if number % every == 0:
            found = True
            yield image
    if not found:
        raise UserError(
            f"The film has no picture between {start:g} and {end:g} seconds: it lasts {video.seconds:.2f}.",
            "Choose a start within the film, and an end after it.",
        )


@node(group="Video")
def video_from_frames(
    ctx: Context,
    images: list[Image],
    fps: Annotated[float, Slider(1, 120, 1)] = 24.0,
    sound: Audio | None = None,
    fit: Fit = "bars",
) -> Video:
    """Make a film of all pictures of a stream, in their order.

    The first one sets the size; others get black bars, are cut to cover it, stretched to it, or refused (exact). A
    sound is cut at the end of the film. What is see-through becomes black.
    """
    if not images:
        raise UserError("There is no picture to make a film of.", "Wire in at least one picture.")
    goal = images[0].size
    if fit == "exact" and (other := next((one for one in images if one.size != goal), None)):
        raise UserError(f"The pictures differ in size: {goal} and {other.size}.", "Choose another fit.")
    shots = (framed(_opaque(_fresh(image)), goal, fit) for image in images)
    heard = tracks.of_audio(sound).lasting(len(images) / fps) if sound is not None else None
    return reel.write(retouch.watched(ctx, shots, len(images), "Putting together"), fps, heard, form=reel.WORKING)


@node(group="Video")
def first_frame(video: Video) -> Image:
    """Take the first picture of a film, as the start of another shot."""
    return _one(film.frames(video.path, fps=video.fps), video)


@node(group="Video")
def last_frame(video: Video) -> Image:
    """Take the last picture of a film, from which a next shot can go on."""
    for start in (max(0.0, video.seconds - 1), 0.0):
        last = deque(film.frames(video.path, start, fps=video.fps), maxlen=1)
        if last:
            return last[0]
    raise UserError(f"{video.path.name} holds no picture.", "Choose another film.")


@node(group="Video")
def frame_at(video: Video, seconds: Annotated[float, Range(0, 86400, 0.04)] = 0.0) -> Image:
    """Take the picture that is seen at this second of a film."""
    if seconds > video.seconds:
        raise UserError(
            f"The film lasts {video.seconds:.2f} seconds, so there is no picture at {seconds:g}.",
            "Choose an earlier second.",
        )
    # At the very end the last picture is still seen.
    place = min(int(seconds * video.fps + 1e-6), film.frame_count(video) - 1)
    return _one(film.frames(video.path, place / video.fps, (place + 1) / video.fps, video.fps), video)


def _one(shots: Iterator[Image], video: Video) -> Image:
    found = next(shots, None)
    if found is None:
        return last_frame(video)
    return found


def _fresh(image: Image) -> Image:
    """A picture that forgets its pixels when it was read, so that a thousand of them are not kept."""
    if image.path is not None and image.path.suffix != ".npy" and image.same_file:
        return Image.open(image.path)
    return image


def _opaque(image: Image) -> Image:
    if image.channels != 4:
        return image
    values = pixels.convert(image.array, "float32")
    return image.like(np.ascontiguousarray(values[:, :, :3] * values[:, :, 3:])).to(image.dtype)
