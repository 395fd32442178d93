"""Bodies that are made of pictures."""

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.solid import read_solid
from ajar.values import Image
from nodes.bodies import mesh_picture, relief


def picture(array: np.ndarray) -> Image:
    return Image.of(array.copy())


def test_what_is_bright_stands_out_and_keeps_its_colour() -> None:
    array = np.zeros((32, 64, 3), np.uint8)
    array[8:24, 40:56] = (255, 255, 255)
    solid = read_solid(relief(picture(array), height=0.5, detail=64, smooth=0).path)
    assert solid.points[:, 2].max() == pytest.approx(1.0, abs=0.02)
    assert solid.points[:, 2].min() == pytest.approx(0, abs=1e-6)
    raised = solid.points[solid.points[:, 2] > 0.5]
    assert raised[:, 0].min() > 0.1 and abs(raised[:, 1]).max() < 0.6  # right of the middle, at half height
    assert solid.points[:, 0].max() == pytest.approx(1) and solid.points[:, 1].max() == pytest.approx(0.5, abs=0.02)
    assert solid.colours[solid.points[:, 2] > 0.9].mean() > 0.9


def test_see_through_parts_are_left_out() -> None:
    array = np.full((32, 32, 4), 200, np.uint8)
    array[:, 16:, 3] = 0
    half = read_solid(relief(picture(array), detail=32).path)
    array[:, :, 3] = 255
    whole = read_solid(relief(picture(array), detail=32).path)
    assert 0.4 < len(half.faces) / len(whole.faces) < 0.55
    array[:, :, 3] = 0
    with pytest.raises(UserError, match="see-through"):
        relief(picture(array))


def test_a_gray_picture_of_one_row_can_be_raised_and_drawn() -> None:
    mesh = relief(picture(np.full((1, 40, 1), 90, np.uint8)), detail=16)
    assert mesh_picture(mesh).width == 768


def test_the_front_is_what_one_looks_at() -> None:
    array = np.full((16, 16, 3), 255, np.uint8)
    solid = read_solid(relief(picture(array), detail=16, smooth=0).path)
    a, b, c = (solid.points[solid.faces[:, corner]] for corner in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()
