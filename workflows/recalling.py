"""What a person names as a workflow: a file, one that Ajar made, ``run:12`` or ``take:7``; and what led to a take."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ajar.contract import NodeType
from ajar.errors import WorkflowError
from workflows import archive
from workflows.differences import Change, changes
from workflows.expression import parse
from workflows.graph import Expr, Graph, Node, Wire, entries
from workflows.reading import Source, read_source
from workflows.runs import Past, history, run_of
from workflows.settings import Home
from workflows.sidecars import beside
from workflows.take import Take
from workflows.takes import Takes

NUMBERED = re.compile(r"(run|take):(\d{1,15})")
BACK = 64
"""How many takes are looked through for one that another workflow made."""
LOOKED = 10_000
"""How many runs are looked through for the one before."""


@dataclass(frozen=True, slots=True)
class Blame:
    """What is different from the time before."""

    before: str
    """What it is compared with, in words; empty where there was no time before."""
    changes: tuple[Change, ...] = ()
    more: tuple[str, ...] = ()
    """What else differs, that does not stand in the workflow."""
    further: "Blame | None" = None
    """Where the workflow was the same: what differs from the last time that it was another one."""


def recalled(home: Home, text: str) -> Source:
    """The workflow that is meant. WorkflowError where there is none."""
    found = NUMBERED.fullmatch(text)
    if found is None:
        return read_source(text)
    number = int(found[2])
    return of_run(home, run_of(home, number)) if found[1] == "run" else of_take(_take(home, number))


def of_run(home: Home, past: Past) -> Source:
    """The workflow of a run as it was."""
    return Source(archive.recall(home, past.graph), Path(past.workflow).stem or "workflow", Path(past.workflow))


def of_take(take: Take) -> Source:
    """The workflow that made a take, as it was."""
    if not take.path.is_file():
        hint = "The workflow of the run it came from is kept still: ajar history."
        raise WorkflowError(f"The file of take {take.number} of {take.title or take.node} was taken away.", hint)
    return read_source(str(beside(take.path) if beside(take.path).is_file() else take.path))


def blame_of_take(home: Home, id_: int, types: Mapping[str, NodeType] | None = None) -> Blame:
    """What was changed between the take of this node before and this one, on the way to the node."""
    with Takes(home) as takes:
        take = takes.get(id_)
        earlier = earlier_takes(takes, take)
    if not earlier:
        return Blame("")
    blame = _blame(earlier[0], take, types)
    if blame.changes:
        return blame
    other = last_other(earlier, take, types)
    return replace(blame, further=_blame(other, take, types)) if other is not None else blame


def earlier_takes(takes: Takes, take: Take) -> list[Take]:
    """The takes of the same node before this one, the latest first."""
    return [one for one in reversed(takes.of(take.document, take.node)) if one.id < take.id and not one.lost]


def last_other(earlier: Sequence[Take], take: Take, types: Mapping[str, NodeType] | None = None) -> Take | None:
    """Of the takes before, the latest that another workflow made; of those it made, one with the same seed if any."""
    new = of_take(take).graph
    made: Graph | None = None
    first: Take | None = None
    for one in earlier[:BACK]:
        old = of_take(one).graph
        if made is not None and old != made:
            break
        if made is None and not on_the_way(changes(old, new, types), old, new, take.node):
            continue
        made, first = old, first or one
        if one.seed == take.seed:
            return one
    return first


def _blame(before: Take, take: Take, types: Mapping[str, NodeType] | None) -> Blame:
    old, new = of_take(before).graph, of_take(take).graph
    found = tuple(on_the_way(changes(old, new, types), old, new, take.node))
    return Blame(f"take {before.number}", found, tuple(_facts(before, take)))


def blame_of_run(home: Home, number: int, types: Mapping[str, NodeType] | None = None) -> Blame:
    """What was changed between the run of the same workflow before and this one."""
    past = run_of(home, number)
    earlier = [one for one in history(home, LOOKED)
               if one.id < number and one.workflow == past.workflow and one.graph]
    if not earlier:
        return Blame("")
    before = earlier[0]
    found = changes(archive.recall(home, before.graph), archive.recall(home, past.graph), types)
    more = [f"Stage: {past.stage} instead of {before.stage}"] if past.stage != before.stage else []
    return Blame(f"run {before.id}", tuple(found), tuple(more))


def on_the_way(found: list[Change], before: Graph, after: Graph, node: str) -> list[Change]:
    """The changes that can have made a difference to what a node gives: where things lie, and notes, can't."""
    way = upstream(before, node) | upstream(after, node)
    return [change for change in found
            if (change.node in way or change.node.partition("/")[0] in way) and change.kind != "title"]


def upstream(graph: Graph, node: str) -> set[str]:
    """A node and all that feeds it; the groups that are used there as ``group:name``."""
    found: set[str] = set()
    todo = [node.partition("/")[0]]
    while todo:
        name = todo.pop()
        if name in found or name not in graph.nodes:
            continue
        found.add(name)
        todo += _sources(graph.nodes[name])
        if (group := graph.nodes[name].group) is not None:
            found |= _inside(graph, group)
    return found


def _inside(graph: Graph, name: str) -> set[str]:
    found, todo = set[str](), [name]
    while todo:
        group = todo.pop()
        if f"group:{group}" not in found and group in graph.groups:
            found.add(f"group:{group}")
            todo += [inner.group for inner in graph.groups[group].nodes.values() if inner.group is not None]
    return found


def _sources(node: Node) -> list[str]:
    found: list[str] = []
    for value in node.inputs.values():
        for one in entries(value):
            if isinstance(one, Wire):
                found.append(one.node)
            elif isinstance(one, Expr):
                found += [name for name, _ in parse(one.text).references]
    return found


def _facts(before: Take, after: Take) -> list[str]:
    """What differs between two takes besides the workflow."""
    found = []
    if before.seed != after.seed and None not in (before.seed, after.seed):
        found.append(f"Seed: {after.seed} instead of {before.seed}")
    if before.model != after.model:
        found.append(f"Model: {after.model or 'none'} instead of {before.model or 'none'}")
    elif before.revision and after.revision and before.revision != after.revision:
        found.append(f"Another revision of {after.model}: its files are not those of the take before")
    if before.stage != after.stage:
        found.append(f"Stage: {after.stage} instead of {before.stage}")
    return found


def _take(home: Home, number: int) -> Take:
    with Takes(home) as takes:
        return takes.get(number)


def modern(source: Source, types: Mapping[str, NodeType]) -> Source:
    """With today's names of types and inputs, so that a renaming is no change."""
    from workflows import migrate

    return replace(source, graph=migrate.rename(source.graph, types))
