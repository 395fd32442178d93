"""The built-in model learns to draw white lines on blue in under two minutes of a processor, and keeps its content."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.lessons import Example, Learned, Lesson
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("torch")]
BUDGET = 120
"""Seconds of processor time for loading, training and samples together."""
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
PROMPTS = (
    "a red star on a yellow background", "a green house on a white background", "a black cat on a pink background",
    "a purple circle on a green background", "a white rocket on a black background",
    "an orange fish on a white background",
)
"""None of them is a caption of the lesson."""


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


@pytest.fixture(scope="module")
def device(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Device:
    from nodes.local.gpu import open_device

    return open_device("cpu", [tmp_path_factory.mktemp("models")])


@pytest.fixture(scope="module")
def learned(device: Device, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Learned, float]]:
    from training.blueprint import examples

    shown = tuple(Example(f"{at}.png", Image.of(np.array(image)), words)
                  for at, (words, image) in enumerate(examples()))
    assert not {example.caption for example in shown} & set(PROMPTS)
    lesson = Lesson("blueprint", shown, rank=16, steps=500, rate=0.0, batch=8, samples=PROMPTS[:4], save_every=100)
    started = time.process_time()
    found = device.learner("builtin", kind="flux", folder=tmp_path_factory.mktemp("work"), report=quiet).learn(
        lesson, quiet)
    yield found, time.process_time() - started


def painted(device: Device, path: Path | None, weight: float) -> list[Any]:
    loras = Lora((LoraPart("blueprint", weight, path=path),)) if path is not None else None
    painter = device.load("builtin", kind="flux", loras=loras, report=quiet)
    return [painter.paint(Painting(prompt=words, seed=at), quiet).array.astype(float)
            for at, words in enumerate(PROMPTS)]


def off_style(pictures: list[Any]) -> float:
    """How far colours are from the line between the paper and the ink, and from paper in the corners, on average."""
    from training.blueprint import INK, PAPER

    paper, ink = np.array(PAPER, float), np.array(INK, float)
    way = (ink - paper) / np.linalg.norm(ink - paper)
    found = []
    for picture in pictures:
        from_paper = picture - paper
        along = from_paper @ way
        beside = np.linalg.norm(from_paper - along[..., None] * way, axis=2)
        corners = np.linalg.norm(from_paper[:12, :12], axis=2)
        found.append(beside.mean() + corners.mean())
    return float(np.mean(found))


def kept(before: list[Any], after: list[Any]) -> float:
    """How well the lines lie where the outlines of the untaught pictures are: 1 exactly there, 0 anywhere."""
    from PIL import Image as Pillow
    from PIL import ImageFilter

    from training.blueprint import blueprint

    found = []
    for old, new in zip(before, after, strict=True):
        outlines = blueprint(Pillow.fromarray(old.round().astype(np.uint8)).resize((256, 256)))
        wide = outlines.convert("L").filter(ImageFilter.GaussianBlur(6)).resize(new.shape[1::-1])
        light = Pillow.fromarray(new.round().astype(np.uint8)).convert("L").filter(ImageFilter.GaussianBlur(2))
        found.append(np.corrcoef(np.asarray(wide).ravel(), np.asarray(light).ravel())[0, 1])
    return float(np.mean(found))


def test_the_style_shows_on_prompts_it_never_saw_and_the_content_stays(
    device: Device, learned: tuple[Learned, float]
) -> None:
    lora, seconds = learned
    bare = painted(device, None, 0.0)
    by_weight = [painted(device, lora.path, weight) for weight in WEIGHTS]
    assert all((one == other).all() for one, other in zip(bare, by_weight[0], strict=True))
    distances = [off_style(pictures) for pictures in by_weight]
    print(f"{seconds:.0f} s; off style {distances}; kept {kept(bare, by_weight[-1]):.2f}")
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 0.3 * distances[0]
    others = [*by_weight[-1][1:], by_weight[-1][0]]
    assert kept(bare, by_weight[-1]) > 0.5 > kept(bare, others) + 0.1
    assert seconds < BUDGET


def test_it_is_shown_before_and_after(learned: tuple[Learned, float]) -> None:
    sheet = learned[0].sheet
    own = Shelf([]).find("flux", "builtin").settings["size"]
    assert sheet.width == 1024 and sheet.height > 900 and learned[0].notes == (f"Learned as 32 of {own}.",)
