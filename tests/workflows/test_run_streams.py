"""Streams: what follows runs once for each item, joins where it belongs together, and gathers in order."""

from collections.abc import Iterator

import pytest

from ajar.contract import describe
from ajar.errors import UserError, WorkflowError
from tests import toys
from tests.toys import Bench, Memory, graph
from workflows.events import NodeFailed, NodeSkipped


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    toys.LOG.clear()
    yield


@pytest.mark.parametrize("source", ["count", "series"])
def test_what_follows_a_stream_runs_once_for_each_item(source: str) -> None:
    made = graph(n=(source, {"n": 3}), end=("add", {"a": "@n", "b": 10}))
    assert Bench().values(made, "end") == {(0,): 10, (1,): 11, (2,): 12}


@pytest.mark.parametrize("source", ["count", "series"])
def test_a_list_input_gathers_all_items_in_order(source: str) -> None:
    made = graph(n=(source, {"n": 4}), more=("add", {"a": "@n", "b": 1}), end=("listing", {"items": "@more"}))
    assert Bench().values(made, "end") == "1,2,3,4"


def test_a_list_input_takes_several_wires_and_single_values() -> None:
    made = graph(n=("count", {"n": 2}), x=("whole", {"value": 9}), end=("listing", {"items": ("@n", "@x", 5, "@n")}))
    assert Bench().values(made, "end") == "0,1,9,5,0,1"


@pytest.mark.parametrize("source", ["count", "series"])
def test_streams_of_one_origin_join(source: str) -> None:
    made = graph(n=(source, {"n": 3}), a=("add", {"a": "@n", "b": 10}), b=("add", {"a": "@n", "b": 20}),
                 end=("add", {"a": "@a", "b": "@b"}))
    assert Bench().values(made, "end") == {(0,): 30, (1,): 32, (2,): 34}


def test_an_outer_value_meets_all_inner_items() -> None:
    made = graph(n=("count", {"n": 2, "start": 2}), inner=("count", {"n": "@n", "start": 0}),
                 end=("add", {"a": "@inner", "b": "=n.result * 100"}))
    assert Bench().values(made, "end") == {(0, 0): 200, (0, 1): 201, (1, 0): 300, (1, 1): 301, (1, 2): 302}


@pytest.mark.parametrize(("first", "second"), [("count", "count"), ("series", "count"), ("count", "series")])
def test_unrelated_streams_zip_and_the_shorter_repeats_its_last(first: str, second: str) -> None:
    made = graph(a=(first, {"n": 4}), b=(second, {"n": 2, "start": 10}), end=("add", {"a": "@a", "b": "@b"}))
    assert Bench().values(made, "end") == {(0,): 10, (1,): 12, (2,): 13, (3,): 14}


def test_what_was_zipped_still_joins_its_origins() -> None:
    made = graph(a=("count", {"n": 3}), b=("count", {"n": 2, "start": 10}), both=("add", {"a": "@a", "b": "@b"}),
                 end=("add", {"a": "@both", "b": "@b"}))
    assert Bench().values(made, "end") == {(0,): 20, (1,): 23, (2,): 24}


def test_an_empty_stream_gives_nothing_and_what_gathers_it_gets_an_empty_list() -> None:
    made = graph(n=("count", {"n": 0}), one=("add", {"a": "@n"}), end=("listing", {"items": "@one"}))
    summary = Bench().run(made)
    assert summary.status == "done" and [output.value for output in summary.outputs] == [""]


def test_zipped_with_an_empty_stream_nothing_runs() -> None:
    made = graph(a=("count", {"n": 3}), b=("count", {"n": 0}), end=("add", {"a": "@a", "b": "@b"}))
    summary = Bench().run(made)
    assert summary.status == "done" and summary.outputs == ()


def test_gather_by_one_keeps_groups() -> None:
    made = graph(n=("count", {"n": 2, "start": 2}), inner=("count", {"n": "@n"}),
                 g=("gather", {"items": "@inner", "by": 1}),
                 end=("listing", {"items": "@g"}))
    assert Bench().values(made, "end") == {(0,): "0,1", (1,): "0,1,2"}


def test_gather_of_everything_flattens_nested_streams_in_order() -> None:
    made = graph(n=("count", {"n": 2, "start": 1}), inner=("count", {"n": "@n", "start": 5}),
                 end=("listing", {"items": "@inner"}))
    assert Bench().values(made, "end") == "5,5,6"


def test_a_failed_item_fails_only_its_path_and_gathering_counts() -> None:
    made = graph(n=("count", {"n": 10}), f=("fail", {"value": "@n", "when": 3}), after=("add", {"a": "@f", "b": 100}),
                 end=("listing", {"items": "@after"}), rest=("survivors", {"items": "@after"}))
    bench = Bench()
    summary = bench.run(made)
    assert [(event.node, event.message) for event in bench.kinds(NodeFailed)][1:] == [("end", "1 of 10 items failed.")]
    assert [(event.node, event.path) for event in bench.kinds(NodeSkipped)] == [("after", (3,))]
    assert {output.value for output in summary.outputs} == {"100,101,102,104,105,106,107,108,109"}


def test_a_partial_gather_with_gaps_is_not_cached() -> None:
    memory = Memory()
    made = graph(n=("count", {"n": 3}), f=("fail", {"value": "@n", "when": 1}), rest=("survivors", {"items": "@f"}))
    Bench(memory).run(made)
    assert not any(hit.values == ("0,2",) for hit in memory.rows.values())


def test_what_follows_a_gather_with_gaps_is_not_cached_either() -> None:
    """Also where every key was known before anything ran."""
    memory = Memory()
    made = graph(n=("series", {"n": 3}), f=("fail", {"value": "@n", "when": 1}), rest=("survivors", {"items": "@f"}),
                 end=("text", {"value": "@rest"}))
    bench = Bench(memory)
    assert bench.run(made).status == "failed"
    assert sorted(hit.values for hit in memory.rows.values() if hit.values) == [(0,), (2,)]
    assert bench.run(made).status == "failed"


def test_a_stream_that_breaks_keeps_what_it_gave() -> None:
    made = graph(n=("broken_count", {"n": 2}), a=("add", {"a": "@n"}), rest=("survivors", {"items": "@a"}))
    summary = Bench().run(made)
    assert summary.status == "failed" and [output.value for output in summary.outputs] == ["0,1"]


def test_one_changed_item_runs_one_item() -> None:
    bench = Bench(Memory())
    bench.run(graph(n=("count", {"n": 3}), end=("add", {"a": "@n", "b": 1})))
    toys.LOG.clear()
    bench.run(graph(n=("count", {"n": 4}), end=("add", {"a": "@n", "b": 1})))
    assert toys.LOG == ["count 4", "add 3 1"]


@pytest.mark.parametrize("source", ["count", "series"])
def test_a_cached_stream_runs_nothing(source: str) -> None:
    bench = Bench(Memory())
    made = graph(n=(source, {"n": 3}), a=("add", {"a": "@n", "b": 1}), end=("listing", {"items": "@a"}))
    bench.run(made)
    toys.LOG.clear()
    assert bench.values(made, "end") == "1,2,3" and toys.LOG == []


def test_items_flow_on_before_the_stream_has_ended() -> None:
    order: list[tuple[str, tuple[int, ...]]] = []

    def listen(event: object) -> None:
        order.append((getattr(event, "node", ""), getattr(event, "path", ())))

    made = graph(n=("count", {"n": 200}), a=("add", {"a": "@n"}))
    Bench().start(made, listen=listen).wait(30)
    assert order.index(("a", (0,))) < order.index(("a", (199,)))


def test_a_long_stream_is_linear_enough() -> None:
    made = graph(n=("count", {"n": 3000}), a=("add", {"a": "@n"}), b=("add", {"a": "@a"}),
                 end=("listing", {"items": "@b"}))
    assert Bench().values(made, "end").endswith("2999")


def test_long_chains_of_streams_and_gathers_need_no_recursion() -> None:
    nodes: dict[str, object] = {}
    for i in range(400):
        nodes[f"s{i}"] = ("count", {"n": 2} if i == 0 else {"n": 2, "start": f"=g{i - 1}.result * 0"})
        nodes[f"g{i}"] = ("total2", {"items": f"@s{i}"})
    def total2(items: list[int]) -> int:
        """Add them up."""
        return sum(items)

    known = toys.types()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toys, "types", lambda: {**known, "total2": describe(total2)})
        assert Bench().values(graph(**nodes), "g399") == 1


def test_a_costly_branch_that_makes_a_stream_cannot_be_chosen_while_running() -> None:
    made = graph(i=("whole", {}), n=("costly_count", {"n": 3}), s=("switch", {"options": ("@n", 5), "index": "@i"}))
    with pytest.raises(WorkflowError, match="makes a stream"):
        toys.planned(made)


def test_how_often_nodes_run_is_known_where_it_can_be() -> None:
    plan = toys.planned(graph(n=("series", {"n": 3}), a=("add", {"a": "@n"}),
                               m=("count", {"n": 3}), b=("add", {"a": "@m"})))
    assert plan.counts["a"] == 3 and plan.counts["b"] is None


def test_companions_of_a_failed_item_are_left_out_with_it() -> None:
    made = graph(n=("count", {"n": 4}), f=("fail", {"value": "@n", "when": 1}), name=("add", {"a": "@n", "b": 10}),
                 end=("labelled", {"items": "@f", "labels": "@name"}))
    assert Bench().values(made, "end") == "0:10,2:12,3:13"


def test_what_is_made_from_a_gather_with_gaps_is_not_cached_either() -> None:
    memory = Memory()

    made = graph(n=("series", {"n": 3}), f=("flaky", {"value": "@n"}), rest=("survivors", {"items": "@f"}),
                 end=("text", {"value": "@rest"}))
    unlucky = [1]

    def flaky(value: int) -> int:
        """Fails for one number, but only the first time."""
        if value in unlucky:
            unlucky.remove(value)
            raise UserError("Bad luck.", "Try again.")
        return value

    known = toys.types()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toys, "types", lambda: {**known, "flaky": describe(flaky)})
        assert Bench(memory).values(made, "end") == "0,2"
        assert Bench(memory).values(made, "end") == "0,1,2"


def test_a_list_with_gaps_keeps_every_item_in_its_place_and_says_why_one_is_missing() -> None:
    made = graph(n=("series", {"n": 3}), a=("fail", {"value": "@n", "when": 1}), b=("add", {"a": "@n", "b": 10}),
                 after=("add", {"a": "@a", "b": 0}), end=("spots", {"items": ("@after", "@b"), "labels": "@n"}))
    bench = Bench()
    assert bench.values(made, "end") == "0 | The number 1 is not liked. | 2 | 10 | 11 | 12 (0,1,2)"
    assert [event.path for event in bench.kinds(NodeFailed)] == [(1,)]


def test_what_was_made_with_a_gap_is_not_kept_and_what_was_made_whole_is() -> None:
    memory = Memory()
    made = graph(n=("series", {"n": 3}), a=("fail", {"value": "@n", "when": 1}), b=("add", {"a": "@n", "b": 10}),
                 end=("spots", {"items": ("@a", "@b"), "labels": "@n"}))
    Bench(memory).run(made)
    toys.LOG.clear()
    Bench(memory).run(made)
    assert toys.LOG == ["fail 1", "spots"]
