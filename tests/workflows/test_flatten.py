import json
from typing import Any

import pytest

from ajar.errors import WorkflowError
from workflows import format
from workflows.flatten import flatten, inner, unfold
from workflows.graph import Expr, Graph, Row, Wire


def graph(nodes: dict[str, Any], groups: dict[str, Any] | None = None) -> Graph:
    return format.read(json.dumps({"ajar": 1, "nodes": nodes, "groups": groups or {}}).encode())


FINISH = {
    "inputs": {"image": {}, "amount": {"default": 0.5}},
    "outputs": {"result": {"from": "sharp.result"}, "soft": {"from": "blur"}},
    "nodes": {
        "blur": {"type": "blur", "inputs": {"image": {"input": "image"}, "radius": {"input": "amount"}}},
        "sharp": {
            "type": "sharpen", "inputs": {"image": {"from": "blur"}, "amount": {"expr": "blur.radius * input.amount"}},
        },
        "log": {"type": "save", "inputs": {"image": {"from": "blur"}}},
    },
}


def finish(**use: Any) -> Graph:
    nodes = {
        "a": {"type": "paint"},
        "use": {"type": "group:finish", "inputs": {"image": {"from": "a"}}, **use},
        "end": {"type": "save", "inputs": {"image": {"from": "use.result"}, "soft": [{"from": "use.soft"}, 1]}},
    }
    return graph(nodes, {"finish": FINISH})


def test_a_graph_without_groups_is_itself() -> None:
    one = graph({"a": {"type": "t"}})
    assert flatten(one) is one


def test_inner_ids_wires_values_and_formulas() -> None:
    flat = flatten(finish())
    assert list(flat.nodes) == ["a", "use/blur", "use/sharp", "use/log", "end"]
    assert flat.nodes["use/blur"].inputs == {"image": Wire("a"), "radius": 0.5}
    assert flat.nodes["use/sharp"].inputs == {"image": Wire("use/blur"), "amount": Expr("`use/blur`.radius * (0.5)")}
    assert flat.nodes["end"].inputs == {"image": Wire("use/sharp", "result"), "soft": Row((Wire("use/blur"), 1))}
    assert flat.groups == {}


def test_given_values_replace_defaults() -> None:
    given = {"image": {"from": "a"}, "amount": {"expr": "a.steps + 1"}}
    flat = flatten(finish(inputs=given))
    assert flat.nodes["use/blur"].inputs["radius"] == Expr("a.steps + 1")
    assert flat.nodes["use/sharp"].inputs["amount"] == Expr("`use/blur`.radius * (a.steps + 1)")
    flat = flatten(finish(inputs={"amount": -3}))
    assert flat.nodes["use/blur"].inputs == {"radius": -3}
    assert flat.nodes["use/sharp"].inputs["amount"] == Expr("`use/blur`.radius * (-3)")


def test_a_muted_use_mutes_all_inside() -> None:
    flat = flatten(finish(state="muted"))
    assert [name for name, node in flat.nodes.items() if node.state == "muted"] == ["use/blur", "use/sharp", "use/log"]


def test_a_bypassed_use_gives_what_it_is_given() -> None:
    flat = flatten(finish(state="bypassed"))
    assert list(flat.nodes) == ["a", "end"]
    assert flat.nodes["end"].inputs == {"image": Wire("a"), "soft": Row((Wire("a"), 1))}


def test_a_frozen_use_freezes_what_is_behind_its_outputs() -> None:
    flat = flatten(finish(state="frozen", result={"result": "ab", "soft": "cd"}))
    assert flat.nodes["use/sharp"].state == "frozen"
    assert flat.nodes["use/sharp"].result == {"result": "ab"}
    assert flat.nodes["use/blur"].result == {"result": "cd"}
    assert flat.nodes["use/log"].state is None


def test_takes_of_a_use_are_those_of_its_nodes() -> None:
    assert flatten(finish(take=2)).nodes["use/blur"].take == 2


def test_groups_in_groups_and_formulas_through_uses() -> None:
    groups = {
        "inner": {"inputs": {"x": {"default": 1}}, "outputs": {"result": {"from": "n"}},
                  "nodes": {"n": {"type": "number", "inputs": {"value": {"input": "x"}}}}},
        "outer": {"inputs": {"y": {}}, "outputs": {"result": {"from": "twice"}},
                  "nodes": {"twice": {"type": "group:inner", "inputs": {"x": {"input": "y"}}},
                            "more": {"type": "number", "inputs": {"value": {"expr": "twice.result + twice.x"}}}}},
    }
    nodes = {
        "o": {"type": "group:outer", "inputs": {"y": 7}}, "p": {"type": "group:outer", "inputs": {"y": {"from": "o"}}},
        "end": {"type": "number", "inputs": {"value": {"expr": "p.result - o.y"}}},
    }
    flat = flatten(graph(nodes, groups))
    assert flat.nodes["o/twice/n"].inputs["value"] == 7
    assert flat.nodes["p/twice/n"].inputs["value"] == Wire("o/twice/n")
    assert flat.nodes["o/more"].inputs["value"] == Expr("`o/twice/n`.result + (7)")
    assert flat.nodes["p/more"].inputs["value"] == Expr("`p/twice/n`.result + `o/twice/n`.result")
    assert flat.nodes["end"].inputs["value"] == Expr("`p/twice/n`.result - (7)")


def test_a_row_given_to_a_group_is_spliced() -> None:
    groups = {"g": {"inputs": {"all": {}}, "outputs": {"result": {"from": "s"}}, "nodes": {
        "s": {"type": "sheet", "inputs": {"images": {"input": "all"}, "more": [{"input": "all"}, {"input": "all"}]}},
    }}}
    nodes = {"a": {"type": "t"}, "u": {"type": "group:g", "inputs": {"all": [{"from": "a"}, None]}}}
    inputs = flatten(graph(nodes, groups)).nodes["u/s"].inputs
    assert inputs["images"] == Row((Wire("a"), None))
    assert inputs["more"] == Row((Wire("a"), None, Wire("a"), None))


def test_circles_through_formulas_of_uses_end() -> None:
    groups = {"g": {"inputs": {"x": {}}, "nodes": {"n": {"type": "number", "inputs": {"value": {"input": "x"}}}}}}
    nodes = {
        "a": {"type": "group:g", "inputs": {"x": {"expr": "b.x + 1"}}},
        "b": {"type": "group:g", "inputs": {"x": {"expr": "a.x + 1"}}},
    }
    assert isinstance(flatten(graph(nodes, groups)).nodes["a/n"].inputs["value"], Expr)


def test_an_unknown_group_stays_for_the_check() -> None:
    assert "x" in flatten(graph({"x": {"type": "group:nowhere"}})).nodes


def test_what_a_wish_for_a_use_stands_for() -> None:
    unfolded = unfold(finish())
    assert inner(unfolded, "use") == ("use/sharp", "use/log")
    assert inner(unfolded, "a") == ("a",)
    assert inner(unfolded, "use/blur") == ("use/blur",)


def test_too_many_nodes() -> None:
    groups = {f"g{i}": {"nodes": {f"n{j}": {"type": f"group:g{i + 1}"} for j in range(100)}} for i in range(5)}
    with pytest.raises(WorkflowError, match="200000"):
        flatten(graph({"a": {"type": "group:g0"}}, {**groups, "g5": {"nodes": {"n": {"type": "t"}}}}))
