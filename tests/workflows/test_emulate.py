"""``ajar emulate``: who can be played, and what can be made to go wrong."""

import pytest

from ajar.errors import WorkflowError
from workflows.headless import main
from workflows.studio import emulators, start_emulator


def test_it_lists_who_can_be_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulate"]) == 0
    assert {"kling", "bfl", "ollama"} <= set(capsys.readouterr().out.split())


def test_nobody_that_is_not_there_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulate", "midjourney"]) == 2
    assert "There is no emulator" in capsys.readouterr().err


def test_faults_wait_for_the_first_order_and_others_are_refused() -> None:
    with start_emulator("kling", 0, 1.0, ["lost", "expired"]) as emulator:
        assert emulator.base.startswith("http://127.0.0.1:") and emulator.paid == 0
        assert {fault.kind for fault in emulator.faults} == {"lost", "expired"}
    with pytest.raises(WorkflowError, match="no fault called"):
        start_emulator("kling", 0, 1.0, ["earthquake"])
    assert "kling" in emulators()
