"""A real Flux pipeline with random weights: seeds, sizes, LoRAs, previews and stopping."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Size
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from nodes.local.site import Site
from tests.nodes.local.model_files import write_file, write_flux_folder

pytestmark = pytest.mark.xdist_group("torch")

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

    @property
    def steps(self) -> list[str]:
        """The notes, each once."""
        return list(dict.fromkeys(note for _, note, _ in self.all if note.startswith("step")))


@pytest.fixture(scope="module")
def device(shelf: Shelf) -> Device:
    return Device("cpu", shelf)


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    """Paint with the tiny model, 64 pixels and 4 steps unless said otherwise; gives the array."""

    def paint(model: str = "kl", loras: tuple[tuple[str, float], ...] = (), **changes: Any) -> Any:
        parts = Lora(tuple(LoraPart(name, weight) for name, weight in loras)) if loras else None
        painter = device.load(model, kind="flux", loras=parts, report=Said())
        report = changes.pop("report", None) or Said()
        wanted = {"prompt": "a red circle", "size": Size(64, 64), "steps": 4, "seed": 3, **changes}
        return painter.paint(Painting(**wanted), report).array

    return paint


def differ(one: Any, other: Any) -> bool:
    return bool((one != other).any())


def test_the_same_seed_gives_the_same_pixels_and_another_does_not(paint: Paint) -> None:
    first = paint()
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert not differ(first, paint())
    assert differ(first, paint(seed=4)) and differ(first, paint(prompt="a blue square"))
    assert not differ(first, paint(seed=3))
    assert paint(seed=2**63 - 1).shape == (64, 64, 3)


def test_sizes_that_do_not_fit_are_sentences_with_a_size_that_does(paint: Paint) -> None:
    assert paint(size=Size(48, 80)).shape == (80, 48, 3)
    with pytest.raises(UserError, match="multiples of 16") as caught:
        paint(size=Size(60, 64))
    assert "64x64" in caught.value.hint
    with pytest.raises(UserError, match="at most 4096") as caught:
        paint(size=Size(8192, 64))
    assert "upscale" in caught.value.hint


def test_a_models_own_size_steps_and_guidance_are_taken_from_its_row(shelf: Shelf) -> None:
    from nodes.local.families import flux

    entry = shelf.find("flux", "tiny")
    own = {**entry.settings, "size": "48x64", "steps": 3, "guidance": 3.0, "guidance_by": "true_cfg", "sequence": 16,
           "precision": "float32"}
    painter = flux.load(replace(entry, settings=own), Site("cpu"))
    said = Said()
    plain = Painting(prompt="a red circle", seed=1)
    image = painter.paint(plain, said)
    assert image.size == Size(48, 64) and said.steps == [f"step {n} of 3" for n in range(4)]
    other = painter.paint(replace(plain, negative="blue"), said)
    more = painter.paint(replace(plain, guidance=6.0), said)
    assert differ(image.array, other.array) and differ(image.array, more.array)


def test_a_negative_prompt_is_refused_where_it_would_change_nothing(paint: Paint) -> None:
    with pytest.raises(UserError, match="no negative prompt"):
        paint(negative="blue")


@pytest.mark.parametrize("model", ["kl", "tiny"])
def test_every_step_is_reported_and_previews_look_like_a_small_picture(paint: Paint, model: str) -> None:
    said = Said()
    paint(model, steps=12, report=said)
    assert said.steps == [f"step {number} of 12" for number in range(13)]
    assert [done for done, _, _ in said.all] == sorted(done for done, _, _ in said.all)
    previews = [preview for _, _, preview in said.all if preview is not None]
    assert len(previews) == 10 and {preview.width for preview in previews} == {32}


def test_stopping_works_inside_a_step_and_leaves_the_model_usable(paint: Paint) -> None:
    before = paint()
    said = Said()
    paint(report=said)
    for stop_after in range(0, len(said.all), 3):
        with pytest.raises(Cancelled):
            paint(report=Said(stop_after))
    assert len(said.all) > 4 * 3  # there are places to stop at between the steps
    assert not differ(before, paint())


def test_loras_change_the_picture_by_weight_and_weight_zero_is_the_base_exactly(paint: Paint) -> None:
    base = paint()
    full, half = paint(loras=(("one", 1.0),)), paint(loras=(("one", 0.5),))
    assert differ(base, full) and differ(base, half) and differ(full, half)
    assert not differ(base, paint(loras=(("one", 0.0),)))
    assert not differ(base, paint())
    assert not differ(full, paint(loras=(("one", 1.0),)))


def test_loras_stack_and_the_same_one_twice_counts_twice(paint: Paint) -> None:
    both = paint(loras=(("one", 0.7), ("two", 0.3)))
    assert differ(both, paint(loras=(("one", 0.7),))) and differ(both, paint(loras=(("two", 0.3),)))
    assert not differ(both, paint(loras=(("one", 0.7), ("two", 0.3))))
    assert not differ(paint(loras=(("one", 1.0),)), paint(loras=(("one", 0.25), ("one", 0.75))))
    assert not differ(paint(), paint(loras=(("one", 1.0), ("one", -1.0))))


def test_the_scale_that_a_lora_was_saved_with_counts(paint: Paint) -> None:
    """The same weights with twice the alpha work like twice the weight."""
    assert not differ(paint(loras=(("strong", 0.5),)), paint(loras=(("one", 1.0),)))


def test_a_lora_for_another_model_is_a_sentence_and_the_model_stays_as_it_was(
    paint: Paint, tiny_models: Path
) -> None:
    base, styled = paint(), paint(loras=(("one", 1.0),))
    write_file(tiny_models / "foreign.safetensors", {"foo.lora_A.weight": (4, 4), "foo.lora_B.weight": (4, 4)})
    block = "transformer.transformer_blocks.0.attn.to_q"
    layers = {f"{block}.lora_A.weight": (4, 999), f"{block}.lora_B.weight": (999, 4)}
    write_file(tiny_models / "large.safetensors", layers)
    for name in ("foreign", "large"):
        with pytest.raises(UserError, match="not made for this model"):
            paint(loras=((name, 1.0),))
    with pytest.raises(UserError, match='no LoRA called "none"'):
        paint(loras=(("none", 1.0),))
    assert not differ(base, paint())
    assert not differ(styled, paint(loras=(("one", 1.0),)))


def test_a_warm_model_is_not_loaded_again_until_its_files_change(tiny_models: Path, shelf: Shelf) -> None:
    device, said = Device("cpu", shelf), Said()
    first = device.load("tiny", kind="flux", loras=None, report=said)
    assert device.load("TINY", kind="flux", loras=None, report=said) is first
    assert [note for _, note, _ in said.all] == ["Loading tiny"] and device.warm() == ["tiny"]
    index = tiny_models / "tiny" / "model_index.json"
    index.write_text(index.read_text() + "\n")
    assert device.load("tiny", kind="flux", loras=None, report=said) is not first
    assert len(said.all) == 2


def test_the_longest_unused_model_goes_when_there_is_no_room(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device("cpu", shelf)
    first = device.load("kl", kind="flux", loras=None, report=Said())
    monkeypatch.setattr(device, "_allowed", lambda: first.bytes + 1)
    device.load("tiny", kind="flux", loras=None, report=Said())
    assert device.warm() == ["tiny"]


def test_full_memory_lets_all_models_go_and_says_so(shelf: Shelf) -> None:
    device = Device("cpu", shelf)
    device.load("tiny", kind="flux", loras=None, report=Said())
    explained = device.explained(MemoryError())
    assert isinstance(explained, UserError) and "smaller" in explained.hint and device.warm() == []
    other = KeyError("x")
    assert device.explained(other) is other


def test_weights_that_do_not_fit_their_configuration_are_a_sentence(tmp_path: Path, tiny_models: Path) -> None:
    fake = write_flux_folder(tmp_path / "fake")
    for part in ("text_encoder", "text_encoder_2", "transformer", "vae"):
        shutil.copy(tiny_models / "kl" / part / "config.json", fake / part / "config.json")
    for part in ("scheduler", "tokenizer", "tokenizer_2"):
        shutil.copytree(tiny_models / "kl" / part, fake / part, dirs_exist_ok=True)
    with pytest.raises(UserError, match="incomplete"):
        Device("cpu", Shelf([tmp_path])).load("fake", kind="flux", loras=None, report=Said())


def test_a_missing_package_says_what_to_install(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError("No module named 'spandrel'", name="spandrel")

    monkeypatch.setattr("nodes.local.gpu.importlib.import_module", missing)
    with pytest.raises(UserError, match='need the package "spandrel"') as caught:
        Device("cpu", shelf).load("sharp", kind="upscale", loras=None, report=Said())
    assert "ajar[upscale]" in caught.value.hint
