"""Fields made of fields: one that can be off, one that is either a number or a word, and lists of values."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, get_args, get_origin

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ajar.contract import REQUIRED, Socket
from canvas.desk import Desk
from canvas.fields.choices import ChoiceField, Switch
from canvas.fields.field import Facts, Field
from canvas.fields.source import SourceChip
from canvas.kit.buttons import PriceButton, ToolButton
from workflows.graph import Expr, GroupInput, Literals, Value, Wire, entries, row

Make = Callable[[Desk, Socket, QWidget | None], Field]
Say = Callable[[Value], tuple[str, str]]
"""What a wire, formula or group input is called: (text, what it is)."""


class OptionalField(Field):
    """A value that may be left out: a switch, and the value while it is on."""

    def __init__(self, desk: Desk, socket: Socket, make: Make, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.switch = Switch(desk, f"{socket.label}, on or off", self)
        self.inner = make(desk, replace(socket, optional=False), self)
        self.tall = self.inner.tall
        self._last: Literals = None
        self.switch.clicked.connect(self._turned)
        self.inner.edited.connect(self._changed)
        self.inner.settled.connect(self.settled)
        self.inner.refused.connect(self.refused)
        line = QHBoxLayout(self) if not self.tall else QVBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.switch)
        line.addWidget(self.inner, 1)
        self.setFocusProxy(self.switch)

    def know(self, facts: Facts) -> None:
        super().know(facts)
        self.inner.know(facts)

    def paint_value(self) -> None:
        on = self.value is not None and not self.mixed
        if on:
            self._last = self.value
        self.switch.mixed = self.mixed
        self.switch.setChecked(on)
        self.switch.update()
        self.inner.setVisible(on)
        if on:
            self.inner.show_value(self.value)

    def dice(self) -> Literals:
        return self.inner.dice()

    def words(self) -> str:
        return self.inner.words() if self.switch.isChecked() else "Off"

    def _changed(self, value: Any) -> None:
        self._last = value
        self.tell(value)

    def _turned(self) -> None:
        self.tell((self._last if self._last is not None else start_of(self.socket))
                  if self.mixed or self.switch.isChecked() else None)
        self.paint_value()
        self.settled.emit()


class EitherField(Field):
    """A value of several kinds, such as a whole number or "ask": the words as choices, the number beside them."""

    def __init__(self, desk: Desk, socket: Socket, make: Make, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        parts = [part for part in get_args(socket.type) if part is not type(None)]
        said = [part for part in parts if get_origin(part) is Literal]
        other = next(part for part in parts if get_origin(part) is not Literal)
        self.words_ = tuple(choice for part in said for choice in get_args(part))
        self._other = "Number" if other in (int, float) else "Value"
        self.choice = ChoiceField(desk, Socket(socket.name, Literal.__getitem__((self._other, *self.words_))), self)
        self.inner = make(desk, replace(socket, type=other), self)
        self.choice.edited.connect(self._chose)
        self.inner.edited.connect(self.tell)
        for field in (self.choice, self.inner):
            field.settled.connect(self.settled)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.choice, 3)
        line.addWidget(self.inner, 2)
        self.setFocusProxy(self.choice)

    def paint_value(self) -> None:
        spoken = self.value in self.words_ and not isinstance(self.value, (int, float))
        self.choice.show_value(self.value if spoken else self._other, self.mixed)
        self.inner.setVisible(not spoken and not self.mixed)
        if not spoken:
            self.inner.show_value(self.value, self.mixed)

    def words(self) -> str:
        return self.choice.words() if self.inner.isHidden() else self.inner.words()

    def _chose(self, choice: Any) -> None:
        self.tell(choice if choice != self._other else start_of(self.inner.socket))
        self.paint_value()


class ListField(Field):
    """A row or a list: one place below the other, each a value or a wire, and one more to add."""

    def __init__(self, desk: Desk, socket: Socket, make: Make, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self._item = Socket(socket.name, socket.type, start_of(socket), socket.hints)
        self._make = make
        self._places: list[tuple[QWidget, Field | SourceChip]] = []
        self.whole: Value = None
        """The value with its wires; ``value`` has none."""
        self.say: Say = lambda value: (str(value), "any")
        self.go: Callable[[Value], None] = lambda value: None
        self.add = PriceButton(desk, "Add", icon="plus", manner="ghost", small=True, parent=self)
        self.add.setAccessibleName(f"{socket.label}, add a value")
        self.add.clicked.connect(self._grow)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.add)
        self.setFocusProxy(self.add)

    @property
    def fields(self) -> list[Field | SourceChip]:
        """The places from the first to the last."""
        return [field for _, field in self._places]

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self.whole = value
        super().show_value(None, mixed)

    def paint_value(self) -> None:
        items = () if self.mixed or self.whole is None else entries(self.whole)
        shapes = [isinstance(item, (Wire, Expr, GroupInput)) for item in items]
        if shapes != [isinstance(field, SourceChip) for field in self.fields]:
            self._build(shapes)
        for field, item in zip(self.fields, items, strict=True):
            if isinstance(field, SourceChip):
                field.show_source(*self.say(item))
            else:
                field.show_value(plain if (plain := _literal(item)) is not None else self._item.default)
        self.add.say("mixed" if self.mixed else "Add")

    def words(self) -> str:
        return ", ".join(field.words() for field in self.fields if isinstance(field, Field))

    def tell(self, value: Any) -> None:
        self.whole, self.mixed = value, False
        self.edited.emit(value)

    def _build(self, shapes: list[bool]) -> None:
        for widget, _ in self._places:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._places = [self._place(at, wired) for at, wired in enumerate(shapes)]
        for at, (widget, _) in enumerate(self._places):
            self._column.insertWidget(at, widget)
        self.updateGeometry()

    def _place(self, at: int, wired: bool) -> tuple[QWidget, Field | SourceChip]:
        if wired:
            chip = SourceChip(self.desk, self)
            chip.cut.connect(lambda: self._remove(at))
            chip.pressed_on.connect(lambda: self.go(entries(self.whole)[at]))
            return chip, chip
        holder = QWidget(self)
        field = self._make(self.desk, self._item, holder)
        field.setAccessibleName(f"{self.socket.label} {at + 1}")
        field.edited.connect(lambda value: self._put(at, value))
        field.settled.connect(self.settled)
        away = ToolButton(self.desk, "close", f"Remove {self.socket.label.lower()} {at + 1}", side=26, icon_size=13,
                          parent=holder)
        away.clicked.connect(lambda: self._remove(at))
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(field, 1)
        line.addWidget(away)
        return holder, field

    def _put(self, at: int, item: Literals) -> None:
        items = list(entries(self.whole))
        items[at] = item
        self.tell(row(tuple(items)))

    def _remove(self, at: int) -> None:
        items = list(entries(self.whole))
        del items[at]
        self.settled.emit()
        self.tell(row(tuple(items)) if items or not self.socket.optional else None)
        self.paint_value()
        self.settled.emit()

    def _grow(self) -> None:
        items = () if self.whole is None or self.mixed else entries(self.whole)
        self.settled.emit()
        self.tell(row((*items, self._item.default)))
        self.paint_value()
        self.settled.emit()
        last = self.fields[-1]
        if isinstance(last, Field):
            last.begin()


def start_of(socket: Socket) -> Any:
    """A value to begin with where there is none."""
    if socket.default is not REQUIRED and socket.default is not None and socket.form == "one":
        from workflows.kinds import to_json

        try:
            return to_json(socket.default)
        except TypeError:
            return None
    if get_origin(socket.type) is Literal:
        return get_args(socket.type)[0]
    name = getattr(socket.type, "__name__", "")
    return {"int": 0, "float": 0.0, "bool": False, "Size": "1024x1024", "Color": "#ffffff"}.get(name, "")


def _literal(item: Any) -> Any:
    return None if isinstance(item, (Wire, Expr, GroupInput)) else item
