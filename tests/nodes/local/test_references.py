"""Pictures as references (IP-Adapter) for Stable Diffusion: the pixels are those of the same call on diffusers."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Control, Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.control import reference
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = [
    pytest.mark.xdist_group("torch-2"),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

Paint = Callable[..., Any]
KINDS = {"xl": ("sdxl", "StableDiffusionXL"), "one": ("sd15", "StableDiffusion")}
WANTED: dict[str, Any] = {"prompt": "a red circle", "seed": 3, "steps": 2, "guidance": 5.0, "size": Size(64, 64)}


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


def picture(seed: int, side: int = 64) -> Image:
    return Image.of(np.random.default_rng(seed).integers(0, 255, (side, side + 20, 3), dtype=np.uint8))


START = Image.of(np.array(picture(4).pil().resize((64, 64))))


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models, adapters for each, and their encoders: one as a folder, one as a file."""
    assert tiny_models
    import diffusers
    from safetensors.torch import save_file

    from tests.nodes.local import tiny_references, tiny_sd

    room = tmp_path_factory.mktemp("references")
    models, apart = room / "models", room / "apart"
    xl, one = tiny_sd.write_sdxl(models / "xl"), tiny_sd.write_sd15(models / "one")
    tiny_sd.write_control(models / "edges", xl)
    encoders = {size: tiny_references.write_encoder(apart / size, size) for size in ("h", "bigg")}
    shutil.copytree(encoders["h"], models / "image_encoder")
    shutil.copy(encoders["bigg"] / "model.safetensors", models / "bigg-encoder.safetensors")
    for name, model, form, size in (
        ("xl-plain", xl, "plain", "bigg"), ("xl-plus", xl, "plus", "h"), ("one-plain", one, "plain", "h"),
        ("one-plus", one, "plus", "h"), ("one-full", one, "full", "h"),
    ):
        tiny_references.write_adapter(models / f"{name}.safetensors", model, form, seed=len(name), size=size)
    unet = diffusers.UNet2DConditionModel.from_pretrained(xl, subfolder="unet")
    lora = tiny_sd.of_diffusers(tiny_sd.lora_layers(SimpleNamespace(unet=unet), 7, ("unet",)))
    save_file({name: weight.contiguous() for name, weight in lora.items()}, models / "style.safetensors")
    tiny_references.write_resources(tiny_sd.write_resources(room / "resources", {}), encoders)
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room / "models"], room / "resources"))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(
        model: str, *controls: Control, lora: float = 0, tuning: Tuning | None = None, report: Any = quiet,
        **changes: Any,
    ) -> Any:
        loras = Lora((LoraPart("style", lora),)) if lora else None
        painter = device.load(model, kind=KINDS[model][0], loras=loras, report=quiet, tuning=tuning)
        return painter.paint(Painting(**{**WANTED, "controls": controls, **changes}), report).array

    return paint


@pytest.fixture(scope="module")
def direct(room: Path) -> Paint:
    """The same call made on diffusers; a reference is an adapter, its encoder, a picture and a strength."""
    def direct(
        model: str, task: str, *shown: tuple[str, str, Image, float], lora: float = 0, net: str = "", **changes: Any
    ) -> Any:
        import diffusers
        import torch
        from transformers import CLIPVisionModelWithProjection
        from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

        models = room / "models"
        more: Any = {"controlnet": diffusers.ControlNetModel.from_pretrained(models / net)} if net else {}
        pipe = getattr(diffusers, f"{KINDS[model][1]}{task}Pipeline").from_pretrained(
            models / model, image_encoder=CLIPVisionModelWithProjection.from_pretrained(room / "apart" / shown[0][1]),
            feature_extractor=CLIPImageProcessorPil(size=28, crop_size=28), **more,
        )
        pipe.set_progress_bar_config(disable=True)
        if lora:
            pipe.load_lora_weights(str(models / "style.safetensors"), adapter_name="style")
            pipe.set_adapters(["style"], [lora])
        pipe.load_ip_adapter(
            [str(models)] * len(shown), subfolder="", weight_name=[f"{name}.safetensors" for name, *_ in shown],
        )
        pipe.set_ip_adapter_scale([strength for *_, strength in shown])
        found = pipe(**{
            "prompt": WANTED["prompt"], "num_inference_steps": 2, "guidance_scale": 5.0, "output_type": "np",
            "generator": torch.Generator("cpu").manual_seed(3), "height": 64, "width": 64,
            "ip_adapter_image": [one.pil() for _, _, one, _ in shown], **changes,
        }).images[0]
        return (found * 255).round().astype(np.uint8)

    return direct


@pytest.mark.parametrize(("model", "adapter", "size"), [
    ("xl", "xl-plain", "bigg"), pytest.param("one", "one-plus", "h", marks=pytest.mark.slow),
    pytest.param("one", "one-full", "h", marks=pytest.mark.slow),
    pytest.param("xl", "xl-plus", "h", marks=pytest.mark.slow),
    pytest.param("one", "one-plain", "h", marks=pytest.mark.slow),
])
def test_a_reference_does_what_it_does_on_diffusers_and_goes_without_a_trace(
    paint: Paint, direct: Paint, model: str, adapter: str, size: str
) -> None:
    before = paint(model)
    found = paint(model, reference(picture(1), adapter, 0.8))
    assert np.array_equal(found, direct(model, "", (adapter, size, picture(1), 0.8)))
    assert not np.array_equal(found, before)
    assert not np.array_equal(found, paint(model, reference(picture(2), adapter, 0.8)))
    assert not np.array_equal(found, paint(model, reference(picture(1), adapter, 0.3)))
    assert np.array_equal(paint(model, reference(picture(1), adapter, 0.0)), before)
    assert np.array_equal(paint(model), before)


def test_without_guidance_a_reference_does_what_it_does_on_diffusers(paint: Paint, direct: Paint) -> None:
    found = paint("one", reference(picture(1), "one-plain", 0.8), guidance=1.0)
    assert np.array_equal(found, direct("one", "", ("one-plain", "h", picture(1), 0.8), guidance_scale=1.0))


def test_several_references_are_each_shown_by_their_adapter_and_strength(paint: Paint, direct: Paint) -> None:
    names = (("one-plain", 0.5), ("one-plus", 0.9), ("one-plain", 0.4))
    shown = [(name, "h", picture(seed), strength) for seed, (name, strength) in enumerate(names)]
    found = paint("one", *(reference(image, name, strength) for name, _, image, strength in shown))
    assert np.array_equal(found, direct("one", "", *shown))


def test_a_reference_goes_with_loras_and_controls(paint: Paint, direct: Paint) -> None:
    shown, wired = ("xl-plus", "h", picture(1), 0.7), reference(picture(1), "xl-plus", 0.7)
    before, alone = paint("xl"), paint("xl", wired)
    assert np.array_equal(paint("xl", wired, lora=0.5), direct("xl", "", shown, lora=0.5))
    assert np.array_equal(paint("xl", wired), alone)
    assert np.array_equal(paint("xl", Control("edges", START, 0.5), wired), direct(
        "xl", "ControlNet", shown, net="edges", image=START.pil(), controlnet_conditioning_scale=0.5,
    ))
    assert np.array_equal(paint("xl"), before)


@pytest.mark.parametrize("model", ["one", pytest.param("xl", marks=pytest.mark.slow)])
def test_a_reference_goes_with_pictures_and_masks(paint: Paint, direct: Paint, model: str) -> None:
    shown, wired = (f"{model}-plus", "h", picture(1), 0.7), reference(picture(1), f"{model}-plus", 0.7)
    again: Any = {"image": START.pil(), "strength": 0.7}
    assert np.array_equal(paint(model, wired, image=START), direct(model, "Img2Img", shown, **again))
    whole = paint(model, wired, image=START, mask=Mask.of(np.ones((64, 64), np.float32)))
    white = PIL.Image.new("L", (64, 64), 255)
    assert np.array_equal(whole, direct(model, "Inpaint", shown, mask_image=white, **again))


@pytest.mark.slow
def test_the_refiner_goes_on_with_what_a_reference_began(paint: Paint, room: Path) -> None:
    from tests.nodes.local import tiny_sd

    tiny_sd.write_sdxl(room / "models" / "refiner", refiner=True)
    refined: Any = {"extra": {"refiner": "refiner", "handover": 0.5}}
    found, plain = paint("xl", reference(picture(1), "xl-plus", 0.9), **refined), paint("xl", **refined)
    assert not np.array_equal(found, plain) and not np.array_equal(found, paint("xl"))


@pytest.mark.slow
def test_in_fp8_a_reference_goes_without_a_trace_too(paint: Paint) -> None:
    tuning = Tuning(precision="fp8")
    before = paint("one", tuning=tuning)
    assert not np.array_equal(paint("one", reference(picture(1), "one-plus", 0.9), tuning=tuning), before)
    assert np.array_equal(paint("one", tuning=tuning), before)


@pytest.mark.parametrize("offload", [
    "blocks", pytest.param("parts", marks=pytest.mark.slow), pytest.param("disk", marks=pytest.mark.slow),
])
def test_where_the_weights_lie_changes_no_pixel(paint: Paint, offload: Any) -> None:
    wired = reference(picture(1), "one-plus", 0.7)
    tuning = Tuning(offload=offload)
    assert np.array_equal(paint("one", wired, tuning=tuning), paint("one", wired))
    assert np.array_equal(paint("one", tuning=tuning), paint("one"))


def test_stopping_while_the_reference_is_looked_at_leaves_all_as_it_was(paint: Paint) -> None:
    before = paint("one")

    def stop(done: float, note: str = "", preview: Image | None = None) -> None:
        notes.append(note)
        if notes.count("looking at the reference picture") > 2:
            raise Cancelled

    notes: list[str] = []
    wired = reference(picture(7), "one-plus", 0.7)
    with pytest.raises(Cancelled):
        paint("one", wired, report=stop)
    found = paint("one", wired)
    assert not np.array_equal(found, before)
    assert np.array_equal(paint("one"), before)


def test_an_adapter_for_another_model_is_a_sentence(paint: Paint) -> None:
    before = paint("xl")
    with pytest.raises(UserError, match='"one-plain" was not made for this model'):
        paint("xl", reference(picture(1), "xl-plus", 0.7), reference(picture(1), "one-plain", 0.7))
    with pytest.raises(UserError, match='"one-plain" is not a control model, but a reference adapter'):
        paint("xl", Control("one-plain", picture(1)))
    assert np.array_equal(paint("xl"), before)


def test_an_incomplete_adapter_is_a_sentence_and_leaves_no_trace(paint: Paint, room: Path) -> None:
    from safetensors.torch import load_file, save_file

    before, whole = paint("one"), load_file(room / "models" / "one-plus.safetensors")
    part = {name: weight for name, weight in whole.items() if "layers.3" not in name}
    save_file(part, room / "models" / "one-broken.safetensors")
    with pytest.raises(UserError, match='"one-broken" could not be loaded'):
        paint("one", reference(picture(1), "one-broken", 0.7))
    assert np.array_equal(paint("one"), before)


def test_an_adapter_brings_its_encoder_into_the_key_or_says_what_is_missing(room: Path, tmp_path: Path) -> None:
    shelf = Shelf([room / "models"], room / "resources")
    assert room / "models" / "image_encoder" / "model.safetensors" in shelf.find("ip-adapter", "xl-plus").files
    assert room / "models" / "bigg-encoder.safetensors" in shelf.find("ip-adapter", "xl-plain").files
    shutil.copy(room / "models" / "one-plus.safetensors", tmp_path)
    with pytest.raises(UserError, match="comes without its CLIP-H vision encoder") as caught:
        Shelf([tmp_path], room / "resources").find("ip-adapter", "one-plus")
    assert "h94/IP-Adapter" in caught.value.hint
