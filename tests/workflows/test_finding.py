import pytest

from ajar.contract import NodeType, node_of
from ajar.models import ModelEntry
from nodes import blend, flow, flux, look, text, upscale
from workflows.finding import Entry, entries_of, find_nodes, group_entries, rank
from workflows.graph import Expr, Graph, Group, Node, Row
from workflows.problems import Problem

TYPES: dict[str, NodeType] = {
    found.id: found for module in (blend, flow, flux, look, text, upscale)
    for thing in vars(module).values() if (found := node_of(thing))
}
VEO = ModelEntry("veo-3", "Veo 3", "flux", "veo", False, "unknown", None, "", "", None)
ENTRIES = [
    Entry("blur", "Blur", ("soften", "gaussian"), "Look"), Entry("motion_blur", "Motion blur", ("streak",), "Look"),
    Entry("sharpen", "Sharpen", ("unsharp mask",), "Look"), Entry("load_image", "Load image", ("open file",), "Files"),
    Entry("video", "Generate video", ("veo-3", "kling"), "Generate"), Entry("colour", "Colour café", (), "Tone"),
]


def ids(query: str, *recent: str) -> list[str]:
    return [entry.id for entry in rank(query, ENTRIES, recent)]


def test_all_words_are_found_somewhere() -> None:
    assert ids("image") == ["load_image"]
    assert ids("files open") == ["load_image"]
    assert ids("look mask") == ["sharpen"]
    assert ids("look kling") == []


def test_a_model_name_finds_the_node() -> None:
    assert ids("veo") == ["video"]
    assert rank("veo", entries_of(TYPES, [VEO]))[0].id == "flux"


def test_what_is_called_just_that_comes_before_what_only_holds_it() -> None:
    assert ids("blur") == ["blur", "motion_blur"]
    assert ids("blu") == ["blur", "motion_blur"]
    assert ids("soft") == ["blur"]


def test_last_used_comes_first() -> None:
    assert ids("blu", "motion_blur") == ["motion_blur", "blur"]
    assert ids("blur", "motion_blur") == ["blur", "motion_blur"]
    assert ids("", "video", "sharpen")[:3] == ["video", "sharpen", "blur"]


@pytest.mark.parametrize("typed", ["shrapen", "sharpn", "sharppen", "sgarpen", "SHARPNE", "sharpe", "sharp", "harpen"])
def test_typing_errors_are_forgiven(typed: str) -> None:
    assert ids(typed) == ["sharpen"]


def test_errors_are_forgiven_only_where_nothing_else_is_found() -> None:
    assert ids("blue") == ["blur", "motion_blur"]
    assert rank("blue", [*ENTRIES, Entry("b", "Blue screen")])[0].id == "b"
    assert ids("xyzzy") == []


def test_capitals_and_accents_do_not_matter() -> None:
    assert ids("CAFE") == ["colour"]


def test_hidden_types_are_not_offered_and_groups_are() -> None:
    offered = {entry.id for entry in entries_of(TYPES)}
    assert "dot" not in offered and "switch" in offered
    graph = Graph(groups={"finish": Group(title="Film look"), "two-steps": Group()})
    assert [(one.id, one.title) for one in group_entries(graph)] == [
        ("group:finish", "Film look"), ("group:two-steps", "Two steps"),
    ]


def board() -> Graph:
    return Graph(
        {
            "a": Node("blur", {"radius": 12.5}, title="Soft light"),
            "b": Node("prompt", {"text": "An open door\nat night"}),
            "c": Node("text_join", {"parts": Row(("door", None)), "separator": Expr("b.style")}),
            "use": Node("group:g"), "z": Node("pack/gone"),
        },
        {"g": Group(nodes={"inner": Node("grain", {"coloured": True})}, title="Finish")},
        frames={"frame": {"title": "Night scenes"}, "group:g/frame": {"title": "Night"}},
        notes={"note": {"text": "ask Maria"}},
    )


def where(query: str, *problems: Problem) -> list[str]:
    return ["/".join((*one.room, one.node)) for one in find_nodes(board(), TYPES, query, problems)]


def test_nodes_are_found_by_name_type_value_and_error() -> None:
    assert where("soft") == ["a"]
    assert where("blur") == ["a"]
    assert where("radius 12") == ["a"]
    assert where("door") == ["b", "c"]
    assert where("night door") == ["b"]
    assert where("style") == ["c"]
    assert where("gone") == ["z"]
    assert where("needs a picture", Problem("error", '"a" needs a picture for "image".', "", "a")) == ["a"]
    assert where("nothing like it") == [] and where("  ") == []


def test_nodes_in_groups_frames_and_notes_are_found() -> None:
    assert where("grain") == ["use/inner"]
    assert where("coloured true") == ["use/inner"]
    assert where("finish") == ["use"]
    assert where("night") == ["frame:frame", "b"]
    assert where("maria") == ["note:note"]
    assert where("broken", Problem("error", "It is broken.", "", "use/inner")) == ["use/inner"]


def test_it_says_what_was_found() -> None:
    [one] = find_nodes(board(), TYPES, "open door")
    assert (one.title, one.what) == ("Prompt", "Text: An open door at night")
