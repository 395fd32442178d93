"""The nodes of Stability AI with inputs that its stand-in takes, for the fault matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Audio, Image, Mask
from nodes.remote.emulators.server import FaultKind
from nodes.remote.emulators.stability import Stability
from tests.nodes.remote.case import Case

NEVER: frozenset[FaultKind] = frozenset({
    # Results have no address: they are the answer to the question how far the job is.
    "expired",
})
AT_ONCE: frozenset[FaultKind] = NEVER | frozenset[FaultKind]({
    # The picture is the answer to the paid call: nothing is polled or fetched.
    "odd_status", "poll_error", "forgotten", "failed", "truncated", "html",
})


def image(shade: int = 90) -> Image:
    return Image.of(np.full((96, 128, 3), shade, np.uint8))


def mask() -> Mask:
    found = np.zeros((96, 128), np.float32)
    found[20:60, 30:80] = 1
    return Mask.of(found)


def voice() -> Audio:
    times = np.arange(7 * 8000) / 8000
    return Audio((np.sin(times * 1500)[None] * 0.3).astype(np.float32), 8000)


def later(node: str, inputs: Mapping[str, Any], gives: Any = "image") -> Case:
    return Case("stability", Stability, node, lambda: _made(inputs), gives, never=NEVER)


def at_once(node: str, inputs: Mapping[str, Any]) -> Case:
    return Case("stability", Stability, node, lambda: _made(inputs), "image", at_once=True, never=AT_ONCE)


def _made(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in inputs.items()}


CASES = [
    # The first goes through all faults; of what a late one can meet, those at once can meet a part only.
    later("stability_upscale", {"image": image, "prompt": "a fox in snow", "model": "upscale-creative"}),
    at_once("stability_image", {"prompt": "a red fox in snow", "shape": "3:2", "style": "cinematic", "seed": 5}),
    at_once("stability_image", {"prompt": "at night", "image": image, "model": "sd3.5-medium", "guidance": 5.0}),
    at_once("stability_image", {"prompt": "at night", "image": image, "model": "stable-image-ultra"}),
    at_once("stability_upscale", {"image": image}),
    at_once("stability_control", {"prompt": "a castle", "image": image}),
    at_once("stability_control", {"prompt": "a castle", "image": image, "model": "style", "shape": "16:9"}),
    at_once("stability_restyle", {"image": image, "reference": lambda: image(200)}),
    at_once("stability_inpaint", {"prompt": "a hat", "image": image, "mask": mask}),
    at_once("stability_erase", {"image": image, "mask": mask}),
    at_once("stability_search", {"prompt": "a motorcycle", "image": image, "search": "bicycle"}),
    at_once("stability_outpaint", {"image": image, "left": 64, "top": 32}),
    at_once("stability_cutout", {"image": image}),
    later("stability_relight", {"prompt": "a harbour", "image": image, "light": "left"}),
    later("stability_audio", {"prompt": "slow strings", "seconds": 5}, "audio"),
    later("stability_audio", {"prompt": "with bells", "voice": voice, "seconds": 7}, "audio"),
]
