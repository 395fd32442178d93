from typing import Any

import pytest

from ajar.contract import NodeType, node_of
from ajar.errors import EditError
from nodes import blend, edit, flow, generate, look, mask, sheet, text
from workflows import wiring
from workflows.check import check
from workflows.graph import Graph, Link, Node, Row, Wire, links

TYPES: dict[str, NodeType] = {
    found.id: found for module in (blend, edit, flow, generate, look, mask, sheet, text)
    for thing in vars(module).values() if (found := node_of(thing))
}


def board(**nodes: Any) -> Graph:
    """``board(b=("blur", {"image": "@a"}))``: "@a" is a wire, tuples are rows."""
    made = {}
    for name, given in nodes.items():
        type_, inputs = given if isinstance(given, tuple) else (given, {})
        made[name.replace("_", "-")] = Node(type_, {key: value_of(value) for key, value in inputs.items()})
    return Graph(made, layout={name: [300 * place, 0] for place, name in enumerate(made)})


def value_of(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        source, _, output = value[1:].partition(".")
        return Wire(source, output or None)
    return Row(tuple(value_of(item) for item in value)) if isinstance(value, tuple) else value


def into(graph: Graph, name: str) -> list[Link]:
    return list(links({name: graph.nodes[name]}))


def wired(graph: Graph) -> set[tuple[str, str, str, int | None]]:
    return {(str(link.wire), link.node, link.input, link.index) for link in links(graph.nodes)}


def link(graph: Graph, target: str, key: str) -> Link:
    return next(one for one in into(graph, target) if one.input == key)


def problems(graph: Graph) -> set[str]:
    return {one.message for one in check(graph, TYPES)}


def test_dropping_a_wire_on_a_node_takes_the_best_input() -> None:
    graph = board(a="blur", b="blend", c="prompt", d="switch")
    assert wiring.fitting(graph, TYPES, "a", None, "b")[0][0] == "base"
    graph = wiring.join(graph, TYPES, "a", "b")
    assert wired(graph) == {("a", "b", "base", None)}
    assert wiring.join(graph, TYPES, "a", "b").nodes["b"].inputs["top"] == Wire("a")
    assert wiring.fitting(graph, TYPES, "a", None, "c") == []
    graph = wiring.join(wiring.join(graph, TYPES, "a", "d"), TYPES, "c", "d")
    assert graph.nodes["d"].inputs["options"] == Row((Wire("a"), Wire("c")))
    with pytest.raises(EditError, match="Nothing that"):
        wiring.join(graph, TYPES, "a", "c")
