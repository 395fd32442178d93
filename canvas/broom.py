"""Sweeps what Python's counting of references leaves behind when nobody is looking, so that no frame waits for it.

The collector that runs by itself stops all threads, for half a second where a large workflow is open, and whenever
it likes, also in threads where nothing of Qt may be let go. So it is switched off; small sweeps are made every now
and then in the Qt thread, the large one only at rest.
"""

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

EVERY = 100
"""Milliseconds between two small sweeps."""
REST = 20.0
"""Seconds without mouse, keys or runs before the large one."""
YOUNG = 700
"""So many new objects are worth a small sweep."""
BUSY = (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel)


class Broom(QObject):
    """``begin`` once the window stands; ``end`` gives the collector back."""

    def __init__(self, busy: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        """``busy``: whether something runs."""
        super().__init__()
        self._busy = busy
        self._clock = clock
        self._stirred = clock()
        self._swept = True
        """Nothing has happened since the last large sweep."""
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.sweep)

    def begin(self) -> None:
        """From now on nothing is collected but here. What is there by now is taken to stay."""
        gc.collect()
        gc.freeze()
        gc.disable()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._timer.start()

    def end(self) -> None:
        if not self._timer.isActive() and gc.isenabled():
            return
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        gc.unfreeze()
        gc.enable()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in BUSY:
            self._stirred = self._clock()
        return False

    def sweep(self) -> int:
        """Sweep as much as there is time for; gives the generation that was swept, -1 for none."""
        now = self._clock()
        if self._busy():
            self._stirred = now
        if now - self._stirred < REST:
            self._swept = False
            if gc.get_count()[0] < YOUNG:
                return -1
            gc.collect(0)
            return 0
        if self._swept:
            return -1
        self._swept = True
        gc.collect()
        # What has lived so long is not looked at again.
        gc.freeze()
        return 2
