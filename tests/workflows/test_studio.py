"""Whole runs with the real store, cache and files: what is there afterwards, and what a crash leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import Refused, WorkflowError
from ajar.values import Image
from workflows.format import read
from workflows.project import find
from workflows.run import Summary
from workflows.settings import Home
from workflows.studio import Options, Studio

PACK = '''
import time
from collections.abc import Iterator
from pathlib import Path
from ajar import Context, Gpu, Image, Remote, Seed, node


def note(text: str) -> None:
    with Path("ran.txt").open("a") as file:
        file.write(text + "\\n")


@node
def paint(level: int = 100, seed: Seed = 0) -> Image:
    """A picture of one grey; slow enough to be worth keeping."""
    import numpy as np
    note(f"paint {level}")
    time.sleep(0.3)
    return Image.of(np.full((8, 8, 3), level + seed % 50, np.uint8))


@node
def levels_of(first: int = 10) -> Iterator[int]:
    """A stream of three levels."""
    yield from (first, first + 10, first + 20)


@node
def until(name: str) -> str:
    """Wait for a file."""
    note(f"until {name}")
    while not Path(name).exists():
        time.sleep(0.01)
    return name


@node
def send(remote: Remote, text: str) -> str:
    """Leaves the machine."""
    return text
'''


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toys.py").write_text(PACK, "utf-8")
    return tmp_path


@contextmanager
def studio(here: Path) -> Iterator[Studio]:
    with Studio.open(Home.open(here / "home"), [here / "toys.py"]) as opened:
        yield opened


def run(here: Path, nodes: dict[str, Any], *, groups: Any = None, **options: Any) -> Summary:
    """One process's worth of work: open, run, close."""
    document: dict[str, Any] = {"ajar": 1, "nodes": nodes, **({"groups": groups} if groups else {})}
    options = {"out": here / "out", "workflow": "work", "base": here, **options}
    with studio(here) as opened:
        graph = read(json.dumps(document).encode())
        prepared = opened.plan(graph, find(here / "work.json"), Options(**options))
        return opened.start(prepared, lambda event: None).wait(60)


def ran(here: Path) -> list[str]:
    """What the nodes noted since the last look."""
    file = here / "ran.txt"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


PAINT = {"type": "toys/paint", "inputs": {"level": 80}}


def test_results_are_there_after_a_restart(here: Path) -> None:
    nodes = {"a": PAINT, "b": {"type": "flip", "inputs": {"image": {"from": "a"}}}}
    run(here, nodes)
    assert ran(here) == ["paint 80"]
    summary = run(here, nodes)
    assert ran(here) == [] and summary.ran == 0 and summary.status == "done"


def test_a_leaf_picture_is_written_as_a_file_that_says_how_it_was_made(here: Path) -> None:
    from ajar.pictures import read_about

    summary = run(here, {"a": {"type": "toys/paint", "inputs": {"level": 80, "seed": 3}}})
    [output] = summary.outputs
    assert output.path == here / "out" / "work-a-1.png"
    about = json.loads(read_about(output.path) or "")
    assert about["seeds"] == {"a": 3} and about["graph"]["nodes"]["a"]["type"] == "toys/paint"
    assert Image.open(output.path).array[0, 0, 0] == 83


def test_leaves_are_not_written_where_only_saves_are_asked_for(here: Path) -> None:
    save = {"type": "save_image", "inputs": {"image": {"from": "a"}}}
    summary = run(here, {"a": PAINT, "save": save, "b": PAINT}, leaves=False)
    assert [file.name for file in (here / "out").iterdir()] == ["work-save-1.png"]
    assert [output.value.width for output in summary.outputs if output.node == "b"] == [8]


def test_the_same_run_writes_the_same_bytes_and_no_second_file(here: Path) -> None:
    save = {"type": "save_image", "inputs": {"image": {"from": "a"}}}
    run(here, {"a": PAINT, "save": save})
    before = (here / "out" / "work-save-1.png").read_bytes()
    run(here, {"a": PAINT, "save": save}, no_cache=True)
    assert [file.name for file in (here / "out").iterdir()] == ["work-save-1.png"]
    assert (here / "out" / "work-save-1.png").read_bytes() == before


def test_groups_run_like_their_nodes_and_inner_nodes_can_be_asked_for(here: Path) -> None:
    groups = {"twice": {
        "inputs": {"image": {}, "angle": {"default": 90}},
        "outputs": {"result": {"from": "back"}},
        "nodes": {
            "turn": {"type": "rotate", "inputs": {"image": {"input": "image"}, "angle": {"input": "angle"}}},
            "back": {"type": "flip", "inputs": {"image": {"from": "turn"}}},
        },
    }}
    nodes = {"a": PAINT, "use": {"type": "group:twice", "inputs": {"image": {"from": "a"}}},
             "end": {"type": "flip", "inputs": {"image": {"from": "use"}}}}
    assert [output.node for output in run(here, nodes, groups=groups).outputs] == ["end"]
    assert [output.node for output in run(here, nodes, groups=groups, only=("use",)).outputs] == ["use/back"]
    assert [output.node for output in run(here, nodes, groups=groups, only=("use/turn",)).outputs] == ["use/turn"]


def test_a_frozen_picture_comes_from_the_store_or_is_an_error(here: Path) -> None:
    run(here, {"a": PAINT})
    [blob] = (here / "home" / "blobs").rglob("*.png")
    frozen = {"type": "toys/paint", "inputs": {"level": 1}, "state": "frozen", "result": {"result": blob.stem}}
    ran(here)
    summary = run(here, {"ice": frozen, "end": {"type": "flip", "inputs": {"image": {"from": "ice"}}}})
    assert ran(here) == [] and summary.outputs[-1].value.array[0, 0, 0] == 80
    with pytest.raises(WorkflowError, match="not in the store"):
        run(here, {"ice": {**frozen, "result": {"result": "0" * 64}},
                   "end": {"type": "flip", "inputs": {"image": {"from": "ice"}}}})


def test_each_item_of_a_stream_is_kept_by_itself(here: Path) -> None:
    nodes = {"n": {"type": "toys/levels_of"}, "a": {"type": "toys/paint", "inputs": {"level": {"from": "n"}}}}
    assert len(run(here, nodes).outputs) == 3
    ran(here)
    run(here, {**nodes, "n": {"type": "toys/levels_of", "inputs": {"first": 20}}})
    assert ran(here) == ["paint 40"]


def test_a_changed_pack_counts_as_other_work(here: Path) -> None:
    run(here, {"a": PAINT})
    (here / "toys.py").write_text(PACK.replace("level + seed % 50", "level + 1"), "utf-8")
    ran(here)
    run(here, {"a": PAINT})
    assert ran(here) == ["paint 80"]


def test_kill_in_mid_run_loses_only_what_was_running(here: Path) -> None:
    nodes = {"a": PAINT, "b": {"type": "toys/paint", "inputs": {"level": 90}},
             "wait": {"type": "toys/until", "inputs": {"name": "go.txt"}}}
    (here / "work.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
    environment = {**os.environ, "AJAR_HOME": str(here / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "ajar", "run", "work.json", "--pack", "toys.py", "--json"]
    with subprocess.Popen(command, cwd=here, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        files: set[str] = set()
        deadline = time.monotonic() + 60
        while len(files) < 2 and time.monotonic() < deadline:  # both pictures are in the store
            files = {file.name for file in (here / "home" / "blobs").rglob("*.png")}
            time.sleep(0.05)
        time.sleep(0.5)  # and their rows, 50 ms after the first
        process.send_signal(signal.SIGKILL)
    assert sorted(ran(here)) == ["paint 80", "paint 90", "until go.txt"]
    (here / "go.txt").write_text("")
    assert run(here, nodes).status == "done"
    assert ran(here) == ["until go.txt"]
    assert not list((here / "home" / "blobs").rglob("*.part"))


def test_nothing_leaves_a_local_project(here: Path) -> None:
    (here / "ajar.toml").write_text('residency = "local"\n', "utf-8")
    with pytest.raises(Refused, match="local only"):
        run(here, {"s": {"type": "toys/send", "inputs": {"text": "hello"}}})


def test_a_remote_node_that_orders_nothing_runs_and_costs_nothing(here: Path) -> None:
    nodes = {"s": {"type": "toys/send", "inputs": {"text": "hello"}}, "a": PAINT}
    summary = run(here, nodes)
    assert summary.status == "done" and summary.error is None
    assert sorted(output.node for output in summary.outputs) == ["a", "s"]
    assert not (here / "home" / "orders.jsonl").exists()


def test_terms_that_forbid_commercial_use_are_obeyed(here: Path) -> None:
    (here / "ajar.toml").write_text('intent = "commercial"\n', "utf-8")
    assert run(here, {"a": PAINT}).status == "done"


def test_who_is_asked_sees_the_choices_and_how_to_answer(here: Path) -> None:
    nodes = {"n": {"type": "toys/levels_of"}, "a": {"type": "toys/paint", "inputs": {"level": {"from": "n"}}},
             "p": {"type": "pick", "inputs": {"items": {"from": "a"}, "choice": "ask"}},
             "end": {"type": "save_image", "inputs": {"image": {"from": "p"}}}}
    summary = run(here, nodes)
    assert summary.status == "waiting" and summary.error is not None and "--set p.choice=0" in summary.error.hint
    assert sorted(file.name for file in (here / "out").iterdir()) == [
        "work-p-choice-0-1.png", "work-p-choice-1-1.png", "work-p-choice-2-1.png"]
    nodes["p"]["inputs"]["choice"] = 2  # type: ignore[index]
    assert run(here, nodes).status == "done"
    assert Image.open(here / "out" / "work-end-1.png").array[0, 0, 0] == 30
