"""Edits of wires by what fits: joining, inserting into a wire, re-plugging, cutting, dots. ``fitting`` and ``healing``
hold what these stand on."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from ajar.contract import Socket
from ajar.errors import EditError
from workflows import kinds
from workflows.changes import add_node, connect, fresh, set_value
from workflows.fitting import (
    End,
    Plug,
    Spot,
    accepts,
    between,
    fitting,
    free_place,
    is_free,
    ranked,
    types_fitting,
)
from workflows.graph import Graph, Link, Node, Row, Value, Wire, entries, links, row
from workflows.groups import OUTLET
from workflows.healing import delete, extract, spoiled
from workflows.reach import downstream, links_from, upstream
from workflows.sockets import Types, carried, common_sockets, input_of, output_of, sockets_of, wire_from

__all__ = [
    "DOT", "End", "Plug", "Spot", "accepts", "add_dot", "after", "attach", "between", "common_sockets", "copy_wire",
    "cut", "cut_socket", "delete", "downstream", "extract", "fitting", "insert", "join", "join_all", "replug",
    "swap_inputs", "types_fitting", "upstream",
]
DOT = "dot"
"""The type of a dot on a wire."""


def join(graph: Graph, types: Types, source: str, target: str, output: str | None = None) -> Graph:
    """Wire a node into another where it fits best."""
    _there(graph, source, target)
    outputs = [one.name for one in sockets_of(graph, types, source)[1] if output in (None, one.name)]
    found = [
        (rank, order, name, spot) for order, name in enumerate(outputs)
        for rank, spot in ranked(graph, types, source, name, target)
    ]
    if not found:
        raise EditError(
            f'Nothing that "{source}" gives fits into "{target}".', "Choose another node, or put one between them.",
            node=target,
        )
    _, _, name, (key, index) = min(found, key=lambda entry: entry[:2])
    wire = wire_from(graph, types, source, name)
    return connect(graph, wire.node, wire.output, target, key, index)


def join_all(graph: Graph, types: Types, names: Sequence[str]) -> Graph:
    """Wire each of these nodes into the next, from left to right as they lie on the board."""
    if len(names) < 2:
        raise EditError("Joining takes two nodes or more.", "Select the nodes to be wired to one another.")
    _there(graph, *names)
    order = sorted(names, key=lambda name: (graph.layout.get(name) or [0])[0])
    for source, target in pairwise(order):
        if not any(link.wire.node == source for link in links({target: graph.nodes[target]})):
            graph = join(graph, types, source, target)
    return graph


def attach(graph: Graph, types: Types, one: End, other: End) -> Graph:
    """Wire two sockets to one another, whichever of them is the output."""
    sentence = accepts(types, graph, one, other)
    if sentence is not None:
        raise EditError(sentence, "Choose a socket that glows.")
    source, target = (one, other) if one.side == "out" else (other, one)
    wire = wire_from(graph, types, source.node, source.name)
    index = target.index
    socket = input_of(graph, types, target.node, target.name)
    if index is None and socket is not None:
        index = free_place(graph.nodes[target.node], socket)
    return connect(graph, wire.node, wire.output, target.node, target.name, index)


def insert(graph: Graph, types: Types, node: str, link: Link) -> Graph:
    """Put a node into a wire: it takes what the wire carried, and its result goes where the wire went."""
    _there(graph, node, link.node)
    _is_wire(graph, link)
    if node in (link.wire.node, link.node):
        raise EditError(f'"{node}" is at an end of this wire already.', "Drop it on another wire.", node=node)
    for spot in fitting(graph, types, link.wire.node, link.wire.output, node):
        if not is_free(graph.nodes[node], spot):
            continue
        for socket in sockets_of(graph, types, node)[1]:
            made = _inserted(graph, types, node, link, spot, socket.name)
            if made is not None:
                return made
    raise EditError(f'"{node}" does not fit into this wire.', "Drop it where what it takes and gives is wanted.")


def replug(graph: Graph, types: Types, link: Link, to: End) -> Graph:
    """Move one end of a wire: to another output, or to another input."""
    _is_wire(graph, link)
    return copy_wire(cut(graph, [link]), types, link, to)


def copy_wire(graph: Graph, types: Types, link: Link, to: End) -> Graph:
    """Another wire like this one, with one end elsewhere."""
    if to.side == "out":
        return attach(graph, types, Plug(link.node, "in", link.input, link.index), to)
    socket = output_of(graph, types, link.wire)
    return attach(graph, types, Plug(link.wire.node, "out", socket.name if socket else link.wire.output or ""), to)


def cut(graph: Graph, gone: Collection[Link]) -> Graph:
    """Take wires out. Places of rows stay free, so that the others keep their numbers."""
    nodes = dict(graph.nodes)
    for link in gone:
        node = nodes.get(link.node)
        if node is not None:
            nodes[link.node] = _without(node, link)
    return replace(graph, nodes=nodes) if gone else graph


def cut_socket(graph: Graph, types: Types, end: End) -> Graph:
    """Take out all wires at one socket."""
    _there(graph, end.node)
    if end.side == "in":
        mine = [link for link in links({end.node: graph.nodes[end.node]}) if link.input == end.name]
        return cut(graph, [link for link in mine if end.index is None or link.index == end.index])
    wire = wire_from(graph, types, end.node, end.name)
    leaving = [link for link in links_from(graph.nodes).get(end.node, ()) if link.node != OUTLET]
    return cut(graph, [link for link in leaving if wire_from(graph, types, end.node, link.wire.output) == wire])


def add_dot(graph: Graph, link: Link | Collection[Link], at: tuple[float, float]) -> tuple[Graph, str]:
    """Put a dot on a wire, or on several that come from the same output. Also gives the id of the dot."""
    wired = [link] if isinstance(link, Link) else list(link)
    if not wired or any(one.wire != wired[0].wire for one in wired):
        raise EditError("A dot goes on wires that come from one output.", "Choose wires with the same start.")
    for one in wired:
        _is_wire(graph, one)
    dot = fresh(graph.nodes, DOT)
    graph = add_node(graph, DOT, {"value": wired[0].wire}, id=dot, at=at)
    for one in wired:
        graph = set_value(graph, one.node, one.input, Wire(dot), one.index)
    return graph, dot


def after(graph: Graph, types: Types, selected: str, new: str, *, branch: bool = False) -> Graph:
    """Wire a new node after another, and into the wires that leave it where that fits (not with ``branch``)."""
    leaving = () if branch else links_from(graph.nodes).get(selected, ())
    graph = join(graph, types, selected, new)
    mine = next(link.wire for link in links({new: graph.nodes[new]}) if link.wire.node == selected)
    for link in leaving:
        if link.node == new or wire_from(graph, types, selected, link.wire.output) != mine:
            continue
        for output in sockets_of(graph, types, new)[1]:
            made = _led_through(graph, types, link, wire_from(graph, types, new, output.name))
            if made is not None:
                graph = made
                break
    return graph


def swap_inputs(graph: Graph, types: Types, node: str) -> Graph:
    """Exchange what two inputs of one type are given: the first two with wires, or a wired and another one."""
    _there(graph, node)
    one = graph.nodes[node]
    sockets = sockets_of(graph, types, node)[0]
    for socket in sockets:
        value = one.inputs.get(socket.name)
        if isinstance(value, Row) and socket.form == "row" and len(value.items) > 1:
            first, second, *rest = value.items
            return _with_inputs(graph, node, {**one.inputs, socket.name: row((second, first, *rest))})
    pair = next(_alike(sockets, one), None)
    if pair is None:
        raise EditError(
            f'"{node}" has no two inputs that could be swapped.', "Wire one of two inputs of the same type.", node=node,
        )
    swapped = {**one.inputs, pair[0]: one.inputs.get(pair[1]), pair[1]: one.inputs.get(pair[0])}
    return _with_inputs(graph, node, {key: value for key, value in swapped.items() if value is not None})


def _alike(sockets: Sequence[Socket], node: Node) -> Iterator[tuple[str, str]]:
    """Pairs of inputs of one type, those where both are wired first."""
    single = [one for one in sockets if one.form == "one"]
    pairs = [(one, two) for place, one in enumerate(single) for two in single[place + 1 :] if one.type == two.type]
    for wanted in (2, 1):
        for one, two in pairs:
            if sum(isinstance(node.inputs.get(socket.name), Wire) for socket in (one, two)) == wanted:
                yield one.name, two.name


def _inserted(graph: Graph, types: Types, node: str, link: Link, spot: Spot, output: str) -> Graph | None:
    try:
        made = connect(graph, link.wire.node, link.wire.output, node, *spot)
    except EditError:
        return None
    return _led_through(made, types, link, wire_from(made, types, node, output))


def _led_through(graph: Graph, types: Types, link: Link, wire: Wire) -> Graph | None:
    """The graph with another source for a wire, or None where that does not fit or would close a circle."""
    socket = input_of(graph, types, link.node, link.input)
    if socket is None or not kinds.compatible(carried(graph, types, wire), socket):
        return None
    try:
        made = connect(graph, wire.node, wire.output, link.node, link.input, link.index)
    except EditError:
        return None
    return None if spoiled(graph, made, types, [link.node]) else made


def _without(node: Node, link: Link) -> Node:
    inputs: dict[str, Value] = dict(node.inputs)
    value = inputs.get(link.input)
    if link.index is None:
        if isinstance(value, Wire):
            del inputs[link.input]
        return replace(node, inputs=inputs)
    places = list(entries(value))
    if not isinstance(value, Row) or link.index >= len(places) or not isinstance(places[link.index], Wire):
        return node
    places[link.index] = None
    while places and places[-1] is None:
        places.pop()
    if places:
        inputs[link.input] = row(tuple(places))
    else:
        del inputs[link.input]
    return replace(node, inputs=inputs)


def _with_inputs(graph: Graph, name: str, inputs: dict[str, Any]) -> Graph:
    return replace(graph, nodes={**graph.nodes, name: replace(graph.nodes[name], inputs=inputs)})


def _is_wire(graph: Graph, link: Link) -> None:
    node = graph.nodes.get(link.node)
    value: Any = node.inputs.get(link.input) if node is not None else None
    if link.index is not None:
        places = entries(value)
        value = places[link.index] if link.index < len(places) else None
    if value != link.wire:
        raise EditError("This wire is no longer there.", "Choose another one.")


def _there(graph: Graph, *names: str) -> None:
    for name in names:
        if name not in graph.nodes:
            raise EditError(f'There is no node "{name}".', "Choose a node that is on the board.")
