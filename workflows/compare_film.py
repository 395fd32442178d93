"""A compare sheet as a film: all its clips in one grid, held together by time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ajar import film, sheet_ink, sheets
from ajar.errors import UserError
from ajar.values import Image, Video

MOST_FPS = 60.0
LONGEST = 600.0
"""Seconds of a sheet's film."""


def film_sheet(page: sheets.Page, values: Sequence[Any], look: sheets.Style, cell: int, path: Path, about: str = "",
               ) -> Video:
    """Write the clips of a page into one film. ``values`` go with the places; shorter clips stay at their last picture.

    Of different frame rates the fastest is taken; each clip shows what it shows at that time. UserError without clips.
    """
    clips = [value for value in values if isinstance(value, Video)]
    if not clips:
        raise UserError("There is no clip on this sheet.", "Export it as a picture: --png.")
    fps = min(max(clip.fps for clip in clips), MOST_FPS)
    seconds = min(max(clip.seconds for clip in clips), LONGEST)
    return Video.write(_frames(page, values, look, cell, fps, seconds), fps, path=path, about=about)


def _frames(page: sheets.Page, values: Sequence[Any], look: sheets.Style, cell: int, fps: float, seconds: float,
            ) -> Iterator[Image]:
    import numpy as np

    layout = sheets.laid_out(page, look, cell)
    paper = sheet_ink.ground(page, look, layout)
    reels: dict[int, Iterator[Image]] = {}
    for index, (place, value) in enumerate(zip(page.places, values, strict=True)):
        if isinstance(value, Video):
            reels[index] = film.frames(value.path, fps=fps)
        if place.picture is not None:
            sheet_ink.put(paper, place.picture, layout, index)
            sheet_ink.marked(paper, place, look, layout, index)
    for _ in range(max(1, round(seconds * fps))):
        for index, reel in list(reels.items()):
            frame = next(reel, None)
            if frame is None:
                del reels[index]
                continue
            sheet_ink.put(paper, frame, layout, index)
            sheet_ink.marked(paper, page.places[index], look, layout, index)
        wide, high = paper.size
        # Films want even sides.
        yield Image.of(np.asarray(paper)[: high - high % 2, : wide - wide % 2].copy())
