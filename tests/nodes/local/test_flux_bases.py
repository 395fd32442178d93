"""Our own configurations of Flux, Z-Image and Chroma: as large as what is published, every name in its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nodes.local.folders import RESOURCES
from tests.nodes.local import tiny_chroma, tiny_flux, tiny_flux2, tiny_z_image

pytestmark = [
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore:.*FluxPosEmbed:FutureWarning"),  # diffusers warns of its own ways
]
FLUX1 = {"text_encoder": 0.1231, "text_encoder_2": 4.7623, "vae": 0.0838}
QWEN = {"text_encoder": 4.0225, "vae": 0.0838}
SIZES: dict[str, dict[str, float]] = {
    "flux.1-dev": {"transformer": 11.9014, **FLUX1}, "flux.1-schnell": {"transformer": 11.8912, **FLUX1},
    "flux.1-kontext-dev": {"transformer": 11.9014, **FLUX1}, "flux.1-fill-dev": {"transformer": 11.9024, **FLUX1},
    "flux.1-control-dev": {"transformer": 11.9016, **FLUX1}, "z-image": {"transformer": 6.1549, **QWEN},
    "z-image-turbo": {"transformer": 6.1549, **QWEN}, "chroma1-hd": {"transformer": 8.9, "text_encoder": 4.7623},
    "flux.2-klein-4b": {"transformer": 3.8755, "text_encoder": 4.0225, "vae": 0.084},
    "flux.2-klein-9b": {"transformer": 9.0786, "text_encoder": 8.1907, "vae": 0.084},
}
"""Base -> part -> thousand millions of numbers."""


def empty(base: Path, part: str) -> Any:
    """A part at its full size, without memory for it."""
    import diffusers
    import torch
    import transformers

    library, name = json.loads((base / "model_index.json").read_text("utf-8"))[part]
    kind = getattr(diffusers if library == "diffusers" else transformers, name)
    with torch.device("meta"):
        if library == "diffusers":
            return kind.from_config(kind.load_config(base / part))
        return kind(kind.config_class.from_pretrained(base / part))


@pytest.mark.slow
@pytest.mark.parametrize("base", SIZES)
def test_the_models_are_as_large_as_the_published_ones(tiny_models: Path, base: str) -> None:
    assert tiny_models
    for part, size in SIZES[base].items():
        found = sum(weight.numel() for weight in empty(RESOURCES / "bases" / base, part).parameters())
        assert round(found / 1e9, 4) == size, part


WAYS: dict[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    "flux.1-dev": ("flux", tiny_flux.flux_names), "flux.1-schnell": ("flux", tiny_flux.flux_names),
    "flux.1-fill-dev": ("flux", tiny_flux.flux_names), "z-image": ("z_image", tiny_z_image.original_names),
    "flux.2-klein-4b": ("flux2", tiny_flux2.original_names), "chroma1-hd": ("chroma", tiny_chroma.original_names),
}


@pytest.mark.parametrize("base", WAYS)
def test_every_name_of_the_published_files_finds_its_place_at_full_size(tiny_models: Path, base: str) -> None:
    import diffusers.loaders.single_file_utils as names

    assert tiny_models
    family, original = WAYS[base]
    own = empty(RESOURCES / "bases" / base, "transformer").state_dict()
    found = getattr(names, f"convert_{family}_transformer_checkpoint_to_diffusers")(original(dict(own)))
    assert found.keys() == own.keys()
    assert all(weight.shape == own[name].shape for name, weight in found.items())
