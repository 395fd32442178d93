"""Frames and notes as rectangles: what goes along with them, and how they grow round what is put into them."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF

from canvas.hands.context import Sizes
from workflows import board
from workflows.graph import Graph

GRID = 20.0
HEAD, MARGIN = 36.0, 20.0
"""Room a frame leaves above and around what it is put behind."""
PAPER = (220.0, 120.0)
"""The size of a note that has none."""


def riders(graph: Graph, sizes: Sizes, names: tuple[str, ...]) -> tuple[str, ...]:
    """Nodes, notes and frames that lie wholly in the frames among these names, and so go with them."""
    found: dict[str, None] = {}
    todo = [name for name in names if name.startswith("frame:")]
    while todo:
        frame = todo.pop()[len("frame:") :]
        box = box_of(graph.frames[frame])
        inside = [name for name in board.in_frame(graph, sizes, frame) if name in graph.nodes]
        inside += [f"note:{name}" for name, about in graph.notes.items() if box.contains(box_of(about))]
        within = [f"frame:{name}" for name, about in graph.frames.items()
                  if name != frame and box.contains(box_of(about)) and box_of(about) != box]
        todo += [name for name in within if name not in found and name not in names]
        found.update(dict.fromkeys([*inside, *within]))
    return tuple(name for name in found if name not in names)


def box_of(about: Mapping[str, Any]) -> QRectF:
    """Where a frame or note lies."""
    x, y = board.place_of(Graph(layout={"it": about.get("at")}), "it") or (0.0, 0.0)
    width, height = board.place_of(Graph(layout={"it": about.get("size")}), "it") or PAPER
    return QRectF(x, y, width, height)


def grown(graph: Graph, sizes: Sizes, frame: str, names: list[str]) -> Graph:
    """The graph with a frame large enough for these nodes."""
    about = graph.frames[frame]
    box = box_of(about)
    for name in names:
        place = board.place_of(graph, name)
        if place is not None and name in sizes:
            card = QRectF(*place, *sizes[name])
            if not box.contains(card):
                box = box.united(card.adjusted(-MARGIN, -HEAD, MARGIN, MARGIN))
    if box == box_of(about):
        return graph
    return board.put(graph, "frames", frame, {**about, "at": [box.x(), box.y()], "size": [box.width(), box.height()]})


def beside_frames(graph: Graph, sizes: Sizes, names: tuple[str, ...]) -> Graph:
    """The graph with these nodes outside any frame that they touch, by the shortest way."""
    places: dict[str, tuple[float, float]] = {}
    for name in names:
        place = board.place_of(graph, name)
        if place is None or name not in sizes:
            continue
        card = QRectF(*place, *sizes[name])
        for about in graph.frames.values():
            box = box_of(about)
            if box.intersects(card):
                gap = GRID
                ways = (QPointF(box.left() - card.right() - gap, 0), QPointF(box.right() - card.left() + gap, 0),
                        QPointF(0, box.top() - card.bottom() - gap), QPointF(0, box.bottom() - card.top() + gap))
                card.translate(min(ways, key=lambda way: way.manhattanLength()))
                places[name] = (card.x(), card.y())
    return board.move(graph, places) if places else graph
