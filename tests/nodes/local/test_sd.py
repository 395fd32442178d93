"""Stable Diffusion XL and 1.5 in every form and for every task: the pixels are those of the same call on diffusers."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.controls import Control
from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.folders import RESOURCES
from nodes.local.gpu import Device

pytestmark = [
    pytest.mark.xdist_group("torch"),
    # The schedulers of diffusers turn tensors into arrays in a way that numpy will drop.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

WORDS = "a red circle"
SIDE = 64
Paint = Callable[..., Any]
KINDS = {"xl": ("sdxl", "StableDiffusionXL"), "half": ("sdxl", "StableDiffusionXL"), "one": ("sd15", "StableDiffusion")}


class Said:
    """A report that remembers, and stops the work after some calls."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.all: list[tuple[float, str, Image | None]] = []
        self.stop_after = stop_after

    def __call__(self, done: float, note: str = "", preview: Image | None = None) -> None:
        self.all.append((done, note, preview))
        if len(self.all) > self.stop_after:
            raise Cancelled


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models in all forms below ``models``, and resources for models of their size."""
    assert tiny_models  # torch is there, and set up
    from tests.nodes.local import tiny_sd

    room = tmp_path_factory.mktemp("sd")
    models = room / "models"
    xl, one = tiny_sd.write_sdxl(models / "xl"), tiny_sd.write_sd15(models / "one")
    tiny_sd.write_sdxl(models / "half", half=True)
    tiny_sd.write_sdxl(models / "refiner", refiner=True)
    tiny_sd.write_sd15(models / "nine", channels=9)
    for name, model, seed in (("edges", xl, 5), ("depth", xl, 6), ("small-edges", one, 7)):
        tiny_sd.write_control(models / name, model, seed)
    tiny_sd.write_checkpoint(xl, models / "xl-file.safetensors", "StableDiffusionXLPipeline")
    tiny_sd.write_checkpoint(xl, models / "xl-file-fp16.safetensors", "StableDiffusionXLPipeline", half=True)
    tiny_sd.write_checkpoint(one, models / "one-file.safetensors", "StableDiffusionPipeline")
    tiny_sd.write_resources(room / "resources", {"sdxl": xl, "sd-1.5": one})
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room / "models"], room / "resources"))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(
        model: str = "xl", kind: str = "", loras: tuple[tuple[str, float], ...] = (), tuning: Tuning | None = None,
        report: Any = None, **changes: Any,
    ) -> Any:
        parts = Lora(tuple(LoraPart(name, weight) for name, weight in loras)) if loras else None
        kind = kind or KINDS[model][0]
        painter = device.load(model, kind=kind, loras=parts, report=Said(), tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(SIDE, SIDE), "steps": 4, "guidance": 5.0, "seed": 3, **changes}
        return painter.paint(Painting(**wanted), report or Said()).array

    return paint


@pytest.fixture(scope="module")
def direct(room: Path) -> Paint:
    """The same call made on diffusers, with the pipeline class for the task."""
    opened: dict[Any, Any] = {}

    def direct(model: str, task: str, nets: tuple[str, ...] = (), **changes: Any) -> Any:
        import diffusers
        import torch

        folder = room / "models" / model
        name = f"{KINDS.get(model, KINDS['one'])[1]}{task}Pipeline"
        if (model, name, nets) not in opened:
            found = [diffusers.ControlNetModel.from_pretrained(room / "models" / net) for net in nets]
            more: Any = {"controlnet": found if len(found) > 1 else found[0]} if nets else {}
            more |= {"variant": "fp16"} if model == "half" else {}
            pipe = getattr(diffusers, name).from_pretrained(folder, dtype=torch.float32, **more)
            pipe.set_progress_bar_config(disable=True)
            vars(pipe.text_encoder).setdefault("text_model", pipe.text_encoder)  # it asks for it with clip_skip
            opened[model, name, nets] = pipe
        call = {
            "prompt": WORDS, "num_inference_steps": 4, "guidance_scale": 5.0, "output_type": "np",
            "generator": torch.Generator("cpu").manual_seed(3), **changes,
        }
        return pixels(opened[model, name, nets](**call).images[0])

    return direct


def pixels(found: Any) -> Any:
    return (found * 255).round().astype(np.uint8)


def picture(seed: int = 0, side: int = SIDE) -> Image:
    return Image.of(np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8))


def soft_mask(side: int = SIDE) -> Mask:
    """A square in the middle, whose lower edge is soft."""
    array = np.zeros((side, side), np.float32)
    array[side // 3:side // 2, side // 3:side // 2] = 1
    array[side // 2:side // 2 + 4, side // 3:side // 2] = 0.5
    return Mask.of(array)


FULL: dict[str, Any] = {"height": SIDE, "width": SIDE}


@pytest.mark.parametrize("model", ["xl", pytest.param("half", marks=pytest.mark.slow), "one"])
def test_a_folder_paints_what_diffusers_paints(paint: Paint, direct: Paint, model: str) -> None:
    assert np.array_equal(paint(model), direct(model, "", **FULL))
    assert np.array_equal(paint(model, negative="blue"), direct(model, "", negative_prompt="blue", **FULL))
    assert np.array_equal(paint(model, guidance=1.0), direct(model, "", **FULL, guidance_scale=1.0))
    skipped = paint(model, extra={"clip_skip": 1})
    assert np.array_equal(skipped, direct(model, "", clip_skip=1, **FULL))
    assert not np.array_equal(skipped, paint(model))


@pytest.mark.parametrize(("file", "model"), [("xl-file", "xl"), ("one-file", "one")])
def test_a_single_file_with_the_original_names_paints_the_same(
    paint: Paint, room: Path, file: str, model: str
) -> None:
    import diffusers
    import torch

    path = room / "models" / f"{file}.safetensors"
    kind, name = KINDS[model]
    base = room / "models" / model
    pipe = getattr(diffusers, f"{name}Pipeline").from_single_file(str(path), config=str(base), local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    made = pipe(
        WORDS, **FULL, num_inference_steps=4, guidance_scale=5.0, output_type="np",
        generator=torch.Generator("cpu").manual_seed(3),
    )
    assert np.array_equal(paint(file, kind), pixels(made.images[0]))
    assert np.array_equal(paint(file, kind), paint(model))


@pytest.mark.slow
def test_a_checkpoint_that_was_trained_to_see_velocity_is_painted_with_so(
    paint: Paint, direct: Paint, device: Device, room: Path
) -> None:
    from tests.nodes.local import tiny_sd

    file = room / "models" / "swift.safetensors"
    tiny_sd.write_checkpoint(room / "models" / "xl", file, "StableDiffusionXLPipeline", marks=("v_pred", "ztsnr"))
    swift = paint("swift", "sdxl")
    assert not np.array_equal(swift, paint())
    config = device.load("swift", kind="sdxl", loras=None, report=Said()).pipe.scheduler.config
    assert config["prediction_type"] == "v_prediction" and config["rescale_betas_zero_snr"]


@pytest.mark.slow
def test_a_single_file_in_half_precision_is_found_and_painted_with(paint: Paint) -> None:
    near = paint("xl-file-fp16", "sdxl").astype(int) - paint("xl")
    assert np.abs(near).mean() < 2


@pytest.mark.parametrize("model", ["xl", "one"])
def test_a_picture_to_start_from_and_a_mask_do_what_diffusers_does(paint: Paint, direct: Paint, model: str) -> None:
    image, mask = picture(), soft_mask()
    started = paint(model, image=image, strength=0.6)
    assert np.array_equal(started, direct(model, "Img2Img", image=image.pil(), strength=0.6))
    assert np.array_equal(paint(model, image=image, strength=0.0), image.array)
    hard = PIL.Image.fromarray(np.where(mask.array > 0, 255, 0).astype(np.uint8))
    inside = direct(model, "Inpaint", image=image.pil(), mask_image=hard, strength=0.7, **FULL)
    soft = PIL.Image.fromarray((mask.array * 255).round().astype(np.uint8))
    expected = np.array(PIL.Image.composite(PIL.Image.fromarray(inside), image.pil(), soft))
    assert np.array_equal(paint(model, image=image, mask=mask, strength=0.7), expected)


def test_a_model_made_for_masks_fills_them_and_refuses_the_rest(paint: Paint, direct: Paint) -> None:
    image, mask = picture(), soft_mask()
    hard = PIL.Image.fromarray(np.where(mask.array > 0, 255, 0).astype(np.uint8))
    inside = direct("nine", "Inpaint", image=image.pil(), mask_image=hard, strength=1.0, **FULL)
    found = paint("nine", "sd15", image=image, mask=mask, strength=1.0)
    assert np.array_equal(found[mask.array == 1], inside[mask.array == 1])
    with pytest.raises(UserError, match="only paints into masked parts"):
        paint("nine", "sd15")


def test_a_folder_with_a_safety_checker_is_loaded_without_it(paint: Paint, room: Path) -> None:
    index = json.loads((room / "models" / "one" / "model_index.json").read_text())
    index |= {"safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
              "feature_extractor": ["transformers", "CLIPImageProcessor"]}
    shutil.copytree(room / "models" / "one", room / "models" / "checked")
    (room / "models" / "checked" / "model_index.json").write_text(json.dumps(index))
    assert np.array_equal(paint("checked", "sd15"), paint("one"))


def test_only_the_masked_part_is_painted_large_and_laid_back_into_the_picture(paint: Paint) -> None:
    image, mask = picture(1, 96), soft_mask(96)
    found = paint(image=image, mask=mask, strength=0.8, extra={"around": 8})
    assert found.shape == (96, 96, 3)
    assert np.array_equal(found[mask.array == 0], image.array[mask.array == 0])
    assert not np.array_equal(found[mask.array == 1], image.array[mask.array == 1])
    with pytest.raises(UserError, match="mask is empty"):
        paint(image=image, mask=Mask.of(np.zeros((96, 96), np.float32)))


def test_a_picture_of_any_size_is_painted_in_the_nearest_that_fits(paint: Paint) -> None:
    assert paint(image=picture(2, 71), size=None, strength=0.3).shape == (64, 64, 3)


def test_the_refiner_takes_over_where_it_is_told_to(paint: Paint, direct: Paint, room: Path) -> None:
    import diffusers
    import torch

    def seed() -> Any:
        return torch.Generator("cpu").manual_seed(3)

    pipes = [
        getattr(diffusers, f"StableDiffusionXL{name}Pipeline").from_pretrained(room / "models" / folder)
        for name, folder in (("", "xl"), ("Img2Img", "refiner"))
    ]
    for pipe in pipes:
        pipe.set_progress_bar_config(disable=True)
    call: dict[str, Any] = {"num_inference_steps": 10, "guidance_scale": 5.0}
    begun = pipes[0](WORDS, **call, **FULL, denoising_end=0.8, output_type="latent", generator=seed()).images
    ended = pipes[1](WORDS, **call, image=begun, denoising_start=0.8, output_type="np", generator=seed()).images[0]
    said = Said()
    found = paint(steps=10, extra={"refiner": "refiner", "handover": 0.8}, report=said)
    assert np.array_equal(found, pixels(ended))
    assert [done for done, _, _ in said.all if done] == sorted(done for done, _, _ in said.all if done)
    assert any(note.startswith("refining") for _, note, _ in said.all)
    with pytest.raises(UserError, match="begin with words alone"):
        paint(image=picture(), extra={"refiner": "refiner", "handover": 0.8})
    with pytest.raises(UserError, match="only goes on with pictures"):
        paint("refiner", "sdxl-refiner")


def test_controls_steer_as_they_do_on_diffusers_alone_and_together(paint: Paint, direct: Paint) -> None:
    image, other = picture(3), picture(4)
    one = Control("edges", image, strength=0.7, end=0.5)
    single = direct(
        "xl", "ControlNet", ("edges",), image=image.pil(), controlnet_conditioning_scale=0.7,
        control_guidance_end=0.5, **FULL,
    )
    assert np.array_equal(paint(controls=(one,)), single)
    assert not np.array_equal(single, paint())
    both = direct(
        "xl", "ControlNet", ("edges", "depth"), image=[image.pil(), other.pil()],
        controlnet_conditioning_scale=[1.0, 0.5], **FULL,
    )
    assert np.array_equal(paint(controls=(Control("edges", image), Control("depth", other, 0.5))), both)
    small = direct("one", "ControlNet", ("small-edges",), image=image.pil(), **FULL)
    assert np.array_equal(paint("one", controls=(Control("small-edges", image),)), small)


@pytest.mark.parametrize(("model", "net", "family"), [("xl", "edges", "sdxl"), ("one", "small-edges", "sd-1.5")])
@pytest.mark.parametrize("original", [True, False])
def test_a_control_model_in_one_file_steers_as_its_folder_does(
    paint: Paint, room: Path, monkeypatch: pytest.MonkeyPatch, model: str, net: str, family: str, original: bool
) -> None:
    from nodes.local.families import control
    from tests.nodes.local import tiny_sd

    (room / "bases" / f"control-{family}").mkdir(parents=True, exist_ok=True)
    shutil.copy(room / "models" / net / "config.json", room / "bases" / f"control-{family}")
    monkeypatch.setattr(control, "BASES", room / "bases")
    file = f"{net}-{'original' if original else 'plain'}"
    tiny_sd.write_control_file(room / "models" / net, room / "models" / f"{file}.safetensors", original=original)
    if original and model == "xl":
        with pytest.raises(UserError, match="original names of SDXL"):
            paint(model, controls=(Control(file, picture()),))
        return
    steered = paint(model, controls=(Control(net, picture()),))
    assert np.array_equal(paint(model, controls=(Control(file, picture()),)), steered)


@pytest.mark.parametrize(("model", "net"), [
    ("xl", "edges"), pytest.param("one", "small-edges", marks=pytest.mark.slow),
])
def test_controls_steer_pictures_and_masks_too(paint: Paint, direct: Paint, model: str, net: str) -> None:
    image, guide = picture(3), picture(4)
    started = direct(
        model, "ControlNetImg2Img", (net,), image=image.pil(), control_image=guide.pil(), strength=0.6,
        controlnet_conditioning_scale=1.0, **FULL,
    )
    control = Control(net, guide)
    assert np.array_equal(paint(model, image=image, strength=0.6, controls=(control,)), started)
    masked = paint(model, image=image, mask=soft_mask(), strength=0.9, controls=(control,))
    free = paint(model, image=image, mask=soft_mask(), strength=0.9)
    assert not np.array_equal(masked, free)
    assert np.array_equal(masked[soft_mask().array == 0], image.array[soft_mask().array == 0])


def test_a_control_for_another_model_is_a_sentence(paint: Paint) -> None:
    with pytest.raises(UserError, match="was not made for this model"):
        paint("one", controls=(Control("edges", picture()),))
    with pytest.raises(UserError, match='no control model called "none"'):
        paint(controls=(Control("none", picture()),))


def test_long_prompts_are_read_to_the_end_and_short_ones_as_ever(paint: Paint) -> None:
    long = "a red circle beside a blue square, " * 4
    assert np.array_equal(paint(prompt=long), paint(prompt=long))
    assert not np.array_equal(paint(prompt=long), paint(prompt=long + "and a sun"))
    assert not np.array_equal(paint(negative=long), paint(negative=long + "and a sun"))


def test_a_negative_prompt_that_would_change_nothing_is_refused(paint: Paint) -> None:
    with pytest.raises(UserError, match="guidance of 1 or less"):
        paint(negative="blue", guidance=1.0)
    with pytest.raises(UserError, match="needs a picture"):
        paint(mask=soft_mask())


@pytest.mark.slow
def test_samplers_change_the_picture_and_leave_the_models_own_as_it_was(paint: Paint) -> None:
    own = paint()
    found = {name: paint(sampler=name) for name in ("euler", "euler a", "heun", "dpm++ 2m", "ddim", "unipc", "lcm")}
    assert np.array_equal(found["euler"], own)
    assert sum(not np.array_equal(one, own) for one in found.values()) == len(found) - 1
    assert not np.array_equal(paint(sampler="dpm++ 2m", schedule="karras"), found["dpm++ 2m"])
    assert np.array_equal(paint(), own)


@pytest.mark.parametrize("model", ["xl", "one"])
def test_every_step_is_reported_with_previews(paint: Paint, model: str) -> None:
    said = Said()
    paint(model, steps=8, report=said)
    notes = list(dict.fromkeys(note for _, note, _ in said.all if note.startswith("step")))
    assert notes == [f"step {number} of 8" for number in range(9)]
    previews = [preview for _, _, preview in said.all if preview is not None]
    assert len(previews) >= 6 and {preview.width for preview in previews} == {32}


@pytest.mark.parametrize("controls", [
    (), pytest.param((Control("edges", picture()),), marks=pytest.mark.slow),
])
def test_stopping_works_inside_a_step_and_the_next_picture_is_as_before(paint: Paint, controls: Any) -> None:
    before = paint(controls=controls)
    said = Said()
    paint(report=said, controls=controls)
    assert len(said.all) > 4 * 4
    for stop_after in range(0, len(said.all), 17):
        with pytest.raises(Cancelled):
            paint(report=Said(stop_after), controls=controls)
    assert np.array_equal(before, paint(controls=controls))


def test_the_same_words_are_read_once(paint: Paint, device: Device) -> None:
    painter = device.load("xl", kind="sdxl", loras=None, report=Said())
    read: list[Any] = []
    with counting(painter.pipe.text_encoder, read):
        paint(prompt="words that were never read")
        assert read
        count = len(read)
        paint(prompt="words that were never read", seed=9, steps=2)
        assert len(read) == count
        paint(prompt="other words")
        assert len(read) > count


@contextmanager
def counting(module: Any, calls: list[Any]) -> Iterator[None]:
    hook = module.register_forward_pre_hook(lambda *_: calls.append(1))
    try:
        yield
    finally:
        hook.remove()


@pytest.mark.parametrize("offload", [
    pytest.param("parts", marks=pytest.mark.slow),
    pytest.param("blocks", marks=pytest.mark.slow),
    "disk",
])
def test_where_the_weights_lie_changes_no_pixel(paint: Paint, offload: Any) -> None:
    plain = paint(controls=(Control("edges", picture()),))
    tuning = Tuning(offload=offload)
    assert np.array_equal(paint(tuning=tuning), paint())
    assert np.array_equal(paint(tuning=tuning, controls=(Control("edges", picture()),)), plain)
    assert np.array_equal(paint(tuning=tuning), paint())
    image, mask = picture(), soft_mask()
    assert np.array_equal(paint(tuning=tuning, image=image, mask=mask), paint(image=image, mask=mask))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*upcast_vae:FutureWarning")
def test_in_half_precision_the_vae_computes_in_full_wherever_its_weights_lie(device: Device, room: Path) -> None:
    import diffusers
    import torch

    from nodes.local.families import sdxl
    from nodes.local.site import Site

    entry = Shelf([room / "models"], room / "resources").find("sdxl", "xl")
    entry = replace(entry, settings={**entry.settings, "precision": "float16"})
    wanted = Painting(prompt=WORDS, size=Size(SIDE, SIDE), steps=3, guidance=5.0, seed=3)
    found = []
    ways: tuple[Any, ...] = ("resident", "parts", "blocks", "disk")
    for offload in ways:
        painter = sdxl.load(entry, Site("cpu", Tuning(offload=offload), room))
        found.append(painter.paint(wanted, Said()).array)
        painter.paint(replace(wanted, image=picture(), strength=0.6), Said())
        assert np.array_equal(painter.paint(wanted, Said()).array, found[0])
    pipe: Any = diffusers.StableDiffusionXLPipeline.from_pretrained(room / "models" / "xl", dtype=torch.float16)
    pipe.set_progress_bar_config(disable=True)
    made = pipe(
        WORDS, **FULL, num_inference_steps=3, guidance_scale=5.0, output_type="np",
        generator=torch.Generator("cpu").manual_seed(3),
    ).images[0]
    assert np.abs(pixels(made).astype(int) - found[0]).max() <= 1  # scaled before it is widened, not after


COUNTS = {
    "sd-1.5": {"unet": 859_520_964, "vae": 83_653_863, "text_encoder": 123_060_480},
    "sd-1.5-inpainting": {"unet": 859_535_364},
    "sdxl": {"unet": 2_567_463_684, "vae": 83_653_863, "text_encoder": 123_060_480, "text_encoder_2": 694_659_840},
    "sdxl-inpainting": {"unet": 2_567_478_084},
    "sdxl-refiner": {"unet": 2_259_526_660, "text_encoder_2": 694_659_840},
    "control-sd-1.5": {"": 361_279_120},
    "control-sdxl": {"": 1_251_014_160},
    "sd-3-medium": {"transformer": 2_028_328_000, "text_encoder": 123_650_304, "vae": 83_819_683},
    "sd-3.5-medium": {"transformer": 2_243_171_520, "text_encoder_2": 694_659_840},
    "sd-3.5-large": {"transformer": 8_056_627_520, "text_encoder_3": 4_762_310_656},
    "sd-3.5-large-turbo": {"transformer": 8_056_627_520},
}
"""How many numbers the published models have."""


@pytest.mark.parametrize("base", [
    pytest.param(base, marks=pytest.mark.slow if base.startswith("sd-3") else ()) for base in COUNTS
])
def test_the_configurations_are_those_of_the_published_models(tiny_models: Path, base: str) -> None:
    import diffusers
    import torch
    import transformers

    folder = RESOURCES / "bases" / base
    file = folder / "model_index.json"
    index = json.loads(file.read_text()) if file.is_file() else {"": ("diffusers", "ControlNetModel")}
    for part, count in COUNTS[base].items():
        library, name = index[part]
        with torch.device("meta"):
            if library == "diffusers":
                kind = getattr(diffusers, name)
                model = kind.from_config(kind.load_config(folder / part))
            else:
                kind = getattr(transformers, name)
                model = kind(kind.config_class.from_pretrained(folder / part))
        assert sum(weight.numel() for weight in model.parameters()) == count
