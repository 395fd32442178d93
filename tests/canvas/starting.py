"""Starts the command `ajar app` in a process of its own, without a screen, and asks it about itself."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Quits by the window's own button once everything stands, what is not urgent too.
DRIVER = """
import json, socket, sys, time

reached = []

def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        reached.append(repr(address))
        raise OSError("no network here")
    return there(self, address)

there, socket.socket.connect = socket.socket.connect, connect

import ajar.__main__ as door

def window(file, packs):
    import canvas.app
    from PySide6.QtCore import QTimer

    def begin(window, file):
        first(window, file)
        timer = QTimer(window)

        def look():
            if not (window.isVisible() and window.engine.forecast.warm):
                return
            timer.stop()
            packages = sorted({name.partition(".")[0] for name in sys.modules})
            print(json.dumps({
                "packages": packages, "seconds": time.process_time(), "reached": reached,
                "open": [document.name for document in window.desk.documents],
                "canvas": canvas.app.__file__,
            }), flush=True)
            window.close()

        timer.timeout.connect(look)
        timer.start(50)

    first, canvas.app.begin = canvas.app.begin, begin
    return canvas.app.main(file, packs)

door._window = window
if __name__ == "__main__":
    code = door.main(["app", *sys.argv[1:]])
    sys.exit(code or (4 if reached else 0))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """What one start of the window told."""

    code: int
    said: str
    packages: frozenset[str]
    open: tuple[str, ...]
    reached: tuple[str, ...]
    """Addresses it wanted to connect to."""
    seconds: float
    """Of a processor, up to when the window stood."""
    canvas: Path


def start(python: Path | str, folder: Path, home: Path) -> Start:
    """Open the window from this folder with an empty data folder, wait until it stands, close it."""
    driver = home.with_name("driver.py")
    driver.write_text(DRIVER, encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment = {**plain, "AJAR_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [str(python), "-X", "faulthandler", str(driver)], cwd=folder, env=environment, capture_output=True,
        text=True, timeout=240, check=False,
    )
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr
    told = json.loads(lines[-1])
    return Start(
        done.returncode, done.stderr, frozenset(told["packages"]), tuple(told["open"]), tuple(told["reached"]),
        told["seconds"], Path(told["canvas"]),
    )
