"""Looking ahead: what is wrong, cached, changed and missing, what a run costs, and that the window never waits."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ajar.fits import Fit
from canvas.desk import Desk
from canvas.document import Document
from canvas.forecast import Forecast
from canvas.foresight import Outlook, lane_of
from canvas.runner import Runner
from tests.canvas.running import LONG, opened, run, toy_runner, toy_studio, toys
from workflows import edit
from workflows.plain import build
from workflows.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        yield studio


@pytest.fixture
def runner(desk: Desk) -> Iterator[Runner]:
    with toy_runner(desk) as runner:
        yield runner


@pytest.fixture
def forecast(desk: Desk, runner: Runner) -> Iterator[Forecast]:
    forecast = Forecast(desk, runner)
    yield forecast
    forecast.close()


def seen(qtbot: QtBot, forecast: Forecast, document: Document) -> Outlook:
    """What is foreseen of the document as it is now."""
    qtbot.waitUntil(lambda: forecast.up_to_date(document), timeout=LONG)
    qtbot.waitUntil(lambda: not forecast._runner._drawing.isActive(), timeout=LONG)
    outlook = forecast.outlook(document)
    assert outlook is not None
    return outlook


def test_item_20_nodes_become_cached_and_changed_and_cached_again(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast,
) -> None:
    document = opened(desk, toys(n=("number", {"value": 41}), p=("paint", {"level": "@n"})))
    looks = desk.looks(document)
    assert seen(qtbot, forecast, document).nodes == 2 and looks.of("p").phase == "idle"
    run(qtbot, runner, document)
    qtbot.waitUntil(lambda: (outlook := forecast.outlook(document)) is not None and outlook.nodes == 0, timeout=LONG)
    assert looks.of("p").phase == "done"
    document.edit("Set", lambda made: edit.set_value(made, "n", "value", 42))
    assert seen(qtbot, forecast, document).nodes == 2
    assert (looks.of("p").phase, looks.of("p").word) == ("stale", "Changed")
    document.undo()
    assert seen(qtbot, forecast, document).nodes == 0
    assert looks.of("p").phase in ("done", "cached")


def test_after_a_restart_what_is_stored_is_shown_as_cached(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast,
) -> None:
    made = toys(p=("paint", {"level": 3}))
    run(qtbot, runner, opened(desk, made))
    again = opened(desk, made)
    seen(qtbot, forecast, again)
    assert desk.looks(again).of("p").phase == "cached" and desk.looks(again).of("p").word == "Cached"


def test_all_problems_are_told_and_a_broken_node_says_what_is_wrong(
    qtbot: QtBot, desk: Desk, forecast: Forecast,
) -> None:
    document = opened(desk, toys(a=("number", {"value": "three"}), b=("number", {"nonsense": 1}), c="number"))
    outlook = seen(qtbot, forecast, document)
    assert [problem.node for problem in outlook.errors] == ["a", "b"] and outlook.nodes == 1
    look = desk.looks(document).of("a")
    assert look.phase == "failed" and look.word == "Problem" and "whole number" in look.message and look.hint


def test_what_is_only_not_wired_yet_is_a_problem_but_no_red_node(qtbot: QtBot, desk: Desk, forecast: Forecast) -> None:
    document = opened(desk, toys(flip="flip"))
    assert [problem.input for problem in seen(qtbot, forecast, document).errors] == ["image"]
    assert desk.looks(document).of("flip").phase == "idle"


def test_a_missing_model_is_named_with_what_it_needs(qtbot: QtBot, desk: Desk, forecast: Forecast) -> None:
    made = toys(words=("prompt", {"text": "hills"}), real=("flux", {"prompt": "@words", "model": "FLUX.1-schnell"}),
                own=("flux", {"prompt": "@words"}))
    document = opened(desk, made)
    outlook = seen(qtbot, forecast, document)
    look = desk.looks(document).of("real")
    assert look.phase == "missing" and look.needs.startswith("Needs FLUX.1") and look.word == look.needs
    assert look.open is True and look.licence == "apache-2.0" and look.lane in ("GPU 0", "CPU") and look.message
    assert desk.looks(document).of("own").phase == "idle" and outlook.nodes == 1


def test_totals_are_free_and_say_when_the_time_is_not_known(
    qtbot: QtBot, desk: Desk, runner: Runner, forecast: Forecast,
) -> None:
    document = opened(desk, toys(p=("paint", {"level": 3, "pause": 0.3})))
    outlook = seen(qtbot, forecast, document)
    assert (outlook.cost, outlook.time, outlook.hosts, outlook.calls) == ("free", "time not known yet", (), 1)
    run(qtbot, runner, document)
    document.edit("Set", lambda made: edit.set_value(made, "p", "level", 4))
    assert seen(qtbot, forecast, document).time == "about 1 s"


def test_the_model_brings_its_licence_and_memory_to_the_totals(qtbot: QtBot, desk: Desk, forecast: Forecast) -> None:
    made = toys(words=("prompt", {"text": "hills"}), own=("flux", {"prompt": "@words"}))
    outlook = seen(qtbot, forecast, opened(desk, made))
    assert outlook.licence and outlook.commercial == "yes" and (outlook.memory or 0) > 1_000_000


def test_what_the_other_stage_needs_waits_for_it(qtbot: QtBot, desk: Desk, forecast: Forecast) -> None:
    made = toys(a=("number", {"value": 1}), b=("number", {"value": 2}), s=("stage", {"draft": "@a", "final": "@b"}),
                end=("number", {"value": "@s"}))
    document = opened(desk, made)
    seen(qtbot, forecast, document)
    looks = desk.looks(document)
    assert (looks.of("b").phase, looks.of("b").word, looks.of("a").phase) == ("other_stage", "Waits for Final", "idle")
    forecast.set_stage("final")
    qtbot.waitUntil(lambda: looks.of("a").word == "Waits for Draft", timeout=LONG)
    assert looks.of("b").phase == "idle"


def test_a_newer_edit_takes_the_place_of_an_older_look_ahead(qtbot: QtBot, desk: Desk, forecast: Forecast) -> None:
    document = opened(desk, toys(n=("number", {"value": 0})))
    seen(qtbot, forecast, document)
    told: list[object] = []
    forecast.told.connect(lambda _, outlook: told.append(outlook))
    for value in range(1, 30):
        document.edit("Set", partial(edit.set_value, name="n", key="value", value=value))
    seen(qtbot, forecast, document)
    assert len(told) <= 2


def test_nodes_of_a_group_are_foreseen_too(qtbot: QtBot, desk: Desk, forecast: Forecast) -> None:
    made, use = edit.make_group(toys(a=("number", {"value": 2}), b=("fail", {"value": "@a"})), ["a", "b"])
    document = opened(desk, made)
    assert set(seen(qtbot, forecast, document).facts) == {f"{use}/a", f"{use}/b"}


def test_the_worker_is_made_ready_once_and_only_where_a_graph_needs_it(
    qtbot: QtBot, desk: Desk, forecast: Forecast, monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(desk.studio._gpu, "prepare", asked.append)
    forecast.warm = True
    forecast._rest.setInterval(0)
    seen(qtbot, forecast, opened(desk, toys(n="number")))
    qtbot.wait(50)
    assert asked == []
    document = opened(desk, toys(words=("prompt", {"text": "hills"}), own=("flux", {"prompt": "@words"})))
    qtbot.waitUntil(lambda: asked == [["flux"]], timeout=LONG)
    document.edit("Set", lambda made: edit.set_value(made, "own", "seed", 3))
    seen(qtbot, forecast, document)
    qtbot.wait(50)
    assert asked == [["flux"]]


def test_without_a_graphics_card_no_card_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for here, word in ((True, "GPU 0"), (False, "CPU")):
        monkeypatch.setattr("canvas.foresight.has_card", lambda here=here: here)
        assert lane_of("gpu") == word and lane_of("cpu") == "CPU"


def test_how_a_model_lies_in_memory_is_known_before_it_runs(
    qtbot: QtBot, desk: Desk, forecast: Forecast, monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = build({"ajar": 1, "nodes": {"paint": {"type": "flux", "inputs": {"prompt": "a boat"}}}})
    document = opened(desk, graph)
    seen(qtbot, forecast, document)
    look = desk.looks(document).of("paint")
    assert look.fits is True and "all of it in memory" in look.memory
    tight = Fit("disk", 9 * 2**30, 2 * 2**30, False, "does not fit: even with its weights on the disk it needs 9.0 GB",
                ("Make it 48x48: 1.0 GB, all of it at once.",))
    monkeypatch.setattr(type(desk.studio.catalogue), "fit", lambda self, entry, arguments: tight)
    document.edit("Set", lambda made: edit.set_value(made, "paint", "prompt", "a red boat"))
    outlook = seen(qtbot, forecast, document)
    assert desk.looks(document).of("paint").fits is False
    told = next(problem for problem in outlook.problems if problem.node == "paint")
    assert told.severity == "warning" and "does not fit" in told.message and "48x48" in told.hint


def test_words_that_the_model_does_not_know_stand_on_its_card(
    qtbot: QtBot, desk: Desk, forecast: Forecast,
) -> None:
    graph = build({"ajar": 1, "nodes": {"paint": {"type": "flux", "inputs": {"prompt": "a gruffalo"}}}})
    document = opened(desk, graph)
    [told] = seen(qtbot, forecast, document).problems
    assert (told.node, told.input, told.severity) == ("paint", "prompt", "warning") and "gruffalo" in told.message
    assert desk.looks(document).of("paint").warning == 'Does not know "gruffalo"'
    document.edit("Set", lambda made: edit.set_value(made, "paint", "prompt", "a boat"))
    assert seen(qtbot, forecast, document).problems == () and not desk.looks(document).of("paint").warning
