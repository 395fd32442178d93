"""What a plan says before anything runs: how often, where, with which model and licence, and what leaves."""

from dataclasses import dataclass

from workflows.cells import Cells
from workflows.facts import WorkflowFacts
from workflows.plan import Plan, Step


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
    price: float | None
    """0.0 for what costs nothing, None where it is not known."""


def rows_of(plan: Plan, cells: Cells, facts: WorkflowFacts) -> tuple[Row, ...]:
    """The rows in the order of need. ``cells`` must have begun, so that stored results are known."""
    return tuple(_row(plan, cells, facts, step) for step in plan.steps.values())


def _row(plan: Plan, cells: Cells, facts: WorkflowFacts, step: Step) -> Row:
    entries = [entry for model in step.models if (entry := facts.used.get(model)) is not None]
    sizes = [entry.bytes for entry in entries if entry.bytes is not None]
    remote = step.type.lane == "remote"
    return Row(
        step.id, step.type.title, "gpu:0" if step.type.lane == "gpu" else step.type.lane, plan.counts[step.id],
        sum(cell.hit is not None for cell in cells.made[step.id].values()),
        ", ".join(entry.title for entry in entries), ", ".join(dict.fromkeys(entry.licence for entry in entries)),
        sum(sizes) if sizes else None, remote, None if remote else 0.0,
    )
