"""How a take looks in the strip: its picture, number, stars and seconds on tags, and a ring where it is picked."""

from PySide6.QtCore import (
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
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.take_rows import ROW, TakeRow

Index = QModelIndex | QPersistentModelIndex
GAP = 4
"""On every side of a picture: room for the ring."""
STAR = 9
RADIUS = 5


class TakeCell(QStyledItemDelegate):
    """Paints one cell; cells are 16 to 9 and fill the width evenly."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else QSize(100, 60)

    def frame(self, cell: QRect) -> QRect:
        return cell.adjusted(GAP, GAP, -GAP, -GAP)

    def stars(self, cell: QRect) -> QRectF:
        """Where the stars of a cell are."""
        frame, px = QRectF(self.frame(cell)), self._desk.theme.px
        wide, high = 5 * px(STAR) + 4 + px(6), px(16)
        return QRectF(frame.left() + px(4), frame.bottom() + 1 - high - px(4), wide, high)

    def star_at(self, cell: QRect, at: QPoint) -> int:
        """Which star is under the mouse, from 1; 0 for none."""
        rect, px = self.stars(cell), self._desk.theme.px
        if not rect.adjusted(0, -4, 0, 4).contains(QPointF(at)):
            return 0
        return min(max(int((at.x() - rect.left() - px(3)) // (px(STAR) + 1)) + 1, 1), 5)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, TakeRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.frame(option.rect)
        self._picture(painter, frame, row)
        over = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        self._tags(painter, option.rect, row, over)
        self._rings(painter, option, row)
        painter.restore()

    def _picture(self, painter: QPainter, frame: QRect, row: TakeRow) -> None:
        theme = self._desk.theme
        radius = theme.px(RADIUS)
        path = QPainterPath()
        path.addRoundedRect(QRectF(frame), radius, radius)
        painter.fillPath(path, theme.colour("board.mat"))
        lost = row.take is not None and row.take.lost
        if row.image is not None and not lost:
            painter.save()
            painter.setClipPath(path)
            painter.drawImage(_fitted(row.image, QRectF(frame)), row.image)
            painter.restore()
            return
        if row.kind == "choice":
            room = QRectF(frame).adjusted(theme.px(8), theme.px(18), -theme.px(8), -theme.px(4))
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("text.primary"))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(room, flags, row.word)
            return
        name = "warn" if lost else "clock" if row.kind == "coming" else "image"
        side = theme.px(20)
        at = QPointF(frame.center()) - QPointF(side / 2, side / 2)
        paint.icon(painter, theme, name, at, 20, "semantic.warn" if lost else "text.tertiary")

    def _tags(self, painter: QPainter, cell: QRect, row: TakeRow, over: bool) -> None:
        theme, frame = self._desk.theme, QRectF(self.frame(cell))
        px = theme.px
        paint.paint_tag(painter, theme, frame.topLeft() + QPointF(px(4), px(4)), str(row.number),
                        "pick" if row.picked else "")
        if row.take is not None and row.take.locked:
            corner = QRectF(frame.right() + 1 - px(22), frame.top() + px(4), px(18), px(16))
            paint.box(painter, corner, theme.size("radius.tag"), paint.TAG)
            paint.icon(painter, theme, "lock", corner.topLeft() + QPointF(px(3), px(2)), 12, paint.TAG_INK.name())
        foot = frame.bottom() + 1 - px(20)
        if row.kind == "coming":
            paint.paint_tag(painter, theme, QPointF(frame.right() + 1 - px(4), foot), row.word, right=True)
            if row.done is not None:
                line = QRectF(frame.left() + px(4), frame.bottom() - px(3), frame.width() - px(8), px(3))
                paint.paint_progress(painter, theme, line, row.done)
        if row.take is None:
            return
        text = "Lost" if row.take.lost else ""
        text = text or (words.duration(row.take.seconds) if row.take.seconds is not None else "")
        stars = self.stars(cell)
        wide = paint.width_of(text, paint.tag_font(theme)) + px(8)
        fits = stars.right() + px(2) + wide < frame.right() - px(4)
        if (row.take.rating or over) and stars.right() < frame.right():
            paint.box(painter, stars, theme.size("radius.tag"), paint.TAG)
            at = QPointF(stars.left() + px(3), stars.center().y() - px(STAR) / 2)
            paint.paint_stars(painter, at, row.take.rating, px(STAR), paint.TAG_INK)
        elif text:
            fits = True
        if text and fits:
            paint.paint_tag(painter, theme, QPointF(frame.right() + 1 - px(4), foot), text, right=True)

    def _rings(self, painter: QPainter, option: QStyleOptionViewItem, row: TakeRow) -> None:
        theme = self._desk.theme
        ring = QRectF(self.frame(option.rect)).adjusted(-4, -4, 4, 4)
        radius = theme.px(RADIUS) + 3
        if row.picked:
            paint.box(painter, ring, radius, None, theme.colour("accent.base"), 2)
        if option.state & QStyle.StateFlag.State_HasFocus:
            inside = QRectF(self.frame(option.rect)).adjusted(1, 1, -1, -1) if row.picked else ring
            paint.box(painter, inside, radius, None, theme.colour("border.focus"), 2)
        elif option.state & QStyle.StateFlag.State_Selected and not row.picked:
            paint.box(painter, ring.adjusted(2, 2, -2, -2), radius - 2, None, theme.colour("border.strong"), 1)


def _fitted(image: QImage, frame: QRectF) -> QRectF:
    """The largest place for a picture inside its frame; nearly the same shape fills it."""
    shape, room = image.width() / max(image.height(), 1), frame.width() / max(frame.height(), 1)
    if abs(shape / room - 1) < 0.04:
        return frame
    size = image.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    at = frame.center() - QPointF(size.width() / 2, size.height() / 2)
    return QRectF(at.x(), at.y(), size.width(), size.height())
