"""What a plan will say of a workflow, told by a mere look: files that are not there, words that a model does not know,
orders that a provider would refuse or that have another price by now. No large file is read, and nothing is stored."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ajar.context import Stage
from ajar.errors import AjarError
from ajar.models import Catalogue
from workflows import hearing
from workflows.cells import Cells
from workflows.demand import to_call
from workflows.digests import Digests
from workflows.facts import WorkflowFacts
from workflows.flatten import inner, unfold
from workflows.graph import Graph
from workflows.journal import look
from workflows.packs import Packs
from workflows.plan import leaves_of
from workflows.planner import make_plan
from workflows.problems import Problem
from workflows.project import Project
from workflows.quotes import bids_of
from workflows.repricing import repriced
from workflows.settings import Home

STAGES: tuple[Stage, Stage] = ("draft", "final")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a workflow lies and where results are kept."""

    base: Path
    """Paths in the workflow are relative to this folder."""
    project: Project
    home: Home
    trusted: frozenset[tuple[str, str]] = frozenset()
    """(node, input) whose path a person gave: it may lead outside the project."""


def foreseen(graph: Graph, packs: Packs, catalogue: Catalogue, place: Place,
             only: Collection[str] = (), stages: Collection[Stage] = STAGES) -> tuple[Problem, ...]:
    """What planning would stop at, as errors, and what it would warn of, for a graph that is sound in itself."""
    if any(node.state == "frozen" for node in graph.nodes.values()):
        return ()  # frozen results lie in the store, which is not opened for a look
    found: dict[Problem, None] = {}
    for stage in stages:
        found.update(dict.fromkeys(_in_stage(graph, packs, catalogue, place, only, stage)))
    return tuple(found)


def _in_stage(graph: Graph, packs: Packs, catalogue: Catalogue, place: Place, only: Collection[str],
              stage: Stage) -> Iterator[Problem]:
    facts = WorkflowFacts(place.base, place.project, catalogue, _Unread(), packs, None, place.trusted)
    unfolded = unfold(graph)
    named = tuple(dict.fromkeys(flat for name in only for flat in inner(unfolded, name)))
    leaves = named or leaves_of(unfolded.graph, packs.types)
    try:
        plan = make_plan(unfolded.graph, packs.types, leaves, facts, stage)
    except AjarError as error:
        yield Problem("error", error.message, error.hint, error.node)
        return
    cells = Cells(plan, None)
    cells.look()
    yield from hearing.problems_of(plan, cells, facts)
    bids = bids_of(plan, cells, to_call(plan, lambda name: 0), lambda keys: set())
    for refused in bids.problems:
        yield Problem("error", refused.message, refused.hint, refused.node)
    if bids.orders:
        yield from repriced(bids, look(place.home))


class _Unread(Digests):
    """Digests that nobody needs: what is not run needs no key, and models are many gigabytes."""

    def __init__(self) -> None:
        super().__init__(None)

    def of_file(self, path: Path) -> str:
        return str(path)

    def of_folder(self, path: Path, *, content: bool = False) -> str:
        return str(path)
