"""What reaches an input: the literal, wire, row or expression that a document says there, as a binding."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ajar.contract import REQUIRED, NodeType, Socket
from ajar.errors import AjarError, WorkflowError
from ajar.hints import File, Levels, Model
from workflows import expression, kinds
from workflows.graph import Expr, Graph, Row, Value, Wire
from workflows.keys import token_of
from workflows.plan import Binding, Computed, Const, Facts, Gather, Link, Several, Step, levels_of, origins_of

Outputs = tuple[Binding | None, ...]
"""What a planned node gives: a binding an output; None where nothing flows (muted)."""


@dataclass(slots=True)
class Binder:
    """Binds inputs to what the nodes before them give; ``done`` and ``steps`` are those planned so far."""

    graph: Graph
    types: Mapping[str, NodeType]
    facts: Facts
    done: Mapping[str, Outputs]
    steps: Mapping[str, Step]

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
            if isinstance(outlet, Const) and isinstance(outlet.value, str) and socket.hint(Model) is not None:
                # A model's digest enters the key, however it is named.
                return replace(self.literal(name, socket, outlet.value), origins=outlet.origins)
            return _as_list(outlet, self.keep(name, socket)) if socket.form == "list" else outlet
        if isinstance(value, Expr):
            found = self.computed(name, value)
            if isinstance(found, Const) and socket.form == "one" and found.value is not None:
                made = self.literal(name, socket, kinds.to_json(found.value))
                return replace(made, origins=(*found.origins, *made.origins))
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
        if socket.form == "list" and isinstance(bound, Computed) and levels_of(bound, self.steps):
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
        return self.done[wire.node][index]

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
            origins = dict.fromkeys(origin for _, bound in values for origin in origins_of(bound))
            return Const(result, token_of(result), tuple(origins))
        return Computed(found, tuple(values))


def _as_list(bound: Binding | None, keep: int) -> Binding | None:
    """What a gathering input takes: a list as it is, every item of a stream, or one value alone."""
    if isinstance(bound, Link):
        return bound if bound.is_list else Gather(bound, keep)
    if isinstance(bound, Const) and not isinstance(bound.value, list):
        return Several((bound,))
    return bound
