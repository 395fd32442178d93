"""Sums of what was spent."""

import random
from dataclasses import replace
from datetime import datetime

from workflows.entries import Entry, OrderState
from workflows.tally import Tally


def at(*when: int) -> float:
    return datetime(*when).timestamp()  # type: ignore[arg-type]


def entry(id: str = "a", made: float = 0.0, high: float | None = 1.0, **more: object) -> Entry:
    return replace(Entry(id, f"key-{id}", "toy", "submitted", high=high, made=made, run="r", project="p"),
                   **more)  # type: ignore[arg-type]


def spent(tally: Tally, cap: str, now: float, *, emulated: bool = False, run: str = "r", project: str = "p") -> float:
    return tally.spent(cap, emulated=emulated, run=run, project=project, now=now)


def test_days_and_months_end_at_midnight_here() -> None:
    tally = Tally()
    tally.put(entry("a", at(2026, 10, 31, 23, 59)), 1.0)
    tally.put(entry("b", at(2026, 11, 1, 0, 1)), 2.0)
    tally.put(entry("c", at(2026, 11, 2, 12)), 4.0)
    assert spent(tally, "day", at(2026, 11, 1, 23)) == 2.0
    assert spent(tally, "month", at(2026, 11, 30)) == 6.0
    assert spent(tally, "month", at(2026, 10, 31, 23, 59)) == 1.0
    assert spent(tally, "day", at(2025, 11, 1)) == 0.0, "the same day of another year"
    assert spent(tally, "project", at(2027, 1, 1)) == 7.0
    assert spent(tally, "run", at(2027, 1, 1), run="another") == 0.0


def test_play_money_is_counted_apart() -> None:
    tally = Tally()
    now = at(2026, 11, 1)
    tally.put(entry("a", now, emulated=True), 5.0)
    assert spent(tally, "day", now) == 0.0 and spent(tally, "day", now, emulated=True) == 5.0


def test_an_order_is_counted_once_however_often_it_changes() -> None:
    """Held against sums made anew from all orders, over thousands of changes."""
    chance, tally, now = random.Random(4), Tally(), at(2026, 11, 1, 12)
    states: tuple[OrderState, ...] = ("intent", "sending", "submitted", "committed", "failed", "unknown", "abandoned")
    known: dict[str, Entry] = {}
    for _ in range(3000):
        name = str(chance.randrange(40))
        known[name] = entry(name, now + chance.randrange(2) * 86_400, chance.choice([0.5, 1.25]),
                            state=chance.choice(states), cost=chance.choice([None, 0.75]),
                            charged=chance.choice([None, False, True]), project=chance.choice("pq"))
        tally.put(known[name], known[name].reserves)
    for project in "pq":
        expected = sum(one.reserves for one in known.values() if one.project == project)
        assert abs(spent(tally, "project", now, project=project) - expected) < 1e-6
    expected = sum(one.reserves for one in known.values() if one.made == now)
    assert abs(spent(tally, "day", now) - expected) < 1e-6


def test_what_earlier_processes_spent_is_changed_not_added_to() -> None:
    tally, now = Tally(), at(2026, 11, 1, 12)
    tally.begin([(False, now, 1.0), (False, now, 3.0)], [(False, "p", 4.0)])
    tally.know(entry("a", now))
    tally.put(entry("a", now), 0.25)
    assert spent(tally, "day", now) == 3.25 and spent(tally, "project", now) == 3.25


def test_what_counts() -> None:
    assert entry(state="intent").counts == 0 and entry(state="intent").reserves == 1.0
    assert entry(state="unknown").counts == 1.0
    assert entry(state="abandoned").counts == 1.0, "it may have been charged"
    assert entry(state="abandoned", charged=False).counts == 0
    assert entry(state="blocked", charged=True).counts == 1.0
    assert entry(state="failed", charged=None).counts == 1.0
    assert entry(state="failed", charged=False).counts == 0
    assert entry(state="blocked", charged=True, cost=0.4).counts == 0.4
    assert entry(state="committed", high=None).counts == 0
