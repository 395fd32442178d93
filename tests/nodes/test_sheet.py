import numpy as np
import pytest

from ajar.contract import node_of
from ajar.errors import UserError
from ajar.values import Color, Image
from nodes.sheet import contact_sheet
from tests.nodes.pictures_for_tests import FORMS, flat, picture


def columns_of(sheet: Image, marker: int) -> int:
    """In how many separate places of the widest row the marker colour is found."""
    hits = (sheet.array[:, :, 0] == marker).astype(int)
    return int((np.diff(np.pad(hits, ((0, 0), (1, 0))), axis=1) == 1).sum(axis=1).max())


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (4, 2), (6, 3), (9, 3), (12, 4)])
def test_columns_are_chosen_so_that_sheets_look_whole(count: int, columns: int) -> None:
    sheet = contact_sheet([flat(1.0, 1.0, 1.0, width=128, height=128)] * count)
    assert columns_of(sheet, 255) == columns
    assert (sheet.dtype, sheet.channels) == ("uint8", 3)


def test_columns_can_be_given() -> None:
    images = [flat(1.0, 0.0, 0.0, width=100, height=100)] * 5
    assert columns_of(contact_sheet(images, columns=5), 255) == 5
    assert columns_of(contact_sheet(images, columns=50), 255) == 5
    assert columns_of(contact_sheet(images, columns=1), 255) == 1


def test_pictures_of_every_form_and_shape_meet() -> None:
    images = [picture(form, 30 + 9 * at, 60 - 5 * at) for at, form in enumerate(FORMS)]
    sheet = contact_sheet(images, ["x"] * len(images))
    assert sheet.array.std() > 5
    assert (sheet.array[0, 0] == (38, 38, 40)).all()


def test_labels_make_room_and_are_seen() -> None:
    images = [flat(0.0, 0.0, 0.0, width=200, height=150)] * 2
    plain, labelled = contact_sheet(images), contact_sheet(images, ["one", "two"])
    long = contact_sheet(images, ["a label so long that it takes several lines " * 9, ""])
    assert plain.height < labelled.height < long.height
    assert labelled.array.max() > 180 > plain.array.max()
    titled = contact_sheet(images, title="Title")
    assert titled.height > plain.height
    assert titled.array[:30].max() > 200


def test_labels_are_readable_on_light_and_dark() -> None:
    images = [flat(0.5, 0.5, 0.5, width=200, height=150)]
    light = contact_sheet(images, ["label"], background=Color(250, 250, 250))
    assert light.array.min() < 100


def test_a_label_never_stands_under_the_wrong_picture() -> None:
    images = [flat(0.5, width=64, height=64)] * 3
    assert contact_sheet(images, ["one"]).height > contact_sheet(images).height
    assert contact_sheet(images, ["one", "two", "three", "four"]).size == contact_sheet(images).size


def test_what_cannot_be_laid_out() -> None:
    with pytest.raises(UserError, match="no picture"):
        contact_sheet([])
    with pytest.raises(UserError, match="too many"):
        contact_sheet([flat(0.5, width=2000, height=2000)] * 60, cell=2048)


def test_a_sheet_takes_what_is_left_of_a_stream() -> None:
    type_ = node_of(contact_sheet)
    assert type_ is not None
    assert type_.partial
    assert [socket.form for socket in type_.inputs[:2]] == ["list", "list"]
