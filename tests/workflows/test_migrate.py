import json
from dataclasses import replace
from typing import Annotated, Any, NamedTuple

import pytest

from ajar.contract import NodeType, describe
from ajar.errors import WorkflowError
from ajar.hints import Was
from workflows import format
from workflows.graph import Expr, Graph, Row, Wire
from workflows.migrate import migrate, rename


class Two(NamedTuple):
    picture: Annotated[int, Was("image")]
    size: int


def paint(prompt: Annotated[str, Was("text", "words")] = "", steps: int = 4) -> Two:
    return Two(1, 1)


def blur(image: int) -> int:
    return image


TYPES: dict[str, NodeType] = {
    "paint": replace(describe(paint), was=("flux-old", "old/paint")), "blur": describe(blur),
}


def renamed(nodes: dict[str, Any], groups: dict[str, Any] | None = None) -> Graph:
    return rename(format.read(json.dumps({"ajar": 1, "nodes": nodes, "groups": groups or {}}).encode()), TYPES)


def test_old_names_of_nodes_inputs_and_outputs() -> None:
    after = renamed({
        "a": {"type": "flux-old", "inputs": {"words": "x"}, "state": "frozen", "result": {"image": "ab"}},
        "b": {"type": "blur", "inputs": {"image": {"from": "a.image"},
                                       "all": [{"from": "a.size"}, {"from": "a.image"}]}},
        "c": {"type": "blur", "inputs": {"image": {"expr": "len(a.text) + a.image + a.steps"}}},
    })
    assert after.nodes["a"].type == "paint"
    assert after.nodes["a"].inputs == {"prompt": "x"}
    assert after.nodes["a"].result == {"picture": "ab"}
    assert after.nodes["b"].inputs["image"] == Wire("a", "picture")
    assert after.nodes["b"].inputs["all"] == Row((Wire("a", "size"), Wire("a", "picture")))
    assert after.nodes["c"].inputs["image"] == Expr("len(a.prompt) + a.picture + a.steps")


def test_old_names_inside_groups() -> None:
    after = renamed({}, {"g": {"outputs": {"result": {"from": "a.image"}}, "nodes": {"a": {"type": "old/paint"}}}})
    assert after.groups["g"].nodes["a"].type == "paint"
    assert after.groups["g"].outputs["result"] == Wire("a", "picture")


def test_an_old_name_beside_the_new_one_is_left_for_the_check() -> None:
    after = renamed({"a": {"type": "paint", "inputs": {"text": "old", "prompt": "new"}}})
    assert after.nodes["a"].inputs == {"text": "old", "prompt": "new"}


def test_a_graph_of_today_is_itself() -> None:
    graph = format.read(b'{"ajar": 1, "nodes": {"b": {"type": "blur"}, "x": {"type": "unknown"}}}')
    assert rename(graph, TYPES) is graph


def test_versions_go_step_by_step() -> None:
    steps = {1: lambda plain: {**plain, "one": True}, 2: lambda plain: {**plain, "two": plain["one"]}}
    assert migrate({"ajar": 1}, steps, 3) == {"ajar": 3, "one": True, "two": True}
    assert migrate({"ajar": 3}, steps, 3) == {"ajar": 3}
    with pytest.raises(WorkflowError, match="version 4"):
        migrate({"ajar": 4}, steps, 3)
