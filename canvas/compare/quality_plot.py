"""Quality per dollar as a plot: cost of one result across, mean rating up, a shape for open and one for closed."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.money.plots import Plot
from workflows.quality import Quality

HIGH = 250
FREE = 58
"""Room at the left for what costs nothing: a logarithm has no zero."""
LOWEST, HIGHEST = 1.0, 5.0


def decades(costs: Sequence[float]) -> tuple[float, float]:
    """The powers of ten around these costs, at least two apart."""
    low = math.floor(math.log10(min(costs))) if costs else -2
    high = math.ceil(math.log10(max(costs))) if costs else 0
    return (low, max(high, low + 2))


class QualityPlot(Plot):
    """A mark for each model, the doubt of its mean as a line through it, and the best for its price joined."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Quality per dollar", parent)
        self.lines: tuple[Quality, ...] = ()

    def put(self, lines: Sequence[Quality]) -> None:
        self.lines = tuple(line for line in lines if line.cost is not None)
        said = ". ".join(f"{line.name}: {line.mean:.1f} stars at {words.price(line.cost)}" for line in self.lines)
        self.setAccessibleDescription(said or "no ratings yet")
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(300)), round(px(HIGH)))

    def places(self) -> list[QPointF]:
        """Where the marks are."""
        room, (low, high) = self._room(), decades([line.cost for line in self.lines if line.cost])
        found = []
        for line in self.lines:
            x = room.left() - self._desk.theme.px(FREE / 2 + 11)
            if line.cost:
                x = room.left() + (math.log10(line.cost) - low) / (high - low) * room.width()
            found.append(QPointF(x, self._y(room, line.mean)))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._desk.theme, self._desk.theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, quiet = self._room(), theme.colour("text.tertiary")
        small = theme.font("caption")
        paint.write(painter, QRectF(0, 0, self.width(), px(16)), "Mean rating, 1 to 5", small, quiet)
        for stars in range(1, 6):
            y = self._y(room, stars)
            painter.fillRect(QRectF(px(18), y, self.width() - px(22), 1), theme.colour("border.subtle"))
            paint.write(painter, QRectF(0, y - px(8), px(14), px(16)), str(stars), small, quiet)
        self._axis(painter, room)
        if not self.lines:
            paint.write(painter, room, "No ratings yet", theme.font(), quiet, Qt.AlignmentFlag.AlignHCenter)
            return
        places = self.places()
        self._front(painter, places)
        taken: list[QRectF] = []
        for line, place in zip(self.lines, places, strict=True):
            self._mark(painter, room, line, place)
        for line, place in zip(self.lines, places, strict=True):
            self._name(painter, line, place, taken)

    def _room(self) -> QRectF:
        px = self._desk.theme.px
        return QRectF(px(20 + FREE), px(28), self.width() - px(20 + FREE + 12), self.height() - px(28 + 42))

    def _y(self, room: QRectF, stars: float) -> float:
        return room.bottom() - (stars - LOWEST) / (HIGHEST - LOWEST) * room.height()

    def _axis(self, painter: QPainter, room: QRectF) -> None:
        theme, px = self._desk.theme, self._desk.theme.px
        low, high = decades([line.cost for line in self.lines if line.cost])
        small, quiet = theme.font("caption"), theme.colour("text.tertiary")
        for power in range(int(low), int(high) + 1):
            x = room.left() + (power - low) / (high - low) * room.width()
            painter.fillRect(QRectF(x, room.top(), 1, room.height()), theme.colour("border.subtle"))
            text = words.price(10.0**power).removesuffix(".00")
            paint.write(painter, QRectF(x - px(26), room.bottom() + px(4), px(52), px(16)), text, small, quiet,
                        Qt.AlignmentFlag.AlignHCenter)
        free = QRectF(room.left() - px(FREE), room.bottom() + px(4), px(FREE - 22), px(16))
        paint.write(painter, free, "free", small, quiet, Qt.AlignmentFlag.AlignHCenter)
        below = QRectF(0, room.bottom() + px(22), self.width() - px(4), px(16))
        paint.write(painter, below, "Cost of one result", small, quiet, Qt.AlignmentFlag.AlignRight)

    def _front(self, painter: QPainter, places: Sequence[QPointF]) -> None:
        """A dashed line along those that nothing cheaper is better than."""
        best, found = 0.0, []
        for line, place in sorted(zip(self.lines, places, strict=True), key=lambda one: (one[1].x(), -one[0].mean)):
            if line.mean > best:
                best = line.mean
                found.append(place)
        theme = self._desk.theme
        painter.setPen(QPen(theme.colour("border.strong"), 1, Qt.PenStyle.DashLine))
        painter.drawPolyline(found)

    def _mark(self, painter: QPainter, room: QRectF, line: Quality, place: QPointF) -> None:
        theme, px = self._desk.theme, self._desk.theme.px
        ink = theme.colour({True: "semantic.open", False: "semantic.closed", None: "text.secondary"}[line.open])
        if line.spread:
            top, bottom = (self._y(room, min(max(line.mean + step, LOWEST), HIGHEST))
                           for step in (line.spread, -line.spread))
            painter.setPen(QPen(ink, px(1.5)))
            painter.drawLine(QPointF(place.x(), top), QPointF(place.x(), bottom))
        side = px(5)
        painter.setPen(QPen(ink, px(2)))
        painter.setBrush(theme.colour("surface.panel") if line.open else ink)
        if line.open:
            painter.drawEllipse(place, side, side)
        else:
            painter.drawRect(QRectF(place.x() - side + 1, place.y() - side + 1, 2 * side - 2, 2 * side - 2))

    def _name(self, painter: QPainter, line: Quality, place: QPointF, taken: list[QRectF]) -> None:
        """The name beside its mark, where it covers no other."""
        theme, px = self._desk.theme, self._desk.theme.px
        wide = paint.width_of(line.name, theme.font("caption")) + px(4)
        spots = [(px(9), -px(8)), (-wide - px(9), -px(8)), (-wide / 2, -px(24)), (-wide / 2, px(9)), (px(9), px(6))]
        rects = [QRectF(place.x() + dx, place.y() + dy, wide, px(16)) for dx, dy in spots]
        inside = [rect for rect in rects if rect.left() >= 0 and rect.right() <= self.width() and rect.top() >= px(14)]
        rect = next((one for one in inside if not any(one.intersects(other) for other in taken)), (inside or rects)[0])
        taken.append(rect)
        paint.write(painter, rect, line.name, theme.font("caption"), theme.colour("text.primary"))


class QualityTable(QWidget):
    """The same as a table: model, rating, what one costs, how many ten dollars buy."""

    HEAD, ROW = 26, 25

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines: tuple[Quality, ...] = ()
        self.setAccessibleName("Quality per dollar, table")
        desk.themed.connect(self.updateGeometry)

    def put(self, lines: Sequence[Quality]) -> None:
        self.lines = tuple(lines)
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription(". ".join(
            f"{line.name}: {line.mean:.1f} stars of {words.count(line.count, 'rating')}, {words.price(line.cost)} each"
            for line in self.lines))
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(280)), round(px(self.HEAD) + px(self.ROW) * max(len(self.lines), 1)))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._desk.theme, self._desk.theme.px
        painter = QPainter(self)
        bold = theme.font("body", "title")
        heads = ("Model", "Rating", "Each", "For $10")
        for number, text in enumerate(heads):
            paint.write(painter, self._place(number, 0, px(self.HEAD)), text, theme.font("caption"),
                        theme.colour("text.secondary"), self._side(number))
        painter.fillRect(QRectF(0, px(self.HEAD) - 1, self.width(), 1), theme.colour("border.default"))
        for row, line in enumerate(self.lines):
            top = px(self.HEAD) + row * px(self.ROW)
            ink = theme.colour({True: "semantic.open", False: "semantic.closed", None: "text.secondary"}[line.open])
            middle = QPointF(px(6), top + px(self.ROW) / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(ink, px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush if line.open else ink)
            if line.open:
                painter.drawEllipse(middle, px(3.5), px(3.5))
            else:
                painter.drawRect(QRectF(middle.x() - px(3), middle.y() - px(3), px(6), px(6)))
            spread = f" ± {line.spread:.1f}" if line.count > 1 else ""
            cells = (line.name, f"{line.mean:.1f}{spread}", words.price(line.cost),
                     words.figure(line.for_ten) if line.for_ten is not None else "–")
            for number, text in enumerate(cells):
                gold = number == 2 and bool(line.cost) and line.open is False
                font = bold if number == 3 else theme.font()
                paint.write(painter, self._place(number, top, px(self.ROW)), text, font,
                            theme.colour("semantic.money" if gold else "text.primary"), self._side(number))
            painter.fillRect(QRectF(0, top + px(self.ROW) - 1, self.width(), 1), theme.colour("border.subtle"))

    def _side(self, number: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft

    def _place(self, number: int, top: float, high: float) -> QRectF:
        px = self._desk.theme.px
        widths = (0.0, px(66), px(58), px(58))
        if number == 0:
            return QRectF(px(16), top, self.width() - sum(widths) - px(16), high)
        left = self.width() - sum(widths[number:])
        return QRectF(left, top, widths[number], high)
