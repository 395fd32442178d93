"""The state of all runs and the calls that lanes are working on. Only the scheduler's thread touches it.

    start -> cells that are ready -> (cached? in flight? else) a lane -> values -> more cells are ready -> ... -> done
"""

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_origin

from ajar.contract import Socket
from ajar.errors import AjarError, Cancelled, UserError, Waiting
from ajar.hints import Model, Range
from workflows import kinds
from workflows.allowance import Errand
from workflows.bound import arguments_of
from workflows.cell import READY, RUNNING, Cell
from workflows.course import Course
from workflows.events import (
    NodeDone,
    NodeFailed,
    NodeProgress,
    NodeSkipped,
    NodeStarted,
    RunStarted,
    RunWarning,
)
from workflows.failures import Failure, failure_of
from workflows.lanes import Lane, NodeCall, Reply
from workflows.leaving import About, Save
from workflows.plan import Computed, Const, Step
from workflows.run import Hit, Keeper, Run
from workflows.sides import sides
from workflows.turns import Turns


@dataclass(slots=True)
class _Active:
    """A call that a lane is working on."""

    run: Run
    cell: Cell
    call: NodeCall
    turns: Turns
    items: list[tuple[Any, ...]] = field(default_factory=list)
    attempt: int = 0


class Engine:
    """Moves runs on: calls go to lanes, their answers to cells. Lanes answer to ``reply``."""

    def __init__(self, lanes: Mapping[str, Lane], results: Keeper | None, reply: Reply,
                 post: Callable[[Callable[[], None]], None]) -> None:
        self._reply = reply
        self._turns = {name: Turns(lane) for name, lane in lanes.items()}
        self._course = Course(self._turns, results, post, self._end)
        self._delivery = self._course.delivery
        self._runs: set[Run] = set()
        self._active: dict[int, _Active] = {}
        self._numbers = itertools.count(1)

    def begin(self, run: Run) -> None:
        self._runs.add(run)
        run.started = time.perf_counter()
        run.cells.begin()
        run.emit(RunStarted(run.number, run.cells.total))
        for node, reason in run.plan.skipped.items():
            run.emit(NodeSkipped(run.number, node, (), reason))
        for node, values in run.plan.known.items():
            run.emit(NodeDone(run.number, node, (), False, 0.0, values))
            if node in run.leaves:
                self._delivery.leave(run, node, (), values)
        for name, step in run.plan.steps.items():
            if step.items is not None:
                run.emit(NodeDone(run.number, name, (), False, 0.0, ()))
                for index, values in enumerate(step.items if name in run.leaves else ()):
                    self._delivery.leave(run, name, (index,), values)
        self._course.settle(run)

    def pump(self) -> None:
        """Hand calls to every lane that is free."""
        for turns in self._turns.values():
            while turns.entries and turns.free > 0:
                run, cell = turns.take()
                run.queued -= 1
                if cell.state == READY and not run.cancelling:
                    self._dispatch(run, cell, turns)
                    continue
                self._course.let_go(cell)
                if not run.active and not run.queued:
                    self._course.settle(run)

    def _dispatch(self, run: Run, cell: Cell, turns: Turns) -> None:
        number = next(self._numbers)
        try:
            arguments = arguments_of(cell, run.plan)
            if run.secrecy is not None:
                run.secrecy.arrived(cell.step.id, arguments)
            for socket in _wired_checks(run, cell.step):
                if arguments[socket.name] is not None:
                    if socket.hint(Model) and cell.step.type.lane != "remote":
                        _check_named(arguments[socket.name])
                    kinds.read_literal(socket, kinds.to_json(arguments[socket.name]))
        except Exception as error:
            self._course.let_go(cell)
            hint = error.hint if isinstance(error, AjarError) else getattr(error, "hint", "")
            run.cells.failed(cell, Failure("failed", f"A value that reached it does not fit: {error}", hint))
            self._course.settle(run)
            return
        call = NodeCall(number, cell.step.type, arguments, run.plan.stage, About(run, cell),
                        Save(run, cell) if cell.step.type.writes and run.exits is not None else None,
                        _errand(run, cell) if cell.step.type.lane == "remote" else None)
        cell.state = RUNNING
        heard = list(run.hear(cell.step, cell.path, arguments))
        run.cells.read(cell)
        self._launch(_Active(run, cell, call, turns))
        run.emit(NodeStarted(run.number, cell.step.id, cell.path))
        for message, hint in heard:
            run.emit(RunWarning(run.number, message, hint, cell.step.id))

    def _launch(self, active: _Active) -> None:
        self._active[active.call.id] = active
        active.run.active.add(active.call.id)
        active.turns.free -= 1
        active.turns.lane.start(active.call, self._reply)

    # --- answers of lanes -----------------------------------------------------------------------------------------

    def progressed(self, call: int, done: float, note: str, preview: Any) -> None:
        active = self._active.get(call)
        if active is not None:
            cell = active.cell
            active.run.emit(NodeProgress(active.run.number, cell.step.id, cell.path, done, note, preview))

    def valued(self, call: int, values: tuple[Any, ...]) -> None:
        active = self._active.get(call)
        if active is None or active.run.cancelling:
            return
        active.items.append(values)
        if active.cell.step.type.stream:
            active.run.cells.value(active.cell, values)
            self._course.settle(active.run)

    def done(self, call: int, seconds: float) -> None:
        active = self._active.get(call)
        if active is None:
            return
        if not active.cell.step.type.stream:
            self.resulted(call, active.items[-1] if active.items else (), seconds)
            return
        self._release(active)
        run, cell = active.run, active.cell
        items = tuple(active.items)
        if not run.cancelling:
            run.ran += 1
            if run.keep and cell.step.kept and cell.key is not None:
                self._delivery.keep(run, cell, seconds, items)
            run.emit(NodeDone(run.number, cell.step.id, cell.path, False, seconds, ()))
            run.cells.ended(cell)
            if cell.step.id in run.leaves:
                for index, values in enumerate(items):
                    self._delivery.leave(run, cell.step.id, (*cell.path, index), values)
            self._course.share(cell, Hit(None, items))
        else:
            self._course.let_go(cell)
        self._course.settle(run)

    def resulted(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        active = self._active.get(call)
        if active is None:
            return
        self._release(active)
        run, cell = active.run, active.cell
        if not run.cancelling:
            run.ran += 1
            if run.keep and cell.key is not None and cell.step.kept:
                self._delivery.keep(run, cell, seconds, values)
            run.emit(NodeDone(run.number, cell.step.id, cell.path, False, seconds, values))
            run.cells.value(cell, values)
            self._delivery.leave_cell(run, cell, values)
            self._course.share(cell, Hit(values))
        else:
            self._course.let_go(cell)
        self._course.settle(run)

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        active = self._active.get(call)
        if active is None:
            return
        run, cell = active.run, active.cell
        transient = isinstance(error, Exception) and not isinstance(error, AjarError)
        retry = transient and active.attempt < cell.step.type.retries and not cell.step.type.writes
        if retry and not run.cancelling and not active.items:
            self._release(active)
            call_again = NodeCall(next(self._numbers), active.call.type, active.call.arguments, active.call.stage,
                                  active.call.about, active.call.save, active.call.errand)
            run.emit(RunWarning(run.number, f'"{cell.step.id}" failed ({error}) and is tried again.', ""))
            self._launch(_Active(run, cell, call_again, active.turns, attempt=active.attempt + 1))
            return
        self._release(active)
        if isinstance(error, Waiting) and run.exits is not None and not run.cancelling:
            self._delivery.show_choices(run, cell, error.choices)
        run.cells.failed(cell, failure_of(cell.step, error, detail))
        self._course.share_failure(cell, cancelled=isinstance(error, Cancelled))
        self._course.settle(run)

    def said(self, call: int, message: str, hint: str) -> None:
        active = self._active.get(call)
        runs = [active.run] if active is not None else list(self._runs)[-1:]
        for run in runs:
            run.emit(RunWarning(run.number, message, hint))

    def _release(self, active: _Active) -> None:
        del self._active[active.call.id]
        active.run.active.discard(active.call.id)
        active.turns.free += 1

    def cancel(self, run: Run) -> None:
        if run not in self._runs:
            return
        run.cancelling = True  # asked again, the lanes lose their patience
        for number in list(run.active):
            active = self._active[number]
            if active.cell.step.type.lane == "remote" and self._course.wanted(active.cell):
                # Another run wants it too: it goes on, and that run's own call will meet it there, paid once.
                self._release(active)
                self._course.let_go(active.cell)
            else:
                active.turns.lane.cancel(number)
        for turns in self._turns.values():
            for cell in turns.drop(run):
                self._course.let_go(cell)
        run.queued = 0
        self._course.settle(run)

    def _end(self, run: Run, *, broken: bool = False) -> None:
        if run in self._runs:
            self._runs.discard(run)
            run.finish(broken)

    def broke(self, detail: str) -> None:
        """A fault of the engine itself: every run ends with an error rather than hanging."""
        for run in list(self._runs):
            run.failed += 1
            run.error = AjarError("The engine itself failed, so the run was stopped.",
                                  "This is a fault of Ajar; please report it with the log.")
            run.emit(NodeFailed(run.number, "", (), run.error.message, run.error.hint, detail))
            for number in list(run.active):
                self._active[number].turns.lane.cancel(number)
            run.cancelling = True
            self._end(run, broken=True)

    def shut(self, done: threading.Event) -> None:
        """Stop every run and lane; ``done`` is set once all results are written."""
        for run in list(self._runs):
            self.cancel(run)
            run.active.clear()
            self._end(run)
        for turns in self._turns.values():
            turns.lane.close()
        self._delivery.close(done)


def _errand(run: Run, cell: Cell) -> Errand:
    """For whom the orders of this cell are."""
    path = ".".join(map(str, cell.path))
    secret = run.secrecy.of(cell.step.id) if run.secrecy is not None else None
    stage = sides(run.plan.graph).get(cell.step.id, run.errand.stage)
    return replace(run.errand, node=cell.step.id, path=path, cell=cell.key or "", take=cell.step.take, stage=stage,
                   secret=secret.said if secret is not None else "")


def _check_named(model: str) -> None:
    """UserError for a path: which files may be read is decided before a run, and this was made while it runs."""
    if "/" in model or "\\" in model:
        raise UserError(f'"{model[:100]}" is a path, and a model that is chosen while it runs has to be named.',
                        "Put it into the models folder, and give its name.")


def _wired_checks(run: Run, step: Step) -> list[Socket]:
    """The bounded sockets of a step whose values come by wire, so that nobody has checked them yet."""
    found = run.checks.get(step.id)
    if found is None:
        found = run.checks[step.id] = [
            socket for socket, bound in step.slots
            if socket.form == "one" and not isinstance(bound, Const)
            and (socket.hint(Range) or socket.hint(Model) or isinstance(bound, Computed)
                 or get_origin(socket.type) is Literal)
        ]
    return found
