"""Sheets made of generators: rows of models, grids of values, and the switch that finishes every row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ajar.contract import NodeType
from ajar.errors import EditError
from workflows.check import check
from workflows.compare_finish import is_finished, place_of, sheets_of, with_finish
from workflows.compare_make import Axis, can_compare, compare_models, grid_over, lines_of
from workflows.finals import rivals
from workflows.flatten import flatten
from workflows.format import dump, read
from workflows.graph import Graph, Node, Wire
from workflows.packs import load_packs
from workflows.settings import Home
from workflows.studio import Studio

TYPES: Mapping[str, NodeType] = load_packs(entry_points=False).types
TITLES = {"builtin": "Built-in (small, made for trying out)"}


def board(**more: Any) -> Graph:
    inputs = {"prompt": "the sea", "seed": 7, "model": "builtin", **more}
    return Graph({"words": Node("prompt", {"text": "a hill"}), "paint": Node("flux", inputs),
                  "save": Node("save_image", {"image": Wire("paint")})}, layout={"paint": [10, 20]})


@pytest.fixture
def found(tmp_path: Path) -> Any:
    """The models that could paint instead, by name."""
    with Studio.open(Home.open(tmp_path / "home")) as studio:
        return {one.target.model: (one.target, one.twin)
                for one in rivals(studio.catalogue, studio.packs.providers, TYPES, board(), "paint")}


def test_a_sheet_of_models_is_one_node_and_a_sound_workflow(found: Any) -> None:
    others = [found["flux-2-pro"], found["gemini-3-pro-image"]]
    graph, use = compare_models(board(), TYPES, "paint", others, prompts=["a cat", "a dog"], seeds=[1, 2], cap=2.5,
                                titles=TITLES)
    assert read(dump(graph).encode()) == graph
    assert graph.nodes["paint"] == board().nodes["paint"], "the generator stays as it was"
    assert set(graph.nodes) == {*board().nodes, use}
    flat = flatten(graph)
    assert [problem for problem in check(graph, TYPES) if problem.severity == "error"] == []
    sheet = flat.nodes[f"{use}/sheet"]
    assert sheet.inputs["rows"] == ["Built-in", "FLUX.2 [pro]", "Gemini 3 Pro Image"]
    assert sheet.inputs["cap"] == 2.5 and sheet.inputs["title"] == "Two prompts, three models"
    assert flat.nodes[f"{use}/axes"].inputs == {"down": "a cat\na dog", "across": "1\n2"}
    made = {node.type: node for name, node in flat.nodes.items() if name.startswith(f"{use}/")}
    assert made["flux"].inputs["seed"] == Wire(f"{use}/axes", "column")
    assert made["bfl_image"].inputs["prompt"] == Wire(f"{use}/axes", "row")
    assert "seed" not in made["gemini_image"].inputs, "it has none"


def test_what_is_wired_to_a_generator_comes_through_the_group(found: Any) -> None:
    graph, use = compare_models(board(prompt=Wire("words")), TYPES, "paint", [found["flux-2-pro"]], titles=TITLES)
    assert graph.nodes[use].inputs["prompts"] == Wire("words")
    assert flatten(graph).nodes[f"{use}/axes"].inputs["down"] == Wire("words")
    assert [problem for problem in check(graph, TYPES) if problem.severity == "error"] == []


def test_a_grid_goes_over_one_or_two_parameters() -> None:
    graph, use = grid_over(board(), TYPES, "paint", Axis("steps", (1, 2, 4)), Axis("prompt", ("a, b", "c")))
    flat = flatten(graph)
    assert flat.nodes[f"{use}/axes"].inputs == {"across": "1\n2\n4", "down": "a, b\nc"}
    paint = flat.nodes[f"{use}/paint"]
    assert paint.inputs["steps"] == Wire(f"{use}/axes", "column")
    assert paint.inputs["prompt"] == Wire(f"{use}/axes", "row")
    assert paint.inputs["seed"] == 7, "all else stays as it was"
    sheet = flat.nodes[f"{use}/sheet"]
    assert (sheet.inputs["title"], sheet.inputs["ask"]) == ("Steps by prompt", "Steps")
    alone, other = grid_over(board(), TYPES, "paint", Axis("seed", (1, 2)))
    assert "rows" not in flatten(alone).nodes[f"{other}/sheet"].inputs
    assert [problem for made in (graph, alone) for problem in check(made, TYPES) if problem.severity == "error"] == []


@pytest.mark.parametrize(("axes", "said"), [
    ([Axis("stepz", (1,))], "steps"), ([Axis("steps", ())], "no values"), ([Axis("steps", ("many",))], "whole number"),
    ([Axis("steps", (1,)), Axis("steps", (2,))], "both"), ([Axis("seed", tuple(range(500)))], "500 cells"),
    ([Axis("image", (1,))], "image"),
])
def test_a_grid_that_can_not_be_made_says_why(axes: list[Axis], said: str) -> None:
    with pytest.raises(EditError) as failure:
        grid_over(board(), TYPES, "paint", *axes)
    assert said in f"{failure.value.message} {failure.value.hint}"


def test_only_what_makes_pictures_or_films_can_be_compared() -> None:
    assert can_compare(board(), TYPES, "paint")
    assert not can_compare(board(), TYPES, "words") and not can_compare(board(), TYPES, "gone")


def test_one_switch_finishes_every_row_or_none_and_keeps_what_was_set(found: Any) -> None:
    raw, use = compare_models(board(), TYPES, "paint", [found["flux-2-pro"]], prompts=["a"], titles=TITLES)
    path, node = place_of(raw, use)
    assert (path, node) == ((use,), "sheet") and not is_finished(raw, path, node)
    done = with_finish(raw, TYPES, path, node, on=True)
    assert is_finished(done, path, node)
    assert [problem for problem in check(done, TYPES) if problem.severity == "error"] == []
    shown = flatten(done).nodes[f"{use}/sheet"].inputs["cells"]
    assert all("finish" in one.node for one in shown.items)  # type: ignore[union-attr]
    back = with_finish(done, TYPES, path, node, on=False)
    assert not is_finished(back, path, node)
    assert flatten(back).nodes[f"{use}/sheet"].inputs["cells"] == flatten(raw).nodes[f"{use}/sheet"].inputs["cells"]
    assert with_finish(back, TYPES, path, node, on=True) == done, "the chains are woken, not made anew"
    assert with_finish(raw, TYPES, path, node, on=False) == raw


def test_sheets_are_found_wherever_they_are(found: Any) -> None:
    graph, first = compare_models(board(), TYPES, "paint", [found["flux-2-pro"]], titles=TITLES)
    graph, second = grid_over(graph, TYPES, "paint", Axis("steps", (1, 2)))
    assert list(sheets_of(graph)) == [((first,), "sheet"), ((second,), "sheet")]
    assert place_of(graph, second) == place_of(graph, f"{second}/sheet") == ((second,), "sheet")
    with pytest.raises(EditError, match="several"):
        place_of(graph, "")
    with pytest.raises(EditError, match="no compare sheet"):
        place_of(board(), "")


def test_values_become_lines() -> None:
    assert lines_of([1, 0.5, True, "two\nlines"]) == "1\n0.5\ntrue\ntwo lines"
