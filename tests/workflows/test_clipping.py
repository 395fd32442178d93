import json
from dataclasses import replace
from typing import Any

import pytest

from ajar.contract import describe
from ajar.errors import EditError, WorkflowError
from workflows import clipping, edit
from workflows.format import dump
from workflows.graph import Expr, Graph, Group, GroupInput, Node, Row, Wire


def board() -> Graph:
    return Graph(
        {
            "a": Node("paint", {"steps": 20, "prompt": "an open door"}), "b": Node("blur", {"image": Wire("a")}),
            "c": Node("sheet", {"images": Row((Wire("b"), Wire("a"), None, Wire("b")))}),
            "u": Node("group:g", {"picture": Wire("b"), "steps": Expr("a.steps * 2")}),
        },
        {
            "g": Group({"picture": {}}, {"result": Wire("x")}, {"x": Node("group:h", {"in": GroupInput("picture")})}),
            "h": Group({"in": {}}, {"result": Wire("y")}, {"y": Node("blur", {"image": GroupInput("in")})}),
            "unused": Group(),
        },
        {"a": [100, 50], "b": [400, 80, {"pinned": True}], "c": [700, 0], "u": [1000, 0], "group:h/y": [7, 8]},
        {"frame": {"title": "Look", "at": [380, 40], "size": [900, 400]}, "group:g/frame": {"at": [1, 1]}},
        {"note": {"text": "Try more grain", "at": [0, 0]}},
    )


def copied(graph: Graph, *names: str) -> dict[str, Any]:
    found = json.loads(clipping.copy_text(graph, names))
    assert isinstance(found, dict)
    return found


def test_a_copy_is_text_that_people_can_read() -> None:
    text = clipping.copy_text(board(), ["a", "b"])
    assert text.startswith('{\n  "ajar-nodes": 1,\n  "nodes": {\n    "a": {')
    assert '"from": "a"' in text
    assert set(json.loads(text)) == {"ajar-nodes", "nodes", "layout"}
    assert set(copied(board(), "u")["groups"]) == {"g", "h"}
    with pytest.raises(EditError, match="nothing to copy"):
        clipping.copy_text(board(), ["gone"])


def test_pasting_renews_ids_and_keeps_the_wires_inside() -> None:
    graph, new = clipping.paste(board(), clipping.copy_text(board(), ["a", "b", "c"]), (0, 1000))
    assert new == ("a-2", "b-2", "c-2")
    assert graph.nodes["b-2"].inputs == {"image": Wire("a-2")}
    assert graph.nodes["c-2"].inputs["images"] == Row((Wire("b-2"), Wire("a-2"), None, Wire("b-2")))
    assert (graph.layout["a-2"], graph.layout["b-2"]) == ([0, 1050], [300, 1080, {"pinned": True}])
    assert graph.layout["c-2"] == [600, 1000]


def test_wires_from_outside_are_kept_only_on_request() -> None:
    text = clipping.copy_text(board(), ["b", "c"])
    graph, _ = clipping.paste(board(), text, (0, 0))
    assert graph.nodes["b-2"].inputs == {}
    assert graph.nodes["c-2"].inputs["images"] == Row((Wire("b-2"), None, None, Wire("b-2")))
    graph, _ = clipping.paste(board(), text, (0, 0), keep_wires=True)
    assert graph.nodes["b-2"].inputs == {"image": Wire("a")}
    graph, _ = clipping.paste(Graph(), text, (0, 0), keep_wires=True)
    assert graph.nodes["b"].inputs == {}


def test_formulas_follow_the_copies() -> None:
    graph, _ = clipping.paste(board(), clipping.copy_text(board(), ["a", "u"]), (0, 0))
    assert graph.nodes["u-2"].inputs["steps"] == Expr("a-2.steps * 2")
    graph, _ = clipping.paste(board(), clipping.copy_text(board(), ["u"]), (0, 0))
    assert graph.nodes["u-2"].inputs["steps"] == Expr("a.steps * 2")
    graph, _ = clipping.paste(Graph(), clipping.copy_text(board(), ["u"]), (0, 0))
    assert "steps" not in graph.nodes["u"].inputs


def test_groups_come_along_and_are_shared_where_they_are_the_same() -> None:
    text = clipping.copy_text(board(), ["u"])
    graph, _ = clipping.paste(board(), text, (0, 0))
    assert graph.nodes["u-2"].type == "group:g" and len(graph.groups) == 3
    graph, _ = clipping.paste(Graph(), text, (0, 0))
    assert set(graph.groups) == {"g", "h"}
    assert graph.layout["group:h/y"] == [7, 8] and graph.frames == {"group:g/frame": {"at": [1, 1]}}
    other = replace(board(), groups={**board().groups, "h": Group(nodes={"y": Node("grain")})})
    graph, _ = clipping.paste(other, text, (0, 0))
    assert graph.nodes["u-2"].type == "group:g-2"
    assert graph.groups["g-2"].nodes["x"].type == "group:h-2"
    assert graph.groups["h"].nodes["y"].type == "grain" and graph.layout["group:h-2/y"] == [7, 8]


def test_frames_and_notes_are_copied_too() -> None:
    graph, new = clipping.paste(board(), clipping.copy_text(board(), ["b", "frame:frame", "note:note"]), (10, 10))
    assert new == ("b-2", "frame:frame-2", "note:note-2")
    assert graph.frames["frame-2"] == {"title": "Look", "at": [390, 50], "size": [900, 400]}
    assert graph.notes["note-2"]["at"] == [10, 10]


def test_a_whole_workflow_and_text_in_a_chat_can_be_pasted() -> None:
    whole = dump(board())
    assert clipping.can_paste(whole)
    assert len(clipping.paste(Graph(), whole, (0, 0))[1]) == 6
    chat = f"Try this:\n\n```json\n{clipping.copy_text(board(), ['a'])}```\nIt is soft."
    assert clipping.paste(Graph(), chat, (0, 0))[1] == ("a",)
    assert clipping.paste(Graph(), f"here: {clipping.copy_text(board(), ['a'])} bye", (0, 0))[1] == ("a",)


@pytest.mark.parametrize("text", ["", "hello", "{}", '{"nodes": {}}', '"ajar-nodes"', "{" * 300, "```\n{}\n```"])
def test_other_text_can_not_be_pasted(text: str) -> None:
    assert not clipping.can_paste(text)
    with pytest.raises((EditError, WorkflowError)) as caught:
        clipping.paste(Graph(), text, (0, 0))
    assert caught.value.hint


def test_broken_text_says_where() -> None:
    with pytest.raises(WorkflowError, match="line 3"):
        clipping.paste(Graph(), '{\n  "ajar-nodes": 1,\n  "nodes": {,}}', (0, 0))
    assert not clipping.can_paste('{"ajar-nodes": 1, "nodes": {"a": {}}}')


def test_secrets_are_never_in_the_text() -> None:
    key = "sk-" + "a1" * 20
    graph = edit.add_node(board(), "api", {"api_key": "hunter2", "prompt": f"use {key} please", "Token": "x"})
    graph = edit.set_value(graph, "api", "style", Expr(f"'{key}' + '!'"))
    graph = edit.set_value(graph, "api", "password", ["hunter2"])
    graph = edit.add_note(graph, f"Authorization: Bearer {'x' * 30}", (0, 0))
    text = clipping.copy_text(graph, ["api", "note:note-2", "a"])
    assert key not in text and "hunter2" not in text and "x" * 30 not in text
    assert "an open door" in text


def test_duplicates_take_what_the_originals_take_on_request() -> None:
    graph, new = clipping.double(board(), ["b", "c"])
    assert new == ("b-2", "c-2")
    assert graph.nodes["b-2"].inputs == {} and graph.layout["b-2"] == [440, 120, {"pinned": True}]
    graph, _ = clipping.double(board(), ["b", "c"], (0, 0), keep_wires=True)
    assert graph.nodes["b-2"].inputs == {"image": Wire("a")}
    assert graph.nodes["c-2"].inputs["images"] == Row((Wire("b-2"), Wire("a"), None, Wire("b-2")))


def test_inputs_of_a_group_are_kept_only_inside_it() -> None:
    inside = Graph({"y": Node("blur", {"image": GroupInput("picture")})})
    text = clipping.copy_text(inside, ["y"])
    assert clipping.paste(inside, text, (0, 0))[0].nodes["y-2"].inputs == {}
    assert clipping.paste(inside, text, (0, 0), keep_wires=True)[0].nodes["y-2"].inputs == inside.nodes["y"].inputs
    assert clipping.paste(board(), text, (0, 0), keep_wires=True)[0].nodes["y"].inputs == {}


def test_nodes_that_were_copied_long_ago_get_their_names_of_today() -> None:
    def soften(value: int = 0) -> int:
        return value

    types = {"soften": describe(soften, was=("old_blur",))}
    text = clipping.copy_text(Graph({"a": Node("old_blur", {"value": 3})}), ["a"])
    assert clipping.paste(Graph(), text, (0, 0), types=types)[0].nodes["a"].type == "soften"
