"""A list of rows that can be clicked, walked with the arrows, and whose buttons can be pressed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.lines import Line, LineCell, LineList


class LineView(QListView):
    """Rows to click, to walk with the arrows, and whose button can be pressed (also with F2)."""

    went = Signal(str)
    """A row was clicked or entered."""
    acted = Signal(str)
    """The button of a row was pressed."""
    menu_wanted = Signal(str, QPoint)
    keyed = Signal(str, QKeyEvent)
    """Another key was pressed on a row; accepted by who makes use of it."""

    def __init__(self, desk: Desk, lines: LineList, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lines = lines
        self.cell = LineCell(desk, self)
        self.setModel(lines)
        self.setItemDelegate(self.cell)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        desk.themed.connect(self.doItemsLayout)

    def current(self) -> Line | None:
        return self._lines.at(self.currentIndex())

    def put(self, lines: Sequence[Line]) -> None:
        """Show these; the current row stays where it is still there."""
        current = self.current()
        self._lines.put(lines)
        place = self._lines.row_of(current.key) if current is not None else -1
        if place >= 0 and self.currentIndex().row() != place:
            self.choose(place)

    def choose(self, row: int) -> None:
        index = self._lines.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()  # rows with sentences are as high as they need

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        line = self._lines.at(self.indexAt(event.position().toPoint()))
        if line is not None and event.button() == Qt.MouseButton.LeftButton:
            cell = self.visualRect(self._lines.index(self._lines.row_of(line.key)))
            if self.cell.button(cell, line).contains(event.position()):
                self.acted.emit(line.key)
            else:
                self.went.emit(line.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.cell.mouse = event.position().toPoint()
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.cell.mouse = QPoint(-1, -1)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current()
        if line is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.went.emit(line.key)
        elif line is not None and event.key() == Qt.Key.Key_F2 and line.action:
            self.acted.emit(line.key)
        else:
            event.ignore()
            if line is not None:
                self.keyed.emit(line.key, event)
            if not event.isAccepted():
                super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are no jumps here."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.visualRect(self.currentIndex()).center()
        line = self._lines.at(self.indexAt(at))
        if line is not None:
            self.choose(self._lines.row_of(line.key))
            self.menu_wanted.emit(line.key, self.viewport().mapToGlobal(at))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint.focus(self, self._desk.theme)
