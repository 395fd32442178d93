"""What the fault matrix does not reach: Kling's older standard, its answers at once, and two orders of one node."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar.errors import Waiting
from ajar.values import Video
from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.bench import Bench, bench
from tests.nodes.remote.case import Case
from tests.nodes.remote.cases.kling import CASES, FILM, voice
from workflows.allowance import Allowance

LIPS = Case("kling", KlingEmulator, "kling_lip_sync", lambda: {"film": FILM, "voice": voice()}, "video")


@pytest.fixture
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    wanted = {case.node: case for case in [*CASES, LIPS]}[request.param]
    with bench(wanted, tmp_path, monkeypatch) as made:
        yield made


def of(node: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("at", [node], indirect=True)


@of("kling_image")
@pytest.mark.parametrize("kind", ["error_after", "reset_after", "lost", "garbled"])
def test_a_picture_whose_answer_was_lost_is_found_by_its_name(at: Bench, kind: FaultKind) -> None:
    at.emulator.fail(kind)
    assert at.order().error is None
    assert at.emulator.paid == 1


@of("kling_image")
def test_a_picture_that_was_never_accepted_is_left_to_a_person(at: Bench) -> None:
    at.emulator.fail("error_before")
    assert isinstance(at.order().error, Waiting)
    assert at.entry.state == "unknown" and at.emulator.paid == 0


@of("kling_speech")
@pytest.mark.parametrize("kind", ["error_after", "lost", "garbled"])
def test_speech_whose_answer_was_lost_is_left_to_a_person(at: Bench, kind: FaultKind) -> None:
    at.emulator.fail(kind)
    assert isinstance(at.order().error, Waiting)
    assert isinstance(at.order().error, Waiting)
    assert at.entry.state == "unknown" and at.emulator.paid == 1


@of("kling_lip_sync")
def test_lips_are_two_orders_each_paid_once(at: Bench) -> None:
    found = at.order()
    assert found.error is None and found.values is not None and isinstance(found.values[0], Video)
    assert at.order().error is None
    assert [job.data["route"] for job in at.emulator.jobs.values()] == [
        "videos/identify-face", "videos/advanced-lip-sync"]


@of("kling_lip_sync")
def test_lips_go_on_after_the_process_has_ended(at: Bench) -> None:
    at.emulator.job_seconds = 60
    at.begin()
    at.until("submitted")
    at.restart()
    at.emulator.advance(100)
    assert at.order().error is None
    assert at.emulator.paid == 2


@of("kling_lip_sync")
def test_the_second_order_needs_a_word_of_its_own(at: Bench) -> None:
    outcome = at.order(allowance=Allowance(0.01))
    assert isinstance(outcome.error, Waiting) and "$0.84" in outcome.text
    assert at.emulator.paid == 1
    assert at.order(allowance=Allowance(1.0)).error is None
    assert at.emulator.paid == 2
