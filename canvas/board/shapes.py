"""The shapes of sockets by type, and how they are drawn: filled, hollow, doubled for lists, glowing or dim."""

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from canvas.board.ink import Ink
from canvas.marks import Wire

CASING = 1.5
CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "video": ((-4, -5.5), (6, 0), (-4, 5.5)),
    "audio": ((0, -6), (6, 0), (0, 6), (-6, 0)),
    "mesh": ((-5.5, 0), (-2.8, -5), (2.8, -5), (5.5, 0), (2.8, 5), (-2.8, 5)),
    "lora": ((0, -6.5), (2, -2), (6.5, 0), (2, 2), (0, 6.5), (-2, 2), (-6.5, 0), (-2, -2)),
}


@cache
def outline(kind: Wire) -> QPainterPath:
    """The outline of a socket around the origin."""
    path = QPainterPath()
    if kind in CORNERS:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in CORNERS[kind]]))
        path.closeSubpath()
    elif kind == "image":
        path.addRoundedRect(QRectF(-4.5, -4.5, 9, 9), 1, 1)
    elif kind == "number":
        path.addRoundedRect(QRectF(-2.5, -6, 5, 12), 2, 2)
    elif kind == "any":
        path.addEllipse(QPointF(), 4.5, 4.5)
    else:
        path.addEllipse(QPointF(), 5, 5)
    return path


@cache
def _half() -> QPainterPath:
    """The filled half of the mask's disc."""
    path = QPainterPath(QPointF(0, -5))
    path.arcTo(QRectF(-5, -5, 10, 10), 90, -180)
    path.closeSubpath()
    return path


def draw(
    painter: QPainter, at: QPointF, kind: Wire, ink: Ink, *, hollow: bool = False, several: bool = False,
    on_card: bool = True, large: float = 1.0,
) -> None:
    """One socket with its middle at a point."""
    painter.save()
    painter.translate(at)
    painter.scale(ink.text * large, ink.text * large)
    colour = ink.colour(f"wire.{kind}")
    if several:
        painter.translate(-3, 0)
        _draw(painter, kind, colour, ink, hollow, on_card)
        painter.translate(3, 0)
    _draw(painter, kind, colour, ink, hollow, on_card)
    painter.restore()


def _draw(painter: QPainter, kind: Wire, colour: QColor, ink: Ink, hollow: bool, on_card: bool) -> None:
    path = outline(kind)
    inside = ink.colour("surface.card" if on_card else "surface.board")
    if hollow or kind in ("mask", "any"):
        painter.setPen(QPen(ink.colour("surface.board"), 3 + CASING))
        painter.drawPath(path)
        painter.setBrush(inside)
        painter.setPen(QPen(colour, 2 if kind == "any" else 1.5))
        painter.drawPath(path)
        if kind == "mask" and not hollow:
            painter.fillPath(_half(), colour)
        return
    painter.setBrush(colour)
    painter.setPen(QPen(ink.colour("surface.board"), CASING, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                        Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(path)
