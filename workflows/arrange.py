"""Edits of where things lie: tidying up, aligning, spreading evenly, straightening wires, making room."""

from collections.abc import Callable, Collection
from typing import Literal

from ajar.errors import EditError
from workflows.frames import Rect, carry, in_frame, rect_of
from workflows.graph import Graph, links
from workflows.layers import GAP_X, GRID, snapped
from workflows.places import Place, Sizes, is_pinned, move, place_of
from workflows.reach import downstream, links_from
from workflows.tidying import tidy

__all__ = ["align", "distribute", "make_room", "snap", "straighten", "tidy"]
Edge = Literal["left", "right", "top", "bottom", "centre", "middle"]
NEW = (224.0, 140.0)
"""The size of a node that is not drawn yet."""
SocketHeight = Callable[[str, str, str, int | None], float | None]
"""(node, "in" or "out", socket, place in a row) -> how far below the node's top a socket lies."""


def snap(value: float, grid: int = GRID) -> float:
    """The nearest line of the grid."""
    return snapped(value, grid)


def align(graph: Graph, sizes: Sizes, names: Collection[str], edge: Edge) -> Graph:
    """Bring what is selected to one edge, or to the ``centre`` (one below another) or ``middle`` (side by side)."""
    rects = _rects(graph, sizes, names, 2, "Aligning takes two things or more.")
    left, top = min(one[0] for one in rects.values()), min(one[1] for one in rects.values())
    right, bottom = max(one[2] for one in rects.values()), max(one[3] for one in rects.values())
    for name, rect in rects.items():
        by = {
            "left": (left - rect[0], 0.0), "right": (right - rect[2], 0.0), "top": (0.0, top - rect[1]),
            "bottom": (0.0, bottom - rect[3]), "centre": ((left + right - rect[0] - rect[2]) / 2, 0.0),
            "middle": (0.0, (top + bottom - rect[1] - rect[3]) / 2),
        }[edge]
        graph = _carried(graph, sizes, name, by)
    return graph


def distribute(graph: Graph, sizes: Sizes, names: Collection[str], way: Literal["x", "y"]) -> Graph:
    """Spread what is selected so that the gaps are equal; the first and the last stay."""
    rects = _rects(graph, sizes, names, 3, "Spreading takes three things or more.")
    low, high = (0, 2) if way == "x" else (1, 3)
    order = sorted(rects, key=lambda name: (rects[name][low] + rects[name][high], rects[name][low]))
    room = rects[order[-1]][low] - rects[order[0]][high]
    gap = (room - sum(rects[name][high] - rects[name][low] for name in order[1:-1])) / (len(order) - 1)
    at = rects[order[0]][high]
    for name in order[1:-1]:
        by = at + gap - rects[name][low]
        graph = _carried(graph, sizes, name, (by, 0.0) if way == "x" else (0.0, by))
        at += gap + rects[name][high] - rects[name][low]
    return graph


def straighten(graph: Graph, names: Collection[str], height: SocketHeight) -> Graph:
    """Move nodes up or down until the wires among them are level; one node, until the first wire into it is."""
    places = {name: place for name in graph.nodes if (place := place_of(graph, name)) is not None}
    chosen = {name: graph.nodes[name] for name in names if name in places}
    among = [
        link for link in links(chosen)
        if link.wire.node in places and (len(chosen) == 1 or link.wire.node in chosen)
    ]
    ends: set[str] = set()
    for link in sorted(among, key=lambda one: (places[one.wire.node][0], places[one.node][0])):
        if link.node in ends or is_pinned(graph, link.node) or link.node == link.wire.node:
            continue
        start = height(link.wire.node, "out", link.wire.output or "", None)
        end = height(link.node, "in", link.input, link.index)
        if start is not None and end is not None:
            x, _ = places[link.node]
            places[link.node] = (x, places[link.wire.node][1] + start - end)
            ends.add(link.node)
    if not among:
        raise EditError("There is no wire to be straightened.", "Select nodes that are wired to one another.")
    changed = {name: places[name] for name in ends if places[name] != place_of(graph, name)}
    return move(graph, changed) if changed else graph


def make_room(graph: Graph, sizes: Sizes, node: str, gap: float = GAP_X) -> Graph:
    """Shift what comes after a node to the right, as far as it stands in the node's way."""
    place = place_of(graph, node)
    takers = {link.node for link in links_from(graph.nodes).get(node, ())}
    lefts = [at[0] for name in takers if (at := place_of(graph, name)) is not None and not is_pinned(graph, name)]
    ahead = [left for left in lefts if place is not None and left >= place[0] - gap]
    if place is None or not ahead:
        return graph
    way = place[0] + sizes.get(node, NEW)[0] + gap - min(ahead)
    if way <= 0:
        return graph
    way = -(-way // GRID) * GRID
    places = {
        name: (at[0] + way, at[1]) for name in downstream(graph, [node])
        if name != node and (at := place_of(graph, name)) is not None
        and at[0] >= min(ahead) and not is_pinned(graph, name)
    }
    return move(graph, places)


def _rects(graph: Graph, sizes: Sizes, names: Collection[str], least: int, sentence: str) -> dict[str, Rect]:
    found = {name: rect for name in names if (rect := rect_of(graph, sizes, name)) is not None}
    if len(found) < least:
        raise EditError(sentence, "Select more nodes.")
    return found


def _carried(graph: Graph, sizes: Sizes, name: str, by: Place) -> Graph:
    if by == (0, 0) or is_pinned(graph, name):
        return graph
    kind, _, key = name.partition(":")
    inside = in_frame(graph, sizes, key) if kind == "frame" and key in graph.frames else ()
    return carry(graph, (name, *inside), by)
