"""Pictures that come in the answer itself, when something is wrong with it: paid once, never ordered again alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError, Waiting
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.bench import Bench, bench
from tests.nodes.remote.case import Case
from tests.nodes.remote.cases import google, openai

CASES = [next(case for case in cases if case.at_once) for cases in (google.CASES, openai.CASES)]


@pytest.fixture(params=CASES, ids=lambda case: case.node)
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    case: Case = request.param
    with bench(case, tmp_path, monkeypatch) as made:
        yield made


def test_base64_that_is_cut_off_leaves_it_open_what_was_paid(at: Bench) -> None:
    at.emulator.fail("truncated")
    assert isinstance(at.order().error, Waiting)
    assert at.entry.state == "unknown"
    assert isinstance(at.order().error, Waiting)
    assert at.emulator.paid == 1


def test_a_web_page_instead_of_a_picture_is_not_ordered_anew(at: Bench) -> None:
    at.emulator.fail("html")
    outcome = at.order()
    assert isinstance(outcome.error, AjarError)
    assert "web page" in outcome.text
    assert isinstance(at.order().error, AjarError)
    assert at.emulator.paid == 1


@pytest.mark.parametrize(("kind", "state", "paid"), [
    ("blocked", "blocked", 0), ("blocked_result", "blocked", 1), ("no_credit", "failed", 0), ("key", "failed", 0),
    ("lost", "unknown", 1), ("error_after", "unknown", 1), ("reset_after", "unknown", 1), ("garbled", "unknown", 1)])
def test_what_goes_wrong_is_told_apart(at: Bench, kind: FaultKind, state: str, paid: int) -> None:
    at.emulator.fail(kind)
    outcome: Any = at.order()
    assert isinstance(outcome.error, AjarError)
    assert at.entry.state == state
    assert at.emulator.paid == paid


def test_a_busy_provider_is_asked_again(at: Bench) -> None:
    at.emulator.fail("busy")
    assert at.order().error is None
    assert at.emulator.paid == 1
