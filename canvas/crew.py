"""Threads that work for a widget, and outlive it without harm.

Python's threads, not Qt's pool: that one waits in its destructor for what runs, and what runs waits for the
interpreter, which the destructor may hold.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

HandOn = Callable[[int, object, object], None]


class _Post(QObject):
    """Brings results into the Qt thread. Nobody's child: it lives as long as a thread may still use it."""

    done = Signal(int, object, object)


class Crew:
    """Does tasks beside the Qt thread; ``hand_on``, a method of a QObject, gets (number, result, error) in it."""

    def __init__(self, hand_on: HandOn, threads: int = 1) -> None:
        self._post = _Post()
        self._post.done.connect(hand_on, Qt.ConnectionType.QueuedConnection)
        self._pool = ThreadPoolExecutor(threads, "ajar-crew")
        self._numbers = itertools.count(1)
        self._running: set[Future[None]] = set()
        self._closed = False

    def number(self) -> int:
        """A number for the next task."""
        return next(self._numbers)

    def start(self, number: int, task: Callable[[], Any]) -> bool:
        """Do this, unless the crew was sent home. Gives whether it will be done."""
        if self._closed:
            return False
        future = self._pool.submit(_work, self._post, number, task)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return True

    def close(self, *, finish: bool, patience: float = 5.0) -> None:
        """Take nothing more. Wait for what is being done, and with ``finish`` for what was asked for."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=not finish)
        wait(tuple(self._running), patience)


def _work(post: _Post, number: int, task: Callable[[], Any]) -> None:
    result, trouble = None, None
    try:
        result = task()
    except Exception as error:  # handed on, and told by whoever asked
        trouble = error
    with suppress(RuntimeError):  # the application is gone
        post.done.emit(number, result, trouble)
