"""xAI in the fault matrix: films out of words, frames and references, a changed film, pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Image
from nodes.remote.emulators.server import FaultKind
from nodes.remote.emulators.xai import XAI
from tests.nodes.remote.case import Case

AT_ONCE: frozenset[FaultKind] = frozenset({
    "expired", "truncated", "html", "odd_status", "forgotten", "poll_error", "failed"})
"""The picture is in the answer itself: nothing to poll, no address that could expire; what fails is an error.

What becomes of an answer that is spoilt is tried in test_xai_faults.py.
"""


def picture(shade: int = 90) -> Image:
    return Image.of(np.full((64, 96, 3), shade, np.uint8))


def _words() -> Mapping[str, Any]:
    return {"prompt": "a paper boat", "shape": "9:16", "resolution": "1080p", "audio": False}


def _pinned() -> Mapping[str, Any]:
    return {"prompt": "", "first_frame": picture(), "last_frame": picture(40), "references": (picture(1),),
            "voices": "eve, rex", "seconds": 12}


def _classic() -> Mapping[str, Any]:
    return {"prompt": "a boat like this", "references": (picture(), picture(40)), "model": "grok-imagine-video"}


def _edit() -> Mapping[str, Any]:
    return {"prompt": "give her a necklace", "film": "https://example.com/films/wave.mp4"}


def _extend() -> Mapping[str, Any]:
    return {**_edit(), "use": "extend", "seconds": 4}


def _image() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse", "shape": "21:9", "resolution": "2k", "quality": "low"}


def _changed() -> Mapping[str, Any]:
    return {"prompt": "both at night", "references": (picture(), picture(40)), "model": "grok-imagine-image"}


CASES = [
    Case("xai", XAI, "grok_video", _words, "video"),
    Case("xai", XAI, "grok_video", _pinned, "video"),
    Case("xai", XAI, "grok_video", _classic, "video"),
    Case("xai", XAI, "grok_video_edit", _edit, "video"),
    Case("xai", XAI, "grok_video_edit", _extend, "video"),
    Case("xai", XAI, "grok_image", _image, "image", at_once=True, never=AT_ONCE),
    Case("xai", XAI, "grok_image", _changed, "image", at_once=True, never=AT_ONCE),
]
