"""Which files of a repository are fetched: what a model needs, nothing that can run code, one precision."""

import json

import pytest

from ajar.errors import UserError
from ajar.hub import Repo, RepoFile
from nodes.remote.emulators.hub_samples import samples
from workflows.choosing import choose, fits_on_disk, read_index


def repo(*paths: str) -> Repo:
    return Repo("acme/x", "0" * 40, tuple(RepoFile(path, 100, blob="0" * 40) for path in paths))


def names(found: Repo, only: str = "", full: bool = False, index: dict[str, list[str]] | None = None,
          parts: set[str] | None = None) -> dict[str, str]:
    """Name here -> name there."""
    return {one.path: one.file.path for one in choose(found, only=only, full=full, index=index, parts=parts)}


TINY = repo(*samples()["acme/tiny"]["files"])
INDEX = json.loads(samples()["acme/tiny"]["files"]["model_index.json"])
UNET = "unet/diffusion_pytorch_model.safetensors"


def test_of_a_pipeline_its_parts_are_fetched_in_half_precision_under_the_usual_name() -> None:
    found = names(TINY, index=INDEX)
    assert set(found) == {
        "LICENSE.md", "README.md", "model_index.json", "scheduler/scheduler_config.json",
        "text_encoder/config.json", "text_encoder/model-00001-of-00002.safetensors",
        "text_encoder/model-00002-of-00002.safetensors", "text_encoder/model.safetensors.index.json",
        "tokenizer/merges.txt", "tokenizer/tokenizer_config.json", "tokenizer/vocab.json", "unet/config.json",
        UNET, "vae/config.json", "vae/diffusion_pytorch_model.safetensors",
    }
    assert found[UNET] == "unet/diffusion_pytorch_model.fp16.safetensors"
    assert names(TINY, index=INDEX, full=True)[UNET] == UNET


def test_parts_that_are_never_loaded_are_not_fetched() -> None:
    found = names(TINY, index=INDEX, parts={"unet", "scheduler"})
    assert {path.partition("/")[0] for path in found if "/" in path} == {"unet", "scheduler"}


def test_shards_of_a_variant_keep_their_names_and_their_own_index() -> None:
    shards = [f"unet/diffusion_pytorch_model.fp16-0000{number}-of-00002.safetensors" for number in (1, 2)]
    plain = [f"unet/diffusion_pytorch_model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
    indexes = ["unet/diffusion_pytorch_model.safetensors.index.json",
               "unet/diffusion_pytorch_model.fp16.safetensors.index.json",
               "unet/diffusion_pytorch_model.safetensors.index.fp16.json"]
    found = names(repo("model_index.json", "unet/config.json", *shards, *plain, *indexes),
                  index={"unet": ["diffusers", "X"]})
    assert set(found) == {"model_index.json", "unet/config.json", *shards, *indexes[1:]}
    full = names(repo("model_index.json", *shards, *plain, *indexes), index={"unet": ["diffusers", "X"]}, full=True)
    assert set(full) == {"model_index.json", *plain, indexes[0]}


def test_a_language_model_is_its_top_folder_without_other_formats_of_the_same() -> None:
    found = names(repo("config.json", "tokenizer.json", "chat_template.jinja", "model.safetensors", "LICENSE",
                       "consolidated.safetensors", "original/weights.pth", "onnx/model.onnx", "modeling_x.py",
                       "pytorch_model.bin", "pytorch_model.bin.index.json", "q4.gguf"))
    assert set(found) == {"config.json", "tokenizer.json", "chat_template.jinja", "model.safetensors", "LICENSE"}


def test_one_file_of_many_is_named_and_its_shards_come_along() -> None:
    many = repo("a.gguf", "big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "LICENSE.md", "a.py")
    with pytest.raises(UserError, match="3 model files") as told:
        names(many)
    assert "acme/x/a.gguf" in told.value.hint
    assert set(names(many, "a.gguf")) == {"a.gguf", "LICENSE.md"}
    assert set(names(many, "big-00002-of-00002.gguf")) == {"big-00001-of-00002.gguf", "big-00002-of-00002.gguf",
                                                           "LICENSE.md"}
    with pytest.raises(UserError, match='no file "b.gguf"'):
        names(many, "b.gguf")


@pytest.mark.parametrize("only", ["", "model.ckpt", "run.py"])
def test_what_can_run_code_is_never_fetched(only: str) -> None:
    with pytest.raises(UserError, match="can run code"):
        names(repo("model.ckpt", "run.py", "pytorch_model.bin"), only)


@pytest.mark.parametrize("path", [
    "", "/etc/x", "../x", "a/../b", "a//b", "a\\b", "C:/x", "a:b", "a\0b", "nul.txt", "x/CON", "end.", "end ", "a\nb",
    "a" * 500, "com1.json",
])
def test_a_path_that_is_not_safe_everywhere_is_no_file(path: str) -> None:
    assert not fits_on_disk(path)
    with pytest.raises(UserError):
        names(repo(f"{path}.safetensors" if path and not path.endswith((".", " ")) else path))


def test_ordinary_paths_are_files() -> None:
    assert all(map(fits_on_disk, ["a", "a/b.c-d_e.safetensors", "日本/モデル.gguf", "console.json", "(1) a.txt"]))


def test_an_index_that_is_none_is_said() -> None:
    with pytest.raises(UserError, match="not sound JSON"):
        read_index(b"<html>")
