"""What a person asked for, and what is known of a run before it begins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ajar.context import Stage
from workflows.allowance import NOTHING, Allowance
from workflows.cells import Cells
from workflows.entries import Entry
from workflows.facts import WorkflowFacts
from workflows.graph import Graph
from workflows.licences import Gate
from workflows.plan import Plan
from workflows.problems import Problem
from workflows.project import Intent, Policy, Residency
from workflows.quotes import Bids, Bill, bill_of
from workflows.report import Row
from workflows.secrecy import Secrecy


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for besides the graph."""

    stage: Stage = "draft"
    only: tuple[str, ...] = ()
    no_cache: bool = False
    out: Path | None = None
    """Where files go; None: nothing is written."""
    workflow: str = "workflow"
    base: Path | None = None
    """The folder that paths in the graph are relative to; the project's folder if it is not said."""
    trusted: frozenset[tuple[str, str]] = frozenset()
    """(node, input) whose path a person gave for this run: it may lead outside the project."""
    strip: bool = False
    """Leave out of the files how they were made."""
    sidecars: bool = False
    """Write beside every file how it was made, also where that stands inside."""
    leaves: bool = True
    """Write what leaves give as files too; else only what nodes save."""
    allowance: Allowance = NOTHING
    """What a person agreed to pay for this run."""
    residency: Residency = "open"
    """Where work may be done, as asked for on the command line; other places can only be stricter."""
    intent: Intent = "any"
    """What the work is for, as asked for; other places can only be stricter."""
    licence_reason: str = ""
    """Why a person goes on where terms forbid what the work is for; it is kept with what is made."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what a person should know before running it."""

    plan: Plan
    rows: tuple[Row, ...]
    warnings: tuple[Problem, ...]
    document: Graph
    facts: WorkflowFacts
    options: Options
    cells: Cells
    """The state its run begins with; a plan is started once."""
    bids: Bids = field(default_factory=Bids)
    """What will be ordered from providers, priced."""
    keyless: Mapping[str, str] = field(default_factory=dict)
    """The providers whose key is missing, and how to give it."""
    policy: Policy = field(default_factory=Policy)
    gate: Gate = field(default_factory=Gate)
    """What the terms of the models mean for what the work is for."""
    secrecy: Secrecy | None = None
    """What of it is confidential."""
    orders: Callable[[str], Sequence[Entry]] = lambda cell: ()
    """Of the key of a result: what was ordered for it, once it was."""

    @property
    def bill(self) -> Bill:
        """What the run will cost."""
        return bill_of(self.bids)
