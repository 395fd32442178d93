"""Values as a person types them: to text, and back with a sentence where it can't be read."""

import ast
import json
import operator
import random
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

from ajar.contract import REQUIRED, Socket
from ajar.hints import MAX_SEED, Area, Range
from workflows import kinds
from workflows.graph import Expr, Row, Value, Wire

Kind = Literal["line", "number", "text", "choice"]
SWITCH = ("On", "Off")
ORDINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}


def value_of(socket: Socket, given: Value) -> Any:
    """What an input has now: what it was given, else its default."""
    if given is not None:
        return given
    return None if socket.default is REQUIRED else socket.default


def is_number(socket: Socket) -> bool:
    """Whether an input is a number that can be dragged."""
    kind = socket.type
    if get_origin(kind) is not None:
        return any(part in (int, float) for part in get_args(kind))
    return kind in (int, float)


def kind_of(socket: Socket) -> Kind:
    """How an input is typed."""
    if socket.type is bool or get_origin(socket.type) is Literal:
        return "choice"
    if socket.hint(Area) is not None:
        return "text"
    return "number" if is_number(socket) else "line"


def choices(socket: Socket) -> tuple[str, ...]:
    if socket.type is bool:
        return SWITCH
    return tuple(str(part) for part in get_args(socket.type)) if get_origin(socket.type) is Literal else ()


def text_of(socket: Socket, given: Value) -> str:
    """What the editor shows for a value."""
    value = value_of(socket, given)
    if isinstance(value, Expr):
        return f"={value.text}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return SWITCH[0 if value else 1]
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else repr(value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def read(socket: Socket, text: str) -> Value:
    """The value of what was typed. KindError says why it can't be one. A leading ``=`` makes it a formula."""
    stripped = text.strip()
    if stripped.startswith("=") and kind_of(socket) != "text":
        return Expr(stripped[1:].strip())
    if socket.type is bool:
        return stripped == SWITCH[0]
    literal: Any = text
    if get_origin(socket.type) is Literal:
        literal = next((part for part in get_args(socket.type) if str(part) == text), text)
    elif is_number(socket):
        found = figure(stripped)
        literal = stripped if found is None else found
    elif socket.form != "one" or socket.type in (list, dict):
        literal = _json(text)
    elif not stripped and socket.optional:
        return None
    kinds.read_literal(socket, literal)
    checked: Value = literal
    return checked


def figure(text: str) -> int | float | None:
    """A number, or a small sum of numbers: ``512*1.5``; None where it is neither."""
    plain = text.replace("\u2009", "").replace(" ", "").replace("×", "*").replace(",", ".")
    try:
        found = _sum(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError):
        return None
    if isinstance(found, float) and found.is_integer() and abs(found) < 2**53:
        return int(found)
    return found


def stepped(socket: Socket, value: int | float, by: float) -> int | float:
    """A number moved, at a place that its slider has, within its bounds."""
    hint, whole = socket.hint(Range), not takes_fractions(socket)
    # Seeds have more digits than a float holds.
    moved = value + round(by) if whole and isinstance(value, int) else value + by
    if hint is not None:
        moved = min(max(moved, hint.low), hint.high)
    elif socket.is_seed:
        moved = min(max(moved, 0), MAX_SEED)
    return round(moved) if whole else round(moved, 6)


def takes_fractions(socket: Socket) -> bool:
    return socket.type is float or float in get_args(socket.type)


def a_random(socket: Socket) -> int | float | None:
    """A chance value for a number that has bounds, or a seed."""
    if socket.is_seed:
        return random.randrange(2**31)
    hint = socket.hint(Range)
    if hint is None or not is_number(socket):
        return None
    steps = int((hint.high - hint.low) / hint.step) if hint.step else 100
    return stepped(socket, hint.low, random.randint(0, max(steps, 1)) * hint.step)


def is_wired(given: Value) -> bool:
    return isinstance(given, (Wire, Row))


def _sum(node: ast.expr) -> int | float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_sum(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in ORDINARY:
        found: int | float = ORDINARY[type(node.op)](_sum(node.left), _sum(node.right))
        return found
    raise ValueError("not a sum of numbers")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return [part.strip() for part in text.split(",") if part.strip()]
