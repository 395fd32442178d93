"""The first minute as a newcomer lives it: the starter graph, words typed over, Run, and what comes after."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from canvas import app
from canvas.desk import Desk
from canvas.engine import Engine
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
    assert window.taste.hints and window.taste.doors
