"""Plots of the cost page: what was held against what would have been, and where two ways to work cross."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.money.figures import amount
from canvas.money.figures import mark as axis
from canvas.money.plots import Plot, steps
from workflows.costs import NOUNS, BreakEven

ROW = 34
WIDE = 1.6
"""How far beyond the crossing the plot goes."""
FEW = 50
"""At least so many a month are shown."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One way to have done it all: what is certain, and up to what it may have been."""

    title: str
    low: float
    high: float
    note: str
    ink: str
    """The name of a colour."""


class OtherwisePlot(Plot):
    """A bar for each way to have done the same work; the part that is in doubt is hatched."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "As it was, all ordered, all made here", parent)
        self.bars: tuple[Bar, ...] = ()

    def put(self, bars: Sequence[Bar]) -> None:
        self.bars = tuple(bars)
        self.setAccessibleDescription(", ".join(f"{bar.title} {spread(bar.low, bar.high)}" for bar in self.bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(320)), round(px((ROW + 16) * max(len(self.bars), 1) + 6)))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        px = theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((bar.high for bar in self.bars), default=0.0) or 1.0
        left, wide = px(112), self.width() - px(112 + 150)
        for number, bar in enumerate(self.bars):
            top = px(ROW + 16) * number + px(6)
            paint.write(painter, QRectF(0, top, left - px(10), px(20)), bar.title, theme.font("body", "title"),
                        theme.colour("text.primary"))
            paint.write(painter, QRectF(0, top + px(21), self.width(), px(16)), bar.note, theme.font("caption"),
                        theme.colour("text.tertiary"))
            ink = theme.colour(bar.ink)
            sure, whole = wide * bar.low / most, wide * bar.high / most
            soft = QColor(ink)
            soft.setAlphaF(0.35)
            paint.box(painter, QRectF(left, top + px(3), max(whole, px(2)), px(14)), px(3), soft)
            paint.box(painter, QRectF(left, top + px(3), max(sure, px(2)), px(14)), px(3), ink)
            paint.write(painter, QRectF(left + whole + px(8), top, px(150), px(20)), spread(bar.low, bar.high),
                        theme.font("body", "title"), theme.colour("text.primary"))


class EvenPlot(Plot):
    """Dollars a month over how many are made: each way a band as wide as its doubt, and where the bands cross."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Break-even", parent)
        self.even: BreakEven | None = None
        self.saying = 0.0

    def put(self, even: BreakEven | None, saying: float) -> None:
        """``saying``: where people say that it turns, for a thin mark."""
        self.even, self.saying = even, saying
        self.setAccessibleDescription(said_of(even))
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(420)), round(px(260)))

    @property
    def most(self) -> float:
        """How many a month the axis goes to."""
        even = self.even
        if even is None:
            return FEW
        turns = [turn for turn in (even.low, even.high) if turn is not None]
        # A turn far beyond the other one would press all that matters into the corner.
        far = min(max(turns), 4 * min(turns)) if turns else 0.0
        return steps(max(far * WIDE, even.pace * 1.3, self.saying * 1.1, FEW), 4)[-1]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.even is None:
            return
        even, theme = self.even, self._desk.theme
        px = theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(px(48), px(30), self.width() - px(60), self.height() - px(30 + 40))
        count = self.most
        top = steps(max(even.closed.high * count * 0.6, even.fixed + even.here.high * count, even.fixed * 1.5), 4)
        self._axes(painter, room, count, top)
        if even.low is not None and even.fixed:
            self._turn(painter, room, count)
        painter.setClipRect(room.adjusted(0, -1, 0, 1))
        self._band(painter, room, (0.0, even.closed.low), (0.0, even.closed.high), "semantic.closed", top[-1])
        self._band(painter, room, (even.fixed, even.here.low), (even.fixed, even.here.high), "semantic.open", top[-1])
        painter.setClipping(False)
        self._marks(painter, room, count)
        self._key(painter)

    def _axes(self, painter: QPainter, room: QRectF, count: float, top: Sequence[float]) -> None:
        theme = self._desk.theme
        px, small, ink = theme.px, theme.font("caption"), theme.colour("text.tertiary")
        for value in top:
            y = room.bottom() - room.height() * value / top[-1]
            painter.fillRect(QRectF(room.left(), y, room.width(), 1), theme.colour("border.subtle"))
            paint.write(painter, QRectF(0, y - px(8), px(42), px(16)), axis(value), small, ink,
                        Qt.AlignmentFlag.AlignRight)
        for value in steps(count, 4):
            if value <= count:
                x = room.left() + room.width() * value / count
                paint.write(painter, QRectF(x - px(30), room.bottom() + px(4), px(60), px(16)), f"{value:g}", small,
                            ink, Qt.AlignmentFlag.AlignHCenter)
        noun = NOUNS[self.even.modality][1] if self.even is not None else ""
        paint.write(painter, QRectF(room.left(), room.bottom() + px(20), room.width(), px(16)), f"{noun} a month",
                    small, theme.colour("text.secondary"), Qt.AlignmentFlag.AlignHCenter)

    def _band(self, painter: QPainter, room: QRectF, low: tuple[float, float], high: tuple[float, float], ink: str,
              top: float) -> None:
        """(at nothing, for each one) twice: the lower and the upper edge."""
        theme = self._desk.theme
        count = self.most

        def at(line: tuple[float, float], number: float) -> QPointF:
            y = (line[0] + line[1] * number) / top
            return QPointF(room.left() + room.width() * number / count, room.bottom() - room.height() * y)

        colour = QColor(theme.colour(ink))
        soft = QColor(colour)
        soft.setAlphaF(0.28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawPolygon(QPolygonF([at(low, 0), at(high, 0), at(high, count), at(low, count)]))
        painter.setPen(QPen(colour, theme.px(1.6)))
        painter.drawLine(at(low, 0), at(low, count))
        painter.drawLine(at(high, 0), at(high, count))

    def _turn(self, painter: QPainter, room: QRectF, count: float) -> None:
        """The range in which it turns."""
        even, theme = self.even, self._desk.theme
        assert even is not None and even.low is not None
        left = room.left() + room.width() * min(even.low / count, 1.0)
        right = room.right() if even.high is None else room.left() + room.width() * min(even.high / count, 1.0)
        soft = QColor(theme.colour("money_button.fill"))
        soft.setAlphaF(0.18)
        painter.fillRect(QRectF(left, room.top(), max(right - left, 2), room.height()), soft)

    def _marks(self, painter: QPainter, room: QRectF, count: float) -> None:
        even, theme = self.even, self._desk.theme
        assert even is not None
        for number, word, ink in ((even.pace, "you", "text.primary"), (self.saying, "others say", "text.tertiary")):
            if not 0 < number <= count:
                continue
            x = room.left() + room.width() * number / count
            painter.setPen(QPen(theme.colour(ink), theme.px(1), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            paint.write(painter, QRectF(x + theme.px(4), room.top(), theme.px(90), theme.px(16)), word,
                        theme.font("caption"), theme.colour(ink))

    def _key(self, painter: QPainter) -> None:
        theme = self._desk.theme
        px, x = theme.px, theme.px(2)
        for word, ink in (("ordered", "semantic.closed"), ("made here", "semantic.open"),
                          ("where it turns", "money_button.fill")):
            paint.box(painter, QRectF(x, px(4), px(12), px(8)), px(2), theme.colour(ink))
            wide = paint.width_of(word, theme.font("caption"))
            paint.write(painter, QRectF(x + px(17), 0, wide + 2, px(16)), word, theme.font("caption"),
                        theme.colour("text.secondary"))
            x += px(32) + wide


def spread(low: float, high: float) -> str:
    """``$0.28 – $1.20``; one amount where there is no doubt."""
    return amount(low) if abs(high - low) < 0.005 else f"{amount(low)} – {amount(high)}"


def heading_of(even: BreakEven | None) -> str:
    """The break-even as a sentence of its own."""
    said = said_of(even)
    if even is not None and even.fixed and even.low is not None:
        return f"Your own machine pays from {said}"
    return f"{said[0].upper()}{said[1:]}"


def said_of(even: BreakEven | None) -> str:
    """The break-even as words, for the plot's description and its heading."""
    if even is None:
        return "nothing is known of one side"
    if not even.fixed:
        return "nothing is to be paid off: each one counts as it is"
    if even.low is None:
        return "never, by these figures"
    if even.high is None:
        return f"{even.low:.0f} a month, or never if orders stay at their cheapest"
    return f"{even.low:.0f} to {even.high:.0f} a month"
