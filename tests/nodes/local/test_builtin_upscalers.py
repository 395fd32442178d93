"""The upscalers that ship: chosen by name without any download, nearer to the original than the filters, no seams."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.testing import FakeGpu
from ajar.values import Image, Size
from nodes.edit import scaled
from nodes.local.catalogue import RESOURCES, Shelf
from nodes.local.site import Site
from nodes.upscale import upscale
from training.upscaler import heldout
from training.upscaler.measuring import bicubic, lanczos, likeness, mean, reduced

pytestmark = pytest.mark.xdist_group("torch")
NAMES = {2: "builtin-2x", 4: "builtin-4x"}


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


def enlarger(scale: int, tile: int = 0) -> Any:
    if find_spec("spandrel") is None or find_spec("torch") is None:
        pytest.skip("models need the extras local and upscale")
    from nodes.local import upscalers

    entry = Shelf([]).find("upscale", NAMES[scale])
    return upscalers.load(replace(entry, settings={**entry.settings, **({"tile": tile} if tile else {})}), Site("cpu"))


def test_they_are_there_without_a_download_small_and_free(tmp_path: Path) -> None:
    shelf = Shelf([tmp_path])
    entries = [entry for entry in shelf.entries() if entry.kind == "upscale" and entry.path is not None]
    assert [entry.id for entry in entries] == list(NAMES.values())
    assert all(entry.title.startswith("Built-in") and entry.files == (entry.path,) for entry in entries)
    assert sum(entry.bytes or 0 for entry in entries) <= 3 * 2**20
    assert all(shelf.licences()[entry.licence].commercial == "yes" for entry in entries)
    assert (RESOURCES / "builtin-upscalers" / "LICENSE").is_file()


@pytest.mark.parametrize("scale", [2, 4])
def test_they_are_nearer_to_pictures_of_unknown_kinds_than_every_filter(scale: int) -> None:
    tool = enlarger(scale)
    originals = [kind() for kind in heldout.KINDS]
    small = [reduced(one, scale) for one in originals]
    made = [upscale(FakeGpu({"it": tool}), Image.of(one), "it").array for one in small]
    plain = [scaled(one, Size(heldout.SIDE, heldout.SIDE), "lanczos") for one in small]
    ways = {
        "bicubic": [bicubic(one, scale) for one in small],
        "lanczos": [lanczos(one, scale) for one in small],
        "the node without a model": plain,
    }
    ours = mean([likeness(one, original) for one, original in zip(made, originals, strict=True)])
    for way, pictures in ways.items():
        other = mean([likeness(one, original) for one, original in zip(pictures, originals, strict=True)])
        assert ours.beats(other), f"{way}: {other}, built-in: {ours}"


@pytest.mark.parametrize("scale", [2, 4])
def test_tiles_come_out_as_the_whole_picture_does(scale: int) -> None:
    image = Image.of(heldout.code()[:120, :150])
    whole, tiled = (enlarger(scale, tile).enlarge(image, quiet).array for tile in (512, 48))
    assert whole.shape == (120 * scale, 150 * scale, 3)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


@pytest.mark.parametrize("scale", [2, 4])
def test_a_plain_colour_stays_that_colour(scale: int) -> None:
    for ink in ((255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 40, 90)):
        made = enlarger(scale).enlarge(Image.of(np.full((24, 24, 3), ink, np.uint8)), quiet).array
        inner = made[8 * scale : -8 * scale, 8 * scale : -8 * scale].astype(int)
        assert np.abs(inner - ink).max() <= 2


@pytest.mark.parametrize("scale", [2, 4])
def test_in_half_precision_as_on_a_graphics_card_it_is_the_same_picture(scale: int) -> None:
    image, full, half = Image.of(heldout.balls()[80:128, 80:128]), enlarger(scale), enlarger(scale)
    half._model.half()
    apart = full.enlarge(image, quiet).array.astype(int) - half.enlarge(image, quiet).array
    assert np.abs(apart).max() <= 1
