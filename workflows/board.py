"""Edits of the board: where nodes lie and how, frames, notes, bookmarks and settings of the workflow.

What is selected on a board is named by node ids, ``frame:ID`` and ``note:ID``.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.frames import (
    add_frame,
    add_note,
    carry,
    copy_of,
    fit_frame,
    frame_around,
    frame_of,
    in_frame,
    move_frame,
    put,
    rect_of,
    set_frame,
    set_note,
)
from workflows.graph import Graph
from workflows.places import (
    FAR,
    dress,
    flags_of,
    is_number,
    is_pinned,
    move,
    pair,
    place_of,
    show_in_form,
)
from workflows.replacing import storable

__all__ = [
    "add_frame", "add_note", "bookmark", "bookmarks", "carry", "copy_of", "dress", "fit_frame", "flags_of",
    "frame_around", "frame_of", "in_frame", "is_pinned", "move", "move_frame", "place_of", "put", "rect_of",
    "set_frame", "set_note", "set_setting", "shift", "show_in_form",
]
NUMBERS = range(1, 10)
"""The numbers of bookmarks."""


def shift(graph: Graph, names: Collection[str], by: tuple[float, float]) -> Graph:
    """Move what is selected by a way; pinned nodes stay."""
    return carry(graph, [name for name in names if not is_pinned(graph, name)], by)


def bookmark(graph: Graph, number: int, place: tuple[float, float, float] | None) -> Graph:
    """Remember a view (its middle and zoom) under a number from 1 to 9, or forget it with None."""
    if number not in NUMBERS:
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
        centre = pair(view)
        sound = centre is not None and len(view) == 3 and is_number(view[2]) and 0 < view[2] < FAR
        if centre is not None and sound and key in map(str, NUMBERS):
            found[int(key)] = (*centre, view[2])
    return found


def set_setting(graph: Graph, name: str, value: Any) -> Graph:
    """Change a setting of the workflow, or remove it with None."""
    storable(value, f'The setting "{name}"')
    settings = {key: old for key, old in graph.settings.items() if key != name}
    return replace(graph, settings=settings if value is None else {**settings, name: value})
