"""What a hosted model offers under a name, by its facts: a list to choose from, a number in a range, or any text."""

import json
import random
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ajar.contract import Socket
from ajar.hints import Slider
from canvas.desk import Desk
from canvas.fields import hosted
from canvas.fields.field import MIXED, Facts, Field
from canvas.fields.models import DropButton
from canvas.fields.numbers import NumberField
from canvas.fields.picklist import Pick, PickList
from canvas.fields.texts import LineField
from workflows.graph import Literals


class OfferedField(Field):
    """Changes its shape with the model: its own choices, its own range, or free where the model says nothing."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.rule = hosted.Rule()
        self.button = DropButton(desk, socket.label, self)
        self.button.clicked.connect(self.open)
        self.inner: Field | None = None
        self.list: PickList | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.button)
        self._shape(self.rule)

    def know(self, facts: Facts) -> None:
        rule = hosted.rule_of(self.socket, facts.offer)
        if rule != self.rule:
            self._shape(rule)
        super().know(facts)

    def suggest(self, choices: tuple[Any, ...]) -> None:
        """Offer these, whatever model is chosen; others may be typed."""
        self._shape(hosted.Rule(choices))

    def paint_value(self) -> None:
        shown = MIXED if self.mixed else self._text(self.value)
        self.button.say(shown or "Choose", there=bool(shown) and not self.mixed)
        if self.inner is not None:
            self.inner.show_value(self.value, self.mixed)

    def begin(self) -> None:
        if self.inner is not None:
            self.inner.begin()
        else:
            self.open()

    def words(self) -> str:
        return self.inner.words() if self.inner is not None else self.button.text()

    def dice(self) -> Literals:
        if self.inner is not None:
            return self.inner.dice()
        choice: Literals = random.choice(self.rule.choices)
        return choice

    def open(self) -> None:
        """Drop the list down; another value may be typed into its search line."""
        rows = [Pick(str(one), self._text(one)) for one in self.rule.choices]
        if not self.mixed and self.value is not None and self.value not in self.rule.choices:
            rows.append(Pick(str(self.value), self._text(self.value), "Not listed for this model", icon="warn",
                             ink="semantic.warn"))
        self.list = PickList(self.desk, self.socket.label, rows, str(self.value), "Choose or type", self,
                             typed=self.socket.label.lower())
        self.list.chosen.connect(self._took)
        self.list.closed.connect(self._closed)
        self.list.drop(self.button)

    def _shape(self, rule: hosted.Rule) -> None:
        """Become the field that fits the rule."""
        self.rule = rule
        if self.inner is not None:
            self._row.removeWidget(self.inner)
            self.inner.hide()
            self.inner.deleteLater()
            self.inner = None
        self.button.setVisible(bool(rule.choices))
        if not rule.choices:
            self.inner = self._made(rule)
            self._row.addWidget(self.inner)
            self.inner.edited.connect(self.tell)
            self.inner.settled.connect(self.settled)
            self.inner.refused.connect(self.refused)
            self.inner.show()
        self.setFocusProxy(self.inner or self.button)

    def _made(self, rule: hosted.Rule) -> Field:
        if self.socket.type in (int, float):
            bounded = rule.low is not None and rule.high is not None
            step = 1 if self.socket.type is int else 0.1
            hints = (Slider(rule.low or 0, rule.high or 0, step),) if bounded else ()
            return NumberField(self.desk, replace(self.socket, hints=hints), self)
        return LineField(self.desk, replace(self.socket, hints=()), self)

    def _text(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, (dict, list)):
            return json.dumps(value, ensure_ascii=False)
        if value in hosted.OPEN_WORDS:
            return str(value).capitalize()
        return f"{value} s" if self.socket.name == "seconds" else str(value)

    def _closed(self) -> None:
        self.list = None

    def _took(self, key: str) -> None:
        value = self._read(key)
        if value is None:
            self.refused.emit(f"{self.socket.label} is a whole number here.", "Type digits.")
            return
        self.refused.emit("", "")
        if value != self.value or self.mixed:
            self.tell(value)
            self.paint_value()
        self.settled.emit()

    def _read(self, key: str) -> Any:
        """What was chosen or typed, in the type of the input; None where it is no number and should be."""
        known = next((one for one in self.rule.choices if str(one) == key), None)
        if known is not None or self.socket.type not in (int, float):
            return key if known is None else known
        try:
            number: int | float = self.socket.type(key.removesuffix("s").strip())
        except (ValueError, OverflowError):
            return None
        return number
