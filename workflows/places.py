"""Where nodes lie on the board, and how: collapsed, pinned, wide."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.graph import Graph
from workflows.replacing import storable

Place = tuple[float, float]
FAR = 10**7
"""Nothing lies further out, whatever a file says: a board is only so large."""
Sizes = Mapping[str, Place]
"""Width and height by node id, as the board draws them."""


def move(graph: Graph, places: Mapping[str, Place]) -> Graph:
    """Put nodes (by id, inner ones by ``group:name/id``) at places of the board."""
    for x, y in places.values():
        if not (math.isfinite(x) and math.isfinite(y)):
            raise EditError("A place on the board needs two ordinary numbers.", "Choose another place.")
    new = {name: [x, y, *_rest(graph, name)] for name, (x, y) in places.items()}
    return replace(graph, layout={**graph.layout, **new})


def place_of(graph: Graph, node: str) -> Place | None:
    """Where the upper left corner of a node lies; None where no place is kept or it can't be read."""
    return pair(graph.layout.get(node))


def pair(entry: Any) -> Place | None:
    """Two numbers at the start of a list from a file, or None."""
    if not isinstance(entry, (list, tuple)) or len(entry) < 2:
        return None
    x, y = entry[:2]
    return (_near(x), _near(y)) if is_number(x) and is_number(y) else None


def is_number(value: Any) -> bool:
    """Whether a value from a file is an ordinary number; whole ones may be of any length."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _near(value: float) -> float:
    return min(max(value, -FAR), FAR)


def dress(graph: Graph, node: str, **flags: Any) -> Graph:
    """Change how a node lies on the board: ``collapsed``, ``trim``, ``width``, ``pinned``, ``expose``.

    A flag that is None, False or empty goes away.
    """
    if node not in graph.nodes:
        raise EditError(f'There is no node "{node}".', "Choose a node that is on the board.")
    storable(flags, f'The look of "{node}"')
    now = flags_of(graph, node)
    kept = {name: value for name, value in {**now, **flags}.items() if value not in (None, False) and value != []}
    if kept == now:
        return graph
    x, y = place_of(graph, node) or (0, 0)
    return replace(graph, layout={**graph.layout, node: [x, y, kept] if kept else [x, y]})


def flags_of(graph: Graph, node: str) -> dict[str, Any]:
    """How a node lies on the board, by flag; a flag that is not there is off."""
    entry = graph.layout.get(node)
    found = entry[2] if isinstance(entry, (list, tuple)) and len(entry) > 2 else None
    return dict(found) if isinstance(found, Mapping) else {}


def is_pinned(graph: Graph, node: str) -> bool:
    """Whether a node stays where it is, whatever is arranged around it."""
    return bool(flags_of(graph, node).get("pinned"))


def show_in_form(graph: Graph, node: str, key: str, shown: bool = True) -> Graph:
    """Show an input of a node in the form of the workflow, or no longer."""
    now = flags_of(graph, node).get("expose")
    others = [one for one in now if one != key] if isinstance(now, list) else []
    return dress(graph, node, expose=[*others, key] if shown else others)


def _rest(graph: Graph, name: str) -> list[Any]:
    entry = graph.layout.get(name)
    return list(entry[2:]) if isinstance(entry, (list, tuple)) else []
