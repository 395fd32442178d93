"""The window as it is: a process of its own on a real X display, a real mouse, and what can be seen on the screen."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SIZE = (1600, 1000)
Xlib = pytest.importorskip("Xlib", reason="needs python-xlib")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or shutil.which("Xvfb") is None, reason="needs Xvfb"),
    pytest.mark.xdist_group("display"),
]


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen of its own."""
    read, write = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def app(display: str, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Ajar's window on that screen, with an empty data folder."""
    environment = {
        **os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "AJAR_HOME": str(tmp_path / "home"),
        "QT_SCALE_FACTOR": "1",
    }
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen([sys.executable, "-m", "ajar", "app"], cwd=ROOT, env=environment, stderr=said)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


class Screen:
    """Looks at the screen and moves the mouse on it."""

    def __init__(self, name: str, app: "subprocess.Popen[bytes]") -> None:
        from Xlib.display import Display

        self.app = app
        self.display: Any = Display(name)
        self.root: Any = self.display.screen().root

    def shot(self) -> "np.ndarray[Any, Any]":
        """The screen as height x width x 3."""
        from Xlib import X

        raw = self.root.get_image(0, 0, *SIZE, X.ZPixmap, 0xFFFFFFFF)
        return np.frombuffer(raw.data, np.uint8).reshape(SIZE[1], SIZE[0], 4)[:, :, 2::-1]

    def click(self, x: int, y: int) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self.display, X.MotionNotify, x=x, y=y)
        self.display.sync()
        for kind in (X.ButtonPress, X.ButtonRelease):
            time.sleep(0.05)  # as a finger does
            xtest.fake_input(self.display, kind, 1)
            self.display.sync()

    def wait(self, seen: Callable[["np.ndarray[Any, Any]"], bool], seconds: float = 60) -> "np.ndarray[Any, Any]":
        """The first picture in which this can be seen."""
        end = time.monotonic() + seconds
        while True:
            shot = self.shot()
            if seen(shot):
                return shot
            assert self.app.poll() is None, "Ajar has ended; what it said is in the folder of this test"
            assert time.monotonic() < end, "it never came into sight"
            time.sleep(0.1)


def share(shot: "np.ndarray[Any, Any]", colour: str) -> float:
    """How much of the picture has this colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return float((np.abs(shot.astype(int) - wanted).max(axis=2) <= 2).mean())


def middle(shot: "np.ndarray[Any, Any]", colour: str) -> tuple[int, int]:
    """The middle of all that has this colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    rows, columns = np.nonzero(np.abs(shot.astype(int) - wanted).max(axis=2) <= 2)
    return int(np.median(columns)), int(np.median(rows))


BOARD, GENERATE, RUN, ACCENT = "#131416", "#29374F", "#4263E0", "#8BA7FF"


def test_the_window_comes_up_and_a_click_selects_a_node(
    display: str, app: "subprocess.Popen[bytes]", request: pytest.FixtureRequest
) -> None:
    screen = Screen(display, app)
    request.addfinalizer(screen.display.close)
    ready = screen.wait(lambda shot: share(shot, BOARD) > 0.2 and share(shot, GENERATE) > 0.001)
    assert share(ready, RUN) > 0.0005, "the Run button is in sight"
    before = share(ready, ACCENT)
    screen.click(*middle(ready, GENERATE))
    screen.wait(lambda shot: share(shot, ACCENT) > before + 0.0003)
    assert app.poll() is None
