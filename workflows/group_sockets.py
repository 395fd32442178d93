"""The sockets that a group shows. These edits take the whole workflow, as all uses of the group change with it.

``group`` is the type of a use, like ``group:finish``, or the id of a use on the board.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from ajar.errors import EditError
from workflows import expression
from workflows.flatten import SOLE, as_text
from workflows.graph import (
    GROUP,
    NAME,
    Expr,
    Graph,
    Group,
    GroupInput,
    Node,
    Row,
    Value,
    Wire,
    entries,
    every_room,
    row,
)
from workflows.groups import group_of
from workflows.problems import suggest
from workflows.replacing import map_formulas, map_wires

Side = Literal["in", "out"]


def expose(graph: Graph, group: str, inner: str, key: str, name: str = "") -> Graph:
    """Let the uses of a group set an input of a node in it. The value it has now is what they start with."""
    found, group_name = _group(graph, group)
    node = _inner(found, inner)
    value = node.inputs.get(key)
    if any(isinstance(item, (Wire, GroupInput, Expr)) for item in entries(value)):
        raise EditError(
            f'"{key}" of "{inner}" is wired or computed inside the group.', "Take that away first.", node=inner,
        )
    name = _free(name or key, found.inputs, named=bool(name))
    inputs = {**found.inputs, name: {} if value is None else {"default": value}}
    nodes = {**found.nodes, inner: replace(node, inputs={**node.inputs, key: GroupInput(name)})}
    return _with(graph, group_name, replace(found, inputs=inputs, nodes=nodes))


def expose_output(graph: Graph, group: str, inner: str, output: str | None = None, name: str = "") -> Graph:
    """Let the uses of a group give an output of a node in it."""
    found, group_name = _group(graph, group)
    _inner(found, inner)
    wire = Wire(inner, output)
    if wire in found.outputs.values():
        raise EditError(f'The group gives "{wire}" already.', "Wire that output of the group.", node=inner)
    name = _free(name or output or SOLE, found.outputs, named=bool(name))
    if len(found.outputs) == 1:
        # An only output need not be named in wires; now there are two.
        sole = next(iter(found.outputs))
        graph = _in_rooms(graph, group_name, lambda one: Wire(one.node, one.output or sole))
    return _with(graph, group_name, replace(found, outputs={**found.outputs, name: wire}))


def unexpose(graph: Graph, group: str, name: str, side: Side = "in") -> Graph:
    """Take a socket away from a group, and what is wired to it at its uses. Inside, an input keeps its value."""
    found, group_name = _group(graph, group)
    _has(found, name, side)
    if side == "out":
        return without_outputs(graph, group_name, {name})
    uses = [node for nodes in every_room(graph) for node in nodes.values() if node.group == group_name]
    given = uses[0].inputs.get(name) if len(uses) == 1 else None
    if given is None or any(isinstance(item, (Wire, GroupInput, Expr)) for item in entries(given)):
        given = found.inputs[name].get("default")
    text = as_text(given, f"input.{name}")
    nodes = {inner: _instead(node, name, given, text) for inner, node in found.nodes.items()}
    inputs = {key: about for key, about in found.inputs.items() if key != name}
    graph = _with(graph, group_name, replace(found, inputs=inputs, nodes=nodes))
    return _at_uses(graph, group_name, lambda node: replace(
        node, inputs={key: value for key, value in node.inputs.items() if key != name}
    ))


def rename_socket(graph: Graph, group: str, name: str, new: str, side: Side = "in") -> Graph:
    """Give a socket of a group another name, inside it and at all its uses."""
    found, group_name = _group(graph, group)
    _has(found, name, side)
    if new == name:
        return graph
    _free(new, found.inputs if side == "in" else found.outputs, named=True)
    graph = _spoken_of(graph, group_name, name, new)
    found = graph.groups[group_name]
    if side == "out":
        graph = _with(graph, group_name, replace(found, outputs=_renamed(found.outputs, name, new)))
        return _in_rooms(graph, group_name, lambda wire: Wire(wire.node, new if wire.output == name else wire.output))
    nodes = {inner: _instead(node, name, GroupInput(new), f"input.{new}") for inner, node in found.nodes.items()}
    graph = _with(graph, group_name, replace(found, inputs=_renamed(found.inputs, name, new), nodes=nodes))
    return _at_uses(graph, group_name, lambda node: replace(node, inputs=_renamed(node.inputs, name, new)))


def move_socket(graph: Graph, group: str, name: str, place: int, side: Side = "in") -> Graph:
    """Put a socket of a group at another place among the others, counted from 0."""
    found, group_name = _group(graph, group)
    _has(found, name, side)
    sockets: dict[str, Any] = dict(found.inputs if side == "in" else found.outputs)
    order = [key for key in sockets if key != name]
    order.insert(max(0, place), name)
    ordered = {key: sockets[key] for key in order}
    changed = replace(found, inputs=ordered) if side == "in" else replace(found, outputs=ordered)
    return _with(graph, group_name, changed)


def free_sockets(graph: Graph, group: str) -> list[str]:
    """The inputs of a group that nothing in it takes."""
    found, _ = _group(graph, group)
    taken = {
        item.name for node in found.nodes.values() for value in node.inputs.values() for item in entries(value)
        if isinstance(item, GroupInput)
    }
    return [name for name in found.inputs if name not in taken]


def without_outputs(graph: Graph, group: str, names: set[str]) -> Graph:
    """Take outputs away from a group, with the wires from them, and outputs of other groups that come from them."""
    todo = [(group, names, len(graph.groups[group].outputs) == 1)]
    while todo:
        group, names, sole = todo.pop()
        found = graph.groups[group]
        gone = names | {""} if sole else names
        lost = [
            (other, {key for key, wire in one.outputs.items() if _comes_from(one.nodes, wire, group, gone)}, one)
            for other, one in graph.groups.items()
        ]
        graph = _with(graph, group, replace(found, outputs={
            key: wire for key, wire in found.outputs.items() if key not in names
        }))
        graph = _in_rooms(graph, group, _without(gone))
        todo += [(other, keys, len(one.outputs) == 1) for other, keys, one in lost if keys]
    return graph


def _without(outputs: set[str]) -> Callable[[Wire], Wire | None]:
    return lambda wire: None if (wire.output or "") in outputs else wire


def _comes_from(nodes: Mapping[str, Node], wire: Wire, group: str, names: set[str]) -> bool:
    node = nodes.get(wire.node)
    return node is not None and node.group == group and (wire.output or "") in names


def _group(graph: Graph, group: str) -> tuple[Group, str]:
    name = group.removeprefix(GROUP)
    if not group.startswith(GROUP):
        return group_of(graph, group, group)
    if name not in graph.groups:
        raise EditError(f'There is no group "{name}".', suggest(name, graph.groups, "Choose one that is there."))
    return graph.groups[name], name


def _inner(group: Group, inner: str) -> Node:
    if inner not in group.nodes:
        raise EditError(f'There is no node "{inner}" in the group.', suggest(inner, group.nodes, "Choose one in it."))
    return group.nodes[inner]


def _has(group: Group, name: str, side: Side) -> None:
    sockets: Mapping[str, Any] = group.inputs if side == "in" else group.outputs
    if name not in sockets:
        what = "input" if side == "in" else "output"
        raise EditError(f'The group has no {what} "{name}".', suggest(name, sockets, "Choose one that it has."))


def _free(name: str, taken: Mapping[str, Any], *, named: bool) -> str:
    if not NAME.fullmatch(name):
        raise EditError(f'"{name}" can\'t be the name of a socket.', "Names have letters, digits and underscores.")
    if name in taken and named:
        raise EditError(f'The group has a socket "{name}" already.', "Choose another name.")
    free, count = name, 2
    while free in taken:
        free, count = f"{name}_{count}", count + 1
    return free


def _with(graph: Graph, name: str, group: Group) -> Graph:
    return replace(graph, groups={**graph.groups, name: group})


def _everywhere(graph: Graph, change: Callable[[Mapping[str, Node]], Mapping[str, Node]]) -> Graph:
    """The graph with the nodes of every room changed; rooms that stay the same are shared."""
    groups = {name: _with_nodes(group, change(group.nodes)) for name, group in graph.groups.items()}
    return replace(graph, nodes=change(graph.nodes), groups=groups)


def _with_nodes(group: Group, nodes: Mapping[str, Node]) -> Group:
    return group if nodes is group.nodes else replace(group, nodes=nodes)


def _at_uses(graph: Graph, group: str, change: Callable[[Node], Node]) -> Graph:
    def changed(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
        if all(node.group != group for node in nodes.values()):
            return nodes
        return {name: change(node) if node.group == group else node for name, node in nodes.items()}

    return _everywhere(graph, changed)


def _in_rooms(graph: Graph, group: str, change: Callable[[Wire], Wire | None]) -> Graph:
    """The graph with every wire from a use of the group changed, also those to outputs of other groups."""

    def changed(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
        uses = {name for name, node in nodes.items() if node.group == group}
        return map_wires(nodes, lambda wire: change(wire) if wire.node in uses else wire) if uses else nodes

    graph = _everywhere(graph, changed)
    groups = {}
    for name, one in graph.groups.items():
        outputs = {
            key: change(wire) if wire.node in one.nodes and one.nodes[wire.node].group == group else wire
            for key, wire in one.outputs.items()
        }
        kept = {key: wire for key, wire in outputs.items() if wire is not None}
        groups[name] = one if kept == one.outputs else replace(one, outputs=kept)
    return replace(graph, groups=groups)


def _spoken_of(graph: Graph, group: str, name: str, new: str) -> Graph:
    """The graph with formulas that speak of ``use.name`` speaking of ``use.new``."""

    def changed(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
        uses = {one for one, node in nodes.items() if node.group == group}
        if not uses:
            return nodes
        return map_formulas(nodes, lambda node, key: f"{node}.{new if node in uses and key == name else key}")

    return _everywhere(graph, changed)


def _renamed(sockets: Mapping[str, Any], name: str, new: str) -> dict[str, Any]:
    return {new if key == name else key: value for key, value in sockets.items()}


def _instead(node: Node, name: str, value: Value | None, text: str) -> Node:
    """An inner node with something else in place of an input of the group; ``text`` stands for it in formulas."""

    def instead(one: Value | None) -> Value | None:
        match one:
            case GroupInput(given) if given == name:
                return value
            case Row(items):
                return row(tuple(instead(item) for item in items))
            case Expr(formula):
                return Expr(expression.rewrite(formula, reference))
        return one

    def reference(one: str, key: str) -> str:
        return text if one == "input" and key == name else f"{one}.{key}"

    inputs = {key: instead(one) for key, one in node.inputs.items()}
    return replace(node, inputs={key: one for key, one in inputs.items() if one is not None})
