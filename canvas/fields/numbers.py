"""Numbers: a bar to drag, or digits to type, and seeds with a lock and a die."""

import random
import secrets

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ajar.contract import Socket
from ajar.hints import MAX_SEED, Range, Slider
from canvas.desk import Desk
from canvas.fields.field import MIXED, Field, Line
from canvas.kit import slide, words
from canvas.kit.buttons import ToolButton
from canvas.kit.slide import Scale
from canvas.kit.slider import SliderField
from workflows.graph import Literals

FRESH_SEEDS = 1_000_000_000
"""Drawn seeds stay below this: short enough to be read, and the same one hardly ever comes twice."""
OWN = "model's own"
FAR = 10**15
"""No bar shows a number beyond this."""


def scale_of(socket: Socket) -> Scale:
    """How a number input moves and is written. Only a ``Slider`` is filled; a ``Range`` is digits with bounds."""
    whole = socket.type is int
    bounds = socket.hint(Range)
    if bounds is None:
        return Scale(step=1.0 if whole else 0.1)
    step = max(1.0, bounds.step) if whole else bounds.step
    if isinstance(bounds, Slider):
        return Scale(bounds.low, bounds.high, step)
    # A plain range is often wide open (0 to 100 000): dragging goes step by step and stops at its ends.
    return Scale(bounds.low, bounds.high, step) if bounds.high - bounds.low <= 200 * step else Scale(
        step=step, floor=bounds.low, roof=bounds.high)


class Bar(SliderField):
    """A slider whose menu is that of its row."""

    left = Signal()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()


class NumberField(Field):
    """A whole or decimal number, dragged or typed."""

    formula = Signal(str)

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.scale = scale_of(socket)
        self.bar = Bar(desk, self.scale, 0.0, socket.label, parent=self)
        self.bar.changed.connect(self._moved)
        self.bar.settled.connect(self.settled)
        self.bar.formula.connect(self.formula)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar)
        self.setFocusProxy(self.bar)

    def paint_value(self) -> None:
        number = self.value if isinstance(self.value, (int, float)) and not isinstance(self.value, bool) else 0
        number = min(max(number, -FAR), FAR)  # a file may hold a number that is longer than a float
        self.bar.show_value(float(number), mixed=self.mixed)
        self.bar.show_note(self._note(number))

    def begin(self) -> None:
        self.bar.type_in()

    def dice(self) -> Literals:
        bounds = self.socket.hint(Range)
        low, high = (bounds.low, bounds.high) if bounds is not None else (0.0, 100.0 if self.scale.whole else 1.0)
        steps = round((high - low) / self.scale.step)
        return self._literal(slide.slid(self.scale, low + random.randint(0, steps) * self.scale.step, self.scale.step))

    def words(self) -> str:
        return self.bar.text

    def _moved(self, number: float) -> None:
        self.tell(self._literal(number))
        self.bar.show_note(self._note(number))

    def _literal(self, number: float) -> Literals:
        return round(number) if self.socket.type is int else number

    def _note(self, number: float) -> str:
        own = self.facts.own.get(self.socket.name)
        if self.mixed or own is None or number != self.default:
            return ""
        return f"{OWN}, {own:g}" if isinstance(own, (int, float)) and own else OWN


class SeedField(Field):
    """A seed in groups of three digits, a lock that keeps it over more takes, and a die."""

    locked = Signal(bool)

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.line = Line(desk, socket.label, mono=True, parent=self)
        self.lock = ToolButton(desk, "lock", "Keep this seed when more takes are made", checkable=True, side=26,
                               icon_size=14, parent=self)
        self.die = ToolButton(desk, "dice", "Another seed", side=26, icon_size=15, parent=self)
        self.line.textEdited.connect(self._typed)
        self.line.settled.connect(self._settle)
        self.lock.clicked.connect(lambda: self.locked.emit(self.lock.isChecked()))
        self.die.clicked.connect(self._roll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.line, self.lock, self.die):
            row.addWidget(widget)
        self.setFocusProxy(self.line)

    def paint_value(self) -> None:
        self.lock.setChecked(self.facts.locked)
        self.line.setPlaceholderText(MIXED if self.mixed else "")
        if not (self.line.hasFocus() and _digits(self.line.text()) == self.value):
            self.line.put("" if self.mixed else self.words())

    def begin(self) -> None:
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def dice(self) -> Literals:
        return secrets.randbelow(FRESH_SEEDS)

    def words(self) -> str:
        return words.figure(self.value) if isinstance(self.value, int) else ""

    def _typed(self, text: str) -> None:
        number = _digits(text)
        if number is None or number > MAX_SEED:
            self.refused.emit(f"A seed is a whole number from 0 to {words.figure(MAX_SEED)}.", "Type digits.")
            return
        self.refused.emit("", "")
        if number != self.value or self.mixed:
            self.tell(number)

    def _settle(self) -> None:
        self.refused.emit("", "")
        self.line.put("" if self.mixed else self.words())
        self.settled.emit()

    def _roll(self) -> None:
        self.tell(self.dice())
        self.paint_value()
        self.settled.emit()


def _digits(text: str) -> int | None:
    plain = "".join(text.split())
    return int(plain[:40]) if plain.isascii() and plain.isdigit() else None  # Python reads no number of any length
