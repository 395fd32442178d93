"""``ajar run``: run a workflow, show what happens, and say where the results are."""

import argparse
import contextlib
import functools
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ajar.errors import AjarError, Refused
from workflows import events, statement
from workflows.commands.answering import answered, take_answers
from workflows.commands.keeping import Keeper, keeping
from workflows.commands.paying import agree, bill_lines, spent_lines
from workflows.commands.request import planned
from workflows.commands.said import problem_lines, summary_line
from workflows.display import Display, JsonLines, people_display
from workflows.figures import seconds_text
from workflows.logs import write_log
from workflows.problems import Problem
from workflows.reading import Source, read_source
from workflows.runs import Runs
from workflows.settings import Home

if TYPE_CHECKING:
    from workflows.entries import Entry
    from workflows.money import Money
    from workflows.run import Output, Run, Summary
    from workflows.studio import Prepared, Studio

TICK = 0.05
"""Seconds between two looks at a run; also how long Ctrl+C may go unnoticed."""
PATIENCE = 5.0
"""Seconds a run may take to stop before we leave without it."""
CODES = {"done": 0, "failed": 1, "waiting": 4, "cancelled": 130}


def run(request: argparse.Namespace) -> int:
    from workflows.studio import Studio

    source = read_source(request.file)
    take_answers(request, source)
    home = Home.open()
    with Studio.open(home, [Path(file) for file in request.pack]) as studio:
        while True:
            code, goes_on = _once(studio, home, source, request)
            if not goes_on:
                return code


def _once(studio: "Studio", home: Home, source: Source, request: argparse.Namespace) -> tuple[int, bool]:
    """Run until the end or until a person has to choose: the exit code, and whether they chose so that it goes on."""
    out = sys.stdout
    asked: list[events.NodeWaiting] = []

    def hear(event: events.Event) -> None:
        if isinstance(event, events.NodeWaiting) and event.choices:
            asked.append(event)

    tell = functools.partial(say, out if request.json else None)
    prepared = planned(studio, source, request, tell, Path(request.out).absolute())
    summary, number = carry_out(studio, home, source, prepared, request, tell, hear)
    code = code_of(summary)
    if code == CODES["waiting"] and asked and answered(asked, summary.outputs, source, request, studio.packs):
        if request.pay is not None:  # what was agreed to is for the whole, not for each part
            request.pay = max(0.0, request.pay - _paid(studio, number, request)["spent"])
        return code, True
    _report(studio, summary, code, request.json, _paid(studio, number, request) if request.json else {})
    tell_money(studio, prepared, number, request)
    return code, False


def carry_out(studio: "Studio", home: Home, source: Source, prepared: "Prepared", request: argparse.Namespace,
              tell: Callable[[Problem], None], also: Callable[[events.Event], None] | None = None,
              ) -> "tuple[Summary, str]":
    """Ask for the money, run, and show what happens; how it ended, and what its orders are marked with.

    ``also`` hears the events too.
    """
    for line in bill_lines(prepared):
        tell_line(line, request.json)
    allowance = agree(prepared, request, studio)
    prepared = replace(prepared, options=replace(prepared.options, allowance=allowance))
    display = JsonLines(sys.stdout) if request.json else people_display(sys.stderr)
    # What nodes print is no result: stdout stays clean for those.
    try:
        with (contextlib.redirect_stdout(sys.stderr), _remembered(home, request, prepared, tell) as finish,
              keeping(studio, prepared, source.file, tell) as keeper):
            summary, number = _follow(studio, prepared, display, keeper, also)
            finish(summary)
    finally:
        _tell_waiting(studio)
    _tell_losses(studio, tell)
    tell_statement(summary, request.json)
    return summary, number


@contextlib.contextmanager
def _remembered(
    home: Home, request: argparse.Namespace, prepared: "Prepared", tell: Callable[[Problem], None]
) -> "Iterator[Callable[[Summary], None]]":
    """Write the run into the history. Trouble with that is told, but it keeps nobody from running."""

    def warn(error: AjarError) -> None:
        tell(Problem("warning", error.message, error.hint))

    try:
        runs = Runs(home)
        number = runs.start(str(Path(request.file).absolute()), prepared.options.stage, prepared.document)
    except AjarError as error:
        warn(error)
        yield lambda summary: None
        return

    def finish(summary: "Summary") -> None:
        try:
            runs.finish(
                number, summary.status, seconds=summary.seconds, ran=summary.ran, cached=summary.cached,
                failed=summary.failed, outputs=[output.path for output in summary.outputs if output.path],
                error=summary.error.message if summary.error else None,
            )
            if summary.statement is not None:
                statement.keep(home, number, summary.statement)
        except AjarError as error:
            warn(error)

    with runs:
        yield finish


def _follow(studio: "Studio", prepared: "Prepared", display: Display, keeper: Keeper,
            also: Callable[[events.Event], None] | None) -> "tuple[Summary, str]":
    """Start the run and draw what happens until it has ended; what its orders are marked with."""
    logs: list[str] = []

    def listen(event: events.Event) -> None:
        if isinstance(event, events.NodeFailed) and event.detail:
            logs.append(f"{event.node} {event.path}\n{event.detail}")
        keeper.hear(event)
        if also is not None:
            also(event)
        display.listen(event)

    started: Run = studio.start(prepared, listen)
    keeper.begin(started)
    summary = _until_ended(started, display)
    display.close()
    if logs and (file := write_log("\n".join(logs))) is not None:
        print(f"The details are in {file}", file=sys.stderr)
    return summary, started.errand.run


def _tell_waiting(studio: "Studio") -> None:
    """Leaving takes a moment where a job's id would be lost without its answer."""
    count = studio.remote.on_its_way if studio.remote is not None else 0
    if count:
        from workflows.remote_lane import LAST_WORD

        print(f"Waiting for the answer to {count} paid call{'s' * (count != 1)}, at most {LAST_WORD:.0f} s: without it "
              "nobody knows what was ordered. Ctrl+C leaves at once.", file=sys.stderr, flush=True)


def _tell_losses(studio: "Studio", tell: Callable[[Problem], None]) -> None:
    """Say which results could not be kept for the next run, each reason once."""
    if studio.results is None:
        return
    studio.results.flush()
    for message, hint in dict.fromkeys((error.message, error.hint) for error in studio.results.take_problems()):
        tell(Problem("warning", message, hint))


def paid_entries(studio: "Studio", number: str) -> "list[Entry]":
    """The orders of a run, as they stand now."""
    money = _money(studio)
    return [entry for entry in money.books.all() if entry.run == number] if money is not None else []


def _paid(studio: "Studio", number: str, request: argparse.Namespace) -> dict[str, Any]:
    """What the orders of a run came to, for programs. Dollars."""
    money = _money(studio)
    mine = paid_entries(studio, number)
    plain: dict[str, Any] = {"orders": len(mine), "spent": round(sum(entry.cost or 0.0 for entry in mine), 6),
                             "unknown_costs": sum(entry.cost is None and entry.state != "intent" for entry in mine),
                             "emulated": bool(mine) and all(entry.emulated for entry in mine)}
    if request.hosts:
        plain["hosts"] = sorted(money.transport.contacted()) if money is not None else []
    return plain


def _money(studio: "Studio") -> "Money | None":
    """The paid work, if there was any in this process."""
    remote = studio.remote
    return remote.money if remote is not None and remote.journal is not None else None


def tell_money(studio: "Studio", prepared: "Prepared", number: str, request: argparse.Namespace) -> None:
    """What the run has cost, what still goes on elsewhere, and with whom was spoken."""
    money = _money(studio)
    if money is not None and prepared.bids.orders and not request.json:
        for line in spent_lines(money.books.all(), prepared, number):
            print(line, file=sys.stderr)
    if request.hosts and not request.json:
        hosts = sorted(money.transport.contacted()) if money is not None else []
        print(f"Hosts spoken with: {len(hosts)}{': ' if hosts else ''}{', '.join(hosts)}", file=sys.stderr)


def tell_statement(summary: "Summary", as_json: bool) -> None:
    """With whom was spoken, where that is a question: work is kept to places, something was sent, or was refused."""
    said = summary.statement
    if said is None or as_json or (said.residency == "open" and not said.hosts and not said.refused):
        return
    print(f"{said.line}. To show that: ajar statement", file=sys.stderr)


def tell_line(line: str, as_json: bool) -> None:
    """A line for people; programs read the rows of the plan."""
    if not as_json:
        print(line, file=sys.stderr)


def _until_ended(started: "Run", display: Display) -> "Summary":
    """Wait while drawing. Ctrl+C cancels the run; pressed again, it ends the program."""
    deadline: float | None = None
    while True:
        try:
            display.draw()
            return started.wait(TICK)
        except TimeoutError:
            if deadline is not None and time.monotonic() > deadline:
                raise KeyboardInterrupt from None
        except KeyboardInterrupt:
            if deadline is not None:
                raise
            deadline = time.monotonic() + PATIENCE
            started.cancel()


def code_of(summary: "Summary") -> int:
    """What a command leaves with after a run."""
    if isinstance(summary.error, Refused):
        return Refused.exit_code
    return CODES[summary.status]


def _report(studio: "Studio", summary: "Summary", code: int, as_json: bool, paid: dict[str, Any]) -> None:
    outputs = sorted(summary.outputs, key=lambda output: (output.node, output.output, output.index))
    if as_json:
        counts = {"seconds": round(summary.seconds, 3), "cached": summary.cached, "ran": summary.ran}
        rows = [_plain(studio, output) for output in outputs]
        print(summary_line(summary.error, code, outputs=rows, **counts, failed=summary.failed, **paid), flush=True)
        return
    _print_outputs(outputs)
    sys.stdout.flush()
    if code == 130:
        print("Cancelled.", file=sys.stderr)
    elif summary.error is not None and not summary.failed and summary.status != "waiting":
        print(f"error: {summary.error.message}", file=sys.stderr)
        if summary.error.hint:
            print(f"hint: {summary.error.hint}", file=sys.stderr)
    failed = f", {summary.failed} failed" if summary.failed else ""
    took = f"{summary.ran} ran, {summary.cached} cached{failed}, {seconds_text(summary.seconds)}"
    print(f"{'Done' if code == 0 else 'Ended'}: {took}", file=sys.stderr)


def _print_outputs(outputs: "Sequence[Output]") -> None:
    for output in outputs:
        if output.path is not None:
            print(_near(output.path))
        elif not _is_nothing(output.value):
            place = "-".join([output.node, *(str(index + 1) for index in output.index)])
            print(f"{place}: {output.value}")


def _is_nothing(value: Any) -> bool:
    """An output that a node left empty: one of several, such as the film of a node that made a picture."""
    return value is None or (isinstance(value, (str, list, tuple)) and not value)


def _plain(studio: "Studio", output: "Output") -> dict[str, Any]:
    plain: dict[str, Any] = {
        "node": output.node, "output": output.output, "index": list(output.index), "path": None, "digest": None
    }
    if output.path is not None:
        return {**plain, "path": str(output.path), "digest": studio.digests.of_file(output.path)}
    from workflows.kinds import to_json

    try:
        return {**plain, "value": to_json(output.value)}
    except TypeError:
        return plain


def _near(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def say(json_out: IO[str] | None, problem: Problem) -> None:
    """A problem, for people or for programs."""
    if json_out is not None:
        plain = {"event": problem.severity, "message": problem.message, "hint": problem.hint, "node": problem.node}
        print(json.dumps(plain), file=json_out)
        return
    for line in problem_lines(problem):
        print(line, file=sys.stderr)
