"""``ajar plan``: what a run would do, how often, where, and under which licences."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.errors import WorkflowError
from workflows.commands.said import print_json, problem_lines, size_text, summary_line, table
from workflows.commands.source import changed, given_paths, read_source, refuse_lost, stage_of
from workflows.settings import Home

if TYPE_CHECKING:
    from workflows.report import Row


def run(request: argparse.Namespace) -> int:
    from workflows import project
    from workflows.studio import Options, Studio

    source = read_source(request.file)
    with Studio.open(Home.find(), [Path(file) for file in request.pack], writable=False) as studio:
        refuse_lost(studio.packs, request.pack)
        graph = changed(source, request, studio.packs)
        place, only = project.find(source.file), tuple(request.only)
        errors = [problem for problem in studio.check(graph, place, only=only) if problem.severity == "error"]
        for problem in errors[1:]:
            print("\n".join(problem_lines(problem)), file=sys.stderr)
        if errors:
            raise WorkflowError(errors[0].message, errors[0].hint, node=errors[0].node)
        options = Options(
            stage=stage_of(source, request), only=only, no_cache=request.no_cache, workflow=source.name,
            base=source.file.parent, trusted=given_paths(request),
        )
        rows = studio.plan(graph, place, options).rows
    if request.json:
        for row in rows:
            print_json({"event": "node", **asdict(row)})
        print(summary_line(None, 0))
        return 0
    print("\n".join(_lines(rows)))
    return 0


def _lines(rows: "Sequence[Row]") -> list[str]:
    if not rows:
        return ["There is nothing to do."]
    head = ("node", "title", "where", "calls", "cached", "model", "licence", "memory")
    lines = table([head, *(_row(row) for row in rows)])
    left = [None if row.calls is None else row.calls - row.cached for row in rows]
    count = sum(number for number in left if number is not None)
    calls = f"{count} call{'s' * (count != 1)} to make{', or more' if None in left else ''}"
    away = [row.id for row in rows if row.leaves_machine]
    if not away:
        return [*lines, "", f"{calls}; nothing leaves this machine, nothing costs money."]
    prices = [row.price for row in rows if row.leaves_machine]
    price = "not known" if None in prices else f"{sum(price for price in prices if price is not None):.2f}"
    return [*lines, "", f"{calls}; data leaves this machine at {', '.join(away)}; the price is {price}."]


def _row(row: "Row") -> tuple[str, ...]:
    calls = "?" if row.calls is None else str(row.calls)
    return row.id, row.title, row.lane, calls, str(row.cached or ""), row.model, row.licence, size_text(row.memory)
