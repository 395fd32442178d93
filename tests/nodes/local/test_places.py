"""Models of other programs: found where people keep them, used in place, never followed out of their folders."""

import json
import os
import time
from pathlib import Path

import pytest

from nodes.local.extra_paths import read_extra_paths
from nodes.local.looking import Looking, snapshot_of
from nodes.local.places import (
    COMFY,
    FORGE,
    HUB,
    MATRIX,
    NAMED,
    OWN,
    WEBUI,
    Grounds,
    Place,
    all_places,
    found_places,
    tokenizer_places,
)

COMFY_FILES = ("checkpoints/sdxl/anime.safetensors", "loras/ink.safetensors", "unet/flux-Q4.gguf", "vae/ae.sft")


def put(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


def grounds(home: Path, **environ: str) -> Grounds:
    return Grounds(home, environ)


def found(home: Path, **environ: str) -> dict[str, set[str]]:
    """Program -> its folders, below the home folder."""
    by: dict[str, set[str]] = {}
    for place in found_places(grounds(home, **environ)):
        by.setdefault(place.program, set()).add(place.path.relative_to(home.resolve()).as_posix())
    return by


@pytest.mark.parametrize("where", [
    "ComfyUI", "Documents/ComfyUI", "ComfyUI_windows_portable/ComfyUI", "AI/comfyui-new", "pinokio/api/comfy.git/app",
])
def test_an_installation_of_comfyui_is_found_where_people_put_it(tmp_path: Path, where: str) -> None:
    root = tmp_path / where / "models"
    put(*(root / name for name in COMFY_FILES))
    assert found(tmp_path) == {COMFY: {f"{where}/models/{kind}" for kind in ("checkpoints", "loras", "unet", "vae")}}


def test_automatic1111_forge_and_stability_matrix_are_found(tmp_path: Path) -> None:
    put(tmp_path / "stable-diffusion-webui/models/Stable-diffusion/a.safetensors",
        tmp_path / "webui_forge_cu124/webui/models/Stable-diffusion/b.safetensors",
        tmp_path / "webui_forge_cu124/webui/modules_forge/code.txt",
        tmp_path / "Apps/StabilityMatrix/Data/Models/StableDiffusion/c.safetensors",
        tmp_path / "Apps/StabilityMatrix/Data/Packages/ComfyUI/models/checkpoints/d.safetensors")
    assert found(tmp_path) == {
        WEBUI: {"stable-diffusion-webui/models/Stable-diffusion"},
        FORGE: {"webui_forge_cu124/webui/models/Stable-diffusion"},
        MATRIX: {"Apps/StabilityMatrix/Data/Models/StableDiffusion"},
        COMFY: {"Apps/StabilityMatrix/Data/Packages/ComfyUI/models/checkpoints"},
    }


def test_the_desktop_programs_say_themselves_where_their_models_are(tmp_path: Path) -> None:
    put(tmp_path / "far/my comfy/models/checkpoints/a.safetensors", tmp_path / "disk/loras/b.safetensors",
        tmp_path / "disk/more/c.safetensors", tmp_path / "matrix/Models/StableDiffusion/d.safetensors")
    settings = tmp_path / "AppData" / "Roaming"
    (settings / "ComfyUI").mkdir(parents=True)
    (settings / "ComfyUI" / "extra_models_config.yaml").write_text(
        f"# ComfyUI extra_model_paths.yaml for win32\ncomfyui_desktop:\n  is_default: \"true\"\n"
        f"  base_path: {tmp_path / 'far' / 'my comfy'}\n"
        f"mine:\n  loras: |-\n    {tmp_path / 'disk' / 'loras'}\n    {tmp_path / 'disk' / 'more'}  # slow\n"
    )
    (settings / "StabilityMatrix").mkdir()
    (settings / "StabilityMatrix" / "library.json").write_text(json.dumps({"LibraryPath": str(tmp_path / "matrix")}))
    assert found(tmp_path) == {
        COMFY: {"far/my comfy/models/checkpoints", "disk/loras", "disk/more"},
        MATRIX: {"matrix/Models/StableDiffusion"},
    }


def test_extra_paths_are_read_as_comfyui_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "extra_model_paths.yaml"
    file.write_text("""
#config for a1111 ui
a111:
    base_path: path/to/stable-diffusion-webui/

    checkpoints: models/Stable-diffusion
    loras: |
         models/Lora
         models/LyCORIS
    vae: "C:\\\\AI\\\\vae"   # quoted
#comfyui:
#     checkpoints: models/no/
other:
  clip: /abs/clip
  download_model_base: models
""")
    (base, kinds), (none, others) = read_extra_paths(file)
    here = tmp_path / "path/to/stable-diffusion-webui"
    assert base == here and none is None
    assert dict(kinds)["checkpoints"] == here / "models/Stable-diffusion"
    assert [path for kind, path in kinds if kind == "loras"] == [here / "models/Lora", here / "models/LyCORIS"]
    assert str(dict(kinds)["vae"]).endswith("C:\\AI\\vae")
    assert others == [("clip", Path("/abs/clip"))]


@pytest.mark.parametrize("text", [
    "", "\x00\xff", "a: b: c\n - - -\n", "x:\n\ty: |\n", "{[", "a:\n  b:\n    c:\n      d: e",
])
def test_extra_paths_that_are_no_such_file_name_nothing_or_something_harmless(tmp_path: Path, text: str) -> None:
    file = tmp_path / "extra_model_paths.yaml"
    file.write_text(text, "utf-8")
    read_extra_paths(file)
    assert read_extra_paths(tmp_path / "missing.yaml") == []


def test_ones_own_folders_come_first_and_each_folder_counts_once(tmp_path: Path) -> None:
    own, mine = tmp_path / "own", tmp_path / "mine"
    own.mkdir()
    mine.mkdir()
    link = tmp_path / "link"
    link.symlink_to(own)
    places = all_places(own, [mine, link], [Place(mine, COMFY, "loras")])
    assert [(place.path, place.program) for place in places] == [(own, OWN), (mine, NAMED)]


def test_nothing_is_searched_where_a_person_says_so(tmp_path: Path) -> None:
    put(tmp_path / "ComfyUI/models/checkpoints/a.safetensors")
    assert found(tmp_path) and not found(tmp_path, AJAR_FIND_MODELS="off")


def test_models_in_the_hub_cache_go_by_the_name_of_their_repository(tmp_path: Path) -> None:
    repository = tmp_path / ".cache/huggingface/hub/models--acme--Tiny-1.0"
    put(repository / "snapshots/aaa/model_index.json", repository / "snapshots/bbb/model_index.json")
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text("aaa")
    assert found(tmp_path) == {HUB: {".cache/huggingface/hub"}}
    assert found(tmp_path, HF_HOME=str(tmp_path / "empty")) == {}
    spots = list(Looking([tmp_path / ".cache/huggingface/hub"]).spots())
    assert [(spot.name, spot.path.name) for spot in spots] == [("Tiny-1.0", "aaa")]
    (repository / "refs/main").write_text("../../..")
    assert snapshot_of(repository) in (repository / "snapshots/aaa", repository / "snapshots/bbb")


def test_files_in_subfolders_are_seen_and_a_model_folder_is_one_thing(tmp_path: Path) -> None:
    put(*(tmp_path / name for name in COMFY_FILES), tmp_path / "diffusers/flux/model_index.json",
        tmp_path / "diffusers/flux/vae/weights.safetensors", tmp_path / "notes.txt", tmp_path / ".hidden/x.gguf",
        tmp_path / "old.ckpt")
    names = {spot.name for spot in Looking([tmp_path]).spots()}
    assert names == {"anime", "ink", "flux-Q4", "ae", "flux", "old"}


def test_links_in_circles_end_and_links_out_are_left_and_told(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    put(inside / "loras/a.safetensors", outside / "b.safetensors", outside / "deep/c.safetensors")
    (inside / "loras/again").symlink_to(inside)
    (inside / "self").symlink_to(inside / "self")
    (inside / "elsewhere").symlink_to(outside / "deep")
    (inside / "b.safetensors").symlink_to(outside / "b.safetensors")
    (inside / "gone.safetensors").symlink_to(outside / "never")
    looking = Looking([inside])
    assert sorted(spot.name for spot in looking.spots()) == ["a", "b"]
    assert looking.strays() == [inside / "elsewhere"]
    both = Looking([inside, outside])
    assert {"a", "b", "c"} == {spot.name for spot in both.spots()} and both.strays() == []


def test_what_is_added_or_taken_away_is_noticed(tmp_path: Path) -> None:
    put(tmp_path / "a.safetensors")
    looking = Looking([tmp_path, tmp_path / "later"])
    assert len(list(looking.spots())) == 1
    put(tmp_path / "sub/b.safetensors")
    assert len(list(looking.spots())) == 2
    (tmp_path / "a.safetensors").unlink()
    put(tmp_path / "later/c.gguf")
    assert {spot.name for spot in looking.spots()} == {"b", "c"}


def test_a_thousand_files_are_looked_through_in_a_tenth_of_a_second_and_unchanged_ones_much_sooner(
    tmp_path: Path,
) -> None:
    put(*(tmp_path / f"folder-{number % 30}/model-{number}.safetensors" for number in range(1000)))
    old = time.time() - 60
    for folder in [tmp_path, *tmp_path.iterdir()]:
        os.utime(folder, (old, old))
    looking = Looking([tmp_path])
    first = _seconds(looking)
    assert len(list(looking.spots())) == 1000
    again = min(_seconds(looking) for _ in range(3))
    assert first < 0.1 and again < first


def _seconds(looking: Looking) -> float:
    begin = time.process_time()
    list(looking.spots())
    return time.process_time() - begin


def test_tokenizers_inside_comfyui_are_found(tmp_path: Path) -> None:
    put(tmp_path / "ComfyUI/models/checkpoints/a.safetensors", tmp_path / "ComfyUI/comfy/sd1_tokenizer/vocab.json",
        tmp_path / "ComfyUI/comfy/text_encoders/t5_tokenizer/tokenizer.json", tmp_path / "ComfyUI/comfy/ops/x.json")
    assert [path.name for path in tokenizer_places(grounds(tmp_path))] == ["sd1_tokenizer", "t5_tokenizer"]
