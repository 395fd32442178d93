"""The worker process: values both ways, prints, crashes, hangs, kills, cancels; the app is never harmed."""

import itertools
import os
import queue
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from ajar.errors import AjarError, Cancelled, UserError
from ajar.values import Image
from workflows.gpu_lane import GpuLane
from workflows.lanes import NodeCall
from workflows.packs import Packs, load_packs

PACK = Path(__file__).with_name("toy_gpu.py")
LONG = 30


class Answers:
    """A Reply that keeps what it is told."""

    def __init__(self) -> None:
        self.progressed: list[tuple[float, str, Any]] = []
        self.values: list[tuple[Any, ...]] = []
        self.ends: queue.SimpleQueue[tuple[Any, str]] = queue.SimpleQueue()
        self.first_progress = queue.SimpleQueue[None]()

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        self.progressed.append((done, note, preview))
        self.first_progress.put(None)

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        self.values.append(values)

    def done(self, call: int, seconds: float) -> None:
        self.ends.put((None, ""))

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self.values.append(values)
        self.ends.put((None, ""))

    def said(self, call: int, message: str, hint: str) -> None: ...

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self.ends.put((error, detail))

    def end(self) -> tuple[Any, str]:
        return self.ends.get(timeout=LONG)


class Bench:
    """A lane with the toys on it."""

    def __init__(self, home: Path, packs: Packs) -> None:
        self.lane = GpuLane("gpu:0", packs.spec(), home, device="cpu")
        self.home = home
        self._types = packs.types
        self._numbers = itertools.count(1)

    def start(self, name: str, **arguments: Any) -> tuple[int, Answers]:
        answers = Answers()
        call = next(self._numbers)
        self.lane.start(
            NodeCall(call, self._types[f"toy_gpu/{name}"], arguments, "draft", lambda: "{about}", self.save), answers
        )
        return call, answers

    def run(self, name: str, **arguments: Any) -> Any:
        _, answers = self.start(name, **arguments)
        error, _ = answers.end()
        if error is not None:
            raise error
        return answers.values[0][0] if len(answers.values) == 1 else [values[0] for values in answers.values]

    def save(self, data: bytes | Path, suffix: str) -> Path:
        path = self.home / f"saved{suffix}"
        path.write_bytes(data if isinstance(data, bytes) else data.read_bytes())
        return path

    @property
    def process(self) -> psutil.Process:
        assert self.lane.pid is not None
        return psutil.Process(self.lane.pid)


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs([PACK], entry_points=False)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[Bench]:
    """One lane for all tests: each finds a working one, whatever the one before did to it."""
    found = Bench(tmp_path_factory.mktemp("home"), packs)
    yield found
    found.lane.close()


def test_a_node_runs_in_another_process_without_torch_and_the_process_stays(bench: Bench) -> None:
    first, second = bench.run("where"), bench.run("where")
    pid, device, stage, torch = first.split()
    assert first == second
    assert (int(pid), device, stage, torch) == (bench.lane.pid, "cpu", "draft", "False")
    assert int(pid) != os.getpid()


def test_the_process_gets_no_keys(tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AJAR_KLING_KEY", "OPENAI_API_KEY", "REPLICATE_API_TOKEN", "HF_SECRET"):
        monkeypatch.setenv(name, "canary-0123456789abcdef")
    bench = Bench(tmp_path, packs)
    try:
        bench.run("where")
        assert "PATH" in bench.process.environ()
        assert "canary-0123456789abcdef" not in bench.process.environ().values()
    finally:
        bench.lane.close()


def test_large_pictures_go_both_ways_unchanged(bench: Bench) -> None:
    array = np.random.default_rng(0).integers(0, 256, (2000, 3000, 3)).astype(np.uint8)
    found = bench.run("invert", image=Image.of(array, b"profile"))
    assert (found.array == 255 - array).all() and found.profile == b"profile"
    assert [path for path in (bench.home / "tmp").rglob("*") if path.is_file()] == []


def test_what_libraries_print_harms_nobody_and_is_in_the_log(bench: Bench) -> None:
    assert bench.run("noisy", text="x") == "x"
    assert bench.run("noisy", text="y") == "y"
    assert "so does its C code" in (bench.home / "logs" / "worker-gpu-0.log").read_text()


def test_a_persons_mistake_is_its_own_words_and_a_bug_keeps_its_traceback(bench: Bench) -> None:
    with pytest.raises(UserError, match=r"It can't be done\.") as caught:
        bench.run("refuse")
    assert caught.value.hint == "Do something else."
    _, answers = bench.start("break_")
    error, detail = answers.end()
    assert type(error).__name__ == "KeyError" and not isinstance(error, AjarError)
    assert "deep inside" in str(error) and "in break_" in detail
    _, answers = bench.start("quit_")
    assert type(answers.end()[0]).__name__ == "SystemExit"
    assert bench.run("noisy", text="still here") == "still here"


def test_a_value_that_cannot_travel_is_a_sentence(bench: Bench) -> None:
    with pytest.raises(AjarError, match="can't travel"):
        bench.run("opaque")
    with pytest.raises(AjarError, match="can't travel"):
        bench.run("noisy", text=object())
    assert bench.run("noisy", text="z") == "z"


@pytest.mark.parametrize("code", [0, 7])
def test_a_crash_fails_the_call_and_the_next_call_gets_a_new_worker(bench: Bench, code: int) -> None:
    _, answers = bench.start("crash", code=code)
    error, detail = answers.end()
    assert isinstance(error, UserError) and f"exit code {code}" in error.message and error.hint
    assert "last words of the library" in detail
    assert bench.run("noisy", text="again") == "again"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_kill_in_mid_call_fails_it_and_a_kill_between_calls_is_not_even_noticed(bench: Bench) -> None:
    _, answers = bench.start("polite")
    answers.first_progress.get(timeout=LONG)
    bench.process.send_signal(signal.SIGKILL)
    error, _ = answers.end()
    assert "signal 9" in error.message
    bench.run("noisy", text="a")
    process = bench.process
    process.send_signal(signal.SIGKILL)
    process.wait(5)
    assert bench.run("noisy", text="b") == "b"


def test_a_cooperative_node_stops_within_a_fifth_of_a_second_and_the_worker_stays(bench: Bench) -> None:
    pid = bench.run("where").split()[0]
    call, answers = bench.start("polite")
    answers.first_progress.get(timeout=LONG)
    started = time.perf_counter()
    bench.lane.cancel(call)
    error, _ = answers.end()
    assert time.perf_counter() - started < 0.2
    assert isinstance(error, Cancelled)
    assert bench.run("where").split()[0] == pid


def test_a_node_that_ignores_cancel_is_killed_after_two_seconds(bench: Bench) -> None:
    call, answers = bench.start("hang")
    answers.first_progress.get(timeout=LONG)
    started = time.perf_counter()
    bench.lane.cancel(call)
    error, _ = answers.end()
    assert 1.5 < time.perf_counter() - started < 4
    assert isinstance(error, Cancelled)
    assert bench.run("noisy", text="new") == "new"


def test_a_call_cancelled_before_it_begins_never_runs(bench: Bench) -> None:
    first, answers = bench.start("polite")
    second, waiting = bench.start("crash")
    bench.lane.cancel(second)
    answers.first_progress.get(timeout=LONG)
    bench.lane.cancel(first)
    assert isinstance(answers.end()[0], Cancelled)
    assert isinstance(waiting.end()[0], Cancelled)
    assert bench.run("noisy", text="alive") == "alive"


def test_a_stream_gives_its_items_as_they_come_also_before_it_fails(bench: Bench) -> None:
    assert bench.run("three") == [0, 1, 2]
    _, answers = bench.start("three", fail=True)
    error, _ = answers.end()
    assert isinstance(error, UserError) and answers.values == [(0,), (1,)]


def test_previews_are_small_and_a_flood_of_progress_is_thinned(bench: Bench) -> None:
    _, answers = bench.start("previewing")
    assert answers.end()[0] is None
    (_, _, preview), (done, note, _) = answers.progressed
    assert max(preview.width, preview.height) <= 512 and (done, note) == (1.0, "whole")
    _, answers = bench.start("flood")
    assert answers.end()[0] is None
    assert len(answers.progressed) < 100


def test_a_node_that_writes_saves_in_the_app_with_its_provenance(bench: Bench) -> None:
    path = bench.run("write", content="ünd")
    assert path == bench.home / "saved.txt"
    assert path.read_text("utf-8") == "ünd{about}"


def test_a_large_file_is_saved_by_its_path(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "made").write_bytes(bytes(3_000_000))
    assert bench.run("copy_out", file=str(tmp_path / "made")).stat().st_size == 3_000_000


def test_closing_ends_the_worker_and_leaves_no_files(tmp_path: Path, packs: Packs) -> None:
    bench = Bench(tmp_path, packs)
    bench.run("where")
    process = bench.process
    started = time.perf_counter()
    bench.lane.close()
    process.wait(5)
    assert time.perf_counter() - started < 3
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_worker_ends_when_the_app_is_gone(tmp_path: Path, packs: Packs) -> None:
    bench = Bench(tmp_path, packs)
    _, answers = bench.start("hang")
    answers.first_progress.get(timeout=LONG)
    process = bench.process
    assert bench.lane._process is not None and bench.lane._process.program.stdin is not None
    bench.lane._process.program.stdin.close()
    process.wait(5)
    assert isinstance(answers.end()[0], UserError)
    assert list((tmp_path / "tmp").iterdir()) == []
    bench.lane.close()


def test_preparing_starts_the_worker_early(tmp_path: Path, packs: Packs) -> None:
    bench = Bench(tmp_path, packs)
    bench.lane.prepare([])
    until = time.monotonic() + LONG
    while bench.lane.pid is None and time.monotonic() < until:
        time.sleep(0.01)
    pid = bench.lane.pid
    assert bench.run("where").split()[0] == str(pid)
    bench.lane.close()


def test_a_worker_that_dies_while_it_is_prepared_is_not_even_noticed(tmp_path: Path, packs: Packs) -> None:
    bench = Bench(tmp_path, packs)
    bench.lane.prepare([])
    until = time.monotonic() + LONG
    while (process := bench.lane._process) is None and time.monotonic() < until:
        time.sleep(0.001)
    assert process is not None
    process.program.kill()
    assert bench.run("where")
    bench.lane.close()


def test_a_worker_that_cannot_start_is_a_sentence(tmp_path: Path, packs: Packs) -> None:
    (tmp_path / "tmp").write_text("in the way")
    bench = Bench(tmp_path, packs)
    with pytest.raises(AjarError, match="can't be started"):
        bench.run("where")
    bench.lane.close()
