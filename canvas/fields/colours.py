"""Colours: a swatch, the number as it is written, and a field of shades to pick from that stays out of the way."""

import random
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ajar.contract import Socket
from ajar.values import Color
from canvas.desk import Desk
from canvas.fields.field import MIXED, Field, Line
from canvas.fields.shades import ColourPicker, checks, qcolour
from canvas.kit import paint
from workflows.graph import Literals


def read_colour(text: object) -> Color | None:
    """A colour as a workflow writes it; a # may be left out."""
    try:
        return Color.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None


class Swatch(QAbstractButton):
    """The colour itself."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.colour: Color | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        desk.themed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(40)), self._desk.theme.size("size.control"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint.box(painter, rect, theme.size("radius.control"), theme.colour("surface.well"),
                  theme.colour("border.default"))
        inside = rect.adjusted(3, 3, -3, -3)
        if self.colour is not None:
            if self.colour.alpha < 255:
                checks(painter, inside)
            painter.fillRect(inside, qcolour(self.colour))
        if self.hasFocus():
            paint.ring(painter, theme, rect, theme.size("radius.control"))


class ColourField(Field):
    """A colour with its opacity."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.swatch = Swatch(desk, f"{socket.label}, pick", self)
        self.swatch.clicked.connect(self.open)
        self.line = Line(desk, socket.label, mono=True, parent=self)
        self.line.textEdited.connect(self._typed)
        self.line.settled.connect(self._settle)
        self.picker: ColourPicker | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.swatch)
        row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)

    def paint_value(self) -> None:
        colour = None if self.mixed else read_colour(self.value)
        self.swatch.colour = colour
        self.swatch.setAccessibleDescription(self.words())
        self.swatch.update()
        self.line.setPlaceholderText(MIXED if self.mixed else "")
        if not (self.line.hasFocus() and read_colour(self.line.text()) == colour):
            self.line.put("" if self.mixed else self.words())

    def words(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    def dice(self) -> Literals:
        return str(Color(random.randrange(256), random.randrange(256), random.randrange(256)))

    def open(self) -> None:
        """Drop the picker down."""
        self.picker = ColourPicker(self.desk, read_colour(self.value) or Color(255, 255, 255), self)
        self.picker.picked.connect(self._picked)
        self.picker.closed.connect(self.settled)
        self.picker.drop(self)

    def _picked(self, colour: Any) -> None:
        self.refused.emit("", "")
        self.tell(str(colour))
        self.paint_value()

    def _typed(self, text: str) -> None:
        colour = read_colour(text)
        if colour is None:
            self.refused.emit("A colour is written with six digits, like #ff8800.", "Or pick one from the swatch.")
            return
        self.refused.emit("", "")
        self.tell(str(colour))
        self.swatch.colour = colour
        self.swatch.update()

    def _settle(self) -> None:
        self.refused.emit("", "")
        self.line.put("" if self.mixed else self.words())
        self.settled.emit()
