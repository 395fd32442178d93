"""The list of models: a row each, painted with its picture, its state and its licence."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.models.rows import Row

Index = QModelIndex | QPersistentModelIndex
HIGH = 46
PICTURE = 36
INKS = {"here": "semantic.ok", "coming": "accent.base", "half": "semantic.warn", "away": "text.tertiary"}


class ModelList(QAbstractListModel):
    """The rows, and the pictures beside some of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._pictures: dict[str, QPixmap] = {}

    def put(self, rows: list[Row]) -> None:
        """Show these. Where only figures changed the choice and the place in the list stay."""
        if [row.name for row in rows] == [row.name for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1), [])
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.kind}, {row.told()}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.tip(f"{row.title}\n{row.name}")
        return row if role == Qt.ItemDataRole.UserRole else None

    def picture(self, row: Row) -> QPixmap | None:
        """The small picture of a row, read when it is first seen."""
        if row.said.picture is None:
            return None
        key = row.name
        if key not in self._pictures:
            found = QPixmap()
            found.loadFromData(row.said.picture)
            side = PICTURE * 2
            self._pictures[key] = found.scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
            ) if not found.isNull() else found
        found = self._pictures[key]
        return None if found.isNull() else found


class ModelDelegate(QStyledItemDelegate):
    """Paints a row: picture or icon, title and kind, size, licence, state."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(320, round(self._desk.theme.px(HIGH)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, row = self._desk.theme, index.data(Qt.ItemDataRole.UserRole)
        box = QRectF(option.rect)
        px, state = theme.px, option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("surface.raised"))
            painter.fillRect(QRectF(box.left(), box.top(), px(3), box.height()), theme.colour("accent.base"))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.colour("border.subtle"))
        self._picture(painter, index, row, QRectF(box.left() + px(12), box.center().y() - px(18), px(36), px(36)))
        right = box.right() - px(14)
        for wide, text, ink in ((118, row.told(), INKS[row.state]), (190, *self._terms(row)),
                                (76, words.size(row.bytes) if row.bytes else "", "text.secondary")):
            place = QRectF(right - px(wide), box.top(), px(wide), box.height())
            paint.write(painter, place, text, theme.font(), theme.colour(ink))
            right -= px(wide) + px(10)
        left = box.left() + px(58)
        line = QRectF(left, box.top() + px(5), max(right - left, 0), px(18))
        paint.write(painter, line, row.title, theme.font("body", "title"), theme.colour("text.primary"))
        under = words.facts(row.kind, row.name if row.name != row.title else "")
        paint.write(painter, line.translated(0, px(18)), under, theme.font("caption"), theme.colour("text.tertiary"))

    def _picture(self, painter: QPainter, index: Index, row: Row, box: QRectF) -> None:
        theme = self._desk.theme
        model = index.model()
        found = model.picture(row) if isinstance(model, ModelList) else None
        if found is not None:
            side = min(found.width(), found.height())
            cut = QRectF((found.width() - side) / 2, (found.height() - side) / 2, side, side)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, found, cut)
            return
        paint.box(painter, box, theme.px(6), theme.colour("surface.well"))
        icon = "lora" if row.entry is not None and row.entry.kind == "lora" else "model"
        half = theme.px(9)
        paint.icon(painter, theme, icon, box.center() - type(box.center())(half, half), 18, "text.tertiary")

    def _terms(self, row: Row) -> tuple[str, str]:
        """Its licence, and the ink: work for sale needs a second look where it is not plainly allowed."""
        if row.licence is None:
            return "Licence not known", "semantic.warn"
        inks = {"yes": "text.secondary", "no": "semantic.error"}
        return row.licence.name, inks.get(row.licence.commercial, "semantic.warn")


def list_view(desk: Desk, model: ModelList) -> QListView:
    """The list itself."""
    view = QListView()
    view.setModel(model)
    view.setItemDelegate(ModelDelegate(desk, view))
    view.setFrameShape(QListView.Shape.NoFrame)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setUniformItemSizes(True)
    view.setAccessibleName("Models")
    return view
