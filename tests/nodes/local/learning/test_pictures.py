"""Shapes that pictures are learned in, what becomes of odd ones, the order of a training, its curve and its file."""

from pathlib import Path

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.values import Image, Size
from nodes.local.learning.buckets import buckets, fitted, fitting
from nodes.local.learning.plot import Row, drawn, smooth
from nodes.local.learning.shelving import file_name, shelve


@pytest.mark.parametrize(("side", "multiple", "largest"), [(1024, 16, 2048), (512, 8, 1024), (96, 16, 96), (64, 8, 64)])
def test_every_shape_fits_the_model_and_costs_no_more_than_the_square(side: int, multiple: int, largest: int) -> None:
    found = buckets(side, multiple, largest)
    assert Size(side, side) in found
    for shape in found:
        assert shape.width % multiple == shape.height % multiple == 0
        assert shape.width * shape.height <= side * side and max(shape.width, shape.height) <= largest


@pytest.mark.parametrize(("size", "shape"), [
    (Size(4000, 3000), Size(1152, 896)), (Size(300, 400), Size(896, 1152)), (Size(7, 7), Size(1024, 1024)),
    (Size(9000, 100), Size(1728, 576)),
])
def test_a_picture_is_learned_in_the_shape_next_to_its_own(size: Size, shape: Size) -> None:
    assert fitting(size, buckets(1024, 16, 2048)) == shape


def test_a_picture_keeps_its_middle_and_white_shows_where_it_is_see_through() -> None:
    wide = np.zeros((20, 60, 4), np.uint8)
    wide[:, 20:40] = (255, 0, 0, 255)
    found = fitted(Image.of(wide), Size(16, 16))
    assert found.shape == (16, 16, 3) and (found[:, 2:-2] == (255, 0, 0)).all()
    assert (fitted(Image.of(np.zeros((4, 4, 4), np.uint8)), Size(16, 16)) == 255).all()


@pytest.mark.parametrize("array", [
    np.full((5, 9), 40, np.uint8), np.full((5, 9, 1), 0.2, np.float32), np.full((5, 9, 3), 9000, np.uint16),
], ids=["gray", "float", "16 bit"])
def test_every_kind_of_picture_becomes_three_channels_of_eight_bits(array: np.ndarray) -> None:
    image = Image.of(array if array.ndim == 3 else array[:, :, None])
    found = fitted(image, Size(16, 8))
    assert found.shape == (8, 16, 3) and found.dtype == np.uint8 and 20 < found.mean() < 60


def test_a_photo_is_turned_upright_as_the_camera_says(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    photo = Pillow.new("RGB", (40, 20), "red")
    exif = photo.getexif()
    exif[0x0112] = 6
    photo.save(tmp_path / "photo.jpg", exif=exif)
    assert fitting(Image.open(tmp_path / "photo.jpg").size, buckets(96, 16, 96)).height == 96


def test_every_picture_comes_once_an_epoch_with_others_of_its_shape() -> None:
    pytest.importorskip("torch")
    from nodes.local.learning.order import batch_at, batches, chance, spread

    shapes = [Size(1, 1)] * 5 + [Size(2, 1)]
    for epoch in range(3):
        found = batches(shapes, 2, 7, epoch)
        assert {row for batch in found for row in batch} == set(range(6))
        assert all(len(batch) == 2 and len({shapes[row] for row in batch}) == 1 for batch in found)
    assert batches(shapes, 2, 7, 0) != batches(shapes, 2, 7, 1)
    assert [batch_at(shapes, 2, 7, step) for step in range(4, 8)] == batches(shapes, 2, 7, 1)
    assert batch_at([1], 3, 0, 5) == [0, 0, 0]
    assert (chance(1, 2, "a").initial_seed() == chance(1, 2, "a").initial_seed() != chance(1, 3, "a").initial_seed())
    times = spread(4, 0, 0).tolist()
    assert [int(time * 4) for time in times] == [0, 1, 2, 3]


def test_the_curve_of_the_loss_falls_where_the_loss_does() -> None:
    losses = [2.0, *np.linspace(1.0, 0.2, 200)]
    curve = smooth(losses)
    assert len(curve) == 201 and curve[0] == 2.0 and curve[20] > curve[100] > curve[-1] > 0.2
    sheet = drawn(512, "blue", losses, 400, [Row("", [np.full((96, 96, 3), 200, np.uint8)])], ["a star"], ())
    assert sheet.width == 512 and sheet.height <= 512
    lit = sheet.array[36:212, 60:].astype(int)
    blue = (lit[:, :, 2] > 200) & (lit[:, :, 0] < 150)
    columns = np.flatnonzero(blue.any(0))
    assert columns.max() < 452 * 0.55  # half of the steps are still to come
    first, last = (np.flatnonzero(blue[:, column])[0] for column in (columns[8], columns[-1]))
    assert last > first + 60


@pytest.mark.parametrize("losses", [[], [0.5], [0.0, 0.0], [1e-9, 1e9]])
def test_every_loss_can_be_drawn(losses: list[float]) -> None:
    assert drawn(512, "x" * 200, losses, 10, [], (), ("a note",)).width == 512


def test_a_saved_lora_never_overwrites_another_one(tmp_path: Path) -> None:
    first, other = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"one")
    other.write_bytes(b"two")
    folder = tmp_path / "loras"
    assert shelve(first, folder, "my style!").name == "my-style.safetensors"
    assert shelve(other, folder, "my style").name == "my-style-2.safetensors"
    assert shelve(first, folder, "my style").name == "my-style.safetensors"
    assert len(list(folder.iterdir())) == 2
    assert file_name("../../etc/x") == "etc-x" and file_name(" ") == "lora"
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="can't be saved"):
        shelve(first, tmp_path / "file", "x")
