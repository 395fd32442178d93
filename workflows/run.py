"""A run: what a plan becomes when it is started, what it asks of the outside world, and how it ended."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ajar.contract import Socket
from ajar.errors import AjarError
from workflows.allowance import NOBODYS, Errand
from workflows.cells import Cells
from workflows.events import Event, RunDone, Status
from workflows.plan import Plan, Step
from workflows.secrecy import Secrecy
from workflows.statement import Statement, Witness


class Keeper(Protocol):
    """The results of earlier runs, and where new ones go. Keeping returns at once; the disk is written behind it."""

    def get_many(self, keys: list[str]) -> dict[str, Any]: ...

    def keep(self, key: str, values: tuple[Any, ...], *, disk: bool, seconds: float,
             told: Callable[[Sequence[str]], None] | None = None) -> None: ...

    def keep_items(self, key: str, items: tuple[tuple[Any, ...], ...], *, disk: bool, seconds: float,
                   told: Callable[[Sequence[str]], None] | None = None) -> None: ...


class Exits(Protocol):
    """Where results leave a run."""

    def save(self, node: str, path: tuple[int, ...], data: bytes | Path, suffix: str, about: str) -> Path:
        """Write a file of a node, whole or not at all, with what made it."""

    def export(self, node: str, output: str, path: tuple[int, ...], value: Any, about: str) -> Path | None:
        """Write a leaf's value as a file where it is a picture or the like; None for plain values."""

    def about(self, plan: Plan, cells: Cells, node: str, path: tuple[int, ...]) -> str: ...


@dataclass(frozen=True, slots=True)
class Output:
    """One result of a run."""

    node: str
    output: str
    index: tuple[int, ...]
    value: Any
    path: Path | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended."""

    status: Status
    seconds: float
    ran: int
    cached: int
    failed: int
    outputs: tuple[Output, ...]
    error: AjarError | None
    statement: Statement | None = None
    """With whom was spoken, and what else can be shown of it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A result that stands in for a call: its values, or the items of its stream."""

    values: tuple[Any, ...] | None
    items: tuple[tuple[Any, ...], ...] = ()


Hear = Callable[[Step, tuple[int, ...], Mapping[str, Any]], Iterable[tuple[str, str]]]
"""(step, item, arguments) of a call that begins -> what a person should hear of it: message and hint."""


def nothing_heard(step: Step, path: tuple[int, ...], arguments: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """There is nothing to say."""
    return ()


class Run:
    """A running (or ended) plan. ``wait`` and ``cancel`` may be called from any thread."""

    def __init__(self, number: int, plan: Plan, cells: Cells, listen: Callable[[Event], None],
                 exits: Exits | None, stop: Callable[["Run"], None], keep: bool,
                 errand: Errand = NOBODYS, hear: Hear = nothing_heard) -> None:
        self.number = number
        self.plan = plan
        self.leaves = frozenset(plan.leaves)
        self.cells = cells
        self.exits = exits
        self.keep = keep
        self.errand = errand
        """What its paid orders have in common."""
        self.secrecy: Secrecy | None = None
        """What of it is confidential; None where nobody looked."""
        self.witness: Witness | None = None
        """Listens with whom is spoken."""
        self.hear = hear
        self.listen = listen
        self.cancelling = False
        self.started = time.perf_counter()
        self.active: set[int] = set()
        """Calls that lanes are working on, by number."""
        self.queued = 0
        """Cells that are ready, and wait for their turn or for the same work in flight."""
        self.keeping = 0
        """Results on their way to the disk."""
        self.ran = self.cached = self.failed = 0
        self.outputs: list[Output] = []
        self.waiting: AjarError | None = None
        self.error: AjarError | None = None
        self.checks: dict[str, list[Socket]] = {}
        """Of each step: the bounded sockets whose values come by wire."""
        self._stop = stop
        self._ended = threading.Event()
        self._summary: Summary | None = None

    def cancel(self) -> None:
        self._stop(self)

    def wait(self, timeout: float | None = None) -> Summary:
        """The summary, once the run has ended. TimeoutError after ``timeout`` seconds."""
        if not self._ended.wait(timeout):
            raise TimeoutError("The run has not ended yet.")
        assert self._summary is not None
        return self._summary

    def finish(self, broken: bool) -> None:
        """Say how it ended, to the listener and to those who wait."""
        status: Status = "done"
        if broken or (self.failed and not self.cancelling):
            status = "failed"
        elif self.cancelling:
            status = "cancelled"
        elif self.waiting is not None:
            status = "waiting"
        error = self.error if status == "failed" else self.waiting if status == "waiting" else None
        seconds = time.perf_counter() - self.started
        self.outputs.sort(key=lambda output: (output.node, output.output, output.index))
        self.emit(RunDone(self.number, status, seconds, self.ran, self.cached, self.failed))
        statement = self.witness.close() if self.witness is not None else None
        self._summary = Summary(status, seconds, self.ran, self.cached, self.failed, tuple(self.outputs), error,
                                statement)
        self._ended.set()

    def emit(self, event: Event) -> None:
        try:
            self.listen(event)
        except Exception:
            pass  # a listener that fails must not take the engine with it
