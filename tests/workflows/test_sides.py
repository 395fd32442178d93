"""Whose work is whose: told by the branch that a node lies in, and by the run where it lies in none."""

from pathlib import Path
from typing import Any

import pytest

from tests.toys import graph
from workflows.format import dump
from workflows.headless import main
from workflows.settings import Home
from workflows.sides import sides
from workflows.work import WorkLog


def test_what_lies_in_a_branch_is_of_that_side() -> None:
    made = graph(words=("whole", {}), cheap=("add", {"a": "@words"}), dear=("add", {"a": "@words"}),
                 s=("stage", {"draft": "@cheap", "final": "@dear", "pin": "final"}), end=("add", {"a": "@s"}))
    assert sides(made) == {"words": "draft", "cheap": "draft", "dear": "final"}
    assert not sides(graph(a=("whole", {}), b=("add", {"a": "@a"})))


def test_a_draft_that_the_final_begins_with_stays_a_draft() -> None:
    made = graph(take=("whole", {}), frame=("add", {"a": "@take"}), dear=("add", {"a": "@frame"}),
                 s=("stage", {"draft": "@take", "final": "@dear"}))
    assert sides(made) == {"take": "draft", "frame": "final", "dear": "final"}


def test_an_earlier_stage_leads_on_by_the_same_side_only() -> None:
    made = graph(sketch=("whole", {}), poster=("whole", {}), first=("stage", {"draft": "@sketch", "final": "@poster"}),
                 wan=("add", {"a": "@first"}), kling=("add", {"a": "@first"}),
                 second=("stage", {"draft": "@wan", "final": "@kling"}))
    found = sides(made)
    assert {name: found[name] for name in ("sketch", "wan", "poster", "kling")} == {
        "sketch": "draft", "wan": "draft", "poster": "final", "kling": "final"}


@pytest.mark.parametrize("stage", ["draft", "final"])
def test_takes_made_in_a_final_run_are_the_drafts_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                       stage: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    flux: dict[str, Any] = {"model": "builtin", "steps": 1}
    made = graph(take=("flux", {**flux, "prompt": "a red house"}), flip=("flip", {"image": "@take"}),
                 s=("stage", {"draft": "@take", "final": "@flip"}), other=("flux", {**flux, "prompt": "a blue star"}))
    Path("w.json").write_text(dump(made), "utf-8")
    assert main(["run", "w.json", "--stage", stage, "--json"]) == 0
    assert {piece.node: piece.stage for piece in WorkLog(Home(tmp_path / "home")).read()} == {
        "take": "draft", "other": stage}
