"""Edits of the board: where nodes lie and how, frames, notes, bookmarks and settings of the workflow.

What is selected on a board is named by node ids, ``frame:ID`` and ``note:ID``.
"""

import math
from collections.abc import Collection, Mapping
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
    new = {name: [x, y, *_rest(graph, name)] for name, (x, y) in places.items()}
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
    return (x, y) if _is_number(x) and _is_number(y) else None


def put(graph: Graph, section: str, name: str, about: Mapping[str, Any] | None) -> Graph:
    """Add or change a frame or note (section ``frames``, ``notes``), or remove it with None."""
    if section not in ("frames", "notes"):
        raise EditError(f'There is no section "{section}".', "Sections are frames and notes.")
    entries_ = {key: value for key, value in getattr(graph, section).items() if key != name or about is not None}
    if about is not None:
        storable(about, f'"{name}"')
        entries_[name] = dict(about)
    return _replaced(graph, section, entries_)


def shift(graph: Graph, names: Collection[str], by: tuple[float, float]) -> Graph:
    """Move nodes, frames and notes by a way; pinned nodes stay."""
    places = {
        name: (place[0] + by[0], place[1] + by[1]) for name in names
        if (place := place_of(graph, name)) is not None and not flags_of(graph, name).get("pinned")
    }
    graph = move(graph, places) if places else graph
    for kind, section in (("frame", "frames"), ("note", "notes")):
        kept = {
            key: _moved(about, by) if f"{kind}:{key}" in names else about
            for key, about in getattr(graph, section).items()
        }
        if kept != getattr(graph, section):
            graph = _replaced(graph, section, kept)
    return graph


def shifted(
    graph: Graph, kind: str, like: str, about: Mapping[str, Any], by: tuple[float, float],
) -> tuple[Graph, str]:
    """Add a copy of a frame or note elsewhere. Also gives its id."""
    section = f"{kind}s"
    taken = getattr(graph, section)
    name = fresh(taken, like) if like in taken else like
    return put(graph, section, name, _moved(about, by)), name


def add_frame(
    graph: Graph, title: str, at: tuple[float, float], size: tuple[float, float], colour: str = "",
) -> Graph:
    """Put a titled frame behind nodes."""
    name = fresh(graph.frames, "frame")
    coloured = {"colour": colour} if colour else {}
    return put(graph, "frames", name, {"title": title, "at": list(at), "size": list(size), **coloured})


def add_note(graph: Graph, text: str, at: tuple[float, float], size: tuple[float, float] | None = None) -> Graph:
    """Put a note on the board."""
    sized = {"size": list(size)} if size is not None else {}
    return put(graph, "notes", fresh(graph.notes, "note"), {"text": text, "at": list(at), **sized})


def set_frame(graph: Graph, frame: str, **about: Any) -> Graph:
    """Change the ``title``, ``colour`` (a category, "" for none), ``at`` or ``size`` of a frame."""
    return _changed(graph, "frames", frame, about)


def set_note(graph: Graph, note: str, **about: Any) -> Graph:
    """Change the ``text``, ``at`` or ``size`` of a note."""
    return _changed(graph, "notes", note, about)


def bookmark(graph: Graph, number: int, place: tuple[float, float, float] | None) -> Graph:
    """Remember a view (its middle and zoom) under a number from 1 to 9, or forget it with None."""
    if not 1 <= number <= 9:
        raise EditError("Bookmarks have the numbers 1 to 9.", "Choose one of them.")
    kept = {key: list(view) for key, view in bookmarks(graph).items() if key != number}
    if place is not None:
        kept[number] = list(place)
    return set_setting(graph, "bookmarks", {str(key): kept[key] for key in sorted(kept)} or None)


def bookmarks(graph: Graph) -> dict[int, tuple[float, float, float]]:
    """The views that are kept, by number; what can't be read is left out."""
    found: dict[int, tuple[float, float, float]] = {}
    kept = graph.settings.get("bookmarks")
    for key, view in kept.items() if isinstance(kept, Mapping) else ():
        sound = isinstance(view, (list, tuple)) and len(view) == 3 and all(_is_number(one) for one in view)
        if sound and view[2] > 0 and key in tuple("123456789"):
            found[int(key)] = (view[0], view[1], view[2])
    return found


def set_setting(graph: Graph, name: str, value: Any) -> Graph:
    """Change a setting of the workflow, or remove it with None."""
    storable(value, f'The setting "{name}"')
    settings = {key: old for key, old in graph.settings.items() if key != name}
    return replace(graph, settings=settings if value is None else {**settings, name: value})


def _replaced(graph: Graph, section: str, value: Mapping[str, Any]) -> Graph:
    return replace(graph, frames=value) if section == "frames" else replace(graph, notes=value)


def _rest(graph: Graph, name: str) -> list[Any]:
    entry = graph.layout.get(name)
    return list(entry[2:]) if isinstance(entry, (list, tuple)) else []


def _changed(graph: Graph, section: str, name: str, about: Mapping[str, Any]) -> Graph:
    now = getattr(graph, section).get(name)
    if now is None:
        raise EditError(f'There is no "{name}" among the {section}.', "Choose one that is on the board.")
    new = {**now, **{key: list(one) if isinstance(one, tuple) else one for key, one in about.items()}}
    new = {key: one for key, one in new.items() if not (key == "colour" and not one)}
    return graph if new == now else put(graph, section, name, new)


def _moved(about: Mapping[str, Any], by: tuple[float, float]) -> dict[str, Any]:
    place = place_of(Graph(layout={"it": about.get("at")}), "it")
    return {**about, "at": [place[0] + by[0], place[1] + by[1]] if place is not None else list(by)}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
