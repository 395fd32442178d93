"""Qwen-Image in every form and task: each paints what diffusers paints with the same weights."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Control, Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux, tiny_qwen

pytestmark = pytest.mark.xdist_group("torch-2")

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
    tiny_qwen.write_newer(models / "newer")
    tiny_qwen.write_net(models / "edges")
    own = tiny_flux.weights_of(base, "transformer")
    newest = tiny_qwen.write_qwen(room / "newest", "QwenImageEditPlusPipeline", marked=True)
    edits = {"qwen-image-edit": single, "qwen-image-edit-plus": plus, "qwen-image-edit-2511": newest}
    tiny_flux.write_resources(room / "resources", {"qwen-image": base, **edits})
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
    with pytest.raises(UserError, match="negative prompt changes nothing"):
        paint(guidance=1.0, negative="blue")


def test_lone_parts_are_found_beside_a_transformer(room: Path, bare: Any) -> None:
    models, own = room / "apart", room / "apart-resources"
    folder = room / "models" / "base"
    models.mkdir()
    shutil.copy(room / "models" / "qwen_image_bf16.safetensors", models)
    tiny_flux.save(models / "qwen_image_vae.safetensors", tiny_qwen.original_vae(folder))
    text = tiny_flux.weights_of(folder, "text_encoder")
    text.pop("lm_head.weight")  # no picture depends on it, and not every file has it
    tiny_flux.save(models / "qwen_2.5_vl_7b.safetensors", text)
    shutil.copytree(room / "resources", own)
    parts = own / "families" / "parts.toml"
    parts.write_text(parts.read_text("utf-8").replace("[-1, 3584]", f"[-1, {tiny_flux.WIDTH}]"), "utf-8")
    for base in (own / "bases").iterdir():
        shutil.rmtree(base / "tokenizer")
    shelf = Shelf([models], own)
    with pytest.raises(UserError, match="without its Qwen2 tokenizer"):
        shelf.find("qwen-image", "qwen_image_bf16")
    tiny_qwen.write_tokens(own / "tokenizers" / "qwen2")
    painter = Device("cpu", shelf).load("qwen_image_bf16", kind="qwen-image", loras=None, report=quiet)
    mine = painter.paint(Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5, guidance=3.0), quiet)
    assert np.array_equal(mine.array, direct(bare))


@pytest.mark.usefixtures("small")
def test_an_edit_model_needs_no_processor_besides_the_tokenizer_of_comfyui(
    room: Path, paint: Paint, photo: Image
) -> None:
    own = Path(shutil.copytree(room / "resources", room / "bare-resources"))
    for base in (own / "bases").iterdir():
        shutil.rmtree(base / "processor", ignore_errors=True)
        shutil.rmtree(base / "tokenizer")
    comfy = tiny_qwen.write_tokens(room / "ComfyUI" / "comfy" / "text_encoders" / "qwen25_tokenizer")
    parts = own / "families" / "parts.toml"
    parts.write_text(parts.read_text("utf-8").replace("[-1, 3584]", f"[-1, {tiny_flux.WIDTH}]"), "utf-8")
    shelf = Shelf([room / "alone"], own, tokenizers=lambda: [comfy])
    name = "qwen_image_edit_2509_bf16"
    alone, folder = room / "alone", room / "models" / "plus"
    tiny_flux.save(alone / f"{name}.safetensors", tiny_flux.weights_of(folder, "transformer"))
    tiny_flux.save(alone / "qwen_image_vae.safetensors", tiny_qwen.original_vae(folder))
    tiny_flux.save(alone / "qwen_2.5_vl_7b.safetensors", tiny_flux.weights_of(folder, "text_encoder"))
    painter = Device("cpu", shelf).load(name, kind="qwen-edit", loras=None, report=quiet)
    wanted = Painting(prompt=WORDS, size=Size(64, 64), steps=3, seed=5, guidance=3.0, references=(photo,))
    mine = paint(name, kind="qwen-edit", references=(photo,))
    assert np.array_equal(painter.paint(wanted, quiet).array, mine)


def test_one_file_with_all_parts_paints_what_its_folder_paints(room: Path, paint: Paint) -> None:
    folder = room / "models" / "base"
    text = tiny_flux.weights_of(folder, "text_encoder")
    text.pop("lm_head.weight")
    parts = {"model.diffusion_model.": tiny_flux.weights_of(folder, "transformer"),
             "vae.": tiny_qwen.original_vae(folder), "text_encoders.qwen25_7b.transformer.": text}
    whole = {start + name: weight for start, own in parts.items() for name, weight in own.items()}
    tiny_flux.save(room / "models" / "qwen-everything.safetensors", whole)
    assert np.array_equal(paint("qwen-everything"), paint())


@pytest.mark.usefixtures("small")
def test_files_of_2511_know_a_finished_picture_by_its_time(room: Path, paint: Paint, photo: Image) -> None:
    folder = shutil.copytree(room / "newest", room / "models" / "marked")
    for name in ("qwen_image_edit_2511_bf16", "qwen_image_edit_plus"):
        tiny_flux.save(room / "models" / f"{name}.safetensors", tiny_flux.weights_of(folder, "transformer"))
    edit = {"kind": "qwen-edit", "references": (photo,)}
    marked = paint("marked", **edit)
    assert np.array_equal(paint("qwen_image_edit_2511_bf16", **edit), marked)
    assert not np.array_equal(paint("qwen_image_edit_plus", **edit), marked)


def test_a_gguf_file_paints_what_diffusers_paints_with_it_also_under_a_lora(room: Path, paint: Paint) -> None:
    import torch
    from diffusers import GGUFQuantizationConfig, QwenImageTransformer2DModel

    folder = room / "models" / "base"
    pipe = opened("QwenImagePipeline", folder, transformer=QwenImageTransformer2DModel.from_single_file(
        str(room / "models" / "qwen-image-Q8_0.gguf"), config=str(folder), subfolder="transformer",
        dtype=torch.bfloat16, quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
    ))
    plain = paint("qwen-image-Q8_0")
    assert np.array_equal(plain, direct(pipe))
    pipe.load_lora_weights(str(room / "models" / "peft-lora.safetensors"), adapter_name="it")
    pipe.set_adapters(["it"], [0.8])
    assert np.array_equal(paint("qwen-image-Q8_0", "peft-lora"), direct(pipe))
    assert np.array_equal(paint("qwen-image-Q8_0"), plain)


@pytest.mark.parametrize("style", ["peft", "comfy", "kohya", "plain"])
def test_loras_of_every_style_work_as_diffusers_reads_them(room: Path, paint: Paint, bare: Any, style: str) -> None:
    base, mine = paint(), paint(lora=f"{style}-lora")
    bare.load_lora_weights(str(room / "models" / f"{style}-lora.safetensors"), adapter_name="it")
    bare.set_adapters(["it"], [0.8])
    theirs = direct(bare)
    bare.unload_lora_weights()
    assert np.array_equal(mine, theirs)
    assert not np.array_equal(mine, base) and np.array_equal(paint(), base)


def test_a_picture_to_start_from_and_a_mask_are_painted_as_diffusers_does(
    paint: Paint, bare: Any, photo: Image
) -> None:
    from diffusers import QwenImageImg2ImgPipeline, QwenImageInpaintPipeline

    parts = bare.components
    for strength in (0.4, 0.7, 1.0):
        theirs = direct(QwenImageImg2ImgPipeline(**parts), image=photo.pil(), strength=strength, num_inference_steps=4)
        assert np.array_equal(paint(image=photo, strength=strength, steps=4), theirs)
    soft = np.tile(np.clip((np.arange(64, dtype=np.float32) - 24) / 16, 0, 1), (64, 1))
    gray = PIL.Image.fromarray(np.round(soft * 255).astype(np.uint8), "L")
    mine = paint(image=photo, mask=Mask.of(soft), strength=0.9)
    theirs = direct(QwenImageInpaintPipeline(**parts), image=photo.pil(), strength=0.9,
                    mask_image=gray.point([0] + [255] * 255))
    assert np.array_equal(mine, np.array(PIL.Image.composite(PIL.Image.fromarray(theirs), photo.pil(), gray)))
    assert np.array_equal(mine[:, :25], photo.array[:, :25])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are looked at in a small size: what this is about does not depend on it."""
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus as plus
    from diffusers.pipelines.qwenimage21 import pipeline_qwenimage21 as newer

    real = newer.calculate_dimensions
    monkeypatch.setattr(newer, "calculate_dimensions", lambda area, ratio: real(64 * 64, ratio))

    monkeypatch.setattr(plus, "CONDITION_IMAGE_SIZE", 64 * 64)
    monkeypatch.setattr(plus, "VAE_IMAGE_SIZE", 64 * 64)


def editor(bare: Any, name: str) -> Any:
    """A pipeline of diffusers that looks at pictures, with the fix of huggingface/diffusers#14189."""
    import diffusers

    from nodes.local.readers import PictureReader

    class Reader(PictureReader):
        def __call__(self, **given: Any) -> Any:
            found = super().__call__(**given)
            self.kinds = found["mm_token_type_ids"]
            return found

    reader = Reader(image_processor=PictureReader.of(bare.tokenizer).image_processor, tokenizer=bare.tokenizer)
    pipe = getattr(diffusers, name)(**bare.components, processor=reader)
    forward = bare.text_encoder.forward
    pipe.text_encoder = lambda **given: forward(**given, mm_token_type_ids=reader.kinds)
    pipe.text_encoder.dtype = bare.text_encoder.dtype
    return pipe


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("model", ["plus", "qwen_image_edit_2509_bf16", "comfy"])
def test_pictures_are_looked_at_in_their_order_as_in_diffusers(
    paint: Paint, bare: Any, photo: Image, model: str
) -> None:
    pipe = editor(bare, "QwenImageEditPlusPipeline")
    wide = Image.of(np.random.default_rng(3).integers(0, 256, (48, 96, 3), np.uint8))
    kind = "qwen-image" if model == "comfy" else "qwen-edit"
    mine = paint(model, kind=kind, references=(photo, wide), negative="blue")
    assert np.array_equal(mine, direct(pipe, image=[photo.pil(), wide.pil()], negative_prompt="blue"))
    assert not np.array_equal(mine, paint(model, kind=kind, references=(wide, photo), negative="blue"))
    assert np.array_equal(mine, paint(model, kind=kind, references=(photo, wide), negative="blue"))


def test_the_first_edit_model_looks_at_one_picture_and_paints_into_masked_parts(
    paint: Paint, bare: Any, photo: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit, pipeline_qwenimage_edit_inpaint

    from nodes.local.families import qwen_seeing

    real = pipeline_qwenimage_edit.calculate_dimensions
    for module in (pipeline_qwenimage_edit, pipeline_qwenimage_edit_inpaint):
        monkeypatch.setattr(module, "calculate_dimensions", lambda area, ratio: real(64 * 64, ratio))
    monkeypatch.setattr(qwen_seeing, "AREA", 64 * 64)
    theirs = direct(editor(bare, "QwenImageEditPipeline"), image=photo.pil())
    assert np.array_equal(paint("single", kind="qwen-edit", references=(photo,), size=None), theirs)
    hard = np.tile((np.arange(64) >= 32).astype(np.float32), (64, 1))
    inside = PIL.Image.fromarray((hard * 255).astype(np.uint8), "L")
    theirs = direct(editor(bare, "QwenImageEditInpaintPipeline"), image=photo.pil(), mask_image=inside, strength=0.9)
    for model in ("single", "plus"):
        mine = paint(model, kind="qwen-edit", image=photo, mask=Mask.of(hard), strength=0.9, size=None)
        assert np.array_equal(mine[:, 32:], theirs[:, 32:]) and np.array_equal(mine[:, :32], photo.array[:, :32])


def test_pictures_are_read_without_torchvision_as_the_library_reads_them(room: Path, photo: Image) -> None:
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    from nodes.local.readers import PictureReader

    mark = "<|vision_start|><|image_pad|><|vision_end|>"
    edit = room / "models" / "plus"
    for folder in (edit / "processor", edit / "tokenizer", tiny_qwen.write_tokens(room / "tokens")):
        reader = PictureReader.from_pretrained(folder)
        found = reader(text=[f"a{mark}b{mark}"], images=[photo.pil()] * 2, padding=True, return_tensors="pt")
        seen = Qwen2VLImageProcessorPil()([photo.pil()] * 2, return_tensors="pt")
        assert np.array_equal(found["pixel_values"], seen["pixel_values"])
        each = int(seen["image_grid_thw"][0].prod()) // 4
        assert int((found["input_ids"] == reader.image_token_id).sum()) == 2 * each


def test_what_does_not_go_together_is_refused_before_anything_is_painted(paint: Paint, photo: Image) -> None:
    with pytest.raises(UserError, match="looks at one picture only"):
        paint("single", kind="qwen-edit", references=(photo, photo))
    with pytest.raises(UserError, match="either starts from a picture or looks at pictures"):
        paint("base", references=(photo,), image=photo)
    with pytest.raises(UserError, match="only together with a mask"):
        paint("plus", kind="qwen-edit", image=photo)
    with pytest.raises(UserError, match="about a million pixels"):
        paint("plus", kind="qwen-edit", image=photo, mask=Mask.of(np.ones((64, 64), np.float32)))


def test_a_lora_for_few_steps_brings_its_own(room: Path, device: Device, bare: Any) -> None:
    import math

    from diffusers import FlowMatchEulerDiscreteScheduler

    path = room / "models" / "qwen-image-lightning-4steps-v1.0-bf16.safetensors"
    tiny_flux.save(path, tiny_qwen.lora_weights("plain"))
    worn = Lora((LoraPart(path.stem, 1.0),))
    painter = device.load("base", kind="qwen-image", loras=worn, report=quiet)
    mine = painter.paint(Painting(prompt=WORDS, size=Size(64, 64), seed=5), quiet).array
    own = bare.scheduler
    bare.load_lora_weights(str(path), adapter_name="it")
    bare.scheduler = FlowMatchEulerDiscreteScheduler.from_config(
        own.config, base_shift=math.log(3), max_shift=math.log(3), shift_terminal=None
    )
    theirs = direct(bare, num_inference_steps=4, true_cfg_scale=1.0, negative_prompt=None)
    bare.scheduler = own
    bare.unload_lora_weights()
    assert np.array_equal(mine, theirs)
    device.load("base", kind="qwen-image", loras=None, report=quiet)
    assert painter.settings["steps"] == 50


@pytest.mark.usefixtures("small")
def test_where_the_weights_lie_changes_no_pixel(paint: Paint, photo: Image) -> None:
    disk = Tuning(offload="disk")
    assert np.array_equal(paint(tuning=disk), paint())
    edit = {"kind": "qwen-edit", "references": (photo,)}
    assert np.array_equal(paint("plus", tuning=disk, **edit), paint("plus", **edit))


def test_steps_are_told_previewed_and_stopped_within(paint: Paint, photo: Image) -> None:
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


@pytest.mark.usefixtures("small")
def test_the_same_words_beside_the_same_pictures_are_read_once(device: Device, paint: Paint, photo: Image) -> None:
    painter = device.load("plus", kind="qwen-edit", loras=None, report=quiet)
    read: list[Any] = []
    hook = painter.pipe.text_encoder.register_forward_pre_hook(lambda *found: read.append(found))
    edit = {"kind": "qwen-edit", "prompt": "words that nobody said before", "negative": "nor these"}
    try:
        paint("plus", references=(photo,), **edit)
        assert len(read) == 2
        paint("plus", references=(photo,), seed=9, **edit)
        assert len(read) == 2
        paint("plus", references=(Image.of(255 - photo.array),), **edit)
        assert len(read) == 4
    finally:
        hook.remove()


@pytest.mark.usefixtures("small")
def test_the_newer_model_paints_and_edits_as_diffusers_does(room: Path, paint: Paint, photo: Image) -> None:
    from nodes.local.readers import NewerReader

    folder = room / "models" / "newer"
    pipe = opened("QwenImage21Pipeline", folder, processor=NewerReader.from_pretrained(folder / "processor"))
    told: list[Any] = []
    mine = paint("newer", report=lambda done, note, preview: told.append(preview))
    assert mine.shape == (64, 64, 4) and np.array_equal(mine, direct(pipe))
    assert [preview.channels for preview in told if preview is not None] == [3]
    other = Image.of(255 - photo.array)
    edited = paint("newer", references=(photo, other), negative="blue")
    assert np.array_equal(edited, direct(pipe, image=[photo.pil(), other.pil()], negative_prompt="blue"))
    assert not np.array_equal(edited, paint("newer", references=(other, photo), negative="blue"))
    with pytest.raises(UserError, match="doesn't start from a picture"):
        paint("newer", image=photo)


def test_control_pictures_lead_as_in_diffusers(room: Path, paint: Paint, bare: Any, photo: Image) -> None:
    import torch
    from diffusers import QwenImageControlNetModel, QwenImageControlNetPipeline, QwenImageMultiControlNetModel

    net = QwenImageControlNetModel.from_pretrained(room / "models" / "edges", dtype=torch.bfloat16)
    pipe = QwenImageControlNetPipeline(**bare.components, controlnet=net)
    first, second = Control("edges", photo, 0.8), Control("edges", Image.of(255 - photo.array), 0.5, 0.0, 0.6)
    mine = paint(controls=(first,))
    assert np.array_equal(mine, direct(pipe, control_image=photo.pil(), controlnet_conditioning_scale=0.8))
    assert not np.array_equal(mine, paint())
    pipe = QwenImageControlNetPipeline(**bare.components, controlnet=QwenImageMultiControlNetModel([net]))
    theirs = direct(pipe, control_image=[photo.pil(), second.image.pil()], controlnet_conditioning_scale=[0.8, 0.5],
                    control_guidance_start=[0.0, 0.0], control_guidance_end=[1.0, 0.6])
    assert np.array_equal(paint(controls=(first, second)), theirs)
    with pytest.raises(UserError, match="takes no control pictures"):
        paint("plus", kind="qwen-edit", references=(photo,), controls=(first,))
    with pytest.raises(UserError, match="can't start from a picture"):
        paint(image=photo, controls=(first,))


BASES = ("qwen-image", "qwen-image-edit", "qwen-image-edit-plus", "qwen-image-edit-2511")


@pytest.mark.slow
@pytest.mark.parametrize("base", BASES)
def test_our_configurations_are_as_large_as_the_published_models(tiny_models: Path, base: str) -> None:
    import diffusers
    import torch
    import transformers

    from nodes.local.assembly import config_index
    from nodes.local.folders import RESOURCES
    from nodes.local.renaming import known
    from tests.nodes.local.tiny_wan_files import vae_names

    assert tiny_models
    folder = RESOURCES / "bases" / base
    with torch.device("meta"):
        config = diffusers.QwenImageTransformer2DModel.load_config(folder / "transformer")
        transformer = diffusers.QwenImageTransformer2DModel.from_config(config)
        vae = diffusers.AutoencoderKLQwenImage.from_config(diffusers.AutoencoderKLQwenImage.load_config(folder / "vae"))
        words = transformers.Qwen2_5_VLForConditionalGeneration(
            transformers.Qwen2_5_VLConfig.from_pretrained(folder / "text_encoder")
        )
    sizes = [sum(weight.numel() for weight in part.parameters()) for part in (transformer, vae, words)]
    assert sizes == [20_430_401_088, 126_892_531, 8_292_166_656]
    assert transformer.config.zero_cond_t == base.endswith("2511")
    assert ("processor" in config_index(folder)) == ("edit" in base)
    own = vae.state_dict()
    found = known("AutoencoderKLQwenImage", vae_names(own, nested=False))
    assert {name: weight.shape for name, weight in found.items()} == {name: one.shape for name, one in own.items()}
