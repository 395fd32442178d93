"""Models of fal of every kind that its stand-in knows, for the fault matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Image, Mask
from nodes.remote.emulators.fal import Fal
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

TEXT: frozenset[FaultKind] = frozenset({"expired", "truncated", "html"})
"""Text has no file that could be spoilt."""


def picture() -> Image:
    return Image.of(np.full((64, 96, 3), 90, np.uint8))


def mask() -> Mask:
    return Mask.of(np.eye(64, 96, dtype=np.float32))


def case(model: str, inputs: Mapping[str, Any], gives: Any, **more: Any) -> Case:
    return Case("fal", Fal, "fal", lambda: {"model": model, **{name: made() if callable(made) else made
                                                               for name, made in inputs.items()}}, gives, **more)


CASES = [
    case("fal-ai/flux/dev", {"prompt": "a tin toy", "seed": 7, "settings": '{"image_size": "square"}'}, "image"),
    case("fal-ai/flux-lora/inpainting", {"prompt": "a tin toy", "image": picture, "mask": mask}, "image"),
    case("fal-ai/wan/v2.2-a14b/image-to-video",
         {"prompt": "it waves", "image": picture, "images": lambda: (picture(),),
          "settings": '{"end_image_url": "@images.1"}'}, "video"),
    case("fal-ai/stable-audio", {"prompt": "a waltz"}, "audio"),
    case("fal-ai/florence-2-large/caption", {"image": picture}, "text", never=TEXT),
]
