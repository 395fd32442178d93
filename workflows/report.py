"""What a plan says before anything runs: how often, where, with which model and licence, and what leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ajar.fits import Fit
from ajar.hints import Model
from ajar.models import ModelEntry
from ajar.remote import Provider
from workflows.cells import Cells
from workflows.facts import WorkflowFacts
from workflows.licences import Gate
from workflows.plan import Const, Plan, Step
from workflows.problems import Problem
from workflows.quotes import Bid, Bids, bill_of

HASHED = ("size", "frames", "tuning")
DECIDING = (*HASHED, "image", "references")
"""The arguments that decide how much memory a model needs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One node of a plan, as a person sees it."""

    id: str
    title: str
    lane: str
    calls: int | None
    """How often it runs; None where that is known only while running."""
    cached: int
    """How many of its calls have a stored result."""
    model: str
    licence: str
    memory: int | None
    """Bytes of the model's weights, which have to fit; None where no model is used or its size is unknown."""
    leaves_machine: bool
    low: float | None = 0.0
    high: float | None = 0.0
    """Dollars for what is left to call: at least and at most; None where that is not known, 0.0 for nothing."""
    provider: str = ""
    """Whose hosted model it is."""
    host: str = ""
    """The machine that is spoken with."""
    basis: str = ""
    """How one order's price was reckoned."""
    price_checked: str = ""
    """The day its price was checked."""
    price_unsure: bool = False
    """Its price has not been confirmed."""
    fit: str = ""
    """How its model will lie in the memory of this machine, in one sentence; empty where that is not reckoned."""
    fits: bool | None = None
    """Whether it fits; None where that is not known."""
    advice: tuple[str, ...] = ()
    """What would make it fit, or fit better; the most useful first."""
    terms: str = ""
    """What the terms of all that its result came through mean: ``pass``, ``warn``, ``block``; empty without a model."""
    terms_said: str = ""
    """Why, in a sentence about the strictest of them."""


def rows_of(plan: Plan, cells: Cells, facts: WorkflowFacts, bids: Bids, host: Callable[[Provider], str]
            ) -> tuple[Row, ...]:
    """The rows in the order of need. ``cells`` must have looked, so that stored results are known."""
    fits: dict[tuple[Any, ...], Fit | None] = {}
    rows = [_row(plan, cells, facts, step, fits) for step in plan.steps.values()]
    first = {bid.node: bid for bid in reversed((*bids.orders, *bids.held))}
    rows = [replace(row, high=None) if row.id in bids.unheard else row for row in rows]
    return tuple(_priced(row, first[row.id], bids, host) if row.id in first else row for row in rows)


def _priced(row: Row, bid: Bid, bids: Bids, host: Callable[[Provider], str]) -> Row:
    """The row of a node that orders something."""
    bill = bill_of(bids, lambda one: one.node == row.id)
    away = not (bid.provider.facts.local and bid.quote.high == 0)
    return replace(row, low=bill.low, high=bill.high, provider=bid.provider.name, host=host(bid.provider),
                   basis=bid.quote.basis, price_checked=bill.checked, price_unsure=bill.unsure, leaves_machine=away)


def _row(plan: Plan, cells: Cells, facts: WorkflowFacts, step: Step, fits: dict[tuple[Any, ...], Fit | None]) -> Row:
    entries = [entry for model in step.models if (entry := facts.used.get(model)) is not None]
    sizes = [entry.bytes for entry in entries if entry.bytes is not None]
    remote = step.type.lane == "remote"
    fit = _fit(facts, step, entries, fits) if step.type.lane == "gpu" else None
    return Row(
        step.id, step.type.title, "gpu:0" if step.type.lane == "gpu" else step.type.lane, plan.counts[step.id],
        sum(cell.hit is not None for cell in cells.made[step.id].values()),
        ", ".join(entry.title for entry in entries), ", ".join(dict.fromkeys(entry.licence for entry in entries)),
        sum(sizes) if sizes else None, remote, provider=step.type.provider, fit=fit.line if fit else "",
        fits=fit.ok if fit else None, advice=fit.advice if fit else (),
    )


def _fit(facts: WorkflowFacts, step: Step, entries: Sequence[ModelEntry], fits: dict[tuple[Any, ...], Fit | None]
         ) -> Fit | None:
    """The fit of the model that a step runs, as far as its arguments are known; ``fits`` are those of steps before."""
    if any(hint.learns for socket in step.type.inputs if (hint := socket.hint(Model)) is not None):
        return None
    known = {socket.name: bound.value for socket, bound in step.slots if isinstance(bound, Const)}
    counted = {name: known[name] for name in DECIDING if name in known}
    for entry in entries:
        key = (entry.path, *((name, value if name in HASHED else id(value)) for name, value in counted.items()))
        if key not in fits:
            fits[key] = facts.catalogue.fit(entry, counted)
        if (found := fits[key]) is not None:
            return found
    return None


def with_terms(rows: Sequence[Row], gate: Gate) -> tuple[Row, ...]:
    """The rows with what the terms along the way of each result mean."""
    return tuple(_with_terms(row, gate) for row in rows) if gate.worst else tuple(rows)


def _with_terms(row: Row, gate: Gate) -> Row:
    worst, own = gate.worst.get(row.id), gate.own.get(row.id, ())
    if worst is None:
        return row
    licence = ", ".join(dict.fromkeys(one.used.basis.id for one in own))
    return replace(row, terms=worst.word, terms_said=worst.sentence, licence=licence or row.licence)


def warnings_of(rows: Sequence[Row]) -> tuple[Problem, ...]:
    """A warning for each node whose model will not fit, with what would help most."""
    return tuple(
        Problem("warning", f'The model of "{row.id}" {row.fit}.', " ".join(row.advice), row.id)
        for row in rows if row.fits is False
    )
