"""Two devices, two workers: they work at the same time, and what one does to itself the other does not notice."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.test_gpu_lane import LONG, PACK, Answers
from workflows.gpu_pool import GpuPool
from workflows.graph import Graph, Node
from workflows.lanes import NodeCall
from workflows.project import Project
from workflows.settings import Home
from workflows.studio import Options, Studio


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("AJAR_DEVICES", "cpu,cpu")
    with Studio.open(Home.open(tmp_path / "home"), [PACK]) as studio:
        yield studio


def pool_of(studio: Studio) -> GpuPool:
    assert isinstance(studio._gpu, GpuPool)
    return studio._gpu


def test_a_worker_that_crashes_or_hangs_costs_only_its_own_call(studio: Studio) -> None:
    pool = pool_of(studio)
    types = studio.packs.types

    def start(number: int, name: str) -> Answers:
        answers = Answers()
        pool.start(NodeCall(number, types[f"toy_gpu/{name}"], {}, "draft", lambda: "", None), answers)
        return answers

    hanging = start(1, "polite")  # goes on until it is stopped
    hanging.first_progress.get(timeout=LONG)
    crashing = start(2, "crash")
    error, _ = crashing.end()
    assert "stopped in the middle" in str(error)
    first, second = pool.pids
    assert first is not None and second is None and hanging.ends.empty()

    after = start(3, "where")  # the place of the one that crashed is taken by a new one
    assert after.end() == (None, "")
    assert pool.pids[0] == first and pool.pids[1] is not None
    pool.cancel(1)
    error, _ = hanging.end()
    assert type(error).__name__ == "Cancelled"


def test_nodes_of_one_run_are_spread_over_the_devices(studio: Studio, tmp_path: Path) -> None:
    graph = Graph({f"n{number}": Node("toy_gpu/where", {}, take=number) for number in range(4)})
    prepared = studio.plan(graph, Project(tmp_path, "p"), Options())
    run = studio.start(prepared, lambda event: None)
    assert run.wait(LONG).status == "done"
    assert None not in pool_of(studio).pids
    started = time.monotonic()
    studio.close()
    assert time.monotonic() - started < 5
