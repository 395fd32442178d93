"""``ajar plan``: what a run would do, how often, where, under which licences, and what it would cost."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows.allowance import money
from workflows.commands.licensing import gate_lines
from workflows.commands.paying import bill_lines, priced
from workflows.commands.request import planned
from workflows.commands.said import print_json, problem_lines, summary_line, table
from workflows.commands.sheet import tell_sheets
from workflows.figures import size_text
from workflows.journal import look
from workflows.problems import Problem
from workflows.quotes import bill_of, providers_of
from workflows.reading import read_source
from workflows.repricing import repriced
from workflows.settings import Home

if TYPE_CHECKING:
    from workflows.quotes import Bill
    from workflows.report import Row


def run(request: argparse.Namespace) -> int:
    from workflows.studio import Studio

    source = read_source(request.file)
    home = Home.find()
    # Stored results are looked up where there are any; a folder is not made for that.
    known = home.cache_db.exists()
    with Studio.open(home, [Path(file) for file in request.pack], writable=known) as studio:
        prepared = planned(studio, source, request, _tell)
        for problem in repriced(prepared.bids, look(home) if prepared.bids.orders else ()):
            _tell(problem)
        rows = prepared.rows
        sheets = tell_sheets(prepared, home, studio.catalogue.licences())
    if request.json:
        for row in rows:
            print_json({"event": "node", **_rounded(row)})
        for name, provider in providers_of(prepared.bids).items():
            bill = bill_of(prepared.bids, lambda bid, name=name: bid.provider.name == name)  # type: ignore[misc]
            print_json({"event": "bill", "provider": name, "title": provider.facts.title, **_rounded(bill)})
        print(summary_line(None, 0, **_rounded(prepared.bill)))
        return 0
    print("\n".join([*_lines(rows), *bill_lines(prepared), *sheets, *gate_lines(prepared.gate)]))
    return 0


def _rounded(row: "Row | Bill") -> dict[str, Any]:
    """Dollars without the noise of sums."""
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(row).items()}


def _tell(problem: Problem) -> None:
    print("\n".join(problem_lines(problem)), file=sys.stderr)


def _lines(rows: "Sequence[Row]") -> list[str]:
    if not rows:
        return ["There is nothing to do."]
    hosted = any(row.provider for row in rows)
    head = ("node", "title", "where", "calls", "cached", "model", "licence", "memory", *(("price",) if hosted else ()))
    lines = table([head, *(_row(row, hosted) for row in rows)])
    fits = [f"{row.id}: {row.fit}" for row in rows if row.fit and row.calls != row.cached]
    lines += ["", *fits] if fits else []
    left = [None if row.calls is None else row.calls - row.cached for row in rows]
    count = sum(number for number in left if number is not None)
    calls = f"{count} call{'s' * (count != 1)} to make{', or more' if None in left else ''}"
    if not hosted:
        return [*lines, "", f"{calls}; nothing leaves this machine, nothing costs money."]
    return [*lines, "", f"{calls}."]


def _row(row: "Row", hosted: bool) -> tuple[str, ...]:
    calls = "?" if row.calls is None else str(row.calls)
    where = row.provider or row.lane
    plain = (row.id, row.title, where, calls, str(row.cached or ""), row.model, row.licence, size_text(row.memory))
    return (*plain, _price(row)) if hosted else plain


def _price(row: "Row") -> str:
    """What this node costs, and how old that is; empty for one that orders nothing."""
    if not row.provider:
        return ""
    unsure = ", not confirmed" if row.price_unsure else ""
    age = f" (of {row.price_checked}{unsure})" if row.price_checked and row.high != 0 else ""
    if row.high is None and row.low:
        return f"at least {money(row.low)}{age}"
    if not row.high and row.high is not None and row.calls is not None and row.calls > row.cached:
        return "free"
    return priced(row.low, row.high) + age
