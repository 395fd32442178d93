"""What the menu of a parameter offers besides changing its value."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
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
    reset = menu.addAction(f"Reset to {word}" if word and not wired else "Reset", row.reset)
    reset.setEnabled(seat.is_set)
    if row.dice() is not None:
        menu.addAction("Randomise", row.randomise)
    if isinstance(value, (Wire, GroupInput)):
        menu.addAction("Take the wire out", lambda: row._do(lambda seat: seat.cut()))
    if plain:
        menu.addSeparator()
        if isinstance(value, Expr):
            menu.addAction("Leave a plain value", row._leave_formula)
        else:
            menu.addAction("Write an expression", lambda: row.write_formula())
        menu.addAction("Link to another parameter…", row.pick_link)
    menu.addSeparator()
    form = menu.addAction("Show in the form", lambda: row._do(lambda seat: seat.expose(not seat.exposed)))
    form.setCheckable(True)
    form.setChecked(seat.exposed)
    if seat.room:
        group = menu.addAction("Make an input of the group", lambda: row.group_wanted.emit(seat))
        group.setEnabled(not wired and len(seat.nodes) == 1)
    if plain:
        menu.addSeparator()
        menu.addAction("Copy value", row.copy).setEnabled(not wired and not seat.mixed)
        menu.addAction("Paste value", row.paste).setEnabled(
            bool(QGuiApplication.clipboard().text()) and row.pasted()[0])
