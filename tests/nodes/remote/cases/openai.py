"""OpenAI in the fault matrix: a picture out of words, and one out of pictures with a mask."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Image, Mask
from nodes.remote.emulators.openai import OpenAI
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

AT_ONCE: frozenset[FaultKind] = frozenset({
    "expired", "truncated", "html", "odd_status", "forgotten", "poll_error", "failed"})
"""The picture is in the answer itself: nothing to poll, no address that could expire; what fails is an error.

What becomes of an answer that is spoilt is tried in test_at_once.py.
"""


def _picture() -> Image:
    return Image.of(np.full((64, 96, 3), 90, np.uint8))


def _words() -> Mapping[str, Any]:
    return {"prompt": "a lighthouse", "size": "1536x1024", "background": "transparent"}


def _edit() -> Mapping[str, Any]:
    mask = np.zeros((32, 32), np.float32)
    mask[8:16, 8:16] = 1
    return {"prompt": "make it night", "references": (_picture(), _picture()), "mask": Mask.of(mask)}


CASES = [
    Case("openai", OpenAI, "openai_image", _words, "image", at_once=True, never=AT_ONCE),
    Case("openai", OpenAI, "openai_image", _edit, "image", at_once=True, never=AT_ONCE),
]
