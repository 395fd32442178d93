"""The view of the gallery: many pictures without a widget for any of them."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from canvas.desk import Desk
from canvas.gallery_cells import GAP, GalleryCell
from canvas.gallery_model import GalleryModel
from canvas.gallery_thumbs import GalleryThumbs
from canvas.kit import paint
from workflows.takes import Take

SIZES = (72, 96, 128, 168, 224)
"""How wide a picture is meant to be, at any size of text; the row is filled up evenly."""
INSET = 6
"""With the gap of the cells the first picture stands below the first letter of the search."""


class GalleryView(QListView):
    """Pictures in rows that fill the width. Digits rate, Enter looks, Ctrl and the wheel make them larger."""

    rated = Signal(list, int)
    """(takes, stars)"""
    wanted = Signal(Take)
    """Look at this take."""
    pressed_key = Signal(str)
    """A key that means a deed: ``delete``, ``copy``, ``path``, ``undo``, ``open``, ``insert``."""
    menu_wanted = Signal(QPoint)

    def __init__(self, desk: Desk, model: GalleryModel, thumbs: GalleryThumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self.cell = GalleryCell(desk, thumbs, self)
        self.size_step = 1
        self.setModel(model)
        model.needed = self.needed
        self.setItemDelegate(self.cell)
        self.setAccessibleName("Gallery")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView { border: 0; }")  # the ring is on the picture that has the keyboard
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        thumbs.made.connect(self._made)
        desk.themed.connect(self.fill)
        self.doubleClicked.connect(self._look)

    def takes(self) -> list[Take]:
        """The selected takes, in their order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [take for row in rows if (take := self._model.take_at(self._model.index(row))) is not None]

    def current(self) -> Take | None:
        return self._model.take_at(self.currentIndex())

    def needed(self) -> int:
        """How many rows there are up to the last that is in sight or selected."""
        seen = self.indexAt(QPoint(GAP + 1, self.viewport().height() - 1)).row()
        rows = [index.row() for index in self.selectionModel().selectedIndexes()]
        return max([seen if seen >= 0 else self._model.rowCount() - 1, *rows]) + 1

    def choose(self, row: int) -> None:
        """Select one row and go there."""
        index = self._model.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def resize_pictures(self, steps: int) -> None:
        """Larger or smaller pictures."""
        self.size_step = min(max(self.size_step + steps, 0), len(SIZES) - 1)
        self.fill()

    def fill(self) -> None:
        """As many pictures in a row as fit, each as wide as there is room."""
        self.setViewportMargins(INSET, 0, 0, 0)
        room = self.viewport().width() - 1
        wished = SIZES[self.size_step] + 2 * GAP
        width = room // max(1, room // wished)
        size = QSize(max(width, 40), self.cell.height_for(max(width, 40)))
        if size != self.gridSize():
            self.setGridSize(size)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _deed(event):
            event.accept()  # while the gallery has the keyboard, its keys are not the window's
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fill()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = _deed(event)
        if event.key() == Qt.Key.Key_Menu:
            self._ask_menu(self.visualRect(self.currentIndex()).center())
        elif deed is None:
            super().keyPressEvent(event)
        elif deed.isdigit():
            self.rated.emit(self.takes(), int(deed))
        elif deed in ("larger", "smaller"):
            self.resize_pictures(1 if deed == "larger" else -1)
        elif deed == "look":
            self._look()
        else:
            self.pressed_key.emit(deed)

    def keyboardSearch(self, search: str) -> None:
        """Letters are no jumps here: the line above searches."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.resize_pictures(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        take = self._model.take_at(index)
        # The stars are there once the mouse is, so the first click on them counts.
        star = self.cell.star_at(self.visualRect(index), at) if take is not None else 0
        if star and take is not None and event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self.choose(index.row())
            self.rated.emit([take], 0 if star == take.rating else star)
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.visualRect(self.currentIndex()).center()
        self._ask_menu(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint.focus(self, self._desk.theme)

    def _ask_menu(self, at: QPoint) -> None:
        self.menu_wanted.emit(self.viewport().mapToGlobal(at))

    def _look(self) -> None:
        take = self.current()
        if take is not None:
            self.wanted.emit(take)

    def _made(self, id_: int) -> None:
        row = self._model.row_of(id_)
        if row >= 0:
            self.viewport().update(self.visualRect(self._model.index(row)))


KEYS = {
    (Qt.Key.Key_Return, ""): "look", (Qt.Key.Key_Enter, ""): "look", (Qt.Key.Key_Delete, ""): "delete",
    (Qt.Key.Key_Backspace, ""): "delete", (Qt.Key.Key_C, "C"): "copy", (Qt.Key.Key_C, "CS"): "path",
    (Qt.Key.Key_Z, "C"): "undo", (Qt.Key.Key_O, ""): "open", (Qt.Key.Key_I, ""): "insert",
    (Qt.Key.Key_E, ""): "export", (Qt.Key.Key_Plus, "C"): "larger", (Qt.Key.Key_Equal, "C"): "larger",
    (Qt.Key.Key_Minus, "C"): "smaller",
}


def _deed(event: QKeyEvent) -> str | None:
    """What a key means here."""
    held = "".join(letter for flag, letter in (
        (Qt.KeyboardModifier.ControlModifier, "C"), (Qt.KeyboardModifier.ShiftModifier, "S"),
        (Qt.KeyboardModifier.AltModifier, "A"),
    ) if event.modifiers() & flag)
    if not held and event.text() in tuple("012345") and event.text():
        return event.text()
    return KEYS.get((Qt.Key(event.key()), held))
