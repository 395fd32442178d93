"""``ajar history``: the latest runs, the workflow of one as it was, and what was changed before it."""

import argparse
import time
from dataclasses import asdict
from pathlib import Path

from ajar.errors import AjarError, WorkflowError
from workflows import format, runs
from workflows.commands.diff import lines_of
from workflows.commands.request import open_packs
from workflows.commands.said import print_json, table
from workflows.figures import seconds_text
from workflows.recalling import Blame, blame_of_run, blame_of_take, recalled
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    if request.deed == "list":
        return _list(home, request)
    name = request.which or ""
    name = f"run:{name}" if name.isdigit() else name
    if not name.startswith(("run:", "take:")):
        raise WorkflowError("Which run is meant?", f"Write its number, or take:7: ajar history {request.deed} 12.")
    return _open(home, name, request) if request.deed == "open" else _why(home, name, request)


def _open(home: Home, name: str, request: argparse.Namespace) -> int:
    text = format.dump(recalled(home, name).graph)
    if request.target is None:
        print(text, end="")
        return 0
    target = Path(request.target)
    if target.exists() and target.read_bytes() != text.encode():
        raise AjarError(f"{target} is there already, and is another one.", "Give another name.")
    format.save(format.read(text.encode()), target)
    print_json({"written": str(target)}) if request.json else print(target)
    return 0


def _why(home: Home, name: str, request: argparse.Namespace) -> int:
    types = open_packs([]).types
    kind, _, number = name.partition(":")
    blame = (blame_of_run if kind == "run" else blame_of_take)(home, int(number), types)
    if request.json:
        print_json(asdict(blame))
        return 0
    for line in why_lines(blame, kind):
        print(line)
    return 0


def why_lines(blame: Blame, kind: str) -> list[str]:
    """What was changed since the time before, for people."""
    if not blame.before:
        return [f"It is the first {kind} of its kind that is kept: there is none before to compare it with."]
    lines = [*lines_of(blame.changes), *blame.more]
    said = [f"Changed since {blame.before}:", *(f"  {line}" for line in lines)] if lines else [
        f"Nothing was changed since {blame.before}."]
    if blame.further is not None:
        said += ["The last one that another workflow made:", *why_lines(blame.further, kind)]
    return said


def _list(home: Home, request: argparse.Namespace) -> int:
    found = runs.history(home, max(request.n, 0))
    if request.json:
        for past in found:
            print_json(asdict(past))
        return 0
    if not found:
        print("Nothing has been run yet.")
        return 0
    lines = table([_row(past) for past in found])
    for line, past in zip(lines, found, strict=True):
        print(line)
        for path in past.outputs[:8]:
            print(f"    {path}")
        if len(past.outputs) > 8:
            print(f"    and {len(past.outputs) - 8} more")
        if past.error:
            print(f"    {past.error}")
    return 0


def _row(past: runs.Past) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(past.started))
    counts = "" if past.ran is None else f"{past.ran} ran, {past.cached} cached, {past.failed} failed"
    took = "" if past.seconds is None else seconds_text(past.seconds)
    return str(past.id), when, past.status, took, past.workflow, counts
