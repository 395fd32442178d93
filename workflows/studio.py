"""Where everything is built once, for the window and for headless runs alike, and handed down."""

import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ajar.context import Stage
from ajar.contract import NodeType
from ajar.errors import AjarError, Refused, WorkflowError
from ajar.models import ModelEntry
from nodes.local.catalogue import Shelf
from workflows import check as checking
from workflows import migrate, plain
from workflows.cache import Cache
from workflows.cells import Cells
from workflows.digests import Digests
from workflows.events import Event
from workflows.exits import Exit
from workflows.facts import WorkflowFacts, revision
from workflows.flatten import Unfolded, inner, unfold
from workflows.gpu_lane import GpuLane
from workflows.graph import Graph
from workflows.lanes import CpuLane
from workflows.outputs import Outputs
from workflows.packs import Packs, load_packs
from workflows.plan import Plan, leaves_of
from workflows.planner import make_plan
from workflows.problems import Problem
from workflows.project import Policy, Project, policy_of, strictest
from workflows.report import Row, rows_of
from workflows.results import Results
from workflows.run import Run
from workflows.scheduler import Scheduler
from workflows.settings import Home, Settings, read_settings
from workflows.store import Store


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
    leaves: bool = True
    """Write what leaves give as files too; else only what nodes save."""


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


class Studio:
    """Packs, models, store, cache and lanes of one process."""

    def __init__(self, home: Home, packs: Packs, catalogue: Shelf, settings: Settings, results: Results | None,
                 digests: Digests) -> None:
        self.home = home
        self.packs = packs
        self.catalogue = catalogue
        self.settings = settings
        self.results = results
        self.digests = digests
        self._scheduler: Scheduler | None = None
        self._gpu = GpuLane("gpu:0", packs.spec(), home.path)

    @classmethod
    def open(cls, home: Home, pack_files: Sequence[Path] = (), *, writable: bool = True) -> Self:
        """Load the packs and open the data folder. With ``writable=False`` nothing of it is touched."""
        settings = read_settings(home)
        packs = load_packs(pack_files)
        results = Results(Store(home.blobs), Cache(home.cache_db), settings.memory_bytes) if writable else None
        digests = Digests(results.cache if results is not None else None)
        return cls(home, packs, Shelf((home.models,)), settings, results, digests)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler and its lanes, made when first needed."""
        if self._scheduler is None:
            self._scheduler = Scheduler({"cpu": CpuLane(), "gpu:0": self._gpu}, self.results)
        return self._scheduler

    def modern(self, graph: Graph) -> Graph:
        """The graph with today's names of types and inputs."""
        return migrate.rename(graph, self.packs.types)

    def check(self, graph: Graph, project: Project, only: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Everything that is wrong with a graph; needs no data folder and runs nothing."""
        missing = functools.cache(functools.partial(self._missing_model, project.root))
        return checking.check(graph, self.packs.types, only=tuple(only), find_model=missing)

    def plan(self, graph: Graph, project: Project, options: Options,
             problems: tuple[Problem, ...] | None = None) -> Prepared:
        """What a run would do. WorkflowError or Refused where it can't be done.

        ``problems`` is what ``check`` found, where the graph has been checked already.
        """
        if problems is None:
            problems = self.check(graph, project, options.only)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise WorkflowError(errors[0].message, errors[0].hint, node=errors[0].node)
        facts = WorkflowFacts(options.base or project.root, project, self.catalogue, self.digests, self.packs,
                              self.results, options.trusted)
        unfolded = unfold(graph)
        leaves = _leaves(unfolded, options.only, self.packs.types)
        plan = make_plan(unfolded.graph, self.packs.types, leaves, facts, options.stage)
        settings = policy_of(graph.settings, "the workflow")
        policy = strictest(Policy(residency=self.settings.residency), project.policy, settings)
        self._obey(plan, policy, facts.used.values())
        cells = Cells(plan, None if options.no_cache or self.results is None else self.results.get_many)
        cells.look()
        warnings = tuple(problem for problem in problems if problem.severity == "warning")
        return Prepared(plan, rows_of(plan, cells, facts), warnings, graph, facts, options, cells)

    def start(self, prepared: Prepared, listen: Callable[[Event], None]) -> Run:
        """Begin a planned run; returns at once."""
        options = prepared.options
        self.prepare(prepared)
        exits = None
        if options.out is not None:
            exits = Exit(Outputs(options.out, options.workflow), options.workflow, plain.plain(prepared.document),
                         _way(options.out, prepared.facts.base), self._revisions(prepared.facts), strip=options.strip,
                         leaves=options.leaves)
        return self.scheduler.start(prepared.plan, listen, exits, cache=not options.no_cache, cells=prepared.cells)

    def prepare(self, prepared: Prepared) -> None:
        """Let the worker load its libraries already, where a plan will need them."""
        rows = {row.id: row for row in prepared.rows}
        kinds = {kind for step in prepared.plan.steps.values() if step.type.lane == "gpu"
                 and rows[step.id].cached != rows[step.id].calls for kind, _ in step.models}
        if kinds:
            self._gpu.prepare(sorted(kinds))

    def close(self) -> None:
        """Stop what runs and write what waits."""
        if self._scheduler is not None:
            self._scheduler.close()
        if self.results is not None:
            self.results.make_room(self.settings.store_bytes)
            self.results.close()

    def _missing_model(self, base: Path, kind: str, name: str) -> str | None:
        """A sentence if this machine has no such model."""
        try:
            self.catalogue.find(kind, name, base)
        except AjarError as error:
            return f"{error.message} {error.hint}"
        return None

    def _obey(self, plan: Plan, policy: Policy, used: Iterable[ModelEntry]) -> None:
        """Refuse what the strictest of user, project and file forbids."""
        leaving = next((step for step in plan.steps.values() if step.type.lane == "remote"), None)
        if leaving is not None and policy.residency == "local":
            raise Refused(f'"{leaving.id}" would send work out of this machine, but this project is local only.',
                          'Use a local model, or change "residency" in ajar.toml.', node=leaving.id)
        if policy.intent != "commercial":
            return
        licences = self.catalogue.licences()
        for entry in used:
            licence = licences.get(entry.licence)
            if licence is None or licence.commercial == "no":
                terms = "are not known" if licence is None else f"({licence.name}) forbid it"
                raise Refused(f'This work is meant for commercial use, but the terms of "{entry.title}" {terms}.',
                              'Choose another model, or change "intent" in ajar.toml.')

    def _revisions(self, facts: WorkflowFacts) -> Callable[[str, str], Mapping[str, Any]]:
        known: dict[tuple[str, str], Mapping[str, Any]] = {}

        def find(kind: str, name: str) -> Mapping[str, Any]:
            entry = facts.used[kind, name]
            if (kind, name) not in known:
                shown = entry.id if entry.path is None or entry.id != str(entry.path) else entry.path.name
                known[kind, name] = {"kind": kind, "id": shown, "revision": revision(entry, self.digests),
                                     "licence": entry.licence}
            return known[kind, name]

        return find


def _leaves(unfolded: Unfolded, only: tuple[str, ...], types: Mapping[str, NodeType]) -> tuple[str, ...]:
    """The nodes whose results are asked for: all leaves, or the named ones (of a group: its outputs' nodes)."""
    if not only:
        return leaves_of(unfolded.graph, types)
    return tuple(dict.fromkeys(flat for name in only for flat in inner(unfolded, name)))


def _way(out: Path, base: Path) -> str:
    """The way from the output folder to the workflow's, for files that are run again; "" where there is none."""
    try:
        return Path(os.path.relpath(base.resolve(), out.resolve())).as_posix()
    except ValueError:  # another drive
        return ""
