"""The sheets that the money page is laid out on: a card with a heading, a number in large type, a cap with its line."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.kit.label import Label
from canvas.money.figures import Cap, Figure, amount
from canvas.money.plots import CapLine


class Tile(QWidget):
    """A card of the page: a heading, a word at its right, and what is below."""

    def __init__(self, desk: Desk, title: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.title = Label(desk, title, "section", "title")
        self.note = Label(desk, note, "caption", colour="text.secondary")
        self.column = QVBoxLayout(self)
        self.column.setSpacing(6)
        if title:
            row = QHBoxLayout()
            row.addWidget(self.title, 1)
            row.addWidget(self.note)
            self.column.addLayout(row)
        desk.themed.connect(self._wear)
        self._wear()

    def add(self, widget: QWidget, stretch: int = 0) -> QWidget:
        self.column.addWidget(widget, stretch)
        return widget

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        paint.box(QPainter(self), rect, theme.size("radius.card"), theme.colour("surface.card"),
                  theme.colour("border.subtle"))

    def _wear(self) -> None:
        pad = round(self._desk.theme.px(14))
        self.column.setContentsMargins(pad, pad - 2, pad, pad)


class FigureTile(Tile):
    """One number."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self.name = Label(desk, "", colour="text.secondary")
        self.value = Label(desk, "", "page", "title")
        self.line = CapLine(desk)
        self.under = Label(desk, "", "caption", colour="text.secondary")
        for widget in (self.name, self.value, self.line, self.under):
            self.add(widget)
        self.column.addStretch(1)

    def put(self, figure: Figure) -> None:
        self.name.say(figure.title)
        self.value.say(figure.value)
        self.under.say(figure.note)
        self.line.setVisible(figure.part is not None)
        self.line.put(figure.part or 0.0)
        self.setAccessibleName(f"{figure.title}: {figure.value}, {figure.note}")


class CapRow(QWidget):
    """A cap: what of it is used, and a line."""

    def __init__(self, desk: Desk, cap: Cap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cap = cap
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(Label(desk, cap.title), 1)
        row.addWidget(Label(desk, amount(cap.spent), "body", "title"))
        row.addWidget(Label(desk, f"of {amount(cap.most)}", colour="text.secondary"))
        line = CapLine(desk)
        line.put(cap.part)
        column.addLayout(row)
        column.addWidget(line)
        self.setAccessibleName(f"{cap.title}: {amount(cap.spent)} of {amount(cap.most)}")


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
