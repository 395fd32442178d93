"""What must run: aliases resolved, branches not chosen left out, quick nodes already computed, index levels known.

The planner walks from the leaves to what they need. It calls no node except quick ones, whose values decide
switches and counts. ``plan`` never recurses: walks are generators that name what they need next.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, get_origin

from ajar.context import Stage
from ajar.contract import REQUIRED, NodeType, Socket, run_to_values
from ajar.errors import AjarError, UserError, WorkflowError
from ajar.hints import File, Levels, Model
from workflows import expression, kinds
from workflows.graph import Expr, Graph, Node, Row, Value, Wire
from workflows.keys import prefix_of, token_of
from workflows.streams import Dims, join

MAX_QUICK_ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class Const:
    """A value known while planning, and the text that stands for it in keys (None: never cached)."""

    value: Any
    token: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """One output of a step."""

    step: str
    output: int
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Gather:
    """All items of a link in order, below the first ``keep`` index levels."""

    link: Link
    keep: int


@dataclass(frozen=True, slots=True)
class Computed:
    """An expression over other values."""

    expression: expression.Expression
    values: tuple[tuple[tuple[str, str], "Binding"], ...]


@dataclass(frozen=True, slots=True)
class Several:
    """A growing row, or a list put together from several wires; None where a row has a gap."""

    items: tuple["Binding | None", ...]


Binding = Const | Link | Gather | Computed | Several


@dataclass(frozen=True, slots=True)
class Step:
    """One node that may run."""

    id: str
    type: NodeType
    slots: tuple[tuple[Socket, Binding], ...]
    dims: Dims
    prefix: str
    lazy: bool = False
    """Which inputs it needs is known only while running."""
    items: tuple[tuple[Any, ...], ...] | None = None
    """The values of a stream that was computed while planning."""
    models: tuple[tuple[str, str], ...] = ()
    """(kind, name) of the models it uses, where known."""

    @property
    def out(self) -> Dims:
        """The index levels of what it gives."""
        return (*self.dims, frozenset((self.id,))) if self.type.stream else self.dims


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order of need, and the results that are asked for."""

    graph: Graph
    steps: Mapping[str, Step]
    leaves: tuple[str, ...]
    known: Mapping[str, tuple[Any, ...]]
    """Values of quick nodes, computed while planning."""
    skipped: Mapping[str, str]
    """Nodes that will not run, and why."""
    stage: Stage
    height: Mapping[str, int]
    """Steps on the longest way from a step to a leaf."""
    counts: Mapping[str, int | None]
    """How often each step runs; None where a stream's length is not known yet."""


class Facts(Protocol):
    """What the planner asks of the outside world."""

    def file(self, node: str, socket: Socket, value: Any) -> Const:
        """A path from a graph: where it lies and the digest of its content. Refused outside the project."""

    def model(self, node: str, socket: Socket, name: str) -> Const:
        """A model's name, and the token of its revision."""

    def frozen(self, node: str, type_: NodeType, result: Mapping[str, Any]) -> tuple[Const, ...]:
        """The stored result of a frozen node."""

    def salt(self, type_id: str) -> str:
        """What else marks the code of a node type: the digest of a file pack's source."""


@dataclass(slots=True)
class _Outcome:
    outputs: tuple[Binding | None, ...]
    """A binding an output; None where nothing flows (muted)."""
    reason: str = ""


_Walk = Generator[str, None, None]


@dataclass(slots=True)
class _Planner:
    graph: Graph
    types: Mapping[str, NodeType]
    facts: Facts
    stage: Stage
    done: dict[str, _Outcome] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    known: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

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
            values = self.facts.frozen(name, type_, node.result or {})
            self.done[name] = _Outcome(tuple(values))
        elif node.state == "bypassed":
            yield from self.bypass(name, node, type_)
        elif type_.needs is not None:
            yield from self.choose(name, node, type_)
        else:
            yield from self.plain(name, node, type_, None)

    def none(self, name: str, type_: NodeType, reason: str) -> None:
        self.skipped[name] = reason
        self.done[name] = _Outcome((None,) * len(type_.outputs), reason)

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
                    found = self.outlet(value)
                    break
            outputs.append(found)
        self.skipped[name] = "it is bypassed"
        self.done[name] = _Outcome(tuple(outputs), "it is bypassed")

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
            yield from self.sources(name, socket, node.inputs.get(decider))
            bound = self.bind(name, socket, node.inputs.get(decider))
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
        yield from self.sources(name, one, value)
        bound = self.bind(name, one, value)
        self.done[name] = _Outcome((bound,) * len(type_.outputs))

    def plain(self, name: str, node: Node, type_: NodeType, needed: set[str] | None, *, lazy: bool = False) -> _Walk:
        """Bind every (needed) input, then compute a quick node at once or make a step."""
        slots: list[tuple[Socket, Binding]] = []
        for socket in type_.inputs:
            value: Any = node.inputs.get(socket.name)
            if needed is not None and socket.name not in type_.deciders:
                value = _only_needed(socket, value, needed)
            yield from self.sources(name, socket, value)
            bound = self.bind(name, socket, value)
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
        dims = join(*(part for _, bound in slots for part in self.levels(bound)))
        models = tuple(
            (hint.kind, bound.value) for socket, bound in slots
            if (hint := socket.hint(Model)) and isinstance(bound, Const) and bound.value
        )
        prefix = prefix_of(type_, take, self.facts.salt(type_.id))
        self.steps[name] = Step(name, type_, slots, dims, prefix, lazy, items, models)
        self.done[name] = _Outcome(tuple(
            Link(name, number, get_origin(output.type) is list) for number, output in enumerate(type_.outputs)
        ))

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
            self.done[name] = _Outcome(tuple(Const(value, token_of(value)) for value in outputs))
        return True

    def sources(self, name: str, socket: Socket, value: Value | None) -> Iterator[str]:
        """The nodes a value comes from."""
        if isinstance(value, Wire):
            yield value.node
        elif isinstance(value, Row):
            for item in value.items:
                yield from self.sources(name, socket, item)
        elif isinstance(value, Expr):
            for reference, inner in expression.parse(value.text).references:
                node = self.graph.nodes.get(reference)
                if node is None:
                    raise WorkflowError(
                        f'The expression at "{name}.{socket.name}" speaks of "{reference}", which is not there.',
                        "Correct the node's name in the expression.", node=name,
                    )
                if self.types[node.type].input(inner) is None:
                    yield reference
                elif isinstance(node.inputs.get(inner), (Wire, Expr)):
                    input_ = self.types[node.type].input(inner)
                    assert input_ is not None
                    yield from self.sources(reference, input_, node.inputs[inner])

    def bind(self, name: str, socket: Socket, value: Value | None) -> Binding | None:
        """The value of an input; None where nothing flows."""
        if value is None and socket.form != "row":
            return None if socket.default is REQUIRED else self.literal(name, socket, socket.default, parsed=True)
        if isinstance(value, Wire):
            outlet = self.outlet(value)
            return _as_list(outlet, self.keep(name, socket)) if socket.form == "list" else outlet
        if isinstance(value, Expr):
            found = self.computed(name, value)
            if isinstance(found, Const) and socket.form == "one" and found.value is not None:
                return self.literal(name, socket, kinds.to_json(found.value))
            return self.ungathered(name, socket, found)
        if socket.form == "one":
            return self.literal(name, socket, value)
        items = value.items if isinstance(value, Row) else value if isinstance(value, (list, tuple)) else (value,)
        if value is None or self.types[self.graph.nodes[name].type].needs is None:
            items = tuple(item for item in items if item is not None)  # gaps only matter where one is chosen by number
        return self.several(name, socket, tuple(items))

    def several(self, name: str, socket: Socket, values: tuple[Value | None, ...]) -> Several:
        one = Socket(socket.name, socket.type, REQUIRED, socket.hints)
        items: list[Binding | None] = []
        for value in values:
            bound = None if value is None else self.bind(name, one, value)
            if socket.form == "list" and isinstance(bound, Link):
                bound = _as_list(bound, self.keep(name, socket))
            items.append(self.ungathered(name, socket, bound))
        if socket.form == "list":
            items = [item for item in items if item is not None]
        return Several(tuple(items))

    def ungathered(self, name: str, socket: Socket, bound: Binding | None) -> Binding | None:
        """An expression gives one value an item; only nodes make streams that can be gathered."""
        if socket.form == "list" and isinstance(bound, Computed) and self.levels(bound):
            raise WorkflowError(
                f'"{socket.name}" of "{name}" gathers a stream, which an expression can\'t make.',
                "Give the expression to a node of its own, and wire that node.", node=name,
            )
        return bound

    def outlet(self, wire: Wire) -> Binding | None:
        type_ = self.types[self.graph.nodes[wire.node].type]
        index = 0
        if wire.output is not None:
            index = next(number for number, output in enumerate(type_.outputs) if output.name == wire.output)
        return self.done[wire.node].outputs[index]

    def keep(self, name: str, socket: Socket) -> int:
        """How many index levels a gathering input leaves as groups."""
        hint = socket.hint(Levels)
        if hint is None:
            return 0
        node = self.graph.nodes[name]
        by = self.types[node.type].input(hint.by)
        bound = self.bind(name, by, node.inputs.get(hint.by)) if by else None
        if not isinstance(bound, Const):
            raise WorkflowError(
                f'"{hint.by}" of "{name}" decides how items are grouped, so it has to be a plain number.',
                f'Type a number into "{hint.by}".', node=name,
            )
        return int(bound.value)

    def literal(self, name: str, socket: Socket, value: Any, *, parsed: bool = False) -> Const:
        if value is None:
            return Const(None, "null")
        try:
            read = value if parsed else kinds.read_literal(socket, value)
        except kinds.KindError as error:
            raise WorkflowError(f'"{socket.name}" of "{name}": {error}', error.hint, node=name) from None
        if socket.hint(File) is not None:
            return self.facts.file(name, socket, read)
        if socket.hint(Model) is not None:
            return self.facts.model(name, socket, read)
        return Const(read, token_of(read))

    def computed(self, name: str, value: Expr) -> Binding:
        found = expression.parse(value.text)
        values: list[tuple[tuple[str, str], Binding]] = []
        for reference, inner in found.references:
            node = self.graph.nodes[reference]
            type_ = self.types[node.type]
            socket = type_.input(inner)
            bound: Binding | None
            if socket is None:
                bound = self.outlet(Wire(reference, inner))
            else:
                bound = self.bind(reference, socket, node.inputs.get(inner))
            values.append(((reference, inner), bound or Const(None, "null")))
        if all(isinstance(bound, Const) for _, bound in values):
            known = {key: bound.value for key, bound in values if isinstance(bound, Const)}
            try:
                result = found.evaluate(known)
            except AjarError as error:
                raise WorkflowError(error.message, error.hint, node=name) from None
            return Const(result, token_of(result))
        return Computed(found, tuple(values))

    def levels(self, bound: Binding | None) -> list[Dims]:
        """The index levels a binding brings to the node that takes it."""
        if isinstance(bound, Link):
            return [self.steps[bound.step].out]
        if isinstance(bound, Gather):
            return [self.steps[bound.link.step].out[: bound.keep]]
        if isinstance(bound, Computed):
            return [part for _, value in bound.values for part in self.levels(value)]
        if isinstance(bound, Several):
            return [part for item in bound.items for part in self.levels(item)]
        return []


def make_plan(graph: Graph, types: Mapping[str, NodeType], leaves: Iterable[str], facts: Facts, stage: Stage) -> Plan:
    """Plan a checked, flattened graph. WorkflowError or Refused where a value, file or model is not to be had."""
    planner = _Planner(graph, types, facts, stage)
    wanted = tuple(leaves)
    for leaf in wanted:
        planner.reach(leaf)
    asked = tuple(dict.fromkeys(found for leaf in wanted for found in _stand_in(planner, leaf)))
    _refuse_undecided_streams(planner.steps, asked)
    return Plan(
        graph, planner.steps, asked, planner.known, planner.skipped, stage, _heights(planner.steps),
        _counts(planner.steps),
    )


def _stand_in(planner: _Planner, leaf: str) -> Iterator[str]:
    """What gives the results of a leaf: itself, or the steps whose values an alias (switch, bypassed node) hands on."""
    outcome = planner.done.get(leaf)
    if leaf in planner.steps or leaf in planner.known:
        yield leaf
    elif outcome is None:
        return
    elif outcome.outputs and all(isinstance(bound, Const) for bound in outcome.outputs):
        planner.known[leaf] = tuple(bound.value for bound in outcome.outputs if isinstance(bound, Const))
        yield leaf
    else:
        for bound in outcome.outputs:
            yield from steps_of(bound)


def leaves_of(graph: Graph) -> tuple[str, ...]:
    """The nodes none of whose outputs is wired and that are not muted."""
    from workflows.graph import wires

    used = {wire[0] for wire in wires(graph)}
    return tuple(name for name, node in graph.nodes.items() if name not in used and node.state != "muted")


def steps_of(bound: Binding | None) -> Iterator[str]:
    """The steps a binding takes values from."""
    if isinstance(bound, Link):
        yield bound.step
    elif isinstance(bound, Gather):
        yield bound.link.step
    elif isinstance(bound, Computed):
        for _, value in bound.values:
            yield from steps_of(value)
    elif isinstance(bound, Several):
        for item in bound.items:
            yield from steps_of(item)


def split_need(need: str) -> tuple[str, int | None]:
    """``options[2]`` is the third socket of a row; ``draft`` a plain input."""
    name, bracket, rest = need.partition("[")
    return name, int(rest.rstrip("]")) if bracket else None


def label_of(need: str) -> str:
    """A need in words: ``options 2``."""
    name, index = split_need(need)
    return name if index is None else f"{name} {index}"


def _refuse_undecided_streams(steps: Mapping[str, Step], leaves: Iterable[str]) -> None:
    """A costly branch that may never run can't decide how often what follows runs."""
    certain: set[str] = set()
    todo = [leaf for leaf in leaves if leaf in steps]
    while todo:
        name = todo.pop()
        if name in certain:
            continue
        certain.add(name)
        step = steps[name]
        for socket, bound in step.slots:
            if not step.lazy or socket.name in step.type.deciders:
                todo.extend(steps_of(bound))
    for name, step in steps.items():
        if not step.lazy:
            continue
        for origin in {origin for level in step.dims for origin in level} - certain:
            if any(steps[source].type.lane != "cpu" for source in _above(steps, origin)):
                raise WorkflowError(
                    f'"{name}" chooses while running, and a branch that may not be chosen makes a stream ("{origin}").',
                    "Gather that stream before the choice, or let a plain number decide.", node=name,
                )


def _above(steps: Mapping[str, Step], name: str) -> set[str]:
    """A step and all it needs."""
    found: set[str] = set()
    todo = [name]
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo.extend(source for _, bound in steps[at].slots for source in steps_of(bound))
    return found


def _heights(steps: Mapping[str, Step]) -> dict[str, int]:
    height = dict.fromkeys(steps, 0)
    for name in reversed(list(steps)):  # a step stands after what it needs
        weight = 20 if steps[name].type.lane != "cpu" else 1
        for _, bound in steps[name].slots:
            for source in steps_of(bound):
                height[source] = max(height[source], height[name] + weight)
    return height


def _counts(steps: Mapping[str, Step]) -> dict[str, int | None]:
    counts: dict[str, int | None] = {}
    for name, step in steps.items():
        total: int | None = 1
        for level in step.dims:
            lengths = [len(items) if (items := steps[origin].items) is not None else None for origin in level]
            known = [length for length in lengths if length is not None]
            total = None if total is None or len(known) < len(lengths) else total * (max(known) if all(known) else 0)
        counts[name] = total
    return counts


def _as_list(bound: Binding | None, keep: int) -> Binding | None:
    """What a gathering input takes: a list as it is, every item of a stream, or one value alone."""
    if isinstance(bound, Link):
        return bound if bound.is_list else Gather(bound, keep)
    if isinstance(bound, Const) and not isinstance(bound.value, list):
        return Several((bound,))
    return bound


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


Quick = Callable[..., Any]
__all__ = ["Binding", "Computed", "Const", "Facts", "Gather", "Link", "Plan", "Several", "Step", "UserError",
           "leaves_of", "make_plan", "split_need", "steps_of"]
