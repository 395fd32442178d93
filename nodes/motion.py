"""Movement in films: more pictures a second, and less flicker."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from ajar import film, lab, reel, retouch
from ajar.clips import Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Slider
from ajar.values import Image


@node(group="Video")
def interpolate(
    ctx: Context,
    video: Video,
    fps: Annotated[float, Slider(1, 240, 1)] = 60.0,
    way: Literal["motion", "blend", "repeat"] = "motion",
) -> Video:
    """Give a film another number of pictures a second, with new ones between the old; its sound and length are kept.

    Motion follows what moves and computes what is seen in between (ffmpeg's motion compensation, slow on large
    films; no model is needed). Blend mixes neighbours, repeat shows them longer. Fewer pictures are left out evenly.
    """
    count = max(1, round(video.seconds * fps))
    shots = film.frames(video.path, fps=video.fps)
    if way == "repeat" or fps <= video.fps or film.frame_count(video) == 1:
        made = film.frames(video.path, fps=fps)
    else:
        made = between(shots, video.fps, fps, count, way == "blend")
    return reel.write(retouch.watched(ctx, made, count, "Interpolating"), fps, video.path, form=reel.WORKING)


@node(group="Video")
def deflicker(ctx: Context, video: Video, pictures: Annotated[int, Slider(3, 60, 1)] = 7) -> Video:
    """Even out brightness that jumps from picture to picture, as in time lapses and old or generated films.

    Each picture takes on the mean brightness of so many around it.
    """
    if not lab.has("deflicker"):
        raise UserError("The installed PyAV has no deflicker filter.", "Install a newer one: pip install -U av.")
    options = f"size={pictures}:mode=pm"
    return retouch.retouched(
        ctx, video, "Deflickering", lambda shots: lab.develop(shots, video.fps, ("deflicker", options))
    )


def between(shots: Iterator[Image], fps: float, goal: float, count: int, blend: bool = False) -> Iterator[Image]:
    """So many pictures at another speed, with new ones computed between the old ones, by their motion or mixed."""
    way = "mi_mode=blend" if blend else "mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1"
    rate = reel.rate_of(goal)
    # The filter keeps the last pictures to itself, so it is given some more.
    made = lab.develop(_with_tail(shots, 3), fps, ("minterpolate", f"fps={rate}:{way}"))
    return exactly(made, count, lambda image: image)


def _with_tail(shots: Iterator[Image], more: int) -> Iterator[Image]:
    last = None
    for last in shots:
        yield last
    if last is not None:
        yield from itertools.repeat(last, more)


def exactly(shots: Iterator[Image], count: int, change: Any) -> Iterator[Image]:
    """So many pictures, each changed: the last one is shown longer where there are too few."""
    last = None
    for image in itertools.islice(shots, count):
        last = change(image)
        count -= 1
        yield last
    if last is not None:
        yield from itertools.repeat(last, count)
