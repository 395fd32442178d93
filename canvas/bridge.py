"""Brings what happens in runs to the Qt thread: often enough to look alive, never so much that a frame is late."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from workflows.events import NodeDone, NodeFailed, NodeProgress, NodeSkipped, NodeWaiting, RunDone

EVERY = 33
"""Milliseconds between two ticks; progress and previews come at most so often."""
BUDGET = 0.008
"""Seconds that one tick may work, with all that listeners do about it."""
SLICE = 32
"""Events between two looks at the clock, each followed by one ``settled``."""
ENDS = (NodeDone, NodeFailed, NodeSkipped, NodeWaiting)
Call = tuple[int, str, tuple[int, ...]]


class Bridge(QObject):
    """``post`` may be called from any thread; ``heard`` and ``settled`` come on the thread that made the bridge.

    Of progress only the latest of each call is kept (and the latest preview), and none once the call has ended.
    Everything else comes, and in order.
    """

    heard = Signal(int, object)
    """(job, event)"""
    settled = Signal()
    """What was heard since the last time may now be shown."""
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lock = threading.Lock()
        self._events: deque[tuple[int, Any]] = deque()
        self._progress: dict[Call, NodeProgress] = {}
        self._told: set[Call] = set()
        """The calls whose progress was told in this tick."""
        self._awake = False
        self._last = -1.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def post(self, job: int, event: Any) -> None:
        """Pass something on; returns at once."""
        with self._lock:
            if isinstance(event, NodeProgress):
                call = (job, event.node, event.path)
                before = self._progress.get(call)
                if event.preview is None and before is not None and before.preview is not None:
                    event = replace(event, preview=before.preview)  # not every step has one
                self._progress[call] = event
            else:
                self._forget(job, event)
                self._events.append((job, event))
            asleep, self._awake = not self._awake, True
        if asleep:
            self._woken.emit()

    def _forget(self, job: int, event: Any) -> None:
        """Progress of what has ended tells nothing any more."""
        if isinstance(event, ENDS):
            self._progress.pop((job, event.node, event.path), None)
        elif isinstance(event, RunDone):
            for call in [call for call in self._progress if call[0] == job]:
                del self._progress[call]

    def _wake(self) -> None:
        passed = (self._clock() - self._last) * 1000
        self._timer.start(max(0, round(EVERY - passed)) if self._last >= 0 else 0)

    def _tick(self) -> None:
        self._last = start = self._clock()
        self._told.clear()
        while True:
            part, more = self._take()
            for job, event in part:
                self.heard.emit(job, event)
            if part:
                self.settled.emit()
            if not more or self._clock() - start >= BUDGET:
                break
        with self._lock:
            self._awake = bool(self._events or self._progress)
            again = self._awake
        if again:
            self._timer.start(EVERY)

    def _take(self) -> tuple[list[tuple[int, Any]], bool]:
        """The next events; when the queue is empty, the latest progress of every call. And whether there is more."""
        with self._lock:
            part = [self._events.popleft() for _ in range(min(SLICE, len(self._events)))]
            if self._events:
                return part, True
            fresh = [call for call in self._progress if call not in self._told]
            told = fresh[: SLICE - len(part)]
            self._told.update(told)
            part.extend((call[0], self._progress.pop(call)) for call in told)
            return part, len(fresh) > len(told)
