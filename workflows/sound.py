"""What of a workflow can run although something in it is wrong: the leaves that need nothing of what is broken."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from ajar.errors import AjarError
from workflows.cycles import needs
from workflows.flatten import Unfolded, inner, unfold
from workflows.graph import Graph, wires
from workflows.plan import leaves_of
from workflows.problems import Problem
from workflows.project import Project
from workflows.studio import Options, Prepared, Studio

MAX_TRIES = 50
"""Planning stops at the first trouble it meets; so often it is tried again without what met it."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The plan of all that can run, and why the rest can't."""

    prepared: Prepared | None
    """None where nothing at all can run."""
    problems: tuple[Problem, ...]
    lost: tuple[str, ...] = ()
    """The leaves that were asked for and can't run."""


def plan_sound(studio: Studio, graph: Graph, project: Project, options: Options) -> Sound:
    """Plan the leaves that can run, of those that ``options.only`` names or of all; never raises an AjarError."""
    try:
        problems = studio.check(graph, project, options.only, options.stage)
        found = list(problems)
        errors = [problem for problem in problems if problem.severity == "error"]
        if not errors:
            sound = _planned(studio, graph, project, options, problems, found)
            if sound is not None:
                return sound
        return _around(studio, graph, project, options, found)
    except AjarError as error:
        return Sound(None, (Problem("error", error.message, error.hint, error.node),))


def _planned(studio: Studio, graph: Graph, project: Project, options: Options, problems: tuple[Problem, ...],
             found: list[Problem], lost: tuple[str, ...] = ()) -> Sound | None:
    """The plan, or None where it meets trouble at a node, which is then among ``found``."""
    try:
        return Sound(studio.plan(graph, project, options, problems), tuple(found), lost)
    except AjarError as error:
        found.append(Problem("error", error.message, error.hint, error.node))
        if error.node is None:
            return Sound(None, tuple(found), lost)
        return None


def _around(studio: Studio, graph: Graph, project: Project, options: Options, found: list[Problem]) -> Sound:
    """The plan without the leaves that need something broken."""
    if any(problem.node is None and problem.severity == "error" for problem in found):
        return Sound(None, tuple(found))
    unfolded = unfold(graph)
    asked = _asked(unfolded, studio, options.only)
    for _ in range(MAX_TRIES):
        broken = {problem.node for problem in found if problem.severity == "error" and problem.node is not None}
        leaves = sound_leaves(unfolded, studio, asked, broken)
        lost = tuple(name for name in asked if name not in leaves)
        if not leaves:
            return Sound(None, tuple(found), lost)
        checked = studio.check(graph, project, leaves, options.stage)
        if any(problem.severity == "error" for problem in checked):
            return Sound(None, tuple(found), asked)
        sound = _planned(studio, graph, project, replace(options, only=leaves), checked, found, lost)
        if sound is not None:
            return sound
    return Sound(None, tuple(found), asked)


def sound_leaves(unfolded: Unfolded, studio: Studio, asked: Sequence[str], broken: Collection[str]) -> tuple[str, ...]:
    """Those of ``asked`` that need none of the broken nodes."""
    needed = needs(unfolded.graph.nodes, studio.packs.types)

    def is_broken(name: str) -> bool:
        parts = name.split("/")
        return any("/".join(parts[:count]) in broken for count in range(1, len(parts) + 1))

    bad = {vertex for vertex in needed if is_broken(vertex if isinstance(vertex, str) else vertex[0])}
    takers: dict[object, list[object]] = {}
    for vertex, before in needed.items():
        for source in before:
            takers.setdefault(source, []).append(vertex)
    todo: list[object] = list(bad)
    seen: set[object] = set(bad)
    while todo:
        for taker in takers.get(todo.pop(), ()):
            if taker not in seen:
                seen.add(taker)
                todo.append(taker)
    return tuple(name for name in asked if name not in seen and name in needed)


def _asked(unfolded: Unfolded, studio: Studio, only: Iterable[str]) -> tuple[str, ...]:
    """The leaves that are asked for, by flat id. Nodes of unknown types are nobody's source in a formula."""
    names = tuple(only)
    if names:
        return tuple(dict.fromkeys(flat for name in names for flat in inner(unfolded, name)))
    known = {name: node for name, node in unfolded.graph.nodes.items() if node.type in studio.packs.types}
    taken = {source for source, *_ in wires(unfolded.graph)}
    unknown = tuple(name for name in unfolded.graph.nodes if name not in known and name not in taken)
    # Formulas are read by the types of the nodes they speak of; so those that have none are left out of this.
    leaves = leaves_of(replace(unfolded.graph, nodes=known), studio.packs.types)
    return (*(leaf for leaf in leaves if leaf not in taken), *unknown)
