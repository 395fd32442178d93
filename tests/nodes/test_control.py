"""Guides for control models, drawn from pictures without any model."""

from collections.abc import Callable

import numpy as np
import pytest

from ajar.values import Control, Image
from nodes.control import control, edges, inverted, line_art, reference, scribble, soft_edges


def square(side: int = 96) -> Image:
    """A light square on dark ground."""
    array = np.full((side, side, 3), 40, np.uint8)
    array[side // 4:-side // 4, side // 4:-side // 4] = 220
    return Image.of(array)


@pytest.mark.parametrize("draw", [edges, soft_edges, scribble])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_edges_are_light_where_the_picture_changes_and_nowhere_else(
    draw: Callable[[Image], Image], dtype: str
) -> None:
    found = draw(square().to(dtype))
    assert found.size == square().size and found.channels == 3 and found.dtype == "uint8"
    grays = found.array[:, :, 0].astype(int)
    assert np.array_equal(found.array[:, :, 0], found.array[:, :, 2])
    assert grays[20:28, 48].max() > 180 and grays[48, 68:76].max() > 180
    assert grays[48, 48] == 0 and grays[4, 4] == 0


def test_line_art_draws_dark_lines_and_not_the_edges_of_light_ones() -> None:
    array = np.full((64, 64, 3), 200, np.uint8)
    array[30:33, 8:56] = 20
    found = line_art(Image.of(array)).array[:, :, 0]
    assert found[31, 32] > 200 and found[10, 32] == 0 and found[50, 32] == 0


def test_settings_leave_out_what_is_weak_or_fine() -> None:
    array = square().array.copy()
    array[40:44, 40:44] = 200  # hardly to be seen
    image = Image.of(array)
    assert edges(image, 5, 10).array.sum() > edges(image, 200, 250).array.sum()
    assert scribble(image, share=0.2).array.sum() > scribble(image, share=0.02).array.sum()


def test_a_picture_without_edges_gives_black() -> None:
    flat = Image.of(np.full((32, 32, 3), 90, np.uint8))
    assert all(draw(flat).array.max() == 0 for draw in (edges, soft_edges, line_art, scribble))


def test_inverted_keeps_depth_and_alpha() -> None:
    array = np.array([[[0, 100, 255, 7]]], np.uint8)
    assert inverted(Image.of(array)).array.tolist() == [[[255, 155, 0, 7]]]
    deep = Image.of(np.array([[[0, 1000, 65535]]], np.uint16))
    assert inverted(deep).array.tolist() == [[[65535, 64535, 0]]]


def test_a_control_holds_what_was_wired() -> None:
    image = square()
    found = control(image, "edges", 0.5, 0.1, 0.9)
    assert isinstance(found, Control)
    assert (found.model, found.image, found.strength, found.start, found.end) == ("edges", image, 0.5, 0.1, 0.9)


def test_a_reference_is_wired_as_a_control_and_read_by_an_adapter() -> None:
    image = square()
    found = reference(image, "ip-adapter_sdxl", 0.5)
    assert (found.kind, found.model, found.image, found.strength) == ("ip-adapter", "ip-adapter_sdxl", image, 0.5)
