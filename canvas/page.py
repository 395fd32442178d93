"""The board of one document with the hand that works on it, as a page of the window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from canvas.hands.hand import Hand
from canvas.kit.notices import EmptyState
from workflows.arrange import tidy
from workflows.history import History

if TYPE_CHECKING:
    from canvas.hands.context import Context


INVITATION = "Tab or a double click searches for a node. Files, pictures and text can be dropped here."


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
        self.invitation = EmptyState(desk, "plus", "Nothing on the board yet.", hint=INVITATION, parent=self)
        # Clicks and drops are for the board below it.
        self.invitation.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        document.changed.connect(lambda *_: self._show_invitation())
        document.room_changed.connect(self._show_invitation)
        self._fresh = True
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._settle)
        self._placed = False
        self._kept: tuple[float, float, float] | None = None
        """The place of the last time, until the person looks elsewhere: the window may not have its size yet."""
        self.view.opened.connect(self._settle)
        self._size = self.view.viewport().size()
        self.view.moved.connect(self._moved)

    def _show_invitation(self) -> None:
        """An empty board says how to begin."""
        shown = self.document.shown
        self.invitation.setVisible(not (shown.nodes or shown.frames or shown.notes))
        size = self.invitation.sizeHint()
        wide = min(max(size.width(), 320), self.width())
        self.invitation.setGeometry((self.width() - wide) // 2, (self.height() - size.height()) // 2, wide,
                                    size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_invitation()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The board has its size only after the window has been laid out.
        self._soon.start()

    def _settle(self) -> None:
        """Once, when all cards are there: a file that says no places gets some, and all of it is in sight."""
        if not self._fresh or not self.isVisible() or self.view.mirror.todo:
            return
        self._fresh = False
        document = self.document
        graph = document.graph
        untouched = not document.history.past and not document.history.future
        if graph.nodes and untouched and not document.room and not any(name in graph.layout for name in graph.nodes):
            placed = tidy(graph, self.view.sizes())
            unsaved = document.history.dirty
            # No edit of the person's: nothing to undo, nothing to save.
            document.history = History.of(placed)
            if unsaved:
                document.history.saved = graph
            document.room_changed.emit()
        if not self._placed:
            self.view.frame(None)

    def look_at(self, x: float, y: float, zoom: float) -> None:
        """Show this part of the board from the start."""
        self._placed = True
        self.view.look_at(QPointF(x, y), zoom)

    def come_back(self, place: tuple[float, float, float]) -> None:
        """Show what was seen last time, whatever size the board comes to have while the window is built."""
        self._kept = place
        self._come_back()

    @property
    def place(self) -> tuple[float, float, float]:
        """What is in the middle, and the zoom."""
        return self._kept or self.view.place

    def _moved(self) -> None:
        """The board has another size, or somebody looks elsewhere."""
        if self._kept is None:
            return
        size = self.view.viewport().size()
        if size != self._size:
            QTimer.singleShot(0, self._come_back)
        elif max(abs(is_ - was) for is_, was in zip(self.view.place, self._kept, strict=True)) > 2 / self.view.zoom:
            self._kept = None

    def _come_back(self) -> None:
        if self._kept is not None:
            self._size = self.view.viewport().size()
            self.look_at(*self._kept)

    def context(self) -> "Context":
        """What verbs act on just now."""
        return self.hand.context()
