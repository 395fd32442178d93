"""From a graph to a plan: aliases resolved, branches not chosen left out, quick nodes computed, index levels known.

The planner walks from the leaves to what they need. It calls no node except quick ones, whose values decide
switches and counts. It never recurses: walks are generators that name what they need next.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_origin

from ajar.context import Stage
from ajar.contract import REQUIRED, NodeType, Socket, run_to_values
from ajar.errors import WorkflowError
from ajar.hints import Model
from workflows import kinds
from workflows.binder import Binder, Outputs
from workflows.graph import CONFIDENTIAL, Graph, Node, Row, Wire
from workflows.keys import prefix_of, token_of
from workflows.outlook import counts_of, heights_of, refuse_undecided_streams
from workflows.plan import (
    Binding,
    Const,
    Facts,
    Link,
    Origin,
    Plan,
    Several,
    Step,
    label_of,
    levels_of,
    origins_of,
    split_need,
    steps_of,
)
from workflows.streams import join

MAX_QUICK_ITEMS = 100_000

_Walk = Generator[str, None, None]


@dataclass(slots=True)
class _Planner:
    """Walks from a leaf to what it needs, and makes the steps in that order."""

    graph: Graph
    types: Mapping[str, NodeType]
    facts: Facts
    stage: Stage
    done: dict[str, Outputs] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    known: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    binder: Binder = field(init=False)
    _lists: dict[str, list[bool]] = field(default_factory=dict)
    """By node type: which of its outputs are lists."""

    def __post_init__(self) -> None:
        self.binder = Binder(self.graph, self.types, self.facts, self.done, self.steps)

    def reach(self, target: str) -> None:
        """Plan a node and all it needs, with an own stack: chains may be thousands long."""
        stack: list[tuple[str, _Walk]] = []
        entered: set[str] = set()
        wanted: str | None = target
        while True:
            if wanted is not None and wanted not in self.done:
                if wanted in entered:
                    raise WorkflowError(f'The node "{wanted}" needs its own result.', "Remove one wire of the circle.")
                entered.add(wanted)
                stack.append((wanted, self.visit(wanted)))
            if not stack:
                return
            name, walk = stack[-1]
            try:
                wanted = next(walk)
            except StopIteration:
                stack.pop()
                entered.discard(name)
                wanted = None

    def visit(self, name: str) -> _Walk:
        node = self.graph.nodes[name]
        type_ = self.types[node.type]
        if node.state == "muted":
            self.none(name, type_, "it is muted")
        elif node.state == "frozen":
            self.done[name] = self.facts.frozen(name, type_, node.result or {})
        elif node.state == "bypassed":
            yield from self.bypass(name, node, type_)
        elif type_.needs is not None:
            yield from self.choose(name, node, type_)
        else:
            yield from self.plain(name, node, type_, None)

    def none(self, name: str, type_: NodeType, reason: str) -> None:
        self.skipped[name] = reason
        self.done[name] = (None,) * len(type_.outputs)

    def bypass(self, name: str, node: Node, type_: NodeType) -> _Walk:
        """Each output gives the first wired input that fits it."""
        outputs: list[Binding | None] = []
        for output in type_.outputs:
            found: Binding | None = None
            for socket in type_.inputs:
                value = node.inputs.get(socket.name)
                if isinstance(value, Row):
                    value = next((item for item in value.items if isinstance(item, Wire)), None)
                if isinstance(value, Wire) and kinds.compatible(socket.type, output):
                    yield value.node
                    found = self.binder.outlet(value)
                    break
            outputs.append(found)
        self.skipped[name] = "it is bypassed"
        self.done[name] = tuple(outputs)

    def choose(self, name: str, node: Node, type_: NodeType) -> _Walk:
        """A node with lazy inputs: decided now where what decides is known, else while running."""
        values: dict[str, Any] = {}
        decided = True
        for decider in type_.deciders:
            if decider == "stage" and type_.input("stage") is None:
                values["stage"] = self.stage
                continue
            socket = type_.input(decider)
            assert socket is not None and type_.needs is not None
            yield from self.binder.sources(name, socket, node.inputs.get(decider))
            bound = self.binder.bind(name, socket, node.inputs.get(decider))
            if isinstance(bound, Const):
                values[decider] = bound.value
            else:
                decided = False
        if not decided:
            yield from self.plain(name, node, type_, None, lazy=True)
            return
        assert type_.needs is not None
        needed = type_.needs(**values)
        if not type_.alias:
            yield from self.plain(name, node, type_, needed)
            return
        yield from self.through(name, node, type_, needed)

    def through(self, name: str, node: Node, type_: NodeType, needed: set[str]) -> _Walk:
        """A decided switch or stage: what follows takes the chosen input itself, and keeps its key."""
        [choice] = needed
        socket_name, index = split_need(choice)
        socket = type_.input(socket_name)
        assert socket is not None
        value: Any = node.inputs.get(socket_name)
        if index is not None:
            value = _nth(value, index)
        if value is None:
            raise WorkflowError(
                f'The node "{name}" is set to "{label_of(choice)}", but nothing is wired there.',
                f'Wire something into "{label_of(choice)}" of "{name}", or choose another.', node=name,
            )
        one = Socket(socket.name, socket.type, socket.default, socket.hints, "one", socket.optional)
        yield from self.binder.sources(name, one, value)
        bound = self.binder.bind(name, one, value)
        self.done[name] = (bound,) * len(type_.outputs)

    def plain(self, name: str, node: Node, type_: NodeType, needed: set[str] | None, *, lazy: bool = False) -> _Walk:
        """Bind every (needed) input, then compute a quick node at once or make a step."""
        slots: list[tuple[Socket, Binding]] = []
        for socket in type_.inputs:
            value: Any = node.inputs.get(socket.name)
            if needed is not None and socket.name not in type_.deciders:
                value = _only_needed(socket, value, needed)
            if isinstance(value, Wire):
                yield value.node
            elif value is not None:
                yield from self.binder.sources(name, socket, value)
            bound = self.binder.bind(name, socket, value)
            if bound is None:
                if socket.required and (needed is None or socket.name in needed):
                    self.none(name, type_, f'nothing reaches its input "{socket.name}"')
                    return
                bound = Const(None if socket.default is REQUIRED else socket.default, "null")
            slots.append((socket, bound))
        if type_.quick and not type_.touches and not lazy and self.compute(name, type_, slots, node.take):
            return
        self.add(name, type_, tuple(slots), node.take, lazy)

    def add(self, name: str, type_: NodeType, slots: tuple[tuple[Socket, Binding], ...], take: int, lazy: bool,
            items: tuple[tuple[Any, ...], ...] | None = None) -> None:
        wired = [bound for _, bound in slots if not isinstance(bound, Const)]
        sources = tuple(source for bound in wired for source in steps_of(bound))
        dims = join(*(part for bound in wired for part in levels_of(bound, self.steps)))
        models = tuple(
            (hint.kind, bound.value) for socket, bound in slots
            if socket.hints and isinstance(bound, Const) and bound.value and (hint := socket.hint(Model))
        )
        prefix = prefix_of(type_, take, self.facts.salt(type_.id))
        self.steps[name] = Step(name, type_, slots, sources, dims, prefix, lazy, items, models, take)
        lists = self._lists.get(type_.id)
        if lists is None:
            lists = self._lists[type_.id] = [get_origin(output.type) is list for output in type_.outputs]
        self.done[name] = tuple([Link(name, number, is_list) for number, is_list in enumerate(lists)])

    def compute(self, name: str, type_: NodeType, slots: list[tuple[Socket, Binding]], take: int) -> bool:
        """Run a quick node whose inputs are all known. False where they are not, or where it fails."""
        if not all(_is_known(bound) for _, bound in slots):
            return False
        arguments = {socket.name: _known(bound) for socket, bound in slots}
        values: list[tuple[Any, ...]] = []
        try:
            for value in run_to_values(type_, None, arguments):
                values.append(value)
                if len(values) > MAX_QUICK_ITEMS:
                    return False
        except Exception:  # it runs (and fails) like any other node, where the error is reported
            return False
        if type_.stream:
            self.add(name, type_, tuple(slots), take, False, tuple(values))
        else:
            [outputs] = values
            self.known[name] = outputs
            origins = dict.fromkeys(origin for _, bound in slots for origin in origins_of(bound))
            whole = (*self.own(name), *origins)
            self.done[name] = tuple(Const(value, token_of(value), whole) for value in outputs)
        return True


    def own(self, name: str) -> tuple[Origin, ...]:
        """The node itself, where a person has marked what it gives as confidential."""
        return (Origin(name),) if self.graph.nodes[name].extra.get(CONFIDENTIAL) else ()


def make_plan(graph: Graph, types: Mapping[str, NodeType], leaves: Iterable[str], facts: Facts, stage: Stage) -> Plan:
    """Plan a checked, flattened graph. WorkflowError or Refused where a value, file or model is not to be had."""
    planner = _Planner(graph, types, facts, stage)
    wanted = tuple(leaves)
    for leaf in wanted:
        planner.reach(leaf)
    asked = tuple(dict.fromkeys(found for leaf in wanted for found in _stand_in(planner, leaf)))
    refuse_undecided_streams(planner.steps, asked)
    return Plan(
        graph, planner.steps, asked, planner.known, planner.skipped, stage, heights_of(planner.steps),
        counts_of(planner.steps),
    )


def _stand_in(planner: _Planner, leaf: str) -> Iterator[str]:
    """What gives the results of a leaf: itself, or the steps whose values an alias (switch, bypassed node) hands on."""
    outputs = planner.done.get(leaf, ())
    constants = tuple(bound.value for bound in outputs if isinstance(bound, Const))
    if leaf in planner.steps or leaf in planner.known:
        yield leaf
    elif outputs and len(constants) == len(outputs):
        planner.known[leaf] = constants
        yield leaf
    else:
        for bound in outputs:
            yield from steps_of(bound)


def _only_needed(socket: Socket, value: Any, needed: set[str]) -> Any:
    if socket.form != "row":
        return value if socket.name in needed else None
    items = value.items if isinstance(value, Row) else value if isinstance(value, list) else [value]
    return Row(tuple(item if f"{socket.name}[{index}]" in needed else None for index, item in enumerate(items)))


def _nth(value: Any, index: int) -> Any:
    items = value.items if isinstance(value, Row) else value if isinstance(value, list) else [value]
    return items[index] if 0 <= index < len(items) else None


def _is_known(bound: Binding | None) -> bool:
    return isinstance(bound, Const) or (isinstance(bound, Several) and all(map(_is_known, bound.items)))


def _known(bound: Binding | None) -> Any:
    if isinstance(bound, Several):
        return [_known(item) for item in bound.items]
    return bound.value if isinstance(bound, Const) else None
