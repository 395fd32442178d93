"""The model that ships: any Flux folder to the code, and the one a newcomer meets first."""

from pathlib import Path
from typing import Any

import pytest

from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Size
from nodes.local.catalogue import RESOURCES, Shelf
from nodes.local.gpu import Device

pytestmark = pytest.mark.xdist_group("torch")


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


@pytest.fixture(scope="module")
def device(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Device:
    """The built-in model and two random LoRAs for it."""
    from tests.nodes.local import tiny

    folder = tmp_path_factory.mktemp("styles")
    tiny.write_lora(folder / "style.safetensors", RESOURCES / "builtin", 1, strength=0.3)
    tiny.write_lora(folder / "other.safetensors", RESOURCES / "builtin", 2, strength=0.3)
    return Device("cpu", Shelf([folder]))


def paint(device: Device, *loras: tuple[str, float], **changes: Any) -> Any:
    parts = Lora(tuple(LoraPart(name, weight) for name, weight in loras)) if loras else None
    painter = device.load("builtin", kind="flux", loras=parts, report=quiet)
    wanted = {"prompt": "a red circle on a white background", "seed": 7, **changes}
    return painter.paint(Painting(**wanted), quiet).array


def test_it_is_installed_small_and_free(tmp_path: Path) -> None:
    entry = Shelf([tmp_path]).find("flux", "builtin")
    assert entry.bytes is not None and entry.bytes <= 16 * 2**20
    assert Shelf([tmp_path]).licences()[entry.licence].commercial == "yes"


def test_it_paints_its_own_size_and_the_same_picture_again(device: Device) -> None:
    own = Size.parse(Shelf([]).find("flux", "builtin").settings["size"])
    first = paint(device)
    assert first.shape == (own.height, own.width, 3) and first.std() > 10
    assert (first == paint(device)).all()
    assert (first != paint(device, seed=8)).any()
    assert paint(device, size=Size(64, 80), steps=2).shape == (80, 64, 3)


def test_free_words_are_read_as_the_words_it_knows(device: Device) -> None:
    caption = paint(device)
    assert (caption == paint(device, prompt="RED disc, on white!")).all()
    assert (caption == paint(device, prompt="a gruffalo")).all()
    assert (caption != paint(device, prompt="a navy ball")).any()


def test_loras_work_on_it_by_weight_and_stacked(device: Device) -> None:
    base, styled = paint(device), paint(device, ("style", 1.0))
    half, both = paint(device, ("style", 0.5)), paint(device, ("style", 1.0), ("other", 1.0))
    assert (base == paint(device, ("style", 0.0))).all()
    assert all((one != other).any() for one, other in ((base, styled), (base, half), (styled, half), (styled, both)))
    assert (base == paint(device)).all()
