"""Qwen-Image in every form and task: each paints what diffusers paints with the same weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux, tiny_qwen

pytestmark = pytest.mark.xdist_group("torch")

Paint = Callable[..., Any]
WORDS = "a red circle"


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models in all forms below ``models``, and resources for models of their size."""
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("qwen")
    models = room / "models"
    base = tiny_qwen.write_qwen(models / "base")
    plus = tiny_qwen.write_qwen(models / "plus", "QwenImageEditPlusPipeline")
    single = tiny_qwen.write_qwen(models / "single", "QwenImageEditPipeline")
    own = tiny_flux.weights_of(base, "transformer")
    bases = {"qwen-image": base, "qwen-image-edit": single, "qwen-image-edit-plus": plus, "qwen-image-edit-2511": plus}
    tiny_flux.write_resources(room / "resources", bases)
    tiny_flux.save(models / "qwen_image_bf16.safetensors", own)
    tiny_flux.save(models / "comfy.safetensors", own, "model.diffusion_model.")
    tiny_flux.save(models / "qwen_image_edit_2509_bf16.safetensors", own)
    tiny_flux.save_gguf(models / "qwen-image-Q8_0.gguf", own, "qwen_image", "Q8_0")
    for style in ("peft", "comfy", "kohya", "plain"):
        tiny_flux.save(models / f"{style}-lora.safetensors", tiny_qwen.lora_weights(style))
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room / "models"], room / "resources"))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(
        model: str = "base", lora: str = "", tuning: Tuning | None = None, report: Any = None,
        kind: str = "qwen-image", **changes: Any
    ) -> Any:
        worn = Lora((LoraPart(lora, 0.8),)) if lora else None
        painter = device.load(model, kind=kind, loras=worn, report=quiet, tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 3, "seed": 5, "guidance": 3.0, **changes}
        return painter.paint(Painting(**wanted), report or quiet).array

    return paint


@pytest.fixture(scope="module")
def bare(room: Path) -> Any:
    """The folder as diffusers opens it."""
    return opened("QwenImagePipeline", room / "models" / "base")


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8))


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def opened(name: str, folder: Path, **parts: Any) -> Any:
    """A folder as diffusers opens it."""
    import diffusers
    import torch

    return getattr(diffusers, name).from_pretrained(folder, dtype=torch.bfloat16, **parts)


def direct(pipe: Any, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import torch

    pipe.set_progress_bar_config(disable=True)
    call = {"prompt": WORDS, "negative_prompt": " ", "height": 64, "width": 64, "num_inference_steps": 3,
            "true_cfg_scale": 3.0, **arguments}
    found = pipe(**call, generator=torch.Generator("cpu").manual_seed(5), output_type="np").images[0]
    return (found * 255).round().astype(np.uint8)


@pytest.mark.parametrize("model", ["base", "qwen_image_bf16", "comfy"])
def test_a_folder_and_single_files_paint_what_diffusers_paints(paint: Paint, bare: Any, model: str) -> None:
    assert np.array_equal(paint(model), direct(bare))


def test_guidance_and_negative_words_are_those_of_diffusers(paint: Paint, bare: Any) -> None:
    assert np.array_equal(paint(guidance=1.0), direct(bare, true_cfg_scale=1.0, negative_prompt=None))
    assert np.array_equal(paint(negative="blue"), direct(bare, negative_prompt="blue"))
    with pytest.raises(UserError, match="Without guidance"):
        paint(guidance=1.0, negative="blue")
