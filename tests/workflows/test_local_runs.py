"""Models in a graph of a stranger: which files are read is decided by the project, however their names arrive."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError
from tests.nodes.local.model_files import write_file
from workflows.gpu_lane import GpuLane
from workflows.graph import Graph, Node, Wire
from workflows.presence import Presence
from workflows.project import Project
from workflows.settings import Home
from workflows.studio import Options, Studio

LORA = {"unet.down.lora_down.weight": (4, 8), "unet.down.lora_up.weight": (8, 4)}
Go = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.open(tmp_path / "home")
    write_file(home.models / "one.safetensors", LORA)
    write_file(tmp_path / "elsewhere" / "secret.safetensors", LORA)
    (tmp_path / "project").mkdir()
    return home


@pytest.fixture
def go(home: Home, tmp_path: Path) -> Iterator[Go]:
    with Studio.open(home, [Path(__file__).with_name("toy_models.py")]) as studio:
        studio._gpu = GpuLane("gpu:0", studio.packs.spec(), home.path, device="cpu",
                              gpu="tests.workflows.toy_device:open_device")

        def go(**nodes: Node) -> Any:
            plan = studio.plan(Graph(nodes), Project(tmp_path / "project", "p"), Options())
            return studio.start(plan, lambda event: None).wait(30)

        yield go


def use(model: Any) -> Node:
    return Node("toy_models/use", {"model": model})


def joined(text: str) -> Node:
    return Node("text_join", {"parts": [text]})


def row(path: Path, text: str) -> Node:
    path.write_text(f"model\n{text}\n")
    return Node("load_rows", {"file": path.name})


def loads(home: Home) -> list[str]:
    file = home.path / "loads.txt"
    return file.read_text().split() if file.exists() else []


@pytest.mark.parametrize("name", ["{}/elsewhere/secret.safetensors", "../elsewhere/secret.safetensors", "//host/x"])
def test_a_path_that_comes_by_wire_leads_no_further_than_one_that_is_written(
    go: Go, home: Home, tmp_path: Path, name: str
) -> None:
    path = name.format(tmp_path)
    for nodes in ({"a": use(path)}, {"x": joined(path), "a": use(Wire("x"))}):
        with pytest.raises(AjarError, match="no LoRA called"):
            go(**nodes)
    report = go(x=row(tmp_path / "project" / "rows.csv", path), a=use(Wire("x", "text")))
    assert report.status == "failed" and "is a path" in str(report)
    assert loads(home) == []


def test_a_model_that_is_replaced_is_used_anew_however_it_is_named(go: Go, home: Home, tmp_path: Path) -> None:
    ways: list[dict[str, Node]] = [
        {"a": use("one")}, {"x": joined("one"), "a": use(Wire("x"))},
        {"x": row(tmp_path / "project" / "rows.csv", "one"), "a": use(Wire("x", "text"))},
    ]
    for way in ways:
        go(**way)
        write_file(home.models / "one.safetensors", {**LORA, "unet.up.lora_up.weight": (len(str(way)), 4)})
        report = go(**way)
        assert report.status == "done" and report.ran == 1, way


def test_a_wired_name_gives_the_result_of_the_same_name_written(go: Go) -> None:
    assert go(a=use("one")).ran == 1
    assert go(x=joined("one"), a=use(Wire("x"))).ran == 0


@pytest.mark.parametrize("host", ["198.51.100.7", "example.org", "2001:db8::1"])
def test_what_runs_models_calls_no_other_machine(home: Home, tmp_path: Path, host: str) -> None:
    with Studio.open(home, [Path(__file__).with_name("toy_calls.py")]) as studio:
        studio._gpu = GpuLane("gpu:0", studio.packs.spec(), home.path, device="cpu",
                              gpu="tests.workflows.toy_device:open_device")
        plan = studio.plan(Graph({"a": Node("toy_calls/call", {"host": host})}), Project(tmp_path, "p"), Options())
        report = studio.start(plan, lambda event: None).wait(30)
    assert report.status == "done" and "has no connection to other machines" in report.outputs[0].value


def test_what_killed_processes_left_is_removed_and_what_lives_stays(tmp_path: Path) -> None:
    living = Presence(tmp_path)
    (tmp_path / "run-1-dead.lock").touch()
    (tmp_path / "run-2-young.lock").touch()
    for name in ("run-1-dead.lock", living.path.name):
        os.utime(tmp_path / name, (0, 0))
    later = Presence(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {living.path.name, "run-2-young.lock", later.path.name}
    for one in (living, later):
        one.close()
