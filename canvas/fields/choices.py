"""On or off, and one of several: a switch, segments for few short choices, a list for more."""

import random
from typing import Any, get_args

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ajar.contract import Socket
from canvas.desk import Desk
from canvas.fields.field import MIXED, Combo, Field
from canvas.kit import paint
from canvas.kit.segmented import Segment, Segmented
from workflows.graph import Literals

FEW, SHORT = 3, 20
"""Up to this many choices with no more letters than this together stand side by side."""


class Switch(QAbstractButton):
    """On or off, said with a knob and a word."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.mixed = False
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        desk.themed.connect(self.updateGeometry)

    @property
    def word(self) -> str:
        return MIXED.capitalize() if self.mixed else "On" if self.isChecked() else "Off"

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        wide = theme.px(28 + 8) + paint.width_of(MIXED.capitalize(), theme.font("body")) + 4
        return QSize(round(wide), theme.size("size.control"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        high, wide = theme.px(16), theme.px(28)
        track = QRectF(1, (self.height() - high) / 2, wide, high)
        on = self.isChecked() and not self.mixed
        edge = None if on else theme.colour("border.strong")
        paint.box(painter, track, high / 2, theme.colour("accent.fill") if on else paint.groove(theme), edge)
        knob = high - theme.px(6)
        left = {True: track.right() - knob - theme.px(3), False: track.left() + theme.px(3)}[on]
        left = track.center().x() - knob / 2 if self.mixed else left
        ink = theme.colour("accent.on_fill" if on else "text.secondary")
        paint.box(painter, QRectF(left, track.center().y() - knob / 2, knob, knob), knob / 2, ink)
        room = QRectF(track.right() + theme.px(8), 0, self.width() - track.right() - theme.px(8), self.height())
        paint.write(painter, room, self.word, theme.font("body"),
                    theme.colour("text.primary" if self.isEnabled() and not self.mixed else "text.tertiary"))
        if self.hasFocus():
            paint.ring(painter, theme, track.adjusted(-2, -2, 2, 2), high / 2 + 2)


class SwitchField(Field):
    """True or false."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.switch = Switch(desk, socket.label, self)
        self.switch.clicked.connect(self._turned)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch(1)
        self.setFocusProxy(self.switch)

    def paint_value(self) -> None:
        self.switch.mixed = self.mixed
        self.switch.setChecked(self.value is True)
        self.switch.update()

    def words(self) -> str:
        return self.switch.word

    def dice(self) -> Literals:
        return random.random() < 0.5

    def _turned(self) -> None:
        self.tell(True if self.mixed else self.switch.isChecked())
        self.paint_value()
        self.settled.emit()


class Choices(Segmented):
    """Segments of which none is chosen while several nodes differ."""

    def clear(self) -> None:
        if self.key:
            self.key = ""
            self._again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.key:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._take(self.segments[0].key)

    def _again(self) -> None:
        if self.key:
            super()._again()
        else:
            self.setAccessibleDescription(MIXED)
            self.update()


def choices_of(socket: Socket) -> tuple[Any, ...]:
    """The values that a ``Literal`` allows."""
    return get_args(socket.type)


def label_of(choice: Any) -> str:
    """A choice as it is shown: a word begins with a capital, an ending such as ``png`` is all capitals."""
    text = str(choice)
    if text in ("png", "jpeg", "webp", "csv", "json", "md", "txt"):
        return text.upper()
    return text.replace("_", " ")[:1].upper() + text.replace("_", " ")[1:]


class ChoiceField(Field):
    """One of the choices of a ``Literal``."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.choices = choices_of(socket)
        labels = [label_of(choice) for choice in self.choices]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.segments: Choices | None = None
        self.combo: Combo | None = None
        if len(labels) <= FEW and sum(map(len, labels)) <= SHORT:
            self.segments = Choices(desk, [Segment(str(index), text) for index, text in enumerate(labels)],
                                    socket.label, stretch=True, parent=self)
            self.segments.chosen.connect(lambda key: self._took(int(key)))
            widget: QWidget = self.segments
        else:
            self.combo = Combo(desk, socket.label, self)
            self.combo.addItems(labels)
            self.combo.setPlaceholderText(MIXED)
            self.combo.activated.connect(self._took)
            widget = self.combo
        row.addWidget(widget)
        self.setFocusProxy(widget)

    def paint_value(self) -> None:
        index = -1 if self.mixed else self._index()
        if self.combo is not None:
            self.combo.setPlaceholderText(MIXED if self.mixed else self.words() or "Choose")
            self.combo.setCurrentIndex(index)
        elif self.segments is not None and index < 0:
            self.segments.clear()
        elif self.segments is not None:
            self.segments.choose(str(index))

    def words(self) -> str:
        return MIXED if self.mixed else "" if self.value is None else label_of(self.value)

    def dice(self) -> Literals:
        choice: Literals = random.choice(self.choices)
        return choice

    def _index(self) -> int:
        return next((index for index, one in enumerate(self.choices) if type(one) is type(self.value)
                     and one == self.value), -1)

    def _took(self, index: int) -> None:
        self.tell(self.choices[index])
        self.settled.emit()
