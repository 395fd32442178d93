"""How a run stands, from its events alone."""

import pytest

from tests.toys import graph, planned
from workflows.cells import Cells
from workflows.events import Event, NodeDone, NodeFailed, NodeProgress, NodeSkipped, NodeStarted, NodeWaiting
from workflows.following import Following, to_run
from workflows.graph import Graph
from workflows.report import Row
from workflows.run import Hit
from workflows.studio import Prepared


def prepared(made: Graph, cached: tuple[str, ...] = ()) -> Prepared:
    """A plan of toys; of the nodes in ``cached`` there is a result."""
    plan = planned(made)
    cells = Cells(plan, lambda keys: {key: Hit((1,)) for key in keys if key in wanted})
    wanted: set[str] = set()
    first = Cells(plan, None)
    first.look()
    wanted |= {cell.key for name in cached for cell in first.made[name].values() if cell.key}
    cells.look()
    rows = tuple(
        Row(name, name, "cpu", plan.counts[name], sum(cell.hit is not None for cell in cells.made[name].values()),
            "", "", None, False, 0.0) for name in plan.steps
    )
    return Prepared(plan, rows, (), made, None, None, cells)  # type: ignore[arg-type]


def follow(made: Graph, *events: Event, guesses: dict[str, float] | None = None) -> Following:
    following = Following(prepared(made), guesses)
    for number, event in enumerate(events):
        following.take(event, float(number))
    return following


CHAIN = graph(a=("whole", {"value": 1}), b=("add", {"a": "@a"}), c=("add", {"a": "@b"}))


def test_what_a_stored_result_covers_is_not_run() -> None:
    assert to_run(prepared(CHAIN)) == ("a", "b", "c")
    assert to_run(prepared(CHAIN, ("b",))) == ("c",)
    assert to_run(prepared(CHAIN, ("c",))) == ()


def test_nodes_go_from_queued_over_running_to_done() -> None:
    following = follow(CHAIN, NodeStarted(1, "a", ()), NodeProgress(1, "a", (), 0.5, "half", None))
    course = following.of("a", 5.0)
    assert (course.phase, course.done, course.note, course.left) == ("running", 0.5, "half", 5.0)
    assert following.running() == ("a",) and following.waiting_line(5) == ("b", "c")
    following.take(NodeDone(1, "a", (), False, 2.0, (1,)), 6.0)
    assert following.of("a", 6.0).phase == "done" and not following.running() and following.unfinished() == ("b", "c")


def test_the_whole_counts_nodes_by_what_they_are_guessed_to_take() -> None:
    following = follow(CHAIN, NodeDone(1, "a", (), False, 2.0, (1,)), NodeStarted(1, "b", ()),
                       NodeProgress(1, "b", (), 0.5, "", None), guesses={"a": 2.0, "b": 4.0, "c": 4.0})
    assert following.part == 0.4 and following.left(5.0) == pytest.approx(6.0)


def test_a_node_that_runs_for_several_items_says_which() -> None:
    made = graph(n=("series", {"n": 4}), x=("add", {"a": "@n"}))
    following = follow(made, NodeStarted(1, "x", (0,)), NodeDone(1, "x", (0,), False, 1.0, (1,)),
                       NodeStarted(1, "x", (1,)), NodeProgress(1, "x", (1,), 0.5, "step 3", None))
    course = following.of("x", 4.0)
    assert (course.phase, course.done, course.note, course.total) == ("running", 0.375, "2 of 4 · step 3", 4)
    for item in (1, 2, 3):
        following.take(NodeDone(1, "x", (item,), False, 1.0, (1,)), 5.0)
    assert following.of("x", 6.0).phase == "done" and following.of("x", 6.0).seconds == 4.0


def test_failing_waiting_and_being_skipped_end_a_node() -> None:
    following = follow(CHAIN, NodeFailed(1, "a", (), "No.", "Do.", ""), NodeSkipped(1, "b", (), "no"),
                       NodeWaiting(1, "c", (), "Which?", "One.", (1, 2)))
    assert [following.of(name, 3.0).phase for name in "abc"] == ["failed", "skipped", "waiting"]
    assert following.of("a", 3.0).message == "No." and following.of("c", 3.0).choices == (1, 2)
    assert following.unfinished() == ()


def test_what_came_from_the_cache_says_so() -> None:
    following = follow(CHAIN, NodeDone(1, "a", (), True, 0.0, (1,)), NodeDone(1, "b", (), False, 1.0, (1,)))
    assert following.of("a", 2.0).cached and not following.of("b", 2.0).cached


def test_one_item_that_is_left_out_does_not_make_its_node_look_skipped() -> None:
    made = graph(n=("series", {"n": 2}), x=("add", {"a": "@n"}))
    left_out, done = NodeSkipped(1, "x", (1,), "above the cap"), NodeDone(1, "x", (0,), False, 1.0, (1,))
    assert [follow(made, *events).of("x", 3.0).phase for events in ((left_out, done), (done, left_out))] == ["done"] * 2
    assert follow(made, left_out).of("x", 3.0).phase == "queued"
    assert follow(made, left_out, NodeSkipped(1, "x", (0,), "above the cap")).of("x", 3.0).phase == "skipped"
