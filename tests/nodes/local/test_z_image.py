"""Z-Image in every form and task: each paints what diffusers paints with the same weights."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux, tiny_z_image

pytestmark = pytest.mark.xdist_group("torch")

Paint = Callable[..., Any]
WORDS = "a red circle"


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models in all forms below ``models``, and resources for models of their size."""
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("z-image")
    models = room / "models"
    folder = tiny_z_image.write_z_image(models / "base")
    own = tiny_z_image.original(folder)
    tiny_flux.write_resources(room / "resources", {"z-image": folder, "z-image-turbo": folder})
    tiny_flux.save(models / "z_image_bf16.safetensors", own)
    tiny_flux.save(models / "z_image_turbo_comfy.safetensors", own, "model.diffusion_model.")
    tiny_flux.save(models / "named.safetensors", tiny_flux.weights_of(folder, "transformer"), "model.diffusion_model.")
    tiny_flux.save_gguf(models / "z-image-Q8_0.gguf", own, "lumina2", "Q8_0")
    for style in ("peft", "comfy", "kohya"):
        tiny_flux.save(models / f"{style}.safetensors", tiny_z_image.lora_weights(style))
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room / "models"], room / "resources"))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(
        model: str = "base", lora: str = "", tuning: Tuning | None = None, report: Any = None, **changes: Any
    ) -> Any:
        worn = Lora((LoraPart(lora, 0.8),)) if lora else None
        painter = device.load(model, kind="z-image", loras=worn, report=quiet, tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 3, "seed": 5, "guidance": 3.0, **changes}
        return painter.paint(Painting(**wanted), report or quiet).array

    return paint


@pytest.fixture(scope="module")
def bare(room: Path) -> Any:
    """The folder as diffusers opens it."""
    import torch
    from diffusers import ZImagePipeline

    return ZImagePipeline.from_pretrained(room / "models" / "base", dtype=torch.bfloat16)


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8))


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(pipe: Any, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import torch

    pipe.set_progress_bar_config(disable=True)
    call = {"prompt": WORDS, "height": 64, "width": 64, "num_inference_steps": 3, "guidance_scale": 3.0, **arguments}
    found = pipe(**call, generator=torch.Generator("cpu").manual_seed(5), output_type="np").images[0]
    return (found * 255).round().astype(np.uint8)


@pytest.mark.parametrize("model", ["base", "z_image_bf16", "z_image_turbo_comfy", "named"])
def test_a_folder_and_single_files_paint_what_diffusers_paints(paint: Paint, bare: Any, model: str) -> None:
    assert np.array_equal(paint(model), direct(bare))


def test_lone_parts_and_a_gguf_text_encoder_are_found_beside_a_transformer(room: Path, bare: Any) -> None:
    models, own = room / "apart", room / "apart-resources"
    folder = room / "models" / "base"
    models.mkdir()
    shutil.copy(room / "models" / "z_image_bf16.safetensors", models)
    tiny_flux.save(models / "ae.safetensors", tiny_flux.ldm_vae(folder))
    tiny_flux.save(models / "qwen_3_4b.safetensors", tiny_flux.weights_of(folder, "text_encoder"), "model.")
    shutil.copytree(room / "resources", own)
    (own / "tokenizers").mkdir()
    shutil.move(own / "bases" / "z-image" / "tokenizer", own / "tokenizers" / "qwen3")
    wanted = Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5, guidance=3.0)
    theirs = direct(bare)
    for form in ("safetensors", "gguf"):
        device = Device("cpu", Shelf([models], own))
        painter = device.load("z_image_bf16", kind="z-image", loras=None, report=quiet)
        assert np.array_equal(painter.paint(wanted, quiet).array, theirs), form
        (models / "qwen_3_4b.safetensors").unlink(missing_ok=True)
        tiny_z_image.save_qwen_gguf(models / "Qwen3-4B-F32.gguf", folder)


def packed(room: Path) -> Any:
    """The GGUF file as diffusers opens it."""
    import torch
    from diffusers import GGUFQuantizationConfig, ZImagePipeline, ZImageTransformer2DModel

    folder = room / "models" / "base"
    transformer = ZImageTransformer2DModel.from_single_file(
        str(room / "models" / "z-image-Q8_0.gguf"), config=str(folder), subfolder="transformer", dtype=torch.bfloat16,
        quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
    )
    return ZImagePipeline.from_pretrained(folder, transformer=transformer, dtype=torch.bfloat16)


def test_a_gguf_file_paints_what_diffusers_paints_with_it_also_under_a_lora(room: Path, paint: Paint) -> None:
    pipe = packed(room)
    plain = paint("z-image-Q8_0")
    assert np.array_equal(plain, direct(pipe))
    pipe.load_lora_weights(str(room / "models" / "peft.safetensors"), adapter_name="it")
    pipe.set_adapters(["it"], [0.8])
    assert np.array_equal(paint("z-image-Q8_0", "peft"), direct(pipe))
    assert np.array_equal(paint("z-image-Q8_0"), plain)


@pytest.mark.parametrize("style", ["peft", "comfy", "kohya"])
def test_loras_of_every_style_work_as_diffusers_reads_them(room: Path, paint: Paint, bare: Any, style: str) -> None:
    base, mine = paint(), paint(lora=style)
    bare.load_lora_weights(str(room / "models" / f"{style}.safetensors"), adapter_name="it")
    bare.set_adapters(["it"], [0.8])
    theirs = direct(bare)
    bare.unload_lora_weights()
    assert np.array_equal(mine, theirs)
    assert not np.array_equal(mine, base) and np.array_equal(paint(), base)


def test_guidance_of_nothing_takes_no_negative_prompt_and_one_pass(paint: Paint, bare: Any) -> None:
    own = {"guidance": 0.0, "extra": {}}
    assert np.array_equal(paint("z_image_turbo_comfy", **own), direct(bare, guidance_scale=0.0))
    with pytest.raises(UserError, match="Without guidance"):
        paint("z_image_turbo_comfy", negative="blue", **own)


def test_guidance_is_normalized_and_cut_off_as_in_diffusers(paint: Paint, bare: Any) -> None:
    mine = paint(negative="blue", extra={"normalize": True, "until": 0.5})
    theirs = direct(bare, negative_prompt="blue", cfg_normalization=True, cfg_truncation=0.5)
    assert np.array_equal(mine, theirs) and not np.array_equal(mine, paint(negative="blue"))


def test_a_picture_to_start_from_and_a_mask_are_painted_as_diffusers_does(
    paint: Paint, bare: Any, photo: Image
) -> None:
    from diffusers import ZImageImg2ImgPipeline, ZImageInpaintPipeline

    parts = bare.components
    for strength in (0.4, 0.7, 1.0):
        theirs = direct(ZImageImg2ImgPipeline(**parts), image=photo.pil(), strength=strength, num_inference_steps=4)
        assert np.array_equal(paint(image=photo, strength=strength, steps=4), theirs)
    soft = np.tile(np.clip((np.arange(64, dtype=np.float32) - 24) / 16, 0, 1), (64, 1))
    gray = PIL.Image.fromarray(np.round(soft * 255).astype(np.uint8), "L")
    mine = paint(image=photo, mask=Mask.of(soft), strength=0.9)
    theirs = direct(ZImageInpaintPipeline(**parts), image=photo.pil(), strength=0.9,
                    mask_image=gray.point([0] + [255] * 255))
    assert np.array_equal(mine, np.array(PIL.Image.composite(PIL.Image.fromarray(theirs), photo.pil(), gray)))
    assert np.array_equal(mine[:, :25], photo.array[:, :25])


def test_where_the_weights_lie_changes_no_pixel(paint: Paint, photo: Image) -> None:
    disk = Tuning(offload="disk")
    assert np.array_equal(paint(tuning=disk), paint())
    assert np.array_equal(paint(tuning=disk, image=photo, strength=0.7), paint(image=photo, strength=0.7))


def test_steps_are_told_previewed_and_stopped_within(paint: Paint, photo: Image) -> None:
    told: list[tuple[float, str, Any]] = []
    paint()  # its words are read by now
    before = paint(steps=4, report=lambda *found: told.append(found))
    steps = [note for note in dict.fromkeys(note for _, note, _ in told) if note.startswith("step")]
    assert steps == [f"step {number} of 4" for number in range(5)]
    assert len([preview for _, _, preview in told if preview is not None]) == 2
    partly: list[str] = []
    paint(steps=4, image=photo, strength=0.6, report=lambda done, note, preview: partly.append(note))
    assert partly[-1].endswith("of 3") and f"step 3 of {3}" in partly
    for after in (1, len(told) // 2, len(told) - 1):
        left = iter(range(after))

        def report(done: float, note: str, preview: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            paint(steps=4, report=report)
    assert np.array_equal(paint(steps=4), before)


def test_the_same_words_are_read_once(device: Device, paint: Paint) -> None:
    painter = device.load("base", kind="z-image", loras=None, report=quiet)
    read: list[Any] = []
    hook = painter.pipe.text_encoder.register_forward_pre_hook(lambda *found: read.append(found))
    try:
        paint(prompt="words that nobody said before", negative="nor these")
        assert len(read) == 2
        paint(prompt="words that nobody said before", negative="nor these", seed=9)
        assert len(read) == 2
    finally:
        hook.remove()
