"""What all commands say in the same way: the summary line of ``--json``, problems, tables."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ajar.errors import AjarError
from workflows.problems import Problem

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


def print_json(plain: Mapping[str, Any] | Sequence[Any]) -> None:
    print(json.dumps(plain, ensure_ascii=True))
