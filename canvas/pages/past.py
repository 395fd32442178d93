"""The history: every step that can be undone or done again; a click goes there."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from canvas.desk import Desk
from canvas.document import Document
from canvas.kit import paint
from canvas.pages.parts import column

Index = QModelIndex | QPersistentModelIndex


class Steps(QAbstractListModel):
    """The steps, the newest last; those that were undone are below the present one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.titles: tuple[str, ...] = ()
        self.now = 0
        """The row of the present state."""

    def put(self, titles: tuple[str, ...], now: int) -> None:
        if (titles, now) != (self.titles, self.now):
            self.beginResetModel()
            self.titles, self.now = titles, now
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the way Qt writes it
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            at = index.row()
            state = "now" if at == self.now else "undone" if at > self.now else "done"
            return f"{self.titles[at]}, {state}"
        return None


class StepRow(QStyledItemDelegate):
    """A step: a dot on a line, filled for the present one, pale for those that were undone."""

    def __init__(self, desk: Desk, steps: Steps, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._steps = steps

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, round(self._desk.theme.px(26)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._desk.theme
        px = theme.px
        rect = QRectF(option.rect)
        at, now = index.row(), self._steps.now
        painter.save()
        if option.state & QStyle.StateFlag.State_MouseOver:
            paint.box(painter, rect.adjusted(px(6), 1, -px(6), -1), theme.size("radius.control"), paint.pressed(theme))
        x, side = rect.left() + px(18), px(7)
        line = theme.colour("border.default")
        if at > 0:
            painter.fillRect(QRectF(x - 0.5, rect.top(), 1, rect.height() / 2), line)
        if at < len(self._steps.titles) - 1:
            painter.fillRect(QRectF(x - 0.5, rect.center().y(), 1, rect.height() / 2), line)
        spot = QRectF(x - side / 2, rect.center().y() - side / 2, side, side)
        fill = theme.colour("accent.base" if at == now else "surface.panel")
        paint.box(painter, spot, side / 2, fill, theme.colour("accent.base" if at == now else "border.strong"))
        ink = "text.primary" if at == now else "text.secondary" if at < now else "text.tertiary"
        font = theme.font("body", "label" if at == now else "text")
        room = rect.adjusted(px(32), 0, -px(10), 0)
        paint.write(painter, room, self._steps.titles[at], font, theme.colour(ink))
        painter.restore()


class PastPage(QWidget):
    """The undo list of the document."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self.steps = Steps(self)
        self.list = QListView(self)
        self.list.setModel(self.steps)
        self.list.setItemDelegate(StepRow(desk, self.steps, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("History")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self.go(index.row()))
        self.list.activated.connect(lambda index: self.go(index.row()))
        column(self).addWidget(self.list)

    def show_document(self, document: Document) -> None:
        self._document = document
        self.refresh()

    def refresh(self) -> None:
        """Show the steps as they are now."""
        if self._document is None:
            return
        history = self._document.history
        before = [step.title for step in (*history.past, history.now)]
        after = [step.title for step in reversed(history.future)]
        first = before[0] or "Opened"
        self.steps.put((first, *(title or "Change" for title in (*before[1:], *after))), len(before) - 1)
        self.list.scrollTo(self.steps.index(self.steps.now))

    def go(self, row: int) -> None:
        """Undo or redo until this step is the present one."""
        document = self._document
        if document is None:
            return
        while row < self.steps.now and document.undo() is not None:
            self.refresh()
        while row > self.steps.now and document.redo() is not None:
            self.refresh()
