"""What of a run is confidential: whatever was made from a file that is marked, pictures, texts and formulas alike.

It is known from the plan, and found again while running where a file is named by another node. What is confidential
reaches no other machine: refused in the plan, before an order, and kept on everything that is made.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ajar.errors import Refused
from ajar.hints import File
from workflows.graph import CONFIDENTIAL
from workflows.guard import Guard, Secret
from workflows.plan import Const, Origin, Plan, Step, origins_of
from workflows.reach import before, behind
from workflows.sockets import Types

__all__ = ["Guard", "Secrecy", "Secret", "leak", "secrets_of"]


class Secrecy:
    """What is confidential in one run, by step. More can be found while it runs; nothing is ever taken away."""

    def __init__(self, plan: Plan, found: Mapping[str, Secret], guard: Guard) -> None:
        self._plan = plan
        self._found = dict(found)
        self._guard = guard
        self._late = {name: sockets for name, step in plan.steps.items() if (sockets := _late(step))}
        """By step: the inputs that may be given the name of a file while running."""

    def of(self, node: str) -> Secret | None:
        """Why what a node gives is confidential; None where it is not."""
        return self._found.get(node)

    @property
    def nodes(self) -> Mapping[str, Secret]:
        return self._found

    def arrived(self, step: str, arguments: Mapping[str, Any]) -> None:
        """A step is about to be called with these. AjarError where it can't be told whether a file is confidential."""
        if step in self._found or self._guard.idle:
            return
        for name in self._late.get(step, ()):
            secret = self._guard.of_value(step, arguments.get(name))
            if secret is not None:
                self.taint(step, secret)

    def keep(self, secret: Secret, digests: Iterable[str]) -> None:
        """Contents that were made from something confidential are marked as well, so that no way leads round it."""
        for digest in digests:
            self._guard.inherit(secret, digest)

    def keep_file(self, node: str, file: Path) -> None:
        """The same of a file that a node has written, or that its result was exported to."""
        secret = self.of(node)
        if secret is not None and file.is_file():
            self._guard.inherit(secret, self._guard.digest(file), file.name)

    def taint(self, step: str, secret: Secret) -> None:
        """From here on: the step and all that follows it."""
        self._found.setdefault(step, secret)
        for name, other in self._plan.steps.items():  # in the order of need
            if any(source in self._found for source in other.sources):
                self._found.setdefault(name, next(self._found[one] for one in other.sources if one in self._found))


def secrets_of(plan: Plan, types: Types, guard: Guard) -> dict[str, Secret]:
    """By step: why what it gives is confidential. Of a frozen result also what it was made from, as the graph says."""
    found: dict[str, Secret] = {}
    passing = _passing(plan, types)
    idle = guard.idle  # then no file has to be looked for behind what is only a text
    for name, step in plan.steps.items():
        secret = next((found[source] for source in step.sources if source in found), None)
        secret = secret or (_through(plan, name, passing) if passing else None)
        secret = secret or _own(plan, types, step, guard, idle=idle)
        if secret is not None:
            found[name] = secret
    return found


def leak(node: str, secret: Secret, title: str) -> Refused:
    """The refusal: with the node that would send it, and the file and the node it comes from."""
    return Refused(
        f'"{node}" would send what is confidential to {title}: {secret.said}.',
        'Use a model of this machine. Or take the mark away, and say why: ajar confidential clear FILE --reason "..."',
        node=node)


def _passing(plan: Plan, types: Types) -> frozenset[str]:
    """The marked nodes that only pass on what they are given, and are no steps: switches, stages, bypassed nodes."""
    return frozenset(
        name for name, node in plan.graph.nodes.items()
        if node.extra.get(CONFIDENTIAL) and name not in plan.steps and node.state != "muted"
        and (node.state == "bypassed" or ((type_ := types.get(node.type)) is not None and type_.alias))
    )


def _through(plan: Plan, step: str, passing: frozenset[str]) -> Secret | None:
    """Whether something reaches a step through one of these, past nothing that is a step itself."""
    seen: set[str] = set()
    todo = list(before(plan.graph.nodes[step]))
    while todo:
        name = todo.pop()
        if name in passing:
            return Secret(name, "", "")
        if name not in seen and name not in plan.steps and name in plan.graph.nodes:
            seen.add(name)
            todo += before(plan.graph.nodes[name])
    return None


def _own(plan: Plan, types: Types, step: Step, guard: Guard, *, idle: bool) -> Secret | None:
    if _marked(plan, step.id):
        return Secret(step.id, "", "")
    for _, bound in step.slots:
        for origin in origins_of(bound):
            secret = _of_origin(plan, types, origin, guard)
            if secret is not None:
                return secret
        # A quick node may have given the name of a file, and a pack may open what is only a text for us.
        if not idle and isinstance(bound, Const) and (secret := guard.of_value(step.id, bound.value)) is not None:
            return secret
    return None


def _of_origin(plan: Plan, types: Types, origin: Origin, guard: Guard) -> Secret | None:
    if not origin.input and _marked(plan, origin.node):
        return Secret(origin.node, "", "")
    secret = guard.of(origin)
    if secret is None and not origin.input:
        for name in sorted(behind(plan.graph, origin.node)):
            if _marked(plan, name):
                return Secret(name, "", "")
            for path in _written_files(plan, types, name):
                if (secret := guard.of_written(name, path)) is not None:
                    return secret
    return secret


def _marked(plan: Plan, name: str) -> bool:
    node = plan.graph.nodes.get(name)
    return node is not None and bool(node.extra.get(CONFIDENTIAL))


def _written_files(plan: Plan, types: Types, name: str) -> Iterator[str]:
    """The files that a node names, as they are written down."""
    node = plan.graph.nodes[name]
    type_ = types.get(node.type)
    for socket in type_.inputs if type_ is not None else ():
        value = node.inputs.get(socket.name)
        if socket.hint(File) is not None and isinstance(value, str):
            yield value


def _late(step: Step) -> tuple[str, ...]:
    return tuple(socket.name for socket, bound in step.slots if not isinstance(bound, Const))
