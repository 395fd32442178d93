"""The numbers of the money page, each reckoned by hand."""

from datetime import date, datetime
from typing import Any

import pytest

from canvas.money.figures import Bar, amount, bars_of, caps_of, figures_of, mark, spans_of
from canvas.money.plots import steps
from workflows.entries import Entry
from workflows.ledger import Ledger, ledger_of

near: Any = pytest.approx
TODAY = date(2026, 11, 20)


def order(day: date, cost: float | None = 0.5, *, provider: str = "kling", model: str = "kling-3.0", low: float = 0.4,
          high: float | None = 0.6, state: str = "committed", source: str = "reported", project: str = "",
          charged: bool | None = None, emulated: bool = False) -> Entry:
    at = datetime(day.year, day.month, day.day, 12).timestamp()
    return Entry("o", "k", provider, state, model, low=low, high=high, cost=cost,  # type: ignore[arg-type]
                 cost_source=source, project=project, charged=charged, emulated=emulated, made=at)


def ledger(*entries: Entry) -> Ledger:
    return ledger_of(entries)


def test_the_month_its_cap_what_is_open_and_all_in_all() -> None:
    made = ledger(
        order(date(2026, 10, 30), 2.0), order(date(2026, 11, 2), 1.0), order(date(2026, 11, 20), 0.5),
        order(TODAY, None, state="submitted", high=0.7), order(TODAY, None, state="unknown", high=0.2),
        order(TODAY, None, state="failed", charged=False),
    )
    month, open_, whole, drift = figures_of(made, {"month": 4.8}, TODAY)
    assert (month.title, month.value, month.note, month.part) == (
        "Spent in November", "$2.40", "50 % of the $4.80 cap", near(0.5))
    assert (open_.value, open_.note) == ("$0.90", "2 orders")
    assert (whole.value, whole.note) == ("$4.40", "6 orders")
    assert (drift.value, drift.note) == ("+133 %", "actual is higher, 3 paid orders")  # 3.5 for 1.5
    assert figures_of(ledger(), {}, TODAY)[3].value == "?"


def test_a_cost_that_is_only_the_estimate_proves_nothing_about_estimates() -> None:
    made = ledger(order(TODAY, 0.5, source="estimated"), order(TODAY, 0.4))
    assert figures_of(made, {}, TODAY)[3] == figures_of(ledger(order(TODAY, 0.4)), {}, TODAY)[3]


def test_time_is_cut_by_days_then_weeks_then_months_with_the_empty_ones_between() -> None:
    days = ledger(order(date(2026, 11, 17), 1.0), order(TODAY, 0.5), order(TODAY, 0.25, provider="fal"))
    assert bars_of(days, TODAY) == ("by day", (
        Bar("17 Nov", {"kling": 1.0}), Bar("18 Nov", {}), Bar("19 Nov", {}),
        Bar("20 Nov", {"kling": 0.5, "fal": 0.25})))
    word, weeks = bars_of(ledger(order(date(2026, 10, 31), 1.0), order(TODAY, 0.5)), TODAY)
    assert word == "by week" and [(bar.label, bar.total) for bar in weeks] == [
        ("26 Oct", 1.0), ("2 Nov", 0.0), ("9 Nov", 0.0), ("16 Nov", 0.5)]
    word, months = bars_of(ledger(order(date(2026, 7, 1), 1.0), order(TODAY, 0.5)), TODAY)
    assert word == "by month" and [(bar.label, bar.total) for bar in months] == [
        ("Jul 2026", 1.0), ("Aug 2026", 0.0), ("Sep 2026", 0.0), ("Oct 2026", 0.0), ("Nov 2026", 0.5)]
    assert bars_of(ledger(), TODAY) == ("by day", ())


def test_models_are_held_against_their_estimates_by_their_latest_ten() -> None:
    old, new = order(date(2026, 11, 1), 9.0), [order(TODAY, 0.7)] * 10
    (span,) = spans_of(ledger(old, *new))
    assert (span.low, span.high, span.actual, span.orders) == (
        near(0.4), near(0.6), near(0.7), 10)
    assert span.above and not spans_of(ledger(order(TODAY, 0.6)))[0].above
    assert spans_of(ledger(order(TODAY, 0.6, high=None))) == ()


def test_caps_show_what_is_used_of_each_that_is_set() -> None:
    made = ledger(order(date(2026, 11, 2), 1.0, project="/p"), order(TODAY, 0.5, project="/q"))
    caps = caps_of(made, {"run": 2.0, "day": 5.0, "month": 1.5, "project": 4.0}, "/p", "Harbour", 0.42, TODAY)
    assert [(cap.title, cap.spent, cap.most) for cap in caps] == [
        ("A run", 0.42, 2.0), ("Today", 0.5, 5.0), ("November", 1.5, 1.5), ("Harbour", 1.0, 4.0)]
    assert [round(cap.part, 2) for cap in caps] == [0.21, 0.1, 1.0, 0.25]
    assert caps_of(made, {}, "/p", "Harbour", None, TODAY) == ()


def test_axes_have_round_numbers_up_to_the_most() -> None:
    assert steps(14.4) == [0.0, 5.0, 10.0, 15.0] and steps(0.0) == [0.0, 1.0]
    assert steps(1.2, 4)[-1] >= 1.2 and [mark(value) for value in (15.0, 0.25, 0.005)] == ["$15", "$0.25", "$0.005"]
    assert amount(0.0) == "$0.00" and amount(0.002) == "0.2 ¢"
