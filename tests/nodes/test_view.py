"""Looking at pictures on the board."""

import numpy as np
import pytest

from nodes.view import compare, viewer
from tests.nodes.pictures_for_tests import every_form, flat, picture, shades


def test_a_viewer_hands_the_picture_on_as_it_is() -> None:
    image = picture()
    assert viewer(image) is image


@every_form
def test_a_wipe_shows_one_picture_left_and_the_other_right_of_the_split(form: tuple[str, int]) -> None:
    a, b = picture(form, seed=1), picture(form, seed=2)
    done = compare(a, b, 0.25)
    assert (done.size, done.dtype, done.channels) == (a.size, *form)
    assert np.array_equal(done.array[:, :6], a.array[:, :6])
    assert np.array_equal(done.array[:, 6:], b.array[:, 6:])
    assert np.array_equal(compare(a, b, 1.0).array, a.array)
    assert np.array_equal(compare(a, b, 0.0).array, b.array)


@every_form
def test_side_by_side_shows_both_whole(form: tuple[str, int]) -> None:
    a, b = picture(form, seed=1), picture(form, seed=2)
    done = compare(a, b, mode="side by side")
    assert (done.width, done.height) == (2 * a.width, a.height)
    assert np.array_equal(done.array[:, a.width :], b.array)


@every_form
def test_the_difference_of_a_picture_to_itself_is_black(form: tuple[str, int]) -> None:
    image = picture(form)
    done = compare(image, image, mode="difference")
    assert (done.size, done.dtype) == (image.size, form[0]) and not done.array.any()


def test_the_difference_is_as_bright_as_the_pictures_differ() -> None:
    done = compare(flat(0.2, 0.5, 0.5), flat(0.6, 0.5, 0.4), mode="difference")
    assert shades(done)[0, 0] == pytest.approx([0.4, 0.0, 0.1], abs=0.01)


def test_a_picture_of_another_size_form_and_depth_is_fitted() -> None:
    a, b = flat(0.5, dtype="uint16", width=40, height=30), flat(1.0, 0.0, 0.0, 1.0, width=20, height=15)
    done = compare(a, b)
    assert (done.width, done.height, done.dtype, done.channels) == (40, 30, "uint16", 4)
    assert shades(done)[0, 39] == pytest.approx([1, 0, 0, 1], abs=0.01)
    assert shades(done)[0, 0] == pytest.approx([0.5, 0.5, 0.5, 1], abs=0.01)
