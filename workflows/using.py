"""Which models a plan uses, and which ones made the files and kept results that it takes: what the gate judges."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ajar.hints import Listed, Model
from ajar.models import ModelEntry, Terms
from workflows.flatten import unfold
from workflows.graph import Graph, Node
from workflows.licences import Used, judge
from workflows.plan import Const, Origin, Plan, Step, origins_of
from workflows.problems import Problem, Severity
from workflows.project import Intent
from workflows.reach import behind
from workflows.sockets import Types
from workflows.terms import Basis

Recorded = Callable[[Origin], Iterable[Mapping[str, Any]]]
"""The models that a file from outside says it was made with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers what a plan uses."""

    find: Callable[[str, str], ModelEntry | None]
    basis: Callable[[ModelEntry], Basis]
    recorded: Recorded
    terms: Terms

    def of(self, plan: Plan, types: Types) -> dict[str, tuple[Used, ...]]:
        """By node: what it uses itself, and what the files and frozen results that flow into it were made with."""
        found: dict[str, tuple[Used, ...]] = {}
        for name, step in plan.steps.items():
            used = [*self.models(name, named(step)), *self._origins(plan, types, step)]
            if used:
                found[name] = tuple(dict.fromkeys(used))
        for leaf in plan.leaves:
            if leaf in plan.known and plan.graph.nodes[leaf].state == "frozen":
                found[leaf] = tuple(self._frozen(plan, types, leaf))
        return found

    def models(self, node: str, models: Iterable[tuple[str, str]]) -> Iterator[Used]:
        """What is known of these (kind, name) that a node names."""
        for kind, name in models:
            entry = self.find(kind, name)
            if entry is not None:
                yield Used(node, kind, entry.id, entry.title, self.basis(entry), entry.source)

    def _origins(self, plan: Plan, types: Types, step: Step) -> Iterator[Used]:
        for origin in dict.fromkeys(origin for _, bound in step.slots for origin in origins_of(bound)):
            for record in self.recorded(origin):
                yield self.of_record(origin.node, record)
            if not origin.input:  # a frozen result: what its node would use, and all before it
                yield from self._frozen(plan, types, origin.node)

    def _frozen(self, plan: Plan, types: Types, node: str) -> Iterator[Used]:
        for name in sorted(behind(plan.graph, node)):
            yield from self.models(node, _written(plan.graph.nodes[name], types))

    def of_record(self, node: str, record: Mapping[str, Any]) -> Used:
        """A model as a file of Ajar's names it: its terms as they are known today, else those that the file names."""
        kind, name = str(record.get("kind", "")), str(record.get("id", ""))
        version = str(record.get("revision", ""))
        entry = self.find(kind, name)
        if entry is not None:
            return Used(node, kind, entry.id, entry.title, self.basis(entry), entry.source, version)
        rows = [self.terms.licences.get(one) for one in str(record.get("licence", "")).split(", ")]
        known = tuple(row for row in rows if row is not None)
        unknown = "" if known and None not in rows else "the file says which model made it, but not under which terms"
        return Used(node, kind, name, name or "a model", Basis(known, unknown), version=version)


def named(step: Step) -> Iterator[tuple[str, str]]:
    """(kind, name) of a step's models; of a service that lists its own, the provider's name stands for the kind."""
    yield from step.models
    if not any(socket.hints and socket.hint(Listed) is not None for socket, _ in step.slots):
        return
    values = {socket.name: bound.value for socket, bound in step.slots if isinstance(bound, Const)}
    for socket, _ in step.slots:
        listed = socket.hint(Listed)
        if listed is not None and isinstance(values.get(socket.name), str):
            provider = dict(listed.providers).get(str(values.get(listed.other)))
            if provider is not None and values[socket.name]:
                yield provider, values[socket.name]


def written_problems(graph: Graph, types: Types, asked: Asked, intent: Intent) -> Iterator[Problem]:
    """What the terms of the models that a graph names mean for a use, without planning: forbidden, or a warning."""
    for name, node in unfold(graph).graph.nodes.items():
        if node.state == "muted":
            continue
        for used in asked.models(name, _written(node, types)):
            verdict = judge(used, intent)
            if verdict.word != "pass":
                severity: Severity = "error" if verdict.word == "block" else "warning"
                yield Problem(severity, verdict.sentence, verdict.hint, name)


def _written(node: Node, types: Types) -> Iterator[tuple[str, str]]:
    """(kind, name) of the models that a node names, as it is written down."""
    type_ = types.get(node.type)
    for socket in type_.inputs if type_ is not None else ():
        hint = socket.hint(Model)
        value = node.inputs.get(socket.name, socket.default)
        if hint is not None and isinstance(value, str) and value:
            yield hint.kind, value
