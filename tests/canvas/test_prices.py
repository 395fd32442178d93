"""Prices before a run: on the buttons, on the cards, by provider, and what leaves this computer."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from canvas import prices
from canvas.desk import Desk
from canvas.document import Document
from canvas.forecast import Forecast
from canvas.foresight import Outlook
from canvas.prices import Part
from canvas.runner import Runner
from nodes.remote.emulators.server import Emulator
from tests.canvas.hosted import film, kling, staged
from tests.canvas.running import LONG, opened, toy_runner
from workflows.grouping import make_group
from workflows.quotes import Bill


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with kling(monkeypatch) as emulator:
        yield emulator


@pytest.fixture
def runner(desk: Desk) -> Iterator[Runner]:
    with toy_runner(desk) as runner:
        yield runner


@pytest.fixture
def forecast(desk: Desk, runner: Runner) -> Iterator[Forecast]:
    forecast = Forecast(desk, runner)
    yield forecast
    forecast.close()


def seen(qtbot: QtBot, forecast: Forecast, document: Document) -> Outlook:
    qtbot.waitUntil(lambda: forecast.up_to_date(document), timeout=LONG)
    qtbot.waitUntil(lambda: not forecast._runner._drawing.isActive(), timeout=LONG)
    outlook = forecast.outlook(document)
    assert outlook is not None
    return outlook


@pytest.mark.parametrize(("bill", "text", "charged"), [
    (Bill(0.0, 0.0), "free", False), (Bill(0.252, 0.252), "$0.26", True), (Bill(0.214, 0.4201), "$0.21 – 0.43", True),
    (Bill(0.2, None, 2, 1), "?", True), (Bill(0.002, 0.002), "0.2 ¢", True),
])
def test_a_bill_says_at_least_and_at_most_and_never_less_than_it_may_cost(bill: Bill, text: str, charged: bool) -> None:
    assert (prices.cost(bill), prices.costs(bill)) == (text, charged)


def test_the_age_of_a_price_its_doubts_and_stand_ins_are_said() -> None:
    part = Part("kling", "Kling", "api.example.com", Bill(0.42, 0.42, 2, 0, "2026-09-20", True), played=True)
    assert prices.said(part) == (
        "Kling: 2 orders, $0.42, prices of 20 Sep 2026, not confirmed, played by a stand-in, no real money")
    unknown = Part("fal", "fal", "queue.fal.run", Bill(0.0, None, 1, 1))
    assert prices.said(unknown) == "fal: 1 order, price not known"
    assert prices.hosts_said(("a.example", "b.example")) == "Sends to 2 hosts: a.example, b.example"


def test_the_price_of_a_run_stands_on_its_nodes_and_in_all_before_it_runs(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast, emulator: Emulator,
) -> None:
    document = opened(desk, film())
    outlook = seen(qtbot, forecast, document)
    host = emulator.base.removeprefix("http://")
    assert (outlook.cost, outlook.costs, outlook.hosts, outlook.played) == ("$0.42", True, (host,), True)
    assert [(part.name, part.bill.orders, part.bill.checked) for part in outlook.parts] == [("kling", 1, "2026-09-20")]
    look = desk.looks(document).of("film")
    assert (look.price, look.open, look.lane) == ("$0.42", False, "Kling")
    assert emulator.paid == 0


def test_both_stages_are_priced_and_a_node_that_waits_shows_its_own_price(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast, emulator: Emulator,
) -> None:
    document = opened(desk, staged())
    outlook = seen(qtbot, forecast, document)
    assert outlook.other is not None
    assert (outlook.cost, prices.cost(outlook.other)) == ("$0.26", "$0.56")
    looks = desk.looks(document)
    assert (looks.of("draft").price, looks.of("final").price) == ("$0.26", "$0.56")
    assert looks.of("final").phase == "other_stage"


def test_a_group_says_what_its_nodes_would_cost_together(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast, emulator: Emulator,
) -> None:
    made, name = make_group(staged(), ["draft", "final"], "films")
    document = opened(desk, made)
    seen(qtbot, forecast, document)
    assert desk.looks(document).of(name).price == "$0.26"


def test_without_a_key_the_node_says_so_and_how_to_give_it(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with kling(monkeypatch, key=""):
        document = opened(desk, film())
        outlook = seen(qtbot, forecast, document)
        look = desk.looks(document).of("film")
        assert (look.phase, look.needs) == ("missing", "Needs a key for Kling")
        assert [problem.node for problem in outlook.errors] == ["film"]
        assert "AJAR_KLING_KEY" in outlook.errors[0].hint and outlook.parts[0].keyless


def test_a_model_that_is_gone_is_no_missing_file_but_a_problem_with_a_way_out(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast, emulator: Emulator,
) -> None:
    document = opened(desk, film(model="sora-2"))
    outlook = seen(qtbot, forecast, document)
    look = desk.looks(document).of("film")
    assert look.phase == "failed" and look.price == "?" and "no longer offered" in outlook.errors[0].message
