"""Where nodes run. A lane takes calls and answers by posting to the scheduler; it decides nothing."""

import os
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from ajar.context import Stage, walk
from ajar.contract import NodeType, run_to_values
from ajar.errors import Cancelled, UserError, Waiting

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
    save: Callable[[bytes, str], Path] | None
    """For nodes that write: (content, suffix) -> the file."""


class Reply(Protocol):
    """How a lane answers. All of it is thread-safe and returns at once."""

    def progress(self, call: int, done: float, note: str, preview: Any) -> None: ...

    def value(self, call: int, values: tuple[Any, ...]) -> None: ...

    def done(self, call: int, seconds: float) -> None: ...

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        """``value`` and ``done`` of a node that gives one value, in one message."""

    def failed(self, call: int, error: BaseException, detail: str) -> None: ...


class Lane(Protocol):
    """Runs up to ``width`` calls at a time."""

    name: str
    width: int

    def start(self, call: NodeCall, reply: Reply) -> None: ...

    def cancel(self, call: int) -> None: ...

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

    def save(self, data: bytes, suffix: str) -> Path:
        if self._stopped.is_set():
            raise Cancelled
        if self._call.save is None:
            raise UserError("Only a node declared with writes=True may save files.", "Declare it: @node(writes=True).")
        return self._call.save(data, suffix)

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        raise Waiting(question, f"Choose one of {len(choices)}: 0 to {len(choices) - 1}.", choices=choices)


class CpuLane:
    """Daemon threads in this process. A thread whose node ignores cancel is given up and replaced."""

    name = "cpu"

    def __init__(self, width: int | None = None) -> None:
        self.width = width or max(8, os.cpu_count() or 1)
        self._queue: SimpleQueue[tuple[NodeCall, Reply, threading.Event] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0
        self._calls: dict[int, tuple[threading.Event, Reply]] = {}

    def start(self, call: NodeCall, reply: Reply) -> None:
        stopped = threading.Event()
        with self._lock:
            self._calls[call.id] = (stopped, reply)
            if self._idle > 0:
                self._idle -= 1
            else:
                self._spawn()
        self._queue.put((call, reply, stopped))

    def cancel(self, call: int) -> None:
        with self._lock:
            found = self._calls.get(call)
        if found is not None:
            found[0].set()
            timer = threading.Timer(PATIENCE, self._give_up, (call,))
            timer.daemon = True
            timer.start()

    def close(self) -> None:
        with self._lock:
            for stopped, _ in self._calls.values():
                stopped.set()
            for _ in range(self._threads):
                self._queue.put(None)

    def warm(self) -> frozenset[str]:
        return frozenset()

    def _spawn(self) -> None:
        self._threads += 1
        threading.Thread(target=self._work, name=f"ajar-cpu-{self._threads}", daemon=True).start()

    def _give_up(self, call: int) -> None:
        """The node did not stop: report it as stopped, and forget its thread."""
        with self._lock:
            found = self._calls.pop(call, None)
        if found is not None:
            found[1].failed(call, Cancelled(), "")

    def _work(self) -> None:
        while True:
            task = self._queue.get()
            if task is None:
                return
            call, reply, stopped = task
            self._run(call, reply, stopped)
            with self._lock:
                if call.id not in self._calls:  # given up meanwhile: another thread stands in its place
                    self._threads -= 1
                    return
                del self._calls[call.id]
                self._idle += 1

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
