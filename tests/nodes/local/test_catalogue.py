"""Models are found by name, in their folders or by a path in the project; what is missing is a sentence."""

import datetime
from pathlib import Path

import pytest

from ajar.errors import UserError
from ajar.models import UNKNOWN
from nodes.local.catalogue import RESOURCES, Shelf
from tests.nodes.local.model_files import write_file, write_flux_folder

LORA = {"transformer.x.lora_A.weight": (4, 8), "transformer.x.lora_B.weight": (8, 4)}
UPSCALER = {
    "conv_first.weight": (8, 3, 3, 3), "body.0.rdb1.conv1.weight": (8, 8, 3, 3), "conv_body.weight": (8, 8, 3, 3),
    "conv_last.weight": (3, 8, 3, 3),
}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    write_flux_folder(folder / "FLUX.1-schnell")
    write_flux_folder(folder / "my-own", guided=True)
    write_file(folder / "blueprint.safetensors", LORA)
    write_file(folder / "upscale" / "crisp.safetensors", UPSCALER)
    return folder


def test_every_row_is_complete_dated_and_sourced() -> None:
    shelf = Shelf([])
    licences = shelf.licences()
    wanted = {"size", "multiple", "largest", "steps", "guidance", "guidance_by", "sequence", "precision",
              "threads", "memory"}
    for row in shelf.rows.models:
        assert row.id and row.title and row.source and row.licence in {*licences, UNKNOWN}
        assert row.kind in shelf.rows.words and set(row.also) <= set(shelf.rows.words) and row.settings
        assert row.kind != "flux" or wanted <= set(row.settings) <= wanted | {"folder", "learning_rate"}
        assert row.settings.get("guidance_by", "cfg") in ("true_cfg", "cfg", "embedded", "none")
        assert datetime.date.fromisoformat(row.checked) >= datetime.date(2026, 11, 1)
    for settings in shelf.rows.generic.values():
        assert settings.source and datetime.date.fromisoformat(settings.checked)
        assert settings.kind in shelf.rows.words
        assert settings.kind != "flux" or wanted <= set(settings.settings)


def test_every_kind_has_settings_and_every_pipeline_a_kind() -> None:
    rows = Shelf([]).rows
    kinds = {row.kind for row in rows.pipelines.values()} | set(rows.folders.values())
    kinds |= {row.kind for row in rows.files if not row.why} | {row.kind for row in rows.models}
    assert kinds <= set(rows.words) and kinds <= {row.kind for row in rows.generic.values()}
    assert len({row.id.lower() for row in rows.models}) == len(rows.models)
    for kind in rows.words:  # the last settings of a kind fit whatever is found
        assert not [row for row in rows.generic.values() if row.kind == kind and not row.by_file][-1].when


def test_every_single_file_names_a_base_whose_parts_are_known() -> None:
    rows = Shelf([]).rows
    assert {row.base for row in rows.files if row.base} == set(rows.bases)
    assert {what for base in rows.bases.values() for what in base.parts.values()} <= set(rows.supplies)
    assert {row.generic for row in rows.files if row.generic} <= set(rows.generic)
    assert set(rows.names.values()) <= {row.id for row in rows.models}
    for row in rows.files:
        lent = row.kind in ("vae", "text-encoder", "vision-encoder")
        assert (row.why and not row.kind) or row.family != UNKNOWN or lent


def test_every_licence_is_complete_dated_and_sourced() -> None:
    for licence in Shelf([]).licences().values():
        assert licence.name and licence.conditions and licence.text and licence.source
        assert licence.commercial in ("yes", "no", "conditional", "unknown")
        assert datetime.date.fromisoformat(licence.checked)


def test_models_that_are_not_installed_are_listed_with_terms_size_and_place(tmp_path: Path) -> None:
    entry = next(entry for entry in Shelf([tmp_path]).entries() if entry.id == "FLUX.1-dev")
    assert entry.path is None and entry.licence == "flux-1-dev-non-commercial" and entry.bytes
    assert str(tmp_path / "FLUX.1-dev") in entry.where
    with pytest.raises(UserError, match="not on this machine") as caught:
        Shelf([tmp_path]).find("flux", "flux.1-DEV")
    assert str(tmp_path) in caught.value.hint


def test_folders_and_files_are_found_and_told_apart(models: Path) -> None:
    found = {entry.id: entry for entry in Shelf([models]).entries() if entry.path and "builtin" not in entry.id}
    assert {name: entry.kind for name, entry in found.items()} == {
        "FLUX.1-schnell": "flux", "my-own": "flux", "blueprint": "lora", "crisp": "upscale",
    }
    assert found["FLUX.1-schnell"].licence == "apache-2.0" and found["FLUX.1-schnell"].settings["steps"] == 4
    assert found["my-own"].licence == UNKNOWN and found["my-own"].settings["guidance_by"] == "embedded"
    assert found["blueprint"].bytes == (models / "blueprint.safetensors").stat().st_size
    assert found["crisp"].files == (models / "upscale" / "crisp.safetensors",)


def test_cards_and_samples_are_not_the_model(models: Path) -> None:
    before = Shelf([models]).find("flux", "my-own")
    (models / "my-own" / "README.md").write_text("about it")
    (models / "my-own" / "whole.safetensors").write_bytes(bytes(1000))
    (models / "my-own" / ".cache").mkdir()
    after = Shelf([models]).find("flux", "my-own")
    assert after == before and after.files == before.files
    assert {file.suffix for file in after.files} == {".json", ".safetensors"}


def test_a_model_is_found_by_name_in_any_case(models: Path) -> None:
    shelf = Shelf([models])
    assert shelf.find("lora", "Blueprint").path == models / "blueprint.safetensors"
    assert shelf.find("upscale", "crisp.safetensors").path == shelf.find("upscale", "CRISP").path


def test_a_model_added_later_is_found(models: Path) -> None:
    shelf = Shelf([models])
    with pytest.raises(UserError):
        shelf.find("lora", "late")
    write_file(models / "late.safetensors", LORA)
    assert shelf.find("lora", "late").kind == "lora"


def test_a_path_of_the_project_is_found_and_the_worker_finds_it_again(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_file(project / "loras" / "brand.safetensors", LORA)
    entry = Shelf([]).find("lora", "loras/brand.safetensors", project)
    assert Shelf([]).find("lora", entry.id).path == project / "loras" / "brand.safetensors"


@pytest.mark.parametrize("name", ["../outside.safetensors", "/etc/passwd", "a/../../outside.safetensors"])
def test_paths_that_leave_the_project_are_no_models(tmp_path: Path, name: str) -> None:
    write_file(tmp_path / "outside.safetensors", LORA)
    (tmp_path / "project").mkdir()
    with pytest.raises(UserError, match="no LoRA called"):
        Shelf([]).find("lora", name, tmp_path / "project")


def test_a_link_that_leaves_the_project_is_no_model(tmp_path: Path) -> None:
    target = write_file(tmp_path / "outside.safetensors", LORA)
    (tmp_path / "project").mkdir()
    try:
        (tmp_path / "project" / "in.safetensors").symlink_to(target)
    except OSError:
        pytest.skip("links are not allowed here")
    with pytest.raises(UserError, match="no LoRA called"):
        Shelf([]).find("lora", "in.safetensors", tmp_path / "project")


def test_a_near_name_is_suggested_and_a_wrong_kind_is_said(models: Path) -> None:
    with pytest.raises(UserError) as caught:
        Shelf([models]).find("lora", "bluprint")
    assert caught.value.hint == 'Did you mean "blueprint"?'
    with pytest.raises(UserError, match="not a Flux model, but a LoRA"):
        Shelf([models]).find("flux", "blueprint")


def test_damaged_and_dangerous_files_say_why(models: Path) -> None:
    cut = models / "cut.safetensors"
    cut.write_bytes((models / "blueprint.safetensors").read_bytes()[:-1])
    (models / "old.pth").write_bytes(b"\x80\x04K\x01.")
    shelf = Shelf([models])
    assert not {"cut", "old"} & {entry.id for entry in shelf.entries()}
    with pytest.raises(UserError, match="refused"):
        shelf.find("lora", "cut")
    with pytest.raises(UserError, match="can run code"):
        shelf.find("upscale", "old.pth")
    with pytest.raises(UserError, match="refused"):
        shelf.find("lora", "cut.safetensors", models)


def test_a_folder_of_another_kind_says_which(models: Path) -> None:
    (models / "my-own" / "model_index.json").write_text('{"_class_name": "OtherPipeline"}')
    with pytest.raises(UserError, match="OtherPipeline"):
        Shelf([models]).find("flux", "my-own")


def test_the_rows_lie_where_the_catalogue_looks() -> None:
    assert (RESOURCES / "families" / "flux.toml").is_file() and (RESOURCES / "licences.toml").is_file()
