import subprocess
import sys
from pathlib import Path

import pytest

from ajar.errors import AjarError
from workflows.runs import Runs, history
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
