"""How one template is painted: its picture, its title, one sentence, and what it is missing."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPixmap, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from canvas.desk import Desk
from canvas.kit import paint
from canvas.template_list import Template
from canvas.theme import Theme

CARD = 200
"""The least width of a card; as many stand beside one another as there is room for."""
PAD = 8
LINES = 2


def card_height(theme: Theme, width: float) -> int:
    """How high a card of this width is: 16:9 of picture, the title and two lines."""
    px = theme.px
    picture = (width - px(2 * PAD)) * 9 / 16
    title, line = (QFontMetricsF(font).height() for font in (theme.font("body", "title"), theme.font("caption")))
    return round(px(PAD) + picture + px(6) + title + px(2) + line * LINES + px(10))


class CardPainter(QStyledItemDelegate):
    """Paints the rows of the gallery."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._scaled: dict[tuple[str, int, int], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = option.rect.width() or round(self._desk.theme.px(CARD))
        return QSize(width, card_height(self._desk.theme, width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        theme = self._desk.theme
        row, image, need = index.data(Qt.ItemDataRole.UserRole)
        area = QRectF(option.rect).adjusted(theme.px(4), theme.px(2), -theme.px(4), -theme.px(2))
        state = option.state
        chosen, over = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if chosen or over:
            fill = theme.colour("accent.tint") if chosen and not theme.contrast else paint.pressed(theme)
            paint.box(painter, area, theme.size("radius.node"), fill)
        if chosen:
            paint.box(painter, area, theme.size("radius.node"), None, theme.colour("accent.base"), theme.px(1.5))
        inside = area.adjusted(theme.px(4), theme.px(4), -theme.px(4), -theme.px(4))
        picture = QRectF(inside.left(), inside.top(), inside.width(), inside.width() * 9 / 16)
        self._paint_picture(painter, picture, row.name, image)
        if need:
            at = picture.bottomLeft() + QPointF(theme.px(5), -theme.px(21))
            paint.paint_tag(painter, theme, at, need, "warn")
        self._paint_words(painter, QRectF(inside.left() + theme.px(2), picture.bottom() + theme.px(5),
                                          inside.width() - theme.px(4), inside.bottom() - picture.bottom()), row)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, name: str, image: QImage | None) -> None:
        theme = self._desk.theme
        path = QPainterPath()
        path.addRoundedRect(rect, theme.size("radius.control"), theme.size("radius.control"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path, theme.colour("board.mat"))
        if image is None or image.isNull():
            at = rect.center() - QPointF(theme.px(12), theme.px(12))
            paint.icon(painter, theme, "template", at, 24, "text.tertiary")
            return
        painter.setClipPath(path)
        painter.drawPixmap(rect.topLeft(), self._pixmap(painter, name, image, rect))
        painter.setClipping(False)

    def _pixmap(self, painter: QPainter, name: str, image: QImage, rect: QRectF) -> QPixmap:
        """The picture in the size it is shown in, scaled once."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        size = QSize(round(rect.width() * ratio) + 1, round(rect.height() * ratio) + 1)
        key = (name, size.width(), size.height())
        if key not in self._scaled:
            if len(self._scaled) > 200:
                self._scaled.clear()
            scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                                  Qt.TransformationMode.SmoothTransformation)
            pixmap = QPixmap.fromImage(scaled)
            pixmap.setDevicePixelRatio(ratio)
            self._scaled[key] = pixmap
        return self._scaled[key]

    def _paint_words(self, painter: QPainter, room: QRectF, row: Template) -> None:
        theme = self._desk.theme
        font = theme.font("body", "title")
        high = QFontMetricsF(font).height()
        title = QRectF(room.left(), room.top(), room.width(), high)
        paint.write(painter, title, row.title, font, theme.colour("text.primary"))
        small = theme.font("caption")
        painter.setPen(theme.colour("text.secondary"))
        painter.setFont(small)
        line = QFontMetricsF(small).height()
        for place, text in enumerate(wrapped(row.sentence, small, room.width(), LINES)):
            top = title.bottom() + theme.px(2) + place * line
            painter.drawText(QRectF(room.left(), top, room.width(), line), Qt.AlignmentFlag.AlignVCenter, text)


def wrapped(text: str, font: QFont, width: float, lines: int) -> list[str]:
    """The text in at most so many lines; the last one is shortened where it does not fit."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    found: list[str] = []
    while len(found) < lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        start = line.textStart()
        last = len(found) == lines - 1
        found.append(text[start:] if last else text[start : start + line.textLength()].rstrip())
    layout.endLayout()
    if found:
        found[-1] = paint.elided(found[-1], font, width)
    return found
