"""Before a run it is said how a model will lie in memory; and after the system ended a worker, what was asked for."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar.fits import ASKED
from nodes.local import devices
from nodes.local.memory import Room
from tests.workflows.test_gpu_lane import PACK, Bench
from workflows.graph import Graph, Node
from workflows.headless import main
from workflows.packs import load_packs
from workflows.project import Project
from workflows.settings import Home
from workflows.studio import Options, Studio

PICTURE = {"picture": Node("flux", {"prompt": "a red circle"})}


def with_card(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    room = Room("cuda:0", "Small Card", megabytes * 2**20, megabytes * 2**20, 2**33, 2**33)
    monkeypatch.setattr(devices, "find_device", lambda: "cuda:0")
    monkeypatch.setattr(devices, "room", lambda device: room)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio.open(Home.open(tmp_path / "home")) as studio:
        yield studio


def test_a_plan_says_how_a_model_fits(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_card(monkeypatch, 100)
    prepared = studio.plan(Graph(PICTURE), Project(tmp_path, "p"), Options())
    [row] = prepared.rows
    assert row.fits is True and row.fit.endswith(" MB of 100 MB free: all of it on the card")
    assert prepared.warnings == () and row.advice == ()


def test_what_will_not_fit_is_a_warning_with_advice(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_card(monkeypatch, 4)
    prepared = studio.plan(Graph(PICTURE), Project(tmp_path, "p"), Options())
    [warning], [row] = prepared.warnings, prepared.rows
    assert (warning.severity, warning.node) == ("warning", "picture")
    assert warning.message.startswith('The model of "picture" does not fit: even with its weights on the disk ')
    assert row.advice and warning.hint == " ".join(row.advice)


def test_of_a_training_it_is_not_said_how_the_model_would_lie_while_it_paints(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    train = Node("train_flux_lora", {"folder": "pictures"})
    [row] = studio.plan(Graph({"train": train}), Project(tmp_path, "p"), Options()).rows
    assert row.model and row.fit == "" and row.fits is None


def test_a_node_without_a_model_here_has_no_fit(studio: Studio, tmp_path: Path) -> None:
    prepared = studio.plan(Graph({"text": Node("seed", {})}), Project(tmp_path, "p"), Options())
    assert all(row.fit == "" and row.fits is None for row in prepared.rows)


def test_the_command_prints_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_card(monkeypatch, 4)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    file = tmp_path / "workflow.json"
    file.write_text(json.dumps({"ajar": 1, "nodes": {"picture": {"type": "flux", "inputs": {"prompt": "x"}}}}))
    assert main(["plan", str(file)]) == 0
    printed = capsys.readouterr()
    assert "\npicture: does not fit: " in printed.out and "warning: The model of" in printed.err
    assert main(["plan", "--json", str(file)]) == 0
    row = json.loads(capsys.readouterr().out.splitlines()[0])
    assert row["fits"] is False and row["fit"].startswith("does not fit") and row["advice"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_worker_that_the_system_ended_says_what_was_asked_of_the_memory(tmp_path: Path) -> None:
    bench = Bench(tmp_path, load_packs([PACK], entry_points=False))
    try:
        _, answers = bench.start("hang")
        answers.first_progress.get(timeout=30)
        [folder] = (tmp_path / "tmp").iterdir()
        (folder / ASKED).write_text("30.1 GB of 32.0 GB free: all of it in memory\nMake it 512x512: 20 GB.")
        bench.process.send_signal(signal.SIGKILL)
        error, _ = answers.end()
        assert "perhaps the memory was full); what it asked for was reckoned before: 30.1 GB of" in error.message
        assert error.hint == "Make it 512x512: 20 GB."
    finally:
        bench.lane.close()
