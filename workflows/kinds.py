"""Which values fit which sockets: literals from files, and wires between types."""

import math
import types
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from ajar.contract import Socket
from ajar.errors import WorkflowError
from ajar.hints import MAX_SEED, Range, SeedBox
from workflows.graph import Value, entries

WORDS: dict[Any, str] = {
    bool: "true or false", int: "a whole number", float: "a number", str: "text", Path: "a file", dict: "an object",
    type(None): "nothing",
}
MEDIA = {
    "Image": "a picture", "Mask": "a mask", "Video": "a video", "Audio": "a sound", "Mesh": "a 3D model",
    "Lora": "a LoRA", "Control": "a control picture", "Tuning": "a tuning", "Size": "a size", "Color": "a colour",
}
EXAMPLES = {"Size": 'like "1024x768"', "Color": 'like "#ff8800"'}


class KindError(WorkflowError):
    """A value that does not fit a socket; the message goes on after the socket's name."""


def type_name(kind: Any) -> str:
    """A type in words: ``a picture``, ``text``, ``one of "red", "blue"``."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any or isinstance(kind, TypeVar) or kind is object:
        return "anything"
    if origin is Literal:
        return "one of " + ", ".join(_quoted(part) for part in parts)
    if origin in (Union, types.UnionType):
        return " or ".join(type_name(part) for part in parts)
    if origin in (list, tuple):
        return f"a list ({type_name(parts[0])})" if parts else "a list"
    kind = origin or kind
    if kind in WORDS:
        return WORDS[kind]
    name = getattr(kind, "__name__", str(kind))
    return MEDIA.get(name, f"a {name}")


def compatible(output: Any, socket: Socket) -> bool:
    """Whether an output of this type may be wired into a socket. A list fits a gathering socket; so does an item."""
    if get_origin(output) in (list, tuple) and socket.form == "list":
        parts = get_args(output)
        return not parts or fits(parts[0], socket.type)
    return fits(output, socket.type)


def fits(given: Any, wanted: Any) -> bool:
    """Whether every ordinary value of the type ``given`` can be handed over as ``wanted``.

    Text may be wired into a choice and a number into a choice of numbers: the value itself is checked when it is known.
    """
    if _open(given) or _open(wanted) or given == wanted:
        return True
    if get_origin(given) in (Union, types.UnionType):
        return any(fits(part, wanted) for part in get_args(given) if part is not type(None))
    if get_origin(wanted) in (Union, types.UnionType):
        return any(fits(given, part) for part in get_args(wanted))
    if get_origin(wanted) is Literal:
        return any(fits(given, type(choice)) for choice in get_args(wanted))
    if get_origin(given) is Literal:
        return any(fits(type(choice), wanted) for choice in get_args(given))
    if get_origin(given) in (list, tuple) and get_origin(wanted) in (list, tuple):
        return fits((*get_args(given), Any)[0], (*get_args(wanted), Any)[0])
    return _is_a(get_origin(given) or given, get_origin(wanted) or wanted)


def _open(kind: Any) -> bool:
    return kind is Any or kind is object or isinstance(kind, TypeVar)


def _is_a(given: Any, wanted: Any) -> bool:
    if not isinstance(given, type) or not isinstance(wanted, type):
        return False
    if given is bool or wanted is bool:
        return given is wanted
    return (given is int and wanted is float) or issubclass(given, wanted)


def read_literal(socket: Socket, literal: Value) -> Any:
    """The Python value of a literal from a file, or KindError. A row gives a tuple with None where a place is free."""
    if socket.form == "one":
        return _read_optional(socket, literal)
    items = entries(literal)
    if socket.form == "row":
        return tuple(None if item is None else _read(socket, item) for item in items)
    values = [_read(socket, item) for item in items if item is not None]
    return tuple(values) if socket.container is tuple else values


def _read_optional(socket: Socket, literal: Any) -> Any:
    if literal is None and socket.optional:
        return None
    return _read(socket, literal)


def _read(socket: Socket, literal: Any) -> Any:
    # Most values are exactly what their socket takes, and graphs may have thousands.
    exact = type(literal) is socket.type and socket.type in (int, str, bool)
    value = literal if exact else read_kind(socket.type, literal)
    if not socket.hints or isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if socket.hint(SeedBox) is not None and not 0 <= value <= MAX_SEED:
        raise KindError(f"is a seed from 0 to {MAX_SEED}, not {_shown(literal)}.", "Choose a seed in that range.")
    bounds: Range | None = socket.hint(Range)
    if bounds is not None and not bounds.low <= value <= bounds.high:
        raise KindError(
            f"goes from {bounds.low:g} to {bounds.high:g}, not to {_shown(literal)}.", "Choose a number in that range.",
        )
    return value


def read_kind(kind: Any, literal: Any) -> Any:
    """A literal as a value of this type, or KindError."""
    origin, parts = get_origin(kind), get_args(kind)
    if _open(kind):
        return literal
    if origin is Literal:
        return _choice(parts, literal)
    if origin in (Union, types.UnionType):
        return _one_of(kind, parts, literal)
    if origin in (list, tuple) or kind in (list, tuple):
        if not isinstance(literal, list):
            raise _wrong(kind, literal)
        inner = parts[0] if parts else Any
        return (origin or kind)(read_kind(inner, item) for item in literal)
    return _plain(origin or kind, literal)


def _plain(kind: Any, literal: Any) -> Any:
    if kind is bool and isinstance(literal, bool):
        return literal
    if kind in (int, float) and isinstance(literal, (int, float)) and not isinstance(literal, bool):
        return _number(kind, literal)
    if kind is str and isinstance(literal, str):
        return literal
    if kind is Path and isinstance(literal, str):
        if not literal.strip() or "\0" in literal:
            raise KindError("needs the name of a file.", "Write a path relative to the workflow.")
        return Path(literal)
    if kind is dict and isinstance(literal, dict):
        return literal
    if kind is type(None) and literal is None:
        return None
    parse = getattr(kind, "parse", None)  # small value types such as Size and Color are written as text
    if parse is not None and isinstance(literal, str):
        try:
            return parse(literal)
        except ValueError as error:
            sentence = str(error).rstrip(".")
            raise KindError(f"needs {type_name(kind)}: {sentence}.", _write_it(kind)) from None
    raise _wrong(kind, literal)


def _number(kind: Any, literal: int | float) -> int | float:
    if isinstance(literal, float) and not math.isfinite(literal):
        raise KindError(f"needs {type_name(kind)}, not {literal}.", "Use an ordinary number.")
    if kind is float:
        try:
            return float(literal)
        except OverflowError:
            raise KindError("needs a smaller number.", "Use a smaller number.") from None
    if isinstance(literal, float):
        if not literal.is_integer():
            raise _wrong(kind, literal)
        return int(literal)
    return literal


def _choice(choices: tuple[Any, ...], literal: Any) -> Any:
    for choice in choices:
        if type(choice) is type(literal) and choice == literal:
            return choice
    shown = ", ".join(_quoted(choice) for choice in choices)
    raise KindError(f"has to be one of {shown}, not {_shown(literal)}.", _nearest(literal, choices))


def _one_of(kind: Any, parts: tuple[Any, ...], literal: Any) -> Any:
    for part in parts:
        try:
            return read_kind(part, literal)
        except KindError:
            continue
    raise _wrong(kind, literal)


def to_json(value: Any) -> Any:
    """The literal of a Python value, as a file has it. TypeError for a picture and the like."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, Path):
        return value.as_posix()
    if hasattr(type(value), "parse"):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be written into a workflow")


def wire_only(kind: Any) -> bool:
    """Whether values of this type can't be typed in: pictures, sounds, LoRAs."""
    if _open(kind):
        return False
    if get_origin(kind) in (Union, types.UnionType):
        return all(wire_only(part) for part in get_args(kind))
    if get_origin(kind) is Literal:
        return False
    if get_origin(kind) in (list, tuple):
        return bool(get_args(kind)) and wire_only(get_args(kind)[0])
    kind = get_origin(kind) or kind
    return kind not in (bool, int, float, str, Path, dict, list, tuple, type(None)) and not hasattr(kind, "parse")


def _wrong(kind: Any, literal: Any) -> KindError:
    if wire_only(kind):
        return KindError(
            f"needs {type_name(kind)} from another node, not {_shown(literal)}.", 'Wire it: {"from": "node"}.',
        )
    return KindError(f"needs {type_name(kind)}, not {_shown(literal)}.", _write_it(kind))


def _write_it(kind: Any) -> str:
    name = getattr(kind, "__name__", "")
    if name in EXAMPLES:
        return f"Write it {EXAMPLES[name]}."
    if kind is str:
        return "Put it in quotation marks."
    if kind in (int, float):
        return "Write a number without quotation marks."
    if kind is bool:
        return "Write true or false without quotation marks."
    return f"Give it {type_name(kind)}."


def _nearest(literal: Any, choices: tuple[Any, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(str(literal), [str(choice) for choice in choices], 1)
    return f'Did you mean "{near[0]}"?' if near else "Choose one of these."


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else _shown(value)


def _shown(literal: Any) -> str:
    """A literal as the file has it, cut short."""
    if isinstance(literal, bool):
        return "true" if literal else "false"
    if literal is None:
        return "null"
    if isinstance(literal, str):
        return f'"{literal}"' if len(literal) <= 40 else f'"{literal[:40]}…"'
    if isinstance(literal, (list, dict)):
        return "a list" if isinstance(literal, list) else "an object"
    if not isinstance(literal, (int, float)):
        return "several wires"
    return str(literal) if isinstance(literal, float) or abs(literal) < 10**40 else "a number of many digits"
