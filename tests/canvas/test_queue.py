"""The queue panel: what runs, in what order, held and paused, by mouse and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.queue import QueuePanel
from canvas.runner import Runner
from tests.canvas.running import LONG, opened, toy_runner, toy_studio, toys
from workflows.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        yield studio


@pytest.fixture
def runner(desk: Desk) -> Iterator[Runner]:
    with toy_runner(desk) as runner:
        yield runner


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, runner: Runner) -> QueuePanel:
    panel = QueuePanel(desk)
    qtbot.addWidget(panel)
    panel.resize(330, 216)
    panel.show()
    return panel


def titles(panel: QueuePanel) -> list[str]:
    return [line.title for line in panel.lines.lines]


def test_an_empty_queue_says_so(panel: QueuePanel) -> None:
    assert panel.empty.isVisible() and panel.empty.sentence.full == "Nothing waits to run."
    assert not panel.banner.isVisible()


def test_the_row_at_work_shows_how_far_it_is_and_the_others_their_place(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: QueuePanel,
) -> None:
    document = opened(desk, toys(a="slow", p=("paint", {"level": 4})))
    runner.run(document, ("a",))
    runner.run(document)
    runner.picks.more(document, "p", 1)
    qtbot.waitUntil(lambda: (panel.lines.lines[0].done or 0) > 0, timeout=LONG)
    assert titles(panel) == ["Slow", "Sketch", "Paint, take 1"]
    first, second, third = panel.lines.lines
    assert first.right.endswith(" %") and "CPU" in first.second
    assert (second.right, second.second) == ("2nd", "waits for Slow")
    assert (third.right, third.second) == ("3rd", "waits for Sketch")


def test_alt_and_the_arrows_reorder_and_delete_removes_or_stops(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: QueuePanel,
) -> None:
    document = opened(desk, toys(a="slow", b="number"))
    runner.run(document, ("a",))
    runner.run(document, ("b",))
    runner.run(document)
    panel.view.setFocus()
    panel.view.choose(2)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert titles(panel) == ["Slow", "Sketch", "Number"]
    assert panel.view.currentIndex().row() == 1
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert titles(panel) == ["Slow", "Number"]
    panel.view.choose(0)
    qtbot.waitUntil(lambda: runner.jobs[0].state == "running", timeout=LONG)
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.lines.lines[0].second == "Stopping"
    qtbot.waitUntil(lambda: runner.jobs == (), timeout=LONG)
    assert panel.empty.isVisible()


def test_a_paused_queue_says_so_and_goes_on_by_its_button(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: QueuePanel,
) -> None:
    runner.pause()
    runner.run(opened(desk, toys(b="number")))
    assert panel.banner.isVisible() and panel.banner.message.full == "The queue is paused."
    qtbot.mouseClick(panel.banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: runner.jobs == (), timeout=LONG)
    assert not panel.banner.isVisible()


def test_item_43_runs_of_last_time_wait_with_their_reason_until_they_are_let_go(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: QueuePanel,
) -> None:
    document = opened(desk, toys(b=("number", {"value": 7})))
    runner.pause()
    runner.run(document)
    kept = runner.export()
    runner.remove(runner.jobs[0].id)
    runner.pause(False)
    runner.restore(kept)
    [line] = panel.lines.lines
    assert (line.right, line.second, line.action) == ("Held", "Ajar was closed before this ran.", "Run")
    assert panel.banner.message.full == "1 run from last time waits."
    cell = panel.view.visualRect(panel.lines.index(0))
    at = panel.view.cell.button(cell, line).center().toPoint()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: runner.jobs == (), timeout=LONG)
    assert desk.looks(document).of("b").text == "7"


def test_a_click_goes_to_the_workflow_and_the_node(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: QueuePanel,
) -> None:
    one, two = opened(desk, toys(a="slow")), opened(desk, toys(b="number"))
    runner.run(one, ("a",))
    assert desk.front is two
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton,
                     pos=panel.view.visualRect(panel.lines.index(0)).center())
    assert desk.front is one and one.primary == "a"
