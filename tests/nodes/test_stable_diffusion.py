"""The nodes for Stable Diffusion ask for what was set, and leave open what is the model's own."""

from typing import Any

import numpy as np

from ajar.painting import Painting
from ajar.values import Control, Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.lora import lora
from nodes.stable_diffusion import learned_word, sd3, sd15, sdxl


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
    for node, kind in ((sdxl, "sdxl"), (sd15, "sd15"), (sd3, "sd3")):
        node(gpu, "a cat", seed=5)
        assert gpu.asked[-2][1:] == (kind, None, None)
        assert gpu.asked[-1] == Painting(prompt="a cat", seed=5)


def test_all_that_is_set_is_asked_for() -> None:
    gpu: Any = Bench()
    image, mask = picture(), Mask.of(np.ones((8, 8), np.float32))
    controls = (Control("edges", image), Control("depth", image, 0.5))
    stack, tuning = lora("style", 0.5), Tuning(offload="disk")
    sdxl(
        gpu, "a cat", *controls, loras=stack, model="mine", size=Size(64, 64), steps=20, guidance=6.0, negative="dog",
        seed=5, image=image, strength=0.4, mask=mask, around=32, refiner="fine", handover=0.7, vae="other",
        clip_skip=1, sampler="dpm++ 2m", schedule="karras", tuning=tuning,
    )
    assert gpu.asked[0] == ("mine", "sdxl", stack, tuning)
    assert gpu.asked[1] == Painting(
        prompt="a cat", negative="dog", size=Size(64, 64), steps=20, guidance=6.0, seed=5, image=image, strength=0.4,
        mask=mask, controls=controls, sampler="dpm++ 2m", schedule="karras",
        extra={"around": 32, "refiner": "fine", "handover": 0.7, "vae": "other", "clip_skip": 1},
    )


def test_learned_words_go_onto_the_stack_of_loras() -> None:
    assert learned_word("word", onto=lora("a")) == Lora((LoraPart("a", 1.0), LoraPart("word", 1.0)))
