"""What a plan will say of a workflow, told by a mere look: files that are not there, words that a model does not know,
orders that a provider would refuse or that have another price by now. No large file is read, and nothing is stored."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ajar.context import Stage
from ajar.errors import AjarError, Refused
from ajar.models import Catalogue
from workflows import hearing
from workflows.cells import Cells
from workflows.demand import to_call
from workflows.digests import Digests
from workflows.facts import WorkflowFacts
from workflows.flatten import inner, unfold
from workflows.graph import Graph
from workflows.guard import Guard
from workflows.journal import look
from workflows.lineages import MadeWith
from workflows.marks import Marks
from workflows.obedience import obey, refuse_leaks
from workflows.packs import Packs
from workflows.plan import Plan, leaves_of
from workflows.planner import make_plan
from workflows.problems import Problem
from workflows.project import Policy, Project
from workflows.quotes import Bids, bids_of
from workflows.repricing import repriced
from workflows.secrecy import secrets_of
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
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a plan would say."""

    problems: tuple[Problem, ...] = ()
    refused: tuple[Problem, ...] = ()
    """Why a policy would refuse it: work would go where it may not."""


def foreseen(graph: Graph, packs: Packs, catalogue: Catalogue, place: Place,
             only: Collection[str] = (), stages: Collection[Stage] = STAGES) -> Foreseen:
    """What planning would stop at, as errors, and what it would warn of, for a graph that is sound in itself.

    What only Final would be refused for is a warning where both stages are looked at.
    """
    if any(node.state == "frozen" for node in graph.nodes.values()):
        return Foreseen()  # frozen results lie in the store, which is not opened for a look
    problems: dict[Problem, None] = {}
    refused: dict[Problem, None] = {}
    for stage in stages:
        facts = WorkflowFacts(place.base, place.project, catalogue, _Unread(), packs, None, place.trusted)
        unfolded = unfold(graph)
        named = tuple(dict.fromkeys(flat for name in only for flat in inner(unfolded, name)))
        leaves = named or leaves_of(unfolded.graph, packs.types)
        try:
            plan = make_plan(unfolded.graph, packs.types, leaves, facts, stage)
        except AjarError as error:
            problems[_problem(error)] = None
            continue
        cells = Cells(plan, None)
        cells.look()
        problems.update(dict.fromkeys(hearing.problems_of(plan, cells, facts)))
        called = to_call(plan, lambda name: 0)
        bids = bids_of(plan, cells, called, lambda keys: set())
        problems.update(dict.fromkeys(map(_problem, bids.problems)))
        if bids.orders:
            problems.update(dict.fromkeys(repriced(bids, look(place.home))))
        for problem in _refused(plan, packs, place, bids, called):
            if stage == "draft" or len(stages) == 1:
                refused[problem] = None
            elif problem not in refused:  # a run takes Draft unless it is told otherwise
                problems[replace(problem, severity="warning", message=f"In Final: {problem.message}")] = None
    return Foreseen(tuple(problems), tuple(refused))


def _refused(plan: Plan, packs: Packs, place: Place, bids: Bids, called: Collection[str]) -> Iterator[Problem]:
    """What residency and marks would refuse. A server of one's own is taken to be on this machine."""
    if all(step.type.lane != "remote" for step in plan.steps.values()):
        return
    marks = Marks(place.home)
    guard = Guard(marks, Digests(None), place.project, place.base, remember=False, says=MadeWith().confidential)
    try:
        obey(plan, place.policy, bids, packs.providers, lambda provider: True, called)
        refuse_leaks(plan, secrets_of(plan, packs.types, guard), bids, packs.providers, lambda provider: True, called)
    except Refused as error:
        yield _problem(error)
    finally:
        marks.close()


def _problem(error: AjarError) -> Problem:
    return Problem("error", error.message, error.hint, error.node)


class _Unread(Digests):
    """Digests that nobody needs: what is not run needs no key, and models are many gigabytes."""

    def __init__(self) -> None:
        super().__init__(None)

    def of_file(self, path: Path) -> str:
        return str(path)

    def of_folder(self, path: Path, *, content: bool = False) -> str:
        return str(path)
