"""Runs on a thread of their own: what was asked for last does not keep a closing window waiting."""

import time
from pathlib import Path
from typing import Any

import pytest

from workflows import edit
from workflows.graph import Graph
from workflows.launching import Finished, Launcher, Order
from workflows.settings import Home
from workflows.sound import plan_sound
from workflows.studio import Options, Studio


def test_what_is_still_being_planned_when_all_is_closed_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    with Studio.open(Home.open(tmp_path / "home")) as studio:
        launcher = Launcher(studio, lambda job, what: told.append(what))
        def slowly(*arguments: Any) -> Any:
            while not launcher._closed:
                time.sleep(0.001)
            return plan_sound(*arguments)

        monkeypatch.setattr("workflows.launching.plan_sound", slowly)
        graph = edit.add_node(Graph(), "text_join", at=(0, 0))
        launcher.launch(Order(1, graph, tmp_path / "a.json", Options()))
        launcher.close()
        assert not launcher._thread.is_alive()
    assert told == [Finished(None, stopped=True)]
