"""Keys on the board: the verbs they stand for, and those that mean something while they are held."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from canvas.hands.context import Verb
from canvas.hands.verbs import keymap

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

TAP = 0.2
"""Seconds: a shorter press of Space searches, a longer one only held the board."""
HELD = (Qt.Key.Key_Space, Qt.Key.Key_Y)


class Keyboard:
    """The keys of one hand."""

    def __init__(self, hand: "Hand") -> None:
        self.hand = hand
        self.preset = "Default"
        self.own: Mapping[str, tuple[str, ...]] = {}
        self.clock: Callable[[], float] = time.monotonic
        self.space_used = False
        """Whether the board was dragged while Space was held."""
        self._space_since: float | None = None
        self._held: set[int] = set()
        self._verbs: dict[str, Verb] = {}
        self.bind("Default", {})

    def bind(self, preset: str, own: Mapping[str, tuple[str, ...]]) -> None:
        self.preset, self.own = preset, dict(own)
        self._verbs = keymap(preset, own)

    def holds(self, key: Qt.Key) -> bool:
        return key in self._held

    def forget(self) -> None:
        """The keyboard is elsewhere now: nothing is held."""
        self._held.clear()
        self._space_since = None

    def press(self, event: QKeyEvent) -> bool:
        gesture, key = self.hand.gesture, event.key()
        if gesture is not None:
            if key == Qt.Key.Key_Escape:
                self.hand.stop()
                return True
            return gesture.key(key, True)
        if is_held(event):
            self._hold(event)
            return True
        verb = self._verbs.get(name_of(event))
        if verb is None:
            return False
        context = self.hand.context()
        if verb.enabled(context):
            verb.run(context)
        return True

    def release(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return event.key() in HELD
        self._held.discard(event.key())
        if self.hand.gesture is not None and self.hand.gesture.key(event.key(), False):
            return True
        if event.key() != Qt.Key.Key_Space or self._space_since is None:
            return False
        tapped = self.clock() - self._space_since < TAP and not self.space_used
        self._space_since = None
        if tapped:
            self.hand.do("node.add")
        return True

    def _hold(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        self._held.add(event.key())
        if event.key() == Qt.Key.Key_Space:
            self._space_since, self.space_used = self.clock(), False


def is_held(event: QKeyEvent) -> bool:
    """Whether a key does something while it is held: Space and Y, but not Ctrl+Y."""
    return event.key() in HELD and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def name_of(event: QKeyEvent) -> str:
    """The key of an event as Qt writes it; keys of the number pad are like the others."""
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key()) if event.key() != Qt.Key.Key_Backtab else Qt.Key.Key_Tab
    return QKeySequence(int(keys.value) | int(key)).toString()
