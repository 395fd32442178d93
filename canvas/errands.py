"""Work that may wait for the disk, done beside the Qt thread; what comes of it is handed on in the Qt thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from ajar.errors import AjarError
from canvas.crew import Crew
from canvas.desk import Desk

Then = Callable[[Any], None]


class Errands(QObject):
    """Tasks one after the other (or several at once); what fails is said in the status line."""

    def __init__(self, desk: Desk, parent: QObject | None = None, threads: int = 1) -> None:
        super().__init__(parent)
        self._desk = desk
        self._crew = Crew(self._hand_on, threads)
        self._waiting: dict[int, tuple[Then | None, Callable[[AjarError], None]]] = {}

    @property
    def idle(self) -> bool:
        """Whether everything was done and handed on."""
        return not self._waiting

    def run(
        self, task: Callable[[], Any], then: Then | None = None, failed: Callable[[AjarError], None] | None = None,
    ) -> None:
        """Do this, and call ``then`` with what it gave. Without ``failed`` an AjarError is said."""
        number = self._crew.number()
        # It can't be handed on before this returns to the event loop.
        if self._crew.start(number, task):
            self._waiting[number] = (then, failed or self._say)

    def close(self) -> None:
        """Do what was asked for, for a few seconds at most, and hand nothing on any more."""
        self._crew.close(finish=True)
        self._waiting.clear()

    def _hand_on(self, number: int, result: object, error: object) -> None:
        then, failed = self._waiting.pop(number, (None, _ignore))
        if error is None:
            if then is not None:
                then(result)
        elif isinstance(error, AjarError):
            failed(error)
        elif isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            failed(AjarError(f"That did not work: {reason}.", "Check the disk and the file."))
        elif isinstance(error, Exception):
            raise error  # a mistake of ours, told as every other one

    def _say(self, error: AjarError) -> None:
        self._desk.say(error.message, error.hint)


def _ignore(error: AjarError) -> None:
    """Nobody waits for it any more."""
