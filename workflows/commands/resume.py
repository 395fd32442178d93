"""``ajar resume``: go on with paid work that an earlier run left open, or with a run that asked a person by a file.

Of paid work nothing is ordered anew.
"""

import argparse
import sys
from pathlib import Path

from workflows.allowance import money
from workflows.commands.said import print_json, summary_line
from workflows.entries import OPEN, Entry
from workflows.settings import Home
from workflows.settling import find_order, open_orders, resume_all


def run(request: argparse.Namespace) -> int:
    from workflows.studio import Studio

    if request.order and Path(request.order).suffix == ".json":
        return _go_on(request)
    home = Home.find()
    entries = [entry for entry in open_orders(home) if entry.state in OPEN]
    if request.order:
        entries = [find_order(entries, request.order)]
    undecided = [entry for entry in open_orders(home) if entry.state == "unknown"]
    if not entries:
        return _ended(request, undecided, "" if undecided else "No paid work is open.", 4 if undecided else 0)
    with Studio.open(home, [Path(file) for file in request.pack]) as studio:
        assert studio.remote is not None
        said: dict[str, str] = {}

        def tell(entry: Entry, note: str) -> None:
            if said.get(entry.id) != note and not request.json:
                said[entry.id] = note
                print(f"{entry.node or entry.model}: {note}", file=sys.stderr)

        found = resume_all(studio.remote, studio.packs.providers, entries, tell)
    failed = 0
    for one in found:
        failed += one.error is not None
        if request.json:
            print_json({"event": "order", "order": one.entry.id, "state": one.entry.state, "cost": one.entry.cost,
                        "error": one.error.message if one.error else None})
        elif one.error is not None:
            print(f"{one.entry.id}: {one.error.message}\n  {one.error.hint}", file=sys.stderr)
        else:
            print(f"{one.entry.id}: {one.entry.node or one.entry.model} is fetched, {money(one.entry.cost)}")
    undecided += [one.entry for one in found if one.entry.state == "unknown" and one.entry.id not in
                  {entry.id for entry in undecided}]
    text = "" if failed else "Run the workflows again to use the results; they are not paid for again."
    return _ended(request, undecided, text, 4 if undecided else 1 if failed else 0)


def _go_on(request: argparse.Namespace) -> int:
    """Run on with what a person chose among the candidates of a file."""
    from workflows import asked
    from workflows.commands import run as running
    from workflows.commands.answering import order_of

    return running.run(order_of(asked.read(Path(request.order)), request))


def _ended(request: argparse.Namespace, undecided: list[Entry], text: str, code: int) -> int:
    if request.json:
        print(summary_line(None, code))
        return code
    if text:
        print(text)
    if undecided:
        orders = f"{len(undecided)} order{'s' * (len(undecided) != 1)}"
        print(f"Whether {orders} came about only you can find out: ajar jobs.")
    return code
