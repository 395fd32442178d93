"""What the mouse shows without a button: what lies under it, and the results of nodes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor

from canvas.board.card import Part, Spot
from canvas.hands.context import NOTHING, Target
from canvas.hands.gesture import Touch
from canvas.hands.slide import cursor_of
from canvas.viewers.opening import bring

if TYPE_CHECKING:
    from canvas.board.view import BoardView
    from canvas.hands.hand import Hand

NEAR = 7.0
"""Pixels around the socket of a value; that of an input of its own is hit from farther away."""
PRESSED = ("take", "takes", "foot", "choice", "state")
"""The parts of a card that are clicked like buttons."""
ALWAYS = ("header", "body", "preview", "foot")
"""The parts of a card that are there at every zoom."""


def target_at(view: "BoardView", at: QPointF) -> Target:
    """What lies at a place of the board. What is too small to be drawn can't be hit."""
    spot = _spot_at(view, at)
    card = view.card_at(at) or (spot.node if spot is not None else "")
    if card:
        return Target(spot, _part_at(view, at), card)
    if (note := view.note_at(at)) is not None:
        return Target(note=note[0], grip=note[1])
    link = view.wire_at(at)
    if link is not None:
        return Target(link=link)
    frame = view.frame_at(at)
    return Target(frame=frame[0], grip=frame[1]) if frame is not None else NOTHING


def _spot_at(view: "BoardView", at: QPointF) -> Spot | None:
    spot = None if view.easel.blocks else view.spot_at(at)
    if spot is None or spot.side == "out":
        return spot
    of_value = any(part.key == spot.name and part.what in ("value", "text") for part in view.parts(spot.node))
    if of_value and (not view.easel.full or (spot.at - at).manhattanLength() * view.zoom > NEAR):
        return None
    return spot


def _part_at(view: "BoardView", at: QPointF) -> Part | None:
    part = view.part_at(at)
    if part is None or view.easel.full or (part.what in ALWAYS and not view.easel.blocks):
        return part
    return replace(part, what="body", key="")


def hover(hand: "Hand", touch: Touch) -> None:
    """Mark what lies under the mouse; a picture it rests on is enlarged."""
    target = hand.target_at(touch.at)
    hand.view.hover(target.node or None, target.spot)
    hand.view.mark_wire(target.link)
    shape = cursor_for(hand, target)
    if shape is None:
        hand.view.viewport().unsetCursor()
    else:
        hand.view.viewport().setCursor(QCursor(shape))
    part = target.part
    if part is None or part.what != "preview":
        hand.peek.leave()
        return
    look = hand.desk.looks(hand.document).of(hand.document.flat(target.node))
    beside = hand.view.mapFromScene(part.rect).boundingRect().translated(hand.view.viewport().pos())
    hand.peek.rest_on(target.node, look.picture, hand.title_of(target.node), beside.toRectF())


def cursor_for(hand: "Hand", target: Target) -> Qt.CursorShape | None:
    """What the mouse looks like over something that can be dragged in one way."""
    if hand.holds(Qt.Key.Key_Space):
        return Qt.CursorShape.OpenHandCursor
    if target.spot is not None:
        return Qt.CursorShape.CrossCursor
    part = target.part
    if part is not None and part.what == "resize":
        return Qt.CursorShape.SizeHorCursor
    if part is not None and part.what in PRESSED and (part.key or part.what != "foot"):
        return Qt.CursorShape.PointingHandCursor
    return cursor_of(target.grip) if target.grip.startswith("edge") else None


def show_result(hand: "Hand", node: str) -> None:
    """Put what a node gave into the viewer."""
    desk, flat, title = hand.desk, hand.document.flat(node), hand.title_of(node)
    picked = desk.looks(hand.document).of(flat).picked
    bring(desk, hand.document, flat, title, lambda found: desk.shown.emit(found, title, picked))
