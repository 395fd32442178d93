"""``ajar jobs``: the paid orders that are not at their end, and a person's word about one."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ajar.errors import WorkflowError
from workflows.allowance import money
from workflows.commands.said import print_json, shown, summary_line, table
from workflows.entries import Entry
from workflows.journal import look
from workflows.settings import Home
from workflows.settling import (
    Resumed,
    find_order,
    open_orders,
    settle_again,
    settle_forget,
    settle_ran,
    settle_stop,
)

WORDS = {
    "intent": "not sent", "sending": "was being sent", "submitted": "at work there", "ready": "ready to be fetched",
    "fetched": "done", "committed": "done", "failed": "failed", "blocked": "blocked by its rules",
    "cancelled": "stopped", "unknown": "unknown: you decide", "abandoned": "forgotten",
}


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    if request.order:
        return _decide(home, request)
    entries = look(home) if request.all else open_orders(home)
    if request.json:
        for entry in entries:
            print_json({"event": "order", **_plain(entry)})
        print(summary_line(None, 0))
        return 0
    if not entries:
        print("No paid work is open." if not request.all else "Nothing was ever ordered.")
        return 0
    head = ("order", "when", "provider", "model", "node", "price", "state", "job")
    print("\n".join(table([head, *map(_row, entries)])))
    if any(entry.state == "unknown" for entry in entries):
        print("\nWhere the state is unknown, look into the provider's console, then say which:\n"
              "  ajar jobs ORDER ran JOB-ID   it ran there: fetch its result\n"
              "  ajar jobs ORDER again        send it anew at the next run (may pay twice)\n"
              "  ajar jobs ORDER forget       leave it")
    if any(entry.state in ("sending", "submitted", "ready") for entry in entries):
        print("\najar resume goes on with what is at work or ready.")
    return 0


def _decide(home: Home, request: argparse.Namespace) -> int:
    from workflows.studio import Studio

    entry = find_order(look(home), request.order)
    if request.what is None:
        for name, value in _plain(entry).items():
            print(f"{name:10} {shown(value)}")
        return 0
    if request.what == "ran" and not request.job:
        raise WorkflowError("The id of the job at the provider is missing.", f"Write: ajar jobs {entry.id} ran JOB-ID.")
    with Studio.open(home, [Path(file) for file in request.pack]) as studio:
        lane, providers = studio.remote, studio.packs.providers
        assert lane is not None
        if request.what == "ran":
            return _tell(settle_ran(lane, providers, entry, request.job, _note))
        if request.what == "again":
            settle_again(lane, entry)
            print("The next run of its workflow sends it anew.")
        elif request.what == "forget":
            left = settle_forget(lane, entry).counts
            may = f" It may have been charged, so it still counts with {money(left)}." if left else ""
            print(f"It is forgotten here; what the provider does with it is shown in its console.{may}")
        else:
            print(settle_stop(lane, providers, entry))
    return 0


def _tell(found: Resumed) -> int:
    if found.error is not None:
        raise found.error
    print(f"Fetched: {len(found.entry.files)} file{'s' * (len(found.entry.files) != 1)}, {money(found.entry.cost)}. "
          "Run its workflow again to use it; it is not paid for again.")
    return 0


def _note(entry: Entry, note: str) -> None:
    print(f"{entry.node or entry.model}: {note}", file=sys.stderr)


def _row(entry: Entry) -> Sequence[str]:
    when = time.strftime("%d %b %H:%M", time.localtime(entry.made))
    price = money(entry.cost if entry.cost is not None else entry.high)
    return (entry.id, when, entry.provider, entry.model, entry.node, price + (" (emulator)" if entry.emulated else ""),
            WORDS[entry.state], entry.remote.id)


def _plain(entry: Entry) -> dict[str, object]:
    return {
        "order": entry.id, "made": round(entry.made, 3), "provider": entry.provider, "model": entry.model,
        "workflow": entry.workflow, "node": entry.node, "item": entry.path, "take": entry.take, "state": entry.state,
        "job": entry.remote.id, "low": entry.low, "high": entry.high, "cost": entry.cost, "source": entry.cost_source,
        "charged": entry.charged, "note": entry.note, "emulated": entry.emulated,
    }
