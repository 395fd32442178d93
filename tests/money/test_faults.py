"""What can go wrong around a paid order on this machine: full disks, damaged files, other processes, clocks, storms."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError, Refused, Waiting
from nodes.remote.emulators.server import Fault
from tests.money.emulator import Toys
from tests.nodes.remote.bench import ANYTHING, Bench, bench
from tests.nodes.remote.case import Case
from workflows.allowance import Allowance
from workflows.journal import Journal, look, read_lines
from workflows.settings import Home
from workflows.store import Store

PACK = Path(__file__).parent / "toys.py"


def case(kind: str = "toy") -> Case:
    return Case(kind, Toys, "toys/film", lambda: {"text": "a film", "by": kind}, "image")


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with bench(case(), tmp_path, monkeypatch, PACK) as made:
        yield made


class FullDisk:
    """A journal's disk that is full while ``full``; a reserve that was given back makes room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path, states: set[str]) -> None:
        self.full = True
        self.states = states
        self.ballast = home / "ballast"
        write = Journal._write

        def writing(journal: Journal, changes: list[Any]) -> None:
            hit = any(entry.state in self.states for entry, _ in changes)
            if self.full and hit and (self.ballast.exists() or "never" in self.states):
                raise sqlite3.OperationalError("database or disk is full")
            write(journal, changes)

        monkeypatch.setattr(Journal, "_write", writing)


@pytest.mark.parametrize("state", ["intent", "sending"])
def test_nothing_is_sent_where_it_can_not_be_written_down_first(
        at: Bench, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    at.order(take=9)
    at.until("committed")
    FullDisk(monkeypatch, at.home.path, {state})
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and "full" in outcome.text
    assert at.emulator.paid == 1, "only the order before"
    assert look(at.home)[0].state == "committed"


def test_the_id_of_a_paid_job_is_saved_with_the_room_kept_in_reserve(
        at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    at.order(take=9)
    assert (at.home.path / "ballast").stat().st_size == 4 << 20
    FullDisk(monkeypatch, at.home.path, {"submitted"})
    assert at.order().error is None
    assert not (at.home.path / "ballast").exists()
    assert at.until("committed").remote.id


def test_an_id_that_can_not_be_saved_at_all_is_told_to_the_person(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    FullDisk(monkeypatch, at.home.path, {"submitted", "never"})
    outcome = at.order()
    [job] = at.emulator.jobs
    assert isinstance(outcome.error, AjarError) and job in outcome.text


def test_a_full_disk_while_storing_leaves_it_to_be_fetched_again(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    put = Store.put

    def full(store: Store, content: Any, suffix: str = "") -> str:
        if isinstance(content, Path):
            raise AjarError("There is no room.", "Free some.") from OSError(errno.ENOSPC, "full")
        return put(store, content, suffix)

    monkeypatch.setattr(Store, "put", full)
    assert "no room" in at.order().text
    assert at.entry.state == "ready"
    monkeypatch.setattr(Store, "put", put)
    assert at.order().error is None
    assert at.emulator.paid == 1 and not list(at.home.blobs.rglob("*.part"))


def test_a_second_process_refuses_paid_work_only_while_the_first_lives(at: Bench) -> None:
    at.order()
    with pytest.raises(Refused, match="looks after the paid work"):
        Journal(at.home)
    at.lane.close()
    Journal(at.home).close()


def test_a_damaged_journal_is_made_again_from_its_record(at: Bench) -> None:
    at.order()
    before = at.entry
    at.lane.close()
    database = at.home.journal_db
    database.write_bytes(b"not a database at all" * 400)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    at.restart()
    assert at.order().error is None
    assert at.emulator.paid == 1 and at.entry.id == before.id
    assert list(at.home.path.glob("journal-damaged-*.db"))


def test_a_record_cut_off_in_a_line_loses_only_that_line(at: Bench) -> None:
    at.order()
    at.lane.close()
    lines = at.home.path / "orders.jsonl"
    lines.write_bytes(lines.read_bytes() + b'{"id": "ajar-half')
    [entry] = read_lines(lines).values()
    assert entry.state in ("fetched", "committed")


@pytest.mark.parametrize("damage", ["bit", "empty", "gone"])
def test_a_damaged_paid_result_is_fetched_again_and_not_paid_again(at: Bench, damage: str) -> None:
    at.order()
    path = Store(at.home.blobs).path(at.entry.files[0].digest)
    if damage == "gone":
        path.unlink()
    else:
        path.chmod(0o644)
        path.write_bytes(b"" if damage == "empty" else b"x" + path.read_bytes()[1:])
    at.restart()
    outcome = at.order()
    assert outcome.error is None and at.emulator.paid == 1
    assert Store(at.home.blobs).sound(at.entry.files[0].digest)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_a_day_changes_nothing(at: Bench, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    at.emulator.job_seconds = 0.5
    _, heard = at.begin()
    at.until("submitted")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + days * 86_400)
    assert heard.ended.wait(10) and heard.outcome.error is None
    assert at.emulator.paid == 1


def test_a_clock_put_back_between_sending_and_looking_waits_the_whole_lag(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(case("toylook"), tmp_path, monkeypatch, PACK, lag=1.0) as at:
        assert isinstance(at.emulator, Toys)
        at.emulator.lag = 0.6
        at.emulator.fail("reset_after")
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() - 86_400 * (at.emulator.paid > 0))
        assert at.order().error is None
        assert at.emulator.paid == 1


def test_a_provider_with_keys_is_never_in_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(case("toykey"), tmp_path, monkeypatch, PACK) as at:
        assert isinstance(at.emulator, Toys)
        at.emulator.keyed = True
        for take, kind in enumerate(("error_before", "error_after", "reset_before", "reset_after", "garbled")):
            at.emulator.fail(kind)  # type: ignore[arg-type]
            assert at.order(take=take).error is None, kind
        assert at.emulator.paid == 5


def test_a_network_that_is_away_for_a_while_costs_only_time(at: Bench) -> None:
    at.emulator.job_seconds = 0.4
    _, heard = at.begin()
    at.until("submitted")
    port = int(at.emulator.url.rpartition(":")[2])
    at.emulator.close()
    time.sleep(1.0)
    assert at.entry.state == "submitted" and not heard.ended.is_set()
    at.emulator.start(port)
    assert heard.ended.wait(10) and heard.outcome.error is None
    assert at.emulator.paid == 1


def test_a_provider_that_can_not_be_reached_is_not_paid(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.sending.REACH_FOR", 0.05)
    at.emulator.close()
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and "nothing was paid" in outcome.text
    assert at.entry.state == "intent"
    at.emulator.start(int(at.emulator.url.rpartition(":")[2]))
    assert at.order().error is None and len(look(at.home)) == 1


def test_a_storm_of_refusals_loses_none_of_a_hundred_jobs(at: Bench) -> None:
    at.emulator.fail(Fault("busy", times=60, seconds=0.02))
    heards = [at.begin(take=take)[1] for take in range(100)]
    for heard in heards:
        assert heard.ended.wait(60) and heard.outcome.error is None, heard.outcome
    assert at.emulator.paid == 100
    assert {entry.state for entry in look(at.home)} <= {"fetched", "committed"}


def test_orders_side_by_side_can_not_overshoot_a_cap_together(at: Bench) -> None:
    at.emulator.job_seconds = 0.5
    heards = [at.begin(take=take, caps={"day": 2.0})[1] for take in range(10)]
    for heard in heards:
        assert heard.ended.wait(20)
    refused = [heard.outcome for heard in heards if heard.outcome.error is not None]
    assert at.emulator.paid == 4, "four of half a dollar each"
    assert len(refused) == 6 and all(isinstance(one.error, Refused) and "today" in one.text for one in refused)


def test_what_was_agreed_to_is_never_exceeded(at: Bench) -> None:
    heards = [at.begin(take=take, allowance=Allowance(1.2))[1] for take in range(5)]
    for heard in heards:
        assert heard.ended.wait(20)
    assert at.emulator.paid == 2
    assert sum(isinstance(heard.outcome.error, Waiting) for heard in heards) == 3


def test_equal_orders_in_flight_are_one_order(at: Bench) -> None:
    heards = [at.begin(allowance=ANYTHING)[1] for _ in range(6)]
    for heard in heards:
        assert heard.ended.wait(20) and heard.outcome.error is None
    assert at.emulator.paid == 1


def test_closing_hears_the_answer_of_a_call_that_is_on_its_way(at: Bench) -> None:
    at.emulator.job_seconds = 60
    at.emulator.fail(Fault("slow", seconds=0.8))
    at.begin()
    at.until("sending")
    deadline = time.monotonic() + 5
    while not at.emulator.paid and time.monotonic() < deadline:  # before that nothing is on its way yet
        time.sleep(0.01)
    at.lane.close()
    assert at.entry.state == "submitted", "its id would have been lost"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_refuses_paid_work(tmp_path: Path) -> None:
    home = Home(tmp_path)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(AjarError):
            Journal(home)
    finally:
        tmp_path.chmod(0o755)
