import json
from dataclasses import replace
from typing import Any

import pytest

from ajar.contract import NodeType, describe
from ajar.errors import EditError
from ajar.hints import Seed
from workflows import edit, format
from workflows.flatten import flatten
from workflows.graph import Expr, Graph, GroupInput, Node, Row, Wire, wires


def graph(nodes: dict[str, Any], groups: dict[str, Any] | None = None, **more: Any) -> Graph:
    return format.read(json.dumps({"ajar": 1, "nodes": nodes, "groups": groups or {}, **more}).encode())


def chain() -> Graph:
    return graph({
        "a": {"type": "paint"}, "b": {"type": "blur", "inputs": {"image": {"from": "a.result"}}},
        "c": {"type": "sheet", "inputs": {"images": [{"from": "b"}, {"from": "a"}], "title": "x"}},
        "d": {"type": "number", "inputs": {"value": {"expr": "a.steps + 1"}}},
    }, layout={"a": [0, 0], "b": [10, 0]})


def refused(change: Any, *words: str) -> None:
    with pytest.raises(EditError) as caught:
        change()
    for word in words:
        assert word in caught.value.message
    assert caught.value.hint


def test_nodes_get_ids_from_their_types() -> None:
    made = Graph()
    for _ in range(3):
        made = edit.add_node(made, "pack/Load_Image", at=(1, 2))
    assert list(made.nodes) == ["load-image", "load-image-2", "load-image-3"]
    assert made.layout["load-image-2"] == [1, 2]
    assert edit.fresh(["flux", "flux-2"], "flux-2") == "flux-3"
    assert edit.fresh([], "group:finish") == "finish"
    assert edit.fresh([], "日本") == "node"


def test_adding_refuses_wrong_and_taken_ids() -> None:
    refused(lambda: edit.add_node(chain(), "t", id="a"), '"a"')
    refused(lambda: edit.add_node(chain(), "t", id="A b"), '"A b"')
    refused(lambda: edit.add_node(chain(), "t", {"x": float("nan")}), "x")


def test_edits_share_what_did_not_change_and_leave_the_old_graph() -> None:
    before = chain()
    text = format.dump(before)
    after = edit.set_value(before, "b", "radius", 3)
    assert format.dump(before) == text
    assert after.nodes["a"] is before.nodes["a"]
    assert after.layout is before.layout
    assert edit.set_value(after, "b", "radius", 3) is after
    assert edit.set_value(after, "b", "radius", 3.0) is not after
    assert edit.set_value(edit.set_value(after, "b", "on", 1), "b", "on", True).nodes["b"].inputs["on"] is True


def test_removing_a_node_removes_its_wires() -> None:
    after = edit.remove_node(chain(), "b")
    assert after.nodes["c"].inputs == {"images": Row((None, Wire("a"))), "title": "x"}
    assert "b" not in after.layout
    after = edit.remove_node(after, "a")
    assert after.nodes["c"].inputs == {"title": "x"}


def test_healing_joins_what_was_around_the_node() -> None:
    after = edit.remove_node(chain(), "b", heal=True)
    assert after.nodes["c"].inputs["images"] == Row((Wire("a", "result"), Wire("a")))
    assert edit.remove_node(chain(), "a", heal=True).nodes["b"].inputs == {}


def test_renaming_follows_wires_formulas_and_places() -> None:
    after = edit.rename_node(chain(), "a", "sky")
    assert list(after.nodes) == ["sky", "b", "c", "d"]
    assert after.nodes["b"].inputs["image"] == Wire("sky", "result")
    assert after.nodes["c"].inputs["images"] == Row((Wire("b"), Wire("sky")))
    assert after.nodes["d"].inputs["value"] == Expr("sky.steps + 1")
    assert after.layout == {"sky": [0, 0], "b": [10, 0]}
    assert edit.rename_node(after, "sky", "a") == chain()
    refused(lambda: edit.rename_node(chain(), "a", "b"), '"b"')


def test_wiring_and_unwiring() -> None:
    after = edit.connect(chain(), "d", "result", "b", "radius")
    assert after.nodes["b"].inputs["radius"] == Wire("d", "result")
    after = edit.connect(after, "a", None, "c", "images", 3)
    assert after.nodes["c"].inputs["images"] == Row((Wire("b"), Wire("a"), None, Wire("a")))
    after = edit.disconnect(after, "c", "images", 3)
    assert after.nodes["c"].inputs["images"] == Row((Wire("b"), Wire("a")))
    after = edit.disconnect(edit.disconnect(after, "c", "images", 0), "c", "images", 1)
    assert after.nodes["c"].inputs == {"title": "x"}
    assert "image" not in edit.disconnect(chain(), "b", "image").nodes["b"].inputs
    refused(lambda: edit.disconnect(chain(), "c", "title"), "title")
    refused(lambda: edit.disconnect(chain(), "c", "images", 7), "place 7")


def test_circles_and_unknown_nodes_are_refused() -> None:
    refused(lambda: edit.connect(chain(), "c", None, "a", "x"), '"c"', '"a"')
    refused(lambda: edit.connect(chain(), "a", None, "a", "x"), '"a"')
    refused(lambda: edit.connect(chain(), "nobody", None, "a", "x"), '"nobody"')
    refused(lambda: edit.set_value(chain(), "bb", "x", 1), '"bb"')
    refused(lambda: edit.set_value(chain(), "a", "x y", 1), '"x y"')
    refused(lambda: edit.set_value(chain(), "a", "x", Expr("1 +")), "1 +")
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    refused(lambda: edit.set_value(chain(), "a", "x", deep), "deep")
    refused(lambda: edit.set_value(chain(), "a", "x", "\ud800"), "x")


def test_states_takes_titles_settings_frames_and_notes() -> None:
    made = edit.set_state(chain(), "a", "muted")
    assert made.nodes["a"].state == "muted"
    assert edit.set_state(made, "a", None) == chain()
    refused(lambda: edit.set_state(chain(), "a", "frozen"), "no result")
    frozen = edit.set_state(chain(), "a", "frozen", {"result": "ab"})
    assert frozen.nodes["a"].result == {"result": "ab"}
    assert edit.set_state(frozen, "a", None) == chain()
    assert edit.set_take(chain(), "a", 2).nodes["a"].take == 2
    refused(lambda: edit.set_take(chain(), "a", -1), "take")
    assert edit.set_title(chain(), "a", "Sky").nodes["a"].title == "Sky"
    with pytest.raises(EditError, match="can't be kept"):
        edit.set_title(chain(), "a", "half \ud83d")
    made = edit.add_note(edit.add_frame(chain(), "All", (0, 0), (100, 50)), "Hello", (5, 5))
    assert made.frames["frame"]["title"] == "All"
    assert edit.put(edit.put(made, "frames", "frame", None), "notes", "note", None) == chain()
    assert edit.set_setting(edit.set_setting(made, "intent", "commercial"), "intent", None) == made
    refused(lambda: edit.set_setting(made, "x", object()), "x")
    refused(lambda: edit.move(made, {"a": (float("nan"), 0)}), "ordinary numbers")


def test_duplicates_keep_the_wires_among_them() -> None:
    after, new = edit.duplicate(chain(), ["b", "c"])
    assert new == {"b": "b-2", "c": "c-2"}
    assert after.nodes["b-2"].inputs["image"] == Wire("a", "result")
    assert after.nodes["c-2"].inputs["images"] == Row((Wire("b-2"), Wire("a")))
    assert after.layout["b-2"] == [50, 40]


def test_a_group_is_made_and_taken_apart() -> None:
    before = chain()
    after, use = edit.make_group(before, ["b"], "finish")
    assert use == "finish"
    assert list(after.nodes) == ["a", "finish", "c", "d"]
    group = after.groups["finish"]
    assert group.inputs == {"image": {}}
    assert group.nodes["b"].inputs["image"] == GroupInput("image")
    assert after.nodes["finish"].inputs["image"] == Wire("a", "result")
    assert after.nodes["c"].inputs["images"] == Row((Wire("finish", "result"), Wire("a")))
    assert flatten(after).nodes["c"].inputs["images"] == Row((Wire("finish/b"), Wire("a")))
    assert after.layout == {"a": [0, 0], "group:finish/b": [10, 0], "finish": [10, 0]}
    again = edit.ungroup(after, "finish")
    assert again == before
    assert not again.groups


def test_groups_that_cannot_be_made() -> None:
    refused(lambda: edit.make_group(chain(), ["a", "c"]), '"b"', "between")
    refused(lambda: edit.make_group(chain(), []), "at least one")
    refused(lambda: edit.make_group(chain(), ["x"]), '"x"')
    refused(lambda: edit.make_group(chain(), ["d"]), "a.steps")
    refused(lambda: edit.ungroup(chain(), "a"), "not a use")


GROUPS = {
    "inner": {"inputs": {"x": {"default": 1}}, "outputs": {"result": {"from": "n"}},
              "nodes": {"n": {"type": "draw", "inputs": {"value": {"input": "x"}}}}},
    "outer": {"inputs": {"y": {"default": 2}}, "outputs": {"result": {"from": "in.result"}},
              "nodes": {"in": {"type": "group:inner", "inputs": {"x": {"input": "y"}}}, "m": {"type": "draw"}}},
}


def grouped() -> Graph:
    return graph({"p": {"type": "group:outer"}, "q": {"type": "group:outer", "inputs": {"y": 9}}}, GROUPS)


def test_override_replaces_literals_wires_and_places_of_rows() -> None:
    assert edit.override(chain(), "b.image", 3).nodes["b"].inputs["image"] == 3
    assert edit.override(chain(), "b.image", {"from": "d"}).nodes["b"].inputs["image"] == Wire("d")
    assert edit.override(chain(), "b.image", {"expr": "d.value"}).nodes["b"].inputs["image"] == Expr("d.value")
    assert edit.override(chain(), "c.images[1]", None).nodes["c"].inputs["images"] == Row((Wire("b"), None))
    assert edit.override(chain(), "c.images", [1, 2]).nodes["c"].inputs["images"] == [1, 2]
    for target in ("b", "b.", ".x", "b.x.y", "B.x", "b.image[x]", "", "b/.x", "c.images[9999999]"):
        refused(lambda target=target: edit.override(chain(), target, 1))
    refused(lambda: edit.override(chain(), "bx.image", 1), '"bx"')
    refused(lambda: edit.override(chain(), "b/x.image", 1), '"b" is not a use')
    refused(lambda: edit.override(chain(), "b.image", {"from": "B"}), '"B"')
    refused(lambda: edit.override(chain(), "b.image", {"from": "c"}), '"c"')


def test_override_inside_a_group_leaves_the_other_uses_alone() -> None:
    after = edit.override(grouped(), "p/in/n.value", 5)
    flat = flatten(after)
    assert flat.nodes["p/in/n"].inputs["value"] == 5
    assert flat.nodes["q/in/n"].inputs["value"] == 9
    assert flatten(edit.override(after, "p/m.value", 6)).nodes["p/m"].inputs["value"] == 6
    assert flatten(edit.override(after, "p/m.value", 6)).nodes["p/in/n"].inputs["value"] == 5
    refused(lambda: edit.override(grouped(), "p/in/x.value", 1), "p/in/x")
    refused(lambda: edit.override(grouped(), "p/x/n.value", 1), "p/x")


def draw(value: Seed = 0, other: int = 0) -> int:
    return value


DRAW: dict[str, NodeType] = {"draw": describe(draw)}


def test_set_seeds_leaves_wired_ones() -> None:
    made = graph({
        "a": {"type": "draw"}, "b": {"type": "draw", "inputs": {"value": 5, "other": 1}},
        "c": {"type": "draw", "inputs": {"value": {"from": "a"}}},
        "d": {"type": "draw", "inputs": {"value": {"expr": "1"}}},
        "e": {"type": "unknown", "inputs": {"value": 3}},
    })
    after = edit.set_seeds(made, DRAW, 42)
    assert [node.inputs.get("value") for node in after.nodes.values()] == [42, 42, Wire("a"), Expr("1"), 3]
    assert after.nodes["b"].inputs["other"] == 1
    refused(lambda: edit.set_seeds(made, DRAW, -1), "seed")
    refused(lambda: edit.set_seeds(made, DRAW, 2**63), "seed")


def test_set_seeds_reaches_into_groups() -> None:
    flat = flatten(edit.set_seeds(grouped(), DRAW, 42))
    assert {name: node.inputs["value"] for name, node in flat.nodes.items()} == {
        "p/in/n": 42, "p/m": 42, "q/in/n": 42, "q/m": 42,
    }


def test_wires_are_listed_with_their_places() -> None:
    assert list(wires(chain())) == [
        ("a", "result", "b", "image", None), ("b", None, "c", "images", 0), ("a", None, "c", "images", 1),
    ]


def test_an_edit_of_a_large_graph_is_quick() -> None:
    import time

    nodes = {f"n-{i}": Node("t", {"x": i}) for i in range(2000)}
    large = replace(Graph(), nodes=nodes)
    start = time.process_time()
    for i in range(100):
        large = edit.set_value(large, f"n-{i}", "x", -1)
    assert (time.process_time() - start) / 100 < 0.002
