"""``ajar diff``: what differs between two workflows, in sentences."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from workflows.commands.request import open_packs
from workflows.commands.said import print_json
from workflows.differences import SHORT, Change, changes
from workflows.recalling import modern, recalled
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    home, types = Home.find(), open_packs(request.pack).types
    before, after = (modern(recalled(home, text), types) for text in (request.before, request.after))
    found = changes(before.graph, after.graph, types)
    if request.json:
        for change in found:
            print_json(asdict(change))
        return 0
    if not found:
        print("Nothing differs.")
    for line in lines_of(found):
        print(line)
    return 0


def lines_of(found: list[Change] | tuple[Change, ...]) -> Iterator[str]:
    """A sentence a change; of long texts both, a line each."""
    for change in found:
        yield change.text
        if any(isinstance(value, str) and len(value) > SHORT for value in (change.before, change.after)):
            yield from (f"    {sign} {_said(value)}" for sign, value in (("-", change.before), ("+", change.after))
                        if value is not None)


def _said(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
