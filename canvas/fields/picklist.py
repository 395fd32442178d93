"""A list that drops down from a field: rows of a title, a second line and facts at the right, with a line to search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.search import SearchField

Index = QModelIndex | QPersistentModelIndex
MANY = 8
"""From this many rows there is a line to search with."""
MOST_SHOWN = 9


@dataclass(frozen=True, slots=True)
class Pick:
    """One row to choose from."""

    key: str
    title: str
    note: str = ""
    """The second line: licence, where to get it, the present value."""
    fact: str = ""
    """At the right: ``5.9 GB``."""
    icon: str = ""
    ink: str = "text.secondary"
    there: bool = True
    """False: pale, it can be looked at but is not on this machine."""
    section: str = ""
    """A heading above the first row of each section."""
    words: str = ""
    """What the search also finds it by."""


class PickRows(QAbstractListModel):
    """The rows that the search leaves."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Pick, ...] = ()

    def put(self, rows: Sequence[Pick]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the way Qt writes it
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.UserRole:
                return row
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (row.title, row.fact, row.note) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return words.tip(row.note) or None
        return None

    def heading(self, at: int) -> str:
        """The heading that stands above a row; "" for none."""
        section = self.rows[at].section
        return section if section and (at == 0 or self.rows[at - 1].section != section) else ""


class PickRow(QStyledItemDelegate):
    """Paints the rows."""

    def __init__(self, desk: Desk, rows: PickRows, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        px = self._desk.theme.px
        row = self._rows.rows[index.row()]
        high = px(40 if row.note else 28) + (px(24) if self._rows.heading(index.row()) else 0)
        return QSize(100, round(high))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._desk.theme
        px = theme.px
        row = self._rows.rows[index.row()]
        rect = QRectF(option.rect)
        painter.save()
        heading = self._rows.heading(index.row())
        if heading:
            room = QRectF(rect.left() + px(8), rect.top(), rect.width() - px(16), px(24))
            paint.write(painter, room, heading, theme.font("caption", "title"), theme.colour("text.tertiary"))
            rect.setTop(rect.top() + px(24))
        if option.state & QStyle.StateFlag.State_Selected:
            edge = theme.colour("text.primary") if theme.contrast else None
            paint.box(painter, rect, theme.size("radius.control"), theme.colour("accent.tint"), edge)
        self._row(painter, row, rect.adjusted(px(8), 0, -px(8), 0))
        painter.restore()

    def _row(self, painter: QPainter, row: Pick, rect: QRectF) -> None:
        theme = self._desk.theme
        px = theme.px
        line = QRectF(rect.left(), rect.top() + (px(4) if row.note else 0), rect.width(), px(18 if row.note else 28))
        if row.icon:
            at = QPointF(line.left(), line.center().y() - px(7))
            paint.icon(painter, theme, row.icon, at, 14, row.ink if row.there else "text.tertiary")
            line.setLeft(line.left() + px(22))
        ink = theme.colour("text.primary" if row.there else "text.tertiary")
        if row.fact:
            small = theme.font("caption")
            paint.write(painter, line, row.fact, small, theme.colour("text.tertiary"), Qt.AlignmentFlag.AlignRight)
            line.setRight(line.right() - paint.width_of(row.fact, small) - px(8))
        paint.write(painter, line, row.title, theme.font("body"), ink)
        if row.note:
            second = QRectF(line.left(), rect.top() + px(21), rect.right() - line.left(), px(15))
            paint.write(painter, second, row.note, theme.font("caption"), theme.colour("text.tertiary"))


class PickList(QFrame):
    """Arrows and Enter choose, typing searches, Esc or a click elsewhere closes it without a choice."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, desk: Desk, name: str, rows: Sequence[Pick], current: str = "", hint: str = "Search",
                 parent: QWidget | None = None, *, typed: str = "") -> None:
        """``typed`` is what a value that is typed in is called ("model"); "" where only rows may be chosen."""
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.setAccessibleName(name)
        self._desk = desk
        self._all = tuple(rows)
        self._typed = typed
        self.model = PickRows(self)
        self.search = SearchField(desk, hint, parent=self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(PickRow(desk, self.model, self.list))
        self.list.setAccessibleName(name)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.list.setStyleSheet("QListView { border: 0; background: transparent; }"
                                "QListView::item { border: 0; padding: 0; background: transparent; }")
        column = QVBoxLayout(self)
        column.setContentsMargins(5, 5, 5, 5)
        column.setSpacing(5)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.setVisible(len(rows) >= MANY or bool(typed))
        self.search.textChanged.connect(self._filter)
        self.search.stepped.connect(self._step)
        self.search.left.connect(self.close)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self._filter("")
        place = next((at for at, row in enumerate(self.model.rows) if row.key == current), 0)
        self.list.setCurrentIndex(self.model.index(place))

    def drop(self, below: QWidget) -> None:
        """Show it under a widget, or above where there is no room."""
        theme = self._desk.theme
        width = max(below.width(), round(theme.px(240)))
        rows = [self.list.itemDelegate().sizeHint(QStyleOptionViewItem(), self.model.index(at)).height()
                for at in range(min(len(self.model.rows), MOST_SHOWN))]
        height = sum(rows) + 14 + (self.search.sizeHint().height() + 5 if self.search.isVisibleTo(self) else 0)
        corner = below.mapToGlobal(QPoint(below.width() - width, below.height() + 2))
        screen = below.screen() or QGuiApplication.primaryScreen()
        free = screen.availableGeometry()
        if corner.y() + height > free.bottom():
            corner.setY(max(free.top(), below.mapToGlobal(QPoint(0, 0)).y() - height - 2))
        corner.setX(max(free.left(), min(corner.x(), free.right() - width)))
        self.setGeometry(QRect(corner, QSize(width, height)))
        self.show()
        (self.search if self.search.isVisible() else self.list).setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentIndex().row())
                return True
            if event.key() == Qt.Key.Key_Escape and watched is self.list:
                self.close()
                return True
        return False

    def closeEvent(self, event: QEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)  # type: ignore[arg-type]  # it is a close event

    def paintEvent(self, event: QEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        paint.box(painter, QRectF(self.rect()), 0, theme.colour("surface.raised"), theme.colour("border.default"))

    def _filter(self, text: str) -> None:
        wanted = text.lower().split()
        found = [row for row in self._all
                 if all(word in f"{row.title} {row.note} {row.words} {row.section}".lower() for word in wanted)]
        own = text.strip()
        if self._typed and own and all(row.key != own for row in self._all):
            found.append(Pick(own, own, f"Take this {self._typed} as it is typed", section="Typed in" if found else ""))
        self.model.put(found)
        self.list.setCurrentIndex(self.model.index(0))

    def _step(self, by: int) -> None:
        at = min(max(self.list.currentIndex().row() + by, 0), len(self.model.rows) - 1)
        self.list.setCurrentIndex(self.model.index(at))

    def _take(self, at: int) -> None:
        if 0 <= at < len(self.model.rows):
            key = self.model.rows[at].key
            self.close()
            self.chosen.emit(key)
