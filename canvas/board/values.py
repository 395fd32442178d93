"""How a value is written on a card, and how full its row is."""

from typing import Any, get_args

from ajar.contract import Socket
from ajar.hints import Model, Range
from canvas.kit import words
from workflows.graph import Expr, GroupInput, Row, Wire
from workflows.tokens import tokens_about


def shown(socket: Socket, value: Any) -> str:
    """A value in a few characters."""
    if isinstance(value, bool):
        return "On" if value else "Off"
    if isinstance(value, (int, float)):
        return number(socket, value)
    if value is None:
        return "Auto" if socket.optional else ""
    if isinstance(value, (list, tuple)):
        return words.count(len(value), "value")
    if isinstance(value, (Wire, Expr, GroupInput, Row)):
        return ""
    text = " ".join(str(value)[:200].split())
    if text.partition("-")[0] == "builtin" and socket.hint(Model) is not None:
        return "Built-in" + text.removeprefix("builtin").replace("-", " ")
    return text.replace("x", " × ") if getattr(socket.type, "__name__", "") == "Size" else text


def number(socket: Socket, value: int | float) -> str:
    """As many places as the step of the slider has; thousands apart by a thin space."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ") if abs(value) > 9999 else str(value)
    hint = socket.hint(Range)
    places = 2 if hint is None else max(0, len(f"{hint.step:g}".partition(".")[2]))
    return f"{value:.{max(places, 1)}f}" if abs(value) < 1e6 else f"{value:g}"


def leaves_it(socket: Socket, value: Any) -> bool:
    """Whether a number of a node with a model leaves the choice to that model: a zero that is there by default."""
    hint = socket.hint(Range)
    return hint is not None and not socket.is_seed and value == socket.default == hint.low == 0


def fill_of(socket: Socket, value: Any) -> float | None:
    """Where a bounded value stands between its bounds; None where that would say nothing."""
    hint = socket.hint(Range)
    if hint is None or isinstance(value, bool) or not isinstance(value, (int, float)) or hint.high <= hint.low:
        return None
    # Clamped first: a file may hold a number that is longer than a float.
    return (min(max(value, hint.low), hint.high) - hint.low) / (hint.high - hint.low)


def choices(socket: Socket) -> tuple[Any, ...]:
    """What a value can be chosen from; empty where it is free."""
    from typing import Literal, get_origin

    return get_args(socket.type) if get_origin(socket.type) is Literal else ()


def tokens(text: str) -> int:
    """About how many tokens a prompt has. The models' own counters need the models."""
    return tokens_about(text)
