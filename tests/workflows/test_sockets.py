from typing import Any

import pytest

from ajar.contract import REQUIRED
from ajar.hints import Slider
from ajar.values import Image, Mask
from tests.workflows.test_wiring import TYPES, board
from workflows import sockets, wiring
from workflows.graph import Expr, Graph, Group, GroupInput, Link, Node, Row, Wire, links
from workflows.wiring import Plug


def grouped(**nodes: Any) -> Graph:
    """A use of a group ``g`` with these nodes in it, that gives what ``last`` gives."""
    inner = board(**nodes).nodes
    names = {"picture": {}, "radius": {}, "strength": {"default": 2}, "idle": {}}
    given: dict[str, dict[str, Any]] = {
        "first": {"image": GroupInput("picture"), "radius": GroupInput("radius"), "amount": GroupInput("strength")},
        "many": {"options": GroupInput("picture")}, "some": {"options": Row((GroupInput("picture"), Wire("first")))},
    }
    inside = {
        name: Node(node.type, {**node.inputs, **given.get(name, {})}) for name, node in inner.items()
    }
    return Graph({"use": Node("group:g")}, {"g": Group(names, {"result": Wire("last")}, inside)})


def of(graph: Graph, node: str) -> dict[str, Any]:
    return {one.name: one for one in sockets.sockets_of(graph, TYPES, node)[0]}


def test_an_ordinary_node_shows_the_sockets_of_its_type() -> None:
    assert sockets.sockets_of(board(a="blur"), TYPES, "a") == (TYPES["blur"].inputs, TYPES["blur"].outputs)


def test_what_a_type_does_not_have_is_shown_all_the_same() -> None:
    graph = board(a="blur", b=("blur", {"image": "@a", "old": "@a", "rows": ("@a",)}))
    assert [(one.name, one.form) for one in sockets.sockets_of(graph, TYPES, "b")[0]] == [
        ("image", "one"), ("radius", "one"), ("old", "one"), ("rows", "row"),
    ]


def test_an_unknown_type_shows_what_is_wired() -> None:
    graph = board(a="pack/gone", b=("blur", {"image": "@a.left", "radius": "@a"}))
    graph = Graph({**graph.nodes, "a": Node("pack/gone", {"x": 1, "rows": Row((Wire("c"), None))})})
    inputs, outputs = sockets.sockets_of(graph, TYPES, "a")
    assert [(one.name, one.form) for one in inputs] == [("x", "one"), ("rows", "row")]
    assert [one.name for one in outputs] == ["left", "result"]
    assert wiring.accepts(TYPES, graph, Plug("a", "out", "left"), Plug("b", "in", "image")) is None
    assert sockets.sockets_of(Graph({"a": Node("pack/gone")}), TYPES, "a") == ((), ())


def test_the_sockets_of_a_group_are_known_from_its_inside() -> None:
    graph = grouped(first="blur", last=("sharpen", {"image": "@first"}))
    found = of(graph, "use")
    assert found["picture"].type is Image and found["picture"].default is REQUIRED
    assert found["radius"].type is float and found["radius"].hint(Slider) is not None
    assert found["radius"].default == 4.0
    assert found["strength"].default == 2
    assert found["idle"].type is Any and not found["idle"].required
    assert [(one.name, one.type) for one in sockets.sockets_of(graph, TYPES, "use")[1]] == [("result", Image)]


def test_what_several_take_in_a_group_suits_all_of_them() -> None:
    graph = grouped(many="switch", first="blur", last="mask_from_alpha")
    found = of(graph, "use")["picture"]
    assert found.type is Image
    assert sockets.sockets_of(graph, TYPES, "use")[1][0].type is Mask


def test_a_row_of_a_group_is_a_row_of_its_use() -> None:
    assert of(grouped(many="switch", last="blur"), "use")["picture"].form == "row"
    assert of(grouped(some="switch", last="blur"), "use")["picture"].form == "one"


def test_a_group_in_a_group_is_known_too() -> None:
    graph = grouped(first="blur", last=("sharpen", {"image": "@first"}))
    outer = Group({"in": {}}, {"out": Wire("use", "result")}, {"use": Node("group:g", {"picture": GroupInput("in")})})
    graph = Graph({"top": Node("group:outer"), "a": Node("blur")}, {"outer": outer, **graph.groups})
    inputs, outputs = sockets.sockets_of(graph, TYPES, "top")
    assert (inputs[0].type, outputs[0].type) == (Image, Image)
    made = wiring.join(wiring.join(graph, TYPES, "a", "top"), TYPES, "a", "top")
    assert made.nodes["top"].inputs == {"in": Wire("a")}
    assert wiring.accepts(TYPES, graph, Plug("top", "out", "out"), Plug("a", "in", "radius")) is not None


def test_groups_are_wired_inserted_and_healed_like_nodes() -> None:
    graph = grouped(first="blur", last=("sharpen", {"image": "@first"}))
    around = board(a="grain", b=("flip", {"image": "@a"}))
    graph = Graph({**around.nodes, **graph.nodes}, graph.groups)
    wired = wiring.insert(graph, TYPES, "use", wiring_link(graph, "b"))
    assert wired.nodes["use"].inputs == {"picture": Wire("a")} and wired.nodes["b"].inputs == {"image": Wire("use")}
    assert wiring.extract(wired, TYPES, ["use"]).nodes == graph.nodes
    assert wiring.delete(wired, TYPES, ["use"]).nodes["b"].inputs == {"image": Wire("a")}
    assert wiring.delete(wired, TYPES, ["use"]).groups == {}


def wiring_link(graph: Graph, node: str) -> Link:
    return next(iter(links({node: graph.nodes[node]})))


@pytest.mark.parametrize("wrong", [{"g": Group(nodes={"x": Node("group:g")})}, {}])
def test_a_group_that_is_not_there_or_contains_itself_breaks_nothing(wrong: dict[str, Group]) -> None:
    graph = Graph({"use": Node("group:g", {"x": 1})}, wrong)
    assert [one.name for one in sockets.sockets_of(graph, TYPES, "use")[0]] == ["x"]


def test_inputs_that_several_nodes_have_in_common() -> None:
    graph = board(a="blur", b="sharpen", c="prompt")
    assert [one.name for one in sockets.common_sockets(graph, TYPES, ["a", "b"])] == ["image", "radius"]
    assert sockets.common_sockets(graph, TYPES, ["a", "c"]) == ()
    assert sockets.common_sockets(graph, TYPES, []) == ()


def test_what_is_carried_is_known_through_long_chains() -> None:
    nodes = {"a": Node("blur"), "n0": Node("dot", {"value": Wire("a")})}
    nodes |= {f"n{number}": Node("dot", {"value": Wire(f"n{number - 1}")}) for number in range(1, 3000)}
    graph = Graph({**nodes, "m": Node("blur", {"radius": Expr("a.radius")}, state="bypassed")})
    assert sockets.carried(graph, TYPES, Wire("n2999")) is Image
    assert sockets.carried(graph, TYPES, Wire("m")) is Any
    assert sockets.carried(graph, TYPES, Wire("gone")) is Any
