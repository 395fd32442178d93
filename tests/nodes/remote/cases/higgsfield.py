"""Higgsfield in the fault matrix."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ajar.values import Image, Video
from nodes.remote.emulators.higgsfield import Higgsfield
from nodes.remote.emulators.samples import film
from tests.nodes.remote.case import Case


def _picture() -> Image:
    return Image.of(np.full((96, 128, 3), 90, np.uint8))


@cache
def _film() -> Video:
    path = Path(tempfile.mkdtemp()) / "film.mp4"
    path.write_bytes(film("higgsfield", 4.0))
    return Video.open(path)


def _words() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse", "seed": 7}


def _edited() -> Mapping[str, Any]:
    return {"prompt": "at night", "image": _picture(), "model": "higgsfield-ai/soul/v2/image-to-image"}


def _moving() -> Mapping[str, Any]:
    return {"prompt": "it turns", "first_frame": _picture()}


def _swapped() -> Mapping[str, Any]:
    return {"video": _film(), "references": (_picture(),)}


CASES = [
    Case("higgsfield", Higgsfield, "soul_image", _words, "image"),
    Case("higgsfield", Higgsfield, "soul_image", _edited, "image"),
    Case("higgsfield", Higgsfield, "dop_video", _moving, "video"),
    Case("higgsfield", Higgsfield, "genjutsu_video", _swapped, "video"),
]
