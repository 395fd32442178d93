"""Work that may wait for the disk, done beside the Qt thread; what comes of it is handed on in the Qt thread."""

import itertools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from ajar.errors import AjarError
from canvas.desk import Desk

Then = Callable[[Any], None]


class Errands(QObject):
    """Tasks one after the other (or several at once); what fails is said in the status line."""

    _done = Signal(int, object, object)

    def __init__(self, desk: Desk, parent: QObject | None = None, threads: int = 1) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[Then | None, Callable[[AjarError], None]]] = {}
        self._done.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether everything was done and handed on."""
        return not self._waiting

    def run(
        self, task: Callable[[], Any], then: Then | None = None, failed: Callable[[AjarError], None] | None = None,
    ) -> None:
        """Do this, and call ``then`` with what it gave. Without ``failed`` an AjarError is said."""
        number = next(self._numbers)
        self._waiting[number] = (then, failed or self._say)
        self._pool.start(_Errand(self, number, task))

    def close(self) -> None:
        """Do what was asked for, for a few seconds at most, and hand nothing on any more."""
        self._waiting.clear()
        self._pool.waitForDone(5000)

    def told(self, number: int, result: Any, error: AjarError | None) -> None:
        """Called by an errand, in its thread."""
        self._done.emit(number, result, error)

    def _hand_on(self, number: int, result: object, error: object) -> None:
        then, failed = self._waiting.pop(number, (None, self._say))
        if isinstance(error, AjarError):
            failed(error)
        elif then is not None:
            then(result)

    def _say(self, error: AjarError) -> None:
        self._desk.say(error.message, error.hint)


class _Errand(QRunnable):
    def __init__(self, errands: Errands, number: int, task: Callable[[], Any]) -> None:
        super().__init__()
        self._errands, self._number, self._task = errands, number, task

    def run(self) -> None:
        result, trouble = None, None
        try:
            result = self._task()
        except AjarError as error:
            trouble = error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            trouble = AjarError(f"That did not work: {reason}.", "Check the disk and the file.")
        try:
            self._errands.told(self._number, result, trouble)
        except RuntimeError:  # the window is gone
            return
