"""What the menu of a parameter offers besides changing its value."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from canvas.fields.seat import Seat
from workflows.graph import Expr, GroupInput, Wire
from workflows.kinds import wire_only

if TYPE_CHECKING:
    from canvas.fields.row import FieldRow


def fill_menu(menu: QMenu, row: "FieldRow", seat: Seat) -> None:
    """Add the entries for what this parameter is just now."""
    value = seat.value
    wired = isinstance(value, (Wire, GroupInput))
    plain = not wire_only(seat.socket.type) and seat.socket.form == "one"
    word = row.default_words
    _add(menu, f"Reset to {word}" if word and not wired else "Reset", row.reset, seat.is_set)
    if row.dice() is not None:
        _add(menu, "Randomise", row.randomise)
    if isinstance(value, GroupInput):
        _add(menu, "Take it from the group's inputs", lambda: row.act(lambda seat: seat.leave_group()))
    if wired:
        _add(menu, "Take the wire out", lambda: row.act(lambda seat: seat.cut()))
    if plain:
        menu.addSeparator()
        if isinstance(value, Expr):
            _add(menu, "Leave a plain value", row.leave_formula)
        else:
            _add(menu, "Write an expression", row.write_formula)
        _add(menu, "Link to another parameter…", row.pick_link)
    menu.addSeparator()
    form = _add(menu, "Show in the form", lambda: row.act(lambda seat: seat.expose(not seat.exposed)))
    form.setCheckable(True)
    form.setChecked(seat.exposed)
    if seat.room:
        _add(menu, "Make an input of the group", lambda: row.group_wanted.emit(seat),
             not wired and len(seat.nodes) == 1)
    if plain:
        menu.addSeparator()
        _add(menu, "Copy value", row.copy, not wired and not seat.mixed)
        _add(menu, "Paste value", row.paste, bool(QGuiApplication.clipboard().text()) and row.pasted()[0])


def _add(menu: QMenu, text: str, do: Callable[[], object], enabled: bool = True) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda *_: do())
    action.setEnabled(enabled)
    return action
