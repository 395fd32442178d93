"""Where weights lie changes no pixel: every strategy, with and without a LoRA, and one after the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.fits import STRATEGIES, Strategy
from ajar.painting import Painting
from ajar.plain import Offload, Size, Tuning
from ajar.values import Image, Lora, LoraPart
from nodes.local.gpu import Device

pytestmark = [
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # of diffusers' schedulers
]
WANTED = Painting(prompt="a red circle", size=Size(64, 64), steps=2, seed=3)
AGAIN: tuple[Strategy, ...] = ("resident", "parts")


def quiet(done: float, note: str, preview: Any) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module", params=["flux", "sdxl", "wan"])
def pipe(request: pytest.FixtureRequest, tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A tiny pipeline of a real class, in main memory."""
    import diffusers

    from tests.nodes.local import tiny_sd, tiny_wan

    folder = tmp_path_factory.mktemp("placed")
    path = {
        "flux": lambda: tiny_models / "kl", "sdxl": lambda: tiny_sd.write_sdxl(folder / "sdxl"),
        "wan": lambda: tiny_wan.write_wan(folder / "wan", experts=True),
    }[request.param]()
    found = diffusers.DiffusionPipeline.from_pretrained(path, local_files_only=True)
    found.set_progress_bar_config(disable=True)
    return found


def made_by(pipe: Any) -> Any:
    import torch

    torch.set_num_threads(1)
    size = {"num_frames": 5} if "Wan" in type(pipe).__name__ else {}
    found = pipe("ab", height=64, width=64, num_inference_steps=2, output_type="np",
                 generator=torch.Generator("cpu").manual_seed(1), **size)
    return (found.frames if size else found.images)[0]


def test_every_strategy_gives_the_same_pixels(pipe: Any, tmp_path: Path) -> None:
    from nodes.local import placing

    bare = made_by(pipe)
    for strategy in (*STRATEGIES, *AGAIN):
        placing.place(pipe, "cpu", strategy, tmp_path)
        assert np.array_equal(made_by(pipe), bare), strategy
    placing.lift(pipe)
    assert np.array_equal(made_by(pipe), bare)
    assert not list(tmp_path.rglob("*.safetensors"))  # what waited on the disk is gone


def test_weights_that_wait_on_the_disk_are_not_in_memory(pipe: Any, tmp_path: Path) -> None:
    from nodes.local import placing

    before = {name: sum(weight.nbytes for weight in part.parameters()) for name, part in placing.parts_of(pipe)}
    placing.place(pipe, "cpu", "disk", tmp_path)
    for name in before:
        stored = sum(file.stat().st_size for file in tmp_path.rglob("*.safetensors") if name in file.parts)
        assert stored > before[name] * 0.9, name
    placing.lift(pipe)


def test_the_ladder_ends(tiny_models: Path, tmp_path: Path) -> None:
    import diffusers

    from nodes.local import placing

    pipe = diffusers.DiffusionPipeline.from_pretrained(tiny_models / "kl", local_files_only=True)
    placing.place(pipe, "cpu", "resident", tmp_path)
    assert placing.lower(pipe, "cpu", "resident", tmp_path) == "disk"
    assert placing.lower(pipe, "cpu", "disk", tmp_path) is None


def test_a_large_picture_is_decoded_in_tiles_and_the_next_small_one_is_not(tiny_models: Path) -> None:
    import diffusers

    from nodes.local import placing

    pipe = diffusers.DiffusionPipeline.from_pretrained(tiny_models / "kl", local_files_only=True)
    placing.tile(pipe, 2048, 2048)
    assert pipe.vae.use_tiling
    placing.tile(pipe, 1024, 1024)
    assert not pipe.vae.use_tiling


@pytest.fixture
def device(tiny_models: Path, shelf: Any, tmp_path: Path) -> Iterator[Device]:
    yield Device("cpu", shelf, tmp_path)


@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_a_tuning_places_a_model_and_loras_work_on_it(device: Device, offload: Offload) -> None:
    lora = Lora((LoraPart("one", 1.0),))

    def painted(loras: Lora | None, tuning: Tuning | None) -> Any:
        return device.load("kl", kind="flux", loras=loras, report=quiet, tuning=tuning).paint(WANTED, quiet).array

    tuning = Tuning(offload=offload)
    plain, worn = painted(None, None), painted(lora, None)
    assert not np.array_equal(plain, worn)
    assert np.array_equal(painted(None, tuning), plain)
    assert np.array_equal(painted(lora, tuning), worn)
    assert np.array_equal(painted(None, tuning), plain)


def test_where_the_memory_was_not_enough_it_goes_on_with_less(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    painter = device.load("kl", kind="flux", loras=None, report=quiet)
    large = replace(WANTED, size=Size(192, 192))
    bare = painter.paint(large, quiet).array
    forward = painter.pipe.transformer.forward
    tries: list[str] = []

    def short(*arguments: Any, **named: Any) -> Any:
        tries.append(painter.strategy)
        if painter.strategy == "resident" and named["hidden_states"].shape[1] > 16:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(*arguments, **named)

    monkeypatch.setattr(painter.pipe.transformer, "forward", short)
    notes: list[str] = []
    found = painter.paint(large, lambda done, note, preview: notes.append(note)).array
    assert np.array_equal(found, bare) and painter.strategy == "disk"
    assert any("trying again with its weights on the disk" in note for note in notes)
    assert any(note.endswith("all of it in memory") for note in notes)  # said before, as it was reckoned
    tries.clear()
    assert np.array_equal(painter.paint(large, quiet).array, bare)
    assert "resident" not in tries  # what was too much once is not tried again
    painter.paint(WANTED, quiet)
    assert painter.strategy == "resident"  # and what needs less is


def test_a_picture_painted_anew_goes_on_with_less_too(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    painter = device.load("kl", kind="flux", loras=None, report=quiet, tuning=Tuning(offload="parts"))
    again = replace(WANTED, image=Image.of(np.full((64, 64, 3), 90, np.uint8)), strength=0.9)
    bare = painter.paint(again, quiet).array
    layer = painter.pipe.transformer.x_embedder
    forward = layer.forward

    def short(*arguments: Any, **named: Any) -> Any:
        if painter.strategy == "parts":
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")
        return forward(*arguments, **named)

    monkeypatch.setattr(layer, "forward", short)
    assert np.array_equal(painter.paint(again, quiet).array, bare) and painter.strategy == "disk"
    assert np.array_equal(painter.paint(again, quiet).array, bare)


def test_what_a_call_asks_of_the_memory_is_written_for_the_app(device: Device, tmp_path: Path) -> None:
    device.load("kl", kind="flux", loras=None, report=quiet).paint(WANTED, quiet)
    assert "free: all of it in memory" in (tmp_path / "asked.txt").read_text()


def test_where_nothing_helps_the_error_says_what_was_reckoned(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    painter = device.load("kl", kind="flux", loras=None, report=quiet)

    def full(*arguments: Any, **named: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(painter.pipe.transformer, "forward", full)
    with pytest.raises(MemoryError) as found:
        painter.paint(WANTED, quiet)
    said = str(device.explained(found.value))
    assert said.startswith("The memory of cpu was not enough for this; it was reckoned: ") and "free:" in said
    assert device.warm() == []
