"""Edits of frames and notes. A frame lies behind nodes and takes along all that lies wholly in it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows.changes import fresh
from workflows.graph import GROUP, Graph
from workflows.places import Place, Sizes, move, pair, place_of
from workflows.replacing import storable

PAD = 20
HEAD = 36
"""The height of a frame's title above its content."""
NOTE = (200.0, 120.0)
"""The size of a note that has none of its own."""
FRAME = (400.0, 300.0)
Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def put(graph: Graph, section: str, name: str, about: Mapping[str, Any] | None) -> Graph:
    """Add or change a frame or note (section ``frames``, ``notes``), or remove it with None."""
    if section not in ("frames", "notes"):
        raise EditError(f'There is no section "{section}".', "Sections are frames and notes.")
    kept = {key: value for key, value in getattr(graph, section).items() if key != name or about is not None}
    if about is not None:
        storable(about, f'"{name}"')
        kept[name] = dict(about)
    return replace(graph, frames=kept) if section == "frames" else replace(graph, notes=kept)


def add_frame(graph: Graph, title: str, at: Place, size: Place, colour: str = "") -> Graph:
    """Put a titled frame behind nodes."""
    name = fresh(graph.frames, "frame")
    coloured = {"colour": colour} if colour else {}
    return put(graph, "frames", name, {"title": title, "at": list(at), "size": list(size), **coloured})


def add_note(graph: Graph, text: str, at: Place, size: Place | None = None) -> Graph:
    """Put a note on the board."""
    sized = {"size": list(size)} if size is not None else {}
    return put(graph, "notes", fresh(graph.notes, "note"), {"text": text, "at": list(at), **sized})


def set_frame(graph: Graph, frame: str, **about: Any) -> Graph:
    """Change the ``title``, ``colour`` (a category, "" for none), ``at`` or ``size`` of a frame."""
    return _changed(graph, "frames", frame, about)


def set_note(graph: Graph, note: str, **about: Any) -> Graph:
    """Change the ``text``, ``at`` or ``size`` of a note."""
    return _changed(graph, "notes", note, about)


def frame_around(
    graph: Graph, sizes: Sizes, names: Collection[str], title: str = "", colour: str = "",
) -> tuple[Graph, str]:
    """Put a frame around what is selected. Also gives its id."""
    around = _around([rect for name in names if (rect := rect_of(graph, sizes, name)) is not None])
    if around is None:
        raise EditError("There is nothing to put a frame around.", "Select some nodes first.")
    left, top, right, bottom = around
    name = fresh(graph.frames, "frame")
    return add_frame(graph, title, (left, top), (right - left, bottom - top), colour), name


def in_frame(graph: Graph, sizes: Sizes, frame: str) -> tuple[str, ...]:
    """What lies wholly in a frame: nodes, notes and smaller frames."""
    rect = rect_of(graph, sizes, f"frame:{frame}")
    if rect is None:
        return ()
    names = [*graph.nodes, *(f"note:{key}" for key in graph.notes), *(f"frame:{key}" for key in graph.frames)]
    return tuple(
        name for name in names
        if name != f"frame:{frame}" and (other := rect_of(graph, sizes, name)) is not None and _holds(rect, other)
    )


def frame_of(graph: Graph, sizes: Sizes, name: str) -> str | None:
    """The frame that something joins where it lies: the smallest that its middle is in."""
    rect = rect_of(graph, sizes, name)
    if rect is None:
        return None
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    found: list[tuple[float, str]] = []
    for key in graph.frames:
        frame = rect_of(graph, sizes, f"frame:{key}")
        if frame is not None and f"frame:{key}" != name and _holds(frame, (x, y, x, y)):
            found.append(((frame[2] - frame[0]) * (frame[3] - frame[1]), key))
    return min(found)[1] if found else None


def move_frame(graph: Graph, sizes: Sizes, frame: str, by: Place) -> Graph:
    """Move a frame with all that lies in it."""
    return carry(graph, (f"frame:{frame}", *in_frame(graph, sizes, frame)), by)


def fit_frame(graph: Graph, sizes: Sizes, frame: str, more: Collection[str] = ()) -> Graph:
    """Make a frame just as large as its content, and what is to join it, needs."""
    names = dict.fromkeys((*in_frame(graph, sizes, frame), *more))
    around = _around([rect for name in names if (rect := rect_of(graph, sizes, name)) is not None])
    if around is None:
        raise EditError("There is nothing in the frame that it could be fitted to.", "Drag some nodes into it first.")
    left, top, right, bottom = around
    return set_frame(graph, frame, at=[left, top], size=[right - left, bottom - top])


def carry(graph: Graph, names: Collection[str], by: Place) -> Graph:
    """Move nodes, frames and notes by a way, pinned ones as well."""
    places = {
        name: (place[0] + by[0], place[1] + by[1]) for name in names
        if name in graph.nodes and (place := place_of(graph, name)) is not None
    }
    graph = move(graph, places) if places else graph
    wanted = set(names)
    for kind, section in (("frame", "frames"), ("note", "notes")):
        for key, about in getattr(graph, section).items():
            if f"{kind}:{key}" in wanted:
                graph = put(graph, section, key, moved(about, by))
    return graph


def copy_of(graph: Graph, kind: str, like: str, about: Mapping[str, Any], by: Place) -> tuple[Graph, str]:
    """Add a copy of a frame or note elsewhere. Also gives its id."""
    taken = graph.frames if kind == "frame" else graph.notes
    name = fresh(taken, like) if like in taken else like
    return put(graph, f"{kind}s", name, moved(about, by)), name


def moved(about: Mapping[str, Any], by: Place) -> dict[str, Any]:
    """A frame or note elsewhere."""
    x, y = pair(about.get("at")) or (0, 0)
    return {**about, "at": [x + by[0], y + by[1]]}


def rect_of(graph: Graph, sizes: Sizes, name: str) -> Rect | None:
    """What a node, frame or note covers; None where it has no place on this board."""
    kind, _, key = name.partition(":")
    if kind in ("frame", "note") and key:
        about = (graph.frames if kind == "frame" else graph.notes).get(key)
        if not isinstance(about, Mapping) or key.startswith(GROUP):
            return None
        at, size = pair(about.get("at")), pair(about.get("size")) or (FRAME if kind == "frame" else NOTE)
    else:
        at, size = place_of(graph, name), sizes.get(name, (0, 0))
        if name not in graph.nodes:
            return None
    return None if at is None else (at[0], at[1], at[0] + size[0], at[1] + size[1])


def _around(rects: Collection[Rect]) -> Rect | None:
    if not rects:
        return None
    left, top = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
    right, bottom = max(rect[2] for rect in rects), max(rect[3] for rect in rects)
    return left - PAD, top - PAD - HEAD, right + PAD, bottom + PAD


def _holds(outer: Rect, inner: Rect) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _changed(graph: Graph, section: str, name: str, about: Mapping[str, Any]) -> Graph:
    now = getattr(graph, section).get(name)
    if now is None:
        raise EditError(f'There is no "{name}" among the {section}.', "Choose one that is on the board.")
    new = {**now, **{key: list(one) if isinstance(one, tuple) else one for key, one in about.items()}}
    new = {key: one for key, one in new.items() if not (key == "colour" and not one)}
    return graph if new == now else put(graph, section, name, new)
