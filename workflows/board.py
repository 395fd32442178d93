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
