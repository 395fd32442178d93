"""The two lists of the page of past runs: the runs, and what differs between two workflows."""

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.past.marks import SIDE, mark_of, paint_sign
from workflows.differences import Change
from workflows.runs import Past

Index = QModelIndex | QPersistentModelIndex
INKS = {"done": "semantic.ok", "failed": "semantic.error", "refused": "semantic.error",
        "interrupted": "semantic.warn", "cancelled": "semantic.warn", "waiting": "semantic.warn"}


class Rows(QAbstractListModel):
    """Any rows, with what they say to those who can't see them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Any, ...] = ()

    def put(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the way Qt writes it
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.rows[index.row()]
        if isinstance(row, Change):
            return f"{row.text} ({mark_of(row).word})" if role == Qt.ItemDataRole.AccessibleTextRole else row.text
        return " · ".join(run_lines(row))


def run_lines(past: Past) -> tuple[str, str]:
    """A run in two lines."""
    name = past.workflow.replace("\\", "/").rpartition("/")[2].removesuffix(".json")
    when = time.strftime("%d %b %H:%M", time.localtime(past.started))
    took = words.duration(past.seconds) if past.seconds is not None else ""
    made = words.count(len(past.outputs), "file") if past.outputs else ""
    kept = "" if past.graph else "no workflow kept"
    return f"{past.id}  {name}", words.facts(when, past.status, past.stage, took, made, kept)


class RunRow(QStyledItemDelegate):
    """A run in two lines, with a dot in the colour of how it ended."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, round(self._desk.theme.px(44)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._desk.theme
        px, rect, past = theme.px, QRectF(option.rect), index.model().rows[index.row()]  # type: ignore[attr-defined]
        painter.save()
        _ground(painter, self._desk, option)
        side = px(7)
        dot = QRectF(rect.left() + px(14), rect.top() + px(12), side, side)
        paint.box(painter, dot, side / 2, theme.colour(INKS.get(past.status, "text.tertiary")))
        first, second = run_lines(past)
        room = rect.adjusted(px(30), px(4), -px(10), 0)
        paint.write(painter, QRectF(room.left(), room.top(), room.width(), px(18)), first,
                    theme.font("body", "label"), theme.colour("text.primary"))
        paint.write(painter, QRectF(room.left(), room.top() + px(18), room.width(), px(18)), second,
                    theme.font("caption"), theme.colour("text.secondary"))
        painter.restore()


class ChangeRow(QStyledItemDelegate):
    """A change: its sign, and the sentence in as many lines as it needs."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = option.widget
        wide = view.viewport().width() if isinstance(view, QListView) else 300
        theme = self._desk.theme
        metrics = QFontMetricsF(theme.font())
        room = QRectF(0, 0, wide - theme.px(52), 10_000)
        text = str(index.data())
        high = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height()
        return QSize(100, round(max(high, theme.px(SIDE)) + theme.px(12)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._desk.theme
        px, rect, change = theme.px, QRectF(option.rect), index.model().rows[index.row()]  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, self._desk, option)
        plate = QRectF(rect.left() + px(10), rect.top() + px(6), px(SIDE), px(SIDE))
        paint_sign(painter, theme, plate, mark_of(change))
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text.primary"))
        painter.drawText(rect.adjusted(px(42), px(6), -px(10), -px(4)), int(Qt.TextFlag.TextWordWrap), change.text)
        painter.restore()


def list_view(model: Rows, delegate: QStyledItemDelegate, name: str, parent: QWidget | None = None) -> QListView:
    """A plain list of these rows."""
    view = QListView(parent)
    view.setModel(model)
    view.setItemDelegate(delegate)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setMouseTracking(True)
    view.viewport().setAutoFillBackground(False)  # the page's own ground shows
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setAccessibleName(name)
    return view


def _ground(painter: QPainter, desk: Desk, option: QStyleOptionViewItem) -> None:
    theme = desk.theme
    rect = QRectF(option.rect).adjusted(4, 1, -4, -1)
    if option.state & QStyle.StateFlag.State_Selected:
        paint.box(painter, rect, theme.size("radius.control"), theme.colour("accent.tint"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        paint.box(painter, rect, theme.size("radius.control"), paint.pressed(theme))
