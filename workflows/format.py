"""The workflow file: parse to plain data, migrate, build; and back to text that reads as if a person had written it."""

import codecs
import contextlib
import json
import math
import os
import shutil
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ajar.errors import WorkflowError
from workflows.disk import sync_folder
from workflows.graph import Graph
from workflows.migrate import migrate
from workflows.plain import build, plain, plain_node, plain_value, read_value

__all__ = ["build", "dump", "load", "parse", "plain", "plain_node", "plain_value", "read", "read_value", "save"]

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 100
MAX_VALUES = 2_000_000
WIDTH = 100
"""An object or list that fits into this many columns stays on one line."""


def load(path: Path) -> Graph:
    """The graph of a file. WorkflowError if the file can't be read or is wrong."""
    try:
        with path.open("rb") as file:
            # What a file says of its size need not be true: /dev/zero has none.
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise WorkflowError(f"There is no file {path}.", "Check the name; paths are relative to this folder.") from None
    except IsADirectoryError:
        raise WorkflowError(f"{path} is a folder, not a workflow.", "Name the .json file in it.") from None
    except OSError as error:
        raise WorkflowError(f"{path} can't be read: {error.strerror or error}.", "Check its permissions.") from error
    return read(data)


def read(data: bytes) -> Graph:
    """The graph of a file's bytes: parse, migrate, build."""
    return build(migrate(parse(data)))


def parse(data: bytes) -> dict[str, Any]:
    """Plain data from JSON in UTF-8. WorkflowError says what is wrong and at which line and column."""
    if len(data) > MAX_BYTES:
        raise WorkflowError(
            f"The workflow has more than the {MAX_BYTES // 2**20} MB a workflow may have.",
            "Check that it is the right file.",
        )
    text = _decode(data)
    if sum(map(text.count, "[{,")) > MAX_VALUES:
        raise WorkflowError("The workflow has more values than one can have.", "Check that it is the right file.")
    try:
        result = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _broken(error, text) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a whole number of more digits than Python reads
        raise WorkflowError(f"A number in the workflow can't be read: {error}.", "Shorten the number.") from None
    if not isinstance(result, dict):
        raise WorkflowError(
            "A workflow has to be one JSON object in braces.", 'Start with {"ajar": 1, "nodes": {...}}.'
        )
    _inspect(result, "\\u" in text)
    return result


def dump(graph: Graph) -> str:
    """The text of the file; the same graph always gives the same text."""
    lines = ["{"]
    parts = plain(graph)
    try:
        for number, (name, part) in enumerate(parts.items()):
            comma = "," if number < len(parts) - 1 else ""
            head = f"  {_line(name)}: "
            # The sections that grow by a line a node are always spread out, so that diffs stay small.
            spread = name in ("nodes", "groups", "layout", "frames", "notes")
            depth = {"groups": 3}.get(name, 1) if spread else 0
            lines.append(head + _text(part, 2, len(head), depth) + comma)
    except ValueError:
        raise WorkflowError(
            "The workflow holds a number that is infinite or not a number.", "Use an ordinary number."
        ) from None
    return "\n".join([*lines, "}", ""])


def save(graph: Graph, path: Path, backups: Path | None = None, keep: int = 5) -> None:
    """Write the file whole or not at all; what was there before goes to ``backups``, the newest as ``.1.json``."""
    try:
        data = dump(graph).encode("utf-8")
    except UnicodeEncodeError:
        raise WorkflowError("A text in the workflow holds half of a character.", "Undo the last change.") from None
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if backups is not None:
            _keep_backup(path, backups, data, keep)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise WorkflowError(
            f"{path} could not be saved: {error.strerror or error}.",
            "Check that the folder exists, is not write-protected and has room. What was there before is untouched.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]:
        raise WorkflowError("The workflow is in UTF-16 or UTF-32, not in UTF-8.", "Save it again as UTF-8.")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WorkflowError(
            f"The workflow is not in UTF-8: line {line} holds other bytes.", "Save it again as UTF-8."
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise WorkflowError(f'The name "{_short(twice)}" is there twice in one object.', "Rename one of them.")
    return result


def _no_constant(name: str) -> Any:
    raise WorkflowError(f"The workflow holds {name}, which is not a number.", "Use an ordinary number.")


def _inspect(result: Any, escapes: bool) -> None:
    """Refuse what JSON allows and a workflow can't hold: too deep, infinite (1e999), half of a character."""
    stack: list[tuple[Any, int]] = [(result, 1)]
    while stack:
        part, depth = stack.pop()
        if isinstance(part, dict):
            inner: Iterable[Any] = part.values()
            if escapes:
                _whole_characters("".join(part))
        elif isinstance(part, list):
            inner = part
        else:
            if isinstance(part, float) and not math.isfinite(part):
                raise WorkflowError("The workflow holds a number that is too large.", "Use a smaller number.")
            if escapes and isinstance(part, str):
                _whole_characters(part)
            continue
        if depth > MAX_DEPTH:
            raise _too_deep()
        stack.extend((item, depth + 1) for item in inner)


def nesting(plain: Any) -> int:
    """How many lists and objects lie in one another."""
    deepest, stack = 0, [(plain, 0)]
    while stack:
        part, depth = stack.pop()
        deepest = max(deepest, depth)
        if isinstance(part, (dict, list, tuple)) and depth <= MAX_DEPTH:
            stack.extend((item, depth + 1) for item in (part.values() if isinstance(part, dict) else part))
    return deepest


def _whole_characters(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise WorkflowError(
            f'The text "{_short(ascii(text)[1:-1])}" holds half of a character.', "Remove the lone \\u escape.",
        ) from None


def _broken(error: json.JSONDecodeError, text: str) -> WorkflowError:
    known = {
        "Expecting property name": ("a name in double quotes is missing", "No comma goes after the last entry."),
        "Illegal trailing comma": ("a comma is too many", "Remove the comma before the closing bracket."),
        "Expecting ',' delimiter": ("a comma or bracket is missing", "Look just before that place."),
        "Expecting ':' delimiter": ("a colon is missing after a name", 'Write "name": value.'),
        "Expecting value": ("a value is missing or not understood", "Texts need double quotes."),
        "Unterminated string": ("a text is never closed", "Close it with a double quote."),
        "Invalid control character": ("a text goes over the end of a line", "Write \\n for a new line."),
        "Invalid \\": ("a backslash stands before a wrong character", "Write \\\\ for a backslash."),
        "Extra data": ("something follows the closing brace", "Remove what follows."),
    }
    found = next((words for begin, words in known.items() if error.msg.startswith(begin)), None)
    what, hint = found or (error.msg, "Correct the file there.")
    if not text.strip():
        return WorkflowError("The workflow is empty.", 'Start with {"ajar": 1, "nodes": {...}}.')
    place = f"line {error.lineno}, column {error.colno}"
    return WorkflowError(f"The workflow is not valid JSON at {place}: {what}.", hint)


def _too_deep() -> WorkflowError:
    return WorkflowError(f"The workflow is nested over {MAX_DEPTH} levels deep.", "Check that it is the right file.")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"


def _line(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, allow_nan=False)


def _text(part: Any, indent: int, column: int, spread: int = 0) -> str:
    """One line if it fits after ``column``, else a line an entry; the first ``spread`` levels are never one line."""
    line = "" if spread and part and isinstance(part, dict) else _line(part)
    if line and (column + len(line) <= WIDTH or not isinstance(part, (dict, list)) or not part):
        return line
    deeper = " " * (indent + 2)
    if isinstance(part, list):
        entries = [deeper + _text(item, indent + 2, indent + 2) for item in part]
        return "[\n" + ",\n".join(entries) + "\n" + " " * indent + "]"
    entries = []
    for name, item in part.items():
        head = f"{deeper}{_line(name)}: "
        entries.append(head + _text(item, indent + 2, len(head), max(0, spread - 1)))
    return "{\n" + ",\n".join(entries) + "\n" + " " * indent + "}"


def _keep_backup(path: Path, backups: Path, data: bytes, keep: int) -> None:
    """Move the older backups of this file up by one and copy the present file to ``.1.json``."""
    if not path.is_file() or path.read_bytes() == data:
        return
    mark = blake2b(str(path).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
    names = [backups / f"{path.stem}-{mark}.{number}.json" for number in range(1, keep + 1)]
    backups.mkdir(parents=True, exist_ok=True)
    for older, newer in zip(reversed(names[1:]), reversed(names[:-1]), strict=True):
        if newer.exists():
            newer.replace(older)
    # The copy is whole before it gets its name: a backup that is cut short is none.
    part = names[0].with_name(f".{names[0].name}.{os.getpid()}.part")
    try:
        shutil.copyfile(path, part)
        part.replace(names[0])
    finally:
        part.unlink(missing_ok=True)
