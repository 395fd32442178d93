"""Every template runs on a bare machine, and the built-in model paints what the words say."""

import functools
import importlib.util
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.contract import NodeType
from ajar.values import Image
from workflows.format import dump, load
from workflows.forms import form_of
from workflows.graph import Graph, Node
from workflows.inside import room
from workflows.packs import load_packs
from workflows.project import find
from workflows.run import Summary
from workflows.schema import schema
from workflows.settings import Home
from workflows.sockets import input_of
from workflows.studio import Options, Studio

RESOURCES = Path(__file__).parents[2] / "resources"
FOLDER = RESOURCES / "templates"
TEMPLATES = sorted(FOLDER.glob("*.json"))
ROWS = tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))["template"]
RUNNING = [file for file in TEMPLATES if not any(row["needs"] for row in ROWS if row["name"] == file.stem)]
LONG = {"train-a-lora"}
"""Templates that take about a minute."""
needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")


@functools.cache
def known_types() -> Mapping[str, NodeType]:
    return load_packs(entry_points=False).types


@functools.cache
def checked_schema() -> dict[str, Any]:
    """The schema of workflow files; making it takes its time."""
    return schema(known_types())


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for all, so that its worker loads the model once."""
    with Studio.open(Home.open(tmp_path_factory.mktemp("home"))) as opened:
        yield opened


def run(studio: Studio, graph: Graph, out: Path) -> Summary:
    prepared = studio.plan(graph, find(TEMPLATES[0]), Options(out=out))
    summary = studio.start(prepared, lambda event: None).wait(300)
    assert summary.status == "done", summary.error
    return summary


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_is_written_as_ajar_writes_it_and_fits_the_schema(file: Path) -> None:
    import jsonschema

    assert dump(load(file)) == file.read_text("utf-8")
    jsonschema.validate(json.loads(file.read_text("utf-8")), checked_schema())


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_explains_itself_and_every_node_has_its_place(file: Path) -> None:
    graph = load(file)
    inner = {f"group:{name}/{node}" for name, group in graph.groups.items() for node in group.nodes}
    assert set(graph.layout) == set(graph.nodes) | inner
    assert graph.notes or graph.frames or file.stem == "first"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_has_a_form_for_those_who_need_not_see_the_graph(file: Path) -> None:
    graph = load(file)
    types = known_types()
    assert form_of(graph)
    for one in form_of(graph):
        assert input_of(room(graph, one.room), types, one.node, one.input) is not None


def test_the_index_lists_every_template_once_and_its_pictures_are_small() -> None:
    assert sorted(row["name"] for row in ROWS) == sorted(file.stem for file in TEMPLATES)
    pictures = [FOLDER / f"{row['name']}.jpg" for row in ROWS if row["picture"]]
    assert sorted(FOLDER.glob("*.jpg")) == sorted(pictures)
    assert sum(picture.stat().st_size for picture in pictures) < 400_000
    for row in ROWS:
        assert row["title"] and row["sentence"].endswith(".") and row["shows"]
        assert not row["picture"] or row["picture"] in load(FOLDER / f"{row['name']}.json").nodes


@pytest.mark.parametrize("file", [file for file in TEMPLATES if file not in RUNNING], ids=lambda file: file.stem)
def test_a_template_that_needs_a_model_opens_and_says_what_is_missing_and_where_it_goes(
    studio: Studio, file: Path,
) -> None:
    problems = studio.check(load(file), find(file))
    assert [problem.node for problem in problems if problem.severity == "error"] == ["lora"]
    assert "my-style" in problems[0].message and str(studio.home.models) in f"{problems[0].message} {problems[0].hint}"


@pytest.mark.parametrize("file", RUNNING, ids=lambda file: file.stem)
def test_the_built_in_model_understands_every_prompt_of_a_template(studio: Studio, file: Path) -> None:
    warnings = studio.plan(load(file), find(file), Options()).warnings
    assert not [problem for problem in warnings if problem.input in ("prompt", "negative")]


@needs_torch
@pytest.mark.parametrize("file", [pytest.param(file, marks=[pytest.mark.slow] if file.stem in LONG else [])
                                  for file in RUNNING], ids=lambda file: file.stem)
def test_a_template_runs(studio: Studio, file: Path, tmp_path: Path) -> None:
    summary = run(studio, load(file), tmp_path)
    assert summary.outputs
    assert all(output.path is not None and output.path.stat().st_size > 1000 for output in summary.outputs)


@needs_torch
@pytest.mark.parametrize(("words", "inside", "outside"), [
    ("a large red circle on a white background", (220, 40, 40), (246, 246, 246)),
    ("a large yellow circle on a blue background", (248, 214, 50), (40, 90, 215)),
])
def test_the_built_in_model_paints_what_the_words_say(
    studio: Studio, tmp_path: Path, words: str, inside: tuple[int, int, int], outside: tuple[int, int, int],
) -> None:
    summary = run(studio, Graph({"p": Node("flux", {"prompt": words, "seed": 3})}), tmp_path)
    [output] = summary.outputs
    assert output.path is not None
    pixels = Image.open(output.path).array.astype(float)
    side = pixels.shape[0]
    middle = pixels[side * 2 // 5 : side * 3 // 5, side * 2 // 5 : side * 3 // 5].mean((0, 1))
    corner = pixels[: side // 10, : side // 10].mean((0, 1))
    assert np.abs(middle - inside).max() < 60 and np.abs(corner - outside).max() < 60
