"""What the tests of running share: a studio of toys, a runner, and a look at what the status line says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from ajar.contract import node_of
from canvas.desk import Desk
from canvas.document import Document
from canvas.runner import Runner
from tests.canvas import toy_pack
from tests.toys import graph
from workflows.gpu_lane import GpuLane
from workflows.graph import Graph
from workflows.settings import Home
from workflows.studio import Studio
from workflows.takes import Takes

PACK = Path(toy_pack.__file__)
LONG = 30_000


@contextmanager
def toy_studio(folder: Path) -> Iterator[Studio]:
    """A studio with the toys, whose accelerator is the processor."""
    home = Home.open(folder / "home")
    with Studio.open(home, [PACK]) as studio:
        studio._gpu = GpuLane("gpu:0", studio.packs.spec(), home.path, device="cpu")
        yield studio


@contextmanager
def toy_runner(desk: Desk) -> Iterator[Runner]:
    with Takes(desk.studio.home) as takes:
        desk.runner = Runner(desk, takes)
        try:
            yield desk.runner
        finally:
            desk.runner.close()


def toys(**nodes: object) -> Graph:
    """A graph of toys, whose types are written without the name of their pack."""
    made = graph(**nodes)
    own = {name for name, thing in vars(toy_pack).items() if node_of(thing) is not None}
    nodes_ = {name: replace(node, type=f"toy_pack/{node.type}") if node.type in own else node
              for name, node in made.nodes.items()}
    return replace(made, nodes=nodes_)


def opened(desk: Desk, made: Graph, path: Path | None = None) -> Document:
    document = Document(made, desk.studio.packs.types, path, name="Sketch")
    desk.open(document)
    return document


class Said:
    """What the status line was told."""

    def __init__(self, desk: Desk) -> None:
        self.lines: list[tuple[str, str]] = []
        desk.said.connect(lambda message, hint: self.lines.append((message, hint)))


def run(qtbot: QtBot, runner: Runner, document: Document, *only: str) -> str:
    """Run to the end; gives how it ended."""
    with qtbot.waitSignal(runner.ended, timeout=LONG) as blocker:
        runner.run(document, only)
    qtbot.waitUntil(lambda: not runner._drawing.isActive(), timeout=LONG)
    return str(blocker.args[1])
