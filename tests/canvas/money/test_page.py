"""The money page as a person sees it: what it reads, stand-ins apart, the table, and the file for billing."""

import csv
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.money.page import MoneyPage
from canvas.money.table import ink, state
from canvas.open_work import OpenWork
from tests.canvas.hosted import shown_window
from tests.canvas.running import LONG
from workflows.entries import Entry
from workflows.journal import Journal
from workflows.ledger import ledger_of

near: Any = pytest.approx
PAID = Entry("ajar-1", "a" * 40, "kling", "committed", "kling-3.0", "video", workflow="Harbour", node="film", low=0.42,
             high=0.42, cost=0.45, cost_source="reported", job={"id": "8f2c00112233445591"}, made=time.time())
PLAY = replace(PAID, id="ajar-2", key="b" * 40, emulated=True, cost=9.0)
ASKED = replace(PAID, id="ajar-3", key="c" * 40, state="unknown", cost=None, job={})
FAILED = replace(PAID, id="ajar-4", key="d" * 40, state="failed", cost=None, charged=False)


@pytest.fixture
def orders(desk: Desk) -> None:
    journal = Journal(desk.studio.home)
    for number, entry in enumerate((PAID, PLAY, ASKED, FAILED)):
        journal.put(replace(entry, made=PAID.made + number)).result(5)
    journal.close()


@pytest.fixture
def page(desk: Desk, orders: None, qtbot: QtBot) -> Iterator[MoneyPage]:
    work = OpenWork(desk)
    page = MoneyPage(desk, work, lambda: 0.42)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    work.refresh()
    qtbot.waitUntil(lambda: bool(page.ledger.charges) and bool(work.entries), timeout=LONG)
    yield page
    page.close_all()


def test_what_was_spent_is_shown_and_a_stand_ins_play_money_is_kept_apart(page: MoneyPage) -> None:
    assert [tile.value.full for tile in page.figures][:3] == ["$0.87", "$0.42", "$0.87"]
    assert page.spend.legend == (("kling", "Kling", near(0.87)),)
    assert [(title, span.above) for title, span in page.spans.spans] == [("Kling 3.0", True)]
    assert page.models.rows == (("Kling 3.0", near(0.87), 3),)
    page.kind.choose("play")
    page._show()
    assert page.figures[2].value.full == "$9.00" and page.table.rowCount() == 1
    assert "charged $0.45" not in page.spans.accessibleDescription()


def test_every_order_is_a_row_the_latest_first_with_its_estimate_its_cost_and_its_state(page: MoneyPage) -> None:
    table = page.table
    rows = [[table.data(table.index(row, column)) for column in range(1, 7)] for row in range(table.rowCount())]
    assert rows == [
        ["Kling 3.0", "Harbour · film", "8f2c0011…5591", "$0.42", "$0.00", "Failed, not billed"],
        ["Kling 3.0", "Harbour · film", "", "$0.42", "?", "Unknown: you decide"],
        ["Kling 3.0", "Harbour · film", "8f2c0011…5591", "$0.42", "$0.45", "Paid"],
    ]


def test_an_order_that_waits_for_a_person_stands_at_the_side(page: MoneyPage) -> None:
    assert page.side.needs.full == "Needs you 1" and page.side.card.isVisible()
    assert "Nobody can tell" in page.side.card.title.full


def test_the_file_for_billing_has_a_line_for_each_order_that_is_shown(page: MoneyPage, tmp_path: Path) -> None:
    assert page.write(tmp_path / "orders.csv")
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["order"], line["actual"]) for line in lines] == [("ajar-1", "0.45"), ("ajar-3", ""), ("ajar-4", "0")]
    assert not page.write(tmp_path / "nowhere" / "orders.csv")


def test_states_are_words_and_their_ink_only_comes_on_top() -> None:
    said = {entry.id: (state(charge), ink(charge)) for entry in (PAID, PLAY, ASKED, FAILED)
            for charge in ledger_of([entry]).charges}
    assert said == {
        "ajar-1": ("Paid", "semantic.ok"), "ajar-2": ("Played, no real money", "semantic.ok"),
        "ajar-3": ("Unknown: you decide", "semantic.warn"), "ajar-4": ("Failed, not billed", "text.secondary")}


def test_the_page_is_a_tab_of_the_window(qtbot: QtBot, desk: Desk, orders: None) -> None:
    with shown_window(desk) as window:
        window.files.new()
        window.actions_.do("money")
        money = window.tabs.money
        assert money is not None and window.boards.currentWidget() is money
        qtbot.waitUntil(lambda: money.table.rowCount() == 3, timeout=LONG)
        window.tabs.open_viewer()
        assert window.boards.currentWidget() is window.tabs.viewer
        money.close_all()
