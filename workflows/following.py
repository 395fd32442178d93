"""How a run stands, node by node and as a whole, put together from its events. No threads, no clock of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflows.demand import to_call
from workflows.events import (
    Event,
    NodeDone,
    NodeFailed,
    NodeProgress,
    NodeSkipped,
    NodeStarted,
    NodeWaiting,
)
from workflows.events import (
    Path as Item,
)
from workflows.studio import Prepared

Phase = Literal["queued", "running", "done", "failed", "waiting", "skipped"]
WORTH_TELLING = 1.0
"""Seconds a node must have worked before it is said how long it will still take."""
GUESSES = {"cpu": 0.05, "gpu": 10.0, "remote": 30.0}
"""Seconds of a call by lane, where nothing was ever measured; only for the bar of the whole run."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one node stands in a run."""

    phase: Phase = "queued"
    done: float | None = None
    """0 to 1 over all its items, where that is known."""
    note: str = ""
    left: float | None = None
    """Seconds it will still take, where that can be told."""
    seconds: float = 0.0
    """What its finished items took."""
    items: int = 0
    """How many items have ended, of ``total``."""
    total: int | None = None
    cached: bool = False
    """All that ended came from the cache."""
    message: str = ""
    hint: str = ""
    detail: str = ""
    choices: tuple[Any, ...] = ()
    keys: tuple[str | None, ...] = ()
    """The keys of its results in this run."""


@dataclass(slots=True)
class _Node:
    """What is known so far of one node."""

    total: int | None
    weight: float
    phase: Phase = "queued"
    ended: int = 0
    good: int = 0
    """How many items have given their result."""
    ran: int = 0
    seconds: float = 0.0
    note: str = ""
    working: dict[Item, tuple[float, float]] = field(default_factory=dict)
    """Of each item that is worked on: since when, and how far."""
    ending: tuple[str, str, str] = ("", "", "")
    choices: tuple[Any, ...] = ()


def to_run(prepared: Prepared) -> tuple[str, ...]:
    """The nodes that a run will call, in the order of need: not what a stored result covers."""
    rows = {row.id: row for row in prepared.rows}
    return to_call(prepared.plan, lambda name: rows[name].cached)


class Following:
    """Takes the events of one run in. ``changed`` holds the nodes that stand otherwise since they were taken out."""

    def __init__(self, prepared: Prepared, guesses: Mapping[str, float] | None = None) -> None:
        self.prepared = prepared
        self.order = to_run(prepared)
        self.changed: dict[str, None] = dict.fromkeys(self.order)
        counts, steps = prepared.plan.counts, prepared.plan.steps
        self._nodes = {
            name: _Node(counts[name], (guesses or {}).get(name) or GUESSES[steps[name].type.lane])
            for name in self.order
        }
        self._weight = sum(node.weight * (node.total or 1) for node in self._nodes.values()) or 1.0
        self._earned = 0.0
        self.ended = 0
        """Nodes that have ended, of ``order``."""
        self.begun: float | None = None
        self._busy: dict[str, _Node] = {}
        """The nodes that are worked on; a run may have thousands, but only a few of these."""
        self._first = 0
        """Before this place in the order nobody waits any more."""

    def take(self, event: Event, now: float) -> None:
        """One more event; ``now`` in seconds of any clock that goes evenly."""
        if isinstance(event, NodeProgress):
            self._progress(event, now)
        elif isinstance(event, NodeStarted):
            node = self._node(event.node)
            node.phase = "running"
            node.working.setdefault(event.path, (now, 0.0))
            self.begun = self.begun if self.begun is not None else now
        elif isinstance(event, NodeDone):
            self._done(event)
        elif isinstance(event, (NodeFailed, NodeWaiting, NodeSkipped)):
            self._ended_badly(event)
        else:
            return
        self.changed[event.node] = None
        node = self._node(event.node)
        if node.phase == "running":
            self._busy[event.node] = node
        else:
            self._busy.pop(event.node, None)

    def of(self, name: str, now: float) -> Course:
        """How a node stands."""
        node = self._nodes.get(name)
        if node is None:
            return Course("skipped")
        message, hint, detail = node.ending
        part = sum(done for _, done in node.working.values())
        done = (node.ended + part) / node.total if node.total else None
        running = node.phase == "running"
        return Course(
            node.phase, done if running else None, self._note(node) if running else "",
            self._left(node, now) if running else None, node.seconds, node.ended, node.total, node.ran == 0,
            message, hint, detail, node.choices, self.keys(name),
        )

    def keys(self, name: str) -> tuple[str | None, ...]:
        return tuple(cell.key for cell in list(self.prepared.cells.made.get(name, {}).values()))

    def unfinished(self) -> tuple[str, ...]:
        """The nodes that have not come to an end."""
        return tuple(name for name, node in self._nodes.items() if node.phase in ("queued", "running"))

    def running(self) -> tuple[str, ...]:
        """The nodes that are worked on, in the order they began."""
        return tuple(self._busy)

    def waiting_line(self, most: int) -> tuple[str, ...]:
        """The first nodes that wait for their turn."""
        while self._first < len(self.order) and self._nodes[self.order[self._first]].phase != "queued":
            self._first += 1
        near = self.order[self._first : self._first + 4 * most]
        return tuple(name for name in near if self._nodes[name].phase == "queued")[:most]

    @property
    def part(self) -> float:
        """How much of the whole run is done, 0 to 1."""
        now = sum(done * node.weight for node in self._busy.values() for _, done in node.working.values())
        return min((self._earned + now) / self._weight, 1.0)

    def left(self, now: float) -> float | None:
        """Seconds the whole run will still take, where that can be told."""
        part = self.part
        passed = 0.0 if self.begun is None else now - self.begun
        return passed * (1 - part) / part if part > 0.05 and passed > WORTH_TELLING else None

    def _node(self, name: str) -> _Node:
        node = self._nodes.get(name)
        if node is None:  # what was not expected to run: quick nodes, results that came from the cache
            node = self._nodes[name] = _Node(self.prepared.plan.counts.get(name), 0.0)
        return node

    def _progress(self, event: NodeProgress, now: float) -> None:
        node = self._node(event.node)
        if node.phase in ("queued", "running"):
            node.phase, node.note = "running", event.note
            since, _ = node.working.get(event.path, (now, 0.0))
            node.working[event.path] = (since, event.done)

    def _done(self, event: NodeDone) -> None:
        node = self._node(event.node)
        self._end(node, event.path)
        node.good += 1
        node.ran += not event.cached
        node.seconds += event.seconds
        if node.phase in ("queued", "running"):
            whole = node.total is None or node.ended >= node.total
            node.phase = "running" if node.working else "done" if whole else "queued"
            self.ended += node.phase == "done"

    def _ended_badly(self, event: NodeFailed | NodeWaiting | NodeSkipped) -> None:
        node = self._node(event.node)
        self._end(node, event.path)
        if isinstance(event, NodeSkipped):
            # One item that is left out of many says nothing of the node: the others still come, or have come.
            if node.phase in ("queued", "running") and not node.working and node.ended >= (node.total or 1):
                node.phase = "done" if node.good else "skipped"
                self.ended += node.phase == "done"
            return
        waits = isinstance(event, NodeWaiting)
        if node.phase != "failed":
            node.phase = "waiting" if waits else "failed"
            node.ending = (event.message, event.hint, "" if isinstance(event, NodeWaiting) else event.detail)
            node.choices = event.choices if isinstance(event, NodeWaiting) else ()

    def _end(self, node: _Node, path: Item) -> None:
        node.working.pop(path, None)
        node.ended += 1
        if node.total is None or node.ended <= node.total:
            self._earned += node.weight

    def _note(self, node: _Node) -> str:
        if node.total is None or node.total < 2:
            return node.note
        which = f"{min(node.ended + 1, node.total)} of {node.total}"
        return f"{which} · {node.note}" if node.note else which

    def _left(self, node: _Node, now: float) -> float | None:
        if not node.working or not node.total:
            return None
        since, done = next(iter(node.working.values()))
        if done <= 0.05 or now - since < WORTH_TELLING:
            return None
        each = (now - since) / done
        return each * (1 - done) + each * max(0, node.total - node.ended - 1)
