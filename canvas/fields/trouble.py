"""What is wrong with a value, in the words that stand below its field."""

from collections.abc import Iterable

from ajar.contract import Socket
from workflows.graph import Expr, GroupInput, Value, Wire
from workflows.kinds import KindError, read_literal

LATELY = 20


def literal(socket: Socket, values: Iterable[Value]) -> tuple[str, str]:
    """(message, hint) for the first value that an input can't take; empty texts where all are sound."""
    if socket.form != "one":
        return "", ""
    seen: list[Value] = []
    for value in values:
        if value is None or isinstance(value, (Wire, Expr, GroupInput)) or value in seen:
            continue
        seen = [*seen[-LATELY:], value]  # many nodes mostly have the same few values
        try:
            read_literal(socket, value)
        except KindError as error:
            return error.message[:1].upper() + error.message[1:], error.hint
    return "", ""


def short(message: str) -> str:
    """A sentence of the check without the place, which the row is itself."""
    if message.startswith('The input "') and '" of "' in message:
        rest = message.split('" of "', 1)[1].partition('" ')[2]
        return rest[:1].upper() + rest[1:]
    return message
