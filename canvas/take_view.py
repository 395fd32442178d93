"""The cells of the strip of takes: a click or Enter picks, digits rate, Space looks, Delete throws away.

C compares, P promotes, L locks.
"""

from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.take_cells import GAP, TakeCell
from canvas.take_rows import TakeList, TakeRow

WIDE = 137
"""How wide a picture is meant to be; rows are filled evenly."""


class TakeView(QListView):
    """What is done with a cell is told by ``deed``; nothing is done here."""

    deed = Signal(str, object)
    """(what, row): ``pick``, ``look``, ``delete``, ``undo``, ``compare``, ``promote``, ``lock``, ``menu``,
    ``rate 3``.
    """

    def __init__(self, desk: Desk, rows: TakeList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = rows
        self.cell = TakeCell(desk, self)
        self.undoes = False
        """Whether Ctrl+Z is meant for the strip: the last thing done here was to throw a take away."""
        self.setModel(rows)
        self.setItemDelegate(self.cell)
        self.setAccessibleName("Takes")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        desk.themed.connect(self.fill)

    def current(self) -> TakeRow | None:
        return self._rows.at(self.currentIndex())

    def choose(self, row: int) -> None:
        index = self._rows.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def fill(self) -> None:
        """As many cells in a row as fit, each as wide as there is room."""
        # Always with room for the bar: Qt counts with it before it is there, and would leave a column empty.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar())
        room = self.maximumViewportSize().width() - bar - 1
        wished = round(self._desk.theme.px(WIDE)) + 2 * GAP
        width = max(room // max(1, round(room / wished)), 48)
        size = QSize(width, round((width - 2 * GAP) * 9 / 16) + 2 * GAP)
        if size != self.gridSize():
            self.setGridSize(size)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._own(event):
            event.accept()  # while the strip has the keyboard, its keys are not the window's
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fill()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = self._own(event)
        if deed is None:
            super().keyPressEvent(event)
        elif deed == "undo" or self.current() is not None:
            self.deed.emit(deed, self.current())

    def _own(self, event: QKeyEvent) -> str | None:
        deed = _deed(event)
        return None if deed == "undo" and not self.undoes else deed

    def keyboardSearch(self, search: str) -> None:
        """Letters are no jumps here."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        row = self._rows.at(index)
        super().mousePressEvent(event)
        if row is None or event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            return
        star = self.cell.star_at(self.visualRect(index), at) if row.take is not None else 0
        if star and row.take is not None:
            self.deed.emit(f"rate {0 if star == row.take.rating else star}", row)
        else:
            self.deed.emit("pick", row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._rows.at(self.indexAt(event.position().toPoint()))
        if row is not None:
            self.deed.emit("look", row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.visualRect(self.currentIndex()).center()
        row = self._rows.at(self.indexAt(at))
        if row is not None:
            self.choose(self._rows.row_of(row.key))
            self.deed.emit("menu", (row, self.viewport().mapToGlobal(at)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint.focus(self, self._desk.theme)


KEYS = {
    Qt.Key.Key_Return: "pick", Qt.Key.Key_Enter: "pick", Qt.Key.Key_Space: "look", Qt.Key.Key_Delete: "delete",
    Qt.Key.Key_Backspace: "delete", Qt.Key.Key_C: "compare", Qt.Key.Key_P: "promote", Qt.Key.Key_L: "lock",
}


def _deed(event: QKeyEvent) -> str | None:
    """What a key means in the strip."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Z:
        return "undo"
    if held:
        return None
    if event.text() and event.text() in "012345":
        return f"rate {event.text()}"
    return KEYS.get(Qt.Key(event.key()))
