"""What models were expected to cost, held against what they did."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.money.figures import Span, amount
from canvas.money.figures import mark as axis
from canvas.money.plots import LABELS, Plot, steps

ROW = 27


class SpanPlot(Plot):
    """What models were expected to cost, as ranges, and what they did, as dots; a triangle where it was more."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Estimate against actual", parent)
        self.spans: tuple[tuple[str, Span], ...] = ()

    def put(self, spans: Sequence[tuple[str, Span]]) -> None:
        """(title, span)"""
        self.spans = tuple(spans)
        self.setAccessibleDescription(", ".join(
            f"{title}: expected {amount(span.low)} to {amount(span.high)}, charged {amount(span.actual)}"
            for title, span in self.spans) or "no charge is known yet")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        px = theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(px(130), px(26), self.width() - px(130 + 76), self.height() - px(26 + LABELS))
        self._key(painter)
        marks = steps(max((max(span.high, span.actual) for _, span in self.spans), default=0.0), 4)
        for value in marks:
            x = room.left() + room.width() * value / marks[-1]
            painter.fillRect(QRectF(x, room.top(), 1, room.height()), theme.colour("border.subtle"))
            paint.write(painter, QRectF(x - px(30), room.bottom() + px(4), px(60), px(16)), axis(value),
                        theme.font("caption"), theme.colour("text.tertiary"), Qt.AlignmentFlag.AlignHCenter)
        for number, (title, span) in enumerate(self.spans):
            y = room.top() + px(ROW) * (number + 0.5)
            self._row(painter, room, y, title, span, marks[-1])

    def _row(self, painter: QPainter, room: QRectF, y: float, title: str, span: Span, most: float) -> None:
        theme = self._desk.theme
        px, half = theme.px, theme.px(9)
        ink = theme.colour("semantic.error" if span.above else "text.primary")
        paint.write(painter, QRectF(0, y - half, room.left() - px(8), 2 * half), title, theme.font("body"),
                    theme.colour("text.primary"))
        paint.write(painter, QRectF(room.right(), y - half, px(70), 2 * half), amount(span.actual),
                    theme.font("body", "title"), ink, Qt.AlignmentFlag.AlignRight)
        left, right = (room.left() + room.width() * value / most for value in (span.low, span.high))
        fill = QColor(theme.colour("money_button.fill"))
        fill.setAlphaF(0.55)
        paint.box(painter, QRectF(left, y - px(4.5), max(right - left, px(3)), px(9)), px(2), fill)
        self._mark(painter, QPointF(room.left() + room.width() * span.actual / most, y), above=span.above)

    def _mark(self, painter: QPainter, at: QPointF, *, above: bool) -> None:
        theme = self._desk.theme
        side = theme.px(5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("semantic.error" if above else "text.primary"))
        if above:
            corners = (QPointF(0, -side), QPointF(side, side), QPointF(-side, side))
            painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
        else:
            painter.drawEllipse(at, side * 0.9, side * 0.9)

    def _key(self, painter: QPainter) -> None:
        theme = self._desk.theme
        px = theme.px
        fill = QColor(theme.colour("money_button.fill"))
        fill.setAlphaF(0.55)
        x = px(0)
        for word in ("estimate", "charged", "above the estimate"):
            if word == "estimate":
                paint.box(painter, QRectF(x, px(4), px(14), px(8)), px(2), fill)
            else:
                self._mark(painter, QPointF(x + px(7), px(8)), above=word != "charged")
            wide = paint.width_of(word, theme.font("caption"))
            paint.write(painter, QRectF(x + px(19), 0, wide + 2, px(16)), word, theme.font("caption"),
                        theme.colour("text.secondary"))
            x += px(34) + wide
