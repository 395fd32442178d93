"""The whole window's cost: boards, panels and bars together; process CPU time, offscreen unless told."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.canvas import made, shot
from tests.benchmarks.figures import Figure
from workflows.graph import Graph, Node

TOYS = Path(__file__).parent.parent / "canvas" / "toy_pack.py"
FIRST_PAINT = """
import time
from PySide6.QtCore import QTimer
from canvas import app
class Timer(QTimer):
    @staticmethod
    def singleShot(ms, *rest):
        if ms != app.SETTLED:
            QTimer.singleShot(ms, *rest)
            return
        QTimer.singleShot(0, done)
def done():
    print(time.process_time(), flush=True)
    app.QApplication.closeAllWindows()
app.QTimer = Timer
app.main()
"""
TIMES = 9
TURN = 0.001
"""As the application has it."""


def figures() -> Iterator[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    yield _first_paint()
    with whole() as window:
        yield from _large(window)
        yield from _tabs(window)
        yield _themes(window)
    sys.setswitchinterval(TURN)
    with whole() as window:
        yield from _finishing(window, everything=False)
    with whole() as window:
        yield from _finishing(window, everything=True)


@contextmanager
def whole() -> Iterator[Any]:
    """A window over an empty data folder, with toy nodes, as it stands a moment after the start."""
    from canvas.app import application
    from canvas.desk import Desk
    from canvas.engine import Engine
    from canvas.taste import Taste
    from canvas.theme import Theme
    from canvas.window import Window
    from workflows.settings import Home
    from workflows.studio import Studio

    with tempfile.TemporaryDirectory() as folder:
        home = Home.open(Path(folder))
        taste = Taste.read(home.path)
        application(taste)
        with Studio.open(home, [TOYS]) as studio:
            desk = Desk(studio, Theme("dark"))
            engine = Engine(desk)
            window = Window(desk, engine, taste)
            window.show()
            engine.settle()
            until(lambda: False, seconds=0.5)
            yield window
            window.close()
            engine.close()
            window.deleteLater()
            until(lambda: False, seconds=0.1)


def open_(window: Any, graph: Graph) -> Any:
    from ajar.contract import node_of
    from canvas.document import Document

    type_ = node_of(shot)
    assert type_ is not None
    document = Document(graph, {**window.desk.studio.packs.types, "shot": type_})
    window.desk.open(document)
    return document


def turn() -> float:
    """One turn of the event loop; its seconds of CPU."""
    from PySide6.QtWidgets import QApplication

    started = time.process_time()
    QApplication.processEvents()
    return time.process_time() - started


def until(done: Callable[[], bool], seconds: float = 300.0) -> float:
    """Seconds of CPU of the longest turn until something is done."""
    longest, end = 0.0, time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        longest = max(longest, turn())
        time.sleep(0.001)
    return longest


def rest() -> None:
    """Until what an edit leads to, as the look ahead, is over."""
    until(lambda: False, seconds=0.6)


def median(step: Callable[[int], object], before: Callable[[int], object] = lambda number: None) -> float:
    """Milliseconds of CPU of a step and the frame after it."""
    spent = []
    for number in range(TIMES):
        before(number)
        turn()
        started = time.process_time()
        step(number)
        turn()
        spent.append(time.process_time() - started)
    return statistics.median(spent) * 1e3


def _first_paint() -> Figure:
    spent = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run([sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=True,
                                  env={**os.environ, "AJAR_HOME": home})
            spent.append(float(done.stdout.strip().splitlines()[-1]))
    return Figure("a new process to the whole window's first picture", statistics.median(spent) * 1e3, "ms", 1500)


def _large(window: Any) -> Iterator[Figure]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from workflows.edit import set_value

    before, started = _memory(), time.process_time()
    document = open_(window, made(1000, 1500))
    longest = until(lambda: not window.page.view.mirror.todo)
    spent = (time.process_time() - started) * 1e3
    yield Figure("1000 nodes: open", spent, "ms", 1000, f"longest slice {longest * 1e3:.0f} ms")
    rest()
    yield Figure("1000 nodes: memory", _memory() - before, "MiB")
    yield Figure("1000 nodes: select one", median(lambda number: document.select([f"n{number * 7}"])), "ms", 30)
    document.select(["n40"])
    rest()
    yield Figure("1000 nodes: one step of a slider", median(
        lambda number: document.edit("Steps", lambda graph: set_value(graph, "n40", "steps", 20 + number), "drag"),
    ), "ms", 30)
    document.end_burst()
    yield Figure("1000 nodes: undo of a value", median(
        lambda number: document.undo(),
        lambda number: document.edit("Steps", lambda graph: set_value(graph, "n40", "steps", 60 + number)),
    ), "ms", 30)
    words = [field for field in window.panels.inspector.findChildren(QLineEdit) if field.isVisible()]
    if words:
        words[0].setFocus()
        yield Figure("1000 nodes: a letter in the inspector", median(
            lambda number: QTest.keyClick(words[0], Qt.Key.Key_1)), "ms", 30)
    window.desk.close(document)
    turn()


def _tabs(window: Any) -> Iterator[Figure]:
    documents = [open_(window, made(300, 450)) for _ in range(2)]
    until(lambda: all(not page.view.mirror.todo for page in window.pages.values()), seconds=20)
    for document in documents:
        window.desk.bring(document)
        rest()
    yield Figure("300 nodes: change of tabs", median(lambda number: window.desk.bring(documents[number % 2])), "ms", 50)


def _themes(window: Any) -> Figure:
    from canvas.theme import Theme

    return Figure("2 × 300 nodes: another theme", median(
        lambda number: window.desk.wear(Theme("light" if number % 2 else "dark"))), "ms")


def _finishing(window: Any, *, everything: bool) -> Iterator[Figure]:
    """Thousands of nodes that really run, with all panels in sight; once more with all of them selected."""
    count = 5000
    names = [f"n{number}" for number in range(count)]
    graph = Graph(nodes={name: Node("number", {"value": number}) for number, name in enumerate(names)},
                  layout={name: [number % 50 * 290, number // 50 * 220] for number, name in enumerate(names)})
    document = open_(window, graph)
    page, sides, runner = window.page, window.sides, window.runner
    for dock, panel in ((sides.work, "problems"), (sides.work, "queue"), (sides.takes, None), (sides.viewer, None)):
        dock.call(panel) if panel is not None else dock.call()
    until(lambda: not page.view.mirror.todo)
    if everything:
        page.view.frame(None)
        document.select(names)
    rest()
    runner.run(document)
    longest = until(lambda: not runner.busy)
    longest = max(longest, until(lambda: False, seconds=1.0))
    how = "all seen, all selected" if everything else "at 1:1"
    yield Figure(f"{count} nodes run, {how}: longest gap", longest * 1e3, "ms", None if everything else 50)


def _memory() -> float:
    """MiB of this process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
