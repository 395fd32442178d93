"""Real models in the worker process, as a run meets them: warm, exact, stopped in time, and not in this process."""

import itertools
import queue
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Size
from nodes.local.gpu import Device
from workflows.gpu_lane import GpuLane
from workflows.lanes import NodeCall
from workflows.packs import Packs, load_packs

pytestmark = pytest.mark.xdist_group("torch")
LONG = 120
FLUX: dict[str, Any] = {
    "prompt": "a red circle", "loras": None, "model": "kl", "size": Size(64, 64), "steps": 4, "guidance": 0.0,
    "negative": "", "seed": 3,
}


class Answers:
    def __init__(self) -> None:
        self.notes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.values: list[Any] = []
        self.ends: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        self.notes.put(note)

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        self.values.append(values[0])

    def done(self, call: int, seconds: float) -> None:
        self.ends.put(None)

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self.values.append(values[0])
        self.ends.put(None)

    def said(self, call: int, message: str, hint: str) -> None: ...

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self.ends.put(error)

    def all_notes(self) -> list[str]:
        return [self.notes.get() for _ in range(self.notes.qsize())]


class Bench:
    def __init__(self, lane: GpuLane, packs: Packs) -> None:
        self.lane = lane
        self._packs = packs
        self._numbers = itertools.count(1)

    def start(self, name: str, **arguments: Any) -> tuple[int, Answers]:
        call, answers = next(self._numbers), Answers()
        self.lane.start(NodeCall(call, self._packs.types[name], arguments, "draft", str, None), answers)
        return call, answers

    def run(self, name: str, **arguments: Any) -> tuple[Any, list[str]]:
        _, answers = self.start(name, **arguments)
        error = answers.ends.get(timeout=LONG)
        if error is not None:
            raise error
        return answers.values[0], answers.all_notes()


@pytest.fixture(scope="module")
def bench(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(tiny_models, home / "models")
    packs = load_packs(entry_points=False)
    lane = GpuLane("gpu:0", packs.spec(), home, device="cpu")
    yield Bench(lane, packs)
    lane.close()


def test_the_second_call_finds_the_model_warm_and_paints_the_same_pixels(bench: Bench) -> None:
    first, notes = bench.run("flux", **FLUX)
    second, later = bench.run("flux", **FLUX)
    assert "Loading kl" in notes and "Loading kl" not in later
    assert bench.lane.warm() == {"kl"}
    assert isinstance(first, Image) and (first.array == second.array).all()


def test_the_worker_paints_what_the_pipeline_paints_here(bench: Bench, shelf: Any, monkeypatch: Any) -> None:
    wanted = {name: FLUX[name] for name in ("prompt", "negative", "size", "steps", "guidance", "seed")}

    def report(done: float, note: str = "", preview: Image | None = None) -> None:
        pass

    painter = Device("cpu", shelf).load("kl", kind="flux", loras=None, report=report)
    here = painter.paint(Painting(**wanted), report)
    there, _ = bench.run("flux", **FLUX)
    # The two processes may use different numbers of threads, which add in different order.
    assert abs(here.array.astype(int) - there.array).max() <= 1


def test_loras_and_upscalers_are_found_in_the_worker(bench: Bench) -> None:
    base, _ = bench.run("flux", **FLUX)
    stack = Lora((LoraPart("one", 0.8), LoraPart("two", 0.5)))
    styled, _ = bench.run("flux", **{**FLUX, "loras": stack})
    assert (base.array != styled.array).any()
    larger, notes = bench.run("upscale", image=styled, model="sharp", factor=0.0)
    assert larger.size == Size(256, 256) and "Loading sharp" in notes
    assert bench.lane.warm() == {"kl", "sharp"}


def test_a_missing_model_is_a_sentence_and_the_worker_stays(bench: Bench) -> None:
    pid = bench.lane.pid
    with pytest.raises(UserError, match='no Flux model called "nothing"'):
        bench.run("flux", **{**FLUX, "model": "nothing"})
    assert bench.lane.pid == pid


def test_cancel_in_mid_picture_stops_at_once_and_keeps_the_model(bench: Bench) -> None:
    bench.run("flux", **FLUX)
    call, answers = bench.start("flux", **{**FLUX, "steps": 100, "size": Size(256, 256)})
    while not answers.notes.get(timeout=LONG).startswith("step"):
        pass
    started = time.perf_counter()
    bench.lane.cancel(call)
    error = answers.ends.get(timeout=LONG)
    assert isinstance(error, Cancelled)
    assert time.perf_counter() - started < 0.2
    assert "kl" in bench.lane.warm()
