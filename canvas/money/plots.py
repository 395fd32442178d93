"""Plots of the money page, drawn by hand: bars in parts, and lines that fill up."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.money.figures import Bar, amount
from canvas.money.figures import mark as axis
from canvas.theme import Theme

HIGH = 208
LABELS, LEGEND = 22, 190
BAR_WIDTH = 52


def inks(theme: Theme, count: int) -> list[QColor]:
    """A colour for each provider, the dearest first: golds, then lavenders, then greys."""
    gold, other = theme.colour("money_button.fill"), theme.colour("semantic.closed")
    dark = theme.mode == "dark"
    found = [gold.darker(155), gold.darker(118), gold.lighter(112), other if dark else other.lighter(135),
             other.darker(140) if dark else other.lighter(185), theme.colour("text.tertiary")]
    return [found[min(number, len(found) - 1)] for number in range(count)]


def steps(most: float, count: int = 3) -> list[float]:
    """Round numbers from 0 to at least ``most``."""
    if most <= 0:
        return [0.0, 1.0]
    raw = most / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw - 1e-12)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


class Plot(QWidget):
    """What all plots share: they follow the theme and say in words what they show."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(320)), round(px(HIGH)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(200)), self.sizeHint().height())


class SpendPlot(Plot):
    """Stacked bars over time, with the providers and their sums beside them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Spend by provider", parent)
        self.bars: tuple[Bar, ...] = ()
        self.legend: tuple[tuple[str, str, float], ...] = ()

    def put(self, bars: Sequence[Bar], legend: Sequence[tuple[str, str, float]]) -> None:
        """``legend``: (provider, title, dollars), the dearest first."""
        self.bars, self.legend = tuple(bars), tuple(legend)
        said = ", ".join(f"{title} {amount(spent)}" for _, title, spent in self.legend)
        self.setAccessibleDescription(said or "nothing was spent")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        px, small = theme.px, theme.font("caption")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = dict(zip((name for name, _, _ in self.legend), inks(theme, len(self.legend)), strict=True))
        self._legend(painter, colours)
        room = QRectF(px(42), px(20), self.width() - px(LEGEND) - px(54), self.height() - px(20) - px(LABELS))
        marks = steps(max((bar.total for bar in self.bars), default=0.0))
        for value in marks:
            y = room.bottom() - room.height() * value / marks[-1]
            painter.fillRect(QRectF(room.left(), y, room.width(), 1), theme.colour("border.subtle"))
            paint.write(painter, QRectF(0, y - px(8), px(36), px(16)), axis(value), small,
                        theme.colour("text.tertiary"), Qt.AlignmentFlag.AlignRight)
        if not self.bars:
            return
        place = room.width() / len(self.bars)
        wide = min(px(BAR_WIDTH), place * 0.7)
        every = max(1, math.ceil(px(52) / place))
        for number, bar in enumerate(self.bars):
            x = room.left() + place * (number + 0.5) - wide / 2
            y = room.bottom()
            for name, _, _ in self.legend:
                high = room.height() * bar.parts.get(name, 0.0) / marks[-1]
                if high > 0:
                    painter.fillRect(QRectF(x, y - high, wide, max(high - 1, 1)), colours[name])
                    y -= high
            middle = QRectF(x + wide / 2 - px(34), 0, px(68), px(16))
            if bar.total and every == 1:
                middle.moveTop(y - px(18))
                paint.write(painter, middle, amount(bar.total), theme.font("caption", "title"),
                            theme.colour("text.primary"), Qt.AlignmentFlag.AlignHCenter)
            if (len(self.bars) - 1 - number) % every == 0:
                middle.moveTop(room.bottom() + px(5))
                paint.write(painter, middle, bar.label, small, theme.colour("text.secondary"),
                            Qt.AlignmentFlag.AlignHCenter)

    def _legend(self, painter: QPainter, colours: dict[str, QColor]) -> None:
        theme = self._desk.theme
        px = theme.px
        left, wide, y = self.width() - px(LEGEND), px(LEGEND) - px(4), px(14)
        for name, title, spent in self.legend[:6]:
            painter.fillRect(QRectF(left, y + px(5), px(8), px(8)), colours[name])
            room = QRectF(left + px(16), y, wide - px(16), px(18))
            self._pair(painter, room, title, amount(spent), "text")
            y += px(22)
        painter.fillRect(QRectF(left, y + px(3), wide, 1), theme.colour("border.default"))
        self._pair(painter, QRectF(left, y + px(8), wide, px(18)), "Total",
                   amount(sum(spent for _, _, spent in self.legend)), "title")

    def _pair(self, painter: QPainter, room: QRectF, name: str, value: str, weight: str) -> None:
        theme = self._desk.theme
        paint.write(painter, room, value, theme.font("body", "title"), theme.colour("text.primary"),
                    Qt.AlignmentFlag.AlignRight)
        room = room.adjusted(0, 0, -theme.px(64), 0)
        paint.write(painter, room, name, theme.font("body", weight), theme.colour("text.primary"))


class ModelPlot(Plot):
    """What each model came to: a line that is as long as its share."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Spend by model", parent)
        self.rows: tuple[tuple[str, float, int], ...] = ()

    def put(self, rows: Sequence[tuple[str, float, int]]) -> None:
        """(title, dollars, orders), the dearest first."""
        self.rows = tuple(rows)
        self.setAccessibleDescription(", ".join(f"{title} {amount(spent)}" for title, spent, _ in self.rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(320)), round(px(32 * max(len(self.rows), 1) + 4)))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        px = theme.px
        painter = QPainter(self)
        most = max((spent for _, spent, _ in self.rows), default=0.0) or 1.0
        for number, (title, spent, orders) in enumerate(self.rows):
            line = QRectF(0, px(32) * number, self.width(), px(18))
            paint.write(painter, line, amount(spent), theme.font("body", "title"), theme.colour("text.primary"),
                        Qt.AlignmentFlag.AlignRight)
            paint.write(painter, line.adjusted(0, 0, -px(80), 0), f"{title} · {orders}", theme.font("body"),
                        theme.colour("text.primary"))
            fill(painter, theme, QRectF(0, line.bottom() + px(3), self.width(), px(5)), spent / most)


class CapLine(QWidget):
    """A thin line that fills up to a cap."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.part = 0.0
        self.setFixedHeight(round(desk.theme.px(4)))

    def put(self, part: float) -> None:
        self.part = part
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        fill(QPainter(self), self._desk.theme, QRectF(self.rect()), self.part)


def fill(painter: QPainter, theme: Theme, rect: QRectF, part: float) -> None:
    """A line of which a part is gold; red where nothing is left."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint.box(painter, rect, rect.height() / 2, paint.groove(theme))
    if part > 0:
        full = theme.colour("semantic.error" if part > 1 - 1e-9 and rect.height() < 5 else "money_button.fill")
        paint.box(painter, QRectF(rect.left(), rect.top(), max(rect.width() * part, rect.height()), rect.height()),
                  rect.height() / 2, full)
