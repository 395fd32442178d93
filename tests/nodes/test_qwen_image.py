"""The nodes for Qwen-Image ask for what was set, and leave open what is the model's own."""

from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Painting
from ajar.values import Control, Image, Lora, Mask, Size, Tuning
from nodes.lora import lora
from nodes.qwen_image import qwen_edit, qwen_image


class Bench:
    """A Gpu that notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def load(self, model: str, *, kind: str, loras: Lora | None = None, tuning: Any = None) -> Any:
        self.asked.append((model, kind, loras, tuning))
        return self

    def paint(self, wanted: Painting, report: Any) -> Image:
        self.asked.append(wanted)
        return picture()

    def progress(self, done: float, note: str = "", preview: Image | None = None) -> None:
        pass


def picture() -> Image:
    return Image.of(np.zeros((8, 8, 3), np.uint8))


def test_what_is_not_set_is_the_models_own() -> None:
    gpu: Any = Bench()
    qwen_image(gpu, "a cat", seed=5)
    assert gpu.asked == [("Qwen-Image", "qwen-image", None, None), Painting(prompt="a cat", seed=5, strength=0.6)]
    shown = picture()
    qwen_edit(gpu, "a cat", shown, seed=5)
    assert gpu.asked[2:] == [
        ("Qwen-Image-Edit-2509", "qwen-edit", None, None),
        Painting(prompt="a cat", seed=5, strength=1.0, references=(shown,)),
    ]


def test_all_that_is_set_is_asked_for() -> None:
    gpu: Any = Bench()
    image, mask, stack, tuning = picture(), Mask.of(np.ones((8, 8), np.float32)), lora("quick"), Tuning(offload="disk")
    controls = (Control("edges", image), Control("edges", image, 0.5))
    shared: dict[str, Any] = {
        "size": Size(64, 64), "steps": 20, "guidance": 3.0, "negative": "dog", "seed": 5, "image": image,
        "strength": 0.4, "mask": mask,
    }
    more: dict[str, Any] = {"loras": stack, "model": "mine", "tuning": tuning, "around": 32, "schedule": "karras"}
    expected = {"prompt": "a cat", "schedule": "karras", "extra": {"around": 32}, **shared}
    qwen_image(gpu, "a cat", *controls, **shared, **more, sampler="euler")
    assert gpu.asked[0] == ("mine", "qwen-image", stack, tuning)
    assert gpu.asked[1] == Painting(**expected, controls=controls, sampler="euler")
    qwen_edit(gpu, "a cat", **shared, **more)
    assert gpu.asked[2:] == [("mine", "qwen-edit", stack, tuning), Painting(**expected)]


def test_an_edit_needs_a_picture() -> None:
    with pytest.raises(UserError, match="no picture to change"):
        gpu: Any = Bench()
        qwen_edit(gpu, "a cat")
