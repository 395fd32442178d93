"""Putting nodes into a group and taking them out again."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows import expression
from workflows.changes import fresh
from workflows.flatten import as_text
from workflows.frames import copy_of
from workflows.graph import GROUP, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries, links, row, spliced
from workflows.groups import group_of, without_unused
from workflows.places import pair
from workflows.problems import suggest


def make_group(graph: Graph, names: Collection[str], name: str = "group") -> tuple[Graph, str]:
    """Put nodes into a new group and one use of it in their place. Also gives the id of the use.

    Wires from outside become inputs of the group, wires to the outside its outputs. Frames and notes
    (``frame:ID``, ``note:ID``) go along.
    """
    nodes_in = {one for one in names if not one.startswith(("frame:", "note:"))}
    for one in nodes_in:
        if one not in graph.nodes:
            raise EditError(f'There is no node "{one}".', suggest(one, graph.nodes, "Choose nodes that are there."))
    if not nodes_in:
        raise EditError("A group needs at least one node.", "Choose some nodes.")
    _not_around(graph, nodes_in)
    group_name = fresh(graph.groups, name)
    making = _Making(graph, nodes_in)
    making.take()
    group = Group(making.inputs, making.outputs, making.inside)
    use = fresh([one for one in graph.nodes if one not in nodes_in], group_name)
    nodes = making.around(use, Node(GROUP + group_name, making.given))
    prefix = f"{GROUP}{group_name}/"
    corner = _corner([graph.layout.get(one) for one in nodes_in])
    layout = {prefix + key if key in nodes_in else key: at for key, at in graph.layout.items()}
    if corner is not None:
        layout[use] = list(corner)
    return replace(
        graph, nodes=nodes, groups={**graph.groups, group_name: group}, layout=layout,
        frames={prefix + key if f"frame:{key}" in names else key: one for key, one in graph.frames.items()},
        notes={prefix + key if f"note:{key}" in names else key: one for key, one in graph.notes.items()},
    ), use


def ungroup(graph: Graph, use: str) -> Graph:
    """Put the nodes of a group in place of one use of it."""
    group, name = group_of(graph, use, use)
    node = graph.nodes[use]
    if node.state is not None:
        raise EditError(f'"{use}" is {node.state}, so it can\'t be ungrouped.', "Set it back to normal first.")
    new: dict[str, str] = {}
    taken = set(graph.nodes) - {use}
    for inside in group.nodes:
        new[inside] = fresh(taken, inside)
        taken.add(new[inside])
    given: dict[str, Any] = {key: about["default"] for key, about in group.inputs.items() if "default" in about}
    given.update({key: value for key, value in node.inputs.items() if value is not None})
    inner = {new[inside]: _freed(one, new, given) for inside, one in group.nodes.items()}
    nodes: dict[str, Node] = {}
    for other, one in graph.nodes.items():
        if other == use:
            nodes.update(inner)
        else:
            nodes[other] = _rewired(one, use, group, new, given)
    result = _laid_out(replace(graph, nodes=nodes), use, name, new)
    return without_unused(result, name)


def _laid_out(graph: Graph, use: str, name: str, new: Mapping[str, str]) -> Graph:
    """The nodes, frames and notes of a group where its use lies; they keep their places to one another."""
    prefix = f"{GROUP}{name}/"
    layout = {key: at for key, at in graph.layout.items() if key != use}
    inside = {out: graph.layout[prefix + key] for key, out in new.items() if prefix + key in graph.layout}
    corner, at = _corner(list(inside.values())), pair(graph.layout.get(use))
    by = (at[0] - corner[0], at[1] - corner[1]) if corner is not None and at is not None else (0, 0)
    for out, entry in inside.items():
        place = pair(entry)
        layout[out] = entry if place is None else [place[0] + by[0], place[1] + by[1], *entry[2:]]
    made = replace(graph, layout=layout)
    for kind, section in (("frame", graph.frames), ("note", graph.notes)):
        for key, about in section.items():
            if key.startswith(prefix) and isinstance(about, Mapping):
                made, _ = copy_of(made, kind, key[len(prefix) :], about, by)
    return made


def _corner(entries_: Collection[Any]) -> tuple[float, float] | None:
    """The upper left corner of all that has a place."""
    places = [place for entry in entries_ if (place := pair(entry)) is not None]
    return (min(x for x, _ in places), min(y for _, y in places)) if places else None


def _not_around(graph: Graph, names: set[str]) -> None:
    """Refuse a group with a node outside that comes both after and before it: the use would need itself."""
    takers: dict[str, list[str]] = {}
    for link in links(graph.nodes):
        takers.setdefault(link.wire.node, []).append(link.node)
    stack = [taker for name in names for taker in takers.get(name, ()) if taker not in names]
    seen = set(stack)
    while stack:
        name = stack.pop()
        for taker in takers.get(name, ()):
            if taker in names:
                raise EditError(
                    f'These nodes can\'t be grouped without "{name}", which lies between them.',
                    f'Choose "{name}" as well.',
                )
            if taker not in seen:
                seen.add(taker)
                stack.append(taker)


class _Making:
    """A new group while its wires across the border are found."""

    def __init__(self, graph: Graph, names: set[str]) -> None:
        self.graph = graph
        self.names = names
        self.inputs: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, Wire] = {}
        self.inside: dict[str, Node] = {}
        self.given: dict[str, Value] = {}
        self._gates: dict[Wire | GroupInput, str] = {}
        self._exits: dict[Wire, str] = {}

    def take(self) -> None:
        for name, node in self.graph.nodes.items():
            if name in self.names:
                inputs = {key: self.inward(key, value) for key, value in node.inputs.items()}
                self.inside[name] = replace(node, inputs=inputs)

    def inward(self, key: str, value: Value | None) -> Value:
        if isinstance(value, Row):
            return Row(tuple(self.inward(key, item) for item in value.items))
        if isinstance(value, Expr):
            self.refuse_formula(value, inside=True)
        if not isinstance(value, (Wire, GroupInput)) or (isinstance(value, Wire) and value.node in self.names):
            return value
        if value not in self._gates:
            gate = _free_name(key, self.inputs)
            self._gates[value] = gate
            self.inputs[gate] = {}
            self.given[gate] = value
        return GroupInput(self._gates[value])

    def around(self, use: str, node: Node) -> dict[str, Node]:
        """All nodes outside, with the use where the first of the group stood."""
        nodes: dict[str, Node] = {}
        for name, other in self.graph.nodes.items():
            if name in self.names:
                nodes.setdefault(use, node)
            else:
                inputs = {key: self.outward(use, value) for key, value in other.inputs.items()}
                nodes[name] = replace(other, inputs=inputs)
        return nodes

    def outward(self, use: str, value: Value | None) -> Value:
        if isinstance(value, Row):
            return Row(tuple(self.outward(use, item) for item in value.items))
        if isinstance(value, Expr):
            self.refuse_formula(value, inside=False)
        if not isinstance(value, Wire) or value.node not in self.names:
            return value
        if value not in self._exits:
            exit_ = _free_name(value.output or "result", self.outputs)
            self._exits[value] = exit_
            self.outputs[exit_] = value
        return Wire(use, self._exits[value])

    def refuse_formula(self, value: Expr, *, inside: bool) -> None:
        for node, key in expression.parse(value.text).references:
            outer = inside and node == "input" and node not in self.graph.nodes
            if outer or ((node in self.names) != inside and node in self.graph.nodes):
                raise EditError(
                    f'A formula speaks of "{node}.{key}" across the border of the group.',
                    "Group the nodes that it speaks of as well, or replace it by a value.",
                )


def _free_name(like: str, taken: Collection[str]) -> str:
    name, count = like, 2
    while name in taken:
        name, count = f"{like}_{count}", count + 1
    return name


def _freed(node: Node, new: Mapping[str, str], given: Mapping[str, Value]) -> Node:
    """An inner node with its ids as they are outside and the use's values for the group's inputs."""

    def free(value: Value | None) -> Value | None:
        match value:
            case Wire(source, output):
                return Wire(new.get(source, source), output)
            case GroupInput(key):
                return given.get(key)
            case Row(items):
                return spliced([free(item) for item in items])
            case Expr(text):
                return Expr(expression.rewrite(text, formula))
        return value

    def formula(one: str, key: str) -> str:
        if one == "input" and one not in new:
            return as_text(given.get(key), f"input.{key}")
        return f"{new.get(one, one)}.{key}"

    inputs = {key: free(value) for key, value in node.inputs.items()}
    return replace(node, inputs={key: value for key, value in inputs.items() if value is not None})


def _rewired(node: Node, use: str, group: Group, new: Mapping[str, str], given: Mapping[str, Value]) -> Node:
    """A node outside with its wires from the use leading to the nodes that were inside."""

    def output(name: str | None) -> Wire | None:
        found = group.outputs.get(name or next(iter(group.outputs), ""))
        return Wire(new[found.node], found.output) if found and found.node in new else None

    def behind(value: Value | None) -> Value | None:
        match value:
            case Row(items):
                return row(tuple(behind(item) for item in items))
            case Wire(source, name) if source == use:
                return output(name)
            case Expr(text):
                return Expr(expression.rewrite(text, formula))
        return value

    def formula(one: str, key: str) -> str:
        value = given.get(key, output(key)) if one == use else None
        return as_text(value, f"{one}.{key}")

    if not any(
        isinstance(item, Expr) or (isinstance(item, Wire) and item.node == use)
        for value in node.inputs.values() for item in entries(value)
    ):
        return node
    inputs = {key: behind(value) for key, value in node.inputs.items()}
    return replace(node, inputs={key: value for key, value in inputs.items() if value is not None})
