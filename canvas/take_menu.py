"""The menu of a cell of the strip of takes: what can be done with a take, a choice, or one that comes."""

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from canvas.kit import words
from canvas.kit.menu import Menu
from canvas.take_rows import TakeRow

ROWS = {
    "take": (("pick", "Pick"), ("look", "Look at it"), ("compare", "Compare"), ("promote", "Promote…"),
             ("vary", "Vary this"), ("vary strength", "Vary how strongly"), ("vary words", "Vary the words…"),
             ("finish", "Finish"), ("lock", "Lock"), ("delete", "To the trash")),
    "choice": (("pick", "Choose"),),
    "coming": (("delete", "Do not make it"),),
}


class TakeMenu(Menu):
    """What is chosen is told by ``do(deed, row)``; nothing is done here."""

    def __init__(self, do: Callable[[str, TakeRow], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._do = do

    def open(self, row: TakeRow, at: QPoint, *, strong: bool) -> None:
        """Show it for a cell; ``strong``: whether how strongly the take was made can be varied."""
        self.clear()
        locked = row.take is not None and row.take.locked
        for deed, name in ROWS[row.kind]:
            action = self.addAction("Unlock" if deed == "lock" and locked else name)
            action.setEnabled((deed != "vary strength" or strong) and not (deed == "delete" and locked))
            action.triggered.connect(lambda _=False, deed=deed: self._do(deed, row))
        if row.kind == "take":
            rating = self.addMenu("Rate")
            for stars in range(6):
                action = rating.addAction(words.count(stars, "star") if stars else "No stars")
                action.triggered.connect(lambda _=False, stars=stars: self._do(f"rate {stars}", row))
        self.popup(at)
