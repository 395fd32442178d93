"""The gallery of templates: pictures of what they make, what they show, what they need."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.notices import EmptyState
from canvas.kit.search import SearchField
from canvas.template_cards import CARD, CardPainter, card_height
from canvas.template_list import Template, Want, templates, wants_of

NONE = QModelIndex()


class TemplateModel(QAbstractListModel):
    """The templates that fit the search, with their pictures."""

    def __init__(self, rows: Sequence[Template], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all = tuple(rows)
        self.rows = self.all
        self.wants: Mapping[str, Sequence[Want]] = {}
        self._pictures: dict[Path, QImage] = {}

    def search(self, text: str) -> None:
        rows = tuple(row for row in self.all if row.fits(text))
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def learn(self, wants: Mapping[str, Sequence[Want]]) -> None:
        """What each template is missing."""
        self.wants = wants
        self.dataChanged.emit(self.index(0), self.index(max(len(self.rows) - 1, 0)), [])

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        wants = self.wants.get(row.name, ())
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.UserRole:
            return row, self._picture(row), wants[0].short if wants else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.sentence}\nShows: {row.shows}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join(part for part in (row.title, row.sentence, wants[0].short if wants else "") if part)
        return None

    def _picture(self, row: Template) -> QImage | None:
        if row.picture is None:
            return None
        if row.picture not in self._pictures:
            self._pictures[row.picture] = QImage(str(row.picture))
        return self._pictures[row.picture]


class TemplatesPanel(QWidget):
    """Works in a narrow dock and as a page: cards beside one another where there is room."""

    chosen = Signal(Path)
    """Open this one."""
    _learned = Signal(dict)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("Templates")
        self.model = TemplateModel(templates(), self)
        self.search = SearchField(desk, "Template or word")
        self.view = QListView()
        self.empty = EmptyState(desk, "template", "No template has these words.", "Show all")
        self.title = Label(desk, "", "section", "title")
        self.sentence = Label(desk, "", colour="text.secondary", wrap=True)
        self.needs = Label(desk, "", "caption", colour="text.tertiary", wrap=True)
        self.open = PriceButton(desk, "Open template", icon="template", manner="primary")
        self._lay_out()
        self._dress()
        self.search.textChanged.connect(self._searched)
        self.search.stepped.connect(self._step)
        self.search.returnPressed.connect(self._take)
        self.empty.acted.connect(self.search.clear)
        self.open.clicked.connect(self._take)
        self.view.doubleClicked.connect(lambda _: self._take())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.view.installEventFilter(self)
        self._learned.connect(self._learn)
        desk.themed.connect(self._fit)
        self.view.setCurrentIndex(self.model.index(0))
        self._show()

    @property
    def current(self) -> Template | None:
        index = self.view.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def look(self) -> None:
        """Find out again what is missing; models may have been put into their folder."""
        threading.Thread(target=self._ask, name="templates", daemon=True).start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and (
                event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self._take()
            return True
        return False

    def _ask(self) -> None:
        studio = self._desk.studio
        types, shelf = studio.packs.types, studio.catalogue
        licences = shelf.licences()
        try:
            self._learned.emit({row.name: wants_of(row, types, shelf, licences) for row in self.model.all})
        except RuntimeError:
            return  # the panel went away meanwhile

    def _learn(self, wants: Mapping[str, Sequence[Want]]) -> None:
        self.model.learn(wants)
        self._show()

    def _searched(self, text: str) -> None:
        name = self.current.name if self.current else ""
        self.model.search(text)
        place = next((place for place, row in enumerate(self.model.rows) if row.name == name), 0)
        self.view.setCurrentIndex(self.model.index(place))
        self._stack.setCurrentWidget(self.view if self.model.rows else self.empty)
        self._show()

    def _step(self, rows: int) -> None:
        place = min(max(self.view.currentIndex().row() + rows, 0), len(self.model.rows) - 1)
        self.view.setCurrentIndex(self.model.index(place))

    def _take(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current.file)

    def _show(self) -> None:
        """Below the cards: what is selected, in full."""
        row = self.current
        for widget in (self.title, self.sentence, self.needs, self.open):
            widget.setVisible(row is not None)
        if row is None:
            return
        wants = self.model.wants.get(row.name, ())
        self.title.say(row.title)
        self.sentence.say(row.sentence)
        if wants:
            self.needs.say(" ".join(want.long for want in wants), "semantic.warn")
        else:
            needs = f"{row.needs[:1].lower()}{row.needs[1:]}"
            self.needs.say(f"Needs {needs}." if needs else "Runs as it is, nothing is missing.", "text.tertiary")

    def _fit(self) -> None:
        """As many cards beside one another as there is room for, all of the same width."""
        px = self._desk.theme.px
        self.open.setMaximumWidth(round(px(240)))
        room = self.view.viewport().width() - 1
        columns = max(1, int(room // px(CARD)))
        wide = room // columns
        size = QSize(wide, card_height(self._desk.theme, wide))
        if size != self.view.gridSize() and wide > 0:
            self.view.setGridSize(size)

    def _lay_out(self) -> None:
        cards = QWidget()
        self._stack = QStackedLayout(cards)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(4)
        for widget in (self.title, self.sentence, self.needs):
            foot.addWidget(widget)
        foot.addSpacing(4)
        foot.addWidget(self.open)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 6)
        head.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(cards, 1)
        column.addLayout(foot)

    def _dress(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(CardPainter(self._desk, view))
        view.setAccessibleName("Templates")
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        view.setMouseTracking(True)
