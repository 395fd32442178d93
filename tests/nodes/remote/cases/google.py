"""Google in the fault matrix: a picture out of words, one after others, an Omni film, a Veo film."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ajar.values import Image, Video
from nodes.remote.emulators import samples
from nodes.remote.emulators.google import Google
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

AT_ONCE: frozenset[FaultKind] = frozenset({
    "expired", "truncated", "html", "odd_status", "forgotten", "poll_error"})
"""The picture is in the answer itself: there is nothing to poll, and no address that could expire or be asked again.

What becomes of an answer that is spoilt is tried in test_at_once.py.
"""


def _picture() -> Image:
    return Image.of(np.full((64, 96, 3), 90, np.uint8))


def _words() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse", "shape": "16:9"}


def _edit() -> Mapping[str, Any]:
    return {"prompt": "make it night", "references": (_picture(), _picture()), "model": "gemini-3-pro-image",
            "resolution": "2K"}


def _film() -> Mapping[str, Any]:
    return {"prompt": "the light turns", "first_frame": _picture(), "last_frame": _picture(), "seconds": 4}


@cache
def _film_in_a_file() -> Video:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "film.mp4"
    path.write_bytes(samples.film("in"))
    return Video.open(path)


def _changed() -> Mapping[str, Any]:
    return {"prompt": "make it night", "video": _film_in_a_file(), "references": (_picture(),)}


def _veo() -> Mapping[str, Any]:
    return {"prompt": "the light turns", "references": (_picture(),), "shape": "9:16"}


CASES = [
    # First the one that polls: it goes through all faults.
    Case("google", Google, "gemini_video", _film, "video"),
    Case("google", Google, "gemini_image", _words, "image", at_once=True, never=AT_ONCE),
    Case("google", Google, "gemini_image", _edit, "image", at_once=True, never=AT_ONCE),
    Case("google", Google, "gemini_video_edit", _changed, "video"),
    # An operation is done or it is not: there is no word for its state.
    Case("google", Google, "veo_video", _veo, "video", never=frozenset({"odd_status"})),
]
