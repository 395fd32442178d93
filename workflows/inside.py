"""The inside of a group as a graph of its own, to look at and to edit, and back.

A room is a path of uses of groups, outermost first. All uses of a group share its inside: who wants otherwise makes
one unique first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.graph import GROUP, Graph

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
    """The whole graph after an edit of what a room shows. All uses of the group change with it."""
    if not path:
        return change(graph)
    before = room(graph, path)
    after = change(before)
    if after is before:
        return graph
    name = (_groups_on(graph, path) or [""])[-1]
    prefix = f"{GROUP}{name}/"
    group = replace(after.groups.get(name, graph.groups[name]), nodes=after.nodes)
    groups = {**after.groups, name: group}
    if _contains(groups, name):
        raise EditError(f'The group "{name}" can\'t contain itself.', "Put another node there.")
    return replace(
        graph, groups=groups, layout=_joined(graph.layout, prefix, after.layout),
        frames=_joined(graph.frames, prefix, after.frames), notes=_joined(graph.notes, prefix, after.notes),
    )


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
