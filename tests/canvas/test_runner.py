"""Runs in the window: the queue, what the nodes show, stop, more takes, choices, what survives a restart."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ajar.pictures import read_about
from ajar.values import Image
from canvas.desk import Desk
from canvas.document import Document
from canvas.jobs import Job
from canvas.runner import Runner
from canvas.standing import PART
from tests.canvas.running import LONG, Said, opened, run, toy_runner, toy_studio, toys
from workflows import edit
from workflows.problems import Problem
from workflows.runs import history
from workflows.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        yield studio


@pytest.fixture
def runner(desk: Desk) -> Iterator[Runner]:
    with toy_runner(desk) as runner:
        yield runner


def is_busy(runner: Runner) -> bool:
    return runner.busy


def line_of(runner: Runner) -> tuple[Job, ...]:
    return runner.jobs


def test_a_run_shows_on_its_nodes_and_the_second_one_comes_from_the_cache(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    document = opened(desk, toys(n=("number", {"value": 41}), p=("paint", {"level": "@n"})))
    looks = desk.looks(document)
    assert run(qtbot, runner, document) == "done"
    qtbot.waitUntil(lambda: looks.of("p").picture is not None and not looks.of("p").preview)
    assert (looks.of("p").phase, looks.of("n").phase) == ("done", "done")
    assert looks.of("p").text == "64 × 36" and looks.of("n").text == "41"
    picture = looks.of("p").picture
    assert picture is not None and picture.pixelColor(3, 3).red() == 41
    assert run(qtbot, runner, document) == "done"
    assert looks.of("p").phase == "cached" and looks.of("p").word == "Cached"


def test_a_preview_is_shown_while_a_node_works(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(p=("paint", {"level": 9, "pause": 0.3})))
    seen: list[tuple[str, bool, str]] = []
    looks = desk.looks(document)
    looks.changed.connect(lambda _: seen.append((looks.of("p").phase, looks.of("p").preview, looks.of("p").note)))
    run(qtbot, runner, document)
    assert ("running", True, "step 1 of 2") in seen and seen[-1][:2] == ("done", False)


def test_item_20_nodes_show_queued_running_done_failed_and_what_to_do(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    document = opened(desk, toys(a=("slow", {"seconds": 0.3}), b=("number", {"value": "@a"}),
                                 c=("fail", {"value": "@b"})))
    looks = desk.looks(document)
    phases: dict[str, list[str]] = {"a": [], "b": [], "c": []}

    def note(names: object) -> None:
        assert isinstance(names, set)
        for name in names:
            phases[name].append(looks.of(name).phase)

    looks.changed.connect(note)
    assert run(qtbot, runner, document) == "failed"
    assert phases["a"][0] in ("queued", "running") and "running" in phases["a"] and phases["a"][-1] == "done"
    assert "queued" in phases["b"] and phases["c"][-1] == "failed"
    assert looks.of("c").word == "Failed" and looks.of("c").message == "The number 1 is not liked."
    assert looks.of("c").hint == "Take another one."
    assert [problem.node for problem in runner.failures(document)] == ["c"]


def test_item_41_only_the_chosen_nodes_run_and_what_they_need(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(a=("number", {"value": 2}), b=("number", {"value": "@a"}), c="fail"))
    assert run(qtbot, runner, document, "b") == "done"
    looks = desk.looks(document)
    assert (looks.of("a").phase, looks.of("b").phase, looks.of("c").phase) == ("done", "done", "idle")


def test_item_41_stop_ends_a_run_and_what_was_finished_is_kept(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document, said = opened(desk, toys(a=("number", {"value": 5}), b=("slow", {"value": "@a"}))), Said(desk)
    runner.run(document)
    qtbot.waitUntil(lambda: desk.looks(document).of("b").phase == "running", timeout=LONG)
    assert is_busy(runner) and runner.jobs[0].state == "running"
    with qtbot.waitSignal(runner.ended, timeout=LONG) as blocker:
        runner.stop()
    assert (blocker.args[1], is_busy(runner), len(runner.jobs)) == ("cancelled", False, 0)
    qtbot.waitUntil(lambda: desk.looks(document).of("b").phase == "idle")
    assert said.lines[-1][1] == "What was finished is kept."


def test_stop_pressed_twice_does_not_wait_for_a_node_that_does_not_listen(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    document = opened(desk, toys(a="held"))
    runner.run(document)
    qtbot.waitUntil(lambda: desk.looks(document).of("a").phase == "running", timeout=LONG)
    with qtbot.waitSignal(runner.ended, timeout=1500) as blocker:
        runner.stop()
        assert runner.jobs[0].state == "stopping"
        runner.stop()
    assert blocker.args[1] == "cancelled"


def test_an_edit_during_a_run_does_not_disturb_it(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(a=("slow", {"seconds": 0.4, "value": 6}), b=("number", {"value": "@a"})))
    with qtbot.waitSignal(runner.ended, timeout=LONG) as blocker:
        runner.run(document)
        assert document.edit("Remove", lambda made: edit.remove_node(made, "b"))
        assert document.edit("Set", lambda made: edit.set_value(made, "a", "value", 7))
    assert blocker.args[1] == "done"
    assert [past.status for past in history(desk.studio.home)] == ["done"]
    assert history(desk.studio.home)[0].ran == 2


def test_several_runs_wait_in_a_queue_that_can_be_reordered_paused_and_cut(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    one, two = opened(desk, toys(a="slow")), opened(desk, toys(b=("number", {"value": 3})))
    runner.run(one)
    for _ in range(3):
        runner.run(two)
    last = runner.run(two, ["b"], front=True)
    assert last is not None and [job.place for job in runner.jobs] == [1, 2, 3, 4, 5]
    assert runner.jobs[1].id == last.id and runner.jobs[1].what == "Number"
    runner.move(last.id, 4)
    assert runner.jobs[-1].id == last.id
    runner.remove(last.id)
    assert len(line_of(runner)) == 4
    runner.pause()
    with qtbot.waitSignal(runner.ended, timeout=LONG):
        runner.stop()
    assert len(line_of(runner)) == 3 and not is_busy(runner)
    runner.pause(False)
    qtbot.waitUntil(lambda: runner.jobs == (), timeout=LONG)
    assert desk.looks(two).of("b").text == "3"


def test_what_is_sound_runs_and_the_rest_is_listed_as_problems(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    made = toys(good=("number", {"value": 8}), lost="missing/node", end=("number", {"value": "@lost"}))
    document, said = opened(desk, made), Said(desk)
    assert run(qtbot, runner, document) == "done"
    assert desk.looks(document).of("good").text == "8"
    assert said.lines[-1][1] == "1 part can't run yet; see Problems."
    assert {problem.node for problem in runner.problems(document)} == {"lost"}


def test_a_graph_in_which_nothing_can_run_says_why(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document, said = opened(desk, toys(lost="missing/node")), Said(desk)
    assert run(qtbot, runner, document) == "failed"
    assert "missing/node" in said.lines[-1][0] and not is_busy(runner)


def test_a_node_with_a_fault_says_where_the_details_are(
    qtbot: QtBot, desk: Desk, runner: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    document, said = opened(desk, toys(a="faulty")), Said(desk)
    assert run(qtbot, runner, document) == "failed"
    message, hint = said.lines[-1]
    assert "ZeroDivisionError" in message and hint.startswith("The details are in ")
    log = Path(hint.removeprefix("The details are in ").removesuffix("."))
    assert "division by zero" in log.read_text("utf-8") and "Traceback" not in desk.looks(document).of("a").message


def test_an_empty_board_says_what_to_do(desk: Desk, runner: Runner, document: Document) -> None:
    said = Said(desk)
    assert runner.run(document) is None
    assert said.lines == [("There is nothing to run yet.", "Press Tab on the board to add a node.")]


def test_a_node_that_asks_is_shown_as_waiting_and_choosing_runs_on(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(n=("several", {"n": 3}), c=("choose", {"items": "@n", "choice": "ask"}),
                                 end=("number", {"value": "@c"})))
    asked: list[str] = []
    runner.asked.connect(lambda _, node: asked.append(node))
    assert run(qtbot, runner, document) == "waiting"
    assert asked == ["c"] and runner.choices(document, "c") == (0, 1, 2)
    assert desk.looks(document).of("c").phase == "waiting"
    with qtbot.waitSignal(runner.ended, timeout=LONG) as blocker:
        runner.picks.choose(document, "c", 2)
    assert blocker.args[1] == "done" and desk.looks(document).of("end").text == "2"
    assert document.graph.nodes["c"].inputs["choice"] == 2
    document.undo()
    assert document.graph.nodes["c"].inputs["choice"] == "ask"


def test_more_takes_run_only_that_node_with_other_seeds(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(n=("number", {"value": 1}), p=("paint", {"level": "@n", "seed": "@n"}),
                                 broken=("fail", {"value": "@p"})))
    before = document.graph
    takes: list[object] = []
    runner.taken.connect(takes.append)
    jobs = runner.picks.more(document, "p", 4)
    assert [job.what for job in jobs] == [f"Paint, take {number}" for number in (1, 2, 3, 4)]
    qtbot.waitUntil(lambda: len(takes) == 4 and runner.jobs == (), timeout=LONG)
    kept = runner.takes.of(document.key, "p")
    assert len({take.seed for take in kept}) == 4 and [take.number for take in kept] == [1, 2, 3, 4]
    assert document.graph is before and not runner.failures(document)


def test_more_of_a_node_without_a_seed_takes_other_take_numbers(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(p=("seedless", {"level": 3})))
    runner.picks.more(document, "p", 2)
    qtbot.waitUntil(lambda: len(runner.takes.of(document.key, "p")) == 2, timeout=LONG)
    assert {take.settings["_take"] for take in runner.takes.of(document.key, "p")} == {1, 2}


def test_every_fresh_picture_becomes_a_take_that_says_how_it_was_made(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    document = opened(desk, toys(p=("paint", {"level": 30, "seed": 12})))
    run(qtbot, runner, document)
    run(qtbot, runner, document)
    qtbot.waitUntil(lambda: len(runner.takes.of(document.key, "p")) == 1, timeout=LONG)
    [take] = runner.takes.of(document.key, "p")
    assert (take.kind, take.width, take.height, take.seed, take.title) == ("image", 64, 36, 12, "Paint")
    assert take.settings["level"] == 30 and take.seconds is not None and take.cost == 0.0
    about = json.loads(read_about(take.path) or "")
    assert about["seeds"] == {"p": 12} and "p" in about["graph"]["nodes"]
    assert Image.open(take.path).array[0, 0, 0] == 42


def test_save_nodes_save_beside_the_workflow_and_nothing_else_is_written(
    qtbot: QtBot, desk: Desk, runner: Runner, tmp_path: Path,
) -> None:
    said = Said(desk)
    made = toys(p=("paint", {"level": 30}), save=("save_image", {"image": "@p"}), other=("paint", {"level": 31}))
    document = opened(desk, made, tmp_path / "work" / "harbour.json")
    run(qtbot, runner, document)
    assert [file.name for file in (tmp_path / "work" / "out").iterdir()] == ["harbour-save-1.png"]
    assert "1 file saved in" in said.lines[-1][0]
    unsaved = opened(desk, made)
    run(qtbot, runner, unsaved)
    assert [file.name for file in (desk.studio.home.path / "out").iterdir()] == ["Sketch-save-1.png"]


def test_item_43_the_queue_survives_a_restart_and_waits_with_a_reason(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    document = opened(desk, toys(a=("number", {"value": 4})))
    runner.pause()
    runner.run(document, ["a"])
    written = json.loads(json.dumps(runner.export()))
    runner.remove(runner.jobs[0].id)
    runner.pause(False)
    runner.restore([*written, {"nonsense": 1}])
    [job] = runner.jobs
    assert job.held == "Ajar was closed before this ran." and not is_busy(runner)
    assert (job.what, job.only, job.graph) == ("Number", ("a",), document.graph)
    runner.let_go(job.id)
    qtbot.waitUntil(lambda: runner.jobs == (), timeout=LONG)
    assert desk.looks(document).of("a").text == "4"


def test_a_closed_document_takes_its_runs_along(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    document = opened(desk, toys(a="slow"))
    runner.run(document)
    runner.run(document)
    qtbot.waitUntil(lambda: runner.jobs[0].state == "running", timeout=LONG)
    desk.close(document)
    qtbot.waitUntil(lambda: runner.jobs == (), timeout=LONG)


def test_a_group_shows_how_its_nodes_stand(qtbot: QtBot, desk: Desk, runner: Runner) -> None:
    made = toys(a=("number", {"value": 2}), b=("number", {"value": "@a"}), end=("number", {"value": "@b"}))
    made, use = edit.make_group(made, ["a", "b"])
    document = opened(desk, made)
    run(qtbot, runner, document)
    assert desk.looks(document).of(use).phase == "done" and desk.looks(document).of(f"{use}/a").phase == "done"


@pytest.mark.slow
def test_the_built_in_model_paints_with_previews_and_its_picture_becomes_a_take(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    made = toys(words=("prompt", {"text": "green hills at noon"}),
                p=("flux", {"prompt": "@words", "steps": 40, "seed": 4}))
    document = opened(desk, made)
    looks = desk.looks(document)
    previews: list[str] = []
    looks.changed.connect(lambda _: previews.append(looks.of("p").note) if looks.of("p").preview else None)
    with qtbot.waitSignal(runner.ended, timeout=300_000) as blocker:
        runner.run(document)
    assert blocker.args[1] == "done" and len(set(previews)) >= 2
    qtbot.waitUntil(lambda: len(runner.takes.of(document.key, "p")) == 1, timeout=LONG)
    [take] = runner.takes.of(document.key, "p")
    assert take.prompt == "green hills at noon" and take.seed == 4 and take.model and take.licence
    jobs = runner.picks.more(document, "p", 2)
    assert len(jobs) == 2
    qtbot.waitUntil(lambda: len(runner.takes.of(document.key, "p")) == 3, timeout=300_000)


@pytest.mark.slow
def test_five_thousand_nodes_that_finish_are_all_shown_as_done_in_small_parts(
    qtbot: QtBot, desk: Desk, runner: Runner,
) -> None:
    document = opened(desk, toys(**{f"n{number}": ("number", {"value": number}) for number in range(5000)}))
    looks = desk.looks(document)
    parts: list[int] = []
    looks.changed.connect(lambda names: parts.append(len(names)))
    assert run(qtbot, runner, document) == "done"
    assert all(looks.of(f"n{number}").text == str(number) for number in range(5000))
    assert {looks.of(f"n{number}").phase for number in range(5000)} == {"done"}
    assert max(parts) <= PART


def test_what_a_node_has_to_say_besides_stays_in_problems_until_something_is_changed(
    qtbot: QtBot, desk: Desk, runner: Runner, monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = ("No gruffalo is known.", "It paints: a circle.")
    monkeypatch.setattr("workflows.hearing.Hearing.told", lambda self, step, path, arguments: iter([told]))
    document = opened(desk, toys(p=("paint", {"level": 9})))
    assert run(qtbot, runner, document) == "done"
    assert runner.problems(document) == (Problem("warning", *told, node="p"),)
    assert document.edit("Level", lambda made: edit.set_value(made, "p", "level", 10))
    assert runner.problems(document) == ()
