"""What the menu of a parameter offers besides changing its value, and does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from canvas.fields import clip
from canvas.fields.field import default_of
from canvas.fields.picklist import Pick, PickList
from canvas.fields.seat import Seat, default_or, words_of
from workflows.graph import Expr, GroupInput, Wire
from workflows.kinds import wire_only

if TYPE_CHECKING:
    from canvas.fields.row import FieldRow


def fill_menu(menu: QMenu, row: "FieldRow", seat: Seat) -> None:
    """Add the entries for what this parameter is just now."""
    value = seat.value
    wired = isinstance(value, (Wire, GroupInput))
    plain = not wire_only(seat.socket.type) and seat.socket.form == "one"
    word = words_of(default_of(seat.socket))
    _add(menu, f"Reset to {word}" if word and not wired else "Reset", row.reset, seat.is_set)
    if row.dice() is not None:
        _add(menu, "Randomise", lambda: _randomise(row))
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
        _add(menu, "Link to another parameter…", lambda: _pick_link(row, seat))
    menu.addSeparator()
    form = _add(menu, "Show in the form", lambda: row.act(lambda seat: seat.expose(not seat.exposed)))
    form.setCheckable(True)
    form.setChecked(seat.exposed)
    if seat.room:
        _add(menu, "Make an input of the group", lambda: row.group_wanted.emit(seat),
             not wired and len(seat.nodes) == 1)
    if plain:
        menu.addSeparator()
        _add(menu, "Copy value", lambda: _copy(seat), not wired and not seat.mixed)
        _add(menu, "Paste value", lambda: _paste(row, seat), _pasted(seat)[0])


def _add(menu: QMenu, text: str, do: Callable[[], object], enabled: bool = True) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda *_: do())
    action.setEnabled(enabled)
    return action


def _randomise(row: "FieldRow") -> None:
    found = row.dice()
    if found is not None:
        row.act(lambda seat: seat.put(found, burst=False))


def _pick_link(row: "FieldRow", seat: Seat) -> None:
    """Let the person pick the parameter to follow."""
    rows = [Pick(f"{node}.{key}", key.replace("_", " ").capitalize(), "", value, section=title, words=node)
            for node, key, title, value in seat.choices()]
    if not rows:
        row.desk.say("There is no other parameter that this one could follow.", "Add a node with a value like it.")
        return

    def link(way: str) -> None:
        node, _, key = way.rpartition(".")
        row.act(lambda seat: seat.link(node, key))

    def closed() -> None:
        row.picker = None

    row.picker = PickList(row.desk, f"{row.socket.label} follows", rows, hint="Node or parameter", parent=row)
    row.picker.chosen.connect(link)
    row.picker.closed.connect(closed)
    row.picker.drop(row.body)


def _copy(seat: Seat) -> None:
    """Put the value on the clipboard, as the file writes it."""
    QGuiApplication.clipboard().setText(clip.text_of(default_or(seat.socket, seat.value)))


def _paste(row: "FieldRow", seat: Seat) -> None:
    fits, value = _pasted(seat)
    if fits:
        row.act(lambda seat: seat.put(value, burst=False))


def _pasted(seat: Seat) -> tuple[bool, Any]:
    """Whether what is on the clipboard fits here, and as which value."""
    text = QGuiApplication.clipboard().text()
    return clip.read(text, seat.socket, seat) if text else (False, None)
