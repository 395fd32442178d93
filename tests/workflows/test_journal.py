"""The journal of paid orders: what is written is there, whoever asks, and whatever happens around it."""

import threading
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import pytest

from ajar.errors import AjarError, Refused
from workflows.entries import Entry, OrderState
from workflows.journal import Journal, Unsaved, entries_of, look, paid_cells, paid_files, read_lines
from workflows.settings import Home
from workflows.standing import read_tally

ONE = Entry("ajar-1", "key", "toy", "submitted", cell="cell", high=0.5, made=1000.0, project="p",
            order={"media": [["first_frame", "image/png", "d" * 8]]})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path)


def test_what_is_done_is_on_the_disk(home: Home) -> None:
    journal = Journal(home)
    journal.put(ONE).result(5)
    assert look(home) == [ONE] and journal.find("ajar-1") == ONE
    assert read_lines(home.path / "orders.jsonl") == {"ajar-1": ONE}
    journal.close()


def test_who_stops_waiting_does_not_stop_the_writing(home: Home) -> None:
    """A task that is stopped takes back what it waits for; the thread that writes must outlive that."""
    journal = Journal(home)
    done = journal.put(ONE)
    assert not done.cancel()
    journal.put(replace(ONE, id="ajar-2")).result(5)
    journal.close()
    assert [entry.id for entry in look(home)] == ["ajar-1", "ajar-2"]
    with pytest.raises((Unsaved, CancelledError)):
        journal.put(ONE).result(1)


def test_reading_never_waits_for_a_disk_that_is_being_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(home)
    journal.put(ONE).result(5)
    writing, go_on, write = threading.Event(), threading.Event(), Journal._write

    def slow(self: Journal, changes: object) -> None:
        writing.set()
        go_on.wait(5)
        write(self, changes)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "_write", slow)
    done = journal.put(replace(ONE, state="ready"))
    assert writing.wait(5)
    begin = time.monotonic()
    assert journal.best("key") == ONE and journal.of_cell("cell") == [ONE]
    assert time.monotonic() - begin < 1 and not done.done()
    go_on.set()
    done.result(5)
    journal.close()


def test_of_orders_of_one_key_the_one_with_a_result_counts(home: Home) -> None:
    journal = Journal(home)
    states: tuple[OrderState, ...] = ("fetched", "failed", "submitted", "abandoned")
    for number, state in enumerate(states):
        journal.put(replace(ONE, id=f"ajar-{number}", state=state, made=1000.0 + number)).result(5)
    assert journal.best("key").state == "fetched"  # type: ignore[union-attr]
    journal.put(replace(ONE, id="ajar-0", state="failed")).result(5)
    assert journal.best("key").state == "submitted"  # type: ignore[union-attr]
    journal.put(replace(ONE, id="ajar-2", state="failed", made=1002.0)).result(5)
    assert journal.best("key").state == "abandoned"  # type: ignore[union-attr]
    assert journal.best("another") is None
    journal.close()


def test_one_process_owns_it_and_all_may_look(home: Home) -> None:
    journal = Journal(home)
    journal.put(ONE).result(5)
    with pytest.raises(Refused, match="looks after the paid work") as caught:
        Journal(home)
    assert "process" in caught.value.message
    assert look(home, ("submitted",)) == [ONE] and look(home, ("failed",)) == []
    assert entries_of(home, "cell") == [ONE] and entries_of(home, "other") == [] and entries_of(home, "") == []
    assert paid_cells(home, ["cell", "other"]) == {"cell"}
    assert paid_files(home) == {"d" * 8}, "its picture is needed to go on with it"
    journal.close()


def test_what_could_never_be_opened_is_not_left_locked(home: Home) -> None:
    home.journal_db.mkdir()
    with pytest.raises(AjarError):
        Journal(home)
    home.journal_db.rmdir()
    Journal(home).close()


def test_sums_are_those_of_the_entries(home: Home) -> None:
    journal, now = Journal(home), time.time()
    orders = [replace(ONE, id=f"ajar-{number}", made=now, cost=cost, emulated=emulated, project=project)
              for number, (cost, emulated, project) in enumerate([
                  (1.0, False, "p"), (None, False, "p"), (4.0, True, "p"), (8.0, False, "q")])]
    for entry in [*orders, replace(orders[0], cost=2.0)]:
        journal.put(entry).result(5)
    journal.close()
    tally = read_tally(home)
    spent = {(cap, project): tally.spent(cap, emulated=False, run="", project=project, now=now)
             for cap in ("day", "month", "project") for project in "pq"}
    assert spent == {("day", "p"): 10.5, ("day", "q"): 10.5, ("month", "p"): 10.5, ("month", "q"): 10.5,
                     ("project", "p"): 2.5, ("project", "q"): 8.0}
    assert tally.spent("day", emulated=True, run="", project="p", now=now) == 4.0


def test_a_hundred_thousand_old_orders_hold_nobody_up(home: Home) -> None:
    """A tenth of them here; a whole one took 0.2 s to open and 5 microseconds an order (measured by hand)."""
    from concurrent.futures import ThreadPoolExecutor

    from workflows.books import Books
    from workflows.orders_db import PUT, connect, row_of

    database = connect(home.journal_db)
    with database:
        database.executemany(PUT, (row_of(replace(ONE, id=f"ajar-{number}", key=f"k{number}", state="committed",
                                                 cell=f"c{number}")) for number in range(10_000)))
    database.close()
    begin = time.perf_counter()
    journal, pool = Journal(home), ThreadPoolExecutor(1)
    books = Books(journal, pool, {})
    for _ in range(1000):
        books.spent("project", emulated=False, run="r", project="p")
    assert journal.best("k77") is not None and entries_of(home, "c99")
    assert time.perf_counter() - begin < 1.0
    assert books.spent("project", emulated=False, run="r", project="p") == 5000.0
    journal.close()
    pool.shutdown()
