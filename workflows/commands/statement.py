"""``ajar statement``: with whom a run spoke, as a text to show to a client."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from ajar.errors import AjarError, WorkflowError
from workflows import statement
from workflows.commands.said import print_json
from workflows.disk import trouble, write_new
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    found = statement.find(Home.find(), (request.past,) if request.past is not None else ())
    if not found:
        what = f"run {request.past}" if request.past is not None else "any run"
        raise WorkflowError(f"There is no statement of {what}.", "See which runs there are: ajar history.")
    number = max(found)
    if request.json:
        print_json({"run": number, **asdict(found[number]), "contacted": found[number].contacted})
        return 0
    text = statement.text_of(found[number], number)
    if request.save is None:
        print(text, end="")
        return 0
    target = Path(request.save)
    try:
        if not write_new(target.absolute(), text.encode()):
            raise AjarError(f"{target} is there already.", "Choose another name.")
    except OSError as error:
        raise trouble(error, f"save {target}") from error
    print(target)
    print(found[number].line, file=sys.stderr)
    return 0
