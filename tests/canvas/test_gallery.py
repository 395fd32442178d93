"""The gallery, driven as a person does it: by words, keys and the mouse."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from ajar.errors import AjarError
from ajar.values import Image
from canvas import gallery_deeds
from canvas.desk import Desk
from canvas.document import Document
from canvas.gallery import GalleryPanel
from canvas.theme import Theme
from workflows.commands.source import read_source
from workflows.strays import take_in
from workflows.takes import Facts, Query, Take, Takes

ABOUT = json.dumps({"ajar": 1, "workflow": "harbour", "node": "flux", "graph": {"ajar": 1, "nodes": {}}})
Add = Callable[..., Take]


@pytest.fixture
def takes(desk: Desk) -> Iterator[Takes]:
    with Takes(desk.studio.home) as takes:
        yield takes


@pytest.fixture
def add(takes: Takes) -> Add:
    def add(content: bytes = b"", suffix: str = ".png", **more: Any) -> Take:
        plain: dict[str, Any] = {
            "document": "/films/harbour.json", "node": "flux", "kind": "image", "title": "Flux", "width": 64,
            "height": 48, "prompt": "a lighthouse", "model": "flux.1-schnell", "seconds": 4.0,
        }
        shade = takes.count() * 20 % 255
        picture = Image.of(np.full((48, 64, 3), shade, np.uint8)).encode("png", about=ABOUT)
        return takes.add(content or picture, suffix, Facts(**{**plain, **more}))

    return add


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, takes: Takes) -> Iterator[GalleryPanel]:
    panel = GalleryPanel(desk, takes)
    qtbot.addWidget(panel)
    panel.resize(232, 700)
    yield panel
    panel.close_down()


def _show(qtbot: QtBot, panel: GalleryPanel) -> None:
    panel.show()
    qtbot.waitUntil(lambda: panel.errands.idle and panel.model.ready)
    panel.view.setFocus()


def _settled(qtbot: QtBot, panel: GalleryPanel, rows: int) -> None:
    qtbot.waitUntil(lambda: panel.model.rowCount() == rows and panel.errands.idle)


def _key(panel: GalleryPanel, key: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(panel.view, key, held)


def _centre(panel: GalleryPanel, row: int) -> QPoint:
    return panel.view.visualRect(panel.model.index(row)).center()


def test_an_empty_gallery_says_what_will_be_here(qtbot: QtBot, panel: GalleryPanel) -> None:
    _show(qtbot, panel)
    assert panel.empty.isVisible() and "Everything you make" in panel.empty.sentence.full


def test_takes_are_shown_newest_first_and_new_ones_come_by_themselves(
    qtbot: QtBot, panel: GalleryPanel, add: Add,
) -> None:
    first = add()
    _show(qtbot, panel)
    assert panel.model.rowCount() == 1 and not panel.empty.isVisible()
    panel.view.choose(0)
    second = add(prompt="a ship")
    _settled(qtbot, panel, 2)
    assert panel.model.take_at(panel.model.index(0)) == second
    assert panel.view.takes() == [first], "what was selected stays so"


def test_what_another_window_made_is_there_when_one_comes_back(
    qtbot: QtBot, panel: GalleryPanel, desk: Desk,
) -> None:
    _show(qtbot, panel)
    with Takes(desk.studio.home) as other:
        other.add(b"1", ".png", Facts(document="d", node="flux", kind="image"))
    QGuiApplication.sendEvent(panel, QEvent(QEvent.Type.WindowActivate))
    _settled(qtbot, panel, 1)


def test_words_search_and_esc_shows_all_again(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    ship = add(prompt="a ship at sea")
    _show(qtbot, panel)
    QTest.keyClicks(panel.filters.search, "SEA shi")
    _settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == ship
    QTest.keyClick(panel.filters.search, Qt.Key.Key_Escape)
    _settled(qtbot, panel, 2)


def test_nothing_found_says_so_and_offers_a_way_back(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    _show(qtbot, panel)
    QTest.keyClicks(panel.filters.search, "zebra")
    _settled(qtbot, panel, 0)
    qtbot.waitUntil(panel.empty.isVisible)
    assert panel.empty.sentence.full == "Nothing fits"
    QTest.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    _settled(qtbot, panel, 1)
    assert panel.filters.search.text() == ""


def _choose(menu: QMenu, *titles: str) -> None:
    for title in titles[:-1]:
        menu = next(part for part in menu.findChildren(QMenu) if part.title() == title)
    next(action for action in menu.actions() if action.text() == titles[-1]).trigger()


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
    _show(qtbot, panel)
    assert panel.model.rowCount() == 2 and old.id != new.id
    _choose(panel.filters.menu(), *titles)
    _settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == takes.get(new.id)
    (active,) = panel.filters.active
    assert active.text() == chip
    QTest.keyClick(active, Qt.Key.Key_Return)
    _settled(qtbot, panel, 2)


def test_only_what_was_made_by_the_workflow_in_front(
    qtbot: QtBot, panel: GalleryPanel, add: Add, document: Document,
) -> None:
    mine = add(document=document.key)
    add()
    _show(qtbot, panel)
    _choose(panel.filters.menu(), "This workflow only")
    _settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == mine
    assert [chip.text() for chip in panel.filters.active] == ["This workflow"]
    _choose(panel.filters.menu(), "Clear filters")
    _settled(qtbot, panel, 2)


def test_kinds_are_chips(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    mask = add(kind="mask")
    _show(qtbot, panel)
    QTest.mouseClick(panel.filters.kinds["mask"], Qt.MouseButton.LeftButton, pos=QPoint(5, 12))
    _settled(qtbot, panel, 1)
    assert panel.model.take_at(panel.model.index(0)) == mask
    assert panel.filters.kinds["mask"].isChecked() and not panel.filters.kinds[""].isChecked()


def test_digits_rate_what_is_selected(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    one, two = add(), add()
    _show(qtbot, panel)
    panel.view.choose(0)
    _key(panel, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    _key(panel, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: [takes.get(take.id).rating for take in (one, two)] == [4, 4])
    _key(panel, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: [takes.get(take.id).rating for take in (one, two)] == [0, 0])


def test_a_click_on_a_star_rates(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    take = add()
    _show(qtbot, panel)
    cell = panel.view.visualRect(panel.model.index(0))
    stars = panel.view.cell.stars(cell)
    third = QPoint(round(stars.left() + 4 + 2.5 * 11), round(stars.center().y()))
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=third)
    qtbot.waitUntil(lambda: takes.get(take.id).rating == 3)
    qtbot.waitUntil(lambda: panel.details.stars.rating == 3)


def test_arrows_walk_and_the_details_follow(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add(prompt="first", seed=418207, cost=0.31)
    add(prompt="second")
    _show(qtbot, panel)
    panel.view.choose(0)
    assert panel.details.isVisible() and panel.details.prompt.full == "second"
    _key(panel, Qt.Key.Key_Right)
    assert panel.details.prompt.full == "first"
    facts = {name: label.full for name, label in panel.details.facts.items() if label.isVisibleTo(panel.details)}
    assert facts["Cost"] == "$0.31" and facts["Size"] == "64 × 48" and facts["Time"] == "4 s"
    assert facts["Seed"].replace("\N{NO-BREAK SPACE}", " ") == "418 207"


def test_a_note_and_tags_are_kept_when_one_goes_on(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes,
) -> None:
    take, other = add(), add()
    _show(qtbot, panel)
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
    _show(qtbot, panel)
    panel.view.choose(0)
    QTest.keyClicks(panel.details.note, "last words")
    panel.close_down()
    assert takes.get(take.id).note == "last words"


def test_what_is_typed_is_not_overwritten_by_what_arrives(
    qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes,
) -> None:
    take = add()
    _show(qtbot, panel)
    panel.view.choose(0)
    panel.details.note.setFocus()
    QTest.keyClicks(panel.details.note, "half a sen")
    takes.rate(take.id, 5)
    qtbot.waitUntil(lambda: panel.details.stars.rating == 5)
    assert panel.details.note.toPlainText() == "half a sen"


def test_enter_shows_it_in_the_viewer(qtbot: QtBot, panel: GalleryPanel, add: Add, desk: Desk) -> None:
    take = add()
    _show(qtbot, panel)
    panel.view.choose(0)
    with qtbot.waitSignal(desk.shown) as shown:
        _key(panel, Qt.Key.Key_Return)
    value, title, told = shown.args
    assert value.width == 64 and title == "Flux · take 1" and told == take


def test_its_workflow_opens_as_it_was(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    _show(qtbot, panel)
    panel.view.choose(0)
    with qtbot.waitSignal(panel.opened) as opened:
        QTest.mouseClick(panel.details.open, Qt.MouseButton.LeftButton)
    assert read_source(str(opened.args[0])).name == "harbour"
    with qtbot.waitSignal(panel.inserted):
        _key(panel, Qt.Key.Key_I)


def test_a_picture_and_its_path_go_onto_the_clipboard(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add()
    _show(qtbot, panel)
    panel.view.choose(0)
    _key(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 64)
    assert [url.toLocalFile() for url in QGuiApplication.clipboard().mimeData().urls()] == [str(take.path)]
    _key(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == str(take.path)


def test_dragged_takes_are_files(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add()
    _show(qtbot, panel)
    data = panel.model.mimeData([panel.model.index(0)])
    assert [url.toLocalFile() for url in data.urls()] == [str(take.path)]


def test_thrown_away_and_brought_back(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    take = add()
    add()
    _show(qtbot, panel)
    panel.view.choose(1)
    _key(panel, Qt.Key.Key_Delete)
    _settled(qtbot, panel, 1)
    assert takes.get(take.id).thrown and takes.get(take.id).path.is_file()
    _key(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    _settled(qtbot, panel, 2)
    assert not takes.get(take.id).thrown


def test_the_trash_can_be_looked_into_and_emptied(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    take = add()
    kept = add()
    takes.throw_away(take.id)
    _show(qtbot, panel)
    _choose(panel.filters.menu(), "Trash")
    gone = takes.get(take.id)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1 and panel.model.take_at(panel.model.index(0)) == gone)
    panel.view.choose(0)
    _choose(panel.deeds.menu(panel.view.takes()), "Empty the trash…")
    qtbot.waitUntil(lambda: bool(panel.findChildren(QMessageBox)))
    (box,) = panel.findChildren(QMessageBox)
    assert box.defaultButton().text() == "Cancel", "Enter deletes nothing"
    next(button for button in box.buttons() if button.text() == "Delete 1 file").click()
    _settled(qtbot, panel, 0)
    assert not takes.get(kept.id).lost and takes.search(Query(thrown=True)) == []
    assert panel.empty.sentence.full == "The trash is empty"


def test_export_with_and_without_metadata(
    qtbot: QtBot, panel: GalleryPanel, add: Add, tmp_path: Path, desk: Desk,
) -> None:
    take = add()
    _show(qtbot, panel)
    for strip, name in ((False, "whole.png"), (True, "bare.png")):
        with qtbot.waitSignal(desk.said):
            panel.deeds.export_to([take], tmp_path / name, strip=strip)
    assert (tmp_path / "whole.png").read_bytes() == take.path.read_bytes()
    assert b"harbour" not in (tmp_path / "bare.png").read_bytes()
    assert read_source(str(tmp_path / "whole.png")).name == "harbour"
    assert Image.open(tmp_path / "bare.png").width == 64


def test_the_way_to_export_asks_where_to(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    _show(qtbot, panel)
    panel.view.choose(0)
    _key(panel, Qt.Key.Key_E)
    (dialog,) = panel.findChildren(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.reject()


def test_a_take_whose_file_was_taken_away_is_shown_as_lost(
    qtbot: QtBot, panel: GalleryPanel, add: Add, desk: Desk,
) -> None:
    take = add()
    take.path.unlink()
    _show(qtbot, panel)
    panel.view.choose(0)
    assert panel.details.missing.isVisible() and not panel.details.open.isEnabled()
    said: list[str] = []
    desk.said.connect(lambda message, hint: said.append(message + hint))
    _key(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said))
    assert take.path.name in said[0]
    assert "lost" in panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    panel.grab()


def test_a_damaged_picture_does_no_harm(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add(b"no picture at all")
    _show(qtbot, panel)
    panel.grab()
    qtbot.waitUntil(lambda: panel.thumbs.known(take))
    panel.grab()


def test_thumbnails_are_made_beside_and_come_by_themselves(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add()
    _show(qtbot, panel)
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
    _show(qtbot, panel)
    assert panel.count.full == "500 takes" and panel.model.rowCount() < 500

    def scrolled_to_the_end() -> bool:
        panel.view.verticalScrollBar().setValue(panel.view.verticalScrollBar().maximum())
        return panel.model.rowCount() == 500

    qtbot.waitUntil(scrolled_to_the_end)
    assert len({panel.model.index(row).data(256).id for row in range(500)}) == 500


def test_everything_by_keyboard(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    _show(qtbot, panel)
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


def test_the_menu_opens_with_the_keyboard(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    _show(qtbot, panel)
    panel.view.choose(0)
    _key(panel, Qt.Key.Key_Menu)
    menus = [menu for menu in panel.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    texts = [action.text().split("\t")[0] for action in menus[0].actions() if not action.isSeparator()]
    assert texts == [
        "Look at it", "Open its workflow", "Insert on the board", "Copy picture", "Copy prompt", "Copy path",
        "Show in folder", "Export a copy…", "Export without metadata…", "Throw away",
    ]
    menus[0].close()


def test_show_in_folder(qtbot: QtBot, panel: GalleryPanel, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    take = add()
    _show(qtbot, panel)
    seen: list[Path] = []
    monkeypatch.setattr(gallery_deeds, "show_in_folder", seen.append)
    panel.view.choose(0)
    _choose(panel.deeds.menu(panel.view.takes()), "Show in folder")
    assert seen == [take.path]


def test_large_text_and_any_width(qtbot: QtBot, panel: GalleryPanel, add: Add, desk: Desk) -> None:
    for number in range(4):
        add(prompt=f"take {number}")
    _show(qtbot, panel)
    panel.view.choose(0)
    for mode in ("dark", "light"):
        desk.wear(Theme(mode, 2.0, contrast=True))
        for width in (180, 232, 1400):
            panel.resize(width, 500)
            panel.grab()
            assert panel.view.gridSize().width() <= panel.view.viewport().width()
    _key(panel, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
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
    _show(qtbot, panel)
    _settled(qtbot, panel, 1)
    assert take_in(takes) == []


def test_a_damaged_table_is_said_in_place(
    qtbot: QtBot, panel: GalleryPanel, takes: Takes, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def damaged(*_: Any, **__: Any) -> list[Take]:
        raise AjarError("The list of takes is damaged.", "Start Ajar again.")

    monkeypatch.setattr(takes, "search", damaged)
    _show(qtbot, panel)
    qtbot.waitUntil(panel.empty.isVisible)
    assert panel.empty.sentence.full == "The list of takes is damaged." and "again" in panel.empty.hint.full
