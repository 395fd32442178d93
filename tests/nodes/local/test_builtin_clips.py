"""The film model that ships: any Wan folder to the code, with films from words and from a first picture."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Filming
from ajar.values import Image
from nodes.local.catalogue import RESOURCES, Shelf
from nodes.local.gpu import Device
from training.clips.drawing import Clip, draw

pytestmark = pytest.mark.xdist_group("torch")


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Device:
    return Device("cpu", Shelf([tmp_path_factory.mktemp("none")]))


def film(device: Device, prompt: str = "a red circle growing on a white background", **changes: Any) -> Any:
    """The frames of a film as whole numbers (frame, row, column, channel)."""
    filmer = device.load("builtin-clips", kind="wan", loras=None, report=quiet)
    video = filmer.film(Filming(**{"prompt": prompt, "seed": 7, "negative": "own", **changes}), quiet)
    return np.stack([image.array.astype(int) for image in video.frames()])


def test_it_is_installed_small_and_free(tmp_path: Path) -> None:
    entry = Shelf([tmp_path]).find("wan", "builtin-clips")
    assert entry.bytes is not None and entry.bytes <= 12 * 2**20
    assert Shelf([tmp_path]).licences()[entry.licence].commercial == "yes"
    assert (RESOURCES / "builtin-clips" / "LICENSE").is_file()


def test_it_films_its_own_size_and_length_and_the_same_film_again(device: Device) -> None:
    first = film(device)
    assert first.shape == (17, 96, 96, 3) and first.std() > 10
    assert (first == film(device)).all()
    assert (first != film(device, seed=8)).any()


def test_a_film_from_a_picture_begins_with_it_and_moves_on(device: Device) -> None:
    from random import Random

    drawn = draw(Clip("circle", "moving right", "blue", "yellow"), Random(1))[0]
    found = film(device, "a blue circle moving right on a yellow background", first=Image.of(drawn))
    assert found.shape == (17, 96, 96, 3)
    away = np.abs(found - drawn).mean((1, 2, 3))
    assert away[0] < 12 and away[16] > 2 * away[0]


def test_it_says_what_it_can_not_do(device: Device) -> None:
    picture = Image.of(np.zeros((96, 96, 3), np.uint8))
    with pytest.raises(UserError, match="can't end at a picture"):
        film(device, first=picture, last=picture)
    with pytest.raises(UserError, match="multiple of 4"):
        film(device, frames=18)
