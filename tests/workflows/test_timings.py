"""Times are guessed from what was measured, by type and model, also after a restart."""

from pathlib import Path

from tests.toys import graph, planned
from workflows.plan import Step
from workflows.settings import Home
from workflows.timings import KEPT, Timings


def step(kind: str = "costly_count") -> Step:
    return planned(graph(a=kind)).steps["a"]


def test_the_median_of_the_latest_is_guessed_also_after_a_restart(tmp_path: Path) -> None:
    timings = Timings(Home(tmp_path))
    assert timings.guess(step()) is None
    for seconds in (90.0, *([10.0] * (KEPT // 2)), *([12.0] * (KEPT // 2 + 1))):
        timings.note(step(), seconds)
    assert timings.guess(step()) == 12.0
    timings.save()
    assert Timings(Home(tmp_path)).guess(step()) == 12.0


def test_what_takes_no_time_is_not_worth_a_guess(tmp_path: Path) -> None:
    timings = Timings(Home(tmp_path))
    timings.note(step("add"), 0.001)
    assert timings.guesses({"a": step("add")}) == {}
    timings.save()
    assert not (tmp_path / "timings.json").exists()


def test_a_damaged_file_costs_only_the_guesses(tmp_path: Path) -> None:
    (tmp_path / "timings.json").write_text('{"x": 3, "y": [1', "utf-8")
    timings = Timings(Home(tmp_path))
    timings.note(step(), 3.0)
    timings.save()
    assert Timings(Home(tmp_path)).guess(step()) == 3.0
