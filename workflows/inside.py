"""The inside of a group as a graph of its own, to look at and to edit, and back.

A room is a path of uses of groups, outermost first. All uses of a group share its inside: who wants otherwise makes
one unique first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.graph import GROUP, Graph, Node, Wire
from workflows.group_sockets import without_outputs
from workflows.groups import OUTLET, without_unused

Room = tuple[str, ...]


def exists(graph: Graph, path: Room) -> bool:
    """Whether there is such a room."""
    return _groups_on(graph, path) is not None


def room(graph: Graph, path: Room) -> Graph:
    """What the board shows in this room. Positions, frames and notes are those of the group."""
    if not path:
        return graph
    names = _groups_on(graph, path)
    if names is None:
        raise EditError(f'There is no group at "{"/".join(path)}".', "Go back to the whole board.")
    group = graph.groups[names[-1]]
    prefix = f"{GROUP}{names[-1]}/"
    return Graph(
        nodes=group.nodes, groups=graph.groups, layout=_within(graph.layout, prefix),
        frames=_within(graph.frames, prefix), notes=_within(graph.notes, prefix),
    )


def changed(graph: Graph, path: Room, change: Callable[[Graph], Graph]) -> Graph:
    """The whole graph after an edit of what a room shows. All uses of the group change with it.

    While it is edited, the group's outputs are the inputs of a node ``OUTLET``: so they are healed, regrouped and
    renamed as any wires are.
    """
    if not path:
        return change(graph)
    shown = room(graph, path)
    name = (_groups_on(graph, path) or [""])[-1]
    group = graph.groups[name]
    before = replace(shown, nodes={**shown.nodes, OUTLET: Node(OUTLET, group.outputs)}) if group.outputs else shown
    after = change(before)
    if after is before:
        return graph
    outlet = after.nodes.get(OUTLET, Node(OUTLET))
    outputs = {key: wire for key, wire in outlet.inputs.items() if isinstance(wire, Wire)}
    edited = after.groups.get(name, group)
    if edited is not group:
        outputs = dict(edited.outputs)
    inner = {key: node for key, node in after.nodes.items() if key != OUTLET}
    groups = {**after.groups, name: replace(edited, nodes=inner, outputs=outputs)}
    if _contains(groups, name):
        raise EditError(f'The group "{name}" can\'t contain itself.', "Put another node there.")
    prefix = f"{GROUP}{name}/"
    made = replace(
        graph, groups=groups, layout=_joined(graph.layout, prefix, after.layout),
        frames=_joined(graph.frames, prefix, after.frames), notes=_joined(graph.notes, prefix, after.notes),
    )
    return _let_go(graph, made, name)


def _let_go(before: Graph, after: Graph, name: str) -> Graph:
    """The graph without wires from outputs that the group no longer has, and without groups no longer used."""
    was, now = before.groups[name], after.groups[name]
    lost = was.outputs.keys() - now.outputs.keys()
    if lost:
        after = replace(after, groups={**after.groups, name: replace(now, outputs={**was.outputs, **now.outputs})})
        after = without_outputs(after, name, lost)
    for other in {node.group or "" for node in was.nodes.values()}:
        after = without_unused(after, other)
    return after


def _groups_on(graph: Graph, path: Room) -> list[str] | None:
    """The names of the groups that a path enters, one after another; None where there is no such path."""
    nodes, names = graph.nodes, []
    for use in path:
        node = nodes.get(use)
        if node is None or node.group is None or node.group not in graph.groups:
            return None
        names.append(node.group)
        nodes = graph.groups[node.group].nodes
    return names


def _within(entries: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What belongs to the group, without its prefix, and what other groups keep, as it is."""
    own = {key[len(prefix) :]: value for key, value in entries.items() if key.startswith(prefix)}
    return own | {key: value for key, value in entries.items() if key.startswith(GROUP) and not key.startswith(prefix)}


def _joined(whole: Mapping[str, Any], prefix: str, inner: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of the whole graph after a room was edited: its own get their prefix, other groups' stay theirs."""
    outside = {key: value for key, value in whole.items() if not key.startswith(GROUP)}
    others = {key: value for key, value in inner.items() if key.startswith(GROUP)}
    return outside | others | {prefix + key: value for key, value in inner.items() if not key.startswith(GROUP)}


def _contains(groups: Mapping[str, Any], name: str) -> bool:
    """Whether a group is used, however deep, inside itself."""
    todo, seen = [name], set()
    while todo:
        group = groups.get(todo.pop())
        for node in group.nodes.values() if group is not None else ():
            if node.group == name:
                return True
            if node.group is not None and node.group not in seen:
                seen.add(node.group)
                todo.append(node.group)
    return False
