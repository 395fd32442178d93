import json
from pathlib import Path

import pytest

from ajar.errors import UserError
from ajar.models import ModelEntry
from workflows import dropped, format
from workflows.edit import add_node
from workflows.graph import Graph
from workflows.packs import load_packs

TYPES = load_packs(entry_points=False).types


class Nothing:
    """A shelf that refuses everything."""

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        raise UserError(f"{Path(name).name} is refused.", "Choose another.")


class Only(Nothing):
    """A shelf that knows one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        if kind != self.kind:
            return super().find(kind, name, base)
        return ModelEntry(name, name, kind, "", True, "", Path(name), "", "", None)


@pytest.mark.parametrize(("name", "kind"), [
    ("a.PNG", "image"), ("a.jpeg", "image"), ("a.mp4", "video"), ("a.wav", "audio"), ("a.glb", "mesh"),
    ("a.csv", "table"), ("a.json", "workflow"), ("a.safetensors", "model"), ("a.xyz", "unknown"), ("a", "unknown"),
])
def test_files_are_known_by_their_ending(tmp_path: Path, name: str, kind: str) -> None:
    assert dropped.kind_of(tmp_path / name) == kind


def test_a_folder_is_a_folder_whatever_it_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "shots.png"
    folder.mkdir()
    assert dropped.kind_of(folder) == "folder"


@pytest.mark.parametrize(("name", "type_", "key"), [
    ("a.png", "load_image", "file"), ("a.csv", "load_rows", "file"),
])
def test_the_node_that_opens_a_file(tmp_path: Path, name: str, type_: str, key: str) -> None:
    loader = dropped.loader_for(tmp_path / name, TYPES, Nothing(), tmp_path)
    assert loader == dropped.Loader(type_, key, name)


def test_what_no_node_opens_has_no_loader(tmp_path: Path) -> None:
    assert dropped.loader_for(tmp_path / "a.xyz", TYPES, Nothing()) is None


@pytest.mark.parametrize("kind", ["lora", "upscale", "flux"])
def test_a_model_becomes_the_node_that_uses_its_kind(tmp_path: Path, kind: str) -> None:
    loader = dropped.loader_for(tmp_path / "a.safetensors", TYPES, Only(kind))
    assert loader is not None
    assert loader.type == kind


def test_a_model_that_is_refused_says_why(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="refused"):
        dropped.loader_for(tmp_path / "a.safetensors", TYPES, Nothing())


def test_paths_are_relative_below_the_workflow_and_absolute_elsewhere(tmp_path: Path) -> None:
    assert dropped.spelled(tmp_path / "in" / "a.png", tmp_path) == "in/a.png"
    assert dropped.spelled(tmp_path / "a.png", tmp_path / "in") == (tmp_path / "a.png").as_posix()
    assert dropped.spelled(tmp_path / "a.png", None) == (tmp_path / "a.png").as_posix()


def test_a_graph_is_seen_in_a_file_and_nonsense_is_none(tmp_path: Path) -> None:
    graph = add_node(Graph(), "prompt")
    (tmp_path / "a.json").write_text(format.dump(graph))
    (tmp_path / "b.json").write_text(json.dumps({"nodes": []}))
    (tmp_path / "c.png").write_bytes(b"no picture")
    found = [dropped.holds_graph(tmp_path / name) for name in ("a.json", "b.json", "c.png", "gone.json")]
    assert found == [True, False, False, False]


def test_loaders_stand_in_a_column() -> None:
    loaders = [dropped.Loader("load_image", "file", f"{number}.png") for number in range(3)]
    graph, names = dropped.add_loaders(Graph(), loaders, (100, 50))
    assert names == ["load-image", "load-image-2", "load-image-3"]
    assert [graph.layout[name] for name in names] == [[100, 50], [100, 250], [100, 450]]
    assert [graph.nodes[name].inputs["file"] for name in names] == ["0.png", "1.png", "2.png"]


def test_a_model_is_taken_by_the_node_that_uses_it_not_by_one_that_trains_it() -> None:
    found = dropped.takers(load_packs(entry_points=False).types)
    assert {kind: found[kind][0] for kind in ("sdxl", "sd15", "flux", "lora", "wan", "llm", "upscale")} == {
        "sdxl": "sdxl", "sd15": "sd15", "flux": "flux", "lora": "lora", "wan": "wan", "llm": "write",
        "upscale": "upscale"}
    assert not any(kind.startswith("kling") for kind in found)
