"""One line of the inspector: the name, the field or what stands in its place, what is wrong with it, and its menu."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ajar.contract import Socket
from canvas.desk import Desk
from canvas.fields import clip, hosted, trouble
from canvas.fields.field import Facts, Field
from canvas.fields.make import field_for, has_field
from canvas.fields.menu import fill_menu
from canvas.fields.numbers import NumberField, SeedField
from canvas.fields.picklist import PickList
from canvas.fields.seat import Seat, default_or, words_of
from canvas.fields.several import ListField
from canvas.fields.sizes import SizeField
from canvas.fields.source import FormulaField, SourceChip
from canvas.kit.buttons import ToolButton
from canvas.kit.label import Label
from workflows.graph import Expr, GroupInput, Value, Wire
from workflows.problems import Problem

LABEL, HIGH, GAP = 84, 26, 4
NARROW = 236
"""In a row narrower than this, counted at texts of 100 %, the name stands above its field."""


class FieldRow(QWidget):
    """Shows one seat. Only the part that is needed is made: the field, the wire or the formula."""

    went = Signal(str)
    """The person wants to see this node."""
    group_wanted = Signal(object)
    """(a seat): it should become an input of the group."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.socket = socket
        self.seat: Seat | None = None
        self.field: Field | None = None
        self.chip: SourceChip | None = None
        self.formula: FormulaField | None = None
        self.picker: PickList | None = None
        """While the person picks the parameter to follow."""
        self._now: QWidget | None = None
        """The part that is shown."""
        self._facts = Facts()
        self._told: tuple[str, str] = ("", "")
        self._problems: tuple[Problem, ...] = ()
        self._narrow = False
        self.label = Label(desk, socket.label, colour="text.secondary", parent=self)
        self.second = Label(desk, "Size", colour="text.secondary", parent=self)
        self.second.hide()
        self.more = ToolButton(desk, "more", f"More for {socket.label.lower()}", side=18, icon_size=14, parent=self)
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.clicked.connect(lambda: self.open_menu(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        self.more.hide()
        self.trouble = Label(desk, "", "caption", colour="semantic.error", wrap=True, parent=self)
        self.trouble.hide()
        self.body = QWidget(self)
        self._inside = QVBoxLayout(self.body)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(0)
        self._lay_out()
        desk.themed.connect(self._wear)
        self._wear()

    def _lay_out(self) -> None:
        self._names = QVBoxLayout()
        self._names.setSpacing(GAP)
        self._names.addWidget(self.label)
        self._names.addWidget(self.second)
        self._names.addStretch(1)
        self._line = QHBoxLayout()
        self._line.addLayout(self._names)
        self._line.addWidget(self.body, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._line)
        self._column.addWidget(self.trouble)

    def show_seat(self, seat: Seat, facts: Facts) -> None:
        """Show this parameter from now on."""
        if self.seat is None or seat.nodes != self.seat.nodes or seat.document is not self.seat.document:
            self._told, self._problems = ("", ""), ()
        self.seat, self._facts = seat, facts
        self.refresh()

    def refresh(self) -> None:
        """Show what the parameter is now."""
        seat = self.seat
        if seat is None or not seat.there:
            return
        values = seat.values
        kinds = {type(value) if isinstance(value, (Wire, Expr, GroupInput)) else None for value in values}
        kind = kinds.pop() if len(kinds) == 1 else None
        mixed = seat.mixed
        if self.socket.form != "one" and has_field(self.socket):
            self._show_field(seat, values[0], mixed)
        elif kind is Expr:
            self._show_formula(seat, values[0])
        elif kind is not None or not has_field(self.socket):
            self._show_source(seat, values[0] if not mixed else None)
        else:
            wired = any(isinstance(value, (Wire, Expr, GroupInput)) for value in values)
            shown = default_or(self.socket, values[0])
            self._show_field(seat, None if wired else shown, mixed)
        two = isinstance(self._now, SizeField) and not self._narrow
        self.label.say("Shape" if two else self.socket.label,
                       "text.primary" if not mixed and seat.is_set else "text.secondary")
        self._say_trouble()

    def tell_problems(self, problems: tuple[Problem, ...]) -> None:
        """What the check found at this input."""
        if problems != self._problems:
            self._problems = problems
            self._say_trouble()

    def begin(self) -> None:
        """Give the keyboard to the row."""
        if isinstance(self._now, (Field, FormulaField)):
            self._now.begin()
        elif self._now is not None:
            self._now.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def shown(self) -> QWidget | None:
        """The field, the wire or the formula, whichever is shown."""
        return self._now

    def menu(self) -> QMenu:
        """What can be done with the parameter besides changing it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.seat is not None:
            fill_menu(menu, self, self.seat)
        return menu

    def open_menu(self, at: QPoint) -> None:
        self.menu().popup(at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.globalPos())
        event.accept()

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self.desk.theme.px(130)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (self.width() < self.desk.theme.px(NARROW)) != self._narrow:
            self._narrow = not self._narrow
            self._wear()
            self.refresh()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.more.show()
        self.more.raise_()

    def leaveEvent(self, event: QEvent) -> None:
        self.more.hide()

    def reset(self) -> None:
        self.act(lambda seat: seat.reset())

    def dice(self) -> Value:
        """Any allowed value; None where chance makes no sense or something else stands in the field's place."""
        return self.field.dice() if self.field is not None and self._now is self.field else None

    def write_formula(self, text: str = "") -> None:
        """Turn into a formula that begins with what is there now."""
        if self.seat is None:
            return
        start = text or clip.formula_of(default_or(self.socket, self.seat.value))
        if start and not self.seat.formula_problem(start)[0]:
            self.act(lambda seat: seat.formula(start, burst=False))
        else:
            self._show_formula(self.seat, Expr(start))
        if self.formula is not None:
            self.formula.begin()

    # The parts.

    def _show_field(self, seat: Seat, value: Any, mixed: bool) -> None:
        if self.field is None:
            self.field = self._made()
        self._take_place(self.field)
        self.field.know(self._facts)
        if isinstance(self.field, ListField):
            self.field.say = seat.source
        self.field.show_value(value, mixed)

    def warm(self) -> None:
        """Make the field before it is needed."""
        if self.field is None and has_field(self.socket):
            self.field = self._made()
            self.field.hide()
            self._inside.addWidget(self.field)

    def _made(self) -> Field:
        field = field_for(self.desk, self.socket, self.body)
        field.edited.connect(self._edited)
        field.settled.connect(self._settled)
        field.reset.connect(self.reset)
        field.refused.connect(self._refused)
        if isinstance(field, NumberField):
            field.formula.connect(self.write_formula)
        if isinstance(field, SeedField):
            field.locked.connect(lambda on: self.act(lambda seat: seat.hold(on)))
        if isinstance(field, ListField):
            field.go = self._go
        return field

    def _show_source(self, seat: Seat, value: Value) -> None:
        if self.chip is None:
            self.chip = SourceChip(self.desk, self.body)
            self.chip.pressed_on.connect(lambda: self._go(self.seat.value if self.seat is not None else None))
            self.chip.cut.connect(lambda: self.act(lambda seat: seat.cut()))
        self._take_place(self.chip)
        if value is None:
            self.chip.show_source("mixed" if seat.mixed else "not wired", there=False)
        else:
            text, wire = seat.source(value)
            self.chip.show_source(text, wire)

    def _show_formula(self, seat: Seat, value: Any) -> None:
        if self.formula is None:
            self.formula = FormulaField(self.desk, self.socket.label, self.body)
            self.formula.edited.connect(self._formula_typed)
            self.formula.settled.connect(self._formula_settled)
            self.formula.cut.connect(self.leave_formula)
        self._take_place(self.formula)
        text = value.text if isinstance(value, Expr) else ""
        if not self.formula.line.hasFocus() or seat.formula_problem(self.formula.line.text())[0] == "":
            self.formula.show_formula(text, seat.result(text), mixed=seat.mixed)

    def _take_place(self, widget: QWidget) -> None:
        if self._now is widget:
            return
        for other in (self.field, self.chip, self.formula):
            if other is not None and other is not widget:
                other.hide()
        if self._inside.indexOf(widget) < 0:
            self._inside.addWidget(widget)
        widget.show()
        self._now = widget
        self.setFocusProxy(widget)
        self.second.say("Size" if self.socket.name == "size" else self.socket.label)
        self._wear()

    # What the parts tell.

    def _edited(self, value: Any) -> None:
        self._told = ("", "")
        if self.seat is not None:
            self.seat.put(value)
            self._say_trouble()

    def _settled(self) -> None:
        if self.seat is not None:
            self.seat.document.end_burst()

    def _refused(self, message: str, hint: str) -> None:
        self._told = (message, hint)
        self._say_trouble()

    def _formula_typed(self, text: str) -> None:
        if self.seat is None or self.formula is None:
            return
        self._told = self.seat.formula_problem(text)
        if not self._told[0]:
            self.seat.formula(text)
            self.formula.show_result(self.seat.result(text))
        else:
            self.formula.show_result("")
        self._say_trouble()

    def _formula_settled(self) -> None:
        if self.seat is None:
            return
        self.seat.document.end_burst()
        if isinstance(self.seat.value, Expr) or self.formula is None or not self.formula.line.text().strip():
            self._told = ("", "")
            self.refresh()

    def leave_formula(self) -> None:
        self._told = ("", "")
        if self.seat is not None and isinstance(self.seat.value, Expr):
            self.act(lambda seat: seat.unlink())
        self.refresh()

    def _go(self, value: Value) -> None:
        if isinstance(value, Wire):
            self.went.emit(value.node)

    def act(self, change: Callable[[Seat], bool]) -> None:
        """Do an edit of the seat as an undo step of its own."""
        if self.seat is not None:
            self._told = ("", "")
            self.seat.document.end_burst()
            change(self.seat)
            self.seat.document.end_burst()

    def _say_trouble(self) -> None:
        message, hint = self._told
        mild = False
        if not message and self.seat is not None and self.seat.there:
            message, hint = trouble.literal(self.socket, self.seat.values)
        if not message and self.field is not None and self._now is self.field:
            message, hint = self.field.complaint()
        if not message and self._problems:
            problem = self._problems[0]
            mild = problem.severity == "warning"
            message, hint = trouble.short(problem.message), problem.hint
        if not message:
            mild, (message, hint) = True, self._unlisted()
        barred = self._bar(bool(message))
        text = barred or f"{message} {hint}".strip()
        self.trouble.say(text, "text.tertiary" if barred else "semantic.warn" if mild else "semantic.error")
        self.trouble.setVisible(bool(text))
        if self._now is not None:
            there = self.seat is not None and self.seat.there
            self._now.setAccessibleDescription(text or (words_of(self.seat.value) if self.seat and there else ""))

    def _unlisted(self) -> tuple[str, str]:
        """What the chosen hosted model says to the value; only a warning, as the provider has the last word."""
        seat = self.seat
        if seat is None or not seat.there or len(seat.nodes) != 1 or self._now is not self.field:
            return "", ""
        value = default_or(self.socket, seat.value)
        plain = not isinstance(value, (Wire, Expr, GroupInput))
        return hosted.problem(self.socket, self._facts.offer, value) if plain else ("", "")

    def _bar(self, wrong: bool) -> str:
        """Why the field is grey: the chosen hosted model has no such setting. What is wrong can still be mended."""
        refusal = hosted.rule_of(self.socket, self._facts.offer).refusal if not wrong else ""
        if self.field is not None:
            self.field.setEnabled(not refusal)
        return refusal

    def _wear(self) -> None:
        px = self.desk.theme.px
        tall = self._narrow or (isinstance(self._now, Field) and self._now.tall)
        self._line.setDirection(QHBoxLayout.Direction.TopToBottom if tall else QHBoxLayout.Direction.LeftToRight)
        self.second.setVisible(isinstance(self._now, SizeField) and not tall)
        for label in (self.label, self.second):
            label.setFixedHeight(round(px(20 if tall else HIGH)))
            if tall:
                label.setMaximumWidth(16777215)
            else:
                label.setFixedWidth(round(px(LABEL)))
        self._line.setSpacing(0)
        self._column.setSpacing(round(px(2)))
        self.trouble.setContentsMargins(0 if tall else round(px(LABEL)), 0, 0, 0)
        side = self.more.sizeHint().width()
        self.more.setGeometry(round(px(LABEL)) - side - 2, round((px(20 if tall else HIGH) - side) / 2), side, side)
