"""A real upscaler with random weights, tile by tile."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.values import Image
from nodes.local.catalogue import Shelf
from tests.nodes.local.model_files import write_file

pytestmark = pytest.mark.xdist_group("torch")


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


def enlarger(shelf: Shelf, **settings: Any) -> Any:
    from nodes.local import upscalers

    entry = shelf.find("upscale", "sharp")
    return upscalers.load(replace(entry, settings={**entry.settings, **settings}), "cpu")


def picture(width: int, height: int, channels: int = 3, dtype: str = "uint8") -> Image:
    raw = np.random.default_rng(1).random((height, width, channels), np.float32)
    return Image.of(raw).to(dtype)


def test_no_seam_shows_between_tiles_and_every_tile_is_reported(shelf: Shelf) -> None:
    image, notes = picture(90, 70), []
    whole = enlarger(shelf, tile=512).enlarge(image, quiet)
    tiled = enlarger(shelf, tile=32, overlap=8).enlarge(image, lambda done, note, preview: notes.append(note))
    assert (whole.width, whole.height) == (360, 280)
    assert np.abs(whole.array.astype(int) - tiled.array).max() <= 1
    assert notes == [f"tile {number} of 9" for number in range(1, 10)]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("channels", "kept"), [(1, 1), (3, 3), (4, 3)])
def test_depth_and_channels_are_kept_and_alpha_is_left_to_the_node(
    shelf: Shelf, dtype: str, channels: int, kept: int
) -> None:
    larger = enlarger(shelf).enlarge(picture(5, 3, channels, dtype), quiet)
    assert larger.array.shape == (12, 20, kept) and larger.dtype == dtype


def test_stopping_works_between_tiles(shelf: Shelf) -> None:
    def stop(done: float, note: str, preview: Image | None) -> None:
        if done > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        enlarger(shelf, tile=16).enlarge(picture(90, 70), stop)


def test_a_file_that_is_no_upscaler_is_a_sentence(shelf: Shelf) -> None:
    from nodes.local import upscalers

    write_file(shelf.folders[0] / "odd.safetensors", {"weight": (4, 4)})
    with pytest.raises(UserError, match="no upscaling model"):
        upscalers.load(shelf.find("upscale", "odd"), "cpu")


def test_other_libraries_do_not_take_the_stand_in_for_torchvision(shelf: Shelf) -> None:
    import sys

    enlarger(shelf)
    found = sys.modules.get("torchvision")
    assert found is None or hasattr(found, "__version__")
