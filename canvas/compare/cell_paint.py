"""Painting a sheet: cells in all their states, the heads of rows and of columns."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QTextLayout, QTextOption

from ajar.sheets import Head
from canvas.compare.model import SheetModel
from canvas.compare.state import LEFT, PAD, absolute
from canvas.kit import paint, words
from canvas.permitting import INKS, SAID, verdict_words
from canvas.theme import Theme
from canvas.viewers import state as views
from workflows.compare import SheetCell
from workflows.compare_page import PLAY, best_of, cost_words, head_of, time_words

if TYPE_CHECKING:
    from canvas.compare.cells import Cells

CENTRE, RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
LINE = 17


def word_of(model: SheetModel, cell: SheetCell) -> str:
    """What a cell without a picture says of itself."""
    one, phase = model.outcome(cell), model.phase(cell)
    if phase is not None and not phase.failed:
        maker = model.known.sheet.makers.get(cell.maker or "") if model.known is not None else None
        blind = model.known is not None and model.known.blind
        where = f"At {maker.provider}" if maker is not None and maker.provider and not blind else "Being made"
        return f"{where}, {words.duration(time.monotonic() - phase.since)} so far"
    if one.words:
        return one.words
    if cell.held:
        return cell.held
    return "Waits, cheaper cells first" if model.running else "Not run yet"


def paint_cell(painter: QPainter, theme: Theme, cells: "Cells", model: SheetModel, place: int, box: QRectF) -> None:
    cell = model.cell_at(place)
    if cell is None or place >= len(model.shown) or model.known is None:
        return
    px, one = theme.px, model.outcome(cell)
    picture = cells.picture(place)
    if picture is not None:
        paint.box(painter, box, px(6), theme.colour("board.mat"))
        painter.save()
        painter.setClipRect(box)
        room = views.Box(box.x(), box.y(), box.width(), box.height())
        look = absolute(cells.looks.of(place), picture.size, room)
        picture.paint(painter, views.place(look, picture.size, room), room, cells.devicePixelRatioF())
        painter.restore()
    else:
        _without(painter, theme, model, cell, box)
    best = best_of(model.known.sheet, model.known.stars) if not model.known.blind else {}
    if best.get(cell.column) == cell.row:
        paint.paint_tag(painter, theme, box.topLeft() + QPointF(px(6), px(6)), "Best for this prompt", "pick")
    if cells.looks.of(place).zoom and place == cells.at:
        part = f"{cells.looks.of(place).zoom * 100:.0f} %{' all' if cells.looks.locked else ''}"
        paint.paint_tag(painter, theme, box.bottomRight() + QPointF(-px(6), -px(22)), part, right=True)
    if place == cells.at:
        ink = theme.colour("border.focus" if cells.hasFocus() else "accent.base")
        paint.box(painter, box.adjusted(-3, -3, 3, 3), px(8), None, ink, px(2))
    if place in (cells.at, cells.other) and cells.other != cells.at and picture is not None:
        letter = "A" if place == cells.at else "B"
        paint.paint_tag(painter, theme, box.topRight() + QPointF(-px(6), px(6)), letter, right=True)
    _foot(painter, theme, cells, model, place, cell, box)
    if one.trouble and picture is not None:
        paint.paint_tag(painter, theme, box.bottomLeft() + QPointF(px(6), -px(22)), "Failed", "error")


def _without(painter: QPainter, theme: Theme, model: SheetModel, cell: SheetCell, box: QRectF) -> None:
    """A cell that shows no picture: why, with a glyph."""
    px, one, phase = theme.px, model.outcome(cell), model.phase(cell)
    running = phase is not None and not phase.failed
    if one.trouble:
        look = ("error", "semantic.error", paint.tint(theme, "error"), Qt.PenStyle.SolidLine)
    elif cell.held:
        look = ("warn", "semantic.warn", paint.tint(theme, "warn"), Qt.PenStyle.DashLine)
    elif running:
        look = ("", "accent.base", theme.colour("surface.panel"), Qt.PenStyle.SolidLine)
    else:
        look = ("clock", "text.tertiary", theme.colour("surface.board"), Qt.PenStyle.DashLine)
    glyph, ink, ground, line = look
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = theme.colour(ink if one.trouble or cell.held else "border.default")
    painter.setPen(QPen(edge, 1, line))
    painter.setBrush(ground)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
    text = wrapped(theme.font(), word_of(model, cell), box.width() - px(28), 4)
    high = px(22) + px(8) + len(text) * px(LINE)
    y = box.center().y() - high / 2
    if running:
        done = phase.done if phase is not None else None
        _ring(painter, theme, QPointF(box.center().x(), y + px(10)), done)
    else:
        paint.icon(painter, theme, glyph, QPointF(box.center().x() - px(9), y + px(1)), 18, ink)
    y += px(28)
    for line_ in text:
        paint.write(painter, QRectF(box.left() + px(10), y, box.width() - px(20), px(LINE)), line_, theme.font(),
                    theme.colour("text.secondary"), CENTRE)
        y += px(LINE)


def _ring(painter: QPainter, theme: Theme, middle: QPointF, done: float | None) -> None:
    """How far it is; turning where nobody knows."""
    side = theme.px(11)
    rect = QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("border.default"), theme.px(2.5)))
    painter.drawEllipse(rect)
    painter.setPen(QPen(theme.colour("accent.base"), theme.px(2.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    turn = (time.monotonic() % 1.2) / 1.2 * 360 if theme.motion and not done else 0.0
    painter.drawArc(rect, round((90 - turn) * 16), round(-(done or 0.25) * 360 * 16))


def _foot(painter: QPainter, theme: Theme, cells: "Cells", model: SheetModel, place: int, cell: SheetCell, box: QRectF,
          ) -> None:
    """Price, time and stars below a cell."""
    px, one, known = theme.px, model.outcome(cell), model.known
    line = QRectF(box.left() + px(2), box.bottom() + px(7), box.width() - px(4), px(17))
    stars = cells.stars(place)
    if known is not None and not known.blind:
        cost, paid = cost_words(cell, one)
        bold = theme.font("body", "title" if paid else "text")
        room = stars.left() - line.left() - px(6)
        if paint.width_of(cost, bold) > room and one.value is not None:
            cost = cost.removesuffix(PLAY)  # it stands at the right, too, and in the hint
        paint.write(painter, line, cost, bold, theme.colour("semantic.money" if paid else "text.secondary"))
        left = line.left() + paint.width_of(cost, bold) + px(9)
        took = time_words(cell, one)
        if paint.width_of(took, theme.font()) <= stars.left() - left - px(6):  # half a time is worse than none
            paint.write(painter, QRectF(left, line.top(), stars.left() - left, line.height()), took, theme.font(),
                        theme.colour("text.tertiary"))
    if one.value is not None:
        paint.paint_stars(painter, stars.topLeft(), model.rating(cell), px(13), theme.colour("text.primary"))
        return
    phase = model.phase(cell)
    word, ink = ("running", "accent.base") if phase is not None and not phase.failed else \
        ("failed", "semantic.error") if one.trouble else ("left out", "semantic.warn") if cell.held else \
        terms_of(model, cell)
    if word:
        paint.write(painter, line, word, theme.font(), theme.colour(ink), RIGHT)


def terms_of(model: SheetModel, cell: SheetCell) -> tuple[str, str]:
    """What the terms mean for a cell that is not made yet, in a word, and its colour."""
    verdict = model.verdict(cell) if model.known is not None and not model.known.blind else None
    return (SAID[verdict.word], INKS[verdict.word]) if verdict is not None else ("", "")


def row_terms(model: SheetModel, row: int) -> tuple[str, str]:
    """What the terms mean for a row, in words, and the colour of that."""
    verdict = model.worst(row)
    if model.known is None or verdict is None:
        return "", ""
    return verdict_words(model.known.prepared.gate, verdict), INKS[verdict.word]


def paint_rows(painter: QPainter, theme: Theme, cells: "Cells", model: SheetModel) -> None:
    """The heads of the rows at the left, and the lines between rows."""
    known, px, grid = model.known, theme.px, cells.grid
    if known is None:
        return
    for row in range(grid.rows):
        box = cells.box(row * grid.columns)
        if row:
            y = round(box.top() - px(14))
            painter.fillRect(QRectF(px(PAD), y, cells.viewport().width() - 2 * px(PAD), 1),
                             theme.colour("border.default"))
        if not known.blind:
            head = head_of(known.sheet, row, known.outcomes, known.licences)
            _row(painter, theme, head, row_terms(model, row), px(PAD), box.top())


def _row(painter: QPainter, theme: Theme, head: Head, terms: tuple[str, str], left: float, top: float) -> None:
    px, room = theme.px, theme.px(LEFT - 14)
    y = top
    title = theme.font("title" if len(head.title) <= 22 else "section", "title")
    for line in wrapped(title, head.title, room, 4):
        paint.write(painter, QRectF(left, y, room, px(20)), line, title, theme.colour("text.primary"))
        y += px(20)
    y += px(4)
    if head.door:
        icon = "open-weights" if head.door == "open" else "closed-weights"
        paint.paint_chip(painter, theme, QPointF(left, y), head.door.capitalize(), head.door, icon)
        y += px(25)
    for text in head.lines:
        gold = "$" in text and head.door == "closed"
        for line in wrapped(theme.font(), text, room, 2):
            paint.write(painter, QRectF(left, y, room, px(LINE)), line, theme.font(),
                        theme.colour("semantic.money" if gold else "text.secondary"))
            y += px(LINE)
    said, ink = terms
    if said:
        paint.write(painter, QRectF(left, y, room, px(LINE)), paint.elided(said, theme.font(), room), theme.font(),
                    theme.colour(ink))


def head_height(theme: Theme, model: SheetModel, row: int) -> float:
    """How much room the head of a row needs."""
    known, px, room = model.known, theme.px, theme.px(LEFT - 14)
    if known is None:
        return 0.0
    head = head_of(known.sheet, row, known.outcomes, known.licences)
    title = theme.font("title" if len(head.title) <= 22 else "section", "title")
    lines = sum(len(wrapped(theme.font(), text, room, 2)) for text in head.lines) + bool(row_terms(model, row)[0])
    return px(20) * len(wrapped(title, head.title, room, 4)) + px(4) + (px(25) if head.door else 0) + px(LINE) * lines


def paint_columns(painter: QPainter, theme: Theme, cells: "Cells", model: SheetModel) -> None:
    """The heads of the columns, which stay where they are while rows are scrolled."""
    known, px, grid = model.known, theme.px, cells.grid
    if known is None:
        return
    painter.fillRect(QRectF(0, 0, cells.viewport().width(), grid.top - px(4)), theme.colour("surface.board"))
    for column, label in enumerate(known.sheet.columns):
        box = cells.box(column)
        ask = known.sheet.ask.replace("#", str(column + 1))
        y = px(8)
        paint.write(painter, QRectF(box.left(), y, box.width(), px(15)), ask, theme.font(),
                    theme.colour("text.tertiary"))
        y += px(16)
        for line in wrapped(theme.font("section", "title"), label, box.width() - px(6), 2):
            paint.write(painter, QRectF(box.left(), y, box.width(), px(17)), line, theme.font("section", "title"),
                        theme.colour("text.primary"))
            y += px(17)


def wrapped(font: QFont, text: str, room: float, most: int) -> list[str]:
    """A text in at most so many lines, broken between words; the last one is shortened."""
    layout = QTextLayout(" ".join(text.split()), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found: list[str] = []
    while (line := layout.createLine()).isValid() and len(found) < most:
        line.setLineWidth(max(room, 10))
        found.append(layout.text()[line.textStart(): line.textStart() + line.textLength()].strip())
    layout.endLayout()
    whole = " ".join(text.split())
    if found and len(found) == most and sum(map(len, found)) + most - 1 < len(whole) - 1:
        at = whole.find(found[-1])
        found[-1] = paint.elided(whole[max(at, 0):], font, room)
    return [line for line in found if line]
