"""The nodes around models, with a stand-in for the accelerator."""

from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Size
from nodes.flux import flux
from nodes.lora import lora
from nodes.upscale import upscale


class Bench:
    """A Gpu that notes what it was asked for and enlarges by repeating pixels."""

    stage: Any = "draft"
    about = ""
    device = "cpu"
    scale = 3

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def load(self, model: str, *, kind: str, loras: Lora | None = None, tuning: Any = None) -> Any:
        self.asked.append((model, kind, loras))
        return self

    def paint(self, wanted: Painting, report: Any) -> Image:
        self.asked.append(wanted)
        return Image.of(np.zeros((8, 8, 3), np.uint8))

    def enlarge(self, image: Image, report: Any) -> Image:
        report(0.5, "tile 1 of 1", None)
        array = np.repeat(np.repeat(image.array, 3, 0), 3, 1)[:, :, :3]
        return image.like(np.ascontiguousarray(array))

    def progress(self, done: float, note: str = "", preview: Image | None = None) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a model node should not need {name}")


def picture(width: int, height: int, channels: int = 3, dtype: str = "uint8") -> Image:
    raw = np.random.default_rng(1).random((height, width, channels), np.float32)
    return Image.of(raw, b"profile").to(dtype)


def test_flux_asks_for_its_model_and_leaves_open_what_is_the_models_own() -> None:
    gpu: Any = Bench()
    stack = lora("one")
    flux(gpu, "a cat", loras=stack, seed=5)
    assert gpu.asked[0] == ("builtin", "flux", stack)
    assert gpu.asked[1] == Painting(prompt="a cat", seed=5)


def test_a_picture_that_shall_not_be_alike_at_all_is_said_so_and_not_left_open() -> None:
    gpu: Any = Bench()
    flux(gpu, "a cat", likeness=[picture(4, 4)], redux="seen", alike=0.0)
    assert gpu.asked[1].extra == {"redux": "seen", "likeness": 0.0}


def test_loras_stack_in_the_order_they_are_put_on() -> None:
    assert lora("b", 0.5, onto=lora("a")) == Lora((LoraPart("a", 1.0), LoraPart("b", 0.5)))


def test_without_a_model_upscale_is_lanczos_and_loads_nothing() -> None:
    gpu: Any = Bench()
    assert upscale(gpu, picture(10, 6)).size == Size(20, 12)
    assert upscale(gpu, picture(10, 6), factor=1.5).size == Size(15, 9)
    assert gpu.asked == []


@pytest.mark.parametrize("model", ["", "sharp"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_upscale_keeps_depth_channels_and_profile(model: str, dtype: str, channels: int) -> None:
    gpu: Any = Bench()
    image = upscale(gpu, picture(9, 5, channels, dtype), model, 2.0)
    assert (image.size, image.channels, image.dtype, image.profile) == (Size(18, 10), channels, dtype, b"profile")


def test_transparency_is_enlarged_beside_the_colours() -> None:
    gpu: Any = Bench()
    array = np.full((4, 4, 4), 200, np.uint8)
    array[:, :2, 3] = 0
    image = upscale(gpu, Image.of(array), "sharp")
    assert image.size == Size(12, 12)
    assert image.array[6, 0, 3] < 30 and image.array[6, 11, 3] > 170


def test_a_model_enlarges_as_much_as_it_does_unless_a_factor_is_given() -> None:
    gpu: Any = Bench()
    assert upscale(gpu, picture(4, 4), "sharp").size == Size(12, 12)
    assert upscale(gpu, picture(4, 4), "sharp", 1.5).size == Size(6, 6)
    assert upscale(gpu, picture(4, 4), "sharp", 6.0).size == Size(24, 24)
    assert gpu.asked[0] == ("sharp", "upscale", None)


def test_a_result_that_is_too_large_is_refused_before_anything_is_loaded_or_painted() -> None:
    gpu: Any = Bench()
    with pytest.raises(UserError, match="100 million pixels"):
        upscale(gpu, picture(2000, 2000), factor=8.0)
