"""Rows of two lines with a glyph, a bar or a button, as data and as they are painted. No widget for any row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from canvas.desk import Desk
from canvas.kit import paint, words

LINE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
HIGH, LONG_HIGH = 44, 60
NARROW, FOOT = 200, 32
"""A sentence with less room than this beside its button has the button below it, which makes its row higher."""
ROOMY = 420
"""Where a row has less room than this, a long title has it for itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    key: str
    title: str
    second: str = ""
    """Below the title, in pale small ink."""
    right: str = ""
    """At the right end of the title: ``62 %``, ``2nd``, the node."""
    icon: str = ""
    ink: str = "text.secondary"
    done: float | None = None
    """A bar after the second line."""
    action: str = ""
    """A button at the right."""
    told: str = ""
    """All of it in one sentence."""
    long: bool = False
    """The title is a sentence: it may take two lines, and goes before what stands at the right."""


class LineList(QAbstractListModel):
    """The rows; with the same keys in the same order nothing moves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def put(self, lines: Sequence[Line]) -> None:
        now = tuple(lines)
        if [line.key for line in now] == [line.key for line in self.lines]:
            before, self.lines = self.lines, now
            for number, (old, new) in enumerate(zip(before, now, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(number), self.index(number), [])
            return
        self.beginResetModel()
        self.lines = now
        self.endResetModel()

    def at(self, index: Index) -> Line | None:
        return self.lines[index.row()] if index.isValid() and 0 <= index.row() < len(self.lines) else None

    def row_of(self, key: str) -> int:
        return next((number for number, line in enumerate(self.lines) if line.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        line = self.at(index)
        if line is None:
            return None
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.told or ", ".join(part for part in (line.title, line.right, line.second) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.tip("\n".join(part for part in (line.title, line.second) if part))
        return None


class LineCell(QStyledItemDelegate):
    """Paints a row."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.mouse = QPoint(-1, -1)
        """Where the mouse is in the view."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line, theme, view = index.data(LINE), self._desk.theme, self.parent()
        high = HIGH
        if isinstance(line, Line) and line.long and isinstance(view, QListView):
            cell = QRect(0, 0, view.viewport().width(), 0)
            room = self._room(cell, line).width()
            high = LONG_HIGH if paint.width_of(line.title, theme.font("body")) > room else HIGH
            high += FOOT if self._is_below(cell, line) else 0
        return QSize(100, round(theme.px(high)))

    def _room(self, cell: QRect, line: Line) -> QRectF:
        """What the texts of a row have."""
        px = self._desk.theme.px
        left, right, high = self._left(cell, line), cell.right() - px(12), float(cell.height())
        if self._is_below(cell, line):
            high -= px(FOOT)
        elif line.action:
            right = self.button(cell, line).left() - px(8)
        return QRectF(left, cell.top(), right - left, high)

    def _left(self, cell: QRect, line: Line) -> float:
        return cell.left() + self._desk.theme.px(12 + (24 if line.icon else 0))

    def _is_below(self, cell: QRect, line: Line) -> bool:
        """Whether the button of a row stands below its sentence."""
        px = self._desk.theme.px
        return line.long and bool(line.action) and (
            cell.width() - self._left(cell, line) - self._wide(line) - px(18) < px(NARROW))

    def _wide(self, line: Line) -> float:
        """The width of its button."""
        theme = self._desk.theme
        return paint.width_of(line.action, theme.font("caption", "label")) + theme.px(14)

    def button(self, cell: QRect, line: Line) -> QRectF:
        """Where the button of a row is; empty where it has none."""
        if not line.action:
            return QRectF()
        theme, wide = self._desk.theme, self._wide(line)
        high = theme.px(24)
        if self._is_below(cell, line):
            return QRectF(self._left(cell, line), cell.top() + cell.height() - high - theme.px(8), wide, high)
        return QRectF(cell.right() - theme.px(10) - wide, cell.center().y() - high / 2 + 1, wide, high)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        painter.save()
        theme, cell = self._desk.theme, option.rect
        px = theme.px
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.colour("accent.tint") if not theme.contrast else paint.pressed(theme))
        elif over:
            painter.fillRect(cell, paint.pressed(theme))
        painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.colour("border.subtle"))
        if line.icon:
            at = QPointF(cell.left() + px(12), self._room(cell, line).center().y() - px(8))
            paint.icon(painter, theme, line.icon, at, 16, line.ink)
        if line.action:
            self._button(painter, self.button(cell, line), line.action)
        self._texts(painter, self._room(cell, line), line)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint.ring(painter, theme, QRectF(cell).adjusted(1, 1, -1, -2), theme.size("radius.control"))
        painter.restore()

    def _texts(self, painter: QPainter, room: QRectF, line: Line) -> None:
        theme = self._desk.theme
        px = theme.px
        high = px(17)
        first = QRectF(room.left(), room.center().y() - high, room.width(), high)
        if not line.second and line.done is None:
            first.moveTop(room.center().y() - high / 2)
        if line.long and cell_is_long(room, px(LONG_HIGH)):
            self._sentence(painter, room, line)
            return
        if line.right and (not line.long or room.width() > px(ROOMY)):
            wide = min(paint.width_of(line.right, theme.font("caption")), room.width() / 2)
            at = QRectF(first.right() - wide - 1, first.top(), wide + 1, high)
            paint.write(painter, at, line.right, theme.font("caption"), theme.colour("text.tertiary"),
                        Qt.AlignmentFlag.AlignRight)
            first.setRight(at.left() - px(8))
        paint.write(painter, first, line.title, theme.font("body"), theme.colour("text.primary"))
        second = QRectF(room.left(), room.center().y(), room.width(), high)
        if line.done is not None:
            used = min(paint.width_of(line.second, theme.font("caption")), room.width() * 0.7)
            bar = QRectF(second.left() + used + (px(8) if used else 0), second.center().y() - px(1.5), 0, px(3))
            bar.setRight(second.right())
            if bar.width() > px(12):
                paint.paint_progress(painter, theme, bar, line.done)
            second.setWidth(used + 2)
        paint.write(painter, second, line.second, theme.font("caption"), theme.colour("text.tertiary"))

    def _sentence(self, painter: QPainter, room: QRectF, line: Line) -> None:
        """A title of two lines, and the second line below."""
        theme = self._desk.theme
        px, font = theme.px, theme.font("body")
        rest, shown = line.title, []
        for last in (False, True):
            part = rest if last else fitting(rest, lambda text: paint.width_of(text, font) <= room.width())
            shown.append(part)
            rest = rest[len(part) :].lstrip()
        top = room.center().y() - px(25)
        for number, text in enumerate(shown):
            at = QRectF(room.left(), top + number * px(16), room.width(), px(16))
            paint.write(painter, at, text, font, theme.colour("text.primary"))
        at = QRectF(room.left(), top + px(33), room.width(), px(16))
        paint.write(painter, at, line.second, theme.font("caption"), theme.colour("text.tertiary"))

    def _button(self, painter: QPainter, rect: QRectF, text: str) -> None:
        theme = self._desk.theme
        fill = paint.pressed(theme) if rect.contains(QPointF(self.mouse)) else None
        paint.box(painter, rect, theme.size("radius.control"), fill, theme.colour("border.default"))
        font = theme.font("caption", "label")
        paint.write(painter, rect, text, font, theme.colour("text.primary"), Qt.AlignmentFlag.AlignHCenter)


def cell_is_long(room: QRectF, high: float) -> bool:
    return room.height() >= high - 1


def fitting(text: str, fits: Callable[[str], bool]) -> str:
    """The words from the beginning that fit, at least one."""
    words = text.split(" ")
    count = next((count for count in range(len(words), 1, -1) if fits(" ".join(words[:count]))), 1)
    return " ".join(words[:count])
