"""What the fault matrix does not reach: xAI's pictures, which come in the answer itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError, Waiting
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.bench import Bench, bench
from tests.nodes.remote.cases.xai import CASES


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with bench(next(case for case in CASES if case.at_once), tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(("kind", "state", "paid"), [
    ("blocked", "blocked", 0), ("blocked_result", "blocked", 1), ("no_credit", "failed", 0), ("key", "failed", 0),
    ("lost", "unknown", 1), ("error_after", "unknown", 1), ("garbled", "unknown", 1), ("truncated", "unknown", 1)])
def test_what_goes_wrong_is_told_apart(at: Bench, kind: FaultKind, state: str, paid: int) -> None:
    at.emulator.fail(kind)
    outcome: Any = at.order()
    assert isinstance(outcome.error, AjarError)
    assert isinstance(outcome.error, Waiting) is (state == "unknown")
    assert (at.entry.state, at.emulator.paid) == (state, paid)


def test_a_picture_that_is_held_back_is_said_to_be_charged(at: Bench) -> None:
    at.emulator.fail("blocked_result")
    assert "charged all the same" in at.order().text
    assert at.entry.charged is True


def test_a_picture_says_what_it_cost(at: Bench) -> None:
    assert at.order().error is None
    assert at.entry.cost == pytest.approx(0.06) and at.entry.cost_source == "reported"
