"""Luma's nodes with inputs that its stand-in takes, for the fault matrix."""

from collections.abc import Mapping
from typing import Any

from nodes.remote.emulators.luma import Luma
from tests.nodes.remote.case import Case

FILM, PICTURE = "https://example.com/films/walk.mp4", "https://example.com/a.png"


def case(node: str, inputs: Mapping[str, Any], gives: Any = "video") -> Case:
    return Case("luma", Luma, node, lambda: inputs, gives)


CASES = [
    case("luma_video", {"prompt": "a red fox runs through snow"}),
    case("luma_video", {"prompt": "it turns", "first_address": PICTURE, "last_address": PICTURE, "loop": True,
                        "seconds": 9, "shape": "1:1", "concepts": "dolly_zoom, handheld"}),
    case("luma_modify", {"film": FILM, "prompt": "at night", "first_address": PICTURE}),
    case("luma_reframe", {"film": FILM, "shape": "21:9"}),
    case("luma_image", {"prompt": "a fox in snow"}, "image"),
    case("luma_image", {"prompt": "a fox", "reference_addresses": f"{PICTURE} 0.8\n{PICTURE}",
                        "style_addresses": PICTURE, "character_addresses": PICTURE,
                        "changed_address": f"{PICTURE} 1"}, "image"),
]
