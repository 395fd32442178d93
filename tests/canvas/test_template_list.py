from pathlib import Path

import pytest

from canvas import template_list
from canvas.template_list import Want
from workflows.graph import Graph, Group, GroupInput, Node
from workflows.packs import load_packs
from workflows.settings import Home
from workflows.studio import Studio

TYPES = load_packs(entry_points=False).types


def test_a_template_is_found_by_words_of_all_that_is_said_of_it() -> None:
    rows = template_list.templates()
    assert [row.name for row in rows if row.fits("side GRAIN")] == ["finish-chain"]
    assert not [row for row in rows if row.fits("nothing of the kind")]


def test_a_row_without_its_file_and_a_broken_index_are_passed_over(tmp_path: Path) -> None:
    assert template_list.templates(tmp_path) == ()
    (tmp_path / "index.toml").write_text('[[template]]\nname="gone"\n')
    assert template_list.templates(tmp_path) == ()
    (tmp_path / "index.toml").write_text("[[")
    assert template_list.templates(tmp_path) == ()


def test_models_are_found_in_defaults_and_inside_groups() -> None:
    inner = {"large": Node("upscale", {"image": GroupInput("image"), "model": "4x-sharp"})}
    graph = Graph(
        {"paint": Node("flux", {"prompt": "a house"}), "use": Node("group:up", {})},
        {"up": Group({"image": {}}, {}, inner)},
    )
    assert template_list.models_of(graph, TYPES) == [("flux", "builtin"), ("upscale", "4x-sharp")]


def test_what_is_missing_is_said_with_its_size_its_licence_and_its_place(tmp_path: Path) -> None:
    with Studio.open(Home.open(tmp_path)) as studio:
        [want] = template_list.missing([("flux", "FLUX.1-schnell"), ("flux", "builtin")], studio.catalogue,
                                       studio.catalogue.licences())
    assert want.short == "Needs FLUX.1 [schnell], 34 GB"
    assert "Apache License 2.0" in want.long and str(tmp_path / "models") in want.long


@pytest.mark.parametrize(("kind", "said"), [
    ("lora", "Needs a LoRA"), ("upscale", "Needs an upscaling model"), ("odd", "Needs a model"),
])
def test_a_model_that_nobody_knows_is_named_by_its_kind(kind: str, said: str) -> None:
    assert Want(kind, "my-style", "my-style", None, "", "").short == said
