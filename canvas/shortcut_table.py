"""All actions with their keys, as a table in which keys can be given anew; clashes are told in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.notices import Banner
from canvas.kit.search import SearchField

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
HEADS = ("What", "Menu", "Keys")
BARE = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An action in the table."""

    id: str
    title: str
    group: str
    keys: tuple[str, ...] = ()
    own: bool = False
    """Whether the keys are the person's own and not the preset's."""
    place: str = ""
    """Where its keys count; the same keys may do two things in two places."""


def written(keys: Sequence[str]) -> str:
    """Keys as they are shown: ``Ctrl Z, Alt Backspace``."""
    return ", ".join(words.keys(key) for key in keys)


def clash(rows: Sequence[Shortcut], id_: str, key: str) -> Shortcut | None:
    """The other action that has this key already, where both would count."""
    sequence = QKeySequence(key)
    place = next((row.place for row in rows if row.id == id_), "")
    for row in rows:
        if row.id != id_ and (row.place == place or not row.place or not place) and any(
                QKeySequence(one) == sequence for one in row.keys):
            return row
    return None


class ShortcutModel(QAbstractTableModel):
    """The rows that fit what was searched for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Shortcut, ...] = ()
        self.rows: tuple[Shortcut, ...] = ()
        self._words = ""

    def put(self, rows: Sequence[Shortcut]) -> None:
        self.all = tuple(rows)
        self.search(self._words)

    def search(self, text: str) -> None:
        """Show only rows in whose title, menu or keys all the words occur."""
        self._words = text
        wanted = text.casefold().split()
        rows = tuple(row for row in self.all if all(
            word in f"{row.title} {row.group} {written(row.keys)}".casefold() for word in wanted))
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = rows  # the same rows with other keys: what is selected stays
            self.dataChanged.emit(self.index(0, 0), self.index(max(len(rows) - 1, 0), 2), [])
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return HEADS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        keys = (written(row.keys) or "none") + (" (own)" if row.own else "")
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.title, row.group, keys)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.group}, keys {keys}"
        return None


class ShortcutTable(QWidget):
    """The table, with a search above it and what can be done below it. Press Enter and then the new keys."""

    rebound = Signal(str, tuple)
    """(id, keys)"""
    reset = Signal(str)
    reset_all = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting = ""
        """The action that waits for keys."""
        self._doubt: tuple[str, str] | None = None
        """(action, key) that another one has already, until the person decides."""
        self.model = ShortcutModel(self)
        self.search = SearchField(desk, "Action or keys")
        self.view = QTableView()
        self.told = Banner(desk, "", tone="warn")
        self.told.hide()
        self.change = PriceButton(desk, "Change keys", manner="ghost", small=True)
        self.clear = PriceButton(desk, "Take keys away", manner="ghost", small=True)
        self.one = PriceButton(desk, "Reset this", manner="ghost", small=True)
        self.every = PriceButton(desk, "Reset all", manner="ghost", small=True)
        self.state = Label(desk, "", "caption", colour="text.tertiary", wrap=True)
        self._dress()
        foot = QHBoxLayout()
        foot.setSpacing(6)
        for button in (self.change, self.clear, self.one, self.every):
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.search, self.view, self.told, self.state):
            column.addWidget(widget, 1 if widget is self.view else 0)
        column.addLayout(foot)

    def put(self, rows: Sequence[Shortcut]) -> None:
        """Show these actions."""
        self.model.put(rows)
        self._refresh()

    @property
    def current(self) -> Shortcut | None:
        index = self.view.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def pick(self, id_: str) -> None:
        """Select an action."""
        for place, row in enumerate(self.model.rows):
            if row.id == id_:
                self.view.setCurrentIndex(self.model.index(place, 0))

    def wait(self) -> None:
        """The next keys are for the selected action."""
        row = self.current
        if row is not None:
            self._waiting = row.id
            self.told.hide()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.FocusOut and self._waiting:
                self._stop()
            return False
        if event.type() == QEvent.Type.ShortcutOverride and self._waiting:
            event.accept()  # keys that do something in the window are caught here as well
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if self._waiting:
            self._caught(event)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.wait()
            return True
        if event.key() == Qt.Key.Key_Delete:
            self._clear()
            return True
        return False

    def _caught(self, event: QKeyEvent) -> None:
        if event.key() in BARE:
            return
        id_ = self._waiting
        self._stop()
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            return
        key = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        other = clash(self.model.all, id_, key)
        if other is None:
            self._bind(id_, (key,))
            return
        self._doubt = (id_, key)
        message = f"{words.keys(key)} is the key of “{other.title}”."
        self.told.say(message, "Nothing has been changed yet.", "Take it over")
        self.told.show()

    def _take_over(self) -> None:
        """Give the key to the action that wanted it, and take it from the one that had it."""
        if self._doubt is None:
            return
        (id_, key), self._doubt = self._doubt, None
        self.told.hide()
        other = clash(self.model.all, id_, key)
        if other is not None:
            rest = tuple(one for one in other.keys if QKeySequence(one) != QKeySequence(key))
            self.rebound.emit(other.id, rest)
        self._bind(id_, (key,))

    def _clear(self) -> None:
        if self.current is not None:
            self._bind(self.current.id, ())

    def _reset(self) -> None:
        if self.current is not None:
            self.reset.emit(self.current.id)

    def _bind(self, id_: str, keys: tuple[str, ...]) -> None:
        self.told.hide()
        self.rebound.emit(id_, keys)
        self.pick(id_)

    def _stop(self) -> None:
        self._waiting = ""
        self._refresh()

    def _refresh(self) -> None:
        row = self.current
        for button in (self.change, self.clear):
            button.setEnabled(row is not None)
        self.one.setEnabled(row is not None and row.own)
        self.every.setEnabled(any(row.own for row in self.model.all))
        if self._waiting:
            title = next((row.title for row in self.model.all if row.id == self._waiting), "")
            self.state.say(f"Press the new keys for “{title}”. Esc keeps the old ones.", "accent.base")
        else:
            self.state.say("Enter, then the new keys. Delete takes keys away.", "text.tertiary")

    def _dress(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setAccessibleName("Keys of all actions")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head = view.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        head.setHighlightSections(False)
        view.installEventFilter(self)
        view.doubleClicked.connect(lambda _: self.wait())
        view.selectionModel().currentChanged.connect(lambda *_: self._refresh())
        self.model.modelReset.connect(self._refresh)
        self.search.textChanged.connect(self.model.search)
        self.search.stepped.connect(self._step)
        self.told.acted.connect(self._take_over)
        self.change.clicked.connect(self.wait)
        self.clear.clicked.connect(self._clear)
        self.one.clicked.connect(self._reset)
        self.every.clicked.connect(self.reset_all)

    def _step(self, rows: int) -> None:
        place = min(max(self.view.currentIndex().row() + rows, 0), self.model.rowCount() - 1)
        self.view.setCurrentIndex(self.model.index(place, 0))
