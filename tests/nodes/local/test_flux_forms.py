"""FLUX.1 in every form in which people have it: each paints what diffusers paints with the same weights."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.painting import Painting
from ajar.values import Lora, LoraPart, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux

pytestmark = pytest.mark.xdist_group("torch")

Paint = Callable[..., Any]
WORDS = "a red circle"


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Models in all forms below ``models``, and resources for models of their size."""
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("flux")
    models = room / "models"
    dev = tiny_flux.write_pipeline(models / "dev")
    wide = tiny_flux.write_pipeline(room / "large" / "wide", width=256)
    tiny_flux.write_resources(room / "resources", {"flux.1-dev": dev})
    own = tiny_flux.flux_weights(dev)
    tiny_flux.save(models / "bare.safetensors", own)
    tiny_flux.save(models / "comfy.safetensors", own, "model.diffusion_model.")
    tiny_flux.save(models / "named.safetensors", tiny_flux.weights_of(dev, "transformer"), "model.diffusion_model.")
    tiny_flux.save(models / "ae.safetensors", tiny_flux.ldm_vae(dev))
    tiny_flux.save(models / "clip_l.safetensors", tiny_flux.clip_weights(dev))
    tiny_flux.save(models / "t5xxl_fp16.safetensors", tiny_flux.weights_of(dev, "text_encoder_2"))
    for quant in ("Q8_0", "Q5_0", "F16"):
        tiny_flux.save_gguf(models / f"{quant}.gguf", own, "flux", quant)
    for quant in ("Q4_K", "Q5_K"):
        tiny_flux.save_gguf(room / "large" / f"{quant}.gguf", tiny_flux.flux_weights(wide), "flux", quant)
    with narrowed(tiny_flux.WIDTH):
        yield room


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


def test_lone_parts_and_a_gguf_text_encoder_are_found_beside_a_transformer(room: Path, bare: Any) -> None:
    models = room / "apart"
    models.mkdir()
    for name in ("bare", "ae", "clip_l", "t5xxl_fp16"):
        shutil.copy(room / "models" / f"{name}.safetensors", models)
    own = shutil.copytree(room / "resources", room / "apart-resources")
    (own / "tokenizers").mkdir()
    for name in ("tokenizer", "tokenizer_2"):
        shutil.move(own / "bases" / "flux.1-dev" / name, own / "tokenizers" / {"tokenizer": "clip"}.get(name, "t5"))
    wanted = Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5)
    shelf = Shelf([models], own)
    assert {path.name for path in shelf.find("flux", "bare").parts.values()} == {
        "ae.safetensors", "clip_l.safetensors", "t5xxl_fp16.safetensors", "clip", "t5"
    }
    first = Device("cpu", shelf).load("bare", kind="flux", loras=None, report=quiet).paint(wanted, quiet)
    (models / "t5xxl_fp16.safetensors").unlink()
    tiny_flux.save_t5_gguf(models / "t5xxl-F32.gguf", room / "models" / "dev")
    second = Device("cpu", shelf).load("bare", kind="flux", loras=None, report=quiet).paint(wanted, quiet)
    assert np.array_equal(first.array, direct(bare)) and np.array_equal(second.array, direct(bare))


def test_everything_in_one_file_in_fp8_paints_as_its_rounded_weights_do(room: Path, paint: Paint) -> None:
    import torch
    from diffusers import FluxPipeline

    dev = room / "models" / "dev"
    tiny_flux.write_checkpoint(room / "models" / "all-in-one.safetensors", dev)
    pipe: Any = FluxPipeline.from_pretrained(dev, dtype=torch.bfloat16)
    for weight in pipe.transformer.parameters():
        weight.data = weight.data.to(torch.float8_e4m3fn).to(torch.bfloat16)
    assert np.array_equal(paint("all-in-one"), direct(pipe))


@pytest.mark.parametrize("form", ["scale_weight", "weight_scale"])
def test_fp8_with_numbers_beside_it_paints_as_its_products_do(room: Path, paint: Paint, form: str) -> None:
    import torch
    from diffusers import FluxPipeline

    dev = room / "models" / "dev"
    packed, whole = {}, {}
    for name, weight in tiny_flux.flux_weights(dev).items():
        packed[name] = whole[name] = weight
        if weight.ndim == 2:
            scale = weight.abs().max().float() / 448
            small = (weight.float() / scale).to(torch.float8_e4m3fn)
            packed |= {name: small, f"{name.removesuffix('weight')}{form}": scale}
            whole[name] = (small.float() * scale).to(torch.bfloat16)
    if form == "scale_weight":
        packed["scaled_fp8"] = torch.zeros(2, dtype=torch.float8_e4m3fn)
    tiny_flux.save(room / "models" / f"{form}.safetensors", packed)
    pipe: Any = FluxPipeline.from_pretrained(dev, dtype=torch.bfloat16)
    convert = tiny_flux.narrow(names_of_diffusers().convert_flux_transformer_checkpoint_to_diffusers)
    pipe.transformer.load_state_dict(convert(whole))
    assert np.array_equal(paint(form), direct(pipe))


def names_of_diffusers() -> Any:
    import diffusers.loaders.single_file_utils as names

    return names


@pytest.mark.parametrize("quant", [
    "Q8_0", "Q4_K", *(pytest.param(quant, marks=pytest.mark.slow) for quant in ("Q5_0", "Q5_K", "F16")),
])
def test_a_gguf_file_paints_what_diffusers_paints_with_it(room: Path, paint: Paint, quant: str) -> None:
    wide = quant.endswith("_K")
    folder = room / "large" / "wide" if wide else room / "models" / "dev"
    file = folder.parent / f"{quant}.gguf"
    if wide:
        with narrowed(256):
            resources = room / f"resources-{quant}"
            tiny_flux.write_resources(resources, {"flux.1-dev": folder})
            device = Device("cpu", Shelf([room / "large"], resources))
            painter = device.load(quant, kind="flux", loras=None, report=quiet)
            mine = painter.paint(Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5), quiet).array
            assert np.array_equal(mine, direct(packed(folder, file)))
    else:
        assert np.array_equal(paint(quant), direct(packed(folder, file)))


@contextmanager
def narrowed(width: int) -> Iterator[None]:
    """Let diffusers take original names apart for transformers of this width, as it does for the published one."""
    import diffusers.loaders.single_file_model as single

    names = names_of_diffusers()
    row = single.SINGLE_FILE_LOADABLE_CLASSES["FluxTransformer2DModel"]
    before = row["checkpoint_mapping_fn"]
    row["checkpoint_mapping_fn"] = tiny_flux.narrow(names.convert_flux_transformer_checkpoint_to_diffusers, width)
    try:
        yield
    finally:
        row["checkpoint_mapping_fn"] = before


def packed(folder: Path, file: Path) -> Any:
    """A GGUF file as diffusers opens it."""
    import torch
    from diffusers import FluxPipeline, FluxTransformer2DModel, GGUFQuantizationConfig

    transformer = FluxTransformer2DModel.from_single_file(
        str(file), config=str(folder), subfolder="transformer", dtype=torch.bfloat16,
        quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
    )
    return FluxPipeline.from_pretrained(folder, transformer=transformer, dtype=torch.bfloat16)


@pytest.mark.parametrize("style", ["kohya", "comfy", "original", "xlabs", "peft"])
def test_loras_of_every_style_work_as_diffusers_reads_them(room: Path, paint: Paint, bare: Any, style: str) -> None:
    file = tiny_flux.save(room / "models" / f"{style}.safetensors", tiny_flux.lora_weights(style))
    base = paint("dev")
    mine = paint("dev", ((style, 0.8),))
    if style == "original":  # only ComfyUI reads this one; the same numbers under names that diffusers reads
        file = tiny_flux.save(room / "models" / "same.safetensors", tiny_flux.lora_weights("kohya", alpha=False))
    bare.load_lora_weights(str(file), adapter_name="it")
    bare.set_adapters(["it"], [0.8])
    theirs = direct(bare)
    bare.unload_lora_weights()
    assert np.array_equal(mine, theirs)
    assert not np.array_equal(mine, base)
    assert np.array_equal(paint("dev"), base)


def test_a_lora_on_a_gguf_file_works_as_on_diffusers_own(room: Path, paint: Paint) -> None:
    file = tiny_flux.save(room / "models" / "peft.safetensors", tiny_flux.lora_weights("peft"))
    pipe = packed(room / "models" / "dev", room / "models" / "Q8_0.gguf")
    pipe.load_lora_weights(str(file), adapter_name="it")
    mine = paint("Q8_0", (("peft", 1.0),))
    assert np.array_equal(mine, direct(pipe)) and not np.array_equal(mine, paint("Q8_0"))


def test_fp8_keeps_the_transformer_small_and_paints_as_diffusers_does_with_it(room: Path, shelf: Shelf) -> None:
    import torch
    from diffusers import FluxPipeline

    tuning = Tuning(precision="fp8")
    device = Device("cpu", shelf)
    painter = device.load("bare", kind="flux", loras=None, report=quiet, tuning=tuning)
    wanted = Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5)
    mine = painter.paint(wanted, quiet).array
    pipe: Any = FluxPipeline.from_pretrained(room / "models" / "dev", dtype=torch.bfloat16)
    pipe.transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
    assert np.array_equal(mine, direct(pipe))
    tiny_flux.save(room / "models" / "worn.safetensors", tiny_flux.lora_weights("kohya"))
    worn = Lora((LoraPart("worn", 0.8),))
    styled = device.load("bare", kind="flux", loras=worn, report=quiet, tuning=tuning).paint(wanted, quiet).array
    again = device.load("bare", kind="flux", loras=None, report=quiet, tuning=tuning).paint(wanted, quiet).array
    assert not np.array_equal(styled, mine) and np.array_equal(again, mine)
