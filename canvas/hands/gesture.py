"""A drag from press to release, as an object that follows the mouse and ends in one edit or in nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

SLACK = 4.0
"""Pixels the mouse may move before a click becomes a drag."""
ALT, SHIFT, CTRL = (
    Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)
MEANT = ALT | SHIFT | CTRL


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the mouse is, and what is held with it."""

    pos: QPointF
    """In the viewport."""
    at: QPointF
    """On the board."""
    button: Qt.MouseButton
    keys: Qt.KeyboardModifier
    time: int = 0
    """Milliseconds, as the system counts them."""

    def has(self, key: Qt.KeyboardModifier) -> bool:
        return bool(self.keys & key)

    @property
    def plain(self) -> bool:
        return not self.keys & MEANT


def touch_of(hand: "Hand", event: QMouseEvent) -> Touch:
    pos = event.position()
    at = hand.view.scene_pos(pos)
    return Touch(pos, at, event.button(), event.modifiers(), event.timestamp())


class Gesture:
    """What the mouse does between press and release. Esc cancels it, whatever it is."""

    cursor: Qt.CursorShape | None = None
    reaches = False
    """Whether the board comes along when the mouse gets to the edge of the view."""

    def __init__(self, hand: "Hand", start: Touch) -> None:
        self.hand = hand
        self.view = hand.view
        self.document = hand.document
        self.start = start
        self.dragging = False

    def follow(self, touch: Touch) -> None:
        """The mouse has moved; it is a drag from the first few pixels on."""
        if not self.dragging and (touch.pos - self.start.pos).manhattanLength() >= SLACK:
            self.dragging = True
            self.begin(touch)
        if self.dragging:
            self.move(touch)

    def end(self, touch: Touch) -> None:
        if self.dragging:
            self.drop(touch)
        else:
            self.click(touch)

    def begin(self, touch: Touch) -> None:
        """The drag begins."""

    def move(self, touch: Touch) -> None:
        """The drag goes on."""

    def drop(self, touch: Touch) -> None:
        """The button was let go after a drag."""

    def click(self, touch: Touch) -> None:
        """The button was let go where it was pressed."""

    def cancel(self) -> None:
        """Leave everything as it was."""

    def key(self, key: int, down: bool) -> bool:
        """A key while dragging; gives whether it means something."""
        return False
