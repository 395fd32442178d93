"""BytePlus in the fault matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Audio, Image
from nodes.remote.emulators.byteplus import BytePlus
from tests.nodes.remote.case import Case


def _picture() -> Image:
    return Image.of(np.full((300, 400, 3), 90, np.uint8))


def _words() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse"}


def _frames() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse", "first_frame": _picture(), "last_frame": _picture(), "seconds": 4}


def _referring() -> Mapping[str, Any]:
    times = np.arange(3 * 16000) / 16000
    return {"prompt": "Image 1 speaks like Audio 1", "references": (_picture(),), "seconds": 4,
            "voice": Audio((np.sin(times * 1500)[None] * 0.3).astype(np.float32), 16000)}


def _edited() -> Mapping[str, Any]:
    return {"prompt": "make it night", "references": (_picture(),)}


CASES = [
    Case("byteplus", BytePlus, "seedance_video", _words, "video"),
    Case("byteplus", BytePlus, "seedance_video", _frames, "video"),
    Case("byteplus", BytePlus, "seedance_video", _referring, "video"),
    # The picture is in the answer itself: there is no address that could expire.
    Case("byteplus", BytePlus, "seedream_image", _edited, "image", at_once=True,
         never=frozenset({"expired"})),
]
