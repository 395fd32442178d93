"""What follows a node and costs nothing to bring up to date."""

from pathlib import Path

from tests.toys import graph
from tests.workflows.test_following import prepared
from workflows.downstream import cheap_after
from workflows.graph import Graph
from workflows.settings import Home
from workflows.timings import Timings


def cheap(made: Graph, tmp_path: Path, node: str = "a", slow: tuple[str, ...] = ()) -> tuple[str, ...]:
    found, timings = prepared(made), Timings(Home(tmp_path))
    for name in slow:
        timings.note(found.plan.steps[name], 60.0)
    return cheap_after(made, found, node, timings)


def test_quick_nodes_behind_it_are_brought_up_to_date_and_no_others(tmp_path: Path) -> None:
    made = graph(a=("whole", {"value": 1}), b=("add", {"a": "@a"}), c=("add", {"a": "@b"}), other="whole")
    assert cheap(made, tmp_path) == ("b", "c")


def test_what_writes_asks_costs_or_takes_long_stops_it(tmp_path: Path) -> None:
    made = graph(a=("whole", {"value": 1}), save=("write", {"value": "@a"}), gpu=("costly_count", {"n": "@a"}),
                 asks=("choose", {"items": "@a"}), slow=("pair", {"a": "@a"}), behind=("add", {"a": "@slow.low"}))
    assert cheap(made, tmp_path, slow=("slow",)) == ()
