"""Edits of nodes, wires and values: pure functions from a graph to a new one, which shares all that did not change.

An edit that would leave the graph wrong raises EditError and changes nothing. ``edit`` gathers these and all others.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError, WorkflowError
from workflows import expression
from workflows.graph import (
    CONFIDENTIAL,
    GROUP,
    ID,
    NAME,
    STATES,
    Expr,
    Graph,
    Node,
    State,
    Value,
    Wire,
    entries,
    row,
)
from workflows.places import pair
from workflows.plain import ID_HINT, plain_value, read_value
from workflows.problems import suggest
from workflows.replacing import map_formulas, map_wires, storable


def add_node(
    graph: Graph, type_: str, inputs: Mapping[str, Value] | None = None, *, id: str | None = None,
    at: tuple[float, float] | None = None, title: str = "",
) -> Graph:
    """Add a node; without an id it gets one from its type (``fresh`` tells which)."""
    name = fresh(graph.nodes, type_) if id is None else id
    _free(graph, name)
    for key, value in (inputs or {}).items():
        _sound(name, key, value)
        for wire in _wires(value):
            _no_circle(graph, wire.node, name)
    nodes = {**graph.nodes, name: Node(type_, dict(inputs or {}), title=title)}
    layout = graph.layout if at is None else {**graph.layout, name: list(at)}
    return replace(graph, nodes=nodes, layout=layout)


def fresh(taken: Collection[str], like: str) -> str:
    """A free id made from a type or another id: ``flux``, ``flux-2``, ``flux-3``."""
    short = like.removeprefix(GROUP).rpartition("/")[2].lower()
    base = "".join(one if one.isascii() and one.isalnum() else "-" for one in short).strip("-") or "node"
    stem, _, number = base.rpartition("-")
    if stem and number.isdigit():
        base = stem
    if base not in taken:
        return base
    count = 2
    while f"{base}-{count}" in taken:
        count += 1
    return f"{base}-{count}"


def remove_node(graph: Graph, name: str, *, heal: bool = False) -> Graph:
    """Take a node out, and the wires from it. ``heal`` joins what followed to the node's first wired input."""
    node = _node(graph, name)
    source: Value | None = None
    if heal:
        wires = [wire for value in node.inputs.values() for wire in _wires(value) if wire.node != name]
        source = wires[0] if wires else None
    nodes = {other: value for other, value in graph.nodes.items() if other != name}
    nodes = map_wires(nodes, lambda wire: source if wire.node == name else wire)
    layout = {key: at for key, at in graph.layout.items() if key != name}
    return replace(graph, nodes=nodes, layout=layout)


def rename_node(graph: Graph, name: str, new: str) -> Graph:
    """Give a node another id, in its wires, formulas and place as well."""
    _node(graph, name)
    if new == name:
        return graph
    _free(graph, new)
    nodes = {new if other == name else other: node for other, node in graph.nodes.items()}
    nodes = map_wires(nodes, lambda wire: Wire(new, wire.output) if wire.node == name else wire)
    nodes = map_formulas(nodes, lambda node, key: f"{new if node == name else node}.{key}")
    layout = {new if key == name else key: at for key, at in graph.layout.items()}
    return replace(graph, nodes=nodes, layout=layout)


def set_value(graph: Graph, name: str, key: str, value: Value, index: int | None = None) -> Graph:
    """Give an input, or one place of a row, a literal, formula or wire; what was there is replaced."""
    node = _node(graph, name)
    if not NAME.fullmatch(key):
        raise EditError(f'"{key}" can\'t be the name of an input.', "Names have letters, digits and underscores.")
    _sound(name, key, value)
    for wire in _wires(value):
        _node(graph, wire.node)
        _no_circle(graph, wire.node, name)
    if index is not None:
        value = _placed(node.inputs.get(key), index, value)
    if _same(node.inputs.get(key), value) and key in node.inputs:
        return graph
    return _with(graph, name, replace(node, inputs={**node.inputs, key: value}))


def reset_value(graph: Graph, name: str, key: str) -> Graph:
    """Leave an input to its default."""
    node = _node(graph, name)
    if key not in node.inputs:
        return graph
    return _with(graph, name, replace(node, inputs={one: value for one, value in node.inputs.items() if one != key}))


def connect(
    graph: Graph, source: str, output: str | None, name: str, key: str, index: int | None = None,
) -> Graph:
    """Wire an output to an input, or to a place of a row; an index at its end makes the row grow."""
    return set_value(graph, name, key, Wire(source, output), index)


def disconnect(graph: Graph, name: str, key: str, index: int | None = None) -> Graph:
    """Remove the wire to an input, or free one place of a row (the last place goes away)."""
    node = _node(graph, name)
    value = node.inputs.get(key)
    if index is None:
        if not any(True for _ in _wires(value)):
            raise EditError(f'Nothing is wired to "{key}" of "{name}".', "Choose an input with a wire.")
        return reset_value(graph, name, key)
    places = list(entries(value))
    if not 0 <= index < len(places) or not isinstance(places[index], Wire):
        raise EditError(f'Nothing is wired to place {index} of "{key}" of "{name}".', "Choose a place with a wire.")
    places[index] = None
    while places and places[-1] is None:
        places.pop()
    if not places:
        return reset_value(graph, name, key)
    return _with(graph, name, replace(node, inputs={**node.inputs, key: row(tuple(places))}))


def set_state(graph: Graph, name: str, state: State | None, result: Mapping[str, Any] | None = None) -> Graph:
    """Mute, bypass, freeze (with the stored result by output) or wake a node."""
    node = _node(graph, name)
    if state is not None and state not in STATES:
        raise EditError(f'"{state}" is not a state.', f"States are {', '.join(STATES)}.")
    if state == "frozen" and not result and not node.result:
        raise EditError(f'"{name}" can\'t be frozen: it has no result yet.', "Run it first.")
    kept = (result or node.result) if state == "frozen" else None
    return _with(graph, name, replace(node, state=state, result=kept))


def set_confidential(graph: Graph, name: str, on: bool) -> Graph:
    """Mark what a node gives, so that neither it nor what is made from it reaches another machine; or not any more."""
    node = _node(graph, name)
    extra = {key: value for key, value in node.extra.items() if key != CONFIDENTIAL}
    return _with(graph, name, replace(node, extra={**extra, CONFIDENTIAL: True} if on else extra))


def set_take(graph: Graph, name: str, take: int) -> Graph:
    """Select one of several results of a node."""
    if isinstance(take, bool) or not isinstance(take, int) or take < 0:
        raise EditError("A take is a whole number from 0 up.", "Choose another number.")
    return _with(graph, name, replace(_node(graph, name), take=take))


def set_title(graph: Graph, name: str, title: str) -> Graph:
    """Give a node a title of its own, or none with an empty text."""
    storable(title, "The title")
    return _with(graph, name, replace(_node(graph, name), title=title))


def duplicate(
    graph: Graph, names: Collection[str], *, by: tuple[float, float] = (40, 40),
) -> tuple[Graph, dict[str, str]]:
    """Copy nodes with the wires among them and those into them. Also gives the new id of each."""
    new: dict[str, str] = {}
    taken = set(graph.nodes)
    for name in names:
        _node(graph, name)
        new[name] = fresh(taken, name)
        taken.add(new[name])
    copies = {new[name]: graph.nodes[name] for name in graph.nodes if name in new}
    copies = map_wires(copies, lambda wire: Wire(new.get(wire.node, wire.node), wire.output))
    copies = map_formulas(copies, lambda node, key: f"{new.get(node, node)}.{key}")
    layout = dict(graph.layout)
    for name, copy in new.items():
        if (place := pair(layout.get(name))) is not None:
            layout[copy] = [place[0] + by[0], place[1] + by[1], *layout[name][2:]]
    return replace(graph, nodes={**graph.nodes, **copies}, layout=layout), new


def _node(graph: Graph, name: str) -> Node:
    node = graph.nodes.get(name)
    if node is None:
        raise EditError(f'There is no node "{name}".', suggest(name, graph.nodes, "See the ids in the workflow."))
    return node


def _free(graph: Graph, name: str) -> None:
    if not ID.fullmatch(name):
        raise EditError(f'"{name}" can\'t be the id of a node.', ID_HINT)
    if name in graph.nodes:
        raise EditError(f'There is a node "{name}" already.', "Choose another id.")


def _with(graph: Graph, name: str, node: Node) -> Graph:
    return replace(graph, nodes={**graph.nodes, name: node})


def _wires(value: Value | None) -> list[Wire]:
    return [item for item in entries(value) if isinstance(item, Wire)]


def _sound(name: str, key: str, value: Value | None) -> None:
    """Refuse a value that a file can't hold, and a formula that can't be read."""
    for item in entries(value):
        if isinstance(item, Expr):
            try:
                expression.parse(item.text)
            except WorkflowError as error:
                raise EditError(error.message, error.hint, node=name) from None
    storable(plain_value(value), f'The value of "{key}" of "{name}"')


def _same(old: Value | None, new: Value | None) -> bool:
    # In Python 1 == True == 1.0; in a file they differ.
    return old == new and json.dumps(plain_value(old)) == json.dumps(plain_value(new))


def _placed(value: Value | None, index: int, item: Value | None) -> Value:
    places = [] if value is None else list(entries(value))
    if index < 0 or index > len(places) + 1000:
        raise EditError(f"A row has no place {index}.", "Choose a place from 0 up.")
    places += [None] * (index + 1 - len(places))
    places[index] = item
    return row(tuple(places))


def _no_circle(graph: Graph, source: str, target: str) -> None:
    """Refuse a wire whose source needs the target already."""
    seen: set[str] = set()
    stack = [source]
    while stack:
        name = stack.pop()
        if name == target:
            raise EditError(
                f'"{target}" can\'t take a value from "{source}", which needs "{target}" itself.',
                "Wire something that comes before it.", node=target,
            )
        if name in seen or name not in graph.nodes:
            continue
        seen.add(name)
        stack.extend(wire.node for value in graph.nodes[name].inputs.values() for wire in _wires(value))


def read_given(plain: Any, where: str) -> Value:
    """A value as the file writes it, for edits that are given JSON."""
    try:
        return read_value(plain, where)
    except WorkflowError as error:
        raise EditError(error.message, error.hint) from None
