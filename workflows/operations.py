"""What expressions can do. Every operation is bounded: no formula takes long or grows large."""

import math
import operator
from collections.abc import Callable
from typing import Any

from ajar.errors import WorkflowError

LARGEST = 10**40
MAX_TEXT = 100_000
SHORT = "Use a smaller number."


def sound(value: Any) -> Any:
    """The value, if it is one that a workflow can hold."""
    if isinstance(value, float) and not math.isfinite(value):
        raise WorkflowError("the result is too large or not a number.", SHORT)
    if isinstance(value, int) and abs(value) > LARGEST:
        raise WorkflowError("the result is too large.", SHORT)
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise WorkflowError(f"the text grows over {MAX_TEXT} characters.", "Use shorter texts.")
    return value


def truth(value: Any) -> bool:
    """Whether a condition holds: true, a number other than zero, a text or list that is not empty."""
    if value is None or isinstance(value, (bool, int, float, str, list, tuple)):
        return bool(value)
    raise WorkflowError(f"{_kind(value)} is neither true nor false.", "Compare it with something.")


def negative(value: Any) -> Any:
    return -_number(value, "-")


def add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, str) or isinstance(right, str):
        raise WorkflowError("text and a number can't be added.", "Write str(...) around the number.")
    return _number(left, "+") + _number(right, "+")


def _arithmetic(sign: str, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: compute(_number(left, sign), _number(right, sign))


def _compare(sign: str, compute: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def both(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return compute(left, right)
        return compute(_number(left, sign), _number(right, sign))

    return both


def _power(left: Any, right: Any) -> Any:
    if abs(right) > 1000 or (isinstance(left, int) and isinstance(right, int) and left.bit_length() * right > 200):
        raise WorkflowError("the result of ** is too large.", SHORT)
    result = left**right
    if isinstance(result, complex):
        raise WorkflowError("a negative number has no such root.", "Use abs(...).")
    return result


def _number(value: Any, sign: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise WorkflowError(f'"{sign}" needs numbers, not {_kind(value)}.', "Check the values that it speaks of.")
    return value


def _kind(value: Any) -> str:
    kinds = {str: "text", bool: "true or false", list: "a list", tuple: "a list", type(None): "nothing"}
    return kinds.get(type(value), f"a {type(value).__name__}")


def _numbers(name: str, compute: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: compute(*(_number(value, name) for value in values))


def _round(value: Any, places: Any = 0) -> Any:
    places = int(places)
    if abs(places) > 20:
        raise WorkflowError("round goes to 20 places at most.", SHORT)
    return round(value, places) if places > 0 else int(round(value, places))


def _clamp(value: Any, low: Any, high: Any) -> Any:
    return max(low, min(high, value))


def _len(value: Any) -> int:
    if not isinstance(value, (str, list, tuple)):
        raise WorkflowError(f"len needs text or a list, not {_kind(value)}.", "Use it on text.")
    return len(value)


def _str(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _int(value: Any) -> int:
    return int(_read(value, "int"))


def _read(value: Any, name: str) -> float | int:
    if not isinstance(value, str):
        return _number(value, name)
    text = value.strip()
    try:
        return int(text) if text.lstrip("+-").isdecimal() and len(text) < 40 else float(text)
    except ValueError:
        raise WorkflowError(f'"{text[:40]}" is not a number.', "Use a text that holds only a number.") from None


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": add, "-": _arithmetic("-", operator.sub), "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", operator.truediv), "//": _arithmetic("//", operator.floordiv),
    "%": _arithmetic("%", operator.mod), "**": _arithmetic("**", _power), "==": operator.eq, "!=": operator.ne,
    "<": _compare("<", operator.lt), "<=": _compare("<=", operator.le), ">": _compare(">", operator.gt),
    ">=": _compare(">=", operator.ge),
}
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "min": (_numbers("min", min), 2, 100), "max": (_numbers("max", max), 2, 100), "abs": (_numbers("abs", abs), 1, 1),
    "round": (_numbers("round", _round), 1, 2), "floor": (_numbers("floor", math.floor), 1, 1),
    "ceil": (_numbers("ceil", math.ceil), 1, 1), "clamp": (_numbers("clamp", _clamp), 3, 3),
    "len": (_len, 1, 1), "str": (_str, 1, 1), "int": (_int, 1, 1),
    "float": (lambda value: float(_read(value, "float")), 1, 1),
}
"""The function, and how few and how many values it takes."""
