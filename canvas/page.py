"""The board of one document with the hand that works on it, as a page of the window."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from canvas.hands.hand import Hand

if TYPE_CHECKING:
    from canvas.hands.context import Context


class Page(QWidget):
    """One open workflow."""

    def __init__(self, desk: Desk, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.view = BoardView(desk, document)
        self.hand = Hand(desk, self.view)
        self.view.hand = self.hand
        self.view.viewport().setAccessibleName("Board")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)

    def context(self) -> "Context":
        """What verbs act on just now."""
        return self.hand.context()
