"""Runway in the fault matrix."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ajar.values import Image, Video
from nodes.remote.emulators.runway import Runway
from nodes.remote.emulators.samples import film
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

NEVER: frozenset[FaultKind] = frozenset({
    # What is sent is judged within the task (failureCode SAFETY.INPUT...), not by the answer to the paid call.
    "blocked",
})


def _picture(side: int = 96) -> Image:
    return Image.of(np.full((side, side, 3), 90, np.uint8))


@cache
def _film() -> Video:
    path = Path(tempfile.mkdtemp()) / "film.mp4"
    path.write_bytes(film("runway", 3.0))
    return Video.open(path)


def _words() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse"}


def _frames() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse", "first_frame": _picture(), "last_frame": _picture(), "model": "veo3.1",
            "seconds": 4, "audio": True}


def _edited() -> Mapping[str, Any]:
    return {"prompt": "at night", "video": _film()}


def _painted() -> Mapping[str, Any]:
    return {"prompt": "@image1 on a table", "references": (_picture(),)}


def _acted() -> Mapping[str, Any]:
    return {"image": _picture(), "video": _film()}


CASES = [
    Case("runway", Runway, "runway_video", _words, "video", never=NEVER),
    Case("runway", Runway, "runway_video", _frames, "video", never=NEVER),
    Case("runway", Runway, "runway_edit", _edited, "video", never=NEVER),
    Case("runway", Runway, "runway_image", _painted, "image", never=NEVER),
    Case("runway", Runway, "runway_act", _acted, "video", never=NEVER),
]
