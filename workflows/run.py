"""One scheduler thread owns all runs; lanes and people only post to its queue. Every change is an event.

    start -> cells that are ready -> (cached? in flight? else) a lane -> values -> more cells are ready -> ... -> done
"""

import contextlib
import heapq
import itertools
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal, Protocol, get_origin

from ajar.contract import Socket
from ajar.errors import AjarError, Cancelled, Waiting
from ajar.hints import Range
from workflows import kinds
from workflows.bound import arguments_of, gathered_failures
from workflows.cell import FAILED, READY, RUNNING, Cell
from workflows.cells import Cells
from workflows.events import (
    Event,
    NodeDone,
    NodeFailed,
    NodeProgress,
    NodeSkipped,
    NodeStarted,
    NodeWaiting,
    RunDone,
    RunStarted,
    RunWarning,
    Status,
)
from workflows.failures import Failure, failure_of
from workflows.lanes import Lane, NodeCall
from workflows.plan import Computed, Const, Plan, Step

WORTH_SECONDS = 0.25
"""A result that took longer than this is kept on disk, whatever it is."""
SAME_MODEL = 8
"""After so many calls of one model in a row, the oldest waiting call goes first."""
PLAIN = (str, int, float, bool, type(None))


class Keeper(Protocol):
    """The results of earlier runs, and where new ones go. Keeping returns at once; the disk is written behind it."""

    def get_many(self, keys: list[str]) -> dict[str, Any]: ...

    def keep(self, key: str, values: tuple[Any, ...], *, disk: bool, seconds: float) -> None: ...

    def keep_items(self, key: str, items: tuple[tuple[Any, ...], ...], *, disk: bool, seconds: float) -> None: ...


class Exits(Protocol):
    """Where results leave a run."""

    def save(self, node: str, path: tuple[int, ...], data: bytes, suffix: str) -> Path:
        """Write a file of a node, whole or not at all."""

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


@dataclass(frozen=True, slots=True)
class Hit:
    values: tuple[Any, ...] | None
    items: tuple[tuple[Any, ...], ...] = ()


@dataclass(slots=True)
class _Active:
    """A call that a lane is working on."""

    run: "Run"
    cell: Cell
    call: NodeCall
    lane: str
    items: list[tuple[Any, ...]] = field(default_factory=list)
    attempt: int = 0


class Run:
    """A running (or ended) plan. ``wait`` and ``cancel`` may be called from any thread."""

    def __init__(self, number: int, plan: Plan, cells: Cells, listen: Callable[[Event], None],
                 exits: Exits | None, stop: Callable[["Run"], None], keep: bool) -> None:
        self.number = number
        self.plan = plan
        self.leaves = frozenset(plan.leaves)
        self.cells = cells
        self.exits = exits
        self.keep = keep
        self.listen = listen
        self.cancelling = False
        self.started = time.perf_counter()
        self.active: set[int] = set()
        self.queued = 0
        self.keeping = 0
        """Results on their way to the disk."""
        self.ran = self.cached = self.failed = 0
        self.outputs: list[Output] = []
        self.waiting: AjarError | None = None
        self.error: AjarError | None = None
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

    def finish(self, summary: Summary) -> None:
        self._summary = summary
        self._ended.set()

    def emit(self, event: Event) -> None:
        try:
            self.listen(event)
        except Exception:
            pass  # a listener that fails must not take the engine with it


class Scheduler:
    """Shares the lanes among all runs."""

    def __init__(self, lanes: Mapping[str, Lane], results: Keeper | None) -> None:
        self.lanes = dict(lanes)
        self.results = results
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._numbers = itertools.count(1)
        self._sequence = itertools.count()
        self._active: dict[int, _Active] = {}
        self._free = {name: lane.width for name, lane in lanes.items()}
        self._heaps: dict[str, list[tuple[int, int, Run, Cell]]] = {name: [] for name in lanes}
        self._streak: dict[str, int] = dict.fromkeys(lanes, 0)
        self._inflight: dict[str, tuple[int, list[tuple[Run, Cell]]]] = {}
        self._checks: dict[int, list[Socket]] = {}
        self._runs: set[Run] = set()
        self._open = True
        self._disk: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        for target in (self._loop, self._write):
            threading.Thread(target=target, name=f"ajar{target.__name__}", daemon=True).start()

    def start(self, plan: Plan, listen: Callable[[Event], None], exits: Exits | None = None, *,
              cache: bool = True, cells: Cells | None = None) -> Run:
        """Begin a run; returns at once. ``cells`` have been looked at, but not begun."""
        keep = cache and self.results is not None
        lookup = self.results.get_many if keep and self.results is not None else None
        run = Run(next(self._numbers), plan, cells or Cells(plan, lookup), listen, exits, self._cancel_soon, keep)
        self._inbox.put(lambda: self._begin(run))
        return run

    def close(self) -> None:
        """Stop everything. Waits for results that are being written, not for nodes."""
        done = threading.Event()
        self._inbox.put(lambda: self._shut(done))
        done.wait(10)

    # --- what lanes say (any thread) ------------------------------------------------------------------------------

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        self._inbox.put(lambda: self._progressed(call, done, note, preview))

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        self._inbox.put(lambda: self._valued(call, values))

    def done(self, call: int, seconds: float) -> None:
        self._inbox.put(lambda: self._done(call, seconds))

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self._inbox.put(lambda: self._resulted(call, values, seconds))

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self._inbox.put(lambda: self._failed(call, error, detail))

    # --- the scheduler's thread -----------------------------------------------------------------------------------

    def _loop(self) -> None:
        while self._open:
            try:
                self._inbox.get()()
                with contextlib.suppress(Empty):
                    while True:
                        self._inbox.get_nowait()()
                for name in self.lanes:
                    self._pump(name)
            except Exception:
                self._broke(traceback.format_exc())

    def _broke(self, detail: str) -> None:
        """A fault of the engine itself: every run ends with an error rather than hanging."""
        for run in list(self._runs):
            run.failed += 1
            run.error = AjarError("The engine itself failed, so the run was stopped.",
                                  "This is a fault of Ajar; please report it with the log.")
            run.emit(NodeFailed(run.number, "", (), run.error.message, run.error.hint, detail))
            for number in list(run.active):
                self.lanes[self._active[number].lane].cancel(number)
            run.cancelling = True
            self._end(run, "failed")

    def _write(self) -> None:
        """The disk's own thread: encoding and fsync never hold up the scheduler."""
        while (task := self._disk.get()) is not None:
            task()

    def _begin(self, run: Run) -> None:
        self._runs.add(run)
        run.started = time.perf_counter()
        run.cells.begin()
        run.emit(RunStarted(run.number, run.cells.total))
        for node, reason in run.plan.skipped.items():
            run.emit(NodeSkipped(run.number, node, (), reason))
        for node, values in run.plan.known.items():
            run.emit(NodeDone(run.number, node, (), False, 0.0, values))
            if node in run.leaves:
                self._leave(run, node, (), values)
        for name, step in run.plan.steps.items():
            if step.items is not None:
                run.emit(NodeDone(run.number, name, (), False, 0.0, ()))
                for index, values in enumerate(step.items if name in run.leaves else ()):
                    self._leave(run, name, (index,), values)
        self._settle(run)

    def _settle(self, run: Run) -> None:
        """Take what became ready or ended without running, until nothing moves."""
        cells = run.cells
        while cells.ready or cells.settled:
            while cells.settled:
                self._settled(run, cells.settled.popleft())
            while cells.ready:
                cell = cells.ready.popleft()
                if cell.state == READY and not run.cancelling:
                    self._make_ready(run, cell)
        if run.active or run.keeping or (run.queued and not run.cancelling):
            return
        if cells.unfinished and not run.cancelling:
            run.failed += 1
            run.error = run.error or AjarError(
                "The run came to a standstill: nodes wait for values that nobody makes.",
                "This is a fault of Ajar; please report it with the workflow.")
        self._end(run)

    def _settled(self, run: Run, cell: Cell) -> None:
        name = cell.step.id
        if cell.state != FAILED:
            if not cell.step.type.alias:
                run.cached += 1
            run.emit(NodeDone(run.number, name, cell.path, True, 0.0, cell.values))
            self._leave_cell(run, cell)
            return
        failure = cell.failure
        if failure is None or failure.kind == "cancelled":
            return
        if failure.kind == "skipped":
            run.emit(NodeSkipped(run.number, name, cell.path, failure.message))
        elif failure.kind == "waiting":
            run.waiting = run.waiting or Waiting(failure.message, failure.hint, node=name)
            run.emit(NodeWaiting(run.number, name, cell.path, failure.message, failure.hint))
        else:
            run.failed += 1
            run.error = run.error or AjarError(failure.message, failure.hint, node=name)
            run.emit(NodeFailed(run.number, name, cell.path, failure.message, failure.hint, failure.detail))

    def _make_ready(self, run: Run, cell: Cell) -> None:
        """All inputs are there: finish it from elsewhere, or hand it to its lane's queue."""
        step, cells = cell.step, run.cells
        failed, total = gathered_failures(cell)
        if failed and not step.type.partial:
            cells.failed(cell, Failure("failed", f"{failed} of {total} items failed.",
                                       "Put right what failed before it; the rest is kept."))
            return
        if step.lazy and not self._decided(run, cell):
            return
        if step.kept and not failed and self._from_elsewhere(run, cell):
            return
        lane = _lane_of(step)
        if lane not in self.lanes:
            cells.failed(cell, Failure("failed", f'There is nowhere to run "{step.type.title}" ({step.type.lane}).',
                                       "See what this machine can do: ajar doctor."))
            return
        run.queued += 1
        heapq.heappush(self._heaps[lane], (-run.plan.height[step.id], next(self._sequence), run, cell))

    def _decided(self, run: Run, cell: Cell) -> bool:
        """Of a lazy cell: whether it goes on to run. An alias is settled here, another may have to wait."""
        if cell.needed is None:
            try:
                if run.cells.decide(cell, run.plan.stage):
                    return False
            except Exception as error:
                run.cells.failed(cell, Failure("failed", f"It could not choose: {error}", "Check what decides it."))
                return False
        if cell.step.type.alias:
            self._choose(run, cell)
        return not cell.step.type.alias

    def _choose(self, run: Run, cell: Cell) -> None:
        chosen = run.cells.chosen(cell)
        if chosen is None:
            need = ", ".join(sorted(cell.needed or ()))
            run.cells.failed(cell, Failure("failed", f"It chose {need}, but nothing is wired there.",
                                           "Wire something there, or let it choose another."))
        else:
            run.cells.pass_on(cell, *chosen)

    def _from_elsewhere(self, run: Run, cell: Cell) -> bool:
        """Whether the result comes from the cache, or will come from the same work in flight."""
        fresh = cell.key is None
        key = run.cells.key(cell)
        if key is None:
            return False
        if fresh and run.keep and self.results is not None:
            hit = self.results.get_many([key]).get(key)
            if hit is not None:
                run.cells.take_hit(cell, hit)
                run.cells.settled.append(cell)
                return True
        leader = self._inflight.get(key)
        if leader is not None:
            leader[1].append((run, cell))
            run.queued += 1
            return True
        self._inflight[key] = (-1, [])
        return False

    def _pump(self, name: str) -> None:
        heap = self._heaps[name]
        while heap and self._free[name] > 0:
            run, cell = self._take(name, heap)
            run.queued -= 1
            if cell.state != READY or run.cancelling:
                self._let_go(cell)
                if not run.active and not run.queued:
                    self._settle(run)
                continue
            self._dispatch(run, cell, name)

    def _take(self, name: str, heap: list[tuple[int, int, Run, Cell]]) -> tuple[Run, Cell]:
        """The next call: one whose model is loaded, then the longest remaining path, then the oldest."""
        warm = self.lanes[name].warm() if self.lanes[name].width == 1 else frozenset()
        if warm and len(heap) > 1:
            same = [entry for entry in heap if any(model in warm for _, model in entry[3].step.models)]
            if self._streak[name] >= SAME_MODEL:
                self._streak[name] = 0
                chosen = min(heap, key=lambda entry: entry[1])
            elif same:
                self._streak[name] += 1
                chosen = min(same)
            else:
                chosen = heap[0]
            heap.remove(chosen)
            heapq.heapify(heap)
            return chosen[2], chosen[3]
        entry = heapq.heappop(heap)
        return entry[2], entry[3]

    def _dispatch(self, run: Run, cell: Cell, lane: str) -> None:
        number = next(self._numbers)
        try:
            arguments = arguments_of(cell, run.plan)
            for socket in self._wired_checks(run, cell.step):
                if arguments[socket.name] is not None:
                    kinds.read_literal(socket, kinds.to_json(arguments[socket.name]))
        except Exception as error:
            self._let_go(cell)
            hint = error.hint if isinstance(error, AjarError) else getattr(error, "hint", "")
            run.cells.failed(cell, Failure("failed", f"A value that reached it does not fit: {error}", hint))
            self._settle(run)
            return
        call = NodeCall(number, cell.step.type, arguments, run.plan.stage, _About(run, cell),
                        _Save(run, cell) if cell.step.type.writes and run.exits is not None else None)
        cell.state = RUNNING
        run.cells.read(cell)
        if cell.key is not None and self._inflight.get(cell.key, (0, []))[0] == -1:
            self._inflight[cell.key] = (number, self._inflight[cell.key][1])
        self._launch(_Active(run, cell, call, lane))
        run.emit(NodeStarted(run.number, cell.step.id, cell.path))

    def _launch(self, active: _Active) -> None:
        self._active[active.call.id] = active
        active.run.active.add(active.call.id)
        self._free[active.lane] -= 1
        self.lanes[active.lane].start(active.call, self)

    def _wired_checks(self, run: Run, step: Step) -> list[Socket]:
        """The bounded sockets of a step whose values come by wire, so that nobody has checked them yet."""
        found = self._checks.get(id(step))
        if found is None:
            found = self._checks[id(step)] = [
                socket for socket, bound in step.slots
                if socket.form == "one" and not isinstance(bound, Const)
                and (socket.hint(Range) or isinstance(bound, Computed) or get_origin(socket.type) is Literal)
            ]
        return found

    # --- answers of lanes -----------------------------------------------------------------------------------------

    def _progressed(self, call: int, done: float, note: str, preview: Any) -> None:
        active = self._active.get(call)
        if active is not None:
            cell = active.cell
            active.run.emit(NodeProgress(active.run.number, cell.step.id, cell.path, done, note, preview))

    def _valued(self, call: int, values: tuple[Any, ...]) -> None:
        active = self._active.get(call)
        if active is None or active.run.cancelling:
            return
        active.items.append(values)
        if active.cell.step.type.stream:
            active.run.cells.value(active.cell, values)
            self._settle(active.run)

    def _done(self, call: int, seconds: float) -> None:
        active = self._active.get(call)
        if active is None:
            return
        if not active.cell.step.type.stream:
            self._resulted(call, active.items[-1] if active.items else (), seconds)
            return
        self._release(active)
        run, cell = active.run, active.cell
        items = tuple(active.items)
        if not run.cancelling:
            run.ran += 1
            if run.keep and cell.step.kept and cell.key is not None:
                self._keep(run, cell, seconds, items)
            run.emit(NodeDone(run.number, cell.step.id, cell.path, False, seconds, ()))
            run.cells.ended(cell)
            if cell.step.id in run.leaves:
                for index, values in enumerate(items):
                    self._leave(run, cell.step.id, (*cell.path, index), values)
            self._share(cell, Hit(None, items))
        self._settle(run)

    def _resulted(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        active = self._active.get(call)
        if active is None:
            return
        self._release(active)
        run, cell = active.run, active.cell
        if not run.cancelling:
            run.ran += 1
            if run.keep and cell.key is not None and cell.step.kept:
                self._keep(run, cell, seconds, values)
            run.emit(NodeDone(run.number, cell.step.id, cell.path, False, seconds, values))
            run.cells.value(cell, values)
            self._leave_cell(run, cell, values)
            self._share(cell, Hit(values))
        self._settle(run)

    def _failed(self, call: int, error: BaseException, detail: str) -> None:
        active = self._active.get(call)
        if active is None:
            return
        run, cell = active.run, active.cell
        transient = isinstance(error, Exception) and not isinstance(error, AjarError)
        retry = transient and active.attempt < cell.step.type.retries and not cell.step.type.writes
        if retry and not run.cancelling and not active.items:
            self._release(active)
            call_again = NodeCall(next(self._numbers), active.call.type, active.call.arguments, active.call.stage,
                                  active.call.about, active.call.save)
            run.emit(RunWarning(run.number, f'"{cell.step.id}" failed ({error}) and is tried again.', ""))
            self._launch(_Active(run, cell, call_again, active.lane, attempt=active.attempt + 1))
            return
        self._release(active)
        if isinstance(error, Waiting) and run.exits is not None and not run.cancelling:
            self._show_choices(run, cell, error.choices)
        run.cells.failed(cell, failure_of(cell.step, error, detail))
        self._share_failure(cell, cancelled=isinstance(error, Cancelled))
        self._settle(run)

    def _show_choices(self, run: Run, cell: Cell, choices: tuple[Any, ...]) -> None:
        """Nobody can choose among pictures that can't be seen: write them out."""
        for number, value in enumerate(choices):
            if not isinstance(value, PLAIN):
                self._on_disk(run, _Export(run, cell.step.id, f"choice-{number}", cell.path, value), asked=True)

    def _release(self, active: _Active) -> None:
        del self._active[active.call.id]
        active.run.active.discard(active.call.id)
        self._free[active.lane] += 1

    # --- sharing --------------------------------------------------------------------------------------------------

    def _share(self, cell: Cell, hit: Hit) -> None:
        """Give the result to everybody who asked for the same work."""
        for run, other in self._inflight.pop(cell.key or "", (0, []))[1]:
            run.queued -= 1
            if other.state == READY and not run.cancelling:
                run.cells.take_hit(other, hit)
                run.cells.settled.append(other)
            self._settle(run)

    def _share_failure(self, cell: Cell, *, cancelled: bool) -> None:
        followers = self._inflight.pop(cell.key or "", (0, []))[1]
        for run, other in followers:
            run.queued -= 1
            if other.state == READY and not run.cancelling:
                if cancelled:  # the other run was stopped, not this one
                    self._make_ready(run, other)
                elif cell.failure is not None:
                    run.cells.failed(other, cell.failure)
            self._settle(run)

    def _let_go(self, cell: Cell) -> None:
        """A queued cell will not run here: those who waited for it go on by themselves."""
        if cell.key is not None and self._inflight.get(cell.key, (0, []))[0] == -1:
            self._share_failure(cell, cancelled=True)

    # --- results --------------------------------------------------------------------------------------------------

    def _keep(self, run: Run, cell: Cell, seconds: float, what: tuple[Any, ...]) -> None:
        assert self.results is not None and cell.key is not None
        key, results = cell.key, self.results
        stream = cell.step.type.stream
        values = [value for item in what for value in item] if stream else what
        plain = all(isinstance(value, PLAIN) for value in values)
        leaving = cell.step.id in run.leaves
        disk = plain or leaving or cell.step.type.lane != "cpu" or seconds >= WORTH_SECONDS
        keep: Callable[..., None] = results.keep_items if stream else results.keep
        warning = _attempt(lambda: keep(key, what, disk=disk, seconds=seconds))
        if warning is not None:
            run.emit(RunWarning(run.number, *warning))

    def _on_disk(self, run: Run, task: Callable[[], None], *, asked: bool = False) -> None:
        """Do something slow on the disk's thread; the run ends only after it. What was asked for must not fail."""
        run.keeping += 1

        def do() -> None:
            warning = _attempt(task)
            self._inbox.put(lambda: self._kept(run, warning, asked))

        self._disk.put(do)

    def _kept(self, run: Run, warning: tuple[str, str] | None, asked: bool) -> None:
        run.keeping -= 1
        if warning is not None:
            run.emit(RunWarning(run.number, *warning))
        if warning is not None and asked:
            run.failed += 1
            run.error = run.error or AjarError(*warning)
        self._settle(run)

    def _leave_cell(self, run: Run, cell: Cell, values: tuple[Any, ...] | None = None) -> None:
        if cell.step.id not in run.leaves:
            return
        if cell.step.type.stream:
            for index, item in enumerate(cell.hit.items if cell.hit else ()):
                self._leave(run, cell.step.id, (*cell.path, index), item)
        else:
            self._leave(run, cell.step.id, cell.path, cell.values if values is None else values)

    def _leave(self, run: Run, node: str, path: tuple[int, ...], values: tuple[Any, ...]) -> None:
        """A leaf's values leave the run; pictures are written out where the run has somewhere to put them."""
        type_ = run.plan.steps[node].type if node in run.plan.steps else None
        if type_ is not None and type_.writes:
            return
        for number, value in enumerate(values):
            output = type_.outputs[number].name if type_ is not None else "result"
            if run.exits is None or isinstance(value, PLAIN):
                run.outputs.append(Output(node, output, path, value, None))
                continue
            self._on_disk(run, _Export(run, node, output, path, value), asked=True)

    # --- ends -----------------------------------------------------------------------------------------------------

    def _cancel_soon(self, run: Run) -> None:
        self._inbox.put(lambda: self._cancel(run))

    def _cancel(self, run: Run) -> None:
        if run.cancelling or run not in self._runs:
            return
        run.cancelling = True
        for number in list(run.active):
            self.lanes[self._active[number].lane].cancel(number)
        for heap in self._heaps.values():
            mine = [entry for entry in heap if entry[2] is run]
            heap[:] = [entry for entry in heap if entry[2] is not run]
            heapq.heapify(heap)
            for entry in mine:
                self._let_go(entry[3])
        run.queued = 0
        self._settle(run)

    def _end(self, run: Run, status: Status = "done") -> None:
        if run not in self._runs:
            return
        self._runs.discard(run)
        for step in run.plan.steps.values():
            self._checks.pop(id(step), None)
        if status == "failed":
            pass
        elif run.cancelling:
            status = "cancelled"
        elif run.failed:
            status = "failed"
        elif run.waiting is not None:
            status = "waiting"
        seconds = time.perf_counter() - run.started
        run.outputs.sort(key=lambda output: (output.node, output.output, output.index))
        run.emit(RunDone(run.number, status, seconds, run.ran, run.cached, run.failed))
        run.finish(Summary(status, seconds, run.ran, run.cached, run.failed, tuple(run.outputs),
                           run.error if status == "failed" else run.waiting if status == "waiting" else None))

    def _shut(self, done: threading.Event) -> None:
        for run in list(self._runs):
            self._cancel(run)
            run.active.clear()
            self._end(run)
        for lane in self.lanes.values():
            lane.close()
        self._open = False
        self._disk.put(done.set)
        self._disk.put(None)


class _About:
    """The provenance of a call's result, put together when a node asks for it."""

    __slots__ = ("_cell", "_run")

    def __init__(self, run: Run, cell: Cell) -> None:
        self._run, self._cell = run, cell

    def __call__(self) -> str:
        run, cell = self._run, self._cell
        return "" if run.exits is None else run.exits.about(run.plan, run.cells, cell.step.id, cell.path)


class _Save:
    """Saves a file of a node and notes it among the run's outputs."""

    __slots__ = ("_cell", "_run")

    def __init__(self, run: Run, cell: Cell) -> None:
        self._run, self._cell = run, cell

    def __call__(self, data: bytes, suffix: str) -> Path:
        run, cell = self._run, self._cell
        assert run.exits is not None
        file = run.exits.save(cell.step.id, cell.path, data, suffix)
        run.outputs.append(Output(cell.step.id, "file", cell.path, None, file))
        return file


class _Export:
    """Writes a leaf's value out as a file."""

    __slots__ = ("_node", "_output", "_path", "_run", "_value")

    def __init__(self, run: Run, node: str, output: str, path: tuple[int, ...], value: Any) -> None:
        self._run, self._node, self._output, self._path, self._value = run, node, output, path, value

    def __call__(self) -> None:
        run = self._run
        assert run.exits is not None
        about = run.exits.about(run.plan, run.cells, self._node, self._path)
        file = run.exits.export(self._node, self._output, self._path, self._value, about)
        run.outputs.append(Output(self._node, self._output, self._path, self._value, file))


def _attempt(task: Callable[[], None]) -> tuple[str, str] | None:
    """Do it; a warning (message, hint) if it failed."""
    try:
        task()
    except AjarError as error:
        return error.message, error.hint
    except Exception as error:
        return f"A result could not be kept: {error}", "The run goes on; the result is made again next time."
    return None


def _lane_of(step: Step) -> str:
    return "gpu:0" if step.type.lane == "gpu" else step.type.lane
