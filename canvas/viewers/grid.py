"""The table of A and B, painted: a row for each fact."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.viewers.facts import NO_FACTS, NONE, Facts, rows

ROW, HEAD = 26, 30
INKS = {"yes": "semantic.ok", "no": "semantic.error", "on conditions": "semantic.warn", "not known": "semantic.warn"}


class Grid(QWidget):
    """The rows of the two, painted."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sides: list[tuple[str, Facts]] = []
        self._rows: list[tuple[str, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Comparison")
        desk.themed.connect(self.updateGeometry)

    def put(self, sides: list[tuple[str, Facts]]) -> None:
        self._sides = sides
        self._rows = rows(sides[0][1], sides[1][1] if len(sides) > 1 else NO_FACTS)
        both = len(sides) > 1
        told = [f"{name}: A {a}, B {b}" if both else f"{name}: {a}" for name, a, b in self._rows]
        self.setAccessibleDescription(". ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(240)), round(px(HEAD) + px(ROW) * len(self._rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        px = theme.px
        bold = theme.font("body", "title")
        for index, (letter, facts) in enumerate(self._sides):
            name = f"{letter}  {facts.name}" if letter else facts.name
            paint.write(painter, self._cell(index + 1, 0, px(HEAD)), name, bold, theme.colour("text.primary"))
        painter.fillRect(QRectF(0, px(HEAD) - 1, self.width(), 1), theme.colour("border.default"))
        for row, (name, *values) in enumerate(self._rows):
            top = px(HEAD) + px(ROW) * row
            paint.write(painter, self._cell(0, top, px(ROW)), name, theme.font(), theme.colour("text.secondary"))
            for index, (_, facts) in enumerate(self._sides):
                ink = theme.colour(_ink(name, values[index], facts))
                paint.write(painter, self._cell(index + 1, top, px(ROW)), values[index], theme.font(), ink)
            painter.fillRect(QRectF(0, top + px(ROW) - 1, self.width(), 1), theme.colour("border.subtle"))

    def _cell(self, column: int, top: float, high: float) -> QRectF:
        px = self._desk.theme.px
        lefts = (px(12), px(96), px(96) + (self.width() - px(108)) * 0.5)
        right = self.width() - px(8) if column == 2 or len(self._sides) < 2 else lefts[min(column + 1, 2)]
        if column == 0:
            right = lefts[1]
        return QRectF(lefts[column], top, right - lefts[column] - px(4), high)


def _ink(name: str, value: str, facts: Facts) -> str:
    if value == NONE:
        return "text.tertiary"
    if name == "Price" and facts.paid:
        return "semantic.money"
    return INKS.get(value, "text.primary") if name == "May be sold" else "text.primary"
