"""Two boards beside each other, before and after, that move as one; what differs is framed in colour with a sign."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from canvas.board.scenery import Scenery
from canvas.desk import Desk
from canvas.kit.label import Label
from canvas.past.marks import Mark, marks_on, paint_mark, places_of
from workflows.differences import Change
from workflows.graph import Graph


class Eye:
    """The hand on a board that is only looked at: it moves what is seen, and says what was pressed."""

    def __init__(self, board: "PastBoard") -> None:
        self._board = board
        self._from: QPointF | None = None
        self._moved = False

    def mouse_press(self, event: Any) -> bool:
        self._from, self._moved = event.position(), False
        return True

    def mouse_move(self, event: Any) -> bool:
        if self._from is None:
            return False
        step = event.position() - self._from
        self._from = event.position()
        self._moved = self._moved or step.manhattanLength() > 1
        self._board.pan(step.x(), step.y())
        return True

    def mouse_release(self, event: Any) -> bool:
        if self._from is not None and not self._moved:
            name = self._board.card_at(self._board.scene_pos(event.position()))
            if name is not None:
                self._board.pressed.emit(name)
        self._from = None
        return True


class PastBoard(Scenery):
    """A workflow as it was, to look at."""

    pressed = Signal(str)
    """A card was pressed."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, desk.studio.packs.types, parent)
        self._desk = desk
        self.graph = Graph()
        self.marks: dict[str, Mark] = {}
        self.chosen: tuple[str, ...] = ()
        self.hand = Eye(self)
        self.setAccessibleName(name)
        self.setAcceptDrops(False)
        desk.themed.connect(self._wear)

    def put(self, graph: Graph, found: Sequence[Change]) -> None:
        """Show a graph with these changes marked."""
        self.graph, self.marks, self.chosen = graph, marks_on(found, graph), ()
        self.mirror.open(graph, self.camera.center)
        self.finish()
        self.viewport().update()

    def choose(self, names: tuple[str, ...]) -> None:
        self.chosen = names
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        origin, zoom = self.mapToScene(0, 0), self.zoom
        for name, mark in self.marks.items():
            rect = self.rect_of(name)
            if rect is not None:
                at = QRectF((rect.left() - origin.x()) * zoom, (rect.top() - origin.y()) * zoom,
                            rect.width() * zoom, rect.height() * zoom)
                paint_mark(painter, self._desk.theme, at, mark, chosen=name in self.chosen)
        painter.end()

    def _wear(self) -> None:
        self.easel.wear(self._desk.theme)
        self.camera.wear(self.easel.natural)
        self.overview.forget()
        self.mirror.redress_all()
        self.viewport().update()


class Boards(QWidget):
    """Before and after."""

    pressed = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._following = False
        self._seen: QRectF | None = None
        """What was brought into sight; none once a person has moved it."""
        self.before, self.after = PastBoard(desk, "Before"), PastBoard(desk, "After")
        self.titles = (Label(desk, "Before", "caption", "title"), Label(desk, "After", "caption", "title"))
        column = QVBoxLayout(self)  # one above the other: workflows are wider than high
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for title, board, other in zip(self.titles, (self.before, self.after), (self.after, self.before), strict=True):
            column.addWidget(title)
            column.addWidget(board, 1)
            board.moved.connect(lambda board=board, other=other: self._follow(board, other))
            board.pressed.connect(self.pressed)

    def put(self, before: Graph, after: Graph, found: Sequence[Change], titles: tuple[str, str]) -> None:
        """Show two workflows; all of both is seen."""
        for label, title in zip(self.titles, titles, strict=True):
            label.say(title)
        self.before.put(before, found)
        self.after.put(after, found)
        self.fit()

    def fit(self) -> None:
        """Show all of both."""
        self._look(self.before.extent().united(self.after.extent()))

    def show_change(self, change: Change) -> None:
        """Bring it into the middle of both boards."""
        whole = QRectF()
        for board in (self.before, self.after):
            names = places_of(change, board.graph)
            board.choose(names)
            whole = whole.united(board.extent(names))
        if not whole.isEmpty():
            room = whole.adjusted(-160, -120, 160, 120)
            self._look(room)

    def _look(self, rect: QRectF) -> None:
        if not rect.isEmpty():
            self.after.camera.frame(rect)
            self._follow(self.after, self.before)
            self._seen = rect

    def _follow(self, board: PastBoard, other: PastBoard) -> None:
        if not self._following:
            self._following = True
            self._seen = None
            x, y, zoom = board.place
            other.look_at(QPointF(x, y), zoom)
            self._following = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._seen is not None:
            # The boards themselves have their new size a moment later.
            QTimer.singleShot(0, self, lambda rect=self._seen: self._look(rect))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Home:
            self.fit()
        else:
            super().keyPressEvent(event)
