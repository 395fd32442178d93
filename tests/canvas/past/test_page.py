"""The page of past runs: what was changed, on two boards and in words; opened as it was."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas.desk import Desk
from canvas.document import Document
from canvas.past.marks import ADDED, CHANGED, REBOUND, REMOVED
from canvas.past.page import FIRST, OLD, PastPage
from tests.canvas.hosted import shown_window
from tests.canvas.running import LONG
from workflows import edit
from workflows.format import dump, load
from workflows.graph import Graph
from workflows.runs import Runs
from workflows.sealing import sealed
from workflows.take import Facts

HELLO = Path(__file__).resolve().parents[3] / "resources" / "templates" / "hello.json"
LEFT = Qt.MouseButton.LeftButton


def graphs() -> tuple[Graph, Graph, Graph]:
    first = load(HELLO)
    second = edit.set_value(first, "picture", "model", "flux.1-dev")
    second = edit.add_node(edit.set_value(second, "prompt", "text", "a ship"), "flip", at=(640, 480))
    return first, second, edit.remove_node(second, "label")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> Iterator[PastPage]:
    first, second, third = graphs()
    with Runs(desk.studio.home) as runs:
        for graph, stage in ((first, "draft"), (second, "draft"), (third, "final")):
            runs.finish(runs.start("/films/harbour.json", stage, graph), "done", seconds=3.0, ran=2)
        runs.start("/films/old.json", "draft")
    page = PastPage(desk)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    qtbot.waitUntil(lambda: bool(page.runs.rows), timeout=LONG)
    yield page
    page.close_all()


def choose(page: PastPage, number: int, qtbot: QtBot) -> None:
    row = next(row for row, past in enumerate(page.runs.rows) if past.id == number)
    page.compared = None
    page.list.setCurrentIndex(page.runs.index(row))
    qtbot.waitUntil(lambda: page.compared is not None, timeout=LONG)


def test_what_was_changed_is_said_and_marked_on_both_boards(page: PastPage, qtbot: QtBot) -> None:
    choose(page, 2, qtbot)
    assert [row.text for row in page.changes.rows] == [
        "Added: Flip", f"Changed: text of Prompt from “{graphs()[0].nodes['prompt'].inputs['text']}” to “a ship”",
        "Changed: model of Picture from “builtin” to “flux.1-dev”"]
    assert page.boards.before.marks == {"prompt": CHANGED, "picture": REBOUND}
    assert page.boards.after.marks == {"prompt": CHANGED, "picture": REBOUND, "flip": ADDED}
    assert (page.boards.titles[0].full, page.boards.titles[1].full, page.count.full) == ("Run 1", "Run 2", "3 changes")
    choose(page, 3, qtbot)
    assert page.boards.before.marks["label"] is REMOVED and "label" not in page.boards.after.marks
    assert page.runs.data(page.runs.index(0)).startswith("4  old")


def test_a_sentence_leads_to_its_place_and_a_card_to_its_sentence(page: PastPage, qtbot: QtBot) -> None:
    choose(page, 2, qtbot)
    page.sentences.clicked.emit(page.changes.index(0))
    flip = page.boards.after.rect_of("flip")
    assert flip is not None and page.boards.after.camera.seen.contains(flip)
    assert page.boards.after.chosen == ("flip",) and page.boards.before.chosen == ()
    assert page.boards.before.place == pytest.approx(page.boards.after.place, abs=1.5)  # they move as one
    page.boards.fit()
    board = page.boards.after
    rect = board.rect_of("picture")
    assert rect is not None
    at = board.viewportTransform().map(QPointF(rect.center()))
    QTest.mouseClick(board.viewport(), LEFT, pos=QPoint(round(at.x()), round(at.y())))
    assert page.changes.rows[page.sentences.currentIndex().row()].node == "picture"


def test_dragging_moves_both_boards(page: PastPage, qtbot: QtBot) -> None:
    choose(page, 2, qtbot)
    before = page.boards.before.place
    port = page.boards.after.viewport()
    QTest.mousePress(port, LEFT, pos=QPoint(200, 100))
    QTest.mouseMove(port, QPoint(260, 130))
    QTest.mouseRelease(port, LEFT, pos=QPoint(260, 130))
    x, y, zoom = page.boards.before.place
    assert (x, y) != pytest.approx(before[:2]) and zoom == before[2]


def test_what_is_looked_at_stays_when_another_run_comes_and_when_the_window_shrinks(
        page: PastPage, desk: Desk, qtbot: QtBot) -> None:
    choose(page, 2, qtbot)
    with Runs(desk.studio.home) as runs:
        runs.finish(runs.start("/films/harbour.json", "draft", graphs()[0]), "done", seconds=3.0, ran=2)
    page.look()
    qtbot.waitUntil(lambda: len(page.runs.rows) == 5, timeout=LONG)
    assert page.chosen is not None and page.chosen.id == 2 and page.list.currentIndex().row() == 3
    page.resize(900, 560)

    def seen() -> bool:
        board = page.boards.after
        room = board.mapToScene(board.viewport().rect()).boundingRect()
        return bool(room.contains(board.extent()))

    qtbot.waitUntil(seen, timeout=LONG)


def test_the_first_run_and_one_without_a_workflow_say_so(page: PastPage, qtbot: QtBot) -> None:
    choose(page, 1, qtbot)
    assert page.note.full == FIRST and not page.changes.rows
    page.list.setCurrentIndex(page.runs.index(0))
    assert page.note.full == OLD and not page.open.isEnabled() and not page.boards.isVisible()


def test_a_run_is_compared_with_the_board_in_front(page: PastPage, desk: Desk, qtbot: QtBot) -> None:
    document = Document(edit.set_state(graphs()[0], "upscale", "muted"), desk.studio.packs.types, name="Harbour")
    desk.open(document)
    choose(page, 1, qtbot)
    page.compared = None
    page.against.choose("now")
    page.against.chosen.emit("now")
    qtbot.waitUntil(lambda: page.compared is not None, timeout=LONG)
    assert [row.text for row in page.changes.rows] == ["Muted: Upscale"]
    assert page.boards.titles[1].full == "Harbour, now"


def test_it_opens_as_it_was(desk: Desk, qtbot: QtBot) -> None:
    first, second, _ = graphs()
    with Runs(desk.studio.home) as runs:
        runs.start("/films/harbour.json", "draft", first)
        runs.start("/films/harbour.json", "draft", second)
    with shown_window(desk) as window:
        window.actions_.do("past")
        page = window.tabs.past
        assert page is not None and window.boards.currentWidget() is page
        qtbot.waitUntil(lambda: page.compared is not None, timeout=LONG)
        choose(page, 1, qtbot)
        QTest.mouseClick(page.open, LEFT)
        qtbot.waitUntil(lambda: desk.front is not None and desk.front.name == "harbour, run 1", timeout=LONG)
        assert desk.front is not None and desk.front.graph == first and desk.front.path is None


def test_which_change_made_a_take(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first, second, _ = graphs()
    made = []
    with shown_window(desk) as window:
        takes = window.engine.takes
        for graph in (first, second):
            about = json.dumps({"ajar": 1, "workflow": "w", "node": "picture", "graph": json.loads(dump(graph))})
            with sealed(Image.of(np.full((8, 8, 3), 90, np.uint8)).encode("png"), about) as seal:
                facts = Facts(document="w.json", node="picture", kind="image", seed=1)
                made.append(takes.add(seal.data, ".png", facts))
        window.panels.gallery.explained.emit(made[1])
        page = window.tabs.past
        assert page is not None
        qtbot.waitUntil(lambda: page.compared is not None, timeout=LONG)
        assert [row.node for row in page.changes.rows] == ["prompt", "picture"]  # the new Flip feeds nothing
        assert page.boards.titles[0].full == "Take 1"
        with qtbot.waitSignal(desk.said, timeout=LONG) as said:
            window.tabs.explain(made[0])
        assert "first take of this node" in said.args[0]
