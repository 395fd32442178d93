"""``ajar cost``: what work came to, here and by order; all closed or all open instead; where one's own machine pays."""

import argparse
import time
from dataclasses import asdict, replace
from datetime import datetime

from workflows.allowance import money
from workflows.commands.ledger import day_of
from workflows.commands.said import print_json, summary_line, table
from workflows.costs import (
    COUNTED,
    NOUNS,
    Account,
    BreakEven,
    Line,
    Span,
    World,
    account,
    break_even,
    months_of,
    read_world,
    suggestion,
)
from workflows.figures import seconds_text
from workflows.ledger import read_ledger
from workflows.project import of_place
from workflows.settings import Home, Machine, read_settings
from workflows.work import Piece, WorkLog

UNSAID = ("What the energy came to is not known: say --watts and --tariff, or write them under [machine] in "
          "settings.toml.")
"""Said where local work has no price."""


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    machine = _machine(request, read_settings(home).machine)
    everything = read_ledger(home)
    pieces = WorkLog(home).read()
    if request.project:
        root = str(of_place(request.project).root)
        everything, pieces = everything.of(project=root), [piece for piece in pieces if piece.project == root]
    if request.since:
        first = day_of(request.since)
        everything = everything.since(first)
        pieces = [piece for piece in pieces if datetime.fromtimestamp(piece.when).date() >= first]
    ledger = everything.emulated() if request.emulated else everything.real()
    now, world = time.time(), read_world()
    found = account(pieces, ledger, machine, world, months=months_of(pieces, ledger, now))
    evens = [even for modality in COUNTED if (even := break_even(modality, pieces, ledger, machine, world, now))]
    if request.json:
        for line in found.lines:
            print_json({"event": "line", **asdict(line)})
        for even in evens:
            print_json({"event": "break_even", **asdict(even)})
        sums = {"paid": found.paid, "here": found.here, "hardware": found.hardware, "seconds": found.seconds,
                "closed": asdict(found.closed) if found.closed else None,
                "open": asdict(found.open) if found.open else None}
        print(summary_line(None, 0, **{**sums, "seconds": round(found.seconds, 3)}))
        return 0
    print("\n".join(_told(found, evens, machine, world, pieces)))
    played = len(everything.emulated().charges)
    if played and not request.emulated:
        more = "1 more order" if played == 1 else f"{played} more orders"
        print(f"{more} went to emulators and cost nothing (--emulated).")
    return 0


def _told(found: Account, evens: list[BreakEven], machine: Machine, world: World, pieces: list[Piece]
          ) -> list[str]:
    """The account for people: what was, what would have been, where it turns."""
    if not found.lines:
        return ["Nothing was made yet.", *_turns(evens, world)]
    rows: list[tuple[str, ...]] = [("", "made", "worked", "cost"), *map(_row, found.lines)]
    lines = [*table(rows), *_by_stage(found)]
    lines.append(f"Paid to providers: {money(found.paid)}")
    if found.here is not None:
        lines.append(f"Energy of this machine: {money(found.here)} for {seconds_text(found.seconds)}")
    else:
        lines.append(UNSAID)
    if found.hardware:
        lines.append(f"Paying off the machine: {money(found.hardware)} ({money(machine.monthly)} a month)")
    for word, span in (("ordered", found.closed), ("made here", found.open)):
        if span is not None:
            lines.append(f"All pictures and clips {word}, it would have been {_span(span)} ({span.basis}).")
    if any(piece.is_trial for piece in pieces):
        lines.append("What the built-in models made is listed, and not counted in these: they take no other's place.")
    return [*lines, "", *_turns(evens, world)]


def _by_stage(found: Account) -> list[str]:
    """What looking came to, and what counted; only where there is both."""
    said = []
    for stage in dict.fromkeys(line.stage for line in found.lines):
        lines = [line for line in found.lines if line.stage == stage]
        paid = sum(line.spent or 0.0 for line in lines if line.where)
        worked = sum(line.seconds for line in lines)
        here = f", and {seconds_text(worked)} of this machine" if worked else ""
        said.append(f"{stage.capitalize()}: {money(paid)} paid to providers{here}")
    return said if len(said) > 1 else []


def _turns(evens: list[BreakEven], world: World) -> list[str]:
    """Where a machine of one's own begins to pay, and by which figures."""
    lines = ["Where a machine of your own begins to pay"]
    for even in evens:
        _, many = NOUNS[even.modality]
        lines.append(f"  {many}: {crossing_text(even)}")
        lines.append(f"    ordered {_span(even.closed)} each ({even.closed.basis}); "
                     f"made here {_span(even.here)} each ({even.here.basis})")
        if said := suggestion(even):
            lines.append(f"    {said}")
    saying = world.saying
    lines.append(f"  Others say: {saying['text'][:1].lower()}{saying['text'][1:]} ({saying['source']}, "
                 f"{saying['checked']}).")
    return lines


def crossing_text(even: BreakEven) -> str:
    """Where it turns, with its doubt."""
    if not even.fixed:
        return "nothing is to be paid off (--hardware says what the machine cost), so each one counts as it is"
    if even.low is None:
        return "never, by these figures: ordering is the cheaper way"
    upper = f"to {even.high:.0f}" if even.high is not None else "to never, if ordering stays at its cheapest"
    return f"from {even.low:.0f} {upper} a month"


def _row(line: Line) -> tuple[str, ...]:
    one, many = NOUNS.get(line.modality, (line.modality, line.modality))
    noun = one if line.amount == 1 else many
    amount = f"{line.amount:.3g} {noun}" if line.modality in NOUNS else f"{line.count} calls"
    where = f" ({line.where})" if line.where else " (here)"
    spent = money(line.spent) if line.spent is not None else "not known"
    return f"{line.stage}: {line.model}{where}", amount, seconds_text(line.seconds) if line.seconds else "", spent


def _span(span: Span) -> str:
    """``$0.28 to $1.20``; small sums with as many places as they need."""
    low, high = _dollars(span.low), _dollars(span.high)
    return low if low == high else f"{low} to {high}"


def _dollars(amount: float) -> str:
    return money(amount) if amount == 0 or amount >= 0.01 else f"${amount:.2g}"


def _machine(request: argparse.Namespace, kept: Machine) -> Machine:
    """What the settings say, with what was said just now."""
    given = {name: getattr(request, name) for name in ("watts", "tariff", "hardware", "months")}
    return replace(kept, **{name: value for name, value in given.items() if value is not None})
