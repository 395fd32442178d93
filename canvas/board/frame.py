"""Frames behind cards: a title over what belongs together."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from canvas.board.easel import Easel
from canvas.marks import CATEGORIES
from workflows.places import pair

HEAD = 36
RADIUS = 12
LEAST = 40.0


def box_of(entry: Any, size: tuple[float, float] = (240.0, 160.0)) -> QRectF:
    """Where a frame or note lies, as far as its entry can be read."""
    at, extent = (0.0, 0.0), size
    if isinstance(entry, dict):
        at = pair(entry.get("at")) or at
        extent = pair(entry.get("size")) or extent
    return QRectF(at[0], at[1], max(extent[0], LEAST), max(extent[1], LEAST))


def colours(entry: Any, easel: Easel) -> tuple[QColor, QColor, QColor]:
    """Fill, edge and title of a frame."""
    theme = easel.theme
    category = entry.get("colour") if isinstance(entry, dict) else ""
    if category in CATEGORIES:
        mark = theme.colour(f"category.{category}.mark")
        fill, edge = QColor(mark), QColor(mark)
        fill.setAlpha(20)
        edge.setAlpha(90)
        return fill, edge, theme.colour(f"category.{category}.ink")
    words = theme.colour("accent.base")
    if theme.mode == "dark":
        words = mixed(words, theme.colour("text.primary"), 0.5)
    return theme.colour("board.frame_fill"), theme.colour("board.frame_edge"), words


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """A colour as it would look over a ground if it let some of it through."""
    rest = 1 - share
    return QColor.fromRgbF(
        colour.redF() * share + ground.redF() * rest, colour.greenF() * share + ground.greenF() * rest,
        colour.blueF() * share + ground.blueF() * rest,
    )


class FrameItem(QGraphicsItem):
    """A frame. It is told how many nodes it holds."""

    def __init__(self, id_: str, easel: Easel) -> None:
        super().__init__()
        self.id = id_
        self.easel = easel
        self.entry: Any = {}
        self.box = QRectF()
        self.count = 0
        self.chosen = False
        self.focused = False
        self.setZValue(-30)

    @property
    def rect(self) -> QRectF:
        return self.box.translated(self.pos())

    def show_entry(self, entry: Any, count: int) -> None:
        self.prepareGeometryChange()
        self.entry, self.count = entry, count
        box = box_of(entry)
        self.setPos(box.topLeft())
        self.box = QRectF(QPointF(), box.size())
        self.update()

    def mark(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def boundingRect(self) -> QRectF:
        return self.box.adjusted(-4, -4, 4, 4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        ink = self.easel.ink
        fill, edge, words = colours(self.entry, self.easel)
        painter.setBrush(fill)
        painter.setPen(QPen(ink.colour("accent.base"), 2) if self.chosen else QPen(edge, 1))
        painter.drawRoundedRect(self.box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        title = str(self.entry.get("title", "")) if isinstance(self.entry, dict) else ""
        font = ink.fonts["frame"]
        if (grow := 10 / (font.pixelSize() * self.easel.zoom)) > 1:
            font = QFont(font)
            font.setPixelSize(min(round(font.pixelSize() * grow), round(HEAD * ink.text) - 8))
        painter.setFont(font)
        painter.setPen(words)
        head = QRectF(16, 0, self.box.width() - 30, HEAD * ink.text)
        shown = f"{self.count} node" + ("" if self.count == 1 else "s")
        right = ink.width("caption", shown)
        with_count = self.easel.full and right + 60 < head.width()
        room = head.width() - (right + 12 if with_count else 0)
        painter.drawText(QRectF(head.left(), head.top(), room, head.height()), Qt.AlignmentFlag.AlignVCenter,
                         ink.elided("frame", title, room))
        if with_count:
            painter.setFont(ink.fonts["caption"])
            painter.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)


class NoteItem(FrameItem):
    """A note: words on a sheet of their own, for whoever opens the workflow next."""

    def __init__(self, id_: str, easel: Easel) -> None:
        super().__init__(id_, easel)
        self.setZValue(-20)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        ink = self.easel.ink
        painter.setBrush(ink.brush("tint.money"))
        painter.setPen(QPen(ink.colour("accent.base"), 2) if self.chosen else ink.pen("border.default"))
        painter.drawRoundedRect(self.box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if not self.easel.full:
            return
        text = str(self.entry.get("text", "")) if isinstance(self.entry, dict) else ""
        room = self.box.adjusted(12, 8, -12, -8)
        painter.setClipRect(self.box)
        first, blank, rest = text.partition("\n\n")
        if blank and "\n" not in first:
            # A first line that stands alone is the title.
            head = QRectF(room.left(), room.top(), room.width(), ink.px(20))
            ink.write(painter, head, first, "frame", "text.primary")
            room.setTop(room.top() + ink.px(23))
            text = rest
        painter.setFont(ink.fonts["prompt"])
        painter.setPen(ink.pen("text.primary"))
        painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, text)
