"""Frames and notes as rectangles: what goes along with them, and how they grow round what is put into them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF

from canvas.hands.context import Sizes
from workflows import board
from workflows.frames import HEAD, NOTE
from workflows.frames import PAD as MARGIN
from workflows.graph import Graph
from workflows.places import pair

GRID = 20


def riders(graph: Graph, sizes: Sizes, names: tuple[str, ...]) -> tuple[str, ...]:
    """What lies wholly in the frames among these names, and so goes with them."""
    frames = [name[len("frame:") :] for name in names if name.startswith("frame:")]
    found = dict.fromkeys(name for frame in frames for name in board.in_frame(graph, sizes, frame))
    return tuple(name for name in found if name not in names)


def settled(graph: Graph, shown: Callable[[str], QRectF], names: Iterable[str]) -> Graph:
    """The graph with places for those of these nodes that have none yet: where they are drawn."""
    rects = {name: shown(name) for name in names if name in graph.nodes and board.place_of(graph, name) is None}
    places = {name: (rect.x(), rect.y()) for name, rect in rects.items() if not rect.isNull()}
    return board.move(graph, places) if places else graph


def box_of(about: Mapping[str, Any]) -> QRectF:
    """Where a frame or note lies."""
    return QRectF(*(pair(about.get("at")) or (0.0, 0.0)), *(pair(about.get("size")) or NOTE))


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
