"""Values as text on the clipboard and back, and as the beginning of a formula."""

import json
from typing import Any

from ajar.contract import Socket
from canvas.fields.seat import Seat
from workflows.graph import Expr, GroupInput, Row, Value, Wire
from workflows.kinds import KindError, read_literal


def text_of(value: Value) -> str:
    """A value as the file writes it; a text without quotation marks, a formula behind an equals sign."""
    if isinstance(value, Expr):
        return f"={value.text}"
    if isinstance(value, (Wire, GroupInput, Row)):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read(text: str, socket: Socket, seat: Seat | None) -> tuple[bool, Any]:
    """Whether a text fits an input, and as which value."""
    if text.startswith("=") and seat is not None:
        return not seat.formula_problem(text[1:])[0], Expr(text[1:].strip())
    for value in (*_plain(text), text.strip()):
        try:
            read_literal(socket, value)
        except KindError:
            continue
        return bool(text), value
    return False, None


def formula_of(value: Value) -> str:
    """A value as a formula that says just this."""
    if isinstance(value, Expr):
        return value.text
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (int, float, str)) else ""


def _plain(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except ValueError:
        return []
