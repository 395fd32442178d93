"""The Finish group behind a card, as one edit."""

import pytest

from ajar.errors import EditError
from workflows.check import check
from workflows.finish import can_finish, finish
from workflows.format import dump, read
from workflows.graph import Graph, Node, Wire
from workflows.packs import load_packs

TYPES = load_packs(entry_points=False).types


def graph(kind: str = "load_image") -> Graph:
    saver = "save_image" if kind == "load_image" else "save_video"
    key = "image" if kind == "load_image" else "video"
    return Graph(
        {"shot": Node(kind, {"file": "a.png"}), "save": Node(saver, {key: Wire("shot")}),
         "words": Node("prompt", {"text": "hello"})},
        layout={"shot": [0, 0], "save": [300, 0]},
    )


@pytest.mark.parametrize(("kind", "last"), [("load_image", "grain"), ("load_video", "loudness")])
def test_what_is_saved_is_finished_and_the_workflow_stays_sound(kind: str, last: str) -> None:
    before = graph(kind)
    after, use = finish(before, TYPES, "shot")
    group = after.groups[after.nodes[use].group or ""]
    assert [*group.nodes][-1] == last and "larger" in group.nodes
    assert after.nodes["save"].inputs == {"image" if kind == "load_image" else "video": Wire(use)}
    assert not [problem for problem in check(after, TYPES) if problem.severity == "error"]
    assert read(dump(after).encode()) == after
    assert (after.layout[use], after.layout["save"]) == ([300, 0], [600, 0])


def test_other_followers_keep_what_they_had_and_the_group_is_made_once() -> None:
    start = graph()
    start = Graph({**start.nodes, "blur": Node("blur", {"image": Wire("shot")})}, layout=start.layout)
    once, first = finish(start, TYPES, "shot")
    assert once.nodes["blur"].inputs["image"] == Wire("shot")
    twice, second = finish(once, TYPES, "blur")
    assert (first, second) == ("finish", "finish-2") and list(twice.groups) == ["finish"]
    with pytest.raises(EditError, match="already"):
        finish(twice, TYPES, "blur")


def test_a_group_of_the_same_name_is_left_alone() -> None:
    start = graph()
    own = read(b'{"ajar": 1, "nodes": {}, "groups": {"finish": {"nodes": {"a": {"type": "prompt"}}}}}').groups
    made, use = finish(Graph(start.nodes, groups=own, layout=start.layout), TYPES, "shot")
    assert made.groups["finish"] == own["finish"] and made.nodes[use].group == "finish-2"


def test_a_node_without_a_picture_is_refused_with_a_sentence() -> None:
    assert can_finish(graph(), TYPES, "shot") and not can_finish(graph(), TYPES, "words")
    with pytest.raises(EditError, match="no picture"):
        finish(graph(), TYPES, "words")
    with pytest.raises(EditError, match="no node"):
        finish(graph(), TYPES, "nothing")
