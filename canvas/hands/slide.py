"""Dragging a number on a card, and dragging the edges of cards, frames and notes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from ajar.contract import Socket
from ajar.hints import Range
from canvas.hands import typed
from canvas.hands.boxes import GRID, box_of
from canvas.hands.gesture import CTRL, SHIFT, Gesture, Touch
from workflows import arrange, board, edit
from workflows.graph import Graph

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

FINE, COARSE = 0.1, 10.0
PIXELS = 4.0
"""Of the mouse to one step of a number without bounds."""
LEAST = 60.0
"""No frame or note is smaller than this."""


class Slide(Gesture):
    """To the right is more. Ctrl is ten times finer, Shift ten times coarser. One drag is one step of undo."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, hand: "Hand", start: Touch, node: str, socket: Socket, rect: QRectF) -> None:
        super().__init__(hand, start)
        self.node = node
        self.socket = socket
        self.burst = hand.fresh_burst("slide")
        given = self.document.shown.nodes[node].inputs.get(socket.name)
        value = typed.value_of(socket, given)
        self.value = value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0
        self.by = 0.0
        """How far the drag has come."""
        self._last = start.pos.x()
        self._per_pixel = self._speed(rect.width() * hand.view.zoom)
        self._edited = False

    def move(self, touch: Touch) -> None:
        by = (touch.pos.x() - self._last) * self._per_pixel
        by *= FINE if touch.has(CTRL) else COARSE if touch.has(SHIFT) else 1.0
        self._last = touch.pos.x()
        hint = self.socket.hint(Range)
        self.by += by
        if hint is not None:  # turning back at an end has an effect at once
            self.by = min(max(self.by, hint.low - self.value), hint.high - self.value)
        self._put(self._even(touch))

    def drop(self, touch: Touch) -> None:
        self.document.end_burst()

    def click(self, touch: Touch) -> None:
        self.hand.select_by_click(self.node, touch)

    def cancel(self) -> None:
        self.document.end_burst()
        if self._edited:
            self.document.undo()

    def _put(self, value: int | float) -> None:
        name, key = self.node, self.socket.name
        done = self.document.edit(
            f"Change {self.socket.label.lower()}", lambda graph: edit.set_value(graph, name, key, value), self.burst,
        )
        self._edited = self._edited or done

    def _even(self, touch: Touch) -> int | float:
        """The number at a step of its slider; between steps with Ctrl."""
        hint = self.socket.hint(Range)
        if hint is not None and hint.step and not touch.has(CTRL):
            goal = hint.low + round((self.value + self.by - hint.low) / hint.step) * hint.step
            return typed.stepped(self.socket, 0, goal)
        return typed.stepped(self.socket, self.value, self.by)

    def _speed(self, width: float) -> float:
        hint = self.socket.hint(Range)
        if hint is not None and width > 0 and hint.high - hint.low <= 10_000:
            return (hint.high - hint.low) / width
        if hint is not None and hint.step:
            return hint.step / PIXELS
        return (1.0 if not typed.takes_fractions(self.socket) else 0.01) / PIXELS


class Resize(Gesture):
    """The lower right corner of a card: its width."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, hand: "Hand", start: Touch, node: str) -> None:
        super().__init__(hand, start)
        self.node = node
        self.burst = hand.fresh_burst("width")
        self._width = hand.rect_of(node).width()
        self._edited = False

    def move(self, touch: Touch) -> None:
        width = max(arrange.snap(self._width + touch.at.x() - self.start.at.x(), GRID), 2 * GRID)
        done = self.document.edit(
            "Resize", lambda graph: board.dress(graph, self.node, width=round(width)), self.burst,
        )
        self._edited = self._edited or done

    def drop(self, touch: Touch) -> None:
        self.document.end_burst()

    def click(self, touch: Touch) -> None:
        self.hand.select_by_click(self.node, touch)

    def cancel(self) -> None:
        self.document.end_burst()
        if self._edited:
            self.document.undo()


class Stretch(Gesture):
    """An edge or corner of a frame or note."""

    def __init__(self, hand: "Hand", start: Touch, section: str, name: str, edge: str) -> None:
        super().__init__(hand, start)
        self.section, self.name, self.edge = section, name, edge
        self.cursor = cursor_of(edge)
        self.burst = hand.fresh_burst("stretch")
        self._about = getattr(hand.document.shown, section)[name]
        self._edited = False

    def move(self, touch: Touch) -> None:
        box = stretched(box_of(self._about), self.edge, touch.at - self.start.at)
        about = {**self._about, "at": [box.x(), box.y()], "size": [box.width(), box.height()]}

        def run(graph: Graph) -> Graph:
            return board.put(graph, self.section, self.name, about)

        self._edited = self.document.edit("Resize", run, self.burst) or self._edited

    def drop(self, touch: Touch) -> None:
        self.document.end_burst()

    def click(self, touch: Touch) -> None:
        self.hand.select_by_click(f"{self.section[:-1]}:{self.name}", touch)

    def cancel(self) -> None:
        self.document.end_burst()
        if self._edited:
            self.document.undo()


def stretched(box: QRectF, edge: str, by: QPointF) -> QRectF:
    """A box with some of its edges moved, to the grid; never turned inside out."""
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    if "left" in edge:
        left = min(arrange.snap(left + by.x(), GRID), right - LEAST)
    if "right" in edge:
        right = max(arrange.snap(right + by.x(), GRID), left + LEAST)
    if "top" in edge:
        top = min(arrange.snap(top + by.y(), GRID), bottom - LEAST)
    if "bottom" in edge:
        bottom = max(arrange.snap(bottom + by.y(), GRID), top + LEAST)
    return QRectF(QPointF(left, top), QPointF(right, bottom))


def cursor_of(edge: str) -> Qt.CursorShape:
    across, down = "left" in edge or "right" in edge, "top" in edge or "bottom" in edge
    if across and down:
        falling = ("left" in edge) == ("top" in edge)
        return Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor
    return Qt.CursorShape.SizeHorCursor if across else Qt.CursorShape.SizeVerCursor
