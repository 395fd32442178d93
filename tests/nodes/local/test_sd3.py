"""Stable Diffusion 3.5 as a folder and as single files: the pixels are those of the same call on diffusers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.controls import Control
from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Mask, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = pytest.mark.xdist_group("torch")

WORDS = "a red circle"
FULL: dict[str, Any] = {"height": 64, "width": 64}
Paint = Callable[..., Any]


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
    """A model in all forms below ``models``, and resources for models of its size."""
    assert tiny_models
    from tests.nodes.local import tiny_sd

    room = tmp_path_factory.mktemp("sd3")
    models = room / "models"
    whole = tiny_sd.write_sd3(models / "three")
    tiny_sd.write_sd3(models / "short", t5=False)
    tiny_sd.write_sd3_checkpoint(whole, models / "three-file.safetensors")
    tiny_sd.write_sd3_checkpoint(whole, models / "three-bare.safetensors", bare=True)
    tiny_sd.write_sd3_control(models / "net")
    tiny_sd.write_resources(room / "resources", {"sd-3.5-medium": whole})
    return room


@pytest.fixture(scope="module")
def paint(room: Path) -> Paint:
    device = Device("cpu", Shelf([room / "models"], room / "resources"))

    def paint(model: str = "three", tuning: Tuning | None = None, report: Any = None, **changes: Any) -> Any:
        painter = device.load(model, kind="sd3", loras=None, report=Said(), tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 4, "guidance": 5.0, "seed": 3, **changes}
        return painter.paint(Painting(**wanted), report or Said()).array

    return paint


@pytest.fixture(scope="module")
def direct(room: Path) -> Paint:
    def direct(task: str = "", **changes: Any) -> Any:
        import diffusers
        import torch

        parts: Any = {}
        if "ControlNet" in task:
            parts = {"controlnet": diffusers.SD3ControlNetModel.from_pretrained(room / "models" / "net")}
            parts["controlnet"].to(torch.bfloat16)
        kind = getattr(diffusers, f"StableDiffusion3{task}Pipeline")
        pipe = kind.from_pretrained(room / "models" / "three", dtype=torch.bfloat16, **parts)
        pipe.set_progress_bar_config(disable=True)
        call = {"num_inference_steps": 4, "guidance_scale": 5.0, "output_type": "np", **changes}
        found = pipe(WORDS, generator=torch.Generator("cpu").manual_seed(3), **call).images[0]
        return (found * 255).round().astype(np.uint8)

    return direct


def picture() -> Image:
    return Image.of(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8))


def square() -> Mask:
    array = np.zeros((64, 64), np.float32)
    array[16:48, 16:48] = 1
    return Mask.of(array)


def test_a_folder_and_single_files_paint_what_diffusers_paints(paint: Paint, direct: Paint) -> None:
    made = direct(**FULL)
    assert np.array_equal(paint(), made)
    assert np.array_equal(paint("three-file"), made)
    assert np.array_equal(paint("three-bare"), made)
    assert np.array_equal(paint(negative="blue"), direct(negative_prompt="blue", **FULL))


def test_pictures_and_masks_do_what_diffusers_does(paint: Paint, direct: Paint) -> None:
    image, mask = picture(), square()
    started = paint(image=image, strength=0.6)
    assert np.array_equal(started, direct("Img2Img", image=image.pil(), strength=0.6, **FULL))
    hard = PIL.Image.fromarray((mask.array * 255).astype(np.uint8))
    inside = direct("Inpaint", image=image.pil(), mask_image=hard, strength=0.7, **FULL)
    found = paint(image=image, mask=mask, strength=0.7)
    assert np.array_equal(found[mask.array == 1], inside[mask.array == 1])
    assert np.array_equal(found[mask.array == 0], image.array[mask.array == 0])


def test_controls_steer_pictures_that_begin_with_words(paint: Paint, direct: Paint) -> None:
    control = Control("net", picture(), 0.8)
    steered = direct(
        "ControlNet", control_image=picture().pil(), controlnet_conditioning_scale=0.8, control_guidance_end=1.0, **FULL
    )
    assert np.array_equal(paint(controls=(control,)), steered)
    assert not np.array_equal(steered, paint())
    with pytest.raises(UserError, match="can't start from a picture here"):
        paint(image=picture(), controls=(control,))


def test_prompts_are_read_to_the_end_or_refused(paint: Paint) -> None:
    assert not np.array_equal(paint(prompt=WORDS * 25), paint(prompt=WORDS * 25 + "x"))
    with pytest.raises(UserError, match="reads at most 512"):
        paint(prompt=WORDS * 90)
    assert paint("short").shape == (64, 64, 3)
    with pytest.raises(UserError, match="reads at most 77 without its T5 text encoder"):
        paint("short", prompt=WORDS * 25)


def test_every_step_is_reported_and_stopping_leaves_no_trace(paint: Paint) -> None:
    before, said = paint(), Said()
    paint(report=said, steps=8)
    notes = list(dict.fromkeys(note for _, note, _ in said.all if note.startswith("step")))
    assert notes == [f"step {number} of 8" for number in range(9)]
    assert sum(preview is not None for _, _, preview in said.all) >= 6
    for stop_after in range(0, len(said.all), 11):
        with pytest.raises(Cancelled):
            paint(report=Said(stop_after), steps=8)
    assert np.array_equal(paint(), before)


@pytest.mark.slow
@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_where_the_weights_lie_changes_no_pixel(paint: Paint, offload: Any) -> None:
    assert np.array_equal(paint(tuning=Tuning(offload=offload)), paint())
