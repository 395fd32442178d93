"""How a take looks in the gallery."""

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
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from canvas import gallery_words as say
from canvas.desk import Desk
from canvas.gallery_model import TAKE
from canvas.gallery_thumbs import GalleryThumbs
from canvas.kit import paint, words
from workflows.takes import Take

Index = QModelIndex | QPersistentModelIndex
GAP = 4
"""On every side of a picture, so that the ring of the chosen one has room."""
STAR = 10


class GalleryCell(QStyledItemDelegate):
    """A picture on the mat with what matters on tags, and one line below."""

    def __init__(self, desk: Desk, thumbs: GalleryThumbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._thumbs = thumbs

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else QSize(100, 100)

    def frame(self, cell: QRect) -> QRect:
        """Where the picture of a cell is."""
        rect = cell.adjusted(GAP, GAP, -GAP, -GAP)
        return QRect(rect.left(), rect.top(), rect.width(), rect.height() - self._line())

    def stars(self, cell: QRect) -> QRectF:
        """Where the stars of a cell are."""
        frame, px = QRectF(self.frame(cell)), self._desk.theme.px
        wide, high = 5 * px(STAR) + 4 + px(8), px(16)
        return QRectF(frame.left() + px(4), frame.bottom() - high - px(4), wide, high)

    def star_at(self, cell: QRect, at: QPoint) -> int:
        """Which star is under the mouse, from 1; 0 for none."""
        rect, px = self.stars(cell), self._desk.theme.px
        if not rect.adjusted(0, -4, 0, 4).contains(QPointF(at)) or rect.width() >= self.frame(cell).width():
            return 0
        return min(max(int((at.x() - rect.left() - px(4)) // (px(STAR) + 1)) + 1, 1), 5)

    def height_for(self, width: int) -> int:
        """How high a cell of this width is."""
        return round((width - 2 * GAP) * 3 / 4) + 2 * GAP + self._line()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        take = index.data(TAKE)
        if not isinstance(take, Take):
            return
        painter.save()
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_picture(painter, self.frame(option.rect), take)
        self._paint_tags(painter, option.rect, take, bool(state & QStyle.StateFlag.State_MouseOver) or chosen)
        self._paint_caption(painter, option.rect, take, chosen)
        self._paint_rings(painter, option, chosen)
        painter.restore()

    def _paint_picture(self, painter: QPainter, frame: QRect, take: Take) -> None:
        theme = self._desk.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(frame), theme.size("radius.chip"), theme.size("radius.chip"))
        painter.fillPath(path, theme.colour("board.mat"))
        pixmap = None if take.lost else self._thumbs.fitted(take, frame.size(), paint.ratio(painter))
        if pixmap is not None:
            size = pixmap.deviceIndependentSize()
            at = QPointF(frame.center()) - QPointF(size.width() / 2 - 0.5, size.height() / 2 - 0.5)
            painter.save()
            painter.setClipPath(path)
            painter.drawPixmap(QPointF(round(at.x()), round(at.y())), pixmap)
            painter.restore()
        elif take.lost or self._thumbs.known(take) or take.kind in ("mesh", "text"):
            self._paint_mark(painter, frame, take)

    def _paint_mark(self, painter: QPainter, frame: QRect, take: Take) -> None:
        """Instead of a picture: what it is, or that it is lost."""
        theme = self._desk.theme
        side = theme.px(22)
        word = "Lost" if take.lost else "" if take.kind in ("mesh", "text") else "Can't be read"
        name = "warn" if word else say.ICONS.get(take.kind, "image")
        line = theme.px(14) if word else 0.0
        at = QPointF(frame.center()) - QPointF(side / 2, (side + line) / 2)
        paint.icon(painter, theme, name, at, 22, "semantic.warn" if word else "text.tertiary")
        if word:
            room = QRectF(frame.left(), at.y() + side + 2, frame.width(), line)
            ink = theme.colour("text.secondary")
            paint.write(painter, room, word, theme.font("caption"), ink, Qt.AlignmentFlag.AlignHCenter)

    def _paint_tags(self, painter: QPainter, cell: QRect, take: Take, near: bool) -> None:
        theme, frame = self._desk.theme, QRectF(self.frame(cell))
        px = theme.px
        if take.kind != "image" and (take.lost or take.kind not in ("mesh", "text")):
            icon = say.ICONS.get(take.kind, "image")
            paint.paint_tag(painter, theme, frame.topLeft() + QPointF(px(4), px(4)), "", icon)
        if take.confidential:
            # Below what the kind says, and with its word where there is room.
            word = "Confidential" if frame.width() >= px(110) else ""
            drop = px(22) if take.kind != "image" or (take.stage == "final" and word) else px(4)
            paint.paint_tag(painter, theme, frame.topLeft() + QPointF(px(4), drop), word, "lock")
        if take.stage == "final" and frame.width() >= px(90):
            at = frame.topRight() + QPointF(-px(4), px(4))
            paint.paint_tag(painter, theme, at, "Final", right=True)
        rect = self.stars(cell)
        if rect.width() >= frame.width():
            if take.rating:
                paint.paint_tag(painter, theme, rect.topLeft(), str(take.rating), "star")
        elif take.rating or near:
            paint.box(painter, rect, theme.size("radius.tag"), paint.TAG)
            at = QPointF(rect.left() + px(4), rect.center().y() - px(STAR) / 2)
            paint.paint_stars(painter, at, take.rating, px(STAR), paint.TAG_INK)
        text = words.duration(take.seconds) if take.seconds is not None else ""
        if text and rect.width() + paint.width_of(text, paint.tag_font(theme)) + px(24) < frame.width():
            at = QPointF(frame.right() - px(4), rect.top())
            paint.paint_tag(painter, theme, at, text, right=True)

    def _paint_caption(self, painter: QPainter, cell: QRect, take: Take, chosen: bool) -> None:
        theme, frame = self._desk.theme, self.frame(cell)
        room = QRectF(frame.left() + 1, frame.bottom() + 3, frame.width() - 2, self._line() - 2)
        ink = theme.colour("text.primary" if chosen else "text.secondary")
        paint.write(painter, room, say.caption(take), theme.font("caption"), ink)

    def _paint_rings(self, painter: QPainter, option: QStyleOptionViewItem, chosen: bool) -> None:
        theme = self._desk.theme
        ring = QRectF(self.frame(option.rect)).adjusted(-2, -2, 2, 2)
        radius = theme.size("radius.chip") + 2
        if chosen:
            paint.box(painter, ring, radius, None, theme.colour("accent.base"), 2)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint.ring(painter, theme, ring.adjusted(-2, -2, 2, 2), radius + 2)

    def _line(self) -> int:
        return round(self._desk.theme.px(18))
