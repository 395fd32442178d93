"""The board's own cost: process CPU time of opening, moving and editing large graphs. Offscreen unless told otherwise."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

from ajar.contract import node, node_of
from ajar.hints import Range, Seed, Slider
from ajar.values import Image, Lora, Mask, Size
from tests.benchmarks.figures import Figure
from workflows.graph import Graph, Node, Wire

GOALS = {
    300: {"open": 250, "pan": 10, "fit": 10, "drag": 40}, 1000: {"open": 1000, "pan": 12, "fit": 16, "drag": 60, "undo": 30},
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
    raise NotImplementedError


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
        with tempfile.TemporaryDirectory() as home:
            yield from _of(count, wires, Path(home))
    with tempfile.TemporaryDirectory() as home:
        yield from _finishing(5000, Path(home))
    yield _first_paint()


def _finishing(count: int, home: Path) -> Iterator[Figure]:
    """Thousands of nodes that finish within a second, told in thirty parts, as the runner does."""
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    from canvas.board.view import BoardView
    from canvas.desk import Desk
    from canvas.document import Document
    from canvas.looks import Look
    from canvas.theme import Theme
    from workflows.settings import Home
    from workflows.studio import Studio

    app = QApplication.instance()
    assert app is not None
    with Studio.open(Home.open(home)) as studio:
        desk = Desk(studio, Theme("dark"))
        type_ = node_of(shot)
        assert type_ is not None
        document = Document(made(count, count), {"shot": type_})
        desk.open(document)
        view = BoardView(desk, document)
        view.resize(1600, 900)
        view.show()
        view.finish()
        names = list(document.graph.nodes)
        for zoom in (1.0, 0.06):
            view.look_at(QPointF(3000, 2000), zoom)
            app.processEvents()
            spent = []
            for part in range(30):
                some = names[part * count // 30 : (part + 1) * count // 30]
                started = time.process_time()
                desk.looks(document).put({name: Look("done", word=str(zoom)) for name in some})
                app.processEvents()
                spent.append(time.process_time() - started)
            yield Figure(f"{count} nodes finish in 30 parts, zoom {zoom:g}: longest frame", max(spent) * 1e3, "ms", 50)
        view.close()


def _of(count: int, wires: int, home: Path) -> Iterator[Figure]:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor, QImage
    from PySide6.QtWidgets import QApplication

    from canvas.board.view import BoardView
    from canvas.desk import Desk
    from canvas.document import Document
    from canvas.looks import Look
    from canvas.theme import Theme, load_fonts
    from workflows.edit import set_value
    from workflows.settings import Home
    from workflows.studio import Studio

    app = QApplication.instance() or QApplication(["ajar"])
    load_fonts()
    with Studio.open(Home.open(home)) as studio:
        desk = Desk(studio, Theme("dark"))
        type_ = node_of(shot)
        assert type_ is not None
        types = {**studio.packs.types, "shot": type_}
        document = Document(made(count, wires), types)
        desk.open(document)
        looks = {}
        for number, name in enumerate(document.graph.nodes):
            picture = QImage(256, 144, QImage.Format.Format_RGB32)
            picture.fill(QColor.fromHsv(number * 37 % 360, 120, 180))
            looks[name] = Look("cached", picture=picture, open=True, lane="GPU 0", licence="Apache-2.0")
        desk.looks(document).put(looks)
        empty = Document(Graph(), types)
        desk.open(empty)
        warm = BoardView(desk, Document(made(30, 30), types))
        warm.resize(1600, 900)
        warm.show()
        app.processEvents()
        warm.close()

        goals, size = GOALS[count], f"{count} nodes, {wires} wires"
        started = time.process_time()
        view = BoardView(desk, document)
        view.resize(1600, 900)
        view.show()
        longest = _until(lambda: not view.mirror.todo, app)
        app.processEvents()
        opened = (time.process_time() - started) * 1e3
        yield Figure(f"{size}: open", opened, "ms", goals["open"], f"longest slice {longest * 1e3:.0f} ms")

        view.look_at(QPointF(3000, 2000), 1.0)
        yield Figure(f"{size}: pan at 1:1", _frames(app, view, lambda step: view.pan(-9 if step % 40 < 20 else 9, -5)),
                     "ms/frame", goals["pan"])
        yield Figure(f"{size}: whole frame at 1:1", _frames(app, view, lambda step: view.viewport().update()), "ms/frame")
        view.frame()
        app.processEvents()
        yield Figure(f"{size}: fit-all", _frames(app, view, lambda step: view.viewport().update()), "ms/frame", goals["fit"])
        yield Figure(f"{size}: fit-all, drawn anew", _frames(app, view, lambda step: _anew(view)), "ms/frame", None)
        some = list(document.graph.nodes)[:: max(1, count // 200)][:200]
        document.select(some)
        app.processEvents()
        drag = partial(_frames, app, view, lambda step: view.shift(some, step * 3, step * 2))
        yield Figure(f"{size}: drag of 200, fit-all", drag(), "ms/frame", goals["drag"])
        view.unshift()
        view.look_at(QPointF(3000, 2000), 1.0)
        app.processEvents()
        yield Figure(f"{size}: drag of 200, 1:1", drag(), "ms/frame", goals["drag"])
        view.unshift()
        app.processEvents()
        yield Figure(f"{size}: zoom from 1:1", _frames(app, view, lambda step: view.zoom_at(
            QPointF(800, 450), 1.02 if step % 20 < 10 else 1 / 1.02)), "ms/frame")
        yield Figure(f"{size}: undo of a value", _undo(
            app, document, lambda: document.edit("Steps", lambda graph: set_value(graph, "n40", "steps", 33))),
            "ms", goals.get("undo"))
        yield Figure(f"{size}: undo of a move of 200", _undo(
            app, document, lambda: document.edit("Move", lambda graph: _moved(graph, some))), "ms", goals.get("undo"))
        yield Figure(f"{size}: undo of a deletion", _undo(
            app, document, lambda: document.edit("Delete", _without_one)), "ms", goals.get("undo"))
        view.close()
        view.deleteLater()
        app.processEvents()


def _until(done: Callable[[], bool], app: object) -> float:
    longest = 0.0
    while not done():
        started = time.process_time()
        app.processEvents()  # type: ignore[attr-defined]
        longest = max(longest, time.process_time() - started)
    return longest


def _frames(app: object, view: object, step: Callable[[int], object]) -> float:
    """Median milliseconds of CPU for a step and the frame after it."""
    spent = []
    for number in range(FRAMES):
        started = time.process_time()
        step(number)
        app.processEvents()  # type: ignore[attr-defined]
        spent.append(time.process_time() - started)
    return statistics.median(spent) * 1e3


def _anew(view: object) -> None:
    view.overview.forget()  # type: ignore[attr-defined]
    view.viewport().update()  # type: ignore[attr-defined]


def _undo(app: object, document: object, edit: Callable[[], object]) -> float:
    spent = []
    for _ in range(9):
        edit()
        app.processEvents()  # type: ignore[attr-defined]
        started = time.process_time()
        document.undo()  # type: ignore[attr-defined]
        app.processEvents()  # type: ignore[attr-defined]
        spent.append(time.process_time() - started)
    return statistics.median(spent) * 1e3


def _moved(graph: Graph, names: list[str]) -> Graph:
    from dataclasses import replace

    layout = dict(graph.layout)
    for name in names:
        x, y = layout[name][:2]
        layout[name] = [x + 40, y + 20]
    return replace(graph, layout=layout)


def _without_one(graph: Graph) -> Graph:
    from workflows.edit import remove_node

    return remove_node(graph, "n40")


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
