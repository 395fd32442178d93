"""The hints of the first minutes: one at a time, each until what it speaks of was done, all gone with one click."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from canvas.desk import Desk
from canvas.kit.coach import CoachMark


@dataclass(frozen=True, slots=True)
class Hint:
    """What one bubble says."""

    key: str
    title: str
    text: str
    keys: str = ""


HINTS = (
    Hint("run", "Make your first picture", "It is painted on this computer. No account, no key, no cost.",
         "Ctrl+Enter"),
    Hint("more", "Ask for 4 more", "The same words with other seeds. Free, and nothing is lost."),
    Hint("pick", "Pick the one you like", "Click it here. The one with the ring is what flows on."),
    Hint("compare", "Look at two side by side", "Select a node and press 1 or 2, then W wipes between the two.", "W"),
    Hint("add", "Add what you need", "Search for a node here, or press Tab over the board.", "Tab"),
)


class Coach(QObject):
    """Shows hints where they are pointed. Never more than one, and never one twice."""

    hidden_all = Signal()
    """The person wants no more hints; kept by whoever keeps the taste."""

    def __init__(self, desk: Desk, *, wanted: bool = True, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.wanted = wanted
        self.done: set[str] = set()
        self.mark: CoachMark | None = None
        self.key = ""

    def point(self, key: str, target: QWidget, area: QRect | None = None) -> bool:
        """Show a hint at a widget, in place of the one before. Gives whether it is shown."""
        hint = next(one for one in HINTS if one.key == key)
        if not self.wanted or key in self.done or not target.isVisible():
            return False
        if key == self.key and self.mark is not None:
            self.mark.settle()
            return True
        self._clear()
        self.key = key
        self.mark = CoachMark(self._desk, target, hint.title, hint.text, hint.keys, area)
        self.mark.hidden_all.connect(self._hide_all)
        self.mark.settle()
        return True

    def finish(self, key: str) -> None:
        """What this hint speaks of was done."""
        self.done.add(key)
        if key == self.key:
            self._clear()

    def again(self) -> None:
        """Begin anew: Help → Show hints again."""
        self.wanted = True
        self.done.clear()
        self._clear()

    def _hide_all(self) -> None:
        self.wanted = False
        self._clear()
        self.hidden_all.emit()

    def _clear(self) -> None:
        mark, self.mark, self.key = self.mark, None, ""
        if mark is not None:
            mark.hide()
            mark.deleteLater()
