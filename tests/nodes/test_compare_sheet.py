"""The node that puts models against prompts on one sheet."""

from typing import Any, Literal

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.plain import Gap
from ajar.sheets import BASE, Head, Page, Place, laid_out, still, style
from ajar.values import Image, Video
from nodes.sheet import RESOURCES, compare_sheet, sheet_axes
from tests.nodes.pictures_for_tests import flat


def at(sheet: Image, part: tuple[float, float]) -> tuple[int, ...]:
    """The colour at a part of a picture."""
    return tuple(int(one) for one in sheet.array[int(sheet.height * part[1]), int(sheet.width * part[0])][:3])


def middle_of(sheet: Image, page: Page, cell: int, index: int) -> tuple[int, ...]:
    """The colour in the middle of a cell."""
    left, top, wide, high = laid_out(page, style(RESOURCES, "dark"), cell).box(index)
    return tuple(int(one) for one in sheet.array[top + high // 2, left + wide // 2][:3])


def test_every_cell_is_in_its_row_and_column() -> None:
    inks = [(250, 10, 10), (10, 250, 10), (10, 10, 250), (250, 250, 10)]
    images: list[Any] = [Image.of(np.full((36, 64, 3), ink, np.uint8)) for ink in inks]
    sheet = compare_sheet(images, ["Open", "Closed"], ["one", "two"], cell=120)
    page = Page((Head("Open"), Head("Closed")), ("one", "two"), tuple(map(Place, images)))
    for index, ink in enumerate(inks):
        assert np.abs(np.subtract(middle_of(sheet, page, 120, index), ink)).max() < 4


def test_a_missing_cell_keeps_its_place_and_says_why() -> None:
    whole: list[Any] = [flat(1.0, 1.0, 1.0, width=64, height=36)] * 4
    gap: list[Any] = [whole[0], Gap("Not run: above the cap of $5.00."), *whole[2:]]
    full, lacking = (compare_sheet(cells, ["a", "b"], ["x", "y"], cell=200) for cells in (whole, gap))
    assert full.size == lacking.size
    page = Page((Head("a"), Head("b")), ("x", "y"), tuple(map(Place, whole)))
    assert max(middle_of(full, page, 200, 1)) == 255 and min(middle_of(full, page, 200, 3)) == 255
    left, top, wide, high = laid_out(page, style(RESOURCES, "dark"), 200).box(1)
    inside = lacking.array[top + 4 : top + high - 4, left + 4 : left + wide - 4]
    assert inside.min() < 60 and inside.max() > 120, "a sentence on a dark ground"


def test_what_a_grid_tells_cell_by_cell_becomes_the_heads_of_rows_and_columns() -> None:
    cells: list[Any] = [flat(0.5, width=32, height=32)] * 6
    told = compare_sheet(cells, ["a", "a", "a", "b", "b", "b"], [1, 2, 3, 1, 2, 3], cell=120)
    plain = compare_sheet(cells, ["a", "b"], [1, 2, 3], cell=120)
    assert (told.array == plain.array).all()


def test_labels_that_do_not_go_up_are_a_sentence() -> None:
    with pytest.raises(UserError, match="5 cells"):
        compare_sheet([flat(0.5, width=32, height=32)] * 5, ["a"], ["x", "y"])
    with pytest.raises(UserError, match="nothing to compare"):
        compare_sheet([])


def test_films_are_shown_at_their_moment() -> None:
    pytest.importorskip("av")
    frames = [Image.of(np.full((64, 64, 3), shade, np.uint8)) for shade in (10, 60, 120, 180, 240)]
    film = Video.write(iter(frames), 5.0)
    assert still(film, 0).array.mean() < 30 < 200 < still(film, 1).array.mean()
    shown = [compare_sheet([film], cell=120, at=moment).array for moment in (0.0, 1.0)]
    assert shown[1].mean() - shown[0].mean() > 40


def test_light_and_dark_and_any_size_of_cell() -> None:
    cells: list[Any] = [flat(0.5, width=32, height=32)]
    modes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    dark, light = (compare_sheet(cells, ["Row"], ["Column"], theme=mode) for mode in modes)
    assert at(dark, (0.01, 0.01))[0] < 60 < 200 < at(light, (0.01, 0.01))[0]
    small, large = (compare_sheet(cells, ["Row"], ["Column"], cell=cell) for cell in (BASE, 2 * BASE))
    assert abs(large.width / small.width - 2) < 0.02
    assert abs(large.height / small.height - 2) < 0.02


def test_axes_give_every_line_with_every_line() -> None:
    assert list(sheet_axes("a cat\na dog\n\n", "1\n2")) == [("a cat", 1), ("a cat", 2), ("a dog", 1), ("a dog", 2)]
    assert list(sheet_axes("", "0.5\ntrue")) == [("", 0.5), ("", True)]
    mixed: list[Any] = [tuple(one) for one in sheet_axes("7\nseven", "")]
    assert mixed == [("7", ""), ("seven", "")], "a text among them makes all of them texts"
