"""Films out into the world: MP4, ProRes, GIF, WebP, or one file for each picture."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from ajar import film, lab, reel, retouch
from ajar.clips import Video
from ajar.context import Context
from ajar.contract import node
from ajar.hints import Range, ShowIf
from ajar.values import Image
from ajar.voices import Form

Format = Literal["mp4 H.264", "mp4 H.265", "mov ProRes", "gif", "webp"]
Quality = Literal["best", "high", "medium", "small"]
SETTINGS: dict[str, tuple[Form, str, tuple[str, str, str, str]]] = {
    "mp4 H.264": (reel.H264, "crf", ("14", "18", "23", "28")),
    "mp4 H.265": (reel.H265, "crf", ("16", "20", "25", "30")),
    "mov ProRes": (reel.PRORES, "profile", ("4", "3", "2", "0")),
    "webp": (reel.WEBP, "quality", ("95", "80", "65", "45")),
}
"""The form, the option that says how good it is, and its values from best to small."""


@node(writes=True, group="Files")
def export_video(
    ctx: Context,
    video: Video,
    format: Format = "mp4 H.264",
    quality: Quality = "high",
    fps: Annotated[float, Range(0, 240)] = 0.0,
) -> Path:
    """Write a film into the output folder in the form that is asked for.

    MP4 plays everywhere; H.265 is smaller; ProRes is for editing (4444, HQ, 422 or Proxy by quality); GIF and
    animated WebP are silent and repeat, and of a GIF only the speed can be chosen. 0 pictures a second are as many as
    the film has. MP4 and ProRes carry the workflow that made them. “Save video” writes a film as it is.
    """
    speed = fps or video.fps
    count = max(1, round(video.seconds * speed))
    sound = video.path
    if format == "gif":
        colours = lab.palette(_shots(ctx, video, speed, count, "Choosing colours"))
        form = reel.GIF
    else:
        colours = None
        found, option, values = SETTINGS[format]
        value = values[("best", "high", "medium", "small").index(quality)]
        form = replace(found, options={**found.options, option: value})
        if format == "mov ProRes" and value == "4":
            form = replace(form, pixels="yuv444p10le")
    shots = _shots(ctx, video, speed, count, f"Writing {form.name}")
    made = reel.write(shots, speed, sound, about=ctx.about, form=form, colours=colours)
    try:
        return ctx.save(made.path, form.suffix)
    finally:
        made.path.unlink(missing_ok=True)


@node(writes=True, group="Files")
def export_frames(
    ctx: Context,
    video: Video,
    format: Literal["png", "jpeg", "webp"] = "png",
    quality: Annotated[int, Range(1, 100), ShowIf("format", "jpeg")] = 95,
    first: Annotated[int, Range(0, 10_000_000)] = 1,
) -> Path:
    """Write each picture of a film into a folder of the output folder, numbered as editors expect: 000001.png.

    First is the number of the first one. Each file carries the workflow that made it.
    """
    folder = reel.scratch("")
    folder.unlink()
    folder.mkdir()
    ending = "jpg" if format == "jpeg" else format
    try:
        count = film.frame_count(video)
        for number, image in enumerate(_shots(ctx, video, video.fps, count, "Writing"), first):
            data = image.encode(format, quality=quality, lossless=format == "webp", about=ctx.about)
            (folder / f"{number:06d}.{ending}").write_bytes(data)
        return ctx.save(folder, "")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _shots(ctx: Context, video: Video, fps: float, count: int, note: str) -> Iterator[Image]:
    return retouch.watched(ctx, film.frames(video.path, fps=fps), count, note)
