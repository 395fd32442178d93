"""Models of Replicate of every kind that its stand-in knows, for the fault matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Image, Mask
from nodes.remote.emulators.replicate import Replicate
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

NEVER: frozenset[FaultKind] = frozenset({"blocked"})
"""Replicate moderates nothing when it accepts; what a model refuses is the error of its prediction."""
TEXT: frozenset[FaultKind] = frozenset({"expired", "truncated", "html"})
"""Text has no file that could be spoilt."""
CLARITY = "philz1337x/clarity-upscaler:dfad41707589d68ecdccd1dfa600d55a208f9310748e44bfe35b4a6291453d5e"


def picture() -> Image:
    return Image.of(np.full((64, 96, 3), 90, np.uint8))


def mask() -> Mask:
    return Mask.of(np.eye(64, 96, dtype=np.float32))


def case(model: str, inputs: Mapping[str, Any], gives: Any, never: frozenset[FaultKind] = frozenset()) -> Case:
    return Case("replicate", Replicate, "replicate",
                lambda: {"model": model, **{name: made() if callable(made) else made
                                            for name, made in inputs.items()}}, gives, never=NEVER | never)


CASES = [
    case("black-forest-labs/flux-dev", {"prompt": "a tin toy", "seed": 7, "settings": '{"num_outputs": 2}'}, "image"),
    case("google/nano-banana", {"prompt": "side by side", "image": picture, "images": lambda: (picture(),)}, "image"),
    case(CLARITY, {"image": picture, "mask": mask, "settings": '{"mask": "@mask", "scale_factor": 2}'}, "image"),
    case("wan-video/wan-2.2-i2v-fast",
         {"prompt": "it waves", "image": picture, "images": lambda: (picture(),),
          "settings": '{"last_image": "@images.1"}'}, "video"),
    case(f"meta/musicgen:{'7' * 64}", {"prompt": "a waltz"}, "audio"),
    case("meta/meta-llama-3-70b-instruct", {"prompt": "What is it?"}, "text", TEXT),
]
