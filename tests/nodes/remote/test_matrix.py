"""Every provider through every fault: paid for at most once, nothing lost, and a sentence for what can't be had."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tests.nodes.remote.cases as shelf
from ajar.errors import AjarError, Cancelled, Waiting
from ajar.values import Audio, Image, Video
from nodes.remote.emulators.server import Fault, FaultKind
from tests.nodes.remote.bench import KEY, Bench, Outcome, bench
from tests.nodes.remote.case import Case

KINDS: dict[str, type] = {"image": Image, "video": Video, "audio": Audio, "text": str}


def all_cases() -> list[Case]:
    names = sorted(module.name for module in pkgutil.iter_modules(shelf.__path__))
    return [case for name in names for case in importlib.import_module(f"{shelf.__name__}.{name}").CASES]


CASES = all_cases()
MAIN = list({case.provider: case for case in reversed(CASES)}.values())
"""One case a provider goes through all faults; the others only show that they work."""


def label(case: Any) -> str:
    return f"{case.provider}:{case.node}" if isinstance(case, Case) else str(case)


@pytest.fixture
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    case: Case = request.param
    with bench(case, tmp_path, monkeypatch) as made:
        yield made


each = pytest.mark.parametrize("at", MAIN, indirect=True, ids=label)
later = pytest.mark.parametrize("at", [case for case in MAIN if not case.at_once], indirect=True, ids=label)


def strike(at: Bench, kind: FaultKind, **options: Any) -> None:
    if kind in at.case.never:
        pytest.skip(f"{kind} can't happen at {at.case.provider}")
    at.emulator.fail(Fault(kind, **options))


def made(at: Bench, outcome: Outcome) -> Any:
    """The value a node gave; the order is written down as done, and paid once."""
    assert outcome.error is None, f"{outcome.error!r} {outcome.detail}"
    assert outcome.values is not None
    value = next(value for value in outcome.values if value is not None)
    assert isinstance(value, KINDS[at.case.gives])
    assert at.emulator.paid == 1
    assert at.until("committed").id
    return value


@pytest.mark.parametrize("at", CASES, indirect=True, ids=label)
def test_it_makes_what_it_says_and_a_second_time_from_the_store(at: Bench) -> None:
    made(at, at.order())
    before = at.entry
    assert before.cost is not None or before.high is None or at.provider.facts.local
    assert before.cost is None or before.cost_source in ("reported", "computed", "estimated")
    made(at, at.order())
    assert at.entry.id == before.id


@each
def test_another_take_is_another_order(at: Bench) -> None:
    at.order()
    assert at.order(take=1).error is None
    assert at.emulator.paid == 2


@each
def test_the_key_is_written_nowhere(at: Bench) -> None:
    at.order()
    kinds: tuple[FaultKind, ...] = ("key", "no_credit", "garbled")
    for number, kind in enumerate(kind for kind in kinds if kind not in at.case.never):
        at.emulator.fail(kind)
        outcome = at.order(take=number + 5)
        assert KEY not in outcome.text + outcome.detail
    at.lane.close()
    for file in at.home.path.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


@later
def test_a_process_that_ends_while_it_works_goes_on_where_it_was(at: Bench) -> None:
    at.emulator.job_seconds = 60
    at.begin()
    at.until("submitted")
    at.restart()
    at.emulator.advance(100)
    made(at, at.order())


@later
def test_a_stopped_job_is_stopped_there_too_where_that_is_possible(at: Bench) -> None:
    at.emulator.job_seconds = 60
    number, heard = at.begin()
    at.until("submitted")
    at.lane.cancel(number)
    assert heard.ended.wait(5) and isinstance(heard.outcome.error, Cancelled)
    assert heard.warnings, "nobody said what it means for the money"
    if at.provider.cancel is not None and at.provider.facts.stop == "yes":
        assert any(job.stopped for job in at.emulator.jobs.values())


@each
def test_a_busy_provider_is_asked_again_later(at: Bench) -> None:
    strike(at, "busy", times=2, seconds=0.05)
    outcome = at.order()
    if 429 in at.provider.facts.uncharged:
        made(at, outcome)
    else:
        assert isinstance(outcome.error, Waiting)
        assert at.entry.state == "unknown"


@each
@pytest.mark.parametrize("kind", ["error_before", "error_after", "reset_before", "reset_after", "lost", "garbled"])
def test_a_lost_answer_never_costs_twice(at: Bench, kind: FaultKind) -> None:
    strike(at, kind)
    outcome = at.order()
    if at.provider.facts.local:
        assert outcome.error is None, "what costs nothing is simply asked again"
        return
    assert at.emulator.paid <= 1
    if outcome.error is None:
        made(at, outcome)
        assert at.provider.facts.identity != "none"
        return
    assert isinstance(outcome.error, Waiting), outcome
    assert at.entry.state == "unknown"
    paid = at.emulator.paid
    again = at.order()
    assert isinstance(again.error, Waiting)
    at.restart()
    assert isinstance(at.order().error, Waiting)
    assert at.emulator.paid == paid


@each
@pytest.mark.parametrize("kind", ["blocked", "blocked_result"])
def test_what_is_blocked_is_blocked_and_not_tried_again(at: Bench, kind: FaultKind) -> None:
    strike(at, kind)
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and "blocked" in outcome.text, outcome
    assert at.entry.state == "blocked"
    assert len(at.emulator.jobs) <= 1


@each
@pytest.mark.parametrize("kind", ["no_credit", "key"])
def test_no_credit_or_a_wrong_key_is_said_and_nothing_is_tried_again(at: Bench, kind: FaultKind) -> None:
    strike(at, kind)
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and not isinstance(outcome.error, Waiting), outcome
    assert at.emulator.paid == 0 and at.entry.state == "failed"
    assert ("credit" if kind == "no_credit" else "key") in outcome.text


@later
def test_a_job_that_fails_is_said_to_have_failed(at: Bench) -> None:
    strike(at, "failed")
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and at.entry.state == "failed", outcome
    assert at.emulator.paid <= 1


@each
@pytest.mark.parametrize("kind", ["expired", "truncated", "html"])
def test_a_spoilt_download_is_fetched_again_not_ordered_again(at: Bench, kind: FaultKind) -> None:
    strike(at, kind)
    made(at, at.order())


@later
@pytest.mark.parametrize("kind", ["odd_status", "poll_error"])
def test_trouble_while_asking_changes_nothing(at: Bench, kind: FaultKind) -> None:
    strike(at, kind, times=2)
    made(at, at.order())


@later
def test_a_job_that_the_provider_forgot_is_not_ordered_again(at: Bench) -> None:
    strike(at, "forgotten")
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and at.entry.state == "failed", outcome
    assert at.emulator.paid == 1


@each
def test_nothing_is_sent_without_a_persons_word(at: Bench) -> None:
    from workflows.allowance import NOTHING

    if at.provider.facts.local:
        pytest.skip("it costs nothing")
    outcome = at.order(allowance=NOTHING)
    assert isinstance(outcome.error, Waiting)
    assert at.emulator.paid == 0 and not [seen for seen in at.emulator.requests if seen.method == "POST"]
