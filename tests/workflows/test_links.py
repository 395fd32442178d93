import pytest

from ajar.errors import EditError
from tests.workflows.test_wiring import TYPES, board
from workflows import links
from workflows.graph import Expr, Graph, Node


def graph() -> Graph:
    made = board(a=("blur", {"radius": 3}), b="blur", c="sharpen", p=("prompt", {"text": "a door"}))
    return Graph({**made.nodes, "e": Node("blur", {"radius": Expr("a.radius * 2 + b.radius")})})


def test_a_parameter_follows_another() -> None:
    made = links.link(graph(), TYPES, "b", "radius", "a", "radius")
    assert made.nodes["b"].inputs["radius"] == Expr("a.radius")
    with pytest.raises(EditError, match="need its own value"):
        links.link(made, TYPES, "a", "radius", "b", "radius")
    with pytest.raises(EditError, match="not a formula"):
        links.link(graph(), TYPES, "b", "image", "a", "radius")
    with pytest.raises(EditError, match='no "colour"'):
        links.link(graph(), TYPES, "b", "radius", "a", "colour")


def test_a_link_is_taken_away_and_the_value_stays() -> None:
    assert links.unlink(graph(), TYPES, "e", "radius").nodes["e"].inputs == {"radius": 10.0}
    made = links.set_expression(graph(), TYPES, "c", "amount", "a.result")
    assert links.unlink(made, TYPES, "c", "amount").nodes["c"].inputs == {}
    with pytest.raises(EditError, match="follows no other"):
        links.unlink(graph(), TYPES, "a", "radius")


@pytest.mark.parametrize(("text", "word"), [
    ("a.radius *", "ends too early"), ("gone.radius", '"gone"'), ("a.colour", 'no "colour"'), ("1 / (", "ends"),
    ("ab", "not understood"), ("frob(1)", "not a function"), ("e.radius", "own value"),
])
def test_what_is_wrong_with_a_formula_is_told_in_words(text: str, word: str) -> None:
    problem = links.expression_problem(text, graph(), TYPES, "a", "radius")
    assert problem is not None and word in problem.message and problem.hint


@pytest.mark.parametrize("text", ["a.radius * 2", "1 + 1", "len(p.text)", "p.result", "a.radius if true else 0"])
def test_a_formula_that_can_stand_is_fine(text: str) -> None:
    assert links.expression_problem(text, graph(), TYPES, "b", "radius") is None
    assert links.expression_problem(text, graph(), TYPES) is None


def test_the_value_of_a_formula_is_known_before_a_run_where_it_can_be() -> None:
    assert links.value_now(graph(), TYPES, "len(p.text) + e.radius") == 16
    assert links.value_now(graph(), TYPES, "a.result") is None
    assert links.value_now(graph(), TYPES, "1 / 0") is None
