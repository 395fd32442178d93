"""Edits of the board: where nodes lie, frames, notes and settings of the workflow."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.changes import fresh
from workflows.graph import Graph
from workflows.replacing import storable


def move(graph: Graph, places: Mapping[str, tuple[float, float]]) -> Graph:
    """Put nodes (by id, inner ones by ``group:name/id``) at places of the board."""
    for x, y in places.values():
        if not (math.isfinite(x) and math.isfinite(y)):
            raise EditError("A place on the board needs two ordinary numbers.", "Choose another place.")
    new = {name: [x, y, *graph.layout.get(name, [])[2:]] for name, (x, y) in places.items()}
    return replace(graph, layout={**graph.layout, **new})


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


def place_of(graph: Graph, node: str) -> tuple[float, float] | None:
    """Where the upper left corner of a node lies; None where no place is kept or it can't be read."""
    entry = graph.layout.get(node)
    if not isinstance(entry, (list, tuple)) or len(entry) < 2:
        return None
    x, y = entry[:2]
    sound = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (x, y))
    return (x, y) if sound and math.isfinite(x) and math.isfinite(y) else None


def put(graph: Graph, section: str, name: str, about: Mapping[str, Any] | None) -> Graph:
    """Add or change a frame or note (section ``frames``, ``notes``), or remove it with None."""
    if section not in ("frames", "notes"):
        raise EditError(f'There is no section "{section}".', "Sections are frames and notes.")
    entries_ = {key: value for key, value in getattr(graph, section).items() if key != name or about is not None}
    if about is not None:
        storable(about, f'"{name}"')
        entries_[name] = dict(about)
    return _replaced(graph, section, entries_)


def add_frame(graph: Graph, title: str, at: tuple[float, float], size: tuple[float, float]) -> Graph:
    """Put a titled frame behind nodes."""
    name = fresh(graph.frames, "frame")
    return put(graph, "frames", name, {"title": title, "at": list(at), "size": list(size)})


def add_note(graph: Graph, text: str, at: tuple[float, float]) -> Graph:
    """Put a note on the board."""
    return put(graph, "notes", fresh(graph.notes, "note"), {"text": text, "at": list(at)})


def set_setting(graph: Graph, name: str, value: Any) -> Graph:
    """Change a setting of the workflow, or remove it with None."""
    storable(value, f'The setting "{name}"')
    settings = {key: old for key, old in graph.settings.items() if key != name}
    return replace(graph, settings=settings if value is None else {**settings, name: value})


def _replaced(graph: Graph, section: str, value: Mapping[str, Any]) -> Graph:
    return replace(graph, frames=value) if section == "frames" else replace(graph, notes=value)
