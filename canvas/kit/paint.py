"""Strokes that all painted widgets and delegates share: boxes, focus rings, chips, tags, stars, key caps."""

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView

from canvas.kit import words
from canvas.theme import Theme

Kind = Literal["plain", "open", "closed", "price", "ok", "warn", "error", "accent"]
Edge = Literal["top", "bottom", "left", "right"]
INKS: dict[Kind, str] = {
    "plain": "text.secondary", "open": "semantic.open", "closed": "semantic.closed", "price": "semantic.money",
    "ok": "semantic.ok", "warn": "semantic.warn", "error": "semantic.error", "accent": "accent.base",
}
TINTS: dict[Kind, str] = {
    "open": "tint.open", "closed": "tint.closed", "price": "tint.money", "ok": "tint.ok", "warn": "tint.warn",
    "error": "tint.error", "accent": "accent.tint",
}
TAG = QColor(13, 14, 16, 204)
"""Behind text on pictures; the same in all themes, as pictures are."""
TAG_INK = QColor(242, 243, 245)
VCENTER = Qt.AlignmentFlag.AlignVCenter
STAR = (
    (12, 3.8), (14.5, 9), (20.2, 9.8), (16.1, 13.8), (17.1, 19.5), (12, 16.8), (6.9, 19.5), (7.9, 13.8), (3.8, 9.8),
    (9.5, 9),
)


def groove(theme: Theme) -> QColor:
    """The ground that segments and switches slide in."""
    return theme.colour("surface.well" if theme.mode == "dark" else "surface.board")


def slide(theme: Theme) -> QColor:
    """The fill behind the value of a slider."""
    if theme.contrast:
        return theme.colour("accent.tint")  # surfaces and borders are black and white, and the number must be read
    return theme.colour("surface.raised" if theme.mode == "dark" else "border.subtle")


def pressed(theme: Theme) -> QColor:
    """A quiet button that is on, a neutral chip, a hovered row."""
    return theme.colour("surface.raised" if theme.mode == "dark" else "surface.board")


def tint(theme: Theme, kind: Kind) -> QColor:
    """The ground of a chip or banner. With high contrast there is none, an edge takes its place."""
    if theme.contrast:
        return theme.colour("surface.card")
    return theme.colour(TINTS[kind]) if kind in TINTS else pressed(theme)


def box(painter: QPainter, rect: QRectF, radius: float, fill: QColor | None, edge: QColor | None = None,
        width: float = 1.0) -> None:
    """A rounded box; its edge lies inside the rectangle, sharp on whole pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if edge is None else QPen(edge, width))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    half = 0.0 if edge is None else width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


def ring(painter: QPainter, theme: Theme, rect: QRectF, radius: float) -> None:
    """The mark of what has the keyboard."""
    box(painter, rect, radius, None, theme.colour("border.focus"), theme.px(2))


def write(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor,
          align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
    """One line of text, shortened with an ellipsis where it is too long."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = elided(text, font, rect.width())
    painter.drawText(rect, int(align | VCENTER | Qt.TextFlag.TextSingleLine), shown)


def width_of(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def elided(text: str, font: QFont, room: float) -> str:
    # A hair of tolerance: a label that is given exactly its own width keeps all its letters.
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room + 0.5)


def icon(painter: QPainter, theme: Theme, name: str, at: QPointF, size: float, colour: str) -> None:
    """An icon whose left upper corner is here; ``size`` grows with the text."""
    side = round(theme.px(size))
    painter.drawPixmap(QPointF(round(at.x()), round(at.y())), theme.icon(name, side, colour, ratio(painter)))


def chip_font(theme: Theme) -> QFont:
    return theme.font("caption", "label")


def chip_width(theme: Theme, text: str, icon_name: str = "") -> float:
    """How wide a chip will be: 5 and 6 at the sides, an icon of 13 and a gap of 4."""
    inside = width_of(text, chip_font(theme)) if text else 0.0
    if icon_name:
        inside += theme.px(13 if not text else 17)
    return round(inside + theme.px(11 if icon_name else 12))


def paint_chip(painter: QPainter, theme: Theme, at: QPointF, text: str, kind: Kind = "plain", icon_name: str = "",
               height: float = 18) -> float:
    """Paint a chip with its left upper corner here; gives its width."""
    wide, high = chip_width(theme, text, icon_name), theme.px(height)
    rect = QRectF(at.x(), at.y(), wide, high)
    ink = theme.colour(INKS[kind])
    box(painter, rect, theme.size("radius.chip"), tint(theme, kind), ink if theme.contrast else None)
    left = rect.left() + theme.px(5 if icon_name else 6)
    if icon_name:
        icon(painter, theme, icon_name, QPointF(left, rect.center().y() - theme.px(6.5)), 13, INKS[kind])
        left += theme.px(17)
    inside = QRectF(left, rect.top(), rect.right() - left - theme.px(5), high)
    write(painter, inside, text, chip_font(theme), ink)
    return wide


def tag_font(theme: Theme) -> QFont:
    return chip_font(theme)


def paint_tag(painter: QPainter, theme: Theme, at: QPointF, text: str, icon_name: str = "", *, right: bool = False,
              ) -> float:
    """Text over a picture, on black; ``at`` is its upper left (or right) corner. Gives its width."""
    inside = width_of(text, tag_font(theme))
    extra = theme.px(15) if icon_name else 0.0
    wide, high = inside + extra + theme.px(8), theme.px(16)
    rect = QRectF(at.x() - (wide if right else 0), at.y(), wide, high)
    box(painter, rect, theme.size("radius.tag"), TAG)
    if icon_name:
        side = round(theme.px(12))
        pixmap = theme.icon(icon_name, side, TAG_INK.name(), ratio(painter))
        painter.drawPixmap(QPointF(rect.left() + theme.px(4), rect.top() + theme.px(2)), pixmap)
    write(painter, rect.adjusted(theme.px(4) + extra, 0, -theme.px(3), 0), text, tag_font(theme), TAG_INK)
    return wide


def star_path(at: QPointF, side: float) -> QPainterPath:
    """A star in a square of this side."""
    path = QPainterPath()
    for index, (x, y) in enumerate(STAR):
        point = QPointF(at.x() + x * side / 24, at.y() + y * side / 24)
        path.lineTo(point) if index else path.moveTo(point)
    path.closeSubpath()
    return path


def paint_stars(painter: QPainter, at: QPointF, rating: int, side: float, ink: QColor, *, gap: float = 1.0) -> None:
    """Five stars from here to the right: the first ones filled, the others only drawn round."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pale = QColor(ink)
    pale.setAlphaF(ink.alphaF() * 0.55)
    for index in range(5):
        on = index < rating
        painter.setPen(QPen(ink if on else pale, max(1.0, side * 1.6 / 24)))
        painter.setBrush(ink if on else Qt.BrushStyle.NoBrush)
        painter.drawPath(star_path(QPointF(at.x() + index * (side + gap), at.y()), side))


def keycap_width(theme: Theme, text: str) -> float:
    return round(width_of(words.keys(text), theme.font("caption")) + theme.px(8))


def paint_keycap(painter: QPainter, theme: Theme, at: QPointF, text: str) -> float:
    """A key as on a keyboard; gives its width."""
    wide = keycap_width(theme, text)
    rect = QRectF(at.x(), at.y(), wide, theme.px(16))
    box(painter, rect, theme.size("radius.tag"), theme.colour("surface.panel"), theme.colour("border.default"))
    align = Qt.AlignmentFlag.AlignHCenter
    write(painter, rect, words.keys(text), theme.font("caption"), theme.colour("text.tertiary"), align)
    return wide


def paint_progress(painter: QPainter, theme: Theme, rect: QRectF, done: float, ink: str = "accent.base") -> None:
    """A thin line that is filled as far as the work is done."""
    radius = rect.height() / 2
    box(painter, rect, radius, theme.colour("border.default"))
    if done > 0:
        filled = QRectF(rect.left(), rect.top(), max(rect.height(), rect.width() * min(done, 1.0)), rect.height())
        box(painter, filled, radius, theme.colour(ink))


def ratio(painter: QPainter) -> float:
    """Pixels of the device for each of Qt's."""
    device = painter.device()
    return float(device.devicePixelRatio()) if device is not None else 1.0


def panel(painter: QPainter, rect: QRect, theme: Theme, edge: Edge) -> None:
    """The ground of a bar or a panel at the side, with a fine line at the edge to what it serves."""
    lines = {
        "top": (rect.left(), rect.top(), rect.width(), 1), "bottom": (rect.left(), rect.bottom(), rect.width(), 1),
        "left": (rect.left(), rect.top(), 1, rect.height()), "right": (rect.right(), rect.top(), 1, rect.height()),
    }
    painter.fillRect(rect, theme.colour("surface.panel"))
    painter.fillRect(*lines[edge], theme.colour("border.subtle"))


def focus(view: QAbstractItemView, theme: Theme) -> None:
    """The ring around a view that has the keyboard, while nothing in it is current."""
    if view.hasFocus() and not view.currentIndex().isValid():
        rect = QRectF(view.viewport().rect()).adjusted(1, 1, -1, -1)
        ring(QPainter(view.viewport()), theme, rect, theme.size("radius.control"))
