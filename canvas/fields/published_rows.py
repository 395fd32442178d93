"""One line for each input that a provider publishes of a model: its name, a field of its kind, what is wrong."""

import json
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ajar import published
from ajar.contract import Socket
from ajar.hints import Area, Hint, Range, Slider
from canvas.desk import Desk
from canvas.fields.field import Field
from canvas.fields.offered import OfferedField
from canvas.kit.buttons import ToolButton
from canvas.kit.label import Label
from canvas.kit.words import tip

NAME = 84
FAR = 10.0**9
"""Stands for the end of a range that has none."""
FEW_STEPS = 1000
PLAIN: dict[published.Kind, Any] = {"text": str, "number": float, "whole": int, "switch": bool}
OWN = ("prompt", "seed")
"""What the node itself has an input for."""


def shown(fields: tuple[published.Field, ...], settings: dict[str, Any]) -> tuple[published.Field, ...]:
    """The inputs that the form has a line for: not what is wired or typed at the node, unless it is set here."""
    return tuple(one for one in fields if one.name in settings or not (one.medium or one.name in OWN))


def socket_of(field: published.Field) -> Socket:
    """An input of a hosted model as an input of a node, so that it gets the same fields."""
    plain = PLAIN.get(field.kind, str if field.medium else Any)
    hints: tuple[Hint, ...] = ()
    if field.many:
        plain = Any
    elif field.choices and field.kind in ("text", "number", "whole"):
        plain = Literal.__getitem__(field.choices)
    elif plain in (int, float) and (field.low is not None or field.high is not None):
        hints = (_range(field, whole=plain is int),)
    elif plain is str and not field.medium and "prompt" in field.name:
        hints = (Area(rows=2),)
    loose = field.default is None and plain not in (str, Any)
    default = field.default if field.default is not None or loose or plain is Any else ""
    return Socket(field.name, plain, default, hints, optional=loose)


def _range(field: published.Field, *, whole: bool) -> Range:
    low = -FAR if field.low is None else field.low
    high = FAR if field.high is None else field.high
    step = 1.0 if whole else 0.01 if high - low <= 2 else 0.1
    return (Slider if (high - low) / step <= FEW_STEPS else Range)(low, high, step)


def _loose(desk: Desk, field: published.Field, parent: QWidget) -> Field:
    """Some values to choose from, where others are taken too."""
    found = OfferedField(desk, Socket(field.name, str, field.default), parent)
    found.suggest(field.choices)
    return found


def _plain(text: str) -> Any:
    """What was typed as JSON; as text while it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


class PublishedRow(QWidget):
    """One input. What is not set has the model's own value and is said in quieter ink."""

    edited = Signal(str, object)
    """(name, value)"""
    dropped = Signal(str)
    """(name): the model's own value counts again."""
    settled = Signal()

    def __init__(self, desk: Desk, field: published.Field, make: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.about = field
        self.socket = socket_of(field)
        self.label = Label(desk, field.label + (" *" if field.required else ""), parent=self)
        lines = [field.description, "The model needs it" if field.required and field.default is None else ""]
        self.label.setToolTip(tip("\n".join(line for line in (f"{field.name}", *lines) if line)))
        self.inner: Field = _loose(desk, field, self) if field.choices and field.kind == "any" and not field.many \
            else make(desk, self.socket, self)
        self.inner.setToolTip(tip(field.description))
        self.inner.edited.connect(self._edited)
        self.inner.settled.connect(self.settled)
        self.inner.refused.connect(lambda message, hint: self._say(f"{message} {hint}".strip()))
        self.cross = ToolButton(desk, "close", f"{field.label}: the model's own", side=22, icon_size=12, parent=self)
        self.cross.clicked.connect(lambda: self.dropped.emit(self.about.name))
        self.trouble = Label(desk, "", "caption", colour="semantic.error", wrap=True, parent=self)
        self._line = QHBoxLayout()
        for widget in (self.label, self.inner, self.cross):
            self._line.addWidget(widget, 1 if widget is self.inner else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(self._line)
        column.addWidget(self.trouble)
        desk.themed.connect(self._wear)
        self._wear()
        self._say("")

    def put(self, settings: dict[str, Any]) -> None:
        """Show what is set."""
        set_ = self.about.name in settings
        value = settings.get(self.about.name, self.about.default)
        self.label.say(self.label.full, "text.primary" if set_ else "text.secondary")
        self.cross.setVisible(set_)
        self.inner.show_value(value)
        wrong = published.problem(self.about, value) if set_ else ""
        self._say(f"The model takes it {wrong}." if wrong else "")

    def _edited(self, value: Any) -> None:
        if self.about.kind == "any" and isinstance(value, str) and value[:1] in ("{", "["):
            value = _plain(value)
        if value is None or (value == "" and not self.about.default):
            self.dropped.emit(self.about.name)
        else:
            self.edited.emit(self.about.name, value)

    def _say(self, text: str) -> None:
        self.trouble.say(text)
        self.trouble.setVisible(bool(text))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self.label.setFixedWidth(round(px(NAME)))
        self._line.setSpacing(round(px(2)))
