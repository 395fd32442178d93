"""FLUX.1 on pictures: from one, into a masked part, edited, filled, led and likened; as diffusers does each."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.controls import Control
from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.flux import extended
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_flux

pytestmark = pytest.mark.xdist_group("torch")

Paint = Callable[..., Any]
WORDS = "a red circle"


@pytest.fixture(scope="module")
def models(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of every FLUX.1 class."""
    assert tiny_models  # torch is there, and set up
    models = tmp_path_factory.mktemp("flux-edit")
    for name, title in {"FluxPipeline": "dev", "FluxKontextPipeline": "kontext", "FluxFillPipeline": "fill",
                        "FluxControlPipeline": "canny"}.items():
        tiny_flux.write_pipeline(models / title, name)
    tiny_flux.write_redux(models / "redux")
    tiny_flux.write_net(models / "net")
    return models


@pytest.fixture(scope="module")
def device(models: Path) -> Device:
    return Device("cpu", Shelf([models]))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(
        model: str = "dev", kind: str = "flux", tuning: Tuning | None = None, report: Any = None, **changes: Any
    ) -> Any:
        painter = device.load(model, kind=kind, loras=None, report=quiet, tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 3, "seed": 5, **changes}
        return painter.paint(Painting(**wanted), report or quiet).array

    return paint


@pytest.fixture(scope="module")
def opened(models: Path) -> Iterator[Callable[[str, str], Any]]:
    """A folder as a pipeline of diffusers, opened once."""
    import diffusers
    import torch

    kept: dict[tuple[str, str], Any] = {}

    def opened(name: str, model: str) -> Any:
        if (name, model) not in kept:
            pipe: Any = getattr(diffusers, name).from_pretrained(models / model, dtype=torch.bfloat16)
            pipe.set_progress_bar_config(disable=True)
            kept[name, model] = pipe
        return kept[name, model]

    yield opened


@pytest.fixture
def small_kontext(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kontext looks at pictures in sizes it was trained on, of a million pixels: here in smaller ones."""
    from diffusers.pipelines.flux import pipeline_flux_kontext

    monkeypatch.setattr(pipeline_flux_kontext, "PREFERRED_KONTEXT_RESOLUTIONS", [(64, 64), (128, 64)])


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(pipe: Any, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import torch

    call = {"prompt": WORDS, "height": 64, "width": 64, "num_inference_steps": 3, "guidance_scale": 3.5,
            "max_sequence_length": 512, **arguments}
    call = {name: value for name, value in call.items() if value is not None}
    found = pipe(**call, generator=torch.Generator("cpu").manual_seed(5), output_type="np").images[0]
    return (found * 255).round().astype(np.uint8)


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8))


@pytest.fixture(scope="module")
def mask() -> Mask:
    """Nothing at the left, all at the right, and a soft edge between."""
    return Mask.of(np.tile(np.clip((np.arange(64, dtype=np.float32) - 24) / 16, 0, 1), (64, 1)))


def hard(mask: Mask) -> PIL.Image.Image:
    """The mask as models take it: all that is painted at all."""
    return PIL.Image.fromarray(np.where(np.round(mask.array * 255) > 0, 255, 0).astype(np.uint8), "L")


def laid(photo: Image, mask: Mask, painted: Any) -> Any:
    soft = PIL.Image.fromarray(np.round(mask.array * 255).astype(np.uint8), "L")
    return np.array(PIL.Image.composite(PIL.Image.fromarray(painted), photo.pil(), soft))


def test_a_picture_to_start_from_is_painted_as_diffusers_does(paint: Paint, opened: Any, photo: Image) -> None:
    pipe = opened("FluxImg2ImgPipeline", "dev")
    for strength in (0.4, 0.7, 1.0):
        mine = paint(image=photo, strength=strength, size=None, steps=4)
        assert np.array_equal(mine, direct(pipe, image=photo.pil(), strength=strength, num_inference_steps=4))
    assert np.array_equal(paint(image=photo, strength=0.0), photo.array)


def test_nothing_outside_the_mask_changes_and_soft_edges_are_mixed(
    paint: Paint, opened: Any, photo: Image, mask: Mask
) -> None:
    mine = paint(image=photo, mask=mask, strength=0.9)
    theirs = direct(opened("FluxInpaintPipeline", "dev"), image=photo.pil(), mask_image=hard(mask), strength=0.9)
    assert np.array_equal(mine, laid(photo, mask, theirs))
    assert np.array_equal(mine[:, :25], photo.array[:, :25]) and not np.array_equal(mine[:, 40:], photo.array[:, 40:])
    with pytest.raises(UserError, match="needs a picture"):
        paint(mask=mask)


def test_a_negative_prompt_needs_a_second_pass_and_then_works_as_in_diffusers(paint: Paint, opened: Any) -> None:
    with pytest.raises(UserError, match="no negative prompt in one pass"):
        paint(negative="blue")
    mine = paint(negative="blue", extra={"cfg": 2.0})
    assert np.array_equal(mine, direct(opened("FluxPipeline", "dev"), negative_prompt="blue", true_cfg_scale=2.0))


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # numpy, of what diffusers does
@pytest.mark.parametrize("sampler", ["euler", "euler a", "dpm++ 2m", "unipc", "lcm"])
def test_a_sampler_is_used_for_one_picture_and_the_models_own_for_the_next(paint: Paint, sampler: str) -> None:
    own = paint()
    other = paint(sampler=sampler)
    assert np.array_equal(other, own) == (sampler == "euler")
    assert np.array_equal(paint(sampler=sampler), other) and np.array_equal(paint(), own)


def test_a_sampler_that_does_not_go_with_a_task_is_a_sentence(paint: Paint, photo: Image) -> None:
    with pytest.raises(UserError, match='with the sampler "dpm'):
        paint(image=photo, sampler="dpm++ 2m")


@pytest.mark.usefixtures("small_kontext")
def test_kontext_edits_a_picture_as_diffusers_does(paint: Paint, opened: Any, photo: Image) -> None:
    mine = paint("kontext", "flux-kontext", references=(photo,), steps=2)
    pipe = opened("FluxKontextPipeline", "kontext")
    assert np.array_equal(mine, direct(pipe, image=photo.pil(), max_area=64 * 64, num_inference_steps=2))
    wide = PIL.Image.fromarray(np.concatenate([photo.array, 255 - photo.array], axis=1))
    both = paint("kontext", "flux-kontext", references=(photo, Image.of(255 - photo.array)), steps=2)
    assert np.array_equal(both, direct(pipe, image=wide, max_area=64 * 64, num_inference_steps=2))


def test_kontext_edits_a_masked_part_only(paint: Paint, opened: Any, photo: Image, mask: Mask) -> None:
    mine = paint("kontext", "flux-kontext", image=photo, mask=mask, strength=1.0)
    theirs = direct(opened("FluxKontextInpaintPipeline", "kontext"), image=photo.pil(), mask_image=hard(mask),
                    strength=1.0, max_area=64 * 64, _auto_resize=False)
    assert np.array_equal(mine, laid(photo, mask, theirs))


def test_fill_paints_into_a_mask_and_beyond_the_edges(paint: Paint, opened: Any, photo: Image, mask: Mask) -> None:
    pipe = opened("FluxFillPipeline", "fill")
    mine = paint("fill", "flux-fill", image=photo, mask=mask, strength=1.0, guidance=30.0)
    theirs = direct(pipe, image=photo.pil(), mask_image=hard(mask), guidance_scale=30.0)
    assert np.array_equal(mine, laid(photo, mask, theirs))
    wider, beyond = extended(photo, None, (0, 0, 32, 16))
    out = paint("fill", "flux-fill", image=wider, mask=beyond, size=None, strength=1.0)
    assert out.shape == (80, 96, 3) and np.array_equal(out[:64, :64], photo.array)
    with pytest.raises(UserError, match="masked part"):
        paint("fill", "flux-fill")


def test_a_guide_leads_as_in_diffusers_also_from_a_picture(
    paint: Paint, opened: Any, photo: Image, mask: Mask
) -> None:
    guide = Image.of(255 - photo.array)
    mine = paint("canny", "flux-control", references=(guide,))
    assert np.array_equal(mine, direct(opened("FluxControlPipeline", "canny"), control_image=guide.pil()))
    mine = paint("canny", "flux-control", references=(guide,), image=photo, strength=0.7)
    pipe = opened("FluxControlImg2ImgPipeline", "canny")
    assert np.array_equal(mine, direct(pipe, control_image=guide.pil(), image=photo.pil(), strength=0.7))
    mine = paint("canny", "flux-control", references=(guide,), image=photo, mask=mask, strength=0.9)
    pipe = opened("FluxControlInpaintPipeline", "canny")
    theirs = direct(pipe, control_image=guide.pil(), image=photo.pil(), mask_image=hard(mask), strength=0.9)
    assert np.array_equal(mine, laid(photo, mask, theirs))


def test_a_control_model_leads_as_in_diffusers(paint: Paint, models: Path, photo: Image) -> None:
    import torch
    from diffusers import FluxControlNetModel, FluxControlNetPipeline

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = FluxControlNetModel.from_pretrained(models / "net", dtype=torch.bfloat16)
    pipe: Any = FluxControlNetPipeline.from_pretrained(models / "dev", controlnet=net, dtype=torch.bfloat16)
    pipe.set_progress_bar_config(disable=True)
    mine = paint(controls=(Control("net", photo, 0.8, 0.0, 0.7),))
    theirs = direct(pipe, control_image=photo.pil(), controlnet_conditioning_scale=0.8, control_guidance_end=0.7)
    assert np.array_equal(mine, theirs) and not np.array_equal(mine, paint())


def test_pictures_of_likeness_are_read_by_redux_as_in_diffusers(
    paint: Paint, opened: Any, models: Path, photo: Image
) -> None:
    import torch
    from diffusers import FluxPriorReduxPipeline

    pipe = opened("FluxPipeline", "dev")
    prior: Any = FluxPriorReduxPipeline.from_pretrained(
        models / "redux", text_encoder=pipe.text_encoder, tokenizer=pipe.tokenizer,
        text_encoder_2=pipe.text_encoder_2, tokenizer_2=pipe.tokenizer_2, dtype=torch.bfloat16,
    )
    said = prior(image=photo.pil(), prompt=WORDS)
    mine = paint(references=(photo,), extra={"redux": "redux", "likeness": 1.0})
    assert np.array_equal(mine, direct(pipe, prompt=None, **said)) and not np.array_equal(mine, paint())
    with pytest.raises(UserError, match="through a Redux model"):
        paint(references=(photo,))


@pytest.mark.parametrize("offload", ["resident", "disk"])
def test_where_the_weights_lie_changes_no_pixel(paint: Paint, photo: Image, mask: Mask, offload: Any) -> None:
    tuning = Tuning(offload=offload)
    assert np.array_equal(paint(tuning=tuning), paint())
    more = {"image": photo, "mask": mask, "strength": 0.9}
    assert np.array_equal(paint(tuning=tuning, **more), paint(**more))


@pytest.mark.parametrize("model", ["dev", "fill", "canny", "kontext"])
def test_stopping_anywhere_leaves_every_model_as_it_was(paint: Paint, photo: Image, mask: Mask, model: str) -> None:
    kind = {"dev": "flux", "canny": "flux-control"}.get(model, f"flux-{model}")
    into: dict[str, Any] = {"image": photo, "mask": mask, "strength": 1.0}
    every: dict[str, dict[str, Any]] = {"fill": into, "kontext": into, "canny": {"references": (photo,)}}
    more = every.get(model, {})
    notes: list[str] = []
    paint(model, kind, **more)  # its words are read by now
    before = paint(model, kind, report=lambda done, note, preview: notes.append(note), **more)
    steps = [note for note in dict.fromkeys(notes) if note.startswith("step")]
    assert steps == [f"step {number} of 3" for number in range(4)] and len(notes) > 8

    def stopping(after: int) -> Any:
        left = iter(range(after))

        def report(done: float, note: str, preview: Any) -> None:
            if next(left, None) is None:
                raise Cancelled

        return report

    for after in (0, 2, len(notes) // 2, len(notes) - 1):
        with pytest.raises(Cancelled):
            paint(model, kind, report=stopping(after), **more)
    assert np.array_equal(paint(model, kind, **more), before)


def test_the_same_words_are_read_once(device: Device, paint: Paint) -> None:
    painter = device.load("dev", kind="flux", loras=None, report=quiet)
    read: list[Any] = []
    hooks = [part.register_forward_pre_hook(lambda *found: read.append(found))
             for part in (painter.pipe.text_encoder, painter.pipe.text_encoder_2)]
    try:
        paint(prompt="words that nobody said before")
        assert len(read) == 2
        paint(prompt="words that nobody said before", seed=9)
        assert len(read) == 2
    finally:
        for hook in hooks:
            hook.remove()


@pytest.mark.usefixtures("small_kontext")
def test_loras_are_changed_without_loading_the_model_again_also_on_fill_and_kontext(
    models: Path, device: Device, opened: Any, photo: Image, mask: Mask
) -> None:
    for seed in (1, 2):
        tiny_flux.save(models / f"style{seed}.safetensors", tiny_flux.lora_weights("kohya", seed=seed))
    into: dict[str, Any] = {"image": photo, "mask": mask, "strength": 1.0}
    tasks = {"fill": ("FluxFillPipeline", into), "kontext": ("FluxKontextPipeline", {"references": (photo,)})}
    for model, (name, more) in tasks.items():
        wanted = Painting(prompt=WORDS, size=Size(64, 64), steps=2, seed=5, **more)
        kind, found = f"flux-{model}", []
        pipe = opened(name, model)
        plain = device.load(model, kind=kind, loras=None, report=quiet)
        for seed in (1, 2, 1):
            worn = Lora((LoraPart(f"style{seed}", 0.8),))
            painter = device.load(model, kind=kind, loras=worn, report=quiet)
            assert painter is plain
            found.append(painter.paint(wanted, quiet).array)
        assert np.array_equal(found[0], found[2]) and not np.array_equal(found[0], found[1])
        pipe.load_lora_weights(str(models / "style1.safetensors"), adapter_name="it")
        pipe.set_adapters(["it"], [0.8])
        if model == "fill":
            theirs = laid(photo, mask, direct(pipe, image=photo.pil(), mask_image=hard(mask), num_inference_steps=2,
                                              guidance_scale=30.0))
        else:
            theirs = direct(pipe, image=photo.pil(), max_area=64 * 64, num_inference_steps=2)
        pipe.unload_lora_weights()
        assert np.array_equal(found[0], theirs)
