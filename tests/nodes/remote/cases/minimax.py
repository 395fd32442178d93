"""MiniMax in the fault matrix: H3 out of words, frames and references; Hailuo out of words and pictures."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ajar.values import Audio, Image, Video
from nodes.remote.emulators import samples
from nodes.remote.emulators.minimax import MiniMax
from tests.nodes.remote.case import Case


def picture(shade: int = 90) -> Image:
    return Image.of(np.full((320, 400, 3), shade, np.uint8))


def voice() -> Audio:
    times = np.arange(3 * 16000) / 16000
    return Audio((np.sin(times * 1500)[None] * 0.3).astype(np.float32), 16000)


@cache
def film() -> Video:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "film.mp4"
    path.write_bytes(samples.film("in", 2.5))
    return Video.open(path)


def _words() -> Mapping[str, Any]:
    return {"prompt": "a fleet leaves", "shape": "9:16", "resolution": "2K"}


def _frames() -> Mapping[str, Any]:
    return {"prompt": "it turns", "first_frame": picture(), "last_frame": picture(40), "model": "MiniMax-H3-Max",
            "resolution": "480P"}


def _references() -> Mapping[str, Any]:
    return {"prompt": "they speak", "references": (picture(), picture(40)), "video": film(), "voice": voice(),
            "shape": "auto"}


def _hailuo() -> Mapping[str, Any]:
    return {"prompt": "a man picks up a book", "resolution": "1080P"}


def _pictures() -> Mapping[str, Any]:
    return {"prompt": "", "first_frame": picture(), "last_frame": picture(40), "model": "MiniMax-Hailuo-02"}


CASES = [
    Case("minimax", MiniMax, "minimax_video", _words, "video"),
    Case("minimax", MiniMax, "minimax_video", _frames, "video"),
    Case("minimax", MiniMax, "minimax_video", _references, "video"),
    # The older version goes through the faults that matter to it in test_minimax_faults.py.
    Case("minimax", MiniMax, "hailuo_video", _hailuo, "video"),
    Case("minimax", MiniMax, "hailuo_video", _pictures, "video"),
]
