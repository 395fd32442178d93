"""The panel at the left: every node that can be added, to search, to drag onto the board and to add with Enter."""

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from canvas.adder import Recent
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.shelf import ModelShelf
from canvas.kit.buttons import Chip
from canvas.kit.menu import Menu
from canvas.kit.notices import EmptyState
from canvas.kit.search import SearchField
from canvas.library_shelf import Kept, Shelf
from canvas.library_tree import Filter, Section, Shelved, Stock, sections_of, stock_of

FILTERS: tuple[tuple[Filter, str, str, str], ...] = (
    ("all", "All", "", "Everything"), ("open", "Open", "open-weights", "Models with open weights"),
    ("closed", "Closed", "closed-weights", "Closed models of providers"),
    ("fits", "Fits", "", "What runs on this computer as it is"),
)
FEW = 8
"""So many models of a node are listed below it without being asked for."""


class Library(QWidget):
    """Search, filters and the shelf."""

    wanted = Signal(str, object)
    """(node type or ``group:name``, the inputs it is given): put it on the board."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._models = ModelShelf.of(desk)
        self._document: Document | None = None
        self._groups: object = None
        self._stock = Stock()
        self._filter: Filter = "all"
        home = desk.studio.home.path
        self._recent = Recent(home / "recent-nodes.json")
        self._kept = Kept(home / "library.json")
        self.setAccessibleName("Library")
        self.search = SearchField(desk, "Node, model or word", "Tab", self)
        self.chips = {key: self._chip(key, title, icon, tip) for key, title, icon, tip in FILTERS}
        self.shelf = Shelf(desk, self)
        self.empty = EmptyState(desk, "search", "", parent=self)
        self._lay_out()
        self._listen()
        self.fill()

    def _chip(self, key: Filter, title: str, icon: str, tip: str) -> Chip:
        chip = Chip(self._desk, title, icon=icon, checkable=True, parent=self)
        chip.setToolTip(tip)
        chip.setChecked(key == "all")
        chip.clicked.connect(lambda: self.sift(key))
        return chip

    def _lay_out(self) -> None:
        self._only_one = QButtonGroup(self)
        chips = QHBoxLayout()
        chips.setSpacing(4)
        for chip in self.chips.values():
            self._only_one.addButton(chip)
            chips.addWidget(chip)
        chips.addStretch(1)
        self._top = QVBoxLayout()
        self._top.addWidget(self.search)
        self._top.addLayout(chips)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._top)
        whole.addWidget(self.shelf, 1)
        whole.addWidget(self.empty, 1)
        self._wear()

    def _listen(self) -> None:
        self.search.textChanged.connect(lambda _: self._show())
        self.search.stepped.connect(self._step)
        self.search.returnPressed.connect(self._take_current)
        self.search.installEventFilter(self)
        self.shelf.taken.connect(self.take)
        self.shelf.left_up.connect(self.search.setFocus)
        self.shelf.expanded.connect(lambda index: self._folded(index, False))
        self.shelf.collapsed.connect(lambda index: self._folded(index, True))
        self.shelf.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.shelf.customContextMenuRequested.connect(self._open_menu)
        self._models.changed.connect(self.fill)
        self._desk.fronted.connect(self._front)
        self._desk.themed.connect(self._wear)
        self._front()

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is shown just now."""
        return self.shelf.tree.sections

    def fill(self) -> None:
        """Read types, models and groups anew."""
        graph = self._document.graph if self._document is not None else None
        studio = self._desk.studio
        self._groups = graph.groups if graph is not None else None
        self._stock = stock_of(studio.packs.types, self._models.entries, self._models.licences, graph)
        self._show()

    def sift(self, filter_: Filter) -> None:
        """Show only what a filter leaves."""
        self._filter = filter_
        self.chips[filter_].setChecked(True)
        self._show()

    def take(self, row: Any) -> None:
        """Add this to the board; it is among the last used from now on."""
        self._recent.use(row.key)
        self.wanted.emit(row.id, dict(row.inputs))
        if not self.search.text():
            self._show()

    def menu(self, row: Shelved) -> QMenu:
        """What can be done with a row."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Add to the board").triggered.connect(lambda: self.take(row))
        known = row.key in self._kept.favourites
        favourite = menu.addAction("Remove from favourites" if known else "Add to favourites")
        favourite.triggered.connect(lambda: self._favour(row))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A search line is one stop: Down goes on into the list, and typing goes on from there.
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and (
                event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self._take_current()
            return True
        return False

    def _show(self) -> None:
        current = self.shelf.row_at(self.shelf.currentIndex())
        query = self.search.text()
        self._recent.read()
        found = sections_of(self._stock, query, self._filter, self._recent.ids, self._kept.favourites)
        self.shelf.tree.put(found)
        tree = self.shelf.tree
        blocked = self.shelf.blockSignals(True)
        for at, section in enumerate(found):
            index = tree.index(at, 0)
            self.shelf.setExpanded(index, bool(query) or section.key not in self._kept.shut)
            for row, shelved in enumerate(section.rows):
                if shelved.models:
                    few = len(shelved.models) <= FEW and shelved.door != "closed"
                    open_ = bool(query) or (shelved.id not in self._kept.shut and few)
                    self.shelf.setExpanded(tree.index(row, 0, index), open_)
        self.shelf.blockSignals(blocked)
        if query and found:
            self._choose(tree.index(0, 0, tree.index(0, 0)))
        elif current is not None:
            self._find(current.key)
        self.shelf.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.empty.say("No node fits these words." if query else "Nothing here with this filter.",
                       hint="Try a word for what it does, or another filter.")

    def _find(self, key: str) -> None:
        tree = self.shelf.tree
        for at, section in enumerate(tree.sections):
            for row, shelved in enumerate(section.rows):
                if shelved.key == key:
                    self._choose(tree.index(row, 0, tree.index(at, 0)))
                    return

    def _choose(self, index: QModelIndex) -> None:
        self.shelf.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.shelf.scrollTo(index)

    def _step(self, by: int) -> None:
        """Move the choice in the list; headings are passed over."""
        index = self.shelf.currentIndex()
        for _ in range(abs(by)):
            near = self.shelf.indexBelow(index) if by > 0 else self.shelf.indexAbove(index)
            if not index.isValid():
                near = self.shelf.tree.index(0, 0)
            while near.isValid() and self.shelf.row_at(near) is None:
                near = self.shelf.indexBelow(near) if by > 0 else self.shelf.indexAbove(near)
            if not near.isValid():
                break
            index = near
        if index.isValid():
            self._choose(index)

    def _take_current(self) -> None:
        row = self.shelf.row_at(self.shelf.currentIndex())
        if row is not None:
            self.take(row)

    def _folded(self, index: QModelIndex, shut: bool) -> None:
        thing = self.shelf.tree.thing(index)
        if thing is not None and not self.search.text():
            self._kept.shut_section(thing.key if isinstance(thing, Section) else thing.id, shut)

    def _favour(self, row: Shelved) -> None:
        self._kept.turn(row.key)
        self._show()

    def _open_menu(self, at: QPoint) -> None:
        row = self.shelf.row_at(self.shelf.indexAt(at))
        if row is not None:
            self.menu(row).popup(self.shelf.viewport().mapToGlobal(at))

    def _front(self) -> None:
        if self._document is self._desk.front:
            return
        if self._document is not None:
            self._document.titled.disconnect(self._edited)
        self._document = self._desk.front
        if self._document is not None:
            self._document.titled.connect(self._edited)
        self.fill()

    def _edited(self) -> None:
        if self._document is not None and self._document.graph.groups is not self._groups:
            self.fill()

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._top.setContentsMargins(round(px(12)), round(px(10)), round(px(12)), round(px(5)))
        self._top.setSpacing(round(px(5)))
        self.shelf.doItemsLayout()

