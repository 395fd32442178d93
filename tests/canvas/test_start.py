"""The real start of the window, in a process of its own: it comes up light, reaches for nothing, and goes cleanly."""

import sys
from pathlib import Path

import pytest

from tests.canvas.starting import Start, start

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "spandrel", "scipy"}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Start:
    return start(sys.executable, ROOT, tmp_path_factory.mktemp("start") / "home")


@pytest.mark.xdist_group("start")
def test_the_window_comes_up_with_the_starter_graph_and_leaves_with_0(started: Start) -> None:
    assert started.code == 0, started.said
    assert "Traceback" not in started.said and "Fatal" not in started.said and "QThread" not in started.said
    assert started.open == ("Hello picture",)
    print(f"{started.seconds:.1f} s of a processor")


@pytest.mark.xdist_group("start")
def test_before_a_run_is_asked_for_nothing_that_runs_models_is_loaded(started: Start) -> None:
    assert not started.packages & HEAVY


@pytest.mark.xdist_group("start")
def test_at_the_start_nothing_is_asked_over_a_network(started: Start) -> None:
    assert started.reached == ()
