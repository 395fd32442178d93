"""FLUX.1 in every form in which people have it: each paints what diffusers paints with the same weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.painting import Painting
from ajar.values import Lora, LoraPart, Size
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux

pytestmark = pytest.mark.xdist_group("torch")

Paint = Callable[..., Any]
WORDS = "a red circle"


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models in all forms below ``models``, and resources for models of their size."""
    import diffusers.loaders.single_file_model as single
    import diffusers.loaders.single_file_utils as names

    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("flux")
    models = room / "models"
    dev = tiny_flux.write_pipeline(models / "dev")
    wide = tiny_flux.write_pipeline(room / "wide", width=256)
    tiny_flux.write_resources(room / "resources", {"flux.1-dev": dev})
    own = tiny_flux.flux_weights(dev)
    tiny_flux.save(models / "bare.safetensors", own)
    tiny_flux.save(models / "comfy.safetensors", own, "model.diffusion_model.")
    tiny_flux.save(models / "named.safetensors", tiny_flux.weights_of(dev, "transformer"), "model.diffusion_model.")
    tiny_flux.save(models / "ae.safetensors", tiny_flux.ldm_vae(dev))
    tiny_flux.save(models / "clip_l.safetensors", tiny_flux.weights_of(dev, "text_encoder"))
    tiny_flux.save(models / "t5xxl_fp16.safetensors", tiny_flux.weights_of(dev, "text_encoder_2"))
    for quant in ("Q8_0", "Q5_0", "F16"):
        tiny_flux.save_gguf(models / f"{quant}.gguf", own, "flux", quant)
    for quant in ("Q4_K", "Q5_K"):
        tiny_flux.save_gguf(room / "wide" / f"{quant}.gguf", tiny_flux.flux_weights(wide), "flux", quant)
    converter = single.SINGLE_FILE_LOADABLE_CLASSES["FluxTransformer2DModel"]
    converter["checkpoint_mapping_fn"] = tiny_flux.narrow(names.convert_flux_transformer_checkpoint_to_diffusers)
    return room


@pytest.fixture(scope="module")
def shelf(room: Path) -> Shelf:
    return Shelf([room / "models"], room / "resources")


@pytest.fixture(scope="module")
def paint(shelf: Shelf) -> Paint:
    device = Device("cpu", shelf)

    def paint(model: str, loras: tuple[tuple[str, float], ...] = (), **changes: Any) -> Any:
        parts = Lora(tuple(LoraPart(name, weight) for name, weight in loras)) if loras else None
        painter = device.load(model, kind="flux", loras=parts, report=quiet)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 3, "seed": 5, **changes}
        return painter.paint(Painting(**wanted), quiet).array

    return paint


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(pipe: Any, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import torch

    call = {"prompt": WORDS, "height": 64, "width": 64, "num_inference_steps": 3, "guidance_scale": 3.5, **arguments}
    seed = torch.Generator("cpu").manual_seed(5)
    pipe.set_progress_bar_config(disable=True)
    found = pipe(**call, generator=seed, output_type="np", max_sequence_length=512).images[0]
    return (found * 255).round().astype(np.uint8)


@pytest.fixture(scope="module")
def bare(room: Path) -> Any:
    """The folder as diffusers opens it."""
    import torch
    from diffusers import FluxPipeline

    return FluxPipeline.from_pretrained(room / "models" / "dev", dtype=torch.bfloat16)


@pytest.mark.parametrize("model", ["dev", "bare", "comfy", "named"])
def test_a_folder_and_single_files_paint_what_diffusers_paints(paint: Paint, bare: Any, model: str) -> None:
    assert np.array_equal(paint(model), direct(bare))
