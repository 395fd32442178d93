"""What a run asks a person: at the terminal where one is there, else by a file that anyone may answer later."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.errors import WorkflowError
from workflows import asked as questions
from workflows.asked import Question
from workflows.commands.request import changed
from workflows.commands.said import shown
from workflows.events import NodeWaiting
from workflows.reading import Source

if TYPE_CHECKING:
    from workflows.packs import Packs
    from workflows.run import Output


def take_answers(request: argparse.Namespace, source: Source) -> None:
    """Set what ``--answer FILE`` says, before anything else that is set. Waiting where nobody has chosen."""
    if getattr(request, "answer", None) is None:
        return
    sheet = questions.read(Path(request.answer))
    request.set = [*sheet.run.get("set", ()), *questions.answers(sheet, source.graph), *request.set]
    if request.stage is None:
        request.stage = sheet.run.get("stage")
    request.only = request.only or list(sheet.run.get("only") or ())


def answered(events: Sequence[NodeWaiting], outputs: "Sequence[Output]", source: Source, request: argparse.Namespace,
             packs: "Packs") -> bool:
    """Whether a person at the terminal has chosen, so that the run can go on; else a file asks."""
    graph = changed(source, request, packs)
    found = []
    for event in events:
        files = {_number(one.output): one.path for one in outputs
                 if one.node == event.node and one.output.startswith("choice-") and one.path is not None}
        one = questions.question(graph, event.node, event.message, event.choices, files)
        if one is not None:
            found.append(one)
    if not found:
        return False
    if not request.json and sys.stdin.isatty() and sys.stderr.isatty():
        chosen = [_asked(one) for one in found]
        if all(number is not None for number in chosen):
            request.set = [*request.set, *(f"{one.node}.{one.input}={number}"
                                           for one, number in zip(found, chosen, strict=True))]
            return True
    file = questions.write(Path(request.out).absolute(), source.name, source.file, source.graph,
                           {**vars(request), "out": str(Path(request.out).absolute()),
                            "pack": [str(Path(one).absolute()) for one in request.pack]}, found)
    _tell(file, found, request)
    return False


def _asked(one: Question) -> int | None:
    """The number that a person types; None where they leave it for later."""
    print(f"{one.node}: {one.text}", file=sys.stderr)
    for number, given in enumerate(one.candidates):
        print(f"  {number}  {shown(given)}", file=sys.stderr)
    last = len(one.candidates) - 1
    while True:
        print(f"A number from 0 to {last}, or nothing to choose later: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline().strip()
        if not line:
            return None
        if line.isdigit() and int(line) <= last:
            return int(line)


def _tell(file: Path, found: Sequence[Question], request: argparse.Namespace) -> None:
    if request.json:
        print(json.dumps({"event": "asked", "file": str(file), "nodes": [one.node for one in found]}), flush=True)
        return
    print(f"Choose: write a number at \"choice\" in {file}", file=sys.stderr)
    print(f"then:   ajar resume {file}", file=sys.stderr)


def _number(output: str) -> int:
    return int(output.partition("-")[2])


def order_of(sheet: questions.Sheet, request: argparse.Namespace) -> argparse.Namespace:
    """The command line of the run that asked, with the answers. WorkflowError, or Waiting where some are missing."""
    from workflows.commands.grammar import build_parser
    from workflows.reading import read_source

    if not sheet.workflow.is_file():
        raise WorkflowError(f"The workflow {sheet.workflow} is not there any more.", "Put it back, or run it anew.")
    said = questions.answers(sheet, read_source(str(sheet.workflow)).graph, request.choice)
    plain = vars(build_parser().parse_args(["run", str(sheet.workflow)]))
    kept = {name: value for name, value in sheet.run.items() if value is not None}
    given = {name: vars(request)[name] for name in ("pay", "pay_unknown", "beyond_caps", "json")}
    return argparse.Namespace(**{**plain, **kept, **given, "set": [*kept.get("set", ()), *said]})
