"""The nodes of Black Forest Labs with inputs that its stand-in takes, for the fault matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ajar.values import Image, Mask, Size
from nodes.remote.emulators.bfl import Bfl
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

NEVER: frozenset[FaultKind] = frozenset({
    # Moderation of the words, too, is said only when the job is asked about ("Request Moderated").
    "blocked",
})


def image(shade: int = 90) -> Image:
    return Image.of(np.full((96, 128, 3), shade, np.uint8))


def mask() -> Mask:
    found = np.zeros((96, 128), np.float32)
    found[20:60, 30:80] = 1
    return Mask.of(found)


def case(node: str, inputs: Mapping[str, Any], gives: Any = "image") -> Case:
    return Case("bfl", Bfl, node, lambda: {name: made() if callable(made) else made for name, made in inputs.items()},
                gives, never=NEVER)


CASES = [
    case("bfl_image", {"prompt": "a red fox in snow"}),
    case("bfl_image", {"prompt": "image 1 at night, as in image 2", "references": lambda: (image(), image(200)),
                       "model": "flux-2-klein-4b", "size": Size(512, 256), "seed": 7}),
    case("bfl_ultra", {"prompt": "a fox", "reference": image, "raw": True}),
    case("bfl_kontext", {"prompt": "make it snow", "image": image}),
    case("bfl_fill", {"prompt": "a hat", "image": image, "mask": mask}),
    case("bfl_expand", {"image": image, "left": 64, "top": 32}),
    case("bfl_erase", {"image": image, "mask": mask}),
    case("bfl_outpaint", {"image": image, "right": 64, "prompt": "more snow"}),
    case("bfl_video", {"prompt": "a red fox runs through snow"}, "video"),
    case("bfl_video", {"prompt": "it turns its head", "first_frame": image, "last_frame": lambda: image(40)}, "video"),
]
