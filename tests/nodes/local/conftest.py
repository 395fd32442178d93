"""Tiny models, built once a test process; only tests that ask for them import torch."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from nodes.local.catalogue import Shelf


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder: two Flux models (``kl`` in full and ``tiny`` in half precision), LoRAs and an upscaler."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "spandrel", "peft"))):
        pytest.skip("models need the extras local and upscale")
    from nodes.local import families, pipes  # the import of families makes that of the libraries quicker
    from tests.nodes.local import tiny

    assert families
    pipes.processors = lambda: 1  # what is this small only waits for a second thread

    folder = tmp_path_factory.mktemp("models")
    kl = tiny.write_flux(folder / "kl")
    tiny.write_flux(folder / "tiny", tiny_vae=True, half=True)
    tiny.write_lora(folder / "one.safetensors", kl, 1)
    tiny.write_lora(folder / "two.safetensors", kl, 2)
    tiny.write_lora(folder / "strong.safetensors", kl, 1, alpha=8)
    tiny.write_upscaler(folder / "upscale" / "sharp.safetensors")
    return folder


@pytest.fixture(scope="session")
def shelf(tiny_models: Path) -> Shelf:
    return Shelf([tiny_models])
