"""Shows what runs have changed on the board a part at a time, so that no frame is late."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from canvas.bridge import BUDGET, EVERY


class Drawing(QTimer):
    """Runs while there is something to draw."""

    def __init__(self, part: Callable[[], bool], parent: QObject) -> None:
        """``part`` draws a part of what has changed and says whether there is more."""
        super().__init__(parent, interval=EVERY)
        self._part = part
        self.timeout.connect(self._draw)

    def soon(self) -> None:
        """Something has changed."""
        if not self.isActive():
            self.start()

    def some(self) -> None:
        """After a few events: the bridge counts the time."""
        if self._part():
            self.soon()

    def _draw(self) -> None:
        """As much as there is time for; the rest follows in the next tick."""
        until = time.perf_counter() + BUDGET
        while self._part():
            if time.perf_counter() > until:
                return
        self.stop()
