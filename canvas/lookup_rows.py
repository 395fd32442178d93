"""The rows of the popups on the board: as in the library, with the mark of the category and the door of the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ajar.contract import NodeType
from canvas.desk import Desk
from canvas.marks import Category, model_kind

Index = QModelIndex | QPersistentModelIndex
Door = Literal["", "open", "closed"]


@dataclass(frozen=True, slots=True)
class Found:
    """One node that can be added or gone to."""

    id: str
    title: str
    category: Category
    icon: str
    door: Door = ""
    note: str = ""
    """Said at the right instead of the category."""


def door_of(type_: NodeType | None) -> Door:
    """Whether the model behind a node is open or closed; nothing for a node without one."""
    if type_ is None:
        return ""
    if type_.lane == "remote":
        return "closed"
    return "open" if model_kind(type_) is not None else ""


class FoundRows(QAbstractListModel):
    """The nodes that fit, best first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: list[Found] = []

    def put(self, found: Sequence[Found]) -> None:
        self.beginResetModel()
        self.found = list(found)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the way Qt writes it
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (row.title, row.note or row.category, row.door and f"{row.door} weights")
            return ", ".join(part for part in parts if part)
        return None


class FoundRow(QStyledItemDelegate):
    """Edge and icon in the colours of the category, the title, the category's name, the door at the right."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._desk.theme.size("size.button"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._desk.theme
        row: Found = index.data(Qt.ItemDataRole.UserRole)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(theme.colour("accent.tint"))
            painter.drawRoundedRect(rect, 5, 5)
        middle, icon = rect.center().y(), theme.px(16)
        painter.setBrush(theme.colour(f"category.{row.category}.mark"))
        painter.drawRoundedRect(QRectF(rect.left() + 4, middle - theme.px(6), 3, theme.px(12)), 1.5, 1.5)
        ink = f"category.{row.category}.ink"
        painter.drawPixmap(round(rect.left() + 14), round(middle - icon / 2), theme.icon(row.icon, icon, ink))
        right = rect.right() - 8
        if row.door:
            side = theme.px(14)
            right -= side
            door = theme.icon(f"{row.door}-weights", side, f"semantic.{row.door}")
            painter.drawPixmap(round(right), round(middle - side / 2), door)
            right -= 8
        self._write(painter, row, QRectF(rect.left() + 22 + icon, rect.top(), 0, rect.height()), right)
        painter.restore()

    def _write(self, painter: QPainter, row: Found, rect: QRectF, right: float) -> None:
        """The title, cut where it must be, and the category where there is room for it."""
        theme = self._desk.theme
        painter.setFont(theme.font("body"))
        metrics = painter.fontMetrics()
        rect.setRight(right)
        title = metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.setPen(theme.colour("text.primary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, title)
        used = metrics.horizontalAdvance(title) + 12
        painter.setFont(theme.font("caption"))
        word = row.note or row.category.capitalize()
        if used + painter.fontMetrics().horizontalAdvance(word) < rect.width():
            painter.setPen(theme.colour("text.tertiary"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, word)
