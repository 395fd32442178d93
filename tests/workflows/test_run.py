"""What a run does, as a person would notice it. The list follows the tests of ComfyUI's executor, and goes beyond it.

Node expansion by returned graphs has no counterpart here: loops and batches are streams (``test_run_streams.py``).
"""

import threading
import time
from collections.abc import Iterator

import pytest

from ajar.errors import WorkflowError
from tests import toys
from tests.toys import Bench, Folder, Memory, graph
from workflows.events import NodeDone, NodeFailed, NodeProgress, NodeSkipped, NodeStarted, NodeWaiting, RunDone
from workflows.graph import Graph
from workflows.lanes import PATIENCE, CpuLane


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    toys.LOG.clear()
    toys.GATE.clear()
    yield
    toys.GATE.set()


def test_values_flow_along_wires_and_two_outputs_are_told_apart() -> None:
    made = graph(x=("whole", {"value": 5}), y=("whole", {"value": 3}), p=("pair", {"a": "@x", "b": "@y"}),
                 end=("add", {"a": "@p.low", "b": 10}), other=("add", {"a": "@p.high", "b": 10}))
    bench = Bench()
    assert (bench.values(made, "end"), bench.values(made, "other")) == (13, 15)


def test_an_unchanged_graph_runs_nothing_again() -> None:
    bench, made = Bench(Memory()), graph(x=("whole", {"value": 2}), end=("add", {"a": "@x", "b": 1}))
    assert bench.values(made, "end") == 3
    toys.LOG.clear()
    again = bench.run(made)
    assert toys.LOG == [] and again.ran == 0 and again.outputs[0].value == 3
    assert all(event.cached for event in bench.kinds(NodeDone))


def test_only_what_changed_and_what_follows_it_runs_again() -> None:
    def made(value: int) -> Graph:
        return graph(x=("whole", {"value": 1}), y=("whole", {"value": value}), end=("add", {"a": "@x", "b": "@y"}))

    bench = Bench(Memory())
    bench.run(made(2))
    toys.LOG.clear()
    assert bench.values(made(3), "end") == 4
    assert toys.LOG == ["whole 3", "add 1 3"]


def test_what_a_cached_result_covers_is_not_even_looked_at() -> None:
    memory = Memory()
    bench, made = Bench(memory), graph(x=("whole", {"value": 2}), end=("add", {"a": "@x"}))
    bench.run(made)
    [gone] = [key for key, hit in memory.rows.items() if hit.values == (2,) and len(memory.rows) == 2][:1]
    del memory.rows[gone]  # as when a cheap result was never kept
    toys.LOG.clear()
    assert bench.values(made, "end") == 2
    assert len(toys.LOG) <= 1


def test_a_failing_node_says_what_and_which_and_its_siblings_go_on() -> None:
    made = graph(bad=("fail", {"value": 7}), after=("add", {"a": "@bad"}), slow=("sleep", {"seconds": 0.1, "value": 4}),
                 good=("add", {"a": "@slow", "b": 1}))
    bench = Bench()
    summary = bench.run(made)
    assert summary.status == "failed" and summary.error is not None
    assert summary.error.node == "bad" and summary.error.message == "The number 7 is not liked."
    assert [output.value for output in summary.outputs if output.node == "good"] == [5]
    assert [event.node for event in bench.kinds(NodeSkipped)] == ["after"]
    assert [(event.node, event.detail == "") for event in bench.kinds(NodeFailed)] == [("bad", False)] or \
        bench.kinds(NodeFailed)[0].detail == ""


def test_a_fault_of_a_node_keeps_its_traceback_for_the_log_only() -> None:
    bench = Bench()
    summary = bench.run(graph(bad=("crash", {})))
    [event] = bench.kinds(NodeFailed)
    assert "ZeroDivisionError" in event.message and "Traceback" in event.detail
    assert summary.error is not None and "Traceback" not in summary.error.message


def test_a_finished_sibling_of_a_failure_is_kept_for_the_next_run() -> None:
    bench = Bench(Memory())
    bench.run(graph(bad=("fail", {}), good=("whole", {"value": 9})))
    toys.LOG.clear()
    summary = bench.run(graph(bad=("fail", {"when": 5}), good=("whole", {"value": 9})))
    assert summary.status == "done" and toys.LOG == ["fail 0"]


def test_one_output_feeds_two_leaves() -> None:
    made = graph(x=("whole", {"value": 1}), a=("add", {"a": "@x"}), b=("add", {"a": "@x", "b": 1}))
    bench = Bench()
    assert {o.node: o.value for o in bench.run(made).outputs} == {"a": 1, "b": 2}
    assert toys.LOG.count("whole 1") == 1


def test_independent_nodes_overlap() -> None:
    made = graph(**{f"s{i}": ("sleep", {"seconds": 0.3, "value": i}) for i in range(6)})
    bench = Bench()
    bench.run(made)
    order = [type(event) for event in bench.events if isinstance(event, (NodeStarted, NodeDone))]
    assert order[:6] == [NodeStarted] * 6  # all of them before the first has ended


def test_identical_work_in_flight_is_done_once() -> None:
    made = graph(a=("sleep", {"seconds": 0.2, "value": 1}), b=("sleep", {"seconds": 0.2, "value": 1}),
                 end=("add", {"a": "@a", "b": "@b"}))
    assert Bench(Memory()).values(made, "end") == 2
    assert toys.LOG.count("sleep 1") == 1


def test_two_takes_that_were_asked_for_are_never_merged() -> None:
    made = graph(a=("sleep", {"value": 1}), b=("sleep", {"value": 1}, {"take": 1}))
    Bench(Memory()).run(made)
    assert toys.LOG.count("sleep 1") == 2


def test_identical_work_of_two_runs_is_done_once_and_a_cancelled_owner_leaves_it_to_the_other() -> None:
    bench, made = Bench(Memory()), graph(a=("sleep", {"seconds": 0.5, "value": 1}))
    first, second = bench.start(made), bench.start(made)
    time.sleep(0.1)
    first.cancel()
    assert first.wait(10).status == "cancelled"
    assert second.wait(10).outputs[0].value == 1


def test_what_a_cancelled_run_finished_too_late_can_be_run_again() -> None:
    bench, started = Bench(), threading.Event()
    made = graph(a="held")
    run = bench.start(made, listen=lambda event: started.set() if isinstance(event, NodeStarted) else None)
    assert started.wait(10)
    run.cancel()
    time.sleep(0.1)
    toys.GATE.set()
    assert run.wait(10).status == "cancelled" and bench.run(made).status == "done"


def test_identical_nodes_without_a_lane_fail_rather_than_wait_for_each_other() -> None:
    bench = Bench()
    assert bench.run(graph(a="costly_count", b="costly_count")).status == "failed"
    assert {event.node for event in bench.kinds(NodeFailed)} == {"a", "b"}


def test_two_runs_share_the_lanes() -> None:
    bench = Bench(lanes={"cpu": CpuLane(2)})
    runs = [bench.start(graph(a=("sleep", {"seconds": 0.2, "value": i}))) for i in range(4)]
    assert sorted(run.wait(10).outputs[0].value for run in runs) == [0, 1, 2, 3]


def test_cancel_is_seen_within_a_fifth_of_a_second_at_a_cooperative_step() -> None:
    bench = Bench()
    run = bench.start(graph(a=("sleep", {"seconds": 20.0}), b=("add", {"a": "@a"})))
    time.sleep(0.2)
    asked = time.monotonic()
    run.cancel()
    assert run.wait(5).status == "cancelled"
    assert time.monotonic() - asked < 0.2


def test_a_node_deaf_to_cancel_is_given_up_and_its_lane_goes_on() -> None:
    bench = Bench(lanes={"cpu": CpuLane(1)})
    run = bench.start(graph(a=("held", {"value": 1}), b=("add", {"a": "@a"})))
    time.sleep(0.1)
    run.cancel()
    assert run.wait(10).status == "cancelled"
    assert bench.values(graph(x=("whole", {"value": 3})), "x") == 3
    toys.GATE.set()
    time.sleep(0.05)
    assert bench.values(graph(x=("whole", {"value": 4})), "x") == 4


def test_cancel_asked_twice_does_not_wait_for_a_deaf_node() -> None:
    bench, started = Bench(lanes={"cpu": CpuLane(1)}), threading.Event()
    run = bench.start(graph(a="held"), listen=lambda event: started.set() if isinstance(event, NodeStarted) else None)
    assert started.wait(10)
    asked = time.monotonic()
    run.cancel()
    run.cancel()
    assert run.wait(10).status == "cancelled"
    assert time.monotonic() - asked < PATIENCE / 2
    toys.GATE.set()


def test_a_cancelled_run_keeps_what_was_finished() -> None:
    bench = Bench(Memory())
    made = graph(a=("whole", {"value": 1}), b=("sleep", {"seconds": 20.0, "value": "@a"}))
    run = bench.start(made)
    time.sleep(0.2)
    run.cancel()
    run.wait(10)
    toys.LOG.clear()
    bench.run(graph(a=("whole", {"value": 1})))
    assert toys.LOG == []


def test_a_second_run_may_start_while_the_first_one_runs() -> None:
    bench = Bench()
    slow = bench.start(graph(a=("sleep", {"seconds": 0.5})))
    assert bench.values(graph(x=("whole", {"value": 3})), "x") == 3
    assert slow.wait(10).status == "done"


def test_progress_goes_to_the_listener_of_that_run_only() -> None:
    bench = Bench()
    mine: list[object] = []
    run = bench.start(graph(a=("sleep", {"seconds": 0.3})), listen=mine.append)
    other: list[object] = []
    bench.start(graph(b=("whole", {})), listen=other.append).wait(10)
    run.wait(10)
    assert any(isinstance(event, NodeProgress) for event in mine)
    assert {getattr(event, "node", "b") for event in other} == {"b"}


def test_a_listener_that_fails_does_not_stop_the_run() -> None:
    def listen(event: object) -> None:
        raise RuntimeError("no screen")

    assert Bench().start(graph(a=("whole", {"value": 2})), listen=listen).wait(10).outputs[0].value == 2


def test_growing_rows_and_expressions() -> None:
    made = graph(x=("whole", {"value": 4}), end=("total", {"numbers": ("@x", 1, "@x")}),
                 twice=("add", {"a": "=x.value * 2", "b": "=x.result + 1"}))
    bench = Bench()
    assert (bench.values(made, "end"), bench.values(made, "twice")) == (9, 13)


def test_a_node_that_an_expression_speaks_of_is_no_leaf() -> None:
    made = graph(x=("whole", {"value": 4}), y=("whole", {"value": 1}),
                 end=("add", {"a": "=x.result * 2", "b": "=y.value"}))
    assert {output.node: output.value for output in Bench().run(made).outputs} == {"end": 9, "y": 1}


def test_leaves_can_be_chosen_and_the_rest_does_not_run() -> None:
    made = graph(x=("whole", {"value": 1}), a=("add", {"a": "@x"}), b=("add", {"a": "@x", "b": 5}))
    summary = Bench().run(made, only=("b",))
    assert [output.node for output in summary.outputs] == ["b"] and "add 1 0" not in toys.LOG


def test_an_inner_node_can_be_asked_for() -> None:
    made = graph(x=("whole", {"value": 1}), a=("add", {"a": "@x"}))
    assert [(o.node, o.value) for o in Bench().run(made, only=("x",)).outputs] == [("x", 1)]
    assert toys.LOG == ["whole 1"]


# --- lazy inputs --------------------------------------------------------------------------------------------------


def test_a_branch_not_chosen_never_runs_and_the_choice_keeps_its_key() -> None:
    bench = Bench(Memory())
    made = graph(a=("whole", {"value": 1}), b=("whole", {"value": 2}),
                 s=("switch", {"options": ("@a", "@b"), "index": 1}),
                 end=("add", {"a": "@s"}))
    assert bench.values(made, "end") == 2 and "whole 1" not in toys.LOG
    toys.LOG.clear()
    direct = graph(b=("whole", {"value": 2}), end=("add", {"a": "@b"}))
    assert bench.values(direct, "end") == 2 and toys.LOG == []


def test_a_known_number_decides_while_planning_and_an_unknown_one_while_running() -> None:
    def made(kind: str) -> Graph:
        return graph(i=(kind, {"value": 1}), a=("whole", {"value": 10}), b=("whole", {"value": 20}),
                     s=("switch", {"options": ("@a", "@b"), "index": "@i"}), end=("add", {"a": "@s"}))

    assert "a" not in toys.planned(made("known")).steps and "a" in toys.planned(made("whole")).steps
    assert Bench().values(made("whole"), "end") == 20
    assert "whole 10" not in toys.LOG


def test_a_switch_decided_while_running_passes_the_key_on() -> None:
    bench = Bench(Memory())
    made = graph(i=("whole", {"value": 0}), a=("whole", {"value": 10}),
                 s=("switch", {"options": ("@a",), "index": "@i"}),
                 end=("add", {"a": "@s", "b": 7}))
    bench.run(made)
    toys.LOG.clear()
    assert bench.values(graph(a=("whole", {"value": 10}), end=("add", {"a": "@a", "b": 7})), "end") == 17
    assert toys.LOG == []


def test_stage_is_decided_by_the_run() -> None:
    made = graph(cheap=("whole", {"value": 1}), dear=("whole", {"value": 2}),
                 s=("stage", {"draft": "@cheap", "final": "@dear"}), end=("add", {"a": "@s"}))
    assert Bench().values(made, "end") == 1 and toys.LOG == ["whole 1", "add 1 0"]
    toys.LOG.clear()
    assert Bench().values(made, "end", stage="final") == 2 and toys.LOG == ["whole 2", "add 2 0"]


def test_a_choice_of_nothing_is_said_before_anything_runs() -> None:
    made = graph(a=("whole", {}), s=("switch", {"options": ("@a",), "index": 3}))
    with pytest.raises(WorkflowError, match="options 3"):
        toys.planned(made)


def test_lazy_without_alias() -> None:
    made = graph(a=("whole", {"value": 3}), m=("maybe", {"value": "@a", "use": False}))
    assert Bench().values(made, "m") == -1 and toys.LOG == ["maybe None"]


def test_lazy_decisions_are_made_item_by_item() -> None:
    made = graph(i=("count", {"n": 2}), n=("count", {"n": 2, "start": 5}), a=("add", {"a": "@n", "b": 100}),
                 b=("add", {"a": "@n", "b": 200}), s=("switch", {"options": ("@a", "@b"), "index": "@i"}))
    assert Bench().values(made, "s") == {(0,): 105, (1,): 206}
    assert sorted(entry for entry in toys.LOG if entry.startswith("add")) == ["add 5 100", "add 6 200"]


# --- states -------------------------------------------------------------------------------------------------------


def test_muted_bypassed_and_frozen() -> None:
    made = graph(x=("whole", {"value": 4}), quiet=("add", {"a": "@x"}, {"state": "muted"}),
                 after=("fail", {"value": "@quiet"}),
                 around=("add", {"a": "@x", "b": 50}, {"state": "bypassed"}), end=("add", {"a": "@around", "b": 1}),
                 ice=("whole", {"value": 1}, {"state": "frozen", "result": {"result": 99}}),
                 cold=("add", {"a": "@ice"}))
    bench = Bench()
    summary = bench.run(made)
    assert {output.node: output.value for output in summary.outputs if output.node in ("end", "cold")} == \
        {"end": 5, "cold": 99}
    assert not any(entry.startswith("fail") for entry in toys.LOG) or "fail 0" in toys.LOG
    assert "whole 1" not in toys.LOG


# --- effects ------------------------------------------------------------------------------------------------------


def test_saves_always_run() -> None:
    bench, folder = Bench(Memory()), Folder()
    made = graph(x=("whole", {"value": 4}), w=("write", {"value": "@x"}))
    bench.run(made, exits=folder)
    toys.LOG.clear()
    summary = bench.run(made, exits=folder)
    assert toys.LOG == ["write 4"] and folder.files == {("w", ()): b"4"}
    assert [(output.node, str(output.path)) for output in summary.outputs] == [("w", "w.txt")]


def test_a_node_that_asks_stops_for_a_person_and_the_rest_goes_on() -> None:
    made = graph(n=("count", {"n": 3}), c=("choose", {"items": "@n", "choice": "ask"}), after=("add", {"a": "@c"}),
                 free=("whole", {"value": 8}))
    bench = Bench()
    summary = bench.run(made)
    assert summary.status == "waiting" and summary.error is not None and "0 to 2" in summary.error.hint
    assert [(event.node, event.choices) for event in bench.kinds(NodeWaiting)] == [("c", (0, 1, 2))]
    assert ("free", 8) in [(output.node, output.value) for output in summary.outputs]


def test_a_value_that_comes_by_wire_is_checked_against_the_range() -> None:
    bench = Bench()
    summary = bench.run(graph(x=("whole", {"value": 12}), end=("bounded", {"value": "@x"})))
    assert summary.status == "failed" and summary.error is not None and summary.error.node == "end"


def test_a_pure_node_is_tried_again_only_where_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def flaky(value: int = 0) -> int:
        """Fails twice."""
        tries.append(value)
        if len(tries) < 3:
            raise OSError("the disk hiccuped")
        return value

    from ajar.contract import describe

    known = toys.types()
    monkeypatch.setattr(toys, "types", lambda: {**known, "flaky": describe(flaky, retries=2)})
    assert Bench().values(graph(a=("flaky", {"value": 6})), "a") == 6 and len(tries) == 3
    tries.clear()
    monkeypatch.setattr(toys, "types", lambda: {**known, "flaky": describe(flaky)})
    assert Bench().run(graph(a=("flaky", {"value": 6}))).status == "failed" and len(tries) == 1


# --- size ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["chain", "wide"])
def test_five_thousand_nodes(shape: str) -> None:
    nodes: dict[str, object] = {"n0": ("whole", {"value": 0})}
    for i in range(1, 5000):
        nodes[f"n{i}"] = ("add", {"a": f"@n{i - 1}" if shape == "chain" else "@n0", "b": 1})
    summary = Bench(Memory()).run(graph(**nodes))
    assert summary.status == "done" and summary.ran == (5000 if shape == "chain" else 2)
    assert summary.cached == (0 if shape == "chain" else 4998)
    assert max(output.value for output in summary.outputs) == (4999 if shape == "chain" else 1)


def test_a_circle_is_refused() -> None:
    with pytest.raises(WorkflowError, match="its own result"):
        toys.planned(graph(a=("add", {"a": "@b"}), b=("add", {"a": "@a"})), only=("a",))


def test_events_end_with_the_run_and_threads_are_free() -> None:
    bench = Bench()
    before = threading.active_count()
    for _ in range(20):
        bench.run(graph(a=("whole", {}), b=("add", {"a": "@a"})))
    assert isinstance(bench.events[-1], RunDone)
    assert threading.active_count() <= before + 8
