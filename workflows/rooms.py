"""Edits of groups. The inside of a group is edited as a graph of its own: ``into`` opens it, ``outer`` closes it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows import expression
from workflows.changes import fresh
from workflows.flatten import as_text
from workflows.graph import GROUP, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries, links, row
from workflows.problems import suggest


def into(graph: Graph, use: str, path: str = "") -> tuple[Graph, Graph]:
    """The graph with a group of its own for this use, and the inside of that group as a graph."""
    group, name = _group_of(graph, use, path or use)
    if _times_used(graph, name) > 1:
        graph = make_unique(graph, use)
        group, name = _group_of(graph, use, path or use)
    return graph, Graph(nodes=group.nodes, groups=graph.groups)


def outer(graph: Graph, use: str, inside: Graph) -> Graph:
    """Close a group that was opened with ``into``, with its nodes as they are in ``inside``."""
    group, name = _group_of(graph, use, use)
    return replace(graph, groups={**inside.groups, name: replace(group, nodes=inside.nodes)})


def make_unique(graph: Graph, use: str) -> Graph:
    """Give a use a copy of its group, so that editing it leaves the other uses alone."""
    group, name = _group_of(graph, use, use)
    copy = fresh(graph.groups, name)
    before, after = f"{GROUP}{name}/", f"{GROUP}{copy}/"
    layout = {after + key[len(before) :]: at for key, at in graph.layout.items() if key.startswith(before)}
    nodes = {**graph.nodes, use: replace(graph.nodes[use], type=GROUP + copy)}
    return replace(graph, nodes=nodes, groups={**graph.groups, copy: group}, layout={**graph.layout, **layout})


def make_group(graph: Graph, names: Collection[str], name: str = "group") -> tuple[Graph, str]:
    """Put nodes into a new group and one use of it in their place. Also gives the id of the use.

    Wires from outside become inputs of the group, wires to the outside its outputs.
    """
    for one in names:
        if one not in graph.nodes:
            raise EditError(f'There is no node "{one}".', suggest(one, graph.nodes, "Choose nodes that are there."))
    if not names:
        raise EditError("A group needs at least one node.", "Choose some nodes.")
    _not_around(graph, set(names))
    group_name = fresh(graph.groups, name)
    making = _Making(graph, set(names))
    making.take()
    group = Group(making.inputs, making.outputs, making.inside)
    use = fresh([one for one in graph.nodes if one not in names], group_name)
    nodes = making.around(use, Node(GROUP + group_name, making.given))
    layout = _moved_in(graph.layout, set(names), f"{GROUP}{group_name}/", use)
    return replace(graph, nodes=nodes, groups={**graph.groups, group_name: group}, layout=layout), use


def ungroup(graph: Graph, use: str) -> Graph:
    """Put the nodes of a group in place of one use of it."""
    group, name = _group_of(graph, use, use)
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
    layout = {key: at for key, at in graph.layout.items() if key != use}
    for inside, out in new.items():
        if (at := graph.layout.get(f"{GROUP}{name}/{inside}")) is not None:
            layout[out] = at
    result = replace(graph, nodes=nodes, layout=layout)
    return without_unused(result, name)


def remove_group(graph: Graph, name: str) -> Graph:
    """Remove a group that nothing uses."""
    if name not in graph.groups:
        raise EditError(f'There is no group "{name}".', suggest(name, graph.groups, "Choose one that is there."))
    if _times_used(graph, name):
        raise EditError(f'The group "{name}" is in use.', "Ungroup or remove its uses first.")
    return without_unused(graph, name)


def without_unused(graph: Graph, name: str) -> Graph:
    """The graph without a group that nothing uses any more, and without what only that group used."""
    if name not in graph.groups or _times_used(graph, name):
        return graph
    prefix = f"{GROUP}{name}/"
    places: dict[str, Any] = {
        section: {key: one for key, one in getattr(graph, section).items() if not key.startswith(prefix)}
        for section in ("layout", "frames", "notes")
    }
    inside = {node.group for node in graph.groups[name].nodes.values() if node.group is not None}
    graph = replace(graph, groups={one: group for one, group in graph.groups.items() if one != name}, **places)
    for one in sorted(inside):
        graph = without_unused(graph, one)
    return graph


def _group_of(graph: Graph, use: str, path: str) -> tuple[Group, str]:
    node = graph.nodes.get(use)
    if node is None:
        raise EditError(f'There is no node "{path}".', suggest(use, graph.nodes, "See the ids in the workflow."))
    name = node.group
    if name is None or name not in graph.groups:
        raise EditError(f'"{path}" is not a use of a group.', "Choose a node of a type that starts with group:.")
    return graph.groups[name], name


def _times_used(graph: Graph, name: str) -> int:
    rooms = [graph.nodes, *(group.nodes for group in graph.groups.values())]
    return sum(node.group == name for nodes in rooms for node in nodes.values())


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
        self._gates: dict[Wire, str] = {}
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
        if not isinstance(value, Wire) or value.node in self.names:
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
            if (node in self.names) != inside and node in self.graph.nodes:
                raise EditError(
                    f'A formula speaks of "{node}.{key}" across the border of the group.',
                    "Group the nodes that it speaks of as well, or replace it by a value.",
                )


def _free_name(like: str, taken: Collection[str]) -> str:
    name, count = like, 2
    while name in taken:
        name, count = f"{like}_{count}", count + 1
    return name


def _moved_in(layout: Mapping[str, Any], names: set[str], prefix: str, use: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, at in layout.items():
        if key in names:
            result.setdefault(use, at)
            result[prefix + key] = at
        else:
            result[key] = at
    return result


def _freed(node: Node, new: Mapping[str, str], given: Mapping[str, Value]) -> Node:
    """An inner node with its ids as they are outside and the use's values for the group's inputs."""

    def free(value: Value | None) -> Value | None:
        match value:
            case Wire(source, output):
                return Wire(new.get(source, source), output)
            case GroupInput(key):
                return given.get(key)
            case Row(items):
                return row(tuple(free(item) for item in items))
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

    def behind(value: Value | None) -> Value | None:
        if isinstance(value, Row):
            return row(tuple(behind(item) for item in value.items))
        if not isinstance(value, Wire) or value.node != use:
            return value
        output = value.output or next(iter(group.outputs), "")
        found = group.outputs.get(output)
        return Wire(new[found.node], found.output) if found and found.node in new else None

    if not any(isinstance(item, Wire) and item.node == use for v in node.inputs.values() for item in entries(v)):
        return node
    inputs = {key: behind(value) for key, value in node.inputs.items()}
    return replace(node, inputs={key: value for key, value in inputs.items() if value is not None})
