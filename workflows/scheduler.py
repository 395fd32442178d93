"""One thread owns all runs; lanes, the disk and people only post to its queue. Every change is an event."""

import contextlib
import itertools
import threading
import traceback
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any

from workflows.allowance import Errand
from workflows.cells import Cells
from workflows.engine import Engine
from workflows.events import Event
from workflows.lanes import Lane
from workflows.plan import Plan
from workflows.run import Exits, Hear, Keeper, Run, nothing_heard
from workflows.secrecy import Secrecy
from workflows.statement import Witness


class Scheduler:
    """Shares the lanes among all runs. Everything here may be called from any thread."""

    def __init__(self, lanes: Mapping[str, Lane], results: Keeper | None) -> None:
        self.results = results
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._engine = Engine(lanes, results, self, self._inbox.put)
        self._numbers = itertools.count(1)
        self._open = True
        threading.Thread(target=self._loop, name="ajar-scheduler", daemon=True).start()

    def start(self, plan: Plan, listen: Callable[[Event], None], exits: Exits | None = None, *,
              cache: bool = True, cells: Cells | None = None, errand: Errand | None = None,
              hear: Hear = nothing_heard, secrecy: Secrecy | None = None,
              witness: Witness | None = None) -> Run:
        """Begin a run; returns at once. ``cells`` have been looked at, but not begun."""
        keep = cache and self.results is not None
        lookup = self.results.get_many if keep and self.results is not None else None
        run = Run(next(self._numbers), plan, cells or Cells(plan, lookup), listen, exits, self._cancel_soon, keep,
                  errand or Errand(), hear)
        run.secrecy, run.witness = secrecy, witness
        self._inbox.put(lambda: self._engine.begin(run))
        return run

    def close(self) -> None:
        """Stop everything. Waits for results that are being written, not for nodes."""
        done = threading.Event()
        self._inbox.put(lambda: self._shut(done))
        done.wait(10)

    # --- what lanes say (any thread) ------------------------------------------------------------------------------

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        self._inbox.put(lambda: self._engine.progressed(call, done, note, preview))

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        self._inbox.put(lambda: self._engine.valued(call, values))

    def done(self, call: int, seconds: float) -> None:
        self._inbox.put(lambda: self._engine.done(call, seconds))

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self._inbox.put(lambda: self._engine.resulted(call, values, seconds))

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self._inbox.put(lambda: self._engine.failed(call, error, detail))

    def said(self, call: int, message: str, hint: str) -> None:
        self._inbox.put(lambda: self._engine.said(call, message, hint))

    # --- the scheduler's thread -----------------------------------------------------------------------------------

    def _loop(self) -> None:
        while self._open:
            try:
                self._inbox.get()()
                with contextlib.suppress(Empty):
                    while True:
                        self._inbox.get_nowait()()
                self._engine.pump()
            except Exception:
                self._engine.broke(traceback.format_exc())

    def _cancel_soon(self, run: Run) -> None:
        self._inbox.put(lambda: self._engine.cancel(run))

    def _shut(self, done: threading.Event) -> None:
        self._engine.shut(done)
        self._open = False
