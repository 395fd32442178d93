"""The gallery: what it shows, how it is searched, and what is told of each take."""

import os
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.errors import AjarError
from ajar.values import Image
from canvas.desk import Desk
from canvas.document import Document
from canvas.gallery import GalleryPanel
from canvas.theme import Theme
from tests.canvas.pictures import Add, add, choose, panel, press, settled, shown, takes
from workflows.strays import take_in
from workflows.takes import Facts, Take, Takes

__all__ = ["add", "panel", "takes"]


def test_an_empty_gallery_says_what_will_be_here(qtbot: QtBot, panel: GalleryPanel) -> None:
    shown(qtbot, panel)
    assert panel.empty.isVisible() and "Everything you make" in panel.empty.sentence.full


def test_takes_are_shown_newest_first_and_new_ones_come_by_themselves(
    qtbot: QtBot, panel: GalleryPanel, add: Add,
) -> None:
    first = add()
    shown(qtbot, panel)
    assert panel.model.rowCount() == 1 and not panel.empty.isVisible()
    panel.view.choose(0)
    second = add(prompt="a ship")
    settled(qtbot, panel, 2)
    assert panel.model.take_at(panel.model.index(0)) == second
    assert panel.view.takes() == [first], "what was selected stays so"


def test_what_another_window_made_is_there_when_one_comes_back(
    qtbot: QtBot, panel: GalleryPanel, desk: Desk,
) -> None:
    shown(qtbot, panel)
    with Takes(desk.studio.home) as other:
        other.add(b"1", ".png", Facts(document="d", node="flux", kind="image"))
    QGuiApplication.sendEvent(panel, QEvent(QEvent.Type.WindowActivate))
    settled(qtbot, panel, 1)


def test_words_search_and_esc_shows_all_again(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    ship = add(prompt="a ship at sea")
    shown(qtbot, panel)
    QTest.keyClicks(panel.filters.search, "SEA shi")
    settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == ship
    QTest.keyClick(panel.filters.search, Qt.Key.Key_Escape)
    settled(qtbot, panel, 2)


def test_nothing_found_says_so_and_offers_a_way_back(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    shown(qtbot, panel)
    QTest.keyClicks(panel.filters.search, "zebra")
    settled(qtbot, panel, 0)
    qtbot.waitUntil(panel.empty.isVisible)
    assert panel.empty.sentence.full == "Nothing fits"
    QTest.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    settled(qtbot, panel, 1)
    assert panel.filters.search.text() == ""


@pytest.mark.parametrize(("titles", "chip"), [
    (("Model", "wan-2.2"), "wan-2.2"), (("Node", "Wan 2.2"), "Wan 2.2"), (("Stars", "4 or more"), "4 stars or more"),
    (("Tags", "hero"), "hero"), (("Date", "Today"), "Today"),
])
def test_filters_narrow_and_their_chips_take_them_away(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes, titles: tuple[str, ...], chip: str,
) -> None:
    old = add()
    takes._database.execute("UPDATE takes SET made = made - 1e6")
    takes._database.commit()
    new = add(model="wan-2.2", title="Wan 2.2", node="wan")
    takes.rate(new.id, 4)
    takes.tag(new.id, ["hero"])
    shown(qtbot, panel)
    assert panel.model.rowCount() == 2 and old.id != new.id
    choose(panel.filters.menu(), *titles)
    settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == takes.get(new.id)
    (active,) = panel.filters.active
    assert active.text() == chip
    QTest.keyClick(active, Qt.Key.Key_Return)
    settled(qtbot, panel, 2)


def test_only_what_was_made_by_the_workflow_in_front(
    qtbot: QtBot, panel: GalleryPanel, add: Add, document: Document,
) -> None:
    mine = add(document=document.key)
    add()
    shown(qtbot, panel)
    choose(panel.filters.menu(), "This workflow only")
    settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == mine
    assert [chip.text() for chip in panel.filters.active] == ["This workflow"]
    choose(panel.filters.menu(), "Clear filters")
    settled(qtbot, panel, 2)


def test_kinds_are_chips(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    mask = add(kind="mask")
    shown(qtbot, panel)
    QTest.mouseClick(panel.filters.kinds["mask"], Qt.MouseButton.LeftButton, pos=QPoint(5, 12))
    settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == mask
    assert panel.filters.kinds["mask"].isChecked() and not panel.filters.kinds[""].isChecked()


def test_arrows_walk_and_the_details_follow(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add(prompt="first", seed=418207, cost=0.31)
    add(prompt="second")
    shown(qtbot, panel)
    panel.view.choose(0)
    assert panel.details.isVisible() and panel.details.prompt.full == "second"
    press(panel, Qt.Key.Key_Right)
    assert panel.details.prompt.full == "first"
    facts = {name: label.full for name, label in panel.details.facts.items() if label.isVisibleTo(panel.details)}
    assert facts["Cost"] == "$0.31" and facts["Size"] == "64 × 48" and facts["Time"] == "4 s"
    assert facts["Seed"].replace("\N{NO-BREAK SPACE}", " ") == "418 207"


def test_a_note_and_tags_are_kept_when_one_goes_on(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes,
) -> None:
    take, other = add(), add()
    shown(qtbot, panel)
    panel.view.choose(1)
    QTest.keyClicks(panel.details.note, "the sky is right")
    QTest.keyClicks(panel.details.tags, "hero, night  shot")
    panel.view.choose(0)
    qtbot.waitUntil(lambda: takes.get(take.id).tags == ("hero", "night shot"))
    assert takes.get(take.id).note == "the sky is right"
    assert panel.details.note.toPlainText() == "" and takes.get(other.id).note == ""


def test_a_note_is_kept_when_the_window_closes_at_once(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes,
) -> None:
    take = add()
    shown(qtbot, panel)
    panel.view.choose(0)
    QTest.keyClicks(panel.details.note, "last words")
    panel.close_down()
    assert takes.get(take.id).note == "last words"


def test_what_is_typed_is_not_overwritten_by_what_arrives(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes,
) -> None:
    take = add()
    shown(qtbot, panel)
    panel.view.choose(0)
    panel.details.note.setFocus()
    QTest.keyClicks(panel.details.note, "half a sen")
    takes.rate(take.id, 5)
    qtbot.waitUntil(lambda: panel.details.stars.rating == 5)
    assert panel.details.note.toPlainText() == "half a sen"


def test_a_damaged_picture_does_no_harm(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add(b"no picture at all")
    shown(qtbot, panel)
    panel.grab()
    qtbot.waitUntil(lambda: panel.thumbs.known(take))
    panel.grab()


def test_thumbnails_are_made_beside_and_come_by_themselves(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add()
    shown(qtbot, panel)
    panel.grab()
    qtbot.waitUntil(lambda: panel.thumbs.known(take))
    image = panel.thumbs.image(take)
    assert image is not None and image.width() == 64


def test_many_takes_are_read_page_by_page(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    add()
    with takes._database as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(takes)") if row[1] not in ("id", "file")]
        text = ", ".join(names)
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499) "
            f"INSERT INTO takes (file, {text}) SELECT '2026-01/' || i || '.png', {text} FROM takes, n",
        )
    shown(qtbot, panel)
    assert panel.count.full == "500 takes" and panel.model.rowCount() < 500

    def scrolled_to_the_end() -> bool:
        panel.view.verticalScrollBar().setValue(panel.view.verticalScrollBar().maximum())
        return panel.model.rowCount() == 500

    qtbot.waitUntil(scrolled_to_the_end)
    assert len({panel.model.index(row).data(256).id for row in range(500)}) == 500


def test_everything_by_keyboard(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    shown(qtbot, panel)
    panel.view.choose(0)
    with qtbot.waitExposed(panel):
        panel.activateWindow()
    panel.filters.search.setFocus()
    stops = []
    for _ in range(14):
        focused = panel.focusWidget()
        stops.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    order = [
        "Word, model or tag", "Filter", "Smaller pictures", "Larger pictures", "Gallery", "Rating", "Open workflow",
        "Insert", "More that can be done with it", "Note", "Tags",
    ]
    assert [stop for stop in stops if stop in order][: len(order)] == order
    assert all(stops), "everything that has the keyboard has a name"


def test_large_text_and_any_width(qtbot: QtBot, panel: GalleryPanel, add: Add, desk: Desk) -> None:
    for number in range(4):
        add(prompt=f"take {number}")
    shown(qtbot, panel)
    panel.view.choose(0)
    for mode in ("dark", "light"):
        desk.wear(Theme(mode, 2.0, contrast=True))
        for width in (180, 232, 1400):
            panel.resize(width, 500)
            panel.grab()
            assert panel.view.gridSize().width() <= panel.view.viewport().width()
    press(panel, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    before = panel.view.gridSize().width()
    QTest.mouseClick(panel.smaller, Qt.MouseButton.LeftButton)
    assert panel.view.gridSize().width() < before


def test_what_lost_its_row_is_listed_when_the_gallery_opens(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes,
) -> None:
    stray = takes.folder / "2026-01" / "old.png"
    stray.parent.mkdir()
    stray.write_bytes(Image.of(np.zeros((4, 4, 3), np.uint8)).encode("png"))
    os.utime(stray, (1e9, 1e9))
    shown(qtbot, panel)
    settled(qtbot, panel, 1)
    assert take_in(takes) == []


def test_a_damaged_table_is_said_in_place(
    qtbot: QtBot, panel: GalleryPanel, takes: Takes, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def damaged(*_: Any, **__: Any) -> list[Take]:
        raise AjarError("The list of takes is damaged.", "Start Ajar again.")

    monkeypatch.setattr(takes, "search", damaged)
    shown(qtbot, panel)
    qtbot.waitUntil(panel.empty.isVisible)
    assert panel.empty.sentence.full == "The list of takes is damaged." and "again" in panel.empty.hint.full
