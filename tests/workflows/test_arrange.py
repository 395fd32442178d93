from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ajar.errors import EditError
from workflows import arrange, board
from workflows.graph import Graph, Node, Row, Wire

SIZE = (224.0, 140.0)


def graph(at: dict[str, Any], *arrows: str, **more: Any) -> Graph:
    """``graph({"a": [0, 0], "b": [10, 0]}, "a b")``: an arrow from a to b."""
    nodes = {}
    for name in at:
        wires = [Wire(source) for source, target in map(str.split, arrows) if target == name]
        nodes[name] = Node("blend", {"image": wires[0], "more": Row(tuple(wires[1:]))} if wires else {})
    return Graph(nodes, layout={name: place for name, place in at.items() if place is not None}, **more)


def sizes(made: Graph, size: tuple[float, float] = SIZE) -> dict[str, tuple[float, float]]:
    return dict.fromkeys(made.nodes, size)


def covered(made: Graph, wide: Mapping[str, tuple[float, float]]) -> list[tuple[str, str]]:
    rects = {name: rect for name in made.nodes if (rect := board.rect_of(made, wide, name)) is not None}
    return [
        (one, other) for one, other in combinations(rects, 2)
        if rects[one][0] < rects[other][2] and rects[other][0] < rects[one][2]
        and rects[one][1] < rects[other][3] and rects[other][1] < rects[one][3]
    ]


def test_a_chain_becomes_straight_from_left_to_right() -> None:
    made = graph({"a": [3, 7], "b": [50, 90], "c": [20, -40]}, "a b", "b c")
    made = arrange.tidy(made, sizes(made))
    assert made.layout == {"a": [0, 0], "b": [320, 0], "c": [640, 0]}


def test_a_dot_lies_at_the_height_of_the_sockets() -> None:
    made = graph({"a": [0, 0], "d": [0, 300], "b": [0, 90]}, "a d", "d b")
    tidied = arrange.tidy(made, {**sizes(made), "d": (16.0, 16.0)})
    assert tidied.layout == {"a": [0, 0], "d": [320, 40], "b": [420, 0]}


def test_order_is_kept_and_nodes_move_no_further_than_they_must() -> None:
    made = graph({"a": [0, 200], "b": [5, 100], "c": [500, 160], "lone": [2000, 40]}, "a c", "b c")
    made = arrange.tidy(made, sizes(made))
    # a and b lie one over the other, b above a, each moved by half of what is missing.
    assert made.layout["b"][1] < made.layout["a"][1]
    assert made.layout["a"][1] - made.layout["b"][1] == 180
    assert made.layout["a"][1] == made.layout["c"][1]
    assert made.layout["lone"] == [2000, 40]


def test_parts_that_hang_together_stay_where_they_are() -> None:
    made = graph({"a": [0, 0], "b": [300, 0], "x": [4000, 1000], "y": [4010, 1010]}, "a b", "x y")
    made = arrange.tidy(made, sizes(made))
    assert made.layout["x"] == [4000, 1000] and made.layout["y"] == [4320, 1000]


def test_pinned_nodes_and_what_is_not_selected_stay_and_are_not_covered() -> None:
    made = graph({"a": [0, 0], "b": [0, 0], "p": [320, 0, {"pinned": True}], "q": [320, 150]}, "a b")
    tidied = arrange.tidy(made, sizes(made), ["a", "b", "p"])
    assert tidied.layout["p"] == made.layout["p"] and tidied.layout["q"] == made.layout["q"]
    assert not [pair for pair in covered(tidied, sizes(made)) if pair != ("p", "q")]
    assert arrange.tidy(tidied, sizes(made), ["a", "b", "p"]) == tidied


def test_circles_are_laid_out_too() -> None:
    made = graph({"a": [0, 0], "b": [0, 0], "c": [0, 0], "d": [0, 0]}, "a b", "b c", "c a", "d d")
    tidied = arrange.tidy(made, sizes(made))
    assert not covered(tidied, sizes(made))
    assert tidied.layout["a"][0] < tidied.layout["b"][0] < tidied.layout["c"][0]


def test_nodes_without_a_place_get_one() -> None:
    made = graph({"a": None, "b": None, "c": None}, "a b", "a c")
    tidied = arrange.tidy(made, sizes(made))
    assert set(tidied.layout) == {"a", "b", "c"} and not covered(tidied, sizes(made))


def test_a_frame_moves_as_one_and_fits_its_content() -> None:
    made = graph(
        {"a": [0, 0], "b": [30, 40], "c": [10, 300]}, "a b", "b c",
        frames={"look": {"title": "Look", "at": [-50, -80], "size": [500, 320]}},
        notes={"note": {"text": "", "at": [-40, 100], "size": [60, 40]}},
    )
    tidied = arrange.tidy(made, sizes(made))
    assert set(board.in_frame(tidied, sizes(made), "look")) == {"a", "b", "note:note"}
    assert tidied.layout["c"][0] > tidied.layout["b"][0]
    assert not covered(tidied, sizes(made))
    assert board.fit_frame(tidied, sizes(made), "look") == tidied
    assert arrange.tidy(tidied, sizes(made)) == tidied


def test_a_chain_of_thousands_is_no_problem() -> None:
    made = graph({f"n{number}": [0, 0] for number in range(3000)}, *(f"n{one} n{one + 1}" for one in range(2999)))
    tidied = arrange.tidy(made, sizes(made))
    assert tidied.layout["n2999"][0] == 2999 * 320


names = [f"n{number}" for number in range(9)]
places = st.tuples(st.integers(-900, 900), st.integers(-900, 900), st.booleans()).map(
    lambda one: [one[0] / 2, one[1] / 3, *([{"pinned": True}] if one[2] else [])]
)
arrows = st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)).map(" ".join), max_size=14)
lengths = st.tuples(st.integers(10, 500), st.integers(10, 500))
frames = st.dictionaries(st.sampled_from(["x", "y", "z"]), st.fixed_dictionaries({
    "at": st.tuples(st.integers(-900, 500), st.integers(-900, 500)).map(list),
    "size": st.tuples(st.integers(100, 1500), st.integers(100, 1500)).map(list),
}), max_size=3)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(names), places, min_size=1), arrows, st.lists(lengths, min_size=9, max_size=9))
def test_tidy_covers_nothing_and_changes_nothing_the_second_time(
    at: dict[str, Any], ways: list[str], wide: list[tuple[int, int]],
) -> None:
    made = graph(at, *ways)
    given_ = dict(zip(names, wide, strict=True))
    pinned = {name for name in made.nodes if board.is_pinned(made, name)}
    tidied = arrange.tidy(made, given_)
    assert all(one in pinned and other in pinned for one, other in covered(tidied, given_))
    assert all(tidied.layout[name] == made.layout[name] for name in pinned)
    assert arrange.tidy(tidied, given_) == tidied
    assert arrange.tidy(made, given_) == tidied


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(names), places, min_size=1), arrows, frames)
def test_tidy_with_frames_covers_nothing_and_changes_nothing_the_second_time(
    at: dict[str, Any], ways: list[str], framed: dict[str, Any],
) -> None:
    made = graph({name: place[:2] for name, place in at.items()}, *ways, frames=framed)
    tidied = arrange.tidy(made, sizes(made))
    assert not covered(tidied, sizes(made))
    assert arrange.tidy(tidied, sizes(made)) == tidied


def test_align_brings_edges_and_middles_together() -> None:
    made = graph({"a": [0, 0], "b": [100, 300], "p": [400, 500, {"pinned": True}]})
    wide = {"a": (100.0, 50.0), "b": (200.0, 80.0), "p": (50.0, 20.0)}
    at = {edge: arrange.align(made, wide, ["a", "b"], edge).layout for edge in (
        "left", "right", "top", "bottom", "centre", "middle")}
    assert at["left"]["b"] == [0, 300] and at["right"]["a"] == [200, 0]
    assert at["top"]["b"] == [100, 0] and at["bottom"]["a"] == [0, 330]
    assert (at["centre"]["a"], at["centre"]["b"]) == ([100, 0], [50, 300])
    assert (at["middle"]["a"], at["middle"]["b"]) == ([0, 165], [100, 150])
    assert arrange.align(made, wide, ["a", "p"], "left").layout["p"] == [400, 500, {"pinned": True}]
    with pytest.raises(EditError, match="two things"):
        arrange.align(made, wide, ["a"], "left")


def test_distribute_makes_the_gaps_equal() -> None:
    made = graph({"a": [0, 0], "b": [110, 0], "c": [700, 0]})
    wide = {"a": (100.0, 50.0), "b": (200.0, 50.0), "c": (100.0, 50.0)}
    assert arrange.distribute(made, wide, ["c", "a", "b"], "x").layout["b"] == [300, 0]
    made = graph({"a": [0, 0], "b": [0, 60], "c": [0, 350]})
    assert arrange.distribute(made, wide, ["c", "a", "b"], "y").layout["b"] == [0, 175]
    with pytest.raises(EditError, match="three"):
        arrange.distribute(made, wide, ["a", "b"], "x")


def test_q_straightens_wires() -> None:
    made = graph({"a": [0, 0], "b": [300, 50], "c": [600, -70], "p": [900, 1, {"pinned": True}]}, "a b", "b c", "c p")

    def height(node: str, side: str, name: str, index: int | None) -> float:
        return 40 if side == "out" else 60

    straight = arrange.straighten(made, ["a", "b", "c", "p"], height)
    assert (straight.layout["b"], straight.layout["c"]) == ([300, -20], [600, -40])
    assert straight.layout["p"] == [900, 1, {"pinned": True}]
    assert arrange.straighten(straight, ["a", "b", "c"], height) is straight
    assert arrange.straighten(made, ["b"], height).layout["b"] == [300, -20]
    with pytest.raises(EditError, match="no wire"):
        arrange.straighten(made, ["a", "c"], height)


def test_an_inserted_node_makes_room_for_itself() -> None:
    made = graph({"a": [0, 0], "n": [250, 0], "b": [300, 0], "c": [600, 0], "back": [-500, 0]},
                 "a n", "n b", "b c", "c back")
    roomy = arrange.make_room(made, sizes(made), "n")
    assert {name: at[0] for name, at in roomy.layout.items()} == {"a": 0, "n": 250, "b": 560, "c": 860, "back": -500}
    assert arrange.make_room(roomy, sizes(made), "n") is roomy
    assert arrange.make_room(made, {}, "n").layout["b"][0] >= 250 + 224


def test_snap_is_the_nearest_line_of_the_grid() -> None:
    assert [arrange.snap(one) for one in (9.9, 10, -9, 31)] == [0, 20, 0, 40]
    assert arrange.snap(7, 5) == 5
