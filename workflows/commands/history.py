"""``ajar history``: the latest runs."""

import argparse
import time
from dataclasses import asdict

from workflows import runs, statement
from workflows.commands.said import print_json, seconds_text, table
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    found = runs.history(Home.find(), max(request.n, 0))
    if request.json:
        for past in found:
            print_json(asdict(past))
        return 0
    if not found:
        print("Nothing has been run yet.")
        return 0
    said = statement.find(Home.find(), tuple(past.id for past in found))
    lines = table([_row(past) for past in found])
    for line, past in zip(lines, found, strict=True):
        print(line)
        for path in past.outputs[:8]:
            print(f"    {path}")
        if len(past.outputs) > 8:
            print(f"    and {len(past.outputs) - 8} more")
        if past.error:
            print(f"    {past.error}")
        if past.id in said and (said[past.id].hosts or said[past.id].residency != "open"):
            print(f"    {said[past.id].line}")
    return 0


def _row(past: runs.Past) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(past.started))
    counts = "" if past.ran is None else f"{past.ran} ran, {past.cached} cached, {past.failed} failed"
    took = "" if past.seconds is None else seconds_text(past.seconds)
    return str(past.id), when, past.status, took, past.workflow, counts
