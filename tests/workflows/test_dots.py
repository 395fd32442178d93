"""A dot on a wire changes nothing: not what is computed, not what is kept of it, not the keys of what follows."""

from ajar.contract import node_of
from nodes import flow
from tests import toys
from workflows import wiring
from workflows.check import check
from workflows.graph import Expr, Graph, Link, Node, Row, Wire, links
from workflows.plan import leaves_of
from workflows.planner import make_plan

DOT = node_of(flow.dot)
assert DOT is not None
TYPES = {**toys.types(), "dot": DOT}


def planned(graph: Graph) -> dict[str, str]:
    """The keys of the steps by node."""
    plan = make_plan(graph, TYPES, leaves_of(graph, TYPES), toys.Facts(), "draft")
    return {name: repr(step) for name, step in plan.steps.items()}


def dotted(graph: Graph) -> Graph:
    """The graph with a dot on each of its wires."""
    for link in list(links(graph.nodes)):
        graph, _ = wiring.add_dot(graph, link, (0, 0))
    return graph


def chain() -> Graph:
    return toys.graph(
        a=("whole", {"value": 2}), s=("count", {"n": 3}), b=("add", {"a": "@a", "b": "@s"}),
        c=("listing", {"items": "@b"}), t=("total", {"numbers": ("@a", "@b")}), d=("add", {"a": "=b.result + 1"}),
    )


def test_a_dot_is_no_step_of_a_plan() -> None:
    plain, with_dots = planned(chain()), planned(dotted(chain()))
    assert plain == with_dots


def test_a_dot_is_sound_in_rows_lists_and_chains() -> None:
    graph = dotted(dotted(chain()))
    assert len(graph.nodes) == 6 + 5 + 10
    assert not check(graph, TYPES)
    assert isinstance(graph.nodes["t"].inputs["numbers"], Row)


def test_an_expression_may_speak_of_a_dot() -> None:
    graph, dot = wiring.add_dot(chain(), Link(Wire("a"), "b", "a"), (0, 0))
    nodes = {**graph.nodes, "e": Node("known", {"value": Expr(f"{dot}.result * 2")})}
    assert not check(Graph(nodes), TYPES)
