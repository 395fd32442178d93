"""What is painted over a picture: cards that say what A and B are, tags, and the line of the wipe."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from canvas.kit import paint
from canvas.theme import Theme
from canvas.viewers.bench import Shown
from canvas.viewers.facts import line
from canvas.viewers.state import Box, View, cut

WIDTH = 316
EDGE = 14
INK = QColor(paint.TAG_INK)
QUIET = QColor(INK.red(), INK.green(), INK.blue(), 185)
GROUND = QColor(paint.TAG.red(), paint.TAG.green(), paint.TAG.blue(), 217)
HANDLE = 32


def card_box(theme: Theme, room: Box, shown: Shown, *, right: bool, both: bool) -> QRectF:
    """Where a card lies; smaller in a small view or where little is known, down to its first line."""
    edge = theme.px(EDGE)
    wide = min(theme.px(WIDTH), (room.width - 3 * edge) / 2 if both else room.width - 2 * edge)
    known = line(shown.facts) or shown.facts.rating or shown.facts.which
    high = theme.px(86 if known and room.height > theme.px(260) else 40)
    x = room.x + room.width - edge - wide if right else room.x + edge
    return QRectF(x, room.y + edge, wide, high)


def paint_card(painter: QPainter, theme: Theme, rect: QRectF, shown: Shown, letter: str) -> None:
    """Name, open or closed, price, time, licence, stars and take of one result."""
    facts = shown.facts
    if rect.width() < theme.px(48):
        return
    paint.box(painter, rect, theme.size("radius.node"), GROUND)
    pad = theme.px(12)
    left, right = rect.left() + pad, rect.right() - pad
    top = rect.top() + theme.px(10)
    if letter:
        left = _letter(painter, theme, QRectF(left, top, theme.px(20), theme.px(20)), letter) + theme.px(8)
    if facts.open is not None and rect.width() > theme.px(170):
        right = _door(painter, theme, right, top + theme.px(1), facts.open) - theme.px(8)
    font = theme.font("title", "title")
    paint.write(painter, QRectF(left, top, right - left, theme.px(20)), facts.name or shown.title, font, INK)
    if rect.height() < theme.px(60):
        return
    inner = QRectF(rect.left() + pad, top + theme.px(27), rect.width() - 2 * pad, theme.px(16))
    _line(painter, theme, inner, shown)
    inner.translate(0, theme.px(22))
    which = facts.which or (shown.title if facts.name else "")
    stars = theme.px(70)
    paint.paint_stars(painter, QPointF(inner.left(), inner.top() + theme.px(1.5)), facts.rating, theme.px(13), INK)
    side = QRectF(inner.left() + stars, inner.top(), inner.width() - stars, inner.height())
    paint.write(painter, side, which, theme.font(), QUIET, Qt.AlignmentFlag.AlignRight)


def paint_tag(painter: QPainter, theme: Theme, at: QPointF, text: str, icon: str = "", *, right: bool = False,
              mono: bool = False) -> float:
    """A line over the picture, its lower left (or right) corner here. Gives its width."""
    font = _tag_font(theme, mono)
    extra = theme.px(16) if icon else 0
    wide, high = tag_width(theme, text, mono=mono) + extra, theme.px(22)
    rect = QRectF(at.x() - (wide if right else 0), at.y() - high, wide, high)
    paint.box(painter, rect, theme.size("radius.tag"), paint.TAG)
    left = rect.left() + theme.px(8)
    if icon:
        side = round(theme.px(12))
        painter.drawPixmap(QPointF(left, rect.top() + theme.px(5)), theme.icon(icon, side, INK.name()))
    paint.write(painter, QRectF(left + extra, rect.top(), wide, high), text, font, INK)
    return wide


def tag_width(theme: Theme, text: str, *, mono: bool = False) -> float:
    """How wide a tag without an icon will be."""
    return paint.width_of(text, _tag_font(theme, mono)) + theme.px(16)


def handle_at(view: View, room: Box) -> QPointF:
    """The middle of the knob on the wipe line."""
    box = cut(view, room)[1]
    if view.lying:
        return QPointF(room.x + room.width * 0.5, box.y)
    return QPointF(box.x, room.y + room.height * 0.64)


def paint_line(painter: QPainter, theme: Theme, view: View, room: Box, focused: bool) -> None:
    """The line between A and B with its knob: white with a dark edge, so that it is seen on any picture."""
    at = handle_at(view, room)
    if view.lying:
        ends = QPointF(room.x, at.y()), QPointF(room.x + room.width, at.y())
    else:
        ends = QPointF(at.x(), room.y), QPointF(at.x(), room.y + room.height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QColor(GROUND)
    shade.setAlpha(90)
    for pen, width in ((shade, 4), (INK, 2)):
        painter.setPen(QPen(pen, width))
        painter.drawLine(*ends)
    side = theme.px(HANDLE)
    knob = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
    painter.setPen(QPen(theme.colour("border.focus") if focused else shade, theme.px(2)))
    painter.setBrush(INK)
    painter.drawEllipse(knob)
    dark = QColor(paint.TAG.red(), paint.TAG.green(), paint.TAG.blue())
    painter.setPen(QPen(dark, theme.px(1.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.save()
    painter.translate(at)
    painter.rotate(90 if view.lying else 0)
    painter.scale(theme.px(0.75), theme.px(0.75))
    arrows = QPainterPath()
    for way in (-1, 1):
        arrows.moveTo(4 * way, -5)
        arrows.lineTo(9 * way, 0)
        arrows.lineTo(4 * way, 5)
    painter.drawPath(arrows)
    painter.restore()


def _tag_font(theme: Theme, mono: bool) -> QFont:
    return theme.font("caption", mono=True) if mono else theme.font("caption", "label")


def _letter(painter: QPainter, theme: Theme, rect: QRectF, letter: str) -> float:
    paint.box(painter, rect, theme.size("radius.chip"), INK)
    dark = QColor(paint.TAG.red(), paint.TAG.green(), paint.TAG.blue())
    paint.write(painter, rect, letter, theme.font("body", "title"), dark, Qt.AlignmentFlag.AlignHCenter)
    return rect.right()


def _door(painter: QPainter, theme: Theme, right: float, top: float, open_: bool) -> float:
    text, icon = ("Open", "open-weights") if open_ else ("Closed", "closed-weights")
    wide = paint.chip_width(theme, text, icon)
    paint.paint_chip(painter, theme, QPointF(right - wide, top), text, "open" if open_ else "closed", icon)
    return right - wide


def _line(painter: QPainter, theme: Theme, rect: QRectF, shown: Shown) -> None:
    """Price, time and licence with thin lines between them; money is gold."""
    facts, left = shown.facts, rect.left()
    for index, text in enumerate(line(facts)):
        if index:
            pale = QColor(INK)
            pale.setAlpha(90)
            paint.box(painter, QRectF(left + theme.px(10), rect.top() + theme.px(2), 1, theme.px(12)), 0, pale)
            left += theme.px(21)
        money = facts.paid and text == facts.price
        font = theme.font("body", "title" if money else "text")
        # Cards are dark in both themes, so their gold is that of the dark one.
        ink = QColor(theme.value("dark.semantic.money")) if money else QUIET
        paint.write(painter, QRectF(left, rect.top(), rect.right() - left, rect.height()), text, font, ink)
        left += paint.width_of(text, font)
        if left > rect.right():
            return
