"""Changes of nodes by their flat ids: other seeds, values, also inside groups."""

import pytest

from ajar.errors import EditError
from tests.toys import graph, types
from workflows import edit
from workflows.graph import GroupInput
from workflows.variants import another, asking, node_at, with_value


def test_a_wired_seed_becomes_a_literal() -> None:
    made = graph(s=("whole", {"value": 3}), a=("seeded", {"seed": "@s"}))
    assert another(made, types(), "a", 77, 2).nodes["a"].inputs == {"seed": 77}


def test_a_node_without_a_seed_gets_another_take_number() -> None:
    found = another(graph(a=("add", {"a": 1})), types(), "a", 77, 5).nodes["a"]
    assert found.take == 5 and found.inputs == {"a": 1}


def test_more_of_a_node_that_is_held_or_muted_wakes_it() -> None:
    made = edit.set_state(graph(a=("seeded", {"seed": 4})), "a", "muted")
    assert another(made, types(), "a", 77, 2).nodes["a"].state is None


def test_a_seed_that_a_group_takes_from_outside_is_set_at_its_use() -> None:
    made, use = edit.make_group(graph(s=("whole", {"value": 3}), a=("seeded", {"seed": "@s"}), b=("add", {"a": "@a"})),
                                ["a", "b"])
    inner = node_at(made, f"{use}/a")
    assert inner is not None and isinstance(inner.inputs["seed"], GroupInput)
    found = another(made, types(), f"{use}/a", 77, 1)
    assert found.groups == made.groups and 77 in found.nodes[use].inputs.values()


def test_a_value_inside_a_group_changes_there() -> None:
    made, use = edit.make_group(graph(a=("seeded", {"seed": 4}), b=("add", {"a": "@a"})), ["a", "b"])
    found = node_at(with_value(made, f"{use}/a", "seed", 9), f"{use}/a")
    assert found is not None and found.inputs["seed"] == 9


def test_groups_and_nodes_that_are_gone_are_refused_in_words() -> None:
    made, use = edit.make_group(graph(a=("seeded", {"seed": 4})), ["a"])
    with pytest.raises(EditError, match="group has no seed"):
        another(made, types(), use, 1, 1)
    with pytest.raises(EditError, match="no node"):
        another(made, types(), "gone", 1, 1)
    assert node_at(made, "gone") is None and node_at(made, "gone/deep") is None


def test_the_input_that_is_left_to_a_person_is_found() -> None:
    made = graph(n="count", c=("choose", {"items": "@n", "choice": "ask"}))
    assert asking(made, "c") == "choice" and asking(made, "n") is None and asking(made, "gone") is None
    inside, use = edit.make_group(made, ["c"])
    assert asking(inside, f"{use}/c") == "choice"
