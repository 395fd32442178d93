from pathlib import Path

from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.page import Page
from workflows import edit
from workflows.graph import Graph, Wire


def page_of(desk: Desk, graph: Graph, qtbot: QtBot) -> Page:
    document = Document(graph, desk.studio.packs.types, Path("one.json"))
    desk.open(document)
    page = Page(desk, document)
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    return page


def written() -> Graph:
    """As a person writes a file by hand: no places."""
    graph = edit.add_node(Graph(), "prompt", {"text": "hello"})
    graph = edit.add_node(graph, "flux", {"prompt": Wire("prompt")})
    return edit.add_node(graph, "blur", {"image": Wire("flux")})


def test_a_file_without_places_is_laid_out_and_counts_as_saved(desk: Desk, qtbot: QtBot) -> None:
    page = page_of(desk, written(), qtbot)
    qtbot.waitUntil(lambda: len(page.document.graph.layout) == 3)
    rects = [page.view.rect_of(name) for name in page.document.graph.nodes]
    assert all(rect is not None for rect in rects)
    assert not any(
        one.intersects(other) for at, one in enumerate(rects) for other in rects[at + 1 :] if one and other
    )
    assert not page.document.history.dirty
    assert page.document.undo() is None


def test_all_of_a_workflow_is_in_sight_when_it_opens(desk: Desk, qtbot: QtBot) -> None:
    graph = edit.move(written(), {"prompt": (5000, 5000), "flux": (5400, 5000), "blur": (7000, 5600)})
    page = page_of(desk, graph, qtbot)
    port = page.view.viewport().rect()
    qtbot.waitUntil(lambda: port.contains(page.view.mapFromScene(page.view.extent()).boundingRect()))
    assert page.document.graph is graph


def test_what_was_seen_last_time_is_seen_again_whatever_size_the_board_gets(desk: Desk, qtbot: QtBot) -> None:
    page = page_of(desk, written(), qtbot)
    qtbot.waitUntil(lambda: len(page.document.graph.layout) == 3)
    page.come_back((300.0, 120.0, 1.0))
    for size in ((1400, 900), (700, 500)):
        page.resize(*size)
        qtbot.waitUntil(lambda: abs(page.view.place[0] - 300) < 2 and abs(page.view.place[1] - 120) < 2)
    assert page.place == (300.0, 120.0, 1.0)
    page.view.pan(80, 0)
    page.resize(900, 600)
    assert page.place != (300.0, 120.0, 1.0)
    assert page.place == page.view.place


def test_an_empty_board_says_how_to_begin(desk: Desk, qtbot: QtBot) -> None:
    page = page_of(desk, Graph(), qtbot)
    assert page.invitation.isVisible()
    page.document.edit("Add", lambda graph: edit.add_node(graph, "prompt", at=(0, 0)))
    assert not page.invitation.isVisible()
    page.document.undo()
    assert page.invitation.isVisible()


def test_the_invitation_lets_clicks_through_to_the_board(desk: Desk, qtbot: QtBot) -> None:
    page = page_of(desk, Graph(), qtbot)
    assert page.childAt(page.rect().center()) is page.view.viewport()
