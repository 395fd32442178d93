"""The nodes around models of films, with a stand-in for the accelerator."""

from pathlib import Path
from typing import Any

import numpy as np

from ajar.painting import Filming
from ajar.values import Image, Lora, Mask, Size, Video
from nodes.lora import lora
from nodes.wan import wan, wan_animate, wan_vace

CLIP = Video(Path("clip.mp4"), Size(64, 64), 16.0, 1.0)


class Bench:
    """A Gpu that notes what it was asked for."""

    stage: Any = "draft"
    about = ""
    device = "cpu"

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def load(self, model: str, *, kind: str, loras: Lora | None = None, tuning: Any = None) -> Any:
        self.asked.append((model, kind, loras))
        return self

    def film(self, wanted: Filming, report: Any) -> Video:
        self.asked.append(wanted)
        return CLIP

    def progress(self, done: float, note: str = "", preview: Image | None = None) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a model node should not need {name}")


def picture() -> Image:
    return Image.of(np.zeros((8, 8, 3), np.uint8))


def test_wan_asks_for_its_model_and_leaves_open_what_is_the_models_own() -> None:
    gpu: Any = Bench()
    assert wan(gpu, "a cat", seed=5) is CLIP
    assert gpu.asked == [("builtin-clips", "wan", None), Filming(prompt="a cat", negative="own", seed=5)]


def test_wan_hands_on_pictures_films_and_the_second_experts_guidance() -> None:
    gpu: Any = Bench()
    stack, first = lora("style", 0.8, low=0.4), picture()
    wan(gpu, "a cat", loras=stack, model="m", first=first, video=CLIP, sampler="euler", guidance_low=2.0, negative="")
    assert gpu.asked[0] == ("m", "wan", stack) and stack.parts[0].low == 0.4
    wanted = gpu.asked[1]
    assert wanted.first is first and wanted.video == CLIP and wanted.sampler == "euler" and wanted.negative == ""
    assert wanted.extra == {"guidance_low": 2.0}


def test_vace_takes_masks_that_move_and_masks_that_do_not() -> None:
    gpu: Any = Bench()
    still, one = Mask.of(np.ones((8, 8), np.float32)), picture()
    wan_vace(gpu, "a cat", one, one, video=CLIP, mask=CLIP, follow=0.5)
    wan_vace(gpu, "a cat", video=CLIP, mask=still)
    moving, standing = gpu.asked[1], gpu.asked[3]
    assert moving.references == (one, one) and moving.mask is None
    assert moving.extra == {"follow": 0.5, "mask_video": CLIP}
    assert standing.mask is still and standing.extra == {"follow": 1.0}


def test_animate_hands_on_poses_face_and_background() -> None:
    gpu: Any = Bench()
    character = picture()
    wan_animate(gpu, character, CLIP, CLIP, background=CLIP, mask=CLIP)
    wanted = gpu.asked[1]
    assert gpu.asked[0] == ("Wan2.2-Animate-14B", "wan-animate", None)
    assert wanted.first is character and wanted.video == CLIP
    assert wanted.extra == {"face": CLIP, "background": CLIP, "mask_video": CLIP}
