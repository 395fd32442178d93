"""FLUX.2 in every form and task: each paints what diffusers paints with the same weights."""

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
from nodes.local.fitting import job_of
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux, tiny_flux2

pytestmark = pytest.mark.xdist_group("torch")

Paint = Callable[..., Any]
WORDS = "a red circle"
BASE = "FLUX.2-klein-base-4B"


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models in all forms below ``models``, and resources for models of their size."""
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("flux2")
    models = room / "models"
    base = tiny_flux2.write_klein(models / BASE)
    tiny_flux2.write_klein(models / "quick", distilled=True)
    tiny_flux2.write_klein(models / "kv", name="Flux2KleinKVPipeline")
    tiny_flux.write_resources(room / "resources", {"flux.2-klein-base-4b": base, "flux.2-klein-base-9b": base})
    own = tiny_flux2.original(base)
    tiny_flux.save(models / "flux-2-klein-base.safetensors", own)
    tiny_flux.save(models / "klein-base-comfy.safetensors", own, "model.diffusion_model.")
    tiny_flux.save_gguf(models / "klein-base-Q8_0.gguf", own, "flux", "Q8_0")
    for style in ("peft", "original"):
        tiny_flux.save(models / f"{style}.safetensors", tiny_flux2.lora_weights(style))
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room / "models"], room / "resources"))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(
        model: str = BASE, lora: str = "", tuning: Tuning | None = None, report: Any = None, **changes: Any
    ) -> Any:
        worn = Lora((LoraPart(lora, 0.8),)) if lora else None
        painter = device.load(model, kind="flux2", loras=worn, report=quiet, tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 3, "seed": 5, **changes}
        return painter.paint(Painting(**wanted), report or quiet).array

    return paint


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def opened(name: str, folder: Path, **parts: Any) -> Any:
    """A folder as diffusers opens it."""
    import diffusers
    import torch

    return getattr(diffusers, name).from_pretrained(folder, dtype=torch.bfloat16, **parts)


@pytest.fixture(scope="module")
def bare(room: Path) -> Any:
    return opened("Flux2KleinPipeline", room / "models" / BASE)


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8))


def direct(pipe: Any, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import torch

    pipe.set_progress_bar_config(disable=True)
    call = {"prompt": WORDS, "height": 64, "width": 64, "num_inference_steps": 3, "guidance_scale": 4.0, **arguments}
    call = {name: value for name, value in call.items() if value is not None}
    found = pipe(**call, generator=torch.Generator("cpu").manual_seed(5), output_type="np").images[0]
    return (found * 255).round().astype(np.uint8)


@pytest.mark.parametrize("model", [BASE, "flux-2-klein-base", "klein-base-comfy"])
def test_a_folder_and_single_files_paint_what_diffusers_paints(paint: Paint, bare: Any, model: str) -> None:
    assert np.array_equal(paint(model), direct(bare))


def test_lone_parts_are_found_beside_a_transformer(room: Path, bare: Any) -> None:
    models, own = room / "apart", room / "apart-resources"
    folder = room / "models" / BASE
    models.mkdir()
    shutil.copy(room / "models" / "flux-2-klein-base.safetensors", models)
    tiny_flux.save(models / "flux2-vae.safetensors", tiny_flux.ldm_vae(folder))
    tiny_flux.save(models / "qwen_3_4b.safetensors", tiny_flux.weights_of(folder, "text_encoder"))
    shutil.copytree(room / "resources", own)
    (own / "tokenizers").mkdir()
    for base in (own / "bases").iterdir():
        shutil.copytree(base / "tokenizer", own / "tokenizers" / "qwen3", dirs_exist_ok=True)
        shutil.rmtree(base / "tokenizer")
    painter = Device("cpu", Shelf([models], own)).load("flux-2-klein-base", kind="flux2", loras=None, report=quiet)
    mine = painter.paint(Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5), quiet)
    assert np.array_equal(mine.array, direct(bare))


def test_a_gguf_file_paints_what_diffusers_paints_with_it_also_under_a_lora(room: Path, paint: Paint) -> None:
    import torch
    from diffusers import Flux2Transformer2DModel, GGUFQuantizationConfig

    folder = room / "models" / BASE
    pipe = opened("Flux2KleinPipeline", folder, transformer=Flux2Transformer2DModel.from_single_file(
        str(room / "models" / "klein-base-Q8_0.gguf"), config=str(folder), subfolder="transformer",
        dtype=torch.bfloat16, quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
    ))
    assert np.array_equal(paint("klein-base-Q8_0"), direct(pipe))
    pipe.load_lora_weights(str(room / "models" / "peft.safetensors"), adapter_name="it")
    pipe.set_adapters(["it"], [0.8])
    assert np.array_equal(paint("klein-base-Q8_0", "peft"), direct(pipe))


@pytest.mark.parametrize("style", ["peft", "original"])
def test_loras_of_every_style_work_as_diffusers_reads_them(room: Path, paint: Paint, bare: Any, style: str) -> None:
    base, mine = paint(), paint(lora=style)
    bare.load_lora_weights(str(room / "models" / f"{style}.safetensors"), adapter_name="it")
    bare.set_adapters(["it"], [0.8])
    theirs = direct(bare)
    bare.unload_lora_weights()
    assert np.array_equal(mine, theirs)
    assert not np.array_equal(mine, base) and np.array_equal(paint(), base)


def test_pictures_are_looked_at_in_their_order_as_in_diffusers(paint: Paint, bare: Any, photo: Image) -> None:
    other = Image.of(255 - photo.array)
    mine = paint(references=(photo, other), size=None)
    assert np.array_equal(mine, direct(bare, image=[photo.pil(), other.pil()]))
    assert not np.array_equal(mine, paint(references=(other, photo)))


def test_pictures_that_are_looked_at_are_reckoned_with(
    paint: Paint, device: Device, photo: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = device.load(BASE, kind="flux2", loras=None, report=quiet)
    reckoned: list[int] = []

    def judged(asked: Any) -> None:
        job = job_of(painter.entry, asked)
        assert job is not None
        reckoned.append(job.pictures)

    monkeypatch.setattr(painter, "_judged", judged)
    paint()
    paint(references=(photo, photo))
    assert reckoned == [0, 2]


def test_a_negative_prompt_works_where_the_model_is_not_distilled(paint: Paint, bare: Any) -> None:
    against = bare.encode_prompt("blue")[0]
    assert np.array_equal(paint(negative="blue"), direct(bare, negative_prompt_embeds=against))
    with pytest.raises(UserError, match="no negative prompt"):
        paint("quick", negative="blue")


def test_distilled_and_remembering_models_paint_as_in_diffusers(room: Path, paint: Paint, photo: Image) -> None:
    quick = opened("Flux2KleinPipeline", room / "models" / "quick")
    assert np.array_equal(paint("quick"), direct(quick, guidance_scale=1.0))
    kv = opened("Flux2KleinKVPipeline", room / "models" / "kv")
    mine = paint("kv", references=(photo,))
    assert np.array_equal(mine, direct(kv, image=[photo.pil()], guidance_scale=None))


def test_only_the_masked_part_is_painted(paint: Paint, bare: Any, photo: Image) -> None:
    from diffusers import Flux2KleinInpaintPipeline

    soft = np.tile(np.clip((np.arange(64, dtype=np.float32) - 24) / 16, 0, 1), (64, 1))
    gray = PIL.Image.fromarray(np.round(soft * 255).astype(np.uint8), "L")
    pipe = Flux2KleinInpaintPipeline(**bare.components)
    for looked in ((), (photo,)):
        mine = paint(image=photo, mask=Mask.of(soft), strength=0.9, references=looked)
        more = {"image_reference": photo.pil()} if looked else {}
        theirs = direct(pipe, image=photo.pil(), mask_image=gray.point([0] + [255] * 255), strength=0.9, **more)
        assert np.array_equal(mine, np.array(PIL.Image.composite(PIL.Image.fromarray(theirs), photo.pil(), gray)))
    with pytest.raises(UserError, match="only together with a mask"):
        paint(image=photo)


def test_where_the_weights_lie_changes_no_pixel(paint: Paint, photo: Image) -> None:
    disk = Tuning(offload="disk")
    assert np.array_equal(paint(tuning=disk, references=(photo,)), paint(references=(photo,)))


def test_steps_are_told_previewed_and_stopped_within(paint: Paint, device: Device) -> None:
    told: list[tuple[float, str, Any]] = []
    paint()  # its words are read by now
    before = paint(steps=4, report=lambda *found: told.append(found))
    steps = [note for note in dict.fromkeys(note for _, note, _ in told) if note.startswith("step")]
    assert steps == [f"step {number} of 4" for number in range(5)]
    assert [preview.size for _, _, preview in told if preview is not None] == [Size(32, 32)] * 2
    for after in (1, len(told) // 2, len(told) - 1):
        left = iter(range(after))

        def report(done: float, note: str, preview: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            paint(steps=4, report=report)
    assert np.array_equal(paint(steps=4), before)
    read: list[Any] = []
    text = device.load(BASE, kind="flux2", loras=None, report=quiet).pipe.text_encoder
    hook = text.register_forward_pre_hook(lambda *found: read.append(found))
    paint(prompt="words that nobody said before")
    paint(prompt="words that nobody said before", seed=9)
    hook.remove()
    assert len(read) == 1


def test_dev_paints_as_in_diffusers_without_what_it_needs_for_pictures_in_prompts(
    room: Path, paint: Paint, photo: Image
) -> None:
    from tests.nodes.local.tiny_z_image import qwen_tokens

    folder = tiny_flux2.write_dev(room / "models" / "dev")
    tokens = type(qwen_tokens()).from_pretrained(folder / "tokenizer")
    pipe = opened("Flux2Pipeline", folder, tokenizer=None)
    pipe.register_modules(tokenizer=tokens)
    assert np.array_equal(paint("dev"), direct(pipe))
    assert np.array_equal(paint("dev", references=(photo,)), direct(pipe, image=[photo.pil()]))
    with pytest.raises(UserError, match="no negative prompt"):
        paint("dev", negative="blue")


def test_previews_see_what_the_decoder_gets(device: Device) -> None:
    import torch

    painter = device.load(BASE, kind="flux2", loras=None, report=quiet)
    seen: list[Any] = []

    def keep(pipe: Any, step: int, time: Any, state: dict[str, Any]) -> dict[str, Any]:
        seen.append(state["latents"])
        return state

    found = painter.pipe(prompt=WORDS, height=64, width=96, num_inference_steps=2, output_type="latent",
                         guidance_scale=1.0, callback_on_step_end=keep).images[0]
    assert torch.allclose(painter.unpacked(seen[-1], Size(96, 64)), found.float(), atol=0.05)
