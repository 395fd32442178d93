"""The cost page as a person sees it: what was, what would have been, where it turns, and the figures that move it."""

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from canvas.costs.page import CostPage
from canvas.costs.plots import said_of, spread
from canvas.desk import Desk
from tests.canvas.hosted import shown_window
from tests.canvas.running import LONG
from workflows.costs import Span, crossing
from workflows.entries import Entry
from workflows.journal import Journal
from workflows.settings import read_settings
from workflows.work import Piece, WorkLog

PIECE = Piece(time.time() - 3600, 45.0, "video", 1.0, ("wan2.2-ti2v-5b",), "wan", "draft", "/p", "Harbour", "film")
ORDER = Entry("ajar-1", "a" * 40, "kling", "committed", "kling-3.0", "video", stage="final", cost=0.42,
              cost_source="reported", order={"units": {"second": 5}}, made=time.time() - 60)


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> Iterator[CostPage]:
    log = WorkLog(desk.studio.home)
    for _ in range(10):
        log.add(PIECE)
    journal = Journal(desk.studio.home)
    journal.put(ORDER).result(5)
    journal.close()
    page = CostPage(desk)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    qtbot.waitUntil(lambda: page.account is not None and bool(page.account.lines), timeout=LONG)
    yield page
    page.close_all()


def test_drafts_and_finals_and_the_other_ways_are_shown(page: CostPage) -> None:
    assert [(line.stage, line.count) for line in page.table.lines] == [("draft", 10), ("final", 1)]
    assert [bar.title for bar in page.otherwise.bars] == ["As it was", "All ordered", "All made here"]
    ordered = page.otherwise.bars[1]
    assert ordered.low == pytest.approx(11 * 0.42) and "your last order" in ordered.note
    assert "energy is not known" in page.otherwise.bars[0].note


def test_the_figures_at_the_side_move_where_it_turns(page: CostPage) -> None:
    assert page.turn.full.startswith("Nothing is to be paid off")
    page.inputs.fields["hardware"].show_value(1800)
    page.inputs.changed.emit()
    assert page.turn.full.startswith("Your own machine pays from 1") and "a month" in page.turn.full
    assert "cheaper way" in page.hint.full


def test_figures_are_kept_only_when_a_person_says_so_and_the_rest_of_the_settings_stays(page: CostPage,
                                                                                         desk: Desk) -> None:
    home = desk.studio.home
    home.settings_file.write_text(
        '# mine\nask_above = 2\n\n[machine]\nwatts = 1\n\n[caps]\nday = 3 # a note\n', "utf-8")
    page.inputs.fields["watts"].show_value(420)
    page.inputs.fields["tariff"].show_value(0.31)
    assert read_settings(home).machine.watts == 1
    page.inputs.kept.emit()
    kept = read_settings(home)
    assert (kept.machine.watts, kept.machine.tariff, kept.machine.hardware) == (420, 0.31, None)
    text = home.settings_file.read_text("utf-8")
    assert kept.caps == {"day": 3} and kept.ask_above == 2 and "# mine" in text and "# a note" in text


def test_the_page_lies_in_a_tab_of_its_own(desk: Desk) -> None:
    with shown_window(desk) as window:
        window.actions_.do("costs")
        assert window.boards.currentWidget() is window.tabs.costs


def test_the_doubt_is_said_in_words() -> None:
    even = crossing("video", 50.0, Span(0.1, 1.2), Span(0.05, 0.12))
    assert said_of(even) == "43 a month, or never if orders stay at their cheapest"
    assert spread(0.28, 1.2) == "$0.28 – $1.20" and spread(0.5, 0.5) == "$0.50"
