"""The list of problems: every one a sentence, a way to its node, and a way out where one is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.forecast import Forecast
from canvas.lines import Line
from canvas.problems import FINE, ProblemsPanel
from canvas.runner import Runner
from tests.canvas.running import LONG, opened, run, toy_runner, toy_studio, toys
from workflows import edit
from workflows.graph import Graph
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
def forecast(desk: Desk, runner: Runner) -> Iterator[Forecast]:
    forecast = Forecast(desk)
    yield forecast
    forecast.close()


@pytest.fixture
def framed(desk: Desk) -> list[str]:
    """What was looked at."""
    seen: list[str] = []
    desk.learn("view.frame_selection", lambda: seen.append(desk.front.primary or "" if desk.front else ""))
    return seen


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, forecast: Forecast, framed: list[str]) -> ProblemsPanel:
    panel = ProblemsPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(420, 216)
    panel.show()
    return panel


def lines(qtbot: QtBot, desk: Desk, made: Graph, panel: ProblemsPanel) -> tuple[Document, tuple[Line, ...]]:
    document = opened(desk, made)
    assert desk.runner is not None and desk.runner.forecast is not None
    forecast = desk.runner.forecast
    qtbot.waitUntil(lambda: forecast.up_to_date(document), timeout=LONG)
    return document, panel.lines.lines


def press(qtbot: QtBot, panel: ProblemsPanel, row: int) -> None:
    """Press the button of a row."""
    line = panel.lines.lines[row]
    cell = panel.view.visualRect(panel.lines.index(row))
    at = panel.view.cell.button(cell, line).center().toPoint()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_sound_workflow_says_that_nothing_is_wrong(qtbot: QtBot, desk: Desk, panel: ProblemsPanel) -> None:
    lines(qtbot, desk, toys(a="number"), panel)
    assert panel.empty.isVisible() and panel.empty.sentence.full == FINE


def test_every_problem_is_a_row_with_its_hint_and_node_errors_first(
    qtbot: QtBot, desk: Desk, panel: ProblemsPanel,
) -> None:
    made = toys(w=("number", {"value": "x"}), a=("number", {"value": "three"}), flip="flip")
    made = edit.set_state(made, "w", "muted")
    _, found = lines(qtbot, desk, made, panel)
    assert [(line.right, line.icon) for line in found] == [("Number", "error"), ("Flip", "error"), ("Number", "warn")]
    assert all(line.second for line in found[:2]) and found[0].told.startswith("Error, Number, ")


def test_a_click_selects_the_node_in_its_group_and_frames_it(
    qtbot: QtBot, desk: Desk, panel: ProblemsPanel, framed: list[str],
) -> None:
    made, use = edit.make_group(toys(a=("number", {"value": 2}), b=("number", {"value": "three"})), ["a", "b"])
    document, _ = lines(qtbot, desk, made, panel)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton,
                     pos=panel.view.visualRect(panel.lines.index(0)).center())
    assert document.room == (use,) and document.primary == "b" and framed == ["b"]


@pytest.mark.parametrize(("made", "title"), [
    (toys(a=("number", {"value": "three"})), "Reset"),
    (toys(a=("number", {"nonsense": 3})), "Remove it"),
    (toys(a=("number", {"value": "@gone"})), "Remove the wire"),
    (toys(t=("prompt", {"text": "x"}), a=("number", {"value": "@t"})), "Remove the wire"),
    (toys(t=("prompt", {"text": "cat"}), a=("flux", {"prompt": "@t", "model": "FLUX.1-dev"})),
     "Use the built-in model"),
])
def test_where_a_way_out_is_known_a_button_mends_it_as_an_edit(
    qtbot: QtBot, desk: Desk, panel: ProblemsPanel, made: Graph, title: str,
) -> None:
    document, found = lines(qtbot, desk, made, panel)
    assert [line.action for line in found] == [title]
    press(qtbot, panel, 0)
    qtbot.waitUntil(lambda: panel.lines.lines == (), timeout=LONG)
    assert document.undo() == title and document.graph == made


def test_in_a_narrow_panel_the_sentence_keeps_its_room_and_the_button_stands_below(
    qtbot: QtBot, desk: Desk, panel: ProblemsPanel,
) -> None:
    made = toys(p=("paint", {"nothing": 3}))
    wide = lines(qtbot, desk, made, panel)[1][0]
    cell = panel.view.visualRect(panel.lines.index(0))
    assert panel.view.cell.button(cell, wide).left() > panel.view.cell._room(cell, wide).right()
    panel.resize(170, 300)
    qtbot.waitUntil(lambda: panel.view.visualRect(panel.lines.index(0)).width() < 171)
    cell = panel.view.visualRect(panel.lines.index(0))
    room, button = panel.view.cell._room(cell, wide), panel.view.cell.button(cell, wide)
    assert button.top() >= room.bottom() and button.bottom() <= cell.bottom() and room.width() > 100
    press(qtbot, panel, 0)
    qtbot.waitUntil(lambda: panel.lines.lines == (), timeout=LONG)


def test_what_failed_while_running_is_listed_until_something_changes(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: ProblemsPanel,
) -> None:
    document, _ = lines(qtbot, desk, toys(a=("fail", {"value": 3})), panel)
    run(qtbot, runner, document)
    qtbot.waitUntil(lambda: [line.title for line in panel.lines.lines] == ["The number 3 is not liked."], timeout=LONG)
    document.edit("Set", lambda made: edit.set_value(made, "a", "value", 4))
    qtbot.waitUntil(lambda: panel.lines.lines == (), timeout=LONG)
