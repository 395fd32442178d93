"""The first minute as a newcomer lives it: the starter graph, words typed over, Run, and what comes after."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from canvas import app
from canvas.desk import Desk
from canvas.engine import Engine
from canvas.looks import Thumb
from canvas.taste import Taste
from canvas.window import Window


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> Iterator[Window]:
    engine = Engine(desk)
    window = Window(desk, engine, Taste(theme="dark"))
    window.resize(1600, 1000)
    window.show()
    app.begin(window, None)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.first is not None and window.first.doors.isVisible())
    yield window
    for document in list(desk.documents):
        desk.close(document)
    engine.close()
    shiboken6.delete(window)


def test_words_can_be_typed_at_once_and_ctrl_enter_runs_them(window: Window, qtbot: QtBot) -> None:
    page, document = window.page, window.desk.front
    assert page is not None and document is not None
    qtbot.waitUntil(lambda: page.hand.inline.isVisible())
    typing = QApplication.focusWidget()
    assert typing is not None
    qtbot.keyClick(typing, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(typing, "a red boat")
    window.runner.pause(True)  # the job is to stay where it can be looked at
    qtbot.keyClick(typing, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert document.graph.nodes["prompt"].inputs["text"] == "a red boat"
    assert [job.graph.nodes["prompt"].inputs["text"] for job in window.runner.jobs] == ["a red boat"]
    assert page.view.hasFocus()  # what is pressed next is for the board and the window
    before = len(window.runner.jobs)
    qtbot.keyClick(page.view, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert len(window.runner.jobs) == before + 4


def test_nothing_is_asked_and_nothing_costs(window: Window) -> None:
    assert QApplication.activeModalWidget() is None
    assert window.tools.run.text() == "Run · free"
    assert not window.tools.run.costs


def test_the_doors_stand_below_the_graph_and_hide_no_card(window: Window) -> None:
    page, first = window.page, window.first
    assert page is not None and first is not None
    box = page.view.mapFromScene(page.view.extent()).boundingRect()
    assert first.doors.geometry().top() >= box.bottom()
    assert all(card.height() >= card.heightForWidth(card.width()) for card in first.doors.cards.values())


def test_closing_the_doors_brings_the_panels_and_is_remembered(window: Window, qtbot: QtBot) -> None:
    first = window.first
    assert first is not None
    qtbot.mouseClick(first.doors.shut, Qt.MouseButton.LeftButton)
    assert not first.doors.isVisible()
    assert not window.sides.library.isHidden()
    assert not Taste.read(window.desk.studio.home.path).doors


def test_the_hint_points_at_run_and_can_be_sent_away(window: Window, qtbot: QtBot) -> None:
    first = window.first
    assert first is not None
    qtbot.waitUntil(lambda: first.hint is not None and first.hint.isVisible())
    assert first.hint is not None
    qtbot.mouseClick(first.hint.hide_hints, Qt.MouseButton.LeftButton)
    assert not window.taste.hints
    window.actions_.do("hints")
    again = window.taste
    assert again.hints and again.doors


def test_the_keys_of_four_more_need_no_selection(window: Window, qtbot: QtBot) -> None:
    document = window.desk.front
    assert document is not None and document.primary is None
    window.runner.pause(True)
    window.actions_.do("more")
    qtbot.waitUntil(lambda: len(window.runner.jobs) == 4)
    assert {job.node for job in window.runner.jobs} == {"picture"}


def test_four_more_says_so_where_nothing_makes_takes(window: Window) -> None:
    document = window.desk.front
    assert document is not None
    document.edit("Delete", lambda graph: replace(graph, nodes={}, layout={}))
    with_hints: list[tuple[str, str]] = []
    window.desk.said.connect(lambda *said: with_hints.append((str(said[0]), str(said[1]))))
    window.actions_.do("more")
    assert [message for message, hint in with_hints][-1:] == ["There is nothing to make more takes of."]


def test_the_doors_give_way_when_a_card_grows(window: Window, qtbot: QtBot) -> None:
    page, document, first = window.page, window.desk.front, window.first
    assert page is not None and document is not None and first is not None
    looks, before = window.desk.looks(document), page.view.extent().bottom()
    looks.put({"picture": replace(looks.of("picture"), thumbs=tuple(Thumb(number, None) for number in range(5)))})

    def apart() -> bool:
        bottom = page.view.mapFromScene(page.view.extent()).boundingRect().bottom()
        return not first.doors.isVisible() or first.doors.geometry().top() > bottom

    qtbot.waitUntil(lambda: page.view.extent().bottom() > before and apart())


def test_no_hint_covers_what_is_to_be_decided(window: Window, qtbot: QtBot) -> None:
    first = window.first
    assert first is not None
    qtbot.waitUntil(lambda: first.hint is not None and first.hint.isVisible())
    notice = QWidget()
    window.show_notice(notice)
    assert first.hint is None
    notice.deleteLater()
    qtbot.waitUntil(lambda: first.hint is not None and first.hint.isVisible())
