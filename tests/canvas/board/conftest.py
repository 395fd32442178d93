"""A board over a document, shown in a window of its own."""

import pytest
from pytestqt.qtbot import QtBot

from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from tests.canvas.board.scenes import painting
from workflows.graph import Graph


@pytest.fixture
def graph() -> Graph:
    """What is on the board; a test may bring its own."""
    return painting()


@pytest.fixture
def board(qtbot: QtBot, desk: Desk, graph: Graph) -> BoardView:
    document = Document(graph, desk.studio.packs.types, name="Harbour at dusk")
    desk.open(document)
    view = BoardView(desk, document)
    qtbot.addWidget(view)
    view.resize(1200, 800)
    with qtbot.waitExposed(view):
        view.show()
    view.finish()
    return view
