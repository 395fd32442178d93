"""``ajar ledger``: what was spent, where and on what; as a table, or as CSV for a spreadsheet."""

import argparse
import sys
from datetime import date, timedelta

from ajar.errors import WorkflowError
from workflows.allowance import WORDS, money
from workflows.commands.said import print_json, summary_line, table
from workflows.ledger import Ledger, Sum, caps_left, read_ledger, to_csv
from workflows.settings import Home, read_settings


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    everything = read_ledger(home)
    ledger = everything.emulated() if request.emulated else everything.real()
    if request.since:
        ledger = ledger.since(day_of(request.since))
    if request.csv:
        sys.stdout.write(to_csv(ledger))
        return 0
    if request.json:
        for title, sums in (("provider", ledger.by_provider()), ("model", ledger.by_model()), ("day", ledger.by_day())):
            for one in sums:
                print_json({"event": title, "name": one.name, "orders": one.orders, "spent": round(one.spent, 6),
                            "estimate": round(one.high, 6), "unknown": one.unknown})
        print(summary_line(None, 0, spent=round(ledger.total.spent, 6), orders=ledger.total.orders))
        return 0
    print("\n".join(_lines(ledger)))
    caps = read_settings(home).caps
    for name, spent, most in caps_left(ledger, caps, "", date.today()):
        if name != "project":
            print(f"Cap for {WORDS[name]}: {money(spent)} of {money(most)}")
    played = everything.emulated().total
    if played.orders and not request.emulated:
        more = f"{played.orders} more order{'s' * (played.orders != 1)}"
        print(f"{more} went to emulators and cost nothing (--emulated).")
    return 0


def _lines(ledger: Ledger) -> list[str]:
    total = ledger.total
    if not total.orders:
        return ["Nothing was spent."]
    head = ("", "orders", "spent", "estimated", "")
    rows: list[tuple[str, ...]] = [head]
    for title, sums in (("by provider", ledger.by_provider()), ("by model", ledger.by_model()),
                        ("by day", ledger.by_day()[-14:])):
        rows += [(title, "", "", "", ""), *(_row(one, "  ") for one in sums)]
    return [*table([*rows, _row(total, "")])]


def _row(one: Sum, indent: str) -> tuple[str, ...]:
    unsure = f"{one.unknown} not known yet" if one.unknown else ""
    return f"{indent}{one.name}", str(one.orders), money(one.spent), money(one.high), unsure


def day_of(text: str) -> date:
    """``2026-11-01``, or ``7`` for a week ago."""
    try:
        return date.today() - timedelta(days=int(text)) if text.isdigit() else date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise WorkflowError(f'"{text}" is no day.', "Write it as 2026-11-01, or as a number of days.") from None
