"""What the fault matrix does not reach: MiniMax's first version, which says no with status 200."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar.errors import AjarError, Waiting
from nodes.remote.emulators.server import Fault, FaultKind
from tests.nodes.remote.bench import Bench, bench
from tests.nodes.remote.cases.minimax import CASES


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    case = next(case for case in CASES if case.node == "hailuo_video")
    with bench(case, tmp_path, monkeypatch) as made:
        yield made


def test_busy_with_status_200_is_asked_again_and_paid_once(at: Bench) -> None:
    at.emulator.fail(Fault("busy", times=2, seconds=0.05))
    assert at.order().error is None
    assert at.emulator.paid == 1
    assert sum(seen.method == "POST" for seen in at.emulator.requests) == 3


@pytest.mark.parametrize(("kind", "word"), [("no_credit", "credit"), ("key", "key"), ("blocked", "blocked")])
def test_a_no_with_status_200_is_said_and_nothing_is_tried_again(at: Bench, kind: FaultKind, word: str) -> None:
    at.emulator.fail(kind)
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and not isinstance(outcome.error, Waiting)
    assert word in outcome.text and at.emulator.paid == 0
    assert at.entry.state == ("blocked" if kind == "blocked" else "failed")
    assert sum(seen.method == "POST" for seen in at.emulator.requests) == 1


@pytest.mark.parametrize("kind", ["error_before", "error_after", "lost", "garbled"])
def test_an_error_inside_minimax_is_left_to_a_person(at: Bench, kind: FaultKind) -> None:
    at.emulator.fail(kind)
    assert isinstance(at.order().error, Waiting)
    assert isinstance(at.order().error, Waiting)
    assert at.entry.state == "unknown" and at.emulator.paid <= 1


@pytest.mark.parametrize("kind", ["odd_status", "poll_error", "expired", "truncated", "html"])
def test_trouble_on_the_way_to_the_film_changes_nothing(at: Bench, kind: FaultKind) -> None:
    at.emulator.fail(kind)
    assert at.order().error is None
    assert at.emulator.paid == 1


@pytest.mark.parametrize(("kind", "state"), [("failed", "failed"), ("blocked_result", "blocked"),
                                             ("forgotten", "failed")])
def test_how_it_ends_badly(at: Bench, kind: FaultKind, state: str) -> None:
    at.emulator.fail(kind)
    assert isinstance(at.order().error, AjarError)
    assert at.entry.state == state and at.emulator.paid == 1
