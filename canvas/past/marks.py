"""How a change is marked on a board and in a list: a colour and a sign, so that neither is needed alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from canvas.kit import paint
from canvas.theme import Theme
from workflows.differences import Change, Kind
from workflows.graph import GROUP, Graph

SIDE = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """One way to be different."""

    sign: str
    colour: str
    word: str


ADDED = Mark("+", "semantic.ok", "added")
REMOVED = Mark("−", "semantic.error", "removed")
CHANGED = Mark("≠", "semantic.warn", "changed")
REBOUND = Mark("⇄", "semantic.closed", "another model")
RANK = (CHANGED, REBOUND, ADDED, REMOVED)
"""Of several on one node the last one is shown."""


def mark_of(change: Change) -> Mark:
    """The mark of a change."""
    kinds: Mapping[Kind, Mark] = {
        "added": ADDED, "removed": REMOVED, "rebound": REBOUND, "replaced": REBOUND,
    }
    if change.kind in ("frame", "note", "group"):
        return ADDED if change.text.startswith("Added") else REMOVED if change.text.startswith("Removed") else CHANGED
    return kinds.get(change.kind, CHANGED)


def places_of(change: Change, graph: Graph) -> tuple[str, ...]:
    """What it is about on the board of a graph: node ids, ``frame:ID``, ``note:ID``; of a group those who use it."""
    if change.kind in ("frame", "note"):
        name = f"{change.kind}:{change.input}"
        return (name,) if change.input in (graph.frames if change.kind == "frame" else graph.notes) else ()
    if change.node.startswith(GROUP):
        group = change.node[len(GROUP):].partition("/")[0]
        return tuple(name for name, node in graph.nodes.items() if node.group == group)
    return (change.node,) if change.node in graph.nodes else ()


def marks_on(found: Iterable[Change], graph: Graph) -> dict[str, Mark]:
    """The marks of a board, by the names of what lies there."""
    marks: dict[str, Mark] = {}
    for change in found:
        mark = mark_of(change)
        for name in places_of(change, graph):
            if name not in marks or RANK.index(mark) > RANK.index(marks[name]):
                marks[name] = mark
    return marks


def paint_sign(painter: QPainter, theme: Theme, rect: QRectF, mark: Mark) -> None:
    """The sign on a plate of its colour."""
    paint.box(painter, rect, theme.size("radius.chip"), theme.colour(mark.colour))
    paint.write(painter, rect, mark.sign, theme.font("body", "title"), theme.colour("surface.board"),
                Qt.AlignmentFlag.AlignCenter)


def paint_mark(painter: QPainter, theme: Theme, rect: QRectF, mark: Mark, *, chosen: bool) -> None:
    """A frame around a card, and the sign at its corner; removed ones are hatched by dashes."""
    style = Qt.PenStyle.DashLine if mark is REMOVED else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour(mark.colour), 4 if chosen else 2, style))
    out = rect.adjusted(-4, -4, 4, 4)
    painter.drawRoundedRect(out, 8, 8)
    side = theme.px(SIDE)
    paint_sign(painter, theme, QRectF(out.right() - side * 0.6, out.top() - side * 0.4, side, side), mark)
