"""Draft and final when they run: one branch at a time, what both share once, and nothing of the other lost."""

from typing import Any, Literal

from ajar.contract import node_of
from nodes.flow import stage as real_stage
from tests import toys
from tests.toys import Bench, Memory, graph
from workflows.format import dump
from workflows.graph import Graph
from workflows.plan import leaves_of
from workflows.planner import make_plan

TYPE = node_of(real_stage)
assert TYPE is not None
TYPES = {**toys.types(), "stage": TYPE}


def run(bench: Bench, made: Graph, stage: Literal["draft", "final"] = "draft") -> Any:
    """What the leaf gives, and which toys ran for it."""
    toys.LOG.clear()
    plan = make_plan(made, TYPES, leaves_of(made, TYPES), toys.Facts(), stage)
    [output] = bench.scheduler.start(plan, bench.events.append).wait(30).outputs
    return output.value, list(toys.LOG)


def staged(**more: Any) -> Graph:
    return graph(cheap=("whole", {"value": 1}), dear=("whole", {"value": 2}), shared=("whole", {"value": 9}),
                 s=("stage", {"draft": "@cheap", "final": "@dear", **more}), end=("add", {"a": "@s", "b": "@shared"}))


def test_the_other_branch_never_runs() -> None:
    assert run(Bench(), staged()) == (10, ["whole 1", "whole 9", "add 1 9"])
    assert run(Bench(), staged(), "final") == (11, ["whole 2", "whole 9", "add 2 9"])


def test_final_runs_only_what_differs_and_the_draft_is_still_there() -> None:
    bench, made = Bench(Memory()), staged()
    run(bench, made)
    assert run(bench, made, "final") == (11, ["whole 2", "add 2 9"]), "what both share is not made again"
    assert run(bench, made) == (10, []), "the draft's results were not overwritten"
    assert run(bench, made, "final") == (11, [])


def test_switching_leaves_the_file_as_it_was() -> None:
    made = staged()
    before = dump(made)
    for stage in ("final", "draft"):
        run(Bench(), made, stage)
    assert dump(made) == before


def test_a_pinned_stage_does_not_follow_the_run() -> None:
    for pin, number in (("draft", 1), ("final", 2)):
        for stage in ("draft", "final"):
            value, ran = run(Bench(), staged(pin=pin), stage)
            assert value == 9 + number and f"whole {3 - number}" not in ran
