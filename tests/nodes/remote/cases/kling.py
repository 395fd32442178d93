"""Kling's nodes with inputs that its stand-in takes, for the fault matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Audio, Image
from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

AT_ONCE: frozenset[FaultKind] = frozenset({
    # The speech comes with the answer to the paid call: nothing is polled, and a dead address can't be renewed.
    "odd_status", "poll_error", "forgotten", "expired", "truncated", "html",
})
FILM = "https://example.com/films/walk.mp4"


def image(shade: int = 90) -> Image:
    return Image.of(np.full((320, 400, 3), shade, np.uint8))


def voice() -> Audio:
    times = np.arange(3 * 16000) / 16000
    return Audio((np.sin(times * 1500)[None] * 0.3).astype(np.float32), 16000)


def case(node: str, inputs: Mapping[str, Any], gives: Any = "video", **more: Any) -> Case:
    return Case("kling", KlingEmulator, node, lambda: {name: made() if callable(made) else made
                                                       for name, made in inputs.items()}, gives, **more)


CASES = [
    case("kling_video", {"prompt": "a red fox runs through snow"}),
    case("kling_video", {"prompt": "it turns its head", "first_frame": image, "last_frame": lambda: image(40),
                         "model": "kling-2.6", "resolution": "1080p"}),
    case("kling_omni", {"prompt": "@image_1 in the style of @video_1", "references": lambda: (image(),),
                        "film": FILM}),
    case("kling_motion", {"image": image, "film": FILM}),
    case("kling_image", {"prompt": "a fox in snow, at dusk"}, "image"),
    case("kling_image", {"prompt": "<<<image_1>>> at night", "references": lambda: (image(),),
                         "model": "kling-v3-omni", "shape": "auto"}, "image"),
    case("kling_expand", {"image": image, "prompt": "more snow"}, "image"),
    case("kling_avatar", {"image": image, "voice": voice}),
    case("kling_speech", {"text": "Snow fell all night."}, "audio", at_once=True, never=AT_ONCE),
]
