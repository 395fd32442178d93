"""What became of the cells of a sheet: their values, or the sentence that stands in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from workflows.bound import why
from workflows.cell import FAILED
from workflows.compare import Sheet, SheetCell, Spot, spent_on
from workflows.events import Event, NodeDone, NodeFailed, NodeSkipped
from workflows.prepared import Prepared
from workflows.results import Results


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one cell."""

    value: Any = None
    words: str = ""
    """Why there is no value; empty where it just was not made yet."""
    trouble: bool = False
    """The words tell of an error."""
    seconds: float | None = None
    """How long its model took, in this run or when it was made; None where that was not measured."""
    cost: float | None = 0.0
    """What it has cost, in dollars; a stand-in's play money too. None where that is not known any more."""
    played: bool = False
    """Its money was a stand-in's."""
    key: str = ""
    """Of the result, where it has one."""


NOTHING = Outcome()
Outcomes: TypeAlias = Mapping[tuple[int, int], Outcome]
"""By (row, column)."""


@dataclass(slots=True)
class Heard:
    """The events of a run, as far as sheets need them. Listens on the scheduler's thread."""

    values: dict[Spot, tuple[Any, ...]] = field(default_factory=dict)
    seconds: dict[Spot, float] = field(default_factory=dict)
    failed: dict[Spot, str] = field(default_factory=dict)
    wanted: frozenset[Spot] = frozenset()
    """The cells whose values are kept; others would only take memory."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, NodeDone):
            spot = (event.node, event.path)
            if spot in self.wanted:
                self.values[spot] = event.values
            if not event.cached:
                self.seconds[spot] = event.seconds
        elif isinstance(event, (NodeFailed, NodeSkipped)):
            said = event.message if isinstance(event, NodeFailed) else event.reason
            self.failed.setdefault((event.node, event.path), said)


def wanted_of(sheet: Sheet) -> frozenset[Spot]:
    """The cells whose values a sheet shows."""
    return frozenset(cell.spot for cell in sheet.cells)


def outcomes(prepared: Prepared, sheet: Sheet, heard: Heard, results: Results | None) -> Outcomes:
    """What became of each cell by (row, column), after the run."""
    return {(cell.row, cell.column): _outcome(prepared, cell, heard, results) for cell in sheet.cells}


def _outcome(prepared: Prepared, cell: SheetCell, heard: Heard, results: Results | None) -> Outcome:
    name, path = cell.spot
    stream = prepared.plan.steps[name].type.stream
    made = prepared.cells.made[name].get(path[:-1] if stream else path)
    key = (made.key if made is not None else None) or cell.key or ""
    entries = [entry for one in cell.orders for entry in prepared.orders(one)]
    cost = None if cell.unpriced and not entries else spent_on(cell.orders, prepared.orders)
    played = bool(entries) and all(entry.emulated for entry in entries)
    if cell.held:
        return Outcome(words=cell.held)
    if made is not None and made.state == FAILED:
        words = why(made)
        trouble = made.failure is not None and not words.startswith("It was stopped")
        return Outcome(words=words, trouble=trouble, cost=cost, played=played)
    seconds = heard.seconds.get(cell.made_by) if cell.made_by is not None else None
    if seconds is None and results is not None and cell.maker_key:
        seconds = seconds_of(results, cell.maker_key)
    values = heard.values.get(cell.spot)
    there = values is not None and len(values) > cell.output
    value = values[cell.output] if values is not None and there else stored(results, cell.spot, key, cell.output)
    return Outcome(value, seconds=seconds, cost=cost, played=played, key=key)


def seconds_of(results: Results, key: str) -> float | None:
    """How long a stored result took to make."""
    kept = results.get_many([key]).get(key)
    return kept.seconds if kept is not None and kept.values is not None and kept.seconds > 0 else None


def stored(results: Results | None, spot: Spot, key: str, output: int) -> Any:
    """The value of a cell from the store; None where it is not kept."""
    if results is None or not key:
        return None
    kept = results.get_many([key]).get(key)
    if kept is None:
        return None
    values = kept.values if kept.values is not None else next(iter(kept.items[spot[1][-1]:]), None) if spot[1] else None
    return values[output] if values and len(values) > output else None
