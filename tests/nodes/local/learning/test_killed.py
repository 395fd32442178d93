"""A training in the real worker process: killed in the middle it goes on, and its LoRA is used at once."""

import itertools
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.values import Image, Size
from tests.nodes.local.test_worker import Answers
from workflows.gpu_lane import GpuLane
from workflows.lanes import NodeCall
from workflows.packs import Packs, load_packs

pytestmark = pytest.mark.xdist_group("torch")
LONG = 120
TRAIN: dict[str, Any] = {
    "folder": None, "captions": None, "model": "tiny", "name": "mine", "trigger": "zq", "steps": 40, "rank": 4,
    "learning_rate": 0.003, "batch": 1, "resolution": 64, "parts": "attention", "caption_dropout": 0.0, "samples": "",
    "save_every": 10, "seed": 0,
}


class Seen(Answers):
    """Answers that also keep the previews and all that a node gives."""

    def __init__(self) -> None:
        super().__init__()
        self.previews: list[Image] = []
        self.given: tuple[Any, ...] = ()

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        super().value(call, values)
        self.given = values

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        super().progress(call, done, note, preview)
        if preview is not None:
            self.previews.append(preview)


class Desk:
    """Calls nodes in one worker."""

    def __init__(self, lane: GpuLane, packs: Packs) -> None:
        self.lane = lane
        self._packs = packs
        self._numbers = itertools.count(1)

    def start(self, node: str, inputs: dict[str, Any]) -> tuple[int, Seen]:
        call, seen = next(self._numbers), Seen()
        self.lane.start(NodeCall(call, self._packs.types[node], inputs, "draft", str, None), seen)
        return call, seen

    def run(self, node: str, inputs: dict[str, Any]) -> Seen:
        _, seen = self.start(node, inputs)
        error = ended(seen)
        if error is not None:
            raise error
        return seen


@pytest.fixture(scope="module")
def home(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(tiny_models, home / "models")
    return home


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    packs = load_packs(entry_points=False)
    lane = GpuLane("gpu:0", packs.spec(), home, device="cpu")
    yield Desk(lane, packs)
    lane.close()


def inputs(**changes: Any) -> dict[str, Any]:
    drawn = np.random.default_rng(0)
    images = [Image.of(drawn.integers(0, 256, (64, 64, 3), np.uint8)) for _ in range(3)]
    return {**TRAIN, "images": images, **changes}


def wait_for_step(answers: Answers, step: int) -> None:
    while True:
        note = answers.notes.get(timeout=LONG)
        if note.startswith("step") and int(note.split()[1]) >= step:
            return


def ended(answers: Answers) -> BaseException | None:
    return answers.ends.get(timeout=LONG)


def test_killed_and_cancelled_and_run_again_it_ends_where_an_unbroken_one_ends(desk: Desk, home: Path) -> None:
    _, seen = desk.start("train_flux_lora", inputs())
    wait_for_step(seen, 15)
    assert desk.lane.pid is not None
    os.kill(desk.lane.pid, signal.SIGKILL)
    assert isinstance(ended(seen), UserError)

    call, seen = desk.start("train_flux_lora", inputs())
    wait_for_step(seen, 25)
    desk.lane.cancel(call)
    assert isinstance(ended(seen), Cancelled)
    alive = desk.lane.pid

    broken, _, notes = desk.run("train_flux_lora", inputs()).given
    resumed = broken.parts[0].path.read_bytes()
    assert int(notes.rpartition("Went on after step ")[2].rstrip(".")) >= 25
    shutil.rmtree(home / "trainings")
    seen = desk.run("train_flux_lora", inputs(samples="zq", save_every=20))  # looking on changes nothing
    whole, sheet, notes = seen.given
    assert "Went on" not in notes and whole.parts[0].path.read_bytes() == resumed
    assert len(seen.previews) >= 2 and all(preview.width == 512 for preview in seen.previews)
    assert sheet.width == 1024 and "no caption" in notes
    assert desk.lane.pid == alive  # a cancel does not cost the worker

    paint = {
        "prompt": "zq", "model": "tiny", "size": Size(64, 64), "steps": 2, "guidance": 0.0, "negative": "", "seed": 3,
    }
    styled, base = (desk.run("flux", {**paint, "loras": loras}).values[0] for loras in (whole, None))
    assert (styled.array != base.array).any()
    saved = desk.run("save_lora", {"lora": whole, "name": "", "into": "models folder"}).values[0]
    assert saved == home / "models" / "loras" / "mine.safetensors" and saved.read_bytes() == resumed
