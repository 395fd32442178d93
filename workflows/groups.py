"""Groups and their uses: opening one, making one unique, using one once more, letting go of those that nothing uses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.changes import fresh
from workflows.graph import GROUP, Graph, Group, Node, every_room
from workflows.problems import suggest
from workflows.replacing import storable

OUTLET = "."
"""The node that stands for the outputs of a group while its inside is edited; no other node can have this id."""
SECTIONS = ("layout", "frames", "notes")
"""What keeps things by their place: those of a group as ``group:name/id``."""


def into(graph: Graph, use: str, path: str = "") -> tuple[Graph, Graph]:
    """The graph with a group of its own for this use, and the inside of that group as a graph."""
    group, name = group_of(graph, use, path or use)
    if times_used(graph, name) > 1:
        graph = make_unique(graph, use)
        group, name = group_of(graph, use, path or use)
    return graph, Graph(nodes=group.nodes, groups=graph.groups)


def outer(graph: Graph, use: str, inside: Graph) -> Graph:
    """Close a group that was opened with ``into``, with its nodes as they are in ``inside``."""
    group, name = group_of(graph, use, use)
    return replace(graph, groups={**inside.groups, name: replace(group, nodes=inside.nodes)})


def make_unique(graph: Graph, use: str) -> Graph:
    """Give a use a copy of its group, so that editing it leaves the other uses alone."""
    group, name = group_of(graph, use, use)
    copy = fresh(graph.groups, name)
    nodes = {**graph.nodes, use: replace(graph.nodes[use], type=GROUP + copy)}
    places: dict[str, Any] = {}
    for section in SECTIONS:
        kept = getattr(graph, section)
        places[section] = {**kept, **moved_keys(kept, f"{GROUP}{name}/", f"{GROUP}{copy}/")}
    return replace(graph, nodes=nodes, groups={**graph.groups, copy: group}, **places)


def add_use(graph: Graph, group: str, at: tuple[float, float] | None = None) -> tuple[Graph, str]:
    """Use a group once more. Also gives the id of the use."""
    if group not in graph.groups:
        raise EditError(f'There is no group "{group}".', suggest(group, graph.groups, "Choose one that is there."))
    use = fresh(graph.nodes, group)
    layout = graph.layout if at is None else {**graph.layout, use: list(at)}
    return replace(graph, nodes={**graph.nodes, use: Node(GROUP + group)}, layout=layout), use


def title_group(graph: Graph, group: str, title: str) -> Graph:
    """Give a group a title of its own, or none with an empty text."""
    if group not in graph.groups:
        raise EditError(f'There is no group "{group}".', suggest(group, graph.groups, "Choose one that is there."))
    storable(title, "The title")
    return replace(graph, groups={**graph.groups, group: replace(graph.groups[group], title=title.strip())})


def remove_group(graph: Graph, name: str) -> Graph:
    """Remove a group that nothing uses."""
    if name not in graph.groups:
        raise EditError(f'There is no group "{name}".', suggest(name, graph.groups, "Choose one that is there."))
    if times_used(graph, name):
        raise EditError(f'The group "{name}" is in use.', "Ungroup or remove its uses first.")
    return without_unused(graph, name)


def without_unused(graph: Graph, name: str) -> Graph:
    """The graph without a group that nothing uses any more, and without what only that group used."""
    if name not in graph.groups or times_used(graph, name):
        return graph
    prefix = f"{GROUP}{name}/"
    places: dict[str, Any] = {
        section: {key: one for key, one in getattr(graph, section).items() if not key.startswith(prefix)}
        for section in SECTIONS
    }
    inside = {node.group for node in graph.groups[name].nodes.values() if node.group is not None}
    graph = replace(graph, groups={one: group for one, group in graph.groups.items() if one != name}, **places)
    for one in sorted(inside):
        graph = without_unused(graph, one)
    return graph


def moved_keys(section: Mapping[str, Any], before: str, after: str) -> dict[str, Any]:
    """The entries that begin with one prefix, with another."""
    return {after + key[len(before) :]: one for key, one in section.items() if key.startswith(before)}


def group_of(graph: Graph, use: str, path: str) -> tuple[Group, str]:
    """The group that a node uses, and its name."""
    node = graph.nodes.get(use)
    if node is None:
        raise EditError(f'There is no node "{path}".', suggest(use, graph.nodes, "See the ids in the workflow."))
    name = node.group
    if name is None or name not in graph.groups:
        raise EditError(f'"{path}" is not a use of a group.', "Choose a node of a type that starts with group:.")
    return graph.groups[name], name


def times_used(graph: Graph, name: str) -> int:
    """How often a group is used, in other groups as well."""
    return sum(node.group == name for nodes in every_room(graph) for node in nodes.values())
