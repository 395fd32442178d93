"""Plans and starts runs on a thread of its own, writes them into the history, and tells what becomes of them."""

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from ajar.errors import AjarError
from workflows import statement
from workflows.entries import Entry
from workflows.events import Event, NodeDone, NodeFailed, RunDone
from workflows.following import Following
from workflows.graph import Graph
from workflows.logs import write_log
from workflows.plan import Step
from workflows.problems import Problem
from workflows.project import find
from workflows.run import Run, Summary
from workflows.runs import Runs
from workflows.sound import Sound, plan_sound
from workflows.studio import Options, Prepared, Studio


@dataclass(frozen=True, slots=True)
class Order:
    """A run that is asked for."""

    job: int
    graph: Graph
    file: Path
    """Where the workflow lies, or would lie: its project is looked for from here."""
    options: Options


@dataclass(frozen=True, slots=True)
class Launched:
    """It was planned and begins."""

    prepared: Prepared
    sound: Sound
    following: Following


@dataclass(frozen=True, slots=True)
class Finished:
    """It is over; without a summary it never began."""

    summary: Summary | None
    problems: tuple[Problem, ...] = ()
    """What kept it, or what could not be written down."""
    stopped: bool = False
    log: Path | None = None
    """Where the details are of nodes that stopped by a fault of theirs."""
    ordered: tuple[Entry, ...] = ()
    """What was ordered from providers by this run, as it stands at its end."""


@dataclass(slots=True)
class Live:
    """A run that goes on."""

    order: Order
    prepared: Prepared
    number: int | None = None
    """Its number in the history."""
    run: Run | None = None
    since: float = field(default_factory=time.time)
    begun: threading.Event = field(default_factory=threading.Event)
    """Set once ``run`` is there: events may come before."""
    faults: list[str] = field(default_factory=list)
    """Tracebacks of nodes that stopped by a fault of theirs, for the log."""


class Launcher:
    """``tell`` gets (job, Launched | events | Finished) from any thread, in order for each job."""

    def __init__(self, studio: Studio, tell: Callable[[int, Any], None],
                 made: Callable[[Live, NodeDone], None] | None = None,
                 guesses: Callable[[Mapping[str, Step]], Mapping[str, float]] | None = None) -> None:
        """``made`` hears of every call that was computed or came from the store, on the scheduler's thread.

        ``guesses`` gives the seconds that calls of steps will take, where that is known.
        """
        self._studio = studio
        self._tell = tell
        self._made = made
        self._guesses = guesses
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._live: dict[int, Live] = {}
        self._stopped: set[int] = set()
        self._closed = False
        self._runs: Runs | None = None
        self._thread = threading.Thread(target=self._work, name="ajar-launcher", daemon=True)
        self._thread.start()

    def launch(self, order: Order) -> None:
        """Plan and begin; returns at once."""
        self._tasks.put(lambda: self._launch(order))

    def stop(self, job: int) -> None:
        """End a run, also one that is still being planned. Asked again, it does not wait for nodes to give in."""
        with self._lock:
            self._stopped.add(job)
            live = self._live.get(job)
        if live is not None and live.run is not None:
            live.run.cancel()

    def close(self) -> None:
        """Stop all, write the history, end the thread."""
        with self._lock:
            self._closed = True  # what is only being planned does not begin
            live = list(self._live.values())
            self._stopped.update(one.order.job for one in live)
        for one in live:
            if one.run is not None:
                one.run.cancel()
                one.run.cancel()  # nobody waits for nodes that do not give in
        self._tasks.put(None)
        self._thread.join(10)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception:  # one run that can't be ended well must not keep all others from beginning
                write_log(traceback.format_exc())
        for live in list(self._live.values()):
            self._finish(live)
        if self._runs is not None:
            self._runs.close()

    def _launch(self, order: Order) -> None:
        try:
            self._begin(order)
        except Exception as error:
            problem = error if isinstance(error, AjarError) else AjarError(
                f"Something went wrong inside Ajar ({type(error).__name__}: {error}).", "Please report it.")
            self._over(order.job, Finished(None, (Problem("error", problem.message, problem.hint, problem.node),)))

    def _begin(self, order: Order) -> None:
        sound = plan_sound(self._studio, order.graph, find(order.file), order.options)
        if self._is_stopped(order.job):
            self._over(order.job, Finished(None, (), stopped=True))
            return
        if sound.prepared is None:
            self._over(order.job, Finished(None, sound.problems))
            return
        live = Live(order, sound.prepared, self._write_start(order))
        guesses = self._guesses(sound.prepared.plan.steps) if self._guesses is not None else {}
        self._tell(order.job, Launched(sound.prepared, sound, Following(sound.prepared, guesses)))
        with self._lock:
            self._live[order.job] = live
        live.run = self._studio.start(sound.prepared, lambda event: self._listen(live, event))
        live.begun.set()
        if self._is_stopped(order.job):
            live.run.cancel()
        if self._closed:
            live.run.cancel()

    def _listen(self, live: Live, event: Event) -> None:
        """On the scheduler's thread."""
        if self._made is not None and isinstance(event, NodeDone):
            self._made(live, event)
        if isinstance(event, NodeFailed) and event.detail:
            live.faults.append(f"{event.node} {event.path}\n{event.detail}")
        self._tell(live.order.job, event)
        if isinstance(event, RunDone):
            self._tasks.put(lambda: self._finish(live))

    def _finish(self, live: Live) -> None:
        job = live.order.job
        if job not in self._live:
            return
        assert live.run is not None
        try:
            summary = live.run.wait(10)
        except TimeoutError:
            self._over(job, Finished(None, (), stopped=True))
            return
        problems: list[Problem] = []
        try:
            if self._runs is not None and live.number is not None:
                self._runs.finish(
                    live.number, summary.status, seconds=summary.seconds, ran=summary.ran, cached=summary.cached,
                    failed=summary.failed, outputs=[output.path for output in summary.outputs if output.path],
                    error=summary.error.message if summary.error else None,
                )
                if summary.statement is not None:
                    statement.keep(self._studio.home, live.number, summary.statement)
        except AjarError as error:
            problems.append(Problem("warning", error.message, error.hint))
        results = self._studio.results
        lost = results.take_problems() if results is not None else []
        problems += [Problem("warning", error.message, error.hint) for error in lost]
        log = write_log("\n".join(live.faults)) if live.faults else None
        self._over(job, Finished(summary, tuple(problems), log=log, ordered=self._ordered(live)))

    def _ordered(self, live: Live) -> tuple[Entry, ...]:
        if not live.prepared.bids.orders:
            return ()
        made = live.prepared.cells.made.values()
        keys = {cell.key for cells in made for cell in cells.values() if cell.key is not None}
        try:
            return tuple(entry for key in sorted(keys) for entry in live.prepared.orders(key)
                         if entry.made >= live.since - 1)
        except AjarError:  # the journal can't be read; the orders themselves have said so
            return ()

    def _write_start(self, order: Order) -> int | None:
        try:
            if self._runs is None:
                self._runs = Runs(self._studio.home)
            return self._runs.start(str(order.file), order.options.stage, order.graph)
        except AjarError:  # trouble with the history keeps nobody from running
            return None

    def _over(self, job: int, finished: Finished) -> None:
        with self._lock:
            self._live.pop(job, None)
            self._stopped.discard(job)
        self._tell(job, finished)

    def _is_stopped(self, job: int) -> bool:
        with self._lock:
            return self._closed or job in self._stopped
