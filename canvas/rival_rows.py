"""The models that could make it, as rows: the door, the title, who hosts it, and the price in gold."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from canvas import prices
from canvas.desk import Desk
from canvas.kit import paint, words
from workflows.finals import Rival

Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)


def cost_of(rival: Rival) -> str:
    """``$0.42``, ``free``, ``?``; for a model that is not installed that it is not."""
    if not rival.provider:
        return words.FREE if rival.installed else "not installed"
    if rival.twin.missing or rival.refused:
        return ""
    quote = rival.quote
    if quote is None or quote.high is None or quote.low is None:
        return words.UNKNOWN
    most = prices.ceiling(quote.high)
    return words.price(most if quote.low == quote.high else quote.low, most)


def why_not(rival: Rival) -> str:
    """Why it can't be taken as things are; nothing where it can."""
    if rival.twin.missing:
        return f"It needs {', '.join(rival.twin.missing).lower()}, and there is none."
    return rival.refused


def fitting(rivals: Sequence[Rival], query: str) -> list[Rival]:
    """Those whose names hold all words."""
    wanted = query.casefold().split()
    return [one for one in rivals if all(
        word in f"{one.target.title} {one.target.model} {one.provider} {one.target.type.title}".casefold()
        for word in wanted)]


class RivalRows(QAbstractListModel):
    """The rows that are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rivals: list[Rival] = []

    def put(self, rivals: Sequence[Rival]) -> None:
        self.beginResetModel()
        self.rivals = list(rivals)
        self.endResetModel()

    def at(self, index: Index) -> Rival | None:
        return self.rivals[index.row()] if index.isValid() and index.row() < len(self.rivals) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the way Qt writes it
        return 0 if parent.isValid() else len(self.rivals)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        rival = self.at(index)
        if rival is None:
            return None
        if role == ROW:
            return rival
        if role == Qt.ItemDataRole.DisplayRole:
            return rival.target.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            door = "closed" if rival.provider else "open weights"
            return ", ".join(filter(None, (rival.target.title, door, rival.provider, cost_of(rival), why_not(rival))))
        return None


class RivalRow(QStyledItemDelegate):
    """One row. What can't be taken as things are is pale."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._desk.theme.size("size.button"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rival = index.data(ROW)
        if not isinstance(rival, Rival):
            return
        theme, rect = self._desk.theme, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            paint.box(painter, rect, 5, theme.colour("accent.tint"))
        able = rival.possible
        door, side = ("closed" if rival.provider else "open"), theme.px(14)
        painter.drawPixmap(round(rect.left() + theme.px(8)), round(rect.center().y() - side / 2),
                           theme.icon(f"{door}-weights", side, f"semantic.{door}" if able else "text.tertiary"))
        cost, font = cost_of(rival), theme.font("body", "title")
        gold = rival.provider and cost not in (words.FREE, words.UNKNOWN)
        right = rect.right() - theme.px(8)
        if cost:
            wide = paint.width_of(cost, font)
            ink = "semantic.money" if gold else "text.secondary"
            paint.write(painter, QRectF(right - wide, rect.top(), wide + 1, rect.height()), cost, font,
                        theme.colour(ink))
            right -= wide + theme.px(10)
        left = rect.left() + theme.px(30)
        title, body = rival.target.title, theme.font("body", "label")
        room = right - left
        shown = paint.elided(title, body, int(room))
        paint.write(painter, QRectF(left, rect.top(), room, rect.height()), shown, body,
                    theme.colour("text.primary" if able else "text.tertiary"))
        left += paint.width_of(shown, body) + theme.px(10)
        if right - left > theme.px(30):
            host, thin = rival.provider or "on this machine", theme.font("caption")
            paint.write(painter, QRectF(left, rect.top(), right - left, rect.height()),
                        paint.elided(host, thin, int(right - left)), thin, theme.colour("text.tertiary"))
        painter.restore()
