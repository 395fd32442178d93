"""The contact sheet: labels, rating by keys, walking, and looking at one or two of it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas.viewers import sheet as sheets
from canvas.viewers.facts import Facts
from canvas.viewers.viewer import Viewer, shown
from tests.canvas.viewers.conftest import MakeFilm, plain


@pytest.fixture
def laid(viewer: Viewer, qtbot: QtBot) -> Viewer:
    """Ten takes on a sheet, with the keyboard."""
    takes = [
        shown(plain(n * 20, 0, 0), f"take {n}", n, Facts(name="Wan 2.2", which=f"take {n}", price="free"))
        for n in range(1, 11)
    ]
    viewer.lay_out(takes)
    viewer.sheet.setFocus()
    qtbot.waitUntil(lambda: all(viewer.bench.picture(one) is not None for one in takes))
    return viewer


def test_keys_one_to_five_rate_the_cell_that_has_the_keyboard(laid: Viewer, qtbot: QtBot) -> None:
    QTest.keyClick(laid.sheet, Qt.Key.Key_Right)
    with qtbot.waitSignal(laid.bench.rated) as told:
        QTest.keyClick(laid.sheet, Qt.Key.Key_4)
    assert told.args == [2, 4]
    assert [one.facts.rating for one in laid.bench.sheet()[:3]] == [0, 4, 0]
    assert laid.sheet.accessibleDescription() == "2 of 10: Wan 2.2, free, take 2, 4 stars"
    assert laid.bench.view.mode == "sheet"


def test_arrows_walk_and_the_cell_comes_into_view(laid: Viewer) -> None:
    laid.resize(500, 300)
    QTest.keyClick(laid.sheet, Qt.Key.Key_End)
    assert laid.sheet.at == 9
    assert laid.sheet.rect_of(9).bottom() <= laid.sheet.viewport().height()
    QTest.keyClick(laid.sheet, Qt.Key.Key_Up)
    assert laid.sheet.at < 9
    QTest.keyClick(laid.sheet, Qt.Key.Key_Home)
    assert laid.sheet.verticalScrollBar().value() < 30


def test_stars_are_clicked(laid: Viewer, qtbot: QtBot) -> None:
    stars = laid.sheet._stars(2)
    with qtbot.waitSignal(laid.bench.rated) as told:
        QTest.mouseClick(laid.sheet.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         QPoint(round(stars.left() + stars.width() * 0.5), round(stars.center().y())))
    assert told.args == [3, 3]


def test_enter_looks_at_one_and_ctrl_enter_puts_another_against_it(laid: Viewer) -> None:
    QTest.keyClick(laid.sheet, Qt.Key.Key_Return)
    assert laid.bench.view.mode == "single"
    assert (a := laid.bench.side("a")) and a.title == "take 1"
    laid.do("mode sheet")
    QTest.keyClick(laid.sheet, Qt.Key.Key_Right)
    QTest.keyClick(laid.sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert laid.toolbar.modes.key == "wipe"
    assert (b := laid.bench.side("b")) and b.title == "take 2"


def test_all_cells_are_zoomed_alike(laid: Viewer) -> None:
    laid.do("nearer")
    laid.do("nearer")
    assert laid.bench.view.tiles.zoom > 0
    assert laid.bench.view.look.zoom == 0
    assert not laid.sheet.grab().isNull()


def test_without_takes_the_buffers_are_on_the_sheet(viewer: Viewer) -> None:
    viewer.load(3, plain(1, 2, 3), "three")
    viewer.load(1, plain(1, 2, 3), "one")
    viewer.do("mode sheet")
    assert [one.title for one in viewer.sheet.cells] == ["one", "three"]


def test_a_list_of_pictures_is_laid_out(viewer: Viewer) -> None:
    viewer.show_value([plain(1, 2, 3), plain(4, 5, 6)], "Variations")
    assert viewer.bench.view.mode == "sheet"
    assert [one.title for one in viewer.sheet.cells] == ["Variations 1", "Variations 2"]


def test_an_empty_sheet_says_so(viewer: Viewer) -> None:
    viewer.do("mode sheet")
    assert not viewer.sheet.grab().isNull()
    assert viewer.sheet.cells == []


def test_films_on_the_sheet_follow_one_time(viewer: Viewer, film: MakeFilm, qtbot: QtBot) -> None:
    viewer.lay_out([shown(film(name), name) for name in "ab"])
    qtbot.waitUntil(lambda: all(None not in viewer.deck.glances.strip(one) for one in viewer.sheet.cells))
    first = viewer.deck.glances.still(viewer.sheet.cells[0], viewer.deck.clock.at)
    viewer.do("end")
    last = viewer.deck.glances.still(viewer.sheet.cells[0], viewer.deck.clock.at)
    assert first and last and first.pixel(2, 2) != last.pixel(2, 2)
    assert viewer.transport.isVisible() and not viewer.transport.tracks.isVisible()


def test_columns() -> None:
    assert sheets.columns_of(1000, 240, 12) == 4
    assert sheets.columns_of(100, 240, 12) == 1


def test_rating_keeps_the_picture_that_was_made_ready(laid: Viewer) -> None:
    before = laid.bench.picture(laid.bench.sheet()[0])
    QTest.keyClick(laid.sheet, Qt.Key.Key_5)
    assert laid.bench.picture(laid.bench.sheet()[0]) is before
    assert isinstance(laid.bench.sheet()[0].value, Image)
