"""At the edge of the view a drag takes the board along, so that far cards can be reached."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer

from canvas.hands.gesture import Touch

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

RIM = 24.0
"""Pixels from the edge at which it begins."""
TICK, MOST = 16, 18.0
"""Milliseconds between two steps, and the most pixels of one."""


class Edge(QObject):
    """Moves the view while the mouse stays at its edge during a drag."""

    def __init__(self, hand: "Hand") -> None:
        super().__init__(hand)
        self._hand = hand
        self._touch: Touch | None = None
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.step)

    def feel(self, touch: Touch) -> None:
        """The mouse is here now, with something in its hand."""
        self._touch = touch
        if self._push().isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def leave(self) -> None:
        """The drag is over."""
        self._touch = None
        self._timer.stop()

    def step(self) -> None:
        """One step of the board under the mouse."""
        gesture, touch, push = self._hand.gesture, self._touch, self._push()
        if gesture is None or touch is None or not gesture.dragging or push.isNull():
            self._timer.stop()
            return
        self._hand.view.pan(push.x(), push.y())
        gesture.follow(replace(touch, at=self._hand.view.scene_pos(touch.pos)))

    def _push(self) -> QPointF:
        """How the board has to move: away from the edge that the mouse is at."""
        if self._touch is None:
            return QPointF()
        rect, pos = self._hand.view.viewport().rect(), self._touch.pos
        return QPointF(_pushed(pos.x(), rect.width()), _pushed(pos.y(), rect.height()))


def _pushed(at: float, size: float) -> float:
    if size < 4 * RIM:
        return 0.0
    if at < RIM:
        return min((RIM - at) / RIM, 1.0) * MOST
    return -min((at - size + RIM) / RIM, 1.0) * MOST if at > size - RIM else 0.0
