"""Paints the text block, the value rows and the steps of a card."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

from canvas.board.card import CardPlan
from canvas.board.face import ValueRow
from canvas.board.header_paint import Brushwork
from canvas.board.ink import Ink
from canvas.board.values import tokens

LINE = 17


def paint_text(painter: QPainter, plan: CardPlan, ink: Ink, *, full: bool) -> None:
    """The well of a text with as many lines as fit, and how many tokens it has."""
    rect = plan.text
    _, text, label = plan.face.text or ("", "", "")
    if rect is None:
        return
    painter.setPen(ink.pen("border.subtle"))
    painter.setBrush(ink.brush("surface.well"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    if not full:
        paint_bars(painter, rect, ink)
        return
    counts = plan.face.category != "generate"
    room = rect.adjusted(ink.px(9), ink.px(6), -ink.px(7), -(ink.px(21) if counts else ink.px(4)))
    painter.setPen(ink.pen("text.primary" if text else "text.tertiary"))
    painter.setFont(ink.fonts["prompt"])
    lines = max(1, int(room.height() / ink.px(LINE)))
    words = text or f"Write the {label.lower()}"
    for place, line in enumerate(broken(words, room.width(), lines, ink.fonts["prompt"])):
        box = QRectF(room.left(), room.top() + place * ink.px(LINE), room.width() + 4, ink.px(LINE))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, line)
    if counts and text:
        count = tokens(text)
        foot = QRectF(rect.left(), rect.bottom() - ink.px(19), rect.width() - ink.px(8), ink.px(16))
        said = f"{count} token" + ("" if count == 1 else "s")
        ink.write(painter, foot, said, "caption", "text.tertiary", Qt.AlignmentFlag.AlignRight)


def paint_said(painter: QPainter, rect: QRectF, text: str, ink: Ink, *, full: bool, end: bool = False) -> None:
    """Words that came from elsewhere, from their beginning or (while they come) up to their ``end``."""
    painter.setPen(ink.pen("border.subtle"))
    painter.setBrush(ink.brush("surface.well"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    if not text:
        return
    if not full:
        paint_bars(painter, rect, ink)
        return
    room = rect.adjusted(ink.px(8), ink.px(5), -ink.px(6), -ink.px(5))
    count = max(1, round(room.height() / ink.px(LINE)))
    font = ink.fonts["prompt"]
    lines = broken(text[-1200:] if end else text, room.width(), 400 if end else count, font)
    painter.setFont(font)
    painter.setPen(ink.pen("text.primary"))
    for place, line in enumerate(lines[-count:] if end else lines):
        box = QRectF(room.left(), room.top() + place * ink.px(LINE), room.width() + 4, ink.px(LINE))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, line)


@lru_cache(2048)
def broken(text: str, width: float, most: int, font: QFont) -> tuple[str, ...]:
    """A text broken into lines of a width, the last one cut short with three dots where there is more."""
    layout = QTextLayout(text[:2000].replace("\n", "\u2028"), font)
    layout.setTextOption(_wrapping())
    layout.beginLayout()
    lines: list[str] = []
    while len(lines) <= most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        start = line.textStart()
        lines.append(layout.text()[start : start + line.textLength()].rstrip("\u2028 "))
    layout.endLayout()
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(".,;: ") + " …"]
    return tuple(lines)


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def paint_bars(painter: QPainter, rect: QRectF, ink: Ink) -> None:
    """What stands for lines of text that are too small to read."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("border.default"))
    for place, share in enumerate((0.9, 0.8, 0.6)):
        y = rect.top() + ink.px(12 + place * LINE)
        if y + 4 < rect.bottom():
            painter.drawRect(QRectF(rect.left() + ink.px(8), y, (rect.width() - ink.px(16)) * share, ink.px(4)))


def paint_values(painter: QPainter, plan: CardPlan, work: Brushwork) -> None:
    """The rows of values, the steps of a group and a choice; zoomed out only where they are."""
    ink, scale = work.ink, work.scale
    if not work.full:
        for rect in [rect for _, rect in plan.values] + [rect for _, _, rect in plan.steps]:
            well(painter, rect, ink)
        return
    for row, rect in plan.values:
        paint_value(painter, row, rect, ink, scale)
    for place, (title, value, rect) in enumerate(plan.steps):
        well(painter, rect, ink)
        inner = rect.adjusted(ink.px(8), 0, -ink.px(8), 0)
        ink.write(painter, inner, str(place + 1), "caption", "text.tertiary")
        ink.write(painter, inner.adjusted(ink.px(14), 0, -ink.px(30), 0), title, "caption", "text.primary")
        ink.write(painter, inner, value, "caption", "text.tertiary", Qt.AlignmentFlag.AlignRight)
    if plan.choice is not None and plan.face.choice is not None:
        pinned = {"draft": 0, "final": 1}.get(plan.face.pin, work.stage)
        paint_choice(painter, plan.choice, plan.face.choice[1], pinned, ink)


def well(painter: QPainter, rect: QRectF, ink: Ink) -> None:
    painter.setPen(ink.pen("border.default") if ink.contrast else Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("surface.panel" if ink.light else "surface.well"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5) if ink.contrast else rect, 4, 4)


def paint_value(painter: QPainter, row: ValueRow, rect: QRectF, ink: Ink, scale: float) -> None:
    """Name left, value right, and how much of its range behind both."""
    well(painter, rect, ink)
    if row.fill:
        painter.save()
        painter.setClipRect(QRectF(rect.left(), rect.top(), rect.width() * row.fill, rect.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.brush(ink.filled))
        painter.drawRoundedRect(rect, 4, 4)
        painter.restore()
    inner = rect.adjusted(ink.px(7), 0, -ink.px(7), 0)
    right = Qt.AlignmentFlag.AlignRight
    if row.plain:
        ink.write(painter, inner, row.text, "mono", "text.primary")
        return
    if row.icon:
        size = ink.px(11)
        icon = ink.icon(row.icon, size, "text.primary", scale)
        at = QRectF(inner.right() - size, rect.center().y() - size / 2, size, size)
        painter.drawPixmap(at, icon, QRectF(icon.rect()))
        inner.setRight(inner.right() - ink.px(16))
    if row.colour:
        painter.setBrush(_colour(row.colour, ink))
        painter.setPen(ink.pen("border.strong"))
        side = ink.px(12)
        painter.drawRoundedRect(QRectF(inner.right() - side, rect.center().y() - side / 2, side, side), 2, 2)
        inner.setRight(inner.right() - ink.px(17))
    name = min(ink.width("label", row.label), inner.width() * 0.6)
    left = QRectF(inner.left(), inner.top(), name + 1, inner.height())
    ink.write(painter, left, row.label, "label", "text.secondary")
    rest = QRectF(inner.left() + name + ink.px(8), inner.top(), inner.width() - name - ink.px(8), inner.height())
    if row.missing:
        ink.write(painter, rest, "needed", "caption", "semantic.warn", right)
    elif not row.text:
        ink.write(painter, rest, "none", "label", "text.tertiary", right)
    else:
        words = row.text[:1].isalpha() and not row.fill
        ink.write(painter, rest, row.text, "label" if words else "mono", "text.primary", right)


def _colour(text: str, ink: Ink) -> QColor:
    colour = QColor(text if len(text) != 9 else text[:7])
    return colour if colour.isValid() else ink.colour("surface.well")


def paint_choice(painter: QPainter, rect: QRectF, words: tuple[str, ...], chosen: int, ink: Ink) -> None:
    """A few words side by side, one of them chosen."""
    painter.setPen(ink.pen("border.default"))
    painter.setBrush(ink.brush("surface.well" if ink.contrast or not ink.light else "border.subtle"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    inner = rect.adjusted(3, 3, -3, -3)
    each = inner.width() / len(words)
    for place, word in enumerate(words):
        box = QRectF(inner.left() + place * each, inner.top(), each, inner.height())
        if place == chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink.brush("accent.fill" if ink.contrast else "surface.raised"))
            painter.drawRoundedRect(box, 4, 4)
        colour = "text.secondary" if place != chosen else "accent.on_fill" if ink.contrast else "text.primary"
        wide = min(ink.width("chip", word) * 12 / 11, box.width())
        half = QPointF(wide / 2, box.height() / 2)
        middle = QRectF(box.center() - half, box.center() + half).adjusted(0, 0, 2, 0)
        ink.write(painter, middle, word, "chip", colour)
