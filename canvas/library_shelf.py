"""The tree of the library as a widget, and what is kept of it: favourites and folded sections."""

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from canvas.desk import Desk
from canvas.library_rows import ShelfRow, Tree, mime_of
from canvas.library_tree import Section, Shelved


class Kept:
    """The favourites, and which sections are open; kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.favourites: list[str] = []
        self.shut: set[str] = set()
        with suppress(OSError, ValueError):
            found = json.loads(file.read_text("utf-8"))
            if isinstance(found, dict):
                self.favourites = [one for one in found.get("favourites", []) if isinstance(one, str)]
                self.shut = {one for one in found.get("shut", []) if isinstance(one, str)}

    def turn(self, key: str) -> None:
        """Make it a favourite, or no more."""
        self.favourites = [one for one in self.favourites if one != key] + [key] * (key not in self.favourites)
        self._write()

    def shut_section(self, key: str, shut: bool) -> None:
        self.shut = (self.shut | {key}) if shut else (self.shut - {key})
        self._write()

    def _write(self) -> None:
        with suppress(OSError):  # a convenience, and nothing that would be missed
            self._file.write_text(json.dumps({"favourites": self.favourites, "shut": sorted(self.shut)}), "utf-8")


class Shelf(QTreeView):
    """The tree. A drag carries the node type; Enter and double click add it."""

    taken = Signal(object)
    """The row that should be added."""
    left_up = Signal()
    """Up was pressed in the first row: back to the search."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.tree = Tree(self)
        self.setModel(self.tree)
        self.setItemDelegate(ShelfRow(desk, self))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName("Nodes")
        self.setStyleSheet("QTreeView { border: 0; background: transparent; }"
                           "QTreeView::item, QTreeView::item:hover, QTreeView::item:selected"
                           " { border: 0; background: transparent; }"
                           "QTreeView::branch { image: none; background: transparent; }")
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._take)

    def row_at(self, index: QModelIndex) -> Shelved | None:
        thing = self.tree.thing(index)
        return thing if isinstance(thing, Shelved) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(index)
        elif event.key() == Qt.Key.Key_Up and index.isValid() and not self.indexAbove(index).isValid():
            self.left_up.emit()
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.setExpanded(index, not self.isExpanded(index))
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        row = self.row_at(self.currentIndex())
        if row is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime_of(row))
        drag.setPixmap(self._desk.theme.icon(row.icon, 24, f"category.{row.category}.ink"))
        drag.setHotSpot(QPoint(12, 12))
        drag.exec(Qt.DropAction.CopyAction)

    def _clicked(self, index: QModelIndex) -> None:
        thing = self.tree.thing(index)
        on_arrow = isinstance(thing, Shelved) and self.tree.hasChildren(index) and (
            self.mapFromGlobal(self.cursor().pos()).x() > self.viewport().width() - self._desk.theme.px(34))
        if isinstance(thing, Section) or on_arrow:
            self.setExpanded(index, not self.isExpanded(index))

    def _take(self, index: QModelIndex) -> None:
        row = self.row_at(index)
        if row is not None:
            self.taken.emit(row)
        elif index.isValid():
            self.setExpanded(index, not self.isExpanded(index))
