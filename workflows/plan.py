"""What must run, as data: the steps in the order of need, and what is bound to each of their inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ajar.context import Stage
from ajar.contract import NodeType, Socket
from workflows.expression import Expression, parse
from workflows.graph import Expr, Graph, Row, wires
from workflows.streams import Dims


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value that is known while planning was made of: a file or folder from outside, or a result that was kept.

    Quick nodes and formulas are computed while planning and leave no step behind; this remains of where they come from.
    """

    node: str
    input: str = ""
    """The input that names the file; empty for what the node itself gives: a frozen result, or a marked node's own."""
    path: Path | None = None
    written: str = ""
    """The path as the graph has it."""
    digests: tuple[str, ...] = ()
    """Of the file's content, or of the blobs of a frozen result."""


@dataclass(frozen=True, slots=True)
class Const:
    """A value known while planning, and the text that stands for it in keys (None: never cached)."""

    value: Any
    token: str | None
    origins: tuple[Origin, ...] = ()


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

    expression: Expression
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
    sources: tuple[str, ...]
    """The steps that its inputs come from."""
    dims: Dims
    prefix: str
    lazy: bool = False
    """Which inputs it needs is known only while running."""
    items: tuple[tuple[Any, ...], ...] | None = None
    """The values of a stream that was computed while planning."""
    models: tuple[tuple[str, str], ...] = ()
    """(kind, name) of the models it uses, where known."""
    take: int = 0

    @property
    def out(self) -> Dims:
        """The index levels of what it gives."""
        return (*self.dims, frozenset((self.id,))) if self.type.stream else self.dims

    @property
    def kept(self) -> bool:
        """Whether its results may be stored and looked up."""
        return not (self.type.writes or self.type.ask or self.type.alias) and bool(self.type.outputs)


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


def leaves_of(graph: Graph, types: Mapping[str, NodeType]) -> tuple[str, ...]:
    """The nodes none of whose outputs is wired or spoken of in an expression, and that are not muted."""
    used = {wire[0] for wire in wires(graph)}
    for node in graph.nodes.values():
        for value in node.inputs.values():
            for item in value.items if isinstance(value, Row) else (value,):
                if isinstance(item, Expr):
                    used |= {
                        source for source, name in parse(item.text).references
                        if source in graph.nodes and types[graph.nodes[source].type].input(name) is None
                    }
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


def origins_of(bound: Binding | None) -> Iterator[Origin]:
    """What came from outside, of the values in a binding that are known while planning."""
    if isinstance(bound, Const):
        yield from bound.origins
    elif isinstance(bound, Computed):
        for _, value in bound.values:
            yield from origins_of(value)
    elif isinstance(bound, Several):
        for item in bound.items:
            yield from origins_of(item)


def gathers_of(bound: Binding | None) -> Iterator[Gather]:
    """The gathering inputs in a binding."""
    if isinstance(bound, Gather):
        yield bound
    elif isinstance(bound, Several):
        for item in bound.items:
            yield from gathers_of(item)


def levels_of(bound: Binding | None, steps: Mapping[str, Step]) -> list[Dims]:
    """The index levels a binding brings to the node that takes it."""
    if isinstance(bound, Link):
        return [steps[bound.step].out]
    if isinstance(bound, Gather):
        return [steps[bound.link.step].out[: bound.keep]]
    if isinstance(bound, Computed):
        return [part for _, value in bound.values for part in levels_of(value, steps)]
    if isinstance(bound, Several):
        return [part for item in bound.items for part in levels_of(item, steps)]
    return []


def split_need(need: str) -> tuple[str, int | None]:
    """``options[2]`` is the third socket of a row; ``draft`` a plain input."""
    name, bracket, rest = need.partition("[")
    return name, int(rest.rstrip("]")) if bracket else None


def label_of(need: str) -> str:
    """A need in words: ``options 2``."""
    name, index = split_need(need)
    return name if index is None else f"{name} {index}"
