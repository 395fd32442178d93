"""Planning around what is broken: the sound leaves run, the rest is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from workflows.format import read
from workflows.project import find
from workflows.settings import Home
from workflows.sound import Sound, plan_sound
from workflows.studio import Options, Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio.open(Home(tmp_path / "home"), writable=False)


def planned(studio: Studio, tmp_path: Path, nodes: dict[str, Any], **options: Any) -> Sound:
    groups = options.pop("groups", None)
    document = {"ajar": 1, "nodes": nodes, **({"groups": groups} if groups else {})}
    return plan_sound(studio, read(json.dumps(document).encode()), find(tmp_path / "w.json"),
                      Options(base=tmp_path, **options))


def leaves(sound: Sound) -> tuple[str, ...]:
    return sound.prepared.plan.leaves if sound.prepared is not None else ()


TEXT: dict[str, Any] = {"type": "prompt", "inputs": {"text": "hills"}}


def joined(*names: str) -> dict[str, Any]:
    return {"type": "text_join", "inputs": {"parts": [{"from": name} for name in names]}}


def test_a_sound_graph_is_planned_whole(studio: Studio, tmp_path: Path) -> None:
    sound = planned(studio, tmp_path, {"a": TEXT, "b": joined("a")})
    assert leaves(sound) == ("b",) and not sound.problems and not sound.lost


def test_only_what_needs_the_broken_node_is_left_out(studio: Studio, tmp_path: Path) -> None:
    nodes = {"a": TEXT, "bad": {"type": "prompt", "inputs": {"nonsense": 1, "text": "x"}},
             "both": joined("a", "bad"), "after": joined("both"), "fine": joined("a")}
    sound = planned(studio, tmp_path, nodes)
    assert leaves(sound) == ("fine",) and sound.lost == ("after",)
    assert [problem.node for problem in sound.problems] == ["bad"]


def test_unknown_types_and_circles_cost_only_their_leaves(studio: Studio, tmp_path: Path) -> None:
    nodes = {"a": TEXT, "lost": {"type": "pack/thing"}, "one": joined("two"), "two": joined("one"), "fine": joined("a")}
    sound = planned(studio, tmp_path, {**nodes, "end": joined("one")})
    assert leaves(sound) == ("fine",) and {problem.node for problem in sound.problems} == {"lost", "two"}


def test_a_missing_file_is_met_while_planning_and_costs_only_its_leaf(studio: Studio, tmp_path: Path) -> None:
    nodes = {"a": TEXT, "fine": joined("a"), "load": {"type": "load_image", "inputs": {"file": "none.png"}}}
    sound = planned(studio, tmp_path, nodes)
    assert leaves(sound) == ("fine",) and sound.lost == ("load",)
    assert [problem.node for problem in sound.problems] == ["load"] and "none.png" in sound.problems[0].message


def test_what_is_refused_costs_only_its_leaf(studio: Studio, tmp_path: Path) -> None:
    nodes = {"fine": TEXT, "load": {"type": "load_image", "inputs": {"file": "/etc/passwd"}}}
    sound = planned(studio, tmp_path, nodes)
    assert leaves(sound) == ("fine",) and [problem.node for problem in sound.problems] == ["load"]


def test_only_what_was_asked_for_is_planned_or_named_as_lost(studio: Studio, tmp_path: Path) -> None:
    nodes = {"a": TEXT, "bad": {"type": "pack/thing"}, "end": joined("bad"), "fine": joined("a")}
    assert leaves(planned(studio, tmp_path, nodes, only=("fine",))) == ("fine",)
    asked = planned(studio, tmp_path, nodes, only=("end", "fine"))
    assert leaves(asked) == ("fine",) and asked.lost == ("end",)


def test_a_broken_node_inside_a_group_costs_what_needs_it(studio: Studio, tmp_path: Path) -> None:
    bad = {"type": "prompt", "inputs": {"text": 1}}
    groups = {"g": {"outputs": {"result": {"from": "bad"}}, "nodes": {"bad": bad}}}
    nodes = {"use": {"type": "group:g"}, "end": joined("use"), "fine": TEXT}
    sound = planned(studio, tmp_path, nodes, groups=groups)
    assert leaves(sound) == ("fine",) and [problem.node for problem in sound.problems] == ["use/bad"]


def test_where_nothing_can_run_there_is_no_plan_but_every_reason(studio: Studio, tmp_path: Path) -> None:
    sound = planned(studio, tmp_path, {"a": {"type": "pack/one"}, "b": {"type": "pack/two"}})
    assert sound.prepared is None and [problem.node for problem in sound.problems] == ["a", "b"]
    assert planned(studio, tmp_path, {"a": TEXT}, only=("gone",)).prepared is None
