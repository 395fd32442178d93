"""Stable Diffusion from lone parts: a UNet in a file or packed as GGUF, and another VAE."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Painting
from ajar.values import Size
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = [
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

Paint = Callable[..., Any]
KINDS = {"xl": "sdxl", "one": "sd15", "three": "sd3"}


def quiet(done: float, note: str, preview: Any) -> None:
    pass


@pytest.fixture(scope="module")
def paint(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Paint:
    """Paint with a folder, or with a lone part beside it that borrows the rest."""
    assert tiny_models
    import diffusers
    import torch
    from safetensors.torch import save_file

    from tests.nodes.local import tiny_flux, tiny_sd

    room = tmp_path_factory.mktemp("sd-forms")
    models = room / "models"
    folders: dict[str, Any] = {"xl": tiny_sd.write_sdxl, "one": tiny_sd.write_sd15, "three": tiny_sd.write_sd3}
    for name, write in folders.items():
        write(models / name)

    def save(name: str, weights: dict[str, Any]) -> None:
        save_file({key: weight.contiguous() for key, weight in weights.items()}, models / f"{name}.safetensors")

    for name, arch in (("xl", "sdxl"), ("one", "sd1")):
        net: Any = diffusers.UNet2DConditionModel.from_pretrained(models / name, subfolder="unet")
        save(f"{name}-original", tiny_sd.ldm_unet(net))
        save(f"{name}-plain", dict(net.state_dict()))
        for quant in ("F16", "Q8_0"):
            tiny_flux.save_gguf(models / f"{name}-{quant}.gguf", tiny_sd.ldm_unet(net), arch, quant)
    sd3: Any = diffusers.SD3Transformer2DModel.from_pretrained(models / "three", subfolder="transformer")
    tiny_flux.save_gguf(models / "three-Q8_0.gguf", tiny_sd.ldm_sd3(sd3), "sd3", "Q8_0")
    torch.manual_seed(50)
    vae = tiny_sd.vae(scaling_factor=0.13025)
    vae.save_pretrained(models / "other")
    save("other-xl-file", tiny_sd.ldm_vae(vae))
    bases = {"sdxl": models / "xl", "sd-1.5": models / "one", "sd-3.5-medium": models / "three"}
    device = Device("cpu", Shelf([models], tiny_sd.write_resources(room / "resources", bases)))

    def paint(model: str, report: Any = quiet, **changes: Any) -> Any:
        painter = device.load(model, kind=KINDS[model.partition("-")[0]], loras=None, report=quiet)
        wanted = {"prompt": "a red circle", "size": Size(64, 64), "steps": 3, "guidance": 5.0, "seed": 3, **changes}
        return painter.paint(Painting(**wanted), report).array

    return paint


@pytest.mark.parametrize("model", ["xl", pytest.param("one", marks=pytest.mark.slow)])
def test_a_unet_that_lies_alone_paints_as_in_its_folder(paint: Paint, model: str) -> None:
    whole = paint(model)
    assert np.array_equal(paint(f"{model}-original"), whole)
    assert np.array_equal(paint(f"{model}-plain"), whole)


@pytest.mark.parametrize("model", [
    "xl-Q8_0", "three-Q8_0",
    *(pytest.param(one, marks=pytest.mark.slow) for one in ("one-Q8_0", "xl-F16", "one-F16")),
])
def test_a_packed_model_paints_nearly_the_same(paint: Paint, model: str) -> None:
    whole = paint(model.partition("-")[0]).astype(int)
    assert np.abs(paint(model) - whole).mean() < 2
    assert np.array_equal(paint(model), paint(model))


def test_another_vae_decodes_and_the_models_own_comes_back(paint: Paint) -> None:
    own = paint("xl")
    other = paint("xl", extra={"vae": "other"})
    assert np.abs(other.astype(int) - own).mean() > 5
    assert np.array_equal(paint("xl", extra={"vae": "other-xl-file"}), other)
    assert np.array_equal(paint("xl"), own)
    beats: list[float] = []
    paint("xl", extra={"vae": "other"}, report=lambda done, note, preview: beats.append(done))
    assert beats.count(beats[-1]) > 3  # it can be stopped while it decodes
    with pytest.raises(UserError, match='no VAE called "none"'):
        paint("xl", extra={"vae": "none"})


def test_a_vae_whose_file_was_written_anew_is_read_anew(paint: Paint, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    from tests.nodes.local import tiny_sd

    place = tmp_path / "mine.safetensors"
    pictures = []
    for strength in (1.0, 0.5):
        weights = tiny_sd.ldm_vae(tiny_sd.vae(scaling_factor=0.13025))
        save_file({name: (weight * strength).contiguous() for name, weight in weights.items()}, place)
        pictures.append(paint("xl", extra={"vae": str(place)}))
    assert not np.array_equal(*pictures)
