"""What works behind the window: runs, forecasts, takes and drafts, made once for the desk."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from canvas.ask import Choice, ask
from canvas.broom import Broom
from canvas.desk import Desk
from canvas.forecast import Forecast
from canvas.open_work import OpenWork
from canvas.runner import Runner
from canvas.viewers.bench import Bench
from workflows.doctor import machine
from workflows.drafts import Drafts
from workflows.takes import Takes

if TYPE_CHECKING:
    from canvas.window import Window


class Engine:
    """Lives as long as the window."""

    def __init__(self, desk: Desk) -> None:
        home = desk.studio.home
        self.desk = desk
        self.takes = Takes(home)
        # Told in the thread that writes drafts; the signal brings it to the Qt thread.
        self.drafts = Drafts(home, lambda error: desk.said.emit(error.message, error.hint))
        self.runner = Runner(desk, self.takes)
        desk.runner = self.runner
        self.forecast = Forecast(desk)
        self.work = OpenWork(desk)
        self.runner.ended.connect(lambda job, status: self.work.refresh())
        self.work.settled.connect(self.forecast.refresh)
        self.broom = Broom(lambda: self.runner.busy)
        self.machine = machine()
        self._leave = False
        self._leaving: Window | None = None
        """Waits for the end of the last run to close."""
        self.runner.jobs_changed.connect(self._go, Qt.ConnectionType.QueuedConnection)

    def settle(self) -> None:
        """The window stands: garbage is swept when nobody looks, and the worker gets ready for the first picture."""
        self.broom.begin()
        self.forecast.warm = True
        self.forecast.refresh()
        self.work.resume()

    def may_close(self, window: "Window") -> bool:
        """Whether the window may go. While something runs the person is asked, and the window goes later."""
        if self._leave or not self.runner.busy:
            return True
        choices = [Choice("wait", "Let it finish first"), Choice("stop", "Close now", loses=True)]
        text = "A run is still going on."
        more = "What is finished is kept. What is not will wait in the queue the next time Ajar is opened."

        def answered(key: str) -> None:
            if key == "stop":
                self._leave = True
                window.close()
            elif key == "wait":
                self.runner.pause(True)  # what has not begun waits for the next time
                self._leaving = window

        ask(window, "Close Ajar", text, choices, answered, more)
        return False

    def _go(self) -> None:
        """When the last run is over a window that waits for it closes, unless the queue was told to go on."""
        window = self._leaving
        if window is None or self.runner.busy:
            return
        self._leaving = None
        if self.runner.paused:
            window.close()

    def close(self) -> None:
        """Stop what runs and write what waits."""
        self.broom.end()
        self.forecast.close()
        Bench.of(self.desk).close()
        self.runner.close()
        self.takes.close()
        self.drafts.close()
