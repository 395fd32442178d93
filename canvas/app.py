"""Opens the window: the application, the studio and the desk are made here, once, and handed down."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from canvas.desk import Desk
from canvas.engine import Engine
from canvas.reopening import restore
from canvas.taste import Taste
from canvas.theme import RESOURCES, Theme, load_fonts, system_mode
from canvas.window import Window
from workflows.logs import write_log
from workflows.settings import Home
from workflows.stopping import Stopping
from workflows.studio import Studio

SETTLED = 1500
"""Milliseconds after which the window stands, and what is not urgent begins."""
LISTEN_EVERY = 100
"""Milliseconds between two looks whether the window was told to close from outside."""
TURN = 0.001
"""Seconds after which another thread of Python's has its turn."""
STARTER = RESOURCES / "templates" / "first.json"


def main(file: Path | None = None, packs: Sequence[Path] = ()) -> int:
    """Show the window until it is closed. AjarError where the data folder or a setting is wrong."""
    stopping = Stopping.listening()
    # A thread that counts must not keep the window waiting for its turn at each call into Qt.
    sys.setswitchinterval(TURN)
    home = Home.open()
    taste = Taste.read(home.path)
    app = application(taste)
    with Studio.open(home, packs) as studio:
        desk = Desk(studio, Theme(system_mode() if taste.theme == "system" else taste.theme))
        engine = Engine(desk)
        window = Window(desk, engine, taste)
        hear_of_mistakes(desk)
        begin(window, file)
        window.show()
        listening = close_when_told(window, stopping)
        QTimer.singleShot(SETTLED, engine.settle)
        # Not when the last window is closed: a menu or a hint of its own must not keep the process alive.
        window.gone.connect(lambda: app.exit(0))
        code = app.exec()
        listening.stop()
        engine.close()
    return code


def application(taste: Taste) -> QApplication:
    """The Qt application, with fonts and name; the scale counts from its start on."""
    if taste.scale != 1.0:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{taste.scale:g}")
    app = QApplication.instance() or QApplication(["ajar"])
    assert isinstance(app, QApplication)
    app.setApplicationName("Ajar")
    app.setApplicationDisplayName("Ajar")
    app.setDesktopFileName("ajar")
    load_fonts()
    return app


def begin(window: Window, file: Path | None) -> None:
    """What is open at first: what was left open, the file that was named, or the starter graph."""
    left = restore(window)
    if left:
        window.panels.offer_recovery(left)
    if file is not None:
        window.files.open(file)
    if not window.desk.documents:
        document = window.files.open(STARTER)
        if document is not None:
            document.name = "Hello picture"
            document.titled.emit()
            if window.taste.doors:
                window.begin_first_minute(document)


def hear_of_mistakes(desk: Desk) -> None:
    """A mistake of ours in a slot is a sentence and a log file; the window goes on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log = write_log(error)
        where = f"The details are in {log}." if log else ""
        desk.say(f"Something went wrong inside Ajar ({kind.__name__}). Your work is still here.", where)

    sys.excepthook = hook


def close_when_told(window: QWidget, stopping: Stopping) -> QTimer:
    """Ctrl+C in the terminal, and being told to end, close the window as its button would."""
    # Python only looks at signals between its own instructions.
    timer = QTimer(window, interval=LISTEN_EVERY)
    timer.timeout.connect(lambda: window.close() if stopping.take() else None)
    timer.start()
    return timer
