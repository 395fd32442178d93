import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ajar.errors import AjarError, WorkflowError
from workflows import archive
from workflows.format import read
from workflows.graph import Graph
from workflows.runs import Runs, history, run_of
from workflows.settings import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


def test_a_run_is_remembered(home: Home) -> None:
    with Runs(home) as runs:
        first = runs.start("hello.json", "draft")
        runs.finish(first, "done", seconds=1.5, ran=3, cached=2, outputs=[Path("out/a.png")])
        runs.start("other.json", "final")
        newest, oldest = history(home)
        assert newest.status == "running"
    assert (oldest.workflow, oldest.status, oldest.seconds) == ("hello.json", "done", 1.5)
    assert oldest.outputs == ("out/a.png",)
    assert not list(home.tmp.iterdir())
    assert len(history(home, limit=1)) == 1


def test_no_history_yet(home: Home) -> None:
    assert history(home) == []
    assert not home.journal_db.exists()


def test_a_run_whose_process_died_is_interrupted(home: Home) -> None:
    code = (
        "import os, sys, signal\nfrom pathlib import Path\nfrom workflows.runs import Runs\n"
        "from workflows.settings import Home\nruns = Runs(Home(Path(sys.argv[1])))\nruns.start('w.json', 'draft')\n"
        "print('go', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home.path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert [run.status for run in history(home)] == ["running"]
        process.kill()
    assert [run.status for run in history(home)] == ["interrupted"]
    assert not list(home.tmp.iterdir())


def test_two_processes_write_the_same_history(home: Home) -> None:
    with Runs(home) as first, Runs(home) as second:
        numbers = {first.start("a", "draft"), second.start("b", "draft"), first.start("c", "draft")}
    assert len(numbers) == len(history(home)) == 3


def test_a_damaged_journal_is_a_sentence(home: Home) -> None:
    home.journal_db.write_bytes(b"nonsense" * 1000)
    with pytest.raises(AjarError, match="damaged") as caught:
        history(home)
    assert str(home.journal_db) in caught.value.hint
    with pytest.raises(AjarError, match="damaged"):
        Runs(home)


def graph(**inputs: object) -> Graph:
    return read(json.dumps({"ajar": 1, "nodes": {"a": {"type": "prompt", "inputs": inputs}}}).encode())


def test_a_run_keeps_its_graph_and_equal_graphs_are_kept_once(home: Home) -> None:
    with Runs(home) as runs:
        first = runs.start("a.json", "draft", graph(text="one"))
        second = runs.start("a.json", "draft", graph(text="two"))
        third = runs.start("b.json", "draft", graph(text="one"))
    assert archive.recall(home, run_of(home, first).graph) == graph(text="one")
    assert archive.recall(home, run_of(home, second).graph) == graph(text="two")
    assert run_of(home, third).graph == run_of(home, first).graph
    assert len(list((home.path / "graphs").rglob("*.json"))) == 2
    with pytest.raises(AjarError, match="no run 99"):
        run_of(home, 99)


def test_a_graph_that_was_changed_is_not_trusted_and_is_kept_anew(home: Home) -> None:
    digest = archive.keep(home, graph(text="one"))
    archive.place(home, digest).write_text("{}")
    with pytest.raises(WorkflowError, match="changed since"):
        archive.recall(home, digest)
    assert archive.keep(home, graph(text="one")) == digest
    assert archive.recall(home, digest) == graph(text="one")
    for wrong in ("", "../../etc/passwd", "0" * 64):
        with pytest.raises(WorkflowError):
            archive.recall(home, wrong)


def test_a_history_of_an_earlier_version_goes_on(home: Home) -> None:
    with sqlite3.connect(home.journal_db) as old:
        old.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, started REAL NOT NULL, workflow TEXT "
                    "NOT NULL, stage TEXT NOT NULL, presence TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'running', "
                    "seconds REAL, ran INTEGER, cached INTEGER, failed INTEGER, outputs TEXT NOT NULL DEFAULT '[]', "
                    "error TEXT)")
        old.execute("INSERT INTO runs (started, workflow, stage, presence, status) "
                    "VALUES (1, 'w', 'draft', 'x', 'done')")
    old.close()
    assert [past.graph for past in history(home)] == [""]  # looking needs no change
    with Runs(home) as runs:
        runs.start("a.json", "draft", graph(text="one"))
    assert [bool(past.graph) for past in history(home)] == [True, False]


def test_a_full_disk_keeps_no_half_of_a_graph(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workflows.disk.os.fsync", full)
    with pytest.raises(AjarError, match="the disk is full"):
        archive.keep(home, graph(text="one"))
    assert not list((home.path / "graphs").rglob("*.*"))


KEEPING = """
import json, sys
from pathlib import Path
from workflows.format import read
from workflows.runs import Runs
from workflows.settings import Home

runs = Runs(Home(Path(sys.argv[1])))
print("go", flush=True)
for number in range(100_000):
    text = json.dumps({"ajar": 1, "nodes": {"a": {"type": "prompt", "inputs": {"text": str(number) * 2000}}}})
    runs.start("w.json", "draft", read(text.encode()))
"""


def test_what_a_killed_process_kept_is_whole(home: Home) -> None:
    with subprocess.Popen([sys.executable, "-c", KEEPING, str(home.path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.7)
        process.kill()
    found = history(home, 1000)
    assert found
    for past in found:
        assert archive.recall(home, past.graph).nodes["a"].type == "prompt"
