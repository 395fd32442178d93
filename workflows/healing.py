"""Taking nodes out so that what came before them leads on to what came after, where the types fit."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ajar.contract import Socket
from ajar.errors import EditError
from workflows import kinds
from workflows.graph import Graph, GroupInput, Link, Node, Row, Value, Wire, entries, links, row
from workflows.groups import without_unused
from workflows.links import without_references
from workflows.reach import links_from
from workflows.sockets import Types, carried, input_of, is_open, known, output_of, sockets_of

Place = tuple[str, str, int | None]
"""Where a wire goes to: node, input, place of a row."""


def delete(graph: Graph, types: Types, names: Collection[str], heal: bool = True) -> Graph:
    """Remove nodes, and frames and notes (``frame:ID``, ``note:ID``).

    With ``heal``, what came before the nodes leads on, and formulas keep the values that they spoke of.
    """
    gone = {name for name in names if name in graph.nodes}
    frames = {key: one for key, one in graph.frames.items() if f"frame:{key}" not in names}
    notes = {key: one for key, one in graph.notes.items() if f"note:{key}" not in names}
    if not gone and len(frames) == len(graph.frames) and len(notes) == len(graph.notes):
        raise EditError("There is nothing to delete.", "Select nodes, frames or notes first.")
    graph = replace(graph, frames=frames, notes=notes)
    if not gone:
        return graph
    healed = _led_around(graph, types, gone) if heal else _replaced(graph, gone, {})
    nodes = {name: node for name, node in healed.nodes.items() if name not in gone}
    if heal:
        nodes = without_references(graph, types, nodes, gone)
    layout = {key: at for key, at in graph.layout.items() if key not in gone}
    healed = replace(healed, nodes=nodes, layout=layout)
    for group in sorted({graph.nodes[name].group or "" for name in gone}):
        healed = without_unused(healed, group)
    return healed


def extract(graph: Graph, types: Types, names: Collection[str]) -> Graph:
    """Take nodes out of the flow: they stay on the board with the wires among themselves, and the gap is healed."""
    taken = {name for name in names if name in graph.nodes}
    if not taken:
        raise EditError("There is nothing to take out.", "Select some nodes first.")
    healed = _led_around(graph, types, taken)
    nodes = dict(healed.nodes)
    for name in taken:
        nodes[name] = _freed(nodes[name], taken)
    if all(nodes[name] == graph.nodes[name] for name in nodes):
        raise EditError("These nodes are not wired to any others.", "Select nodes that lie in a wire.")
    made = replace(healed, nodes=nodes)
    return _cut(made, spoiled(graph, made, types, taken))


def spoiled(before: Graph, after: Graph, types: Types, names: Iterable[str]) -> list[Link]:
    """The wires at these nodes, and behind them as far as types are handed on, that no longer fit but did."""
    known_ = known(after, types)
    takers = links_from(after.nodes)
    todo = [name for name in names if name in after.nodes]
    seen = set(todo)
    found: list[Link] = []
    while todo:
        name = todo.pop()
        node = after.nodes[name]
        found += [link for link in links({name: node}) if not _sound(after, types, link)]
        if is_open(node, known_.get(node.type)):
            for link in takers.get(name, ()):
                if link.node not in seen:
                    seen.add(link.node)
                    todo.append(link.node)
    return [link for link in found if not _was_bad(before, types, link)]


def _was_bad(before: Graph, types: Types, link: Link) -> bool:
    node = before.nodes.get(link.node)
    return node is not None and link in set(links({link.node: node})) and not _sound(before, types, link)


def _sound(graph: Graph, types: Types, link: Link) -> bool:
    socket = input_of(graph, types, link.node, link.input)
    if socket is None or link.wire.node not in graph.nodes or output_of(graph, types, link.wire) is None:
        return False
    return kinds.compatible(carried(graph, types, link.wire), socket)


def _led_around(graph: Graph, types: Types, gone: Collection[str]) -> Graph:
    """The graph where no node outside takes anything from these, but what came before them where that fits."""
    leaving = [link for name in gone for link in links_from(graph.nodes).get(name, ()) if link.node not in gone]
    healed: dict[Place, Value] = {}
    for link in leaving:
        found = _instead(graph, types, link, gone)
        if found is not None:
            healed[link.node, link.input, link.index] = found
    made = _replaced(graph, gone, healed)
    targets = {link.node for link in leaving}
    if spoiled(graph, made, types, targets):
        known_ = known(graph, types)
        closed = {name for name in targets if not is_open(graph.nodes[name], known_.get(graph.nodes[name].type))}
        made = _replaced(graph, gone, {place: value for place, value in healed.items() if place[0] in closed})
        made = _cut(made, spoiled(graph, made, types, targets))
    return made


def _instead(graph: Graph, types: Types, link: Link, gone: Collection[str]) -> Value | None:
    """What takes the place of a wire from nodes that go: what they were given, of the same type if there is any."""
    socket = input_of(graph, types, link.node, link.input)
    if socket is None:
        return None
    was = carried(graph, types, link.wire)
    second: Value | None = None
    for value, kind, form in _before(graph, types, link.wire.node, gone):
        if isinstance(value, GroupInput) and form != socket.form:
            continue  # it may be a row of values
        if not kinds.compatible(kind, socket):
            continue
        if kinds.fits(kind, was):
            return value
        second = second or value
    # Of a node that nothing is known of (or the output of a group) only what was there says what it takes.
    return second if graph.nodes[link.node].type in known(graph, types) else None


def _before(graph: Graph, types: Types, name: str, gone: Collection[str]) -> Iterator[tuple[Value, Any, str]]:
    """What comes into nodes that go, from outside: with its type and the form of its input; first inputs first."""
    stack: list[tuple[Value, Socket]] = [(Wire(name), Socket("", Any))]
    seen: set[str] = set()
    while stack:
        value, socket = stack.pop()
        if isinstance(value, GroupInput):
            yield value, socket.type, socket.form
        elif isinstance(value, Wire) and value.node not in gone:
            yield value, carried(graph, types, value), socket.form
        elif isinstance(value, Wire) and value.node not in seen:
            seen.add(value.node)
            node = graph.nodes[value.node]
            inputs = sockets_of(graph, types, value.node)[0]
            stack += reversed([(item, one) for one in inputs for item in _wired(node.inputs.get(one.name))])


def _wired(value: Value | None) -> Iterator[Value]:
    for item in entries(value):
        if isinstance(item, (Wire, GroupInput)):
            yield item


def _replaced(graph: Graph, gone: Collection[str], healed: Mapping[Place, Value]) -> Graph:
    """The graph where every wire from these nodes to others is replaced or cut."""
    nodes = dict(graph.nodes)
    for target in {link.node for name in gone for link in links_from(graph.nodes).get(name, ())} - set(gone):
        inputs: dict[str, Value] = {}
        for key, value in nodes[target].inputs.items():
            new = _without_gone(value, gone, healed, target, key)
            if new is not None or value is None:
                inputs[key] = new
        nodes[target] = replace(nodes[target], inputs=inputs)
    return replace(graph, nodes=nodes)


def _without_gone(value: Value, gone: Collection[str], healed: Mapping[Place, Value], target: str, key: str,
                  ) -> Value | None:
    if isinstance(value, Wire) and value.node in gone:
        return healed.get((target, key, None))
    if not isinstance(value, Row):
        return value
    items = [
        healed.get((target, key, index)) if isinstance(item, Wire) and item.node in gone else item
        for index, item in enumerate(value.items)
    ]
    while items and items[-1] is None:
        items.pop()
    return row(tuple(items)) if items else None


def _cut(graph: Graph, bad: Collection[Link]) -> Graph:
    nodes = dict(graph.nodes)
    for link in bad:
        node = nodes[link.node]
        value = node.inputs[link.input]
        if isinstance(value, Row):
            kept = [None if index == link.index else item for index, item in enumerate(value.items)]
            nodes[link.node] = replace(node, inputs={**node.inputs, link.input: row(tuple(kept))})
        else:
            inputs = {key: one for key, one in node.inputs.items() if key != link.input}
            nodes[link.node] = replace(node, inputs=inputs)
    return replace(graph, nodes=nodes)


def _freed(node: Node, inside: Collection[str]) -> Node:
    """A node without what is wired into it from outside."""
    inputs: dict[str, Value] = {}
    for key, value in node.inputs.items():
        if isinstance(value, Row):
            items = [None if _is_outside(item, inside) else item for item in value.items]
            while items and items[-1] is None:
                items.pop()
            if items:
                inputs[key] = row(tuple(items))
        elif not _is_outside(value, inside):
            inputs[key] = value
    return replace(node, inputs=inputs)


def _is_outside(value: Value | None, inside: Collection[str]) -> bool:
    return isinstance(value, GroupInput) or (isinstance(value, Wire) and value.node not in inside)
