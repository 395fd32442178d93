"""What all commands say in the same way: the summary line of ``--json``, problems, logs, tables."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows.problems import Problem
from workflows.settings import Home

LONGEST = 400
"""Characters of a cell."""
STATUS = {0: "done", 1: "failed", 2: "failed", 3: "refused", 4: "waiting", 130: "cancelled"}


def summary_line(error: AjarError | None, code: int, **more: Any) -> str:
    """The last line of ``--json``: how it ended, for programs."""
    said = {"message": error.message, "hint": error.hint, "node": error.node} if error else None
    plain = {
        "event": "summary", "status": STATUS.get(code, "failed"), "outputs": [], "seconds": 0.0, "cached": 0, "ran": 0,
        "failed": 0, **more, "error": said,
    }
    return json.dumps(plain)


def problem_lines(problem: Problem) -> list[str]:
    """A problem as lines for people."""
    lines = [f"{problem.severity}: {problem.message}"]
    return [*lines, f"hint: {problem.hint}"] if problem.hint else lines


def plain_problem(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity, "message": problem.message, "hint": problem.hint, "node": problem.node,
        "input": problem.input,
    }


def write_log(error: BaseException | str) -> Path | None:
    """Write a traceback into the log folder, or a temporary one. The file, or None where nothing can be written."""
    import tempfile
    import traceback

    text = error if isinstance(error, str) else "".join(traceback.format_exception(error))
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for folder in (Home.find().logs, Path(tempfile.gettempdir())):
        file = folder / f"ajar-{stamp}-{time.monotonic_ns() % 10**6:06}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        except OSError:
            continue
        return file
    return None


def table(rows: Iterable[Sequence[str]], indent: str = "") -> list[str]:
    """Rows as lines with aligned columns; the last one is not padded. Cells may hold what strangers said."""
    kept = [tuple(map(shown, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    return [
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in kept
    ]


def shown(text: object) -> str:
    """Words of a stranger (a provider's job id) in one line of a terminal, without what would steer it."""
    line = "".join(one if one.isprintable() else "?" for one in str(text))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def size_text(count: int | None) -> str:
    """Bytes for people."""
    if count is None:
        return ""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"


def seconds_text(seconds: float) -> str:
    """A duration for people."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def print_json(plain: Mapping[str, Any] | Sequence[Any]) -> None:
    print(json.dumps(plain, ensure_ascii=True))
