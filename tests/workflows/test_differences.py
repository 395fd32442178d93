"""What differs between two workflows, in words."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workflows import edit
from workflows.differences import difference
from workflows.graph import Expr, Graph, Row, Wire
from workflows.packs import load_packs

TYPES = load_packs([]).types
CLONE = Path(__file__).resolve().parents[2]


@pytest.fixture
def graph() -> Graph:
    graph = edit.add_node(Graph(), "prompt", {"text": "a lighthouse"}, at=(0, 0))
    graph = edit.add_node(graph, "flux", {"prompt": Wire("prompt"), "steps": 4}, at=(300, 0))
    return edit.add_node(graph, "save_image", {"image": Wire("flux")}, at=(600, 0))


CHANGES: list[tuple[Callable[[Graph], Graph], list[str]]] = [
    (lambda graph: graph, []),
    (lambda graph: edit.add_node(graph, "flux"), ["Added: Flux 2"]),
    (
        lambda graph: edit.add_node(graph, "upscale", {"image": Wire("flux")}),
        ["Added: Upscale", "Connected: Flux to image of Upscale"],
    ),
    (lambda graph: edit.set_value(graph, "flux", "steps", 8), ["Changed: steps of Flux from 4 to 8"]),
    (lambda graph: edit.set_value(graph, "flux", "steps", 4.0), ["Changed: steps of Flux from 4 to 4.0"]),
    (lambda graph: edit.set_value(graph, "flux", "guidance", 2.5), ["Changed: guidance of Flux to 2.5"]),
    (lambda graph: edit.reset_value(graph, "flux", "steps"), ["Reset: steps of Flux, it was 4"]),
    (
        lambda graph: edit.set_value(graph, "prompt", "text", "a ship,\n" + "very " * 30),
        ["Changed: text of Prompt from “a lighthouse” to “a ship, very very very very very very v…”"],
    ),
    (
        lambda graph: edit.set_value(graph, "flux", "steps", Expr("2 * 3")),
        ["Changed: steps of Flux from 4 to = 2 * 3"],
    ),
    (lambda graph: edit.set_value(graph, "save-image", "flag", True), ["Changed: flag of Save image to on"]),
    (lambda graph: edit.disconnect(graph, "flux", "prompt"), ["Disconnected: Prompt from prompt of Flux"]),
    (
        lambda graph: edit.set_value(graph, "flux", "loras", Row((Wire("prompt"), None))),
        ["Connected: Prompt to loras of Flux"],
    ),
    (
        lambda graph: edit.remove_node(graph, "prompt"),
        ["Removed: Prompt", "Disconnected: Prompt from prompt of Flux"],
    ),
    (lambda graph: edit.move(graph, {"flux": (1, 1), "prompt": (2, 2)}), ["Moved 2 nodes"]),
    (lambda graph: edit.set_title(graph, "flux", "Hero"), ["Renamed: Flux to Hero"]),
    (lambda graph: edit.set_state(graph, "flux", "muted"), ["Muted: Flux"]),
    (lambda graph: edit.set_take(graph, "flux", 3), ["Picked: take 3 of Flux"]),
    (lambda graph: edit.add_frame(graph, "Find the shot", (0, 0), (9, 9)), ["Added frame: Find the shot"]),
    (lambda graph: edit.add_note(graph, "ask the client", (0, 0)), ["Added note: ask the client"]),
    (lambda graph: edit.set_setting(graph, "intent", "client"), ["Changed setting: intent"]),
]


@pytest.mark.parametrize(("change", "lines"), CHANGES, ids=[str(number) for number in range(len(CHANGES))])
def test_a_change_in_words(graph: Graph, change: Callable[[Graph], Graph], lines: list[str]) -> None:
    assert difference(graph, change(graph), TYPES) == lines


def test_backwards_it_says_the_opposite(graph: Graph) -> None:
    after = edit.add_frame(edit.add_node(graph, "flux"), "Shot", (0, 0), (1, 1))
    assert difference(after, graph, TYPES) == ["Removed: Flux 2", "Removed frame: Shot"]


def test_changes_inside_a_group_name_the_group(graph: Graph) -> None:
    before, use = edit.make_group(graph, ["flux"], "finish")
    assert "Added group: Finish" in difference(graph, before, TYPES)
    whole, inside = edit.into(before, use)
    after = edit.outer(whole, use, edit.set_value(inside, "flux", "steps", 9))
    assert difference(before, after, TYPES) == ["In group Finish: changed: steps of Flux from 4 to 9"]


def test_types_that_are_not_installed_are_named_by_their_id() -> None:
    assert difference(Graph(), edit.add_node(Graph(), "pack/strange-thing")) == ["Added: Strange thing"]


def test_what_was_replaced_is_told_by_kind_where_its_own_title_stayed(graph: Graph) -> None:
    old = replace(graph, nodes={**graph.nodes, "flux": replace(graph.nodes["flux"], title="Picture")})
    new = replace(old, nodes={**old.nodes, "flux": replace(old.nodes["flux"], type="bfl_image")})
    assert f"Replaced: Picture (Flux) by {TYPES['bfl_image'].title}" in difference(old, new, TYPES)
