"""Moving the view: dragging the board, the wheel, two fingers on a touchpad. Pinching is the view's own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent

from canvas.hands.gesture import Gesture, Touch

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

NOTCH = 1.0015
"""Zoom by each unit of the wheel; a notch has 120."""


class Pan(Gesture):
    """The board goes with the mouse."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, hand: "Hand", start: Touch) -> None:
        super().__init__(hand, start)
        self._last = start.pos
        self._from = hand.view.place

    def begin(self, touch: Touch) -> None:
        self.hand.keyboard.space_used = True

    def move(self, touch: Touch) -> None:
        by = touch.pos - self._last
        self.view.pan(by.x(), by.y())
        self._last = touch.pos

    def cancel(self) -> None:
        x, y, zoom = self._from
        self.view.look_at(QPointF(x, y), zoom)


def wheel(hand: "Hand", event: QWheelEvent) -> bool:
    """A wheel zooms where the mouse is; fingers on a touchpad move the board, and zoom it with Ctrl."""
    fingers = event.pixelDelta()
    by_touchpad = not fingers.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if by_touchpad and not control:
        hand.view.pan(fingers.x(), fingers.y())
        return True
    turned = event.angleDelta()
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not control:
        hand.view.pan(turned.y() or turned.x(), 0)
        return True
    if event.modifiers() & Qt.KeyboardModifier.AltModifier and not control:
        hand.view.pan(0, turned.x() or turned.y())  # Qt turns the wheel by 90 degrees with Alt
        return True
    hand.view.zoom_at(event.position(), NOTCH ** (turned.y() or turned.x()))
    return True
