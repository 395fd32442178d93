"""The account of what was spent."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime

from workflows.entries import Entry
from workflows.ledger import caps_left, ledger_of, to_csv

NOON = datetime(2026, 11, 20, 12).timestamp()
MADE = Entry("ajar-1", "k1", "kling", "committed", model="kling-3.0", low=0.4, high=0.5, cost=0.42,
             cost_source="reported", project="p", made=NOON, job={"id": "=1+1"}, node="film", workflow="w")


def made(**changes: object) -> Entry:
    return replace(MADE, **changes)  # type: ignore[arg-type]


def test_what_something_cost_is_never_claimed_where_it_is_not_known() -> None:
    charges = ledger_of([
        MADE, made(state="intent", cost=None), made(state="failed", cost=None, charged=False),
        made(state="failed", cost=None, charged=None), made(state="blocked", cost=None, charged=True),
        made(state="abandoned", cost=None), made(state="unknown", cost=None), made(state="submitted", cost=None),
        made(state="cancelled", cost=None, charged=False), made(cost=None, high=None, low=None),
    ]).charges
    assert [charge.actual for charge in charges] == [0.42, 0.0, 0.0, None, None, None, None, None, 0.0, None]
    assert [charge.spent for charge in charges] == [0.42, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0]
    total = ledger_of([charge.entry for charge in charges]).total
    assert total.unknown == 6 and abs(total.spent - 2.92) < 1e-9


def test_play_money_is_kept_apart() -> None:
    ledger = ledger_of([MADE, made(emulated=True, cost=9.0)])
    assert ledger.real().total.spent == 0.42 and ledger.emulated().total.spent == 9.0


def test_sums_by_provider_model_and_day() -> None:
    ledger = ledger_of([MADE, made(provider="bfl", model="flux", cost=3.0),
                        made(made=datetime(2026, 11, 19, 23, 59).timestamp(), cost=1.0)])
    assert [(one.name, one.spent) for one in ledger.by_provider()] == [("bfl", 3.0), ("kling", 1.42)]
    assert [one.name for one in ledger.by_model()] == ["flux", "kling-3.0"]
    assert [one.name for one in ledger.by_day()] == ["2026-11-19", "2026-11-20"]
    assert ledger.since(date(2026, 11, 20)).total.orders == 2
    assert ledger.of(provider="bfl").total.orders == 1 and ledger.of(project="other").total.orders == 0


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    nasty = made(workflow='=HYPERLINK("http://x")', node="@film", model="=cmd()", note="+1", cost_note="", project="-p")
    [row] = csv.DictReader(io.StringIO(to_csv(ledger_of([nasty]))))
    for name, text in row.items():
        assert not text or text[0] not in "=+-@", (name, text)
    assert (row["actual"], row["estimate_low"], row["estimate_high"]) == ("0.42", "0.4", "0.5")
    assert row["time"].startswith("2026-11-20T12:00:00")


def test_how_much_of_the_caps_is_spent() -> None:
    ledger = ledger_of([MADE, made(made=datetime(2026, 11, 1).timestamp(), cost=1.0),
                        made(made=datetime(2026, 10, 31).timestamp(), cost=2.0, project="q")])
    caps = {"run": 9.0, "day": 1.0, "month": 5.0, "project": 7.0}
    assert caps_left(ledger, caps, "p", date(2026, 11, 20)) == [
        ("day", 0.42, 1.0), ("month", 1.42, 5.0), ("project", 1.42, 7.0)]
