"""What a viewer shows before there is a picture: a door ajar, with light behind it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from canvas.board.ink import Ink

WIDE, HIGH = 464.0, 261.0
"""The size it was drawn at."""
LEAF = ((246, 74), (280, 61), (280, 200), (246, 194))
BEAM = ((214, 196), (270, 196), (464, 261), (96, 261))


def paint_door(painter: QPainter, rect: QRectF, ink: Ink, words: str = "Your picture appears here") -> None:
    """The door in the middle of a rectangle, as large as it fits."""
    light = ink.colour("money_button.fill")
    painter.save()
    painter.setClipRect(rect)
    scale = min(rect.width() / WIDE, rect.height() / HIGH)
    painter.translate(rect.center().x() - WIDE * scale / 2, rect.bottom() - HIGH * scale)
    painter.scale(scale, scale)
    line = QPen(ink.colour("border.strong"), 2)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(QPen(ink.colour("border.default"), 1.5))
    painter.drawLine(QPointF(-WIDE, 196), QPointF(2 * WIDE, 196))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_fading(light, 96, 464, 70, 0))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in BEAM]))
    painter.setBrush(_fading(light.lighter(120), 214, 278, 235, 235))
    painter.drawRect(QRectF(214, 62, 64, 134))
    frame = QPainterPath(QPointF(200, 196))
    frame.lineTo(200, 62)
    frame.quadTo(200, 56, 206, 56)
    frame.lineTo(278, 56)
    frame.quadTo(284, 56, 284, 62)
    frame.lineTo(284, 196)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(line)
    painter.drawPath(frame)
    painter.setBrush(ink.colour("surface.panel"))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in LEAF]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.colour("text.secondary"))
    painter.drawEllipse(QPointF(253, 132), 2.5, 2.5)
    painter.restore()
    width = min(ink.width("state", words) * 12 / 11 + 8, rect.width())
    foot = QRectF(rect.center().x() - width / 2, rect.bottom() - ink.px(34), width, ink.px(18))
    ink.write(painter, foot, words, "state", "text.primary", Qt.AlignmentFlag.AlignHCenter)


def _fading(colour: QColor, left: float, right: float, first: int, last: int) -> QLinearGradient:
    gradient = QLinearGradient(left, 0, right, 0)
    for at, alpha in ((0.0, first), (1.0, last)):
        stop = QColor(colour)
        stop.setAlpha(alpha)
        gradient.setColorAt(at, stop)
    return gradient
