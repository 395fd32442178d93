"""The document as frozen data. Nothing in it is ever changed in place; an edit gives a new graph that shares the rest.

A wire is written at the input that takes it, not in a list of its own: an input then has one value by construction,
a node can be copied or removed with all that feeds it, and a file reads as "this comes from there".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

VERSION = 1
GROUP = "group:"
"""A node of type ``group:finish`` uses the group ``finish``."""
ID = re.compile(r"[a-z0-9][a-z0-9-]*")
NAME = re.compile(r"[^\W\d]\w*")
"""The name of an input or output: a Python identifier."""
CONFIDENTIAL = "confidential"
"""The field of a node in a file that marks what it gives: it may not reach another machine."""
State = Literal["muted", "bypassed", "frozen"]
STATES: tuple[State, ...] = ("muted", "bypassed", "frozen")


@dataclass(frozen=True, slots=True)
class Wire:
    """The value comes from an output of another node; ``output`` may be left out where there is only one."""

    node: str
    output: str | None = None

    def __str__(self) -> str:
        return self.node if self.output is None else f"{self.node}.{self.output}"


@dataclass(frozen=True, slots=True)
class Expr:
    """The value is computed from other values: ``flux.steps * 2``."""

    text: str


@dataclass(frozen=True, slots=True)
class GroupInput:
    """Inside a group: the value that the group's user gives for this input."""

    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A growing row, or a list with wires in it; None is a socket left free. A list of literals stays a plain list."""

    items: tuple["Value | None", ...]


Literals: TypeAlias = str | int | float | bool | list[Any] | dict[str, Any] | None
"""A value as JSON has it."""
Value: TypeAlias = Literals | Wire | Expr | GroupInput | Row


@dataclass(frozen=True, slots=True)
class Node:
    """One use of a node type, or of a group. ``take`` numbers the result that is selected among several."""

    type: str
    inputs: Mapping[str, Value] = field(default_factory=dict)
    state: State | None = None
    take: int = 0
    title: str = ""
    result: Mapping[str, Any] | None = None
    """Of a frozen node: the stored result by output."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields this version doesn't know; kept as they are."""

    @property
    def group(self) -> str | None:
        """The name of the group this node uses, or None."""
        return self.type[len(GROUP) :] if self.type.startswith(GROUP) else None


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes used as one. Inner nodes take ``{"input": name}``; each output is an output of an inner node."""

    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: Mapping[str, Wire] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    title: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole workflow. ``layout`` has positions by node id, of inner nodes by ``group:name/id``."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=dict)
    frames: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    version: int = field(default=VERSION)


@dataclass(frozen=True, slots=True)
class Link:
    """A wire and the place it goes to; ``index`` counts the places of a row."""

    wire: Wire
    node: str
    input: str
    index: int | None = None


def links(nodes: Mapping[str, Node]) -> Iterator[Link]:
    """Every wire between these nodes, by the node that takes it."""
    for name, node in nodes.items():
        for input_, value in node.inputs.items():
            if isinstance(value, Wire):
                yield Link(value, name, input_)
            elif isinstance(value, Row):
                for index, item in enumerate(value.items):
                    if isinstance(item, Wire):
                        yield Link(item, name, input_, index)


def wires(graph: Graph) -> Iterator[tuple[str, str | None, str, str, int | None]]:
    """Every wire outside groups: source, its output (None: the only one), target, input, place in a row."""
    for link in links(graph.nodes):
        yield link.wire.node, link.wire.output, link.node, link.input, link.index


def entries(value: Value) -> tuple[Value | None, ...]:
    """What a row or list input is given, place by place: a single value is one place."""
    if isinstance(value, Row):
        return value.items
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (value,)


def every_room(graph: Graph) -> list[Mapping[str, Node]]:
    """The nodes of the graph, and those of each group."""
    return [graph.nodes, *(group.nodes for group in graph.groups.values())]


def row(items: tuple[Value | None, ...]) -> Value:
    """A list of places as it is kept: a plain list where nothing in it is wired."""
    if any(isinstance(item, (Wire, Expr, GroupInput)) for item in items):
        return Row(items)
    return list(items)


def spliced(items: Iterable[Value | None]) -> Value:
    """A row whose places may themselves be rows."""
    places: list[Value | None] = []
    for item in items:
        places += item.items if isinstance(item, Row) else [item]
    return row(tuple(places))
