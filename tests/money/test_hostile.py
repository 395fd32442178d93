"""Attempts to make Ajar pay twice, pay too much, pay after a person said stop, or lose what was paid for."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError, Cancelled, Refused, Waiting, WorkflowError
from ajar.remote import Call, Made, State
from nodes.remote.emulators.server import Fault, Problem
from tests.money.emulator import Toys
from tests.money.toys import BY_NAME
from tests.nodes.remote.bench import Bench, bench
from tests.nodes.remote.case import Case
from workflows import money, parts
from workflows.allowance import NOTHING
from workflows.entries import Entry
from workflows.journal import Journal, look
from workflows.ledger import read_ledger
from workflows.settings import Home
from workflows.settling import resume_all, settle_again, settle_forget, settle_ran
from workflows.store import Store

PACK = Path(__file__).parent / "toys.py"


def case(kind: str = "toy") -> Case:
    return Case(kind, Toys, "toys/film", lambda: {"text": "a film", "by": kind}, "image")


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with bench(case(), tmp_path, monkeypatch, PACK) as made:
        yield made


def undecided(at: Bench) -> Entry:
    """An order of which nobody knows whether it was accepted; it was."""
    at.emulator.fail("reset_after")
    assert isinstance(at.order().error, Waiting)
    return at.until("unknown")


# --- after a person said stop -----------------------------------------------------------------------------------------


def test_nothing_is_sent_for_a_node_that_was_stopped_while_its_pictures_were_made_ready(
        at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    at.order(take=9)  # the loop runs
    encoding, go_on, make = threading.Event(), threading.Event(), parts.make_parts

    def slow(*given: Any) -> Any:
        encoding.set()
        go_on.wait(5)
        return make(*given)

    monkeypatch.setattr(money, "make_parts", slow)
    number, heard = at.begin()
    assert encoding.wait(5)
    at.lane.cancel(number)
    go_on.set()
    assert heard.ended.wait(5) and isinstance(heard.outcome.error, Cancelled)
    time.sleep(0.3)
    assert at.emulator.paid == 1, "only the order before"


def test_nothing_is_sent_for_a_node_that_was_stopped_while_it_waited_for_its_turn(at: Bench) -> None:
    at.emulator.fail(Fault("busy", times=1, seconds=0.5))
    number, heard = at.begin()
    at.until("intent")
    deadline = time.monotonic() + 5
    while not any("busy" in note for note in heard.notes) and time.monotonic() < deadline:
        time.sleep(0.01)
    at.lane.cancel(number)
    assert heard.ended.wait(5) and isinstance(heard.outcome.error, Cancelled)
    assert at.until("cancelled").cost == 0
    assert at.emulator.paid == 0


def test_run_again_at_once_after_a_stop_orders_anew(at: Bench) -> None:
    at.emulator.job_seconds = 60
    number, _ = at.begin()
    at.until("submitted")
    at.lane.cancel(number)
    _, heard = at.begin()
    deadline = time.monotonic() + 5
    while at.emulator.paid < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    at.emulator.job_seconds = 0
    assert heard.ended.wait(10)
    if heard.outcome.error is not None:  # it was quicker than the stop
        assert at.order().error is None
    assert at.emulator.paid == 2 and sum(job.stopped for job in at.emulator.jobs.values()) == 1


def test_a_stop_says_what_it_means_before_the_node_ends(at: Bench) -> None:
    at.emulator.job_seconds = 60
    number, heard = at.begin()
    at.until("submitted")
    at.lane.cancel(number)
    assert heard.ended.wait(5)
    assert heard.warnings, "who ends with the run would never hear it"


def test_leaving_does_not_wait_for_a_look_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(case("toylook"), tmp_path, monkeypatch, PACK, lag=60.0) as at:
        at.emulator.fail("reset_before")
        _, heard = at.begin()
        deadline = time.monotonic() + 5
        while not any("looking" in note for note in heard.notes) and time.monotonic() < deadline:
            time.sleep(0.01)
        begin = time.monotonic()
        at.lane.close()
        assert time.monotonic() - begin < 3
        assert at.entry.state == "sending", "the next start goes on looking"


# --- budgets ----------------------------------------------------------------------------------------------------------


def test_what_could_not_be_sent_takes_nothing_from_a_budget(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.sending.REACH_FOR", 0.02)
    monkeypatch.setattr("workflows.gate.REST", 0.05)
    port = int(at.emulator.url.rpartition(":")[2])
    at.emulator.close()
    for take in range(5):
        assert "nothing was paid" in at.order(take=take, caps={"day": 0.5}).text
    assert read_ledger(at.home).total.spent == 0
    at.emulator.start(port)
    assert at.order(take=7, caps={"day": 0.5}).error is None
    at.restart()
    assert isinstance(at.order(take=8, caps={"day": 0.5}).error, Refused)


def test_what_an_earlier_process_spent_counts(at: Bench) -> None:
    assert at.order(caps={"month": 1.0}).error is None
    at.restart()
    assert at.order(take=1, caps={"month": 1.0}).error is None
    at.restart()
    assert isinstance(at.order(take=2, caps={"month": 1.0}).error, Refused)
    assert at.emulator.paid == 2


@pytest.mark.parametrize("usd", [float("nan"), float("-inf"), -5.0, 1e12])
def test_a_cost_that_is_no_number_does_not_disarm_a_cap(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usd: float) -> None:
    from ajar.remote import Answer, Cost, Job, Order

    def accepted(answer: Answer, order: Order) -> Job:
        return Job(str(answer.object()["id"]), cost=Cost(usd))

    with bench(case(), tmp_path, monkeypatch, PACK) as at:
        toy = replace(BY_NAME["toy"], accepted=accepted)
        monkeypatch.setitem(at._type.function.__globals__["BY_NAME"], "toy", toy)
        at.emulator.job_seconds = 60
        at.begin(caps={"day": 0.6})
        at.until("submitted")
        assert isinstance(at.order(take=1, caps={"day": 0.6}).error, Refused)
        assert at.emulator.paid == 1


def test_what_was_forgotten_may_have_been_charged(at: Bench) -> None:
    forgotten = settle_forget(at.lane, undecided(at))
    assert forgotten.counts == 0.5
    ledger = read_ledger(at.home)
    assert ledger.charges[0].actual is None and ledger.total.unknown == 1
    assert isinstance(at.order(take=1, caps={"day": 0.9}).error, Refused)


# --- a person's word --------------------------------------------------------------------------------------------------


def test_sent_again_by_a_persons_word_it_is_one_new_order(at: Bench) -> None:
    settle_again(at.lane, undecided(at))
    assert isinstance(at.order(allowance=NOTHING).error, Waiting), "it costs anew, and nobody has agreed to that"
    assert at.order().error is None
    assert at.order().error is None
    assert at.emulator.paid == 2 and len(look(at.home)) == 2


def test_a_wrong_id_settles_nothing(at: Bench) -> None:
    entry = undecided(at)
    with pytest.raises(WorkflowError, match="knows no job toy-999"):
        settle_ran(at.lane, BY_NAME, entry, "toy-999")
    assert at.entry.state == "unknown"
    assert isinstance(at.order().error, Waiting) and at.emulator.paid == 1
    [job] = at.emulator.jobs
    assert settle_ran(at.lane, BY_NAME, at.entry, f" {job} ").error is None
    assert at.order().error is None and at.emulator.paid == 1


def test_where_an_id_alone_does_not_help_that_is_said(at: Bench) -> None:
    """Some providers give an address with each job, and know nothing of it elsewhere."""
    entry = undecided(at)

    def poll(jobs: Any) -> Any:
        yield Call("GET", jobs[0].urls["poll"])

    toy = {"toy": replace(BY_NAME["toy"], poll=poll)}
    with pytest.raises(AjarError, match="by its id alone"):
        settle_ran(at.lane, toy, entry, next(iter(at.emulator.jobs)))
    assert at.entry.state == "unknown"


def test_the_id_of_another_order_is_refused(at: Bench) -> None:
    at.order(take=3)
    entry = undecided(at)
    with pytest.raises(WorkflowError, match="belongs to the order"):
        settle_ran(at.lane, BY_NAME, entry, next(iter(at.emulator.jobs)))
    assert at.entry.state == "unknown"


def test_a_result_that_was_found_counts_more_than_a_younger_failure(at: Bench) -> None:
    first = undecided(at)
    settle_again(at.lane, first)
    at.emulator.fail("failed")
    at.emulator.fail("forgotten")
    assert isinstance(at.order().error, AjarError)
    lost = next(entry for entry in look(at.home) if entry.id == first.id)
    at.lane.do(at.lane.money.decide(lost, state="unknown"))
    assert settle_ran(at.lane, BY_NAME, replace(lost, state="unknown"), next(iter(at.emulator.jobs))).error is None
    paid = at.emulator.paid
    assert at.order().error is None and at.emulator.paid == paid


# --- places and keys --------------------------------------------------------------------------------------------------


def test_a_real_job_is_not_asked_for_at_a_stand_in(at: Bench) -> None:
    at.emulator.job_seconds = 60
    at.begin()
    entry = at.until("submitted")
    at.lane.do(at.lane.money.decide(entry, emulated=False, host="https://toys.example"))
    at.restart()
    [found] = resume_all(at.lane, BY_NAME, [at.entry])
    assert isinstance(found.error, Refused) and "AJAR_TOY_URL" in str(found.error)
    assert at.entry.state == "submitted", "a stand-in that does not know it would have made it a lost one"


def test_a_stand_ins_job_is_not_asked_for_elsewhere(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    at.emulator.job_seconds = 60
    at.begin()
    at.until("submitted")
    at.restart()
    monkeypatch.delenv("AJAR_TOY_URL")
    [found] = resume_all(at.lane, BY_NAME, [at.entry])
    assert isinstance(found.error, Refused) and "stand-in" in found.error.message
    assert at.lane.money.transport.contacted() == {}


def test_with_another_key_a_paid_job_waits_for_its_own(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    at.emulator.job_seconds = 60
    at.begin()
    at.until("submitted")
    at.restart()
    monkeypatch.setenv("AJAR_TOY_KEY", "another-key-entirely")
    outcome = at.order()
    assert isinstance(outcome.error, Refused) and "another key" in outcome.text
    assert at.entry.state == "submitted"


# --- providers that behave oddly --------------------------------------------------------------------------------------


def test_a_job_that_is_not_found_for_a_moment_is_not_lost(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, asked = Toys._ask, []

    def late(emulator: Toys, seen: Any, groups: dict[str, str]) -> Any:
        asked.append(1)
        if len(asked) < 3:
            raise Problem(404, "no such task")
        return ask(emulator, seen, groups)

    monkeypatch.setattr(Toys, "_ask", late)
    assert at.order().error is None and at.emulator.paid == 1


def test_a_damaged_result_that_came_inside_an_answer_is_asked_for_again(
        at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes.remote.emulators.samples import picture

    def poll(jobs: Any) -> Any:
        answer = yield Call("GET", f"/jobs/{jobs[0].id}")
        phase = answer.object()["status"]
        return {jobs[0].id: State(phase, files=(Made("image/png", data=picture("x")),) if phase == "done" else ())}

    monkeypatch.setitem(at._type.function.__globals__["BY_NAME"], "toy", replace(BY_NAME["toy"], poll=poll))
    assert at.order().error is None
    [file] = at.until("committed").files
    Store(at.home.blobs).path(file.digest).unlink()
    at.restart()
    assert at.order().error is None
    assert at.until("committed").files == (file,) and at.emulator.paid == 1


def test_a_full_disk_gives_its_reserve_to_a_result_that_is_nowhere_else(
        at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes.remote.emulators.samples import picture

    put, ballast = Store.put, at.home.path / "ballast"

    def full(store: Store, content: Any, suffix: str = "") -> str:
        if ballast.exists():
            raise AjarError("There is no room.", "Free some.")
        return put(store, content, suffix)

    def accepted(answer: Any, order: Any) -> State:
        return State("done", files=(Made("image/png", data=picture("x")),))

    at.order(take=9)
    monkeypatch.setitem(at._type.function.__globals__["BY_NAME"], "toy", replace(BY_NAME["toy"], accepted=accepted))
    monkeypatch.setattr(Store, "put", full)
    assert at.order().error is None and at.emulator.paid == 2 and not ballast.exists()


def test_what_costs_nothing_and_fails_says_so_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of one's own that always answers 500 is nothing for a person to decide."""
    with bench(case(), tmp_path, monkeypatch, PACK) as at:
        toy = replace(BY_NAME["toy"])
        toy.__dict__["facts"] = replace(BY_NAME["toy"].facts, local=True)
        monkeypatch.setitem(at._type.function.__globals__["BY_NAME"], "toy", toy)
        at.emulator.fail(Fault("error_before", times=99))
        outcome = at.order()
        assert isinstance(outcome.error, AjarError) and not isinstance(outcome.error, Waiting), outcome
        assert "costs nothing" in outcome.text
        assert at.entry.state == "failed" and at.entry.cost == 0 and len(at.emulator.requests) < 10


def test_a_provider_that_is_busy_for_ever_is_not_waited_for_for_ever(
        at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.sending.BUSY_FOR", 0.3)
    at.emulator.fail(Fault("busy", times=999, seconds=0.05))
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and "busy all the time" in outcome.text
    assert at.emulator.paid == 0 and read_ledger(at.home).total.spent == 0


def test_an_old_key_is_not_trusted_to_mean_the_same_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(case("toykey"), tmp_path, monkeypatch, PACK) as at:
        at.emulator.fail("reset_after")
        at.emulator.fail(Fault("error_before", times=50))
        at.begin()
        at.until("sending")
        deadline = time.monotonic() + 5
        while at.emulator.paid < 1 and time.monotonic() < deadline:
            time.sleep(0.01)
        at.restart()
        at.emulator.faults.clear()
        entry = at.entry
        at.lane.do(at.lane.money.decide(entry, sent=time.time() - 2 * 86_400))
        assert isinstance(at.order().error, Waiting)
        assert at.emulator.paid == 1 and at.entry.state == "unknown"


def test_two_followers_of_one_job_both_end(at: Bench) -> None:
    at.emulator.job_seconds = 0.5
    _, heard = at.begin()
    entry = at.until("submitted")
    watches = at.lane.money._outcomes._watches
    deadline = time.monotonic() + 5
    while "toy" not in watches and time.monotonic() < deadline:  # "submitted" is written down before anyone waits
        time.sleep(0.01)
    watch = watches["toy"]
    state = at.lane.do(watch.until_ended(entry.remote, lambda state: None), 10)
    assert state.phase == "done"
    assert heard.ended.wait(10) and heard.outcome.error is None


def test_a_journal_of_early_days_is_read(tmp_path: Path) -> None:
    import sqlite3

    from workflows.entries import to_json

    home = Home.open(tmp_path)
    old = Entry("ajar-1", "k", "toy", "committed", cell="c", high=2.0, cost=1.5, made=time.time(), project="p")
    database = sqlite3.connect(home.journal_db)
    database.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, key TEXT NOT NULL, cell TEXT NOT NULL, "
                     "state TEXT NOT NULL, made REAL NOT NULL, body TEXT NOT NULL)")
    database.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)",
                     ("ajar-1", "k", "c", "committed", old.made, to_json(old)))
    database.commit()
    database.close()
    journal = Journal(home)
    try:
        assert journal.best("k") == old
        days, projects = journal.spent(old.made - 1)
        assert [spent for *_, spent in days] == [1.5] and projects == [(False, "p", 1.5)]
    finally:
        journal.close()
    if hasattr(home.journal_db, "chmod"):
        assert home.journal_db.stat().st_mode & 0o077 == 0, "prompts are nobody else's business"
