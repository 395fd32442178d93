"""Soft shadows, drawn once as a small picture and stretched between its corners."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from canvas.theme import Theme

CORNER = 34
"""From the edge of the picture to where the shadow no longer changes along a side."""
OUT = 24
"""How far the shadow reaches beyond the card."""


def shadow_of(theme: Theme) -> QPixmap:
    """The shadow of a card, as nine pieces in one small picture; its middle is what lies under the card."""
    side = 2 * CORNER + 1
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for layer in str(theme.value(f"{theme.mode}.shadow.node")).split(","):
        _x, y, blur, colour = layer.split()
        ink = QColor(colour[:7])
        strength = int(colour[7:9], 16) / 255
        # A stack of ever larger round rectangles: the same as a blur where nothing else shines through.
        steps = max(3, int(blur) // 2)
        for step in range(steps):
            grow = int(blur) / 2 * (1 - 2 * (step + 0.5) / steps)
            ink.setAlphaF(strength / steps)
            painter.setBrush(ink)
            box = QRectF(OUT, OUT + int(y), side - 2 * OUT, side - 2 * OUT).adjusted(-grow, -grow, grow, grow)
            painter.drawRoundedRect(box, 8 + max(grow, -4), 8 + max(grow, -4))
    painter.end()
    return QPixmap.fromImage(image)


def draw_shadow(painter: QPainter, rect: QRectF, pieces: QPixmap) -> None:
    """The shadow of a round rectangle, all but what lies under its middle."""
    c, side = float(CORNER), float(pieces.width())
    outer = rect.adjusted(-OUT, -OUT, OUT, OUT)
    left, top, right, bottom = outer.left(), outer.top(), outer.right(), outer.bottom()
    wide, high = outer.width() - 2 * c, outer.height() - 2 * c
    if wide < 1 or high < 0:
        painter.drawPixmap(outer, pieces, QRectF(pieces.rect()))
        return
    for x, y, sx, sy in ((left, top, 0, 0), (right - c, top, side - c, 0), (left, bottom - c, 0, side - c),
                         (right - c, bottom - c, side - c, side - c)):
        painter.drawPixmap(QPointF(x, y), pieces, QRectF(sx, sy, c, c))
    painter.drawPixmap(QRectF(left + c, top, wide, c), pieces, QRectF(c, 0, 1, c))
    painter.drawPixmap(QRectF(left + c, bottom - c, wide, c), pieces, QRectF(c, side - c, 1, c))
    painter.drawPixmap(QRectF(left, top + c, c, high), pieces, QRectF(0, c, c, 1))
    painter.drawPixmap(QRectF(right - c, top + c, c, high), pieces, QRectF(side - c, c, c, 1))
