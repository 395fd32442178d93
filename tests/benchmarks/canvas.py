"""The board's own cost: process CPU time of opening, moving and editing large graphs; offscreen unless told."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from ajar.contract import node, node_of
from ajar.hints import Range, Seed, Slider
from ajar.values import Image, Lora, Mask, Size
from tests.benchmarks.figures import Figure
from workflows.graph import Graph, Node, Wire

GOALS = {
    300: {"open": 250, "pan": 10, "fit": 10, "drag": 40},
    1000: {"open": 1000, "pan": 12, "fit": 16, "drag": 60, "undo": 30},
}
FRAMES = 40


class Shot(NamedTuple):
    """What a node of the benchmark gives."""

    image: Image
    matte: Mask


@node(title="Shot", group="Generate")
def shot(
    image: Image | None = None, mask: Mask | None = None, loras: Lora | None = None, style: Image | None = None,
    size: Size | None = None, steps: Annotated[int, Range(1, 100)] = 20,
    guidance: Annotated[float, Slider(0, 20, 0.5)] = 5.0, seed: Seed = 0,
) -> Shot:
    """As many sockets and values as a node has in practice: four and two, and four values."""
    raise AssertionError("Boards are only drawn here.")


def made(count: int, wires: int) -> Graph:
    """A board of rows of 25 nodes, wired to the node before and to the one above."""
    nodes, layout, left = {}, {}, wires
    for number in range(count):
        inputs: dict[str, object] = {"seed": number, "steps": 10 + number % 40}
        for key, back in (("image", 1), ("style", 25)):
            if number >= back and left > 0:
                inputs[key] = Wire(f"n{number - back}", "image")
                left -= 1
        nodes[f"n{number}"] = Node("shot", inputs)  # type: ignore[arg-type]
        layout[f"n{number}"] = [number % 25 * 290, number // 25 * 420]
    return Graph(nodes=nodes, layout=layout)


def figures() -> Iterator[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for count, wires in ((300, 450), (1000, 1500)):
        with studio() as desk:
            yield from _of(desk, count, wires)
    with studio() as desk:
        yield from _finishing(desk, 5000)
    yield _first_paint()


@contextmanager
def studio() -> Iterator[Any]:
    """A desk over an empty data folder, with what is loaded only once already there."""
    from PySide6.QtWidgets import QApplication

    from canvas.desk import Desk
    from canvas.theme import Theme, load_fonts
    from workflows.settings import Home
    from workflows.studio import Studio

    QApplication.instance() or QApplication(["ajar"])
    load_fonts()
    with tempfile.TemporaryDirectory() as home, Studio.open(Home.open(Path(home))) as studio:
        desk = Desk(studio, Theme("dark"))
        shown(desk, document_of(desk, made(30, 30))).close()
        yield desk


def document_of(desk: Any, graph: Graph) -> Any:
    from canvas.document import Document

    type_ = node_of(shot)
    assert type_ is not None
    document = Document(graph, {**desk.studio.packs.types, "shot": type_})
    desk.open(document)
    return document


def shown(desk: Any, document: Any) -> Any:
    """A board in a window of 1600 × 900."""
    from canvas.board.view import BoardView

    view = BoardView(desk, document)
    view.resize(1600, 900)
    view.show()
    turn()
    return view


def turn() -> None:
    """One turn of the event loop."""
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()


def _of(desk: Any, count: int, wires: int) -> Iterator[Figure]:
    from PySide6.QtGui import QColor, QImage

    from canvas.looks import Look

    document, goals, size = document_of(desk, made(count, wires)), GOALS[count], f"{count} nodes, {wires} wires"
    looks = {}
    for number, name in enumerate(document.graph.nodes):
        picture = QImage(256, 144, QImage.Format.Format_RGB32)
        picture.fill(QColor.fromHsv(number * 37 % 360, 120, 180))
        looks[name] = Look("cached", picture=picture, open=True, lane="GPU 0", licence="Apache-2.0")
    desk.looks(document).put(looks)
    started = time.process_time()
    view = shown(desk, document)
    longest = _until(lambda: not view.mirror.todo)
    turn()
    opened = (time.process_time() - started) * 1e3
    yield Figure(f"{size}: open", opened, "ms", goals["open"], f"longest slice {longest * 1e3:.0f} ms")
    yield from _moving(view, goals, size)
    yield from _undoing(document, goals, size)
    view.close()
    view.deleteLater()
    turn()


def _moving(view: Any, goals: dict[str, int], size: str) -> Iterator[Figure]:
    from PySide6.QtCore import QPointF

    def frames(name: str, step: Callable[[int], object], goal: str = "") -> Figure:
        return Figure(f"{size}: {name}", _frames(step), "ms/frame", goals.get(goal))

    def drag(step: int) -> None:
        view.shift(some, step * 3, step * 2)

    def anew(_: int) -> None:
        view.overview.forget()
        view.viewport().update()

    near, nodes = (QPointF(3000, 2000), 1.0), list(view.document.graph.nodes)
    some = nodes[:: max(1, len(nodes) // 200)][:200]
    view.look_at(*near)
    yield frames("pan at 1:1", lambda step: view.pan(-9 if step % 40 < 20 else 9, -5), "pan")
    yield frames("whole frame at 1:1", lambda _: view.viewport().update())
    view.frame()
    yield frames("fit-all", lambda _: view.viewport().update(), "fit")
    yield frames("fit-all, drawn anew", anew, "fit")
    view.document.select(some)
    turn()
    yield frames("drag of 200, fit-all", drag, "drag")
    view.unshift()
    view.look_at(*near)
    turn()
    yield frames("drag of 200, 1:1", drag, "drag")
    view.unshift()
    yield frames("zoom from 1:1", lambda step: view.zoom_at(QPointF(800, 450), 1.02 if step % 20 < 10 else 1 / 1.02))


def _undoing(document: Any, goals: dict[str, int], size: str) -> Iterator[Figure]:
    from workflows.edit import remove_node, set_value

    some = document.selection
    edits: dict[str, Callable[[Graph], Graph]] = {
        "a value": lambda graph: set_value(graph, "n40", "steps", 33),
        "a move of 200": lambda graph: _moved(graph, some), "a deletion": lambda graph: remove_node(graph, "n40"),
    }
    for name, change in edits.items():
        spent = []
        for _ in range(9):
            document.edit(name, change)
            turn()
            started = time.process_time()
            document.undo()
            turn()
            spent.append(time.process_time() - started)
        yield Figure(f"{size}: undo of {name}", statistics.median(spent) * 1e3, "ms", goals.get("undo"))


def _finishing(desk: Any, count: int) -> Iterator[Figure]:
    """Thousands of nodes that finish within a second, told in thirty parts, as the runner does."""
    from PySide6.QtCore import QPointF

    from canvas.looks import Look

    document = document_of(desk, made(count, count))
    view = shown(desk, document)
    view.finish()
    names = list(document.graph.nodes)
    for zoom in (1.0, 0.06):
        view.look_at(QPointF(3000, 2000), zoom)
        turn()
        spent = []
        for part in range(30):
            some = names[part * count // 30 : (part + 1) * count // 30]
            started = time.process_time()
            desk.looks(document).put({name: Look("done", word=str(zoom)) for name in some})
            turn()
            spent.append(time.process_time() - started)
        yield Figure(f"{count} nodes finish in 30 parts, zoom {zoom:g}: longest frame", max(spent) * 1e3, "ms", 50)
    view.close()


def _until(done: Callable[[], bool]) -> float:
    """Seconds of the longest turn until something is done."""
    longest = 0.0
    while not done():
        started = time.process_time()
        turn()
        longest = max(longest, time.process_time() - started)
    return longest


def _frames(step: Callable[[int], object]) -> float:
    """Median milliseconds of CPU for a step and the frame after it."""
    turn()
    spent = []
    for number in range(FRAMES):
        started = time.process_time()
        step(number)
        turn()
        spent.append(time.process_time() - started)
    return statistics.median(spent) * 1e3


def _moved(graph: Graph, names: Iterable[str]) -> Graph:
    layout = dict(graph.layout)
    for name in names:
        x, y = layout[name][:2]
        layout[name] = [x + 40, y + 20]
    return replace(graph, layout=layout)


FIRST_PAINT = """
import sys, tempfile, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication(["ajar"])
from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from canvas.theme import Theme, load_fonts
from workflows.graph import Graph, Node, Wire
from workflows.settings import Home
from workflows.studio import Studio
load_fonts()
with Studio.open(Home.open(Path(tempfile.mkdtemp()))) as studio:
    desk = Desk(studio, Theme("dark"))
    nodes = {"prompt": Node("prompt", {"text": "a harbour"}), "flux": Node("flux", {"prompt": Wire("prompt")})}
    document = Document(Graph(nodes=nodes, layout={"prompt": [0, 0], "flux": [260, 0]}), studio.packs.types)
    desk.open(document)
    view = BoardView(desk, document)
    view.resize(1600, 900)
    view.show()
    app.processEvents()
    print(time.process_time())
"""


def _first_paint() -> Figure:
    """CPU of a fresh process until the board of a small graph is on the screen."""
    spent = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=True)
        spent.append(float(done.stdout.strip().splitlines()[-1]))
    return Figure("board of a new process to its first picture", statistics.median(spent) * 1e3, "ms", 1500)
