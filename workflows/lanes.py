"""Where nodes run. A lane takes calls and answers by posting to the scheduler; it decides nothing."""

import os
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from ajar.context import Stage, walk
from ajar.contract import NodeType, run_to_values
from ajar.errors import Cancelled, UserError, Waiting
from workflows.allowance import Errand

T = TypeVar("T")
PATIENCE = 2.0
"""Seconds a node may go on after cancel before its thread is given up."""
PROGRESS_EVERY = 1 / 30
"""Seconds between two progress reports of one node; what comes faster is dropped, except the last."""


@dataclass(frozen=True, slots=True)
class NodeCall:
    """One call of a node, ready to go."""

    id: int
    type: NodeType
    arguments: dict[str, Any]
    stage: Stage
    about: Callable[[], str]
    """The provenance of its result as JSON, made when asked for."""
    save: Callable[[bytes | Path, str], Path] | None
    """For nodes that write: (content, suffix) -> the file."""
    errand: Errand | None = None
    """For whom paid orders of it are."""


class Reply(Protocol):
    """How a lane answers. All of it is thread-safe and returns at once."""

    def progress(self, call: int, done: float, note: str, preview: Any) -> None: ...

    def value(self, call: int, values: tuple[Any, ...]) -> None: ...

    def done(self, call: int, seconds: float) -> None: ...

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        """``value`` and ``done`` of a node that gives one value, in one message."""

    def failed(self, call: int, error: BaseException, detail: str) -> None: ...

    def said(self, call: int, message: str, hint: str) -> None:
        """Something a person should hear that is no failure; also after the call has ended."""


class Lane(Protocol):
    """Runs up to ``width`` calls at a time."""

    name: str
    width: int

    def start(self, call: NodeCall, reply: Reply) -> None: ...

    def cancel(self, call: int) -> None:
        """Ask a call to stop, and end it after a while; asked again, end it at once."""

    def close(self) -> None: ...

    def warm(self) -> frozenset[str]:
        """The models that are loaded, by name."""


class Here:
    """The Context of a node that runs in this process."""

    def __init__(self, call: NodeCall, reply: Reply, stopped: threading.Event) -> None:
        self.stage = call.stage
        self._call = call
        self._reply = reply
        self._stopped = stopped
        self._last = 0.0

    @property
    def about(self) -> str:
        return self._call.about()

    def progress(self, done: float, note: str = "", preview: Any = None) -> None:
        if self._stopped.is_set():
            raise Cancelled
        now = time.monotonic()
        if done >= 1 or now - self._last >= PROGRESS_EVERY:
            self._last = now
            self._reply.progress(self._call.id, min(max(done, 0.0), 1.0), note, preview)

    def each(self, items: Iterable[T], note: str = "") -> Iterator[T]:
        return walk(items, note, self.progress)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        if self._stopped.is_set():
            raise Cancelled
        if self._call.save is None:
            raise UserError("Only a node declared with writes=True may save files.", "Declare it: @node(writes=True).")
        return self._call.save(data, suffix)

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        raise Waiting(question, f"Choose one of {len(choices)}: 0 to {len(choices) - 1}.", choices=choices)


@dataclass(frozen=True, slots=True)
class _Task:
    """A call on its way to a thread."""

    call: NodeCall
    reply: Reply
    stopped: threading.Event
    weight: int
    """Bytes it may need: what it is given, and as much again for what it makes."""


class CpuLane:
    """Daemon threads in this process. A thread whose node ignores cancel is given up and replaced.

    Calls with pictures wait while those at work take up the memory budget; one at a time always may.
    """

    name = "cpu"

    def __init__(self, width: int | None = None, memory: int | None = None) -> None:
        """``memory`` in bytes; a quarter of the machine's where it is not given."""
        self.width = width or max(8, os.cpu_count() or 1)
        self._memory = memory or _a_quarter()
        self._used = 0
        self._held: deque[_Task] = deque()
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0
        self._calls: dict[int, _Task] = {}

    def start(self, call: NodeCall, reply: Reply) -> None:
        task = _Task(call, reply, threading.Event(), 2 * _bytes(call.arguments.values()))
        with self._lock:
            self._calls[call.id] = task
            self._held.append(task)
            self._admit()

    def cancel(self, call: int) -> None:
        with self._lock:
            task = self._calls.get(call)
            if task is None:
                return
            asked_before = task.stopped.is_set()
            task.stopped.set()
            if task in self._held:
                self._held.remove(task)
                del self._calls[call]
                task.reply.failed(call, Cancelled(), "")
                return
        if asked_before:
            self._give_up(call)
            return
        timer = threading.Timer(PATIENCE, self._give_up, (call,))
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        with self._lock:
            self._held.clear()
            for task in self._calls.values():
                task.stopped.set()
            for _ in range(self._threads):
                self._queue.put(None)

    def warm(self) -> frozenset[str]:
        return frozenset()

    def _admit(self) -> None:
        """Hand on what fits into the memory, in order. Called with the lock held."""
        while self._held and (not self._used or self._used + self._held[0].weight <= self._memory):
            task = self._held.popleft()
            self._used += task.weight
            if self._idle > 0:
                self._idle -= 1
            else:
                self._threads += 1
                threading.Thread(target=self._work, name=f"ajar-cpu-{self._threads}", daemon=True).start()
            self._queue.put(task)

    def _give_up(self, call: int) -> None:
        """The node did not stop: report it as stopped, and forget its thread."""
        with self._lock:
            task = self._calls.pop(call, None)
        if task is not None:
            task.reply.failed(call, Cancelled(), "")

    def _work(self) -> None:
        while self._next():
            pass

    def _next(self) -> bool:
        """Run one call; a function of its own, so that an idle thread holds on to no pictures."""
        task = self._queue.get()
        if task is None:
            return False
        self._run(task.call, task.reply, task.stopped)
        with self._lock:
            self._used -= task.weight
            given_up = self._calls.pop(task.call.id, None) is None  # then another thread stands in its place
            if given_up:
                self._threads -= 1
            else:
                self._idle += 1
            self._admit()
        return not given_up

    def _run(self, call: NodeCall, reply: Reply, stopped: threading.Event) -> None:
        started = time.perf_counter()
        context = Here(call, reply, stopped) if call.type.touches else None
        answer = _Unless(self, call.id, reply)
        try:
            if stopped.is_set():
                raise Cancelled
            if not call.type.stream:
                [values] = run_to_values(call.type, context, call.arguments)
                answer.result(values, time.perf_counter() - started)
                return
            for values in run_to_values(call.type, context, call.arguments):
                if stopped.is_set():
                    raise Cancelled
                answer.value(values)
            answer.done(time.perf_counter() - started)
        except BaseException as error:
            answer.failed(error, traceback.format_exc())

    def forgotten(self, call: int) -> bool:
        return call not in self._calls


class _Unless:
    """A reply that is silent once its call has been given up."""

    __slots__ = ("_call", "_lane", "_reply")

    def __init__(self, lane: CpuLane, call: int, reply: Reply) -> None:
        self._lane, self._call, self._reply = lane, call, reply

    def result(self, values: tuple[Any, ...], seconds: float) -> None:
        if not self._lane.forgotten(self._call):
            self._reply.result(self._call, values, seconds)

    def value(self, values: tuple[Any, ...]) -> None:
        if not self._lane.forgotten(self._call):
            self._reply.value(self._call, values)

    def done(self, seconds: float) -> None:
        if not self._lane.forgotten(self._call):
            self._reply.done(self._call, seconds)

    def failed(self, error: BaseException, detail: str) -> None:
        if not self._lane.forgotten(self._call):
            self._reply.failed(self._call, error, detail)


def _bytes(values: Iterable[Any]) -> int:
    """What pictures and the like take up, also in lists."""
    total = 0
    for value in values:
        if isinstance(value, (list, tuple)):
            total += _bytes(value)
        else:
            total += getattr(value, "nbytes", 0)
    return total


def _a_quarter() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    except (AttributeError, ValueError, OSError):  # Windows
        return 4 * 2**30
