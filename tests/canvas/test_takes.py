"""The strip of takes: what is kept, what flows on, rating, trash, more of it, and choices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.forecast import Forecast
from canvas.runner import Runner
from canvas.take_rows import TakeRow
from canvas.takes import TakesPanel
from tests.canvas.running import LONG, Said, opened, run, toy_runner, toy_studio, toys
from workflows import edit
from workflows.graph import Wire
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
    forecast = Forecast(desk, runner)
    yield forecast
    forecast.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast) -> Iterator[TakesPanel]:
    panel = TakesPanel(desk, runner.takes)
    qtbot.addWidget(panel)
    panel.resize(738, 216)
    panel.show()
    yield panel
    panel._deeds._errands.close()


def cells(panel: TakesPanel) -> tuple[TakeRow, ...]:
    return panel.rows.rows


def settled(qtbot: QtBot, runner: Runner, document: Document) -> None:
    """Nothing runs, and what was made is known."""
    forecast = runner.forecast
    assert forecast is not None
    qtbot.waitUntil(lambda: runner.jobs == () and forecast.up_to_date(document), timeout=LONG)
    qtbot.waitUntil(lambda: not runner._drawing.isActive(), timeout=LONG)


def with_takes(qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel, count: int = 3) -> Document:
    """A document whose generator has takes; the first one flows on."""
    document = opened(desk, toys(n=("number", {"value": 1}), p=("paint", {"level": "@n", "seed": 5}),
                                 end=("flip", {"image": "@p"})))
    run(qtbot, runner, document)
    if count > 1:
        runner.picks.more(document, "p", count - 1)
    qtbot.waitUntil(lambda: len([row for row in cells(panel) if row.take]) == count, timeout=LONG)
    qtbot.waitUntil(lambda: all(row.image is not None for row in cells(panel)), timeout=LONG)
    settled(qtbot, runner, document)
    qtbot.waitUntil(lambda: cells(panel)[0].picked, timeout=LONG)
    return document


def click(qtbot: QtBot, panel: TakesPanel, row: int) -> None:
    rect = panel.view.visualRect(panel.rows.index(row))
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def test_the_strip_says_what_will_be_here_before_there_is_anything(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    assert panel.empty.isVisible() and not panel.more.isEnabled()
    opened(desk, toys(p="paint"))
    assert panel.empty.sentence.full == "Paint has no takes yet." and panel.more.isEnabled()


def test_four_more_fills_the_strip_and_the_picked_take_flows_on(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = opened(desk, toys(p=("paint", {"level": 9, "seed": 5})))
    run(qtbot, runner, document)
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    assert [row.number for row in cells(panel) if row.kind == "coming"] in ([1, 2, 3, 4], [2, 3, 4, 5])
    qtbot.waitUntil(lambda: len([row for row in cells(panel) if row.take]) == 5, timeout=LONG)
    settled(qtbot, runner, document)
    qtbot.waitUntil(lambda: [row.picked for row in cells(panel)] == [True, False, False, False, False], timeout=LONG)
    qtbot.waitUntil(lambda: all(row.image is not None for row in cells(panel)), timeout=LONG)
    settled(qtbot, runner, document)
    look = desk.looks(document).of("p")
    assert len(look.thumbs) == 5 and look.picked == look.thumbs[0].take
    assert look.picture is not None and look.picture.pixelColor(1, 1).red() == 14
    assert panel.head.tab("takes").tab.count == "Paint · 5"


def test_a_click_on_one_of_several_sets_the_pick_that_stands_behind_them(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel, forecast: Forecast,
) -> None:
    document = opened(desk, toys(seeds=("variations", {"count": 3, "seed": 5}),
                                 p=("paint", {"level": 9, "seed": "@seeds"}), chosen=("pick", {"items": "@p"})))
    run(qtbot, runner, document)
    qtbot.waitUntil(lambda: len([row for row in cells(panel) if row.take]) == 3, timeout=LONG)
    settled(qtbot, runner, document)
    document.select(["p"])
    qtbot.waitUntil(lambda: [row.picked for row in cells(panel)].count(True) == 1, timeout=LONG)
    before = document.graph.nodes["p"]
    other = next(number for number, row in enumerate(cells(panel)) if not row.picked)
    key = cells(panel)[other].key
    click(qtbot, panel, other)
    qtbot.waitUntil(lambda: document.graph.nodes["chosen"].inputs.get("choice", 0) != 0, timeout=LONG)
    assert document.graph.nodes["p"] == before, "the others stay"
    settled(qtbot, runner, document)
    qtbot.waitUntil(lambda: [row.key for row in cells(panel) if row.picked] == [key], timeout=LONG)


def test_what_another_workflow_made_is_a_take_here_too_once(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    plain = toys(p=("paint", {"level": 9, "seed": 5}))
    first = opened(desk, plain)
    run(qtbot, runner, first)
    qtbot.waitUntil(lambda: len(cells(panel)) == 1, timeout=LONG)
    second = opened(desk, plain)
    for _ in range(2):
        run(qtbot, runner, second)
        runner._taker.flush()
    qtbot.waitUntil(lambda: len(cells(panel)) == 1, timeout=LONG)
    [mine], [theirs] = runner.takes.of(second.key, "p"), runner.takes.of(first.key, "p")
    assert mine.digest == theirs.digest and mine.seconds == theirs.seconds and mine.path != theirs.path
    runner.takes.throw_away(mine.id)
    run(qtbot, runner, second)
    runner._taker.flush()
    assert not runner.takes.of(second.key, "p"), "what was thrown away stays away"


def test_item_36_a_click_picks_a_take_as_an_edit_and_its_result_comes_from_the_cache(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = with_takes(qtbot, desk, runner, panel)
    take = cells(panel)[1].take
    assert take is not None
    click(qtbot, panel, 1)
    qtbot.waitUntil(lambda: cells(panel)[1].picked, timeout=LONG)
    assert document.graph.nodes["p"].inputs["seed"] == take.seed and document.graph.nodes["p"].state is None
    settled(qtbot, runner, document)
    assert cells(panel)[1].picked
    assert run(qtbot, runner, document) == "done"
    assert desk.looks(document).of("p").phase in ("cached", "done")
    assert len(runner.takes.of(document.key, "p")) == 3
    assert document.undo() == "Pick take 2"
    qtbot.waitUntil(lambda: cells(panel)[0].picked and not cells(panel)[1].picked, timeout=LONG)
    assert len(runner.takes.of(document.key, "p")) == 3


def test_what_follows_a_picked_take_shows_it_at_once_but_nothing_is_saved(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel, tmp_path: Path,
) -> None:
    made = toys(p=("paint", {"level": 9, "seed": 5}), end=("flip", {"image": "@p"}),
                save=("save_image", {"image": "@end"}))
    document = opened(desk, made, tmp_path / "w.json")
    run(qtbot, runner, document, "end")
    runner.picks.more(document, "p", 1)
    qtbot.waitUntil(lambda: len([row for row in cells(panel) if row.take]) == 2, timeout=LONG)
    settled(qtbot, runner, document)
    take = cells(panel)[1].take
    assert take is not None and take.seed is not None
    red = (9 + take.seed) % 256
    click(qtbot, panel, 1)
    looks = desk.looks(document)

    def shown() -> bool:
        picture = looks.of("end").picture
        return picture is not None and picture.pixelColor(2, 2).red() == red

    qtbot.waitUntil(shown, timeout=LONG)
    settled(qtbot, runner, document)
    assert not (tmp_path / "out").exists()


def test_a_wired_seed_is_cut_only_where_that_is_needed(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = opened(desk, toys(s=("number", {"value": 5}), p=("paint", {"level": 3, "seed": "@s"})))
    run(qtbot, runner, document)
    runner.picks.more(document, "p", 1)
    qtbot.waitUntil(lambda: len([row for row in cells(panel) if row.take]) == 2, timeout=LONG)
    settled(qtbot, runner, document)
    click(qtbot, panel, 1)
    qtbot.waitUntil(lambda: cells(panel)[1].picked, timeout=LONG)
    take = cells(panel)[1].take
    assert take is not None and document.graph.nodes["p"].inputs["seed"] == take.seed


def test_item_19_a_take_whose_sources_changed_is_held_frozen_and_runs_nothing(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document, said = with_takes(qtbot, desk, runner, panel), Said(desk)
    document.edit("Set", lambda made: edit.set_value(made, "n", "value", 60))
    settled(qtbot, runner, document)
    qtbot.waitUntil(lambda: not any(row.picked for row in cells(panel)), timeout=LONG)
    click(qtbot, panel, 2)
    qtbot.waitUntil(lambda: cells(panel)[2].picked, timeout=LONG)
    assert document.graph.nodes["p"].state == "frozen" and "frozen" in said.lines[-1][0]
    settled(qtbot, runner, document)
    assert run(qtbot, runner, document) == "done"
    assert len(runner.takes.of(document.key, "p")) == 3
    take = cells(panel)[2].take
    assert take is not None and take.seed is not None
    qtbot.waitUntil(lambda: desk.looks(document).of("end").picture is not None, timeout=LONG)
    picture = desk.looks(document).of("end").picture
    assert picture is not None and picture.pixelColor(2, 2).red() == (1 + take.seed) % 256


def test_item_19_freezing_holds_the_result_that_is_there(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = with_takes(qtbot, desk, runner, panel, 1)
    runner.picks.freeze(document, ("p",))
    qtbot.waitUntil(lambda: document.graph.nodes["p"].state == "frozen", timeout=LONG)
    document.edit("Set", lambda made: edit.set_value(made, "n", "value", 60))
    settled(qtbot, runner, document)
    assert cells(panel)[0].picked
    assert run(qtbot, runner, document) == "done" and len(runner.takes.of(document.key, "p")) == 1
    document.undo()
    document.undo()
    assert document.graph.nodes["p"].state is None


def test_what_has_no_result_yet_can_t_be_frozen_and_says_why(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document, said = opened(desk, toys(p="paint")), Said(desk)
    runner.picks.freeze(document, ("p",))
    qtbot.waitUntil(lambda: bool(said.lines), timeout=LONG)
    assert "no result yet" in said.lines[0][0] and document.graph.nodes["p"].state is None


def test_keys_walk_pick_rate_and_throw_away_and_bring_back(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = with_takes(qtbot, desk, runner, panel)
    panel.view.setFocus()
    panel.view.choose(0)
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    qtbot.keyClick(panel.view, "4")
    qtbot.waitUntil(lambda: (take := cells(panel)[1].take) is not None and take.rating == 4, timeout=LONG)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cells(panel)[1].picked, timeout=LONG)
    settled(qtbot, runner, document)
    panel.view.choose(2)
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(cells(panel)) == 2, timeout=LONG)
    qtbot.keyClick(panel.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(cells(panel)) == 3, timeout=LONG)
    click(qtbot, panel, 0)
    assert not panel.view.undoes  # from now on Ctrl+Z is the window's again, and takes the pick back


def test_space_shows_the_take_in_the_viewer(qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel) -> None:
    with_takes(qtbot, desk, runner, panel, 1)
    shown: list[str] = []
    desk.shown.connect(lambda value, title, take: shown.append(title))
    panel.view.setFocus()
    panel.view.choose(0)
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shown == ["Paint · take 1"], timeout=LONG)


def test_a_click_on_the_stars_rates_and_does_not_pick(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    with_takes(qtbot, desk, runner, panel)
    cell = panel.view.visualRect(panel.rows.index(1))
    stars = panel.view.cell.stars(cell)
    at = stars.center().toPoint()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: (take := cells(panel)[1].take) is not None and take.rating == 3, timeout=LONG)
    assert not cells(panel)[1].picked


def test_vary_this_makes_more_with_the_settings_of_the_take(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = opened(desk, toys(p=("paint", {"level": 9, "seed": 5})))
    run(qtbot, runner, document)
    qtbot.waitUntil(lambda: len(cells(panel)) == 1, timeout=LONG)
    document.edit("Set", lambda made: edit.set_value(made, "p", "level", 99))
    panel.view.choose(0)
    qtbot.mouseClick(panel.vary, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len([row for row in cells(panel) if row.take]) == 5, timeout=LONG)
    assert {take.settings["level"] for take in runner.takes.of(document.key, "p")} == {9}
    assert document.graph.nodes["p"].inputs["level"] == 99


def test_a_locked_take_flows_on_whatever_is_made_and_stays(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = with_takes(qtbot, desk, runner, panel, 2)
    panel.view.choose(1)
    qtbot.keyClick(panel.view, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: document.graph.nodes["p"].state == "frozen", timeout=LONG)
    qtbot.waitUntil(lambda: all(row.take is not None and row.take.locked == (row.number == 2) for row in cells(panel)),
                    timeout=LONG)
    assert cells(panel)[1].picked and "locked" in cells(panel)[1].told
    held = document.graph
    runner.picks.more(document, "p", 1)
    qtbot.waitUntil(lambda: len(cells(panel)) == 3 and cells(panel)[2].take is not None, timeout=LONG)
    assert document.graph is held and cells(panel)[1].picked, "what is made after it does not take its place"
    said = Said(desk)
    panel.view.choose(1)
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert "locked" in said.lines[-1][0] and len(cells(panel)) == 3
    qtbot.keyClick(panel.view, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: not any(row.take is not None and row.take.locked for row in cells(panel)), timeout=LONG)


def test_the_strip_hands_a_take_on_to_be_promoted(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = with_takes(qtbot, desk, runner, panel, 2)
    panel.view.choose(1)
    for ask in (lambda: qtbot.mouseClick(panel.promote, Qt.MouseButton.LeftButton),
                lambda: qtbot.keyClick(panel.view, Qt.Key.Key_P)):
        with qtbot.waitSignal(panel.promoted, timeout=LONG) as told:
            ask()
        assert told.args[0] is document and told.args[1].number == 2


def test_a_node_that_waits_offers_its_choices_in_the_strip(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    made = toys(n=("several", {"n": 3}), c=("choose", {"items": "@n", "choice": "ask"}),
                end=("number", {"value": "@c"}))
    document = opened(desk, made)
    assert run(qtbot, runner, document) == "waiting"
    assert [(row.kind, row.number, row.word) for row in cells(panel)] == [
        ("choice", 1, "0"), ("choice", 2, "1"), ("choice", 3, "2")]
    assert panel.head.tab("takes").tab.title == "Choose"
    with qtbot.waitSignal(runner.ended, timeout=LONG):
        click(qtbot, panel, 2)
    qtbot.waitUntil(lambda: desk.looks(document).of("end").text == "2", timeout=LONG)
    assert not cells(panel) or cells(panel)[0].kind != "choice"


def test_every_cell_says_in_words_what_it_shows(qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel) -> None:
    with_takes(qtbot, desk, runner, panel, 2)
    told = [panel.rows.data(panel.rows.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert told[0].startswith("Take 1, picked, not rated") and told[1].startswith("Take 2, not rated")


def test_takes_come_along_when_a_draft_is_saved_while_it_runs(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel, tmp_path: Path,
) -> None:
    document = opened(desk, toys(p=("paint", {"level": 3, "pause": 0.5})))
    with qtbot.waitSignal(runner.ended, timeout=LONG):
        runner.run(document)
        before = document.key
        document.mark_saved(tmp_path / "kept.json", document.graph)
        runner.takes.rekey(before, document.key)
    qtbot.waitUntil(lambda: len(runner.takes.of(document.key, "p")) == 1, timeout=LONG)
    qtbot.waitUntil(lambda: len(cells(panel)) == 1, timeout=LONG)


def test_the_picked_take_is_compared_with_another_by_button_or_key(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    with_takes(qtbot, desk, runner, panel)
    asked: list[list[int]] = []
    panel.compared.connect(lambda takes: asked.append([take.number for take in takes]))
    picked = next(row.number for row in cells(panel) if row.picked)
    qtbot.mouseClick(panel.against, Qt.MouseButton.LeftButton)
    assert asked[0][0] == picked and asked[0][1] != picked
    cell = panel.view.visualRect(panel.rows.index(2)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, cell)
    qtbot.keyClick(panel.view, Qt.Key.Key_C)
    assert asked[1] == [picked, cells(panel)[2].number]


def test_finish_in_a_takes_menu_lets_it_flow_on_through_the_finish_group(
    qtbot: QtBot, desk: Desk, runner: Runner, panel: TakesPanel,
) -> None:
    document = with_takes(qtbot, desk, runner, panel)
    row = cells(panel)[1]
    assert row.take is not None
    panel._open_menu(row, QPoint(0, 0))
    next(action for action in panel.menu.actions() if action.text() == "Finish").trigger()
    panel.menu.close()
    qtbot.waitUntil(lambda: cells(panel)[1].picked, timeout=LONG)
    use = document.graph.nodes["finish"]
    assert use.group == "finish" and use.inputs["image"] == Wire("p")
    assert document.graph.nodes["p"].inputs["seed"] == row.take.seed
    assert document.graph.nodes["end"].inputs["image"] == Wire("p")
    settled(qtbot, runner, document)
    assert {document.undo(), document.undo()} == {"Finish the take", "Pick take 2"}
