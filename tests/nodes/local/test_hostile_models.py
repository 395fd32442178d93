"""Model folders of an attacker: each costs one sentence, within a moment, before any library opens a file."""

import json
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import UserError
from nodes.local.bounds import MAX_COUNT, MAX_VOCABULARY, check_counts
from nodes.local.catalogue import Shelf
from nodes.local.folders import RESOURCES, check_folder, check_single
from tests.nodes.local.model_files import write_file, write_flux_folder

CLIP = "text_encoder"
INDEX = "model.safetensors.index.json"


class Fires:
    """What a pickle of a stranger does when it is opened."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self._mark),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_flux_folder(tmp_path / "model")


def configure(file: Path, **said: Any) -> None:
    plain = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**plain, **said}))


def refused(folder: Path, check: Callable[[Path], Any] = check_folder) -> str:
    started = time.perf_counter()
    with pytest.raises(UserError) as raised:
        check(folder)
    assert time.perf_counter() - started < 1
    return raised.value.message


@pytest.mark.parametrize(("part", "name", "value"), [
    ("transformer", "num_layers", 10**9), ("transformer", "num_single_layers", 201), ("vae", "layers_per_block", 10**8),
    ("transformer", "transformer_layers_per_block", [2, 10**8]), (CLIP, "num_hidden_layers", 10**9),
    ("transformer", "num_attention_heads", 10**9), (CLIP, "vocab_size", 10**10), (CLIP, "d_ff", MAX_COUNT + 1),
    (CLIP, "vision_config", {"deep": [{"hidden_size": 10**12}]}), (CLIP, "negative", -(10**12)),
    ("transformer", "pos_embed_max_size", 10**6), ("transformer", "rope_max_seq_len", 10**6),
    ("scheduler", "num_train_timesteps", 10**10), ("tokenizer", "model_max_length", 10**9),
])
def test_a_configuration_asks_for_no_more_than_its_weights_can_have(
    folder: Path, part: str, name: str, value: Any
) -> None:
    file = {"scheduler": "scheduler_config", "tokenizer": "tokenizer_config"}.get(part, "config")
    configure(folder / part / f"{file}.json", **{name: value})
    assert f'The configuration of "model/{part}" asks for' in refused(folder)


def test_what_real_models_say_is_let_through(folder: Path) -> None:
    configure(folder / CLIP / "config.json", max_position_embeddings=131072, rope_theta=10_000_000, vocab_size=262208,
              vocab_size_per_layer_input=262144, num_hidden_layers=64, max_window_layers=80, image_token_id=151655)
    configure(folder / "tokenizer" / "tokenizer_config.json", model_max_length=1000000000000000019884624838656,
              words={str(word): {"content": "x" * 200} for word in range(6000)})  # as Gemma's: more than a megabyte
    assert check_folder(folder).bytes == 64


def test_many_layers_are_right_where_there_are_many_tensors(folder: Path) -> None:
    write_file(folder / "transformer" / "diffusion_pytorch_model.safetensors",
               {f"blocks.{block}.weight": (1,) for block in range(300)})
    configure(folder / "transformer" / "config.json", num_layers=300)
    assert check_folder(folder).numbers["transformer"] == 300


@pytest.mark.parametrize("shard", [
    "weights.bin", "../../elsewhere.safetensors", "/etc/passwd", "..\\x.safetensors", "",
])
def test_a_list_of_shards_names_only_safetensors_beside_it(folder: Path, shard: str) -> None:
    write_file(folder.parent / "elsewhere.safetensors", {"weight": (4,)})
    (folder / CLIP / "weights.bin").write_bytes(pickle.dumps(Fires(folder / "fired")))
    configure(folder / CLIP / INDEX, metadata={}, weight_map={"weight": shard})
    assert "not a safetensors file beside it" in refused(folder)
    assert not (folder / "fired").exists()


def test_a_shard_that_is_missing_is_named(folder: Path) -> None:
    shards = [f"model-0000{shard}-of-00002.safetensors" for shard in (1, 2)]
    (folder / CLIP / "model.safetensors").rename(folder / CLIP / shards[0])
    configure(folder / CLIP / INDEX, metadata={}, weight_map={"weight": shards[0], "other": shards[1]})
    assert f'"{CLIP}/{shards[1]}" is missing' in refused(folder)


@pytest.mark.parametrize("text", ["", "[]", '{"weight_map": 3}', '{"weight_map": []}', "[" * 100_000])
def test_a_list_of_shards_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / CLIP / INDEX).write_text(text)
    assert "is no list of weights" in refused(folder)


def test_a_list_that_a_variant_left_behind_does_no_harm(folder: Path) -> None:
    configure(folder / CLIP / INDEX, metadata={}, weight_map={"weight": "model-00001-of-00001.safetensors"})
    check_folder(folder)
    (folder / CLIP / "model.safetensors").unlink()  # the list alone names nothing that is here
    assert "has no weights" in refused(folder)


def test_no_adapter_is_put_on_unasked(folder: Path) -> None:
    configure(folder / CLIP / "adapter_config.json", base_model_name_or_path="/etc", peft_type="LORA")
    assert "lies an adapter" in refused(folder)


@pytest.mark.parametrize("name", ["config.json", "processor_config.json", "chat_template.json"])
def test_code_is_looked_for_beside_the_tokenizer_too(folder: Path, name: str) -> None:
    configure(folder / "tokenizer" / name, auto_map={"AutoTokenizer": ["evil.Tokenizer", None]})
    assert 'asks for code from elsewhere ("auto_map")' in refused(folder)


def test_a_tokenizer_larger_than_any_is_not_read(folder: Path) -> None:
    with (folder / "tokenizer" / "tokenizer.json").open("wb") as file:
        file.truncate(MAX_VOCABULARY + 1)
    assert "more than any tokenizer" in refused(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["model_index.json", "vae/config.json", "vae/diffusion_pytorch_model.safetensors"])
def test_nobody_waits_for_a_pipe(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    refused(folder)
    assert list(Shelf([folder.parent]).entries())


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links here")
def test_links_lead_neither_astray_nor_round_for_ever(folder: Path) -> None:
    (folder / "vae" / "round").symlink_to(folder, target_is_directory=True)
    check_folder(folder)
    (folder / "vae" / "config.json").unlink()
    (folder / "vae" / "config.json").symlink_to("/etc/passwd" if os.name == "posix" else folder / "model_index.json")
    said = refused(folder)
    assert "root:" not in said


def test_a_model_of_one_folder_is_looked_at_as_closely(tmp_path: Path) -> None:
    folder = tmp_path / "seer"
    write_file(folder / "model.safetensors", {"weight": (4,)})
    configure(folder / "config.json", architectures=["Qwen3ForCausalLM"], num_hidden_layers=28)
    assert check_single(folder) == 16
    configure(folder / "config.json", num_hidden_layers=10**9)
    assert "num_hidden_layers" in refused(folder, check_single)
    configure(folder / "config.json", num_hidden_layers=28)
    configure(folder / INDEX, weight_map={"weight": "weights.bin"})
    assert "weights.bin" in refused(folder, check_single)


def test_half_a_model_is_told_before_a_run_and_a_mended_one_is_found(folder: Path) -> None:
    shelf = Shelf([folder.parent])
    assert shelf.find("flux", "model").path == folder
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-3])
    with pytest.raises(UserError, match="diffusion_pytorch_model"):
        shelf.find("flux", "model")
    weights.write_bytes(whole)
    assert shelf.find("flux", "model").path == folder


@pytest.mark.parametrize("name", [
    "../model", "models/../../model", "/etc/passwd", "C:\\models\\x", "\\\\host\\share\\x", "CON", "model\0", "model\n",
    "ｍodel", "model\u202e", "a" * 5000, "", ".", "..", "~/model",
])
def test_a_name_in_a_strangers_graph_leads_nowhere(folder: Path, tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    shelf = Shelf([tmp_path / "nowhere"])
    with pytest.raises(UserError):
        shelf.find("flux", name, project)


def test_the_configurations_of_real_models_are_within_all_bounds() -> None:
    files = [*(RESOURCES / "bases").rglob("*.json"), *(RESOURCES / "tokenizers").rglob("*config.json")]
    assert len(files) > 100
    for file in files:
        check_counts(file.parent, json.loads(file.read_text("utf-8")))


@pytest.mark.xdist_group("torch")
def test_a_lora_without_half_of_its_layers_is_not_made_up(tiny_models: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    from ajar.values import Lora, LoraPart
    from nodes.local.gpu import Device

    weights = load_file(tiny_models / "one.safetensors")
    for half in ("lora_A", "lora_B"):
        save_file({name: weight for name, weight in weights.items() if half in name}, tmp_path / f"{half}.safetensors")
        with pytest.raises(UserError, match="lacks half of some of its layers"):
            Device("cpu", Shelf([tmp_path, tiny_models])).load(
                "kl", kind="flux", loras=Lora((LoraPart(half, 1.0),)), report=lambda done, note, preview: None)
