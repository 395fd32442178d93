"""A model folder from a stranger: nothing but named classes and safetensors gets through."""

import json
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import UserError
from nodes.local.folders import MAX_CONFIG, check_folder, pipeline_class
from tests.nodes.local.model_files import FLUX_INDEX, write_flux_folder


def test_a_sound_folder_tells_its_class_variant_and_size(tmp_path: Path) -> None:
    found = check_folder(write_flux_folder(tmp_path / "plain"))
    assert (found.pipeline, found.variant, found.bytes, found.numbers["vae"]) == ("FluxPipeline", None, 64, 4)
    assert check_folder(write_flux_folder(tmp_path / "half", variant=".fp16")).variant == "fp16"


@pytest.mark.parametrize(("index", "said"), [
    ({"_class_name": "SomethingElse"}, "can't run"),
    ({"_class_name": ["FluxPipeline"]}, "can't run"),
    ({"vae": ["os", "system"]}, "not allowed"),
    ({"vae": ["diffusers", "UNet2DModel"]}, "not allowed"),
    ({"vae": "diffusers.AutoencoderKL"}, "not allowed"),
    ({"transformer": [None, None]}, "not allowed"),
    ({"helper": ["my_module", "Loader"]}, "unknown part"),
    ({"feature_extractor": ["my_module", "Loader"]}, "can't run"),
    ({"custom_pipeline": "someone/code"}, "code from elsewhere"),
])
def test_other_classes_and_parts_are_refused(tmp_path: Path, index: dict[str, Any], said: str) -> None:
    folder = write_flux_folder(tmp_path / "model")
    (folder / "model_index.json").write_text(json.dumps({**FLUX_INDEX, **index}))
    with pytest.raises(UserError, match=said):
        check_folder(folder)


@pytest.mark.parametrize("config", [
    {"auto_map": {"AutoModel": "evil.Model"}},
    {"text_config": {"_attn_implementation": "someone/kernel"}},
    {"nested": [{"trust_remote_code": True}]},
])
def test_configurations_that_bring_in_code_are_refused(tmp_path: Path, config: dict[str, Any]) -> None:
    folder = write_flux_folder(tmp_path / "model")
    (folder / "text_encoder" / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match="asks for code"):
        check_folder(folder)


def test_a_part_that_is_another_class_than_the_index_says_is_refused(tmp_path: Path) -> None:
    folder = write_flux_folder(tmp_path / "model")
    (folder / "text_encoder" / "config.json").write_text('{"architectures": ["EvilModel"]}')
    with pytest.raises(UserError, match="EvilModel"):
        check_folder(folder)


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    folder = write_flux_folder(tmp_path / "model")
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(UserError, match="run code"):
        check_folder(folder)


def test_truncated_weights_are_refused(tmp_path: Path) -> None:
    folder = write_flux_folder(tmp_path / "model")
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-3])
    with pytest.raises(UserError, match="diffusion_pytorch_model"):
        check_folder(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, " " * (MAX_CONFIG + 1)])
def test_a_broken_index_is_refused_and_is_no_pipeline(tmp_path: Path, text: str) -> None:
    folder = write_flux_folder(tmp_path / "model")
    (folder / "model_index.json").write_text(text)
    assert pipeline_class(folder) is None
    with pytest.raises(UserError, match=r"model_index\.json"):
        check_folder(folder)


def test_missing_parts_are_a_sentence(tmp_path: Path) -> None:
    folder = write_flux_folder(tmp_path / "model")
    (folder / "vae" / "config.json").unlink()
    with pytest.raises(UserError, match=r"has no config\.json"):
        check_folder(folder)
