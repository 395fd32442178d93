"""Paints a card from its plan: frame, header, chips, sockets, text, values, steps and foot."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from canvas.board import shapes
from canvas.board.card import CardPlan, Chip, Line
from canvas.board.header_paint import Brushwork, paint_header
from canvas.board.ink import Ink
from canvas.board.picture_paint import paint_picture, paint_takes
from canvas.board.shade import draw_shadow
from canvas.board.states import Sign
from canvas.board.text_paint import paint_said, paint_text, paint_values
from canvas.looks import Look

FAINT = 0.62
EDGES = {"error": ("semantic.error", 1.5), "warn": ("semantic.warn", 1.5), "double": ("border.strong", 1.0)}


def paint_card(painter: QPainter, plan: CardPlan, look: Look, sign: Sign, state: str | None, work: Brushwork) -> None:
    """Everything on a card but what changes while it runs and what follows the mouse."""
    ink = work.ink
    if plan.face.dot:
        paint_dot(painter, plan, ink)
        return
    if state == "muted":
        # Pale, but nothing behind it shines through.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.brush("surface.board"))
        painter.drawRoundedRect(plan.rect, ink.radius, ink.radius)
        painter.setOpacity(FAINT)
    if plan.face.group and not plan.collapsed:
        paint_sheets(painter, plan.rect, ink)
    draw_shadow(painter, plan.rect, work.shadow)
    paint_body(painter, plan, sign, ink)
    paint_header(painter, plan, sign, state, work)
    if not plan.collapsed:
        for chip in plan.chips:
            paint_chip(painter, chip, work)
        if state == "bypassed":
            paint_through(painter, plan, ink)
        else:
            paint_inside(painter, plan, look, work)
    paint_sockets(painter, plan, ink, labels=work.full and not plan.collapsed and state != "bypassed")


def paint_block(painter: QPainter, plan: CardPlan, ink: Ink) -> None:
    """A card for the moment until it is painted."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("surface.card"))
    painter.drawRoundedRect(plan.rect, ink.radius, ink.radius)
    painter.setBrush(ink.brush(f"category.{plan.face.category}.header"))
    painter.drawRoundedRect(QRectF(0, 0, plan.width, ink.header), ink.radius, ink.radius)


def paint_inside(painter: QPainter, plan: CardPlan, look: Look, work: Brushwork) -> None:
    """Text, picture, values, steps, takes and foot."""
    if plan.text is not None:
        paint_text(painter, plan, work.ink, full=work.full)
    if plan.preview is not None and look.phase != "running":
        paint_picture(painter, plan, look, work.ink, work.scale)
    if plan.said is not None and look.phase != "running":
        paint_said(painter, plan.said, look.text, work.ink, full=work.full)
    if plan.foot is not None:
        paint_foot(painter, plan, look, work.ink)
    paint_values(painter, plan, work)
    if work.full:
        paint_takes(painter, plan, look, work.ink, work.scale)
        for line in plan.lines:
            paint_line(painter, line, work)


def paint_sheets(painter: QPainter, rect: QRectF, ink: Ink) -> None:
    """The two sheets behind a group."""
    painter.setPen(ink.pen("border.default"))
    painter.setBrush(ink.brush("surface.panel"))
    for offset in (8, 4):
        painter.drawRoundedRect(rect.translated(offset, offset).adjusted(-0.5, -0.5, 0.5, 0.5), 8.5, 8.5)


def paint_body(painter: QPainter, plan: CardPlan, sign: Sign, ink: Ink) -> None:
    """The card itself with the edge of its state."""
    colour, width = EDGES.get(sign.edge, ("border.default", 1.0))
    pen = QPen(ink.pen(colour, width))
    if sign.edge == "dashed":
        pen = QPen(ink.colour("text.tertiary"), 1.25, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
    half, radius = width / 2, ink.radius
    painter.setBrush(ink.brush("surface.card"))
    painter.setPen(Qt.PenStyle.NoPen if sign.edge == "dashed" else pen)
    painter.drawRoundedRect(plan.rect.adjusted(-half, -half, half, half), radius + half, radius + half)
    if sign.edge == "double":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ink.pen("border.strong"))
        painter.drawRoundedRect(plan.rect.adjusted(-3.5, -3.5, 3.5, 3.5), radius + 3.5, radius + 3.5)
    header = QPainterPath()
    header.addRoundedRect(QRectF(0, 0, plan.width, ink.header + (0 if plan.collapsed else radius)), radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush(f"category.{plan.face.category}.header"))
    if plan.collapsed:
        painter.drawPath(header)
    else:
        painter.save()
        painter.setClipRect(QRectF(-1, -1, plan.width + 2, ink.header + 1))
        painter.drawPath(header)
        painter.restore()
    if sign.edge == "dashed":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawRoundedRect(plan.rect.adjusted(-0.5, -0.5, 0.5, 0.5), radius + 0.5, radius + 0.5)


def paint_chip(painter: QPainter, chip: Chip, work: Brushwork) -> None:
    ink = work.ink
    if chip.tint == "plain":
        fill, colour = ("surface.board" if ink.light else "surface.raised"), "text.secondary"
    else:
        fill, colour = f"tint.{chip.tint}", f"semantic.{chip.tint}"
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush(fill))
    painter.drawRoundedRect(chip.rect, 4, 4)
    if not work.full:
        return
    x = chip.rect.left() + ink.px(5)
    if chip.icon:
        size = ink.px(13)
        icon = ink.icon(chip.icon, size, colour, work.scale)
        painter.drawPixmap(QRectF(x, chip.rect.center().y() - size / 2, size, size), icon, QRectF(icon.rect()))
        x += ink.px(17)
    ink.write(painter, QRectF(x, chip.rect.top(), chip.rect.right() - x, chip.rect.height()), chip.text, "chip", colour)


def paint_sockets(painter: QPainter, plan: CardPlan, ink: Ink, *, labels: bool) -> None:
    """Every socket that has a row, with its label."""
    drawn: set[tuple[float, float]] = set()
    for port, at in plan.ports:
        if port.quiet or (plan.collapsed and (at.x(), at.y()) in drawn):
            continue
        drawn.add((at.x(), at.y()))
        hollow = port.free or (port.required and not port.wired)
        shapes.draw(painter, at, port.kind, ink, hollow=hollow, several=port.form == "list")
        if not labels:
            continue
        half = ink.port_row / 2
        width = plan.width - ink.px(24)
        row = QRectF(ink.px(12), at.y() - half, width, 2 * half)
        align = Qt.AlignmentFlag.AlignLeft if port.side == "in" else Qt.AlignmentFlag.AlignRight
        ink.write(painter, row, port.label, "label", "text.tertiary" if port.free else "text.secondary", align)
        if port.formula:
            left = ink.width("label", port.label) + ink.px(20)
            rest = QRectF(left, row.top(), plan.width - left - ink.px(12), row.height())
            ink.write(painter, rest, port.formula, "mono", "accent.base")
        elif port.literal:
            left = ink.width("label", port.label) + ink.px(20)
            rest = QRectF(left, row.top(), row.right() - left, row.height())
            ink.write(painter, rest, port.literal, "label", "text.primary", Qt.AlignmentFlag.AlignRight)


def paint_foot(painter: QPainter, plan: CardPlan, look: Look, ink: Ink) -> None:
    """The tinted ground under what went wrong."""
    rect = plan.foot
    if rect is None:
        return
    tint = {"failed": "tint.error", "waiting": "tint.warn"}.get(look.phase, "surface.raised")
    path = QPainterPath()
    radius = ink.radius - 1
    inner = rect.adjusted(1, 0, -1, -1)
    path.addRoundedRect(inner.adjusted(0, -radius, 0, 0), radius, radius)
    painter.save()
    painter.setClipRect(inner)
    painter.fillPath(path, ink.brush(tint))
    painter.restore()


def paint_line(painter: QPainter, line: Line, work: Brushwork) -> None:
    ink, rect = work.ink, line.rect
    if line.icon:
        size = ink.px(13)
        icon = ink.icon(line.icon, size, line.colour if line.colour == "semantic.warn" else "semantic.ok", work.scale)
        painter.drawPixmap(QRectF(rect.left(), rect.center().y() - size / 2, size, size), icon, QRectF(icon.rect()))
        rect = rect.adjusted(ink.px(17), 0, 0, 0)
    ink.write(painter, rect, line.text, line.face, line.colour)
    if line.link:
        wide = min(ink.width(line.face, line.text), rect.width())
        y = rect.center().y() + ink.px(7)
        painter.setPen(ink.pen(line.colour))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.left() + wide, y))


def paint_through(painter: QPainter, plan: CardPlan, ink: Ink) -> None:
    """The line that runs through a bypassed card, from what comes in to what goes out."""
    ins = [at for port, at in plan.ports if port.side == "in" and not port.quiet]
    outs = [at for port, at in plan.ports if port.side == "out"]
    if not ins or not outs:
        return
    path = QPainterPath(ins[0])
    reach = plan.width / 2
    path.cubicTo(ins[0] + QPointF(reach, 0), outs[0] - QPointF(reach, 0), outs[0])
    kind = next(port.kind for port, _ in plan.ports if port.side == "out")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colour(f"wire.{kind}"), 2))
    painter.drawPath(path)


def paint_dot(painter: QPainter, plan: CardPlan, ink: Ink) -> None:
    """A dot on a wire: a ring in the colour of what runs through it."""
    kind = plan.ports[0][0].kind if plan.ports else "any"
    middle = plan.rect.center()
    painter.setPen(QPen(ink.colour("surface.board"), 2))
    painter.setBrush(ink.colour(f"wire.{kind}"))
    painter.drawEllipse(middle, ink.px(6), ink.px(6))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.colour("surface.card")))
    painter.drawEllipse(middle, ink.px(2.5), ink.px(2.5))
