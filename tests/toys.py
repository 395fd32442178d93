"""Small nodes for tests of the engine, and a studio small enough to see through: no disk, no models."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from ajar.context import Context, Gpu
from ajar.contract import NodeType, Socket, node, node_of
from ajar.errors import UserError
from ajar.hints import Gaps, Levels, Range, Seed
from ajar.plain import Gap
from workflows.events import Event
from workflows.graph import Expr, Graph, Node, Row, Value, Wire
from workflows.keys import token_of
from workflows.lanes import CpuLane, Lane
from workflows.plan import Const, Plan, leaves_of
from workflows.planner import make_plan
from workflows.run import Exits, Hit, Keeper, Run, Summary
from workflows.scheduler import Scheduler

T = TypeVar("T")
LOG: list[str] = []
"""Names of toy nodes in the order in which they ran; emptied before each test (conftest)."""
GATE = threading.Event()
"""``held`` waits for this."""


class Pair(NamedTuple):
    low: int
    high: int


@node
def whole(value: int = 0) -> int:
    """A number that is computed while running."""
    LOG.append(f"whole {value}")
    return value


@node(quick=True)
def known(value: int = 0) -> int:
    """A number that is computed while planning."""
    return value


@node
def add(a: int = 0, b: int = 0) -> int:
    """Add two numbers."""
    LOG.append(f"add {a} {b}")
    return a + b


@node
def text(value: str = "") -> str:
    """A text."""
    LOG.append(f"text {value}")
    return value


@node
def total(*numbers: int) -> int:
    """Add a growing row of numbers."""
    LOG.append("total")
    return sum(numbers)


@node
def pair(a: int = 0, b: int = 0) -> Pair:
    """Two outputs."""
    return Pair(min(a, b), max(a, b))


@node
def fail(value: int = 0, when: int = -1) -> int:
    """Fail for one value (-1: always)."""
    LOG.append(f"fail {value}")
    if when in (-1, value):
        raise UserError(f"The number {value} is not liked.", "Take another one.")
    return value


@node
def crash(value: int = 0) -> int:
    """Fail as a bug would."""
    raise ZeroDivisionError("division by zero")


@node
def sleep(ctx: Context, seconds: float = 0.05, value: int = 0) -> int:
    """Wait politely, stopping on cancel."""
    LOG.append(f"sleep {value}")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ctx.progress(1 - (end - time.monotonic()) / seconds)
        time.sleep(0.005)
    return value


@node
def held(value: int = 0) -> int:
    """Wait for GATE, deaf to cancel."""
    LOG.append(f"held {value}")
    GATE.wait(20)
    return value


@node
def count(n: int = 3, start: int = 0) -> Iterator[int]:
    """A stream of n numbers, known only while running."""
    LOG.append(f"count {n}")
    yield from range(start, start + n)


@node
def costly_count(gpu: Gpu, n: int = 3) -> Iterator[int]:
    """A stream from the accelerator."""
    yield from range(n)


@node(quick=True)
def series(n: int = 3, start: int = 0) -> Iterator[int]:
    """A stream of n numbers, known while planning."""
    yield from range(start, start + n)


@node
def broken_count(n: int = 3) -> Iterator[int]:
    """A stream that fails after n numbers."""
    yield from range(n)
    raise UserError("The stream broke.", "Mend it.")


@node
def gather(items: Annotated[list[T], Levels("by")], by: int = 0) -> list[T]:
    """All items as one list, below the first ``by`` levels."""
    return items


@node
def listing(items: list[int]) -> str:
    """The items of a stream as text."""
    LOG.append("listing")
    return ",".join(map(str, items))


@node(partial=True)
def survivors(items: list[int]) -> str:
    """The items that did not fail."""
    return ",".join(map(str, items))


@node(partial=True)
def labelled(items: list[int], labels: list[int]) -> str:
    """Items with their labels."""
    return ",".join(f"{item}:{label}" for item, label in zip(items, labels, strict=True))


@node(partial=True)
def spots(items: Annotated[list[int], Gaps()], labels: list[int]) -> str:
    """Items in their places, with a sentence where one is missing."""
    LOG.append("spots")
    found: list[Any] = list(items)
    shown = [item.message if isinstance(item, Gap) else str(item) for item in found]
    return f"{' | '.join(shown)} ({','.join(map(str, labels))})"


@node(needs=lambda index: {f"options[{index}]"}, alias=True)
def switch(*options: T, index: int = 0) -> T:
    """Let one through."""
    return options[index]


@node(needs=lambda stage: {stage}, alias=True)
def stage(draft: T | None = None, final: T | None = None) -> T:
    """Draft or final."""
    raise AssertionError("an alias never runs")


@node(needs=lambda use: {"value"} if use else set())
def maybe(value: int | None = None, use: bool = True) -> int:
    """Lazy without being an alias."""
    LOG.append(f"maybe {value}")
    return -1 if value is None else value


@node
def bounded(value: Annotated[int, Range(0, 10)] = 0) -> int:
    """A number from 0 to 10."""
    return value


@node
def seeded(seed: Seed = 0) -> int:
    """Uses a seed."""
    return seed


@node(writes=True)
def write(ctx: Context, value: int = 0) -> None:
    """Save a number as a file."""
    LOG.append(f"write {value}")
    ctx.save(str(value).encode(), ".txt")


@node(ask=True, partial=True)
def choose(ctx: Context, items: list[int], choice: int | Literal["ask"] = 0) -> int:
    """Let a person pick."""
    return items[ctx.ask("Which one?", items) if choice == "ask" else choice]


def types() -> dict[str, NodeType]:
    """All toys by id."""
    return {found.id: found for thing in globals().values() if (found := node_of(thing))}


def graph(**nodes: Any) -> Graph:
    """``graph(a=("add", {"a": 1, "b": "@x"}))``: "@x" and "@x.low" are wires, "=..." expressions, tuples rows.

    ``_`` in a name stands for the ``-`` of node ids; a third item of the tuple gives more fields of the node.
    """
    made: dict[str, Node] = {}
    for name, given in nodes.items():
        type_, inputs, more = (*given, {}, {})[:3] if isinstance(given, tuple) else (given, {}, {})
        made[name.replace("_", "-")] = Node(type_, {key: _value(value) for key, value in inputs.items()}, **more)
    return Graph(made)


def _value(value: Any) -> Value | None:
    if isinstance(value, str) and value.startswith("@"):
        source, _, output = value[1:].partition(".")
        return Wire(source, output or None)
    if isinstance(value, str) and value.startswith("="):
        return Expr(value[1:])
    if isinstance(value, tuple):
        return Row(tuple(_value(item) for item in value))
    return value  # type: ignore[no-any-return]


class Facts:
    """Files and models are what they are called."""

    def file(self, node: str, socket: Socket, value: Any) -> Const:
        return Const(value, str(value))

    def model(self, node: str, socket: Socket, name: str) -> Const:
        return Const(name, name)

    def frozen(self, node: str, type_: NodeType, result: Mapping[str, Any]) -> tuple[Const, ...]:
        return tuple(Const(result[output.name], token_of(result[output.name])) for output in type_.outputs)

    def salt(self, type_id: str) -> str:
        return ""


def planned(document: Graph, *, only: tuple[str, ...] = (), stage: Literal["draft", "final"] = "draft") -> Plan:
    """A plan of a graph of toys."""
    return make_plan(document, types(), only or leaves_of(document, types()), Facts(), stage)


class Memory:
    """Results of earlier runs, in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, Hit] = {}

    def get_many(self, keys: list[str]) -> dict[str, Any]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    def keep(self, key: str, values: tuple[Any, ...], *, disk: bool, seconds: float, told: Any = None) -> None:
        self.rows[key] = Hit(values)

    def keep_items(self, key: str, items: tuple[tuple[Any, ...], ...], *, disk: bool, seconds: float,
                   told: Any = None) -> None:
        self.rows[key] = Hit(None, items)


class Folder:
    """Files of a run, in memory."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def save(self, node: str, path: tuple[int, ...], data: bytes | Path, suffix: str, about: str = "") -> Path:
        self.files[node, path] = data if isinstance(data, bytes) else data.read_bytes()
        return Path(f"{node}{suffix}")

    def export(self, node: str, output: str, path: tuple[int, ...], value: Any, about: str) -> Path | None:
        return None

    def about(self, plan: Plan, cells: Any, node: str, path: tuple[int, ...]) -> str:
        return "{}"


class Bench:
    """Runs graphs of toys and notes the events."""

    def __init__(self, results: Keeper | None = None, lanes: Mapping[str, Lane] | None = None) -> None:
        self.scheduler = Scheduler(lanes or {"cpu": CpuLane()}, results)
        self.events: list[Event] = []

    def start(self, document: Graph, *, listen: Callable[[Event], None] | None = None, exits: Exits | None = None,
              **options: Any) -> Run:
        self.events = []
        return self.scheduler.start(planned(document, **options), listen or self.events.append, exits)

    def run(self, document: Graph, **options: Any) -> Summary:
        return self.start(document, **options).wait(30)

    def values(self, document: Graph, node: str, **options: Any) -> Any:
        """The leaf values of a node: one value, or a dictionary by index path."""
        summary = self.run(document, **options)
        found = {output.index: output.value for output in summary.outputs if output.node == node}
        return found[()] if set(found) == {()} else found

    def kinds(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]
