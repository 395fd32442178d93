"""Two runs of one process that want the same paid work."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ajar.errors import Refused
from tests.money.emulator import Toys
from workflows import format
from workflows.allowance import Allowance
from workflows.events import RunWarning
from workflows.journal import look
from workflows.project import find
from workflows.run import Run
from workflows.settings import Home
from workflows.studio import Options, Studio

PACK = Path(__file__).parent / "toys.py"
FILM = {"ajar": 1, "nodes": {"film": {"type": "toys/film", "inputs": {"text": "a boat"}}}}


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Toys]:
    with Toys(job_seconds=1.0).start() as playing:
        monkeypatch.setenv("AJAR_TOY_URL", playing.base)
        monkeypatch.setenv("AJAR_TOY_KEY", playing.key)
        monkeypatch.setenv("AJAR_KEYRING", "off")
        yield playing


@pytest.fixture
def studio(emulator: Toys, tmp_path: Path) -> Iterator[Studio]:
    with Studio.open(Home.open(tmp_path / "home"), [PACK]) as made:
        yield made


def begin(studio: Studio, tmp_path: Path, said: list[str], nodes: object = FILM) -> Run:
    options = Options(allowance=Allowance(None, True))
    prepared = studio.plan(format.read(json.dumps(nodes).encode()), find(tmp_path / "g.json"), options)
    return studio.start(prepared, lambda event: said.append(event.message) if isinstance(event, RunWarning) else None)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_run_that_is_stopped_leaves_the_order_to_the_other_that_wants_it(
        studio: Studio, emulator: Toys, tmp_path: Path) -> None:
    said: list[str] = []
    first = begin(studio, tmp_path, said)
    until(lambda: [entry.state for entry in look(studio.home)] == ["submitted"])
    second = begin(studio, tmp_path, [])
    time.sleep(0.2)
    first.cancel()
    assert first.wait(5).status == "cancelled"
    assert second.wait(10).status == "done"
    assert emulator.paid == 1 and not any(job.stopped for job in emulator.jobs.values())


def test_a_run_that_is_stopped_says_what_that_costs_before_it_ends(
        studio: Studio, emulator: Toys, tmp_path: Path) -> None:
    emulator.job_seconds = 60
    said: list[str] = []
    run = begin(studio, tmp_path, said)
    until(lambda: [entry.state for entry in look(studio.home)] == ["submitted"])
    run.cancel()
    assert run.wait(5).status == "cancelled"
    assert any("was asked to stop" in message for message in said), said


def test_two_nodes_with_equal_orders_pay_once_and_two_takes_pay_twice(
        studio: Studio, emulator: Toys, tmp_path: Path) -> None:
    film = FILM["nodes"]["film"]  # type: ignore[index]
    two = {"ajar": 1, "nodes": {"a": film, "b": film}}
    assert begin(studio, tmp_path, [], two).wait(10).status == "done"
    assert emulator.paid == 1
    take = {"ajar": 1, "nodes": {"a": {**film, "take": 1}}}
    assert begin(studio, tmp_path, [], take).wait(10).status == "done"
    assert emulator.paid == 2


def test_the_same_graph_at_another_stand_in_is_other_work(
        studio: Studio, emulator: Toys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert begin(studio, tmp_path, []).wait(10).status == "done"
    with Toys(job_seconds=0.1).start() as other:
        monkeypatch.setenv("AJAR_TOY_URL", other.base)
        assert begin(studio, tmp_path, []).wait(10).status == "done"
        assert (emulator.paid, other.paid) == (1, 1)
    monkeypatch.setenv("AJAR_TOY_URL", emulator.base)
    summary = begin(studio, tmp_path, []).wait(10)
    assert (summary.cached, emulator.paid) == (1, 1)


def test_a_cap_that_stops_a_run_in_its_middle_is_a_refusal_not_a_fault(
        studio: Studio, emulator: Toys, tmp_path: Path) -> None:
    (tmp_path / "ajar.toml").write_text("[caps]\nrun = 0.7\n", "utf-8")
    film = FILM["nodes"]["film"]  # type: ignore[index]
    other = {**film, "inputs": {"text": "a train"}}
    summary = begin(studio, tmp_path, [], {"ajar": 1, "nodes": {"a": film, "b": other}}).wait(10)
    assert isinstance(summary.error, Refused) and "this run" in summary.error.message
    assert (summary.ran, summary.failed, emulator.paid) == (1, 1, 1)
