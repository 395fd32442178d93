"""Paints the header of a card: icon, title, and the state as glyph and word."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPixmap

from canvas.board.card import CardPlan
from canvas.board.ink import Ink
from canvas.board.states import Sign

LEAST_GLYPH = 11
"""Pixels on the screen."""


@dataclass(frozen=True, slots=True)
class Brushwork:
    """What a card is painted with: the theme's ink, how large, and how much of it."""

    ink: Ink
    shadow: QPixmap
    scale: float
    """Device pixels for one of the board."""
    zoom: float = 1.0
    full: bool = True
    """With texts, values and takes; otherwise header, picture and sockets."""
    stage: int = 0
    """Which of the stages a run would take: 0 draft, 1 final."""


def paint_header(painter: QPainter, plan: CardPlan, sign: Sign, state: str | None, work: Brushwork) -> None:
    """Icon in the category's ink, title, and the state from the right."""
    ink, face = work.ink, plan.face
    middle = ink.header / 2
    size = ink.px(15)
    icon = ink.icon(face.icon, size, f"category.{face.category}.ink", work.scale)
    painter.drawPixmap(QRectF(ink.px(8), middle - size / 2, size, size), icon, QRectF(icon.rect()))
    room = plan.width - ink.px(29) - ink.px(10)
    if sign.glyph or sign.word:
        room -= state_width(plan, sign, work)
    painter.save()
    title = QRectF(ink.px(29), 0, max(room, 0), ink.header)
    painter.setFont(title_font(work))
    painter.setPen(ink.pen("text.primary"))
    text = face.title
    metrics = ink.metrics["title"]
    grow = painter.font().pixelSize() / ink.fonts["title"].pixelSize()
    if metrics.horizontalAdvance(text) * grow > title.width():
        text = ink.elided("title", text, title.width() / grow)
    painter.drawText(title, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
    if state == "muted":
        wide = min(metrics.horizontalAdvance(text) * grow, title.width())
        painter.setPen(ink.pen("text.primary", 1.2))
        painter.drawLine(QPointF(title.left(), middle + 0.5), QPointF(title.left() + wide, middle + 0.5))
    painter.restore()
    if sign.glyph != "ring":
        paint_state(painter, plan, sign, work)


def title_font(work: Brushwork) -> QFont:
    """The title's font; zoomed out it grows, so that the card's name can still be read."""
    font = work.ink.fonts["title"]
    if not work.full and work.zoom * font.pixelSize() < 9:
        font = QFont(font)
        font.setPixelSize(min(round(9 / work.zoom), work.ink.header - 6))
    return font


def state_width(plan: CardPlan, sign: Sign, work: Brushwork) -> float:
    """How much of the header the state takes."""
    ink = work.ink
    glyph = ink.px(17) if sign.glyph else 0.0
    return glyph + (ink.width("state", sign.word) if shows_word(plan, sign, work) else -ink.px(4))


def shows_word(plan: CardPlan, sign: Sign, work: Brushwork) -> bool:
    """Where there is no room for both, the title stays and the glyph alone tells the state."""
    if not work.full or not sign.word:
        return False
    title = min(work.ink.width("title", plan.face.title), plan.width * 0.55)
    rest = plan.width - work.ink.px(46) - title - (work.ink.px(17) if sign.glyph else 0)
    return work.ink.width("state", sign.word) <= rest


def paint_state(painter: QPainter, plan: CardPlan, sign: Sign, work: Brushwork) -> None:
    """Glyph and word at the right end of the header."""
    ink = work.ink
    right = plan.width - ink.px(7)
    if shows_word(plan, sign, work):
        width = ink.width("state", sign.word)
        ink.write(painter, QRectF(right - width, 0, width + 1, ink.header), sign.word, "state", sign.colour)
    if not sign.glyph:
        return
    box = glyph_box(plan, sign, work)
    if sign.glyph == "ring":
        return
    size = box.width()
    icon = ink.icon(sign.glyph, size, sign.colour, work.scale)
    painter.drawPixmap(box, icon, QRectF(icon.rect()))


def glyph_box(plan: CardPlan, sign: Sign, work: Brushwork) -> QRectF:
    """Where the glyph of the state lies; zoomed out it keeps a size that can be seen."""
    ink = work.ink
    right = plan.width - ink.px(7)
    if shows_word(plan, sign, work):
        right -= ink.width("state", sign.word) + ink.px(4)
    size = ink.px(13) if work.full else min(max(ink.px(13), LEAST_GLYPH / work.zoom), ink.header - 6)
    return QRectF(right - size, (ink.header - size) / 2, size, size)


def paint_ring(painter: QPainter, box: QRectF, done: float | None, turn: float, ink: Ink) -> None:
    """The ring of what is running: how far, or an arc that turns where that is not known."""
    ring = box.adjusted(1, 1, -1, -1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(ink.pen("border.default", 2))
    painter.drawEllipse(ring)
    pen = QPen(ink.colour("accent.base"), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    start = 90 - turn * 360 if done is None else 90.0
    painter.drawArc(ring, round(start * 16), round(-(0.3 if done is None else max(done, 0.02)) * 360 * 16))
