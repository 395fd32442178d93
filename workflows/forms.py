"""What a person set besides the values: which parameters stand in the form, and which seeds stay over more takes.

Both are kept with a node's place on the board, so neither changes what is computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.board import dress, flags_of, place_of
from workflows.graph import Graph
from workflows.inside import room as inside_of

EXPOSE, HOLD = "expose", "hold"
COLUMN = 160.0
"""Cards whose left edges differ by less stand below one another."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """One parameter in the form. ``room`` is the way of uses of groups that leads to its node."""

    room: tuple[str, ...]
    node: str
    input: str


def exposed(graph: Graph, node: str) -> tuple[str, ...]:
    """The inputs of a node that stand in the form, in the order they were put there."""
    return _names(graph, node, EXPOSE)


def held(graph: Graph, node: str) -> tuple[str, ...]:
    """The seeds of a node that stay as they are when more takes are made."""
    return _names(graph, node, HOLD)


def set_exposed(graph: Graph, node: str, key: str, on: bool) -> Graph:
    """Put an input into the form, or take it out."""
    return _turned(graph, node, EXPOSE, key, on)


def set_held(graph: Graph, node: str, key: str, on: bool) -> Graph:
    """Keep a seed over more takes, or let it change."""
    return _turned(graph, node, HOLD, key, on)


def form_of(graph: Graph) -> tuple[Exposed, ...]:
    """All parameters in the form, as the work flows: column by column from the left, each from top to bottom; then
    those of groups, each group once."""
    return tuple(_of_room(graph, graph, (), set()))


def _of_room(whole: Graph, graph: Graph, room: tuple[str, ...], seen: set[str]) -> Iterator[Exposed]:
    for name in sorted(graph.nodes, key=lambda name: _place(graph, name)):
        for key in exposed(graph, name):
            yield Exposed(room, name, key)
    for name, node in graph.nodes.items():
        group = node.group
        if group is not None and group in graph.groups and group not in seen:
            seen.add(group)
            way = (*room, name)
            yield from _of_room(whole, inside_of(whole, way), way, seen)


def _place(graph: Graph, node: str) -> tuple[int, float]:
    x, y = place_of(graph, node) or (0.0, 0.0)
    return round(x / COLUMN), y


def _names(graph: Graph, node: str, flag: str) -> tuple[str, ...]:
    found = flags_of(graph, node).get(flag)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _turned(graph: Graph, node: str, flag: str, key: str, on: bool) -> Graph:
    now = _names(graph, node, flag)
    names = [one for one in now if one != key] + [key] * on
    return graph if tuple(names) == now else dress(graph, node, **{flag: names})
