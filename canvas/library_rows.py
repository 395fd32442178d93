"""The library as Qt sees it: a tree of sections, nodes and models, and how its rows are painted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.library_tree import Section, Shelved

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-ajar-node"


@dataclass(slots=True, eq=False)
class Spot:
    """One row of the tree and those below it."""

    thing: Section | Shelved
    parent: "Spot | None"
    row: int
    below: list["Spot"] = field(default_factory=list)


def mime_of(row: Shelved) -> QMimeData:
    """What is dragged onto the board: the node type and the inputs it is given."""
    data = QMimeData()
    about = {"type": row.id, "inputs": dict(row.inputs)}
    data.setData(MIME, json.dumps(about).encode())
    return data


def read_mime(data: QMimeData) -> tuple[str, dict[str, Any]] | None:
    """(node type, inputs) of what was dragged from the library; None for anything else."""
    if not data.hasFormat(MIME):
        return None
    try:
        about = json.loads(bytes(data.data(MIME).data()))
    except ValueError:
        return None
    if not isinstance(about, dict) or not isinstance(about.get("type"), str):
        return None
    inputs = about.get("inputs")
    return about["type"], inputs if isinstance(inputs, dict) else {}


class Tree(QAbstractItemModel):
    """Sections, the nodes in them, and the models below a node."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sections: tuple[Section, ...] = ()
        self._roots: list[Spot] = []

    def put(self, sections: Sequence[Section]) -> None:
        """Show other sections."""
        self.beginResetModel()
        self.sections = tuple(sections)
        self._roots = []
        for at, section in enumerate(self.sections):
            root = Spot(section, None, at)
            for row, shelved in enumerate(section.rows):
                spot = Spot(shelved, root, row)
                spot.below = [Spot(model, spot, place) for place, model in enumerate(shelved.models)]
                root.below.append(spot)
            self._roots.append(root)
        self.endResetModel()

    def thing(self, index: Index) -> Section | Shelved | None:
        """What a row stands for."""
        spot = index.internalPointer() if index.isValid() else None
        return spot.thing if isinstance(spot, Spot) else None

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - as Qt does
        rows = self._below(parent)
        return self.createIndex(row, column, rows[row]) if 0 <= row < len(rows) and column == 0 else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008 - as Qt does
        spot = index.internalPointer() if index.isValid() else None
        above = spot.parent if isinstance(spot, Spot) else None
        return QModelIndex() if above is None else self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt does
        return len(self._below(parent))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt does
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        thing = self.thing(index)
        if thing is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return thing.title
            case Qt.ItemDataRole.UserRole:
                return thing
            case Qt.ItemDataRole.ToolTipRole:
                return words.tip(thing.help) or None if isinstance(thing, Shelved) else None
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(thing)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if isinstance(self.thing(index), Shelved):
            return flags | Qt.ItemFlag.ItemIsDragEnabled
        return flags & ~Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        thing = self.thing(indexes[0]) if indexes else None
        return mime_of(thing) if isinstance(thing, Shelved) else QMimeData()

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def _below(self, parent: Index) -> list[Spot]:
        spot = parent.internalPointer() if parent.isValid() else None
        return spot.below if isinstance(spot, Spot) else self._roots


def spoken(thing: Section | Shelved) -> str:
    """A row as it is read out."""
    if isinstance(thing, Section):
        return words.facts(thing.title, words.count(thing.count, "node"))
    door = {"open": "open weights", "closed": "closed model", "": ""}[thing.door]
    away = "" if thing.there else "not on this computer"
    return ", ".join(part for part in (thing.title, door, thing.price, thing.note, away, thing.help) if part)


class ShelfRow(QStyledItemDelegate):
    """Paints a heading with its coloured edge and count, or a node with its icon, price and door."""

    def __init__(self, desk: Desk, tree: QTreeView) -> None:
        super().__init__(tree)
        self._desk = desk
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, round(self._desk.theme.px(28)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        thing = index.data(Qt.ItemDataRole.UserRole)
        rect = QRectF(0, option.rect.top(), self._tree.viewport().width(), option.rect.height())
        painter.save()
        self._ground(painter, option, rect)
        if isinstance(thing, Section):
            self._heading(painter, thing, rect, QModelIndex(index))
        elif isinstance(thing, Shelved):
            self._node(painter, thing, rect, QModelIndex(index))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRectF) -> None:
        theme = self._desk.theme
        inside = rect.adjusted(theme.px(4), 0, -theme.px(4), 0)
        radius = theme.size("radius.control")
        if option.state & QStyle.StateFlag.State_Selected:
            edge = theme.colour("accent.base") if self._tree.hasFocus() or theme.contrast else None
            paint.box(painter, inside, radius, theme.colour("accent.tint"), edge)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint.box(painter, inside, radius, paint.pressed(theme))

    def _heading(self, painter: QPainter, section: Section, rect: QRectF, index: QModelIndex) -> None:
        theme = self._desk.theme
        px = theme.px
        if index.row():
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), theme.colour("border.subtle"))
        left = rect.left() + px(12)
        mark = f"category.{section.category}.mark" if section.category else "text.tertiary"
        paint.box(painter, QRectF(left, rect.center().y() - px(6), px(3), px(12)), px(1.5), theme.colour(mark))
        left += px(9)
        font = theme.font("caption", "title")
        room = QRectF(left, rect.top(), rect.right() - left - px(30), rect.height())
        paint.write(painter, room, section.title, font, theme.colour("text.primary"))
        room.setLeft(left + paint.width_of(section.title, font) + px(6))
        paint.write(painter, room, words.figure(section.count), theme.font("caption"), theme.colour("text.tertiary"))
        icon = "chevron-down" if self._tree.isExpanded(index) else "chevron-right"
        paint.icon(painter, theme, icon, QPointF(rect.right() - px(24), rect.center().y() - px(6.5)), 13,
                   "text.tertiary")

    def _node(self, painter: QPainter, row: Shelved, rect: QRectF, index: QModelIndex) -> None:
        theme = self._desk.theme
        px = theme.px
        deep = bool(row.inputs) and index.parent().parent().isValid()
        left, right, middle = rect.left() + px(12 + (24 if deep else 0)), rect.right() - px(10), rect.center().y()
        if not deep:
            paint.icon(painter, theme, row.icon, QPointF(left, middle - px(8)), 16, f"category.{row.category}.ink")
            left += px(24)
        right = self._right(painter, row, right, middle, index)
        ink = theme.colour("text.primary" if row.there else "text.tertiary")
        paint.write(painter, QRectF(left, rect.top(), right - left - px(6), rect.height()), row.title,
                    theme.font("body"), ink)

    def _right(self, painter: QPainter, row: Shelved, right: float, middle: float, index: QModelIndex) -> float:
        """What stands at the right end; gives how far the title may go."""
        theme = self._desk.theme
        px = theme.px
        if index.model().hasChildren(index):
            icon = "chevron-down" if self._tree.isExpanded(index) else "chevron-right"
            right -= px(13)
            paint.icon(painter, theme, icon, QPointF(right, middle - px(6.5)), 13, "text.tertiary")
            right -= px(6)
        if row.door:
            right -= px(14)
            paint.icon(painter, theme, f"{row.door}-weights", QPointF(right, middle - px(7)), 14,
                       f"semantic.{row.door}")
            right -= px(6)
        fact = row.price or row.note
        if fact:
            font = theme.font("caption")
            wide = paint.width_of(fact, font)
            ink = "semantic.money" if row.price and row.price != words.FREE else "text.tertiary"
            paint.write(painter, QRectF(right - wide - 1, middle - px(10), wide + 2, px(20)), fact, font,
                        theme.colour(ink))
            right -= wide + px(6)
        return right
