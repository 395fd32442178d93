"""What can be done with takes in the gallery, driven as a person does it: by keys and the mouse."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas import gallery_deeds
from canvas.desk import Desk
from canvas.gallery import GalleryPanel
from tests.canvas.pictures import Add, add, choose, panel, press, settled, shown, takes
from workflows import sidecars
from workflows.reading import read_source
from workflows.takes import Query, Takes

__all__ = ["add", "panel", "takes"]


def test_digits_rate_what_is_selected(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    one, two = add(), add()
    shown(qtbot, panel)
    panel.view.choose(0)
    press(panel, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(panel, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: [takes.get(take.id).rating for take in (one, two)] == [4, 4])
    press(panel, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: [takes.get(take.id).rating for take in (one, two)] == [0, 0])


def test_a_click_on_a_star_rates(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    take = add()
    shown(qtbot, panel)
    cell = panel.view.visualRect(panel.model.index(0))
    stars = panel.view.cell.stars(cell)
    third = QPoint(round(stars.left() + 4 + 2.5 * 11), round(stars.center().y()))
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=third)
    qtbot.waitUntil(lambda: takes.get(take.id).rating == 3)
    qtbot.waitUntil(lambda: panel.details.stars.rating == 3)


def test_enter_shows_it_in_the_viewer(qtbot: QtBot, panel: GalleryPanel, add: Add, desk: Desk) -> None:
    take = add()
    shown(qtbot, panel)
    panel.view.choose(0)
    with qtbot.waitSignal(desk.shown) as look:
        press(panel, Qt.Key.Key_Return)
    value, title, told = look.args
    assert value.width == 64 and title == "Flux · take 1" and told == take


def test_its_workflow_opens_as_it_was(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    shown(qtbot, panel)
    panel.view.choose(0)
    with qtbot.waitSignal(panel.opened) as opened:
        QTest.mouseClick(panel.details.open, Qt.MouseButton.LeftButton)
    assert read_source(str(opened.args[0])).name == "harbour"
    with qtbot.waitSignal(panel.inserted):
        press(panel, Qt.Key.Key_I)


def test_a_picture_and_its_path_go_onto_the_clipboard(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add()
    shown(qtbot, panel)
    panel.view.choose(0)
    press(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 64)
    assert [url.toLocalFile() for url in QGuiApplication.clipboard().mimeData().urls()] == [str(take.path)]
    press(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == str(take.path)


def test_dragged_takes_are_files(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    take = add()
    shown(qtbot, panel)
    data = panel.model.mimeData([panel.model.index(0)])
    assert [url.toLocalFile() for url in data.urls()] == [str(take.path)]


def test_thrown_away_and_brought_back(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    take = add()
    add()
    shown(qtbot, panel)
    panel.view.choose(1)
    press(panel, Qt.Key.Key_Delete)
    settled(qtbot, panel, 1)
    assert takes.get(take.id).thrown and takes.get(take.id).path.is_file()
    press(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, panel, 2)
    assert not takes.get(take.id).thrown


def test_the_trash_can_be_looked_into_and_emptied(qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes) -> None:
    take = add()
    kept = add()
    takes.throw_away(take.id)
    shown(qtbot, panel)
    choose(panel.filters.menu(), "Trash")
    gone = takes.get(take.id)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1 and panel.model.take_at(panel.model.index(0)) == gone)
    panel.view.choose(0)
    choose(panel.deeds.menu(panel.view.takes()), "Empty the trash…")
    qtbot.waitUntil(lambda: bool(panel.findChildren(QMessageBox)))
    (box,) = panel.findChildren(QMessageBox)
    assert box.defaultButton().text() == "Cancel", "Enter deletes nothing"
    next(button for button in box.buttons() if button.text() == "Delete 1 file").click()
    settled(qtbot, panel, 0)
    assert not takes.get(kept.id).lost and takes.search(Query(thrown=True)) == []
    assert panel.empty.sentence.full == "The trash is empty"


def test_export_with_and_without_metadata(
    qtbot: QtBot, panel: GalleryPanel, add: Add, tmp_path: Path, desk: Desk,
) -> None:
    take = add()
    shown(qtbot, panel)
    for strip, name in ((False, "whole.png"), (True, "bare.png")):
        with qtbot.waitSignal(desk.said):
            panel.deeds.export_to([take], tmp_path / name, strip=strip)
    assert (tmp_path / "whole.png").read_bytes() == take.path.read_bytes()
    assert b"harbour" not in (tmp_path / "bare.png").read_bytes()
    assert read_source(str(tmp_path / "whole.png")).name == "harbour"
    assert Image.open(tmp_path / "bare.png").width == 64


def test_a_sidecar_goes_along_and_signing_needs_a_certificate(
    qtbot: QtBot, panel: GalleryPanel, add: Add, tmp_path: Path, desk: Desk,
) -> None:
    take = add()
    sidecars.write(take.path, '{"ajar": 1, "workflow": "harbour"}')
    shown(qtbot, panel)
    for strip, name in ((False, "whole.png"), (True, "bare.png")):
        with qtbot.waitSignal(desk.said):
            panel.deeds.export_to([take], tmp_path / name, strip=strip)
    assert sidecars.find(tmp_path / "whole.png") is not None and sidecars.find(tmp_path / "bare.png") is None
    with qtbot.waitSignal(desk.said) as said:
        panel.deeds.export_to([take], tmp_path / "signed.png", sign=True)
    assert "no certificate" in said.args[0] and not (tmp_path / "signed.png").exists()
    actions = {action.text(): action for action in panel.deeds.menu([take]).actions()}
    assert not actions["Export signed…"].isEnabled()
    panel.deeds.throw_away([take])
    qtbot.waitUntil(lambda: panel._takes.get(take.id).thrown)
    assert sidecars.find(panel._takes.get(take.id).path) is not None  # it lies beside its file in the trash


def test_the_way_to_export_asks_where_to(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    shown(qtbot, panel)
    panel.view.choose(0)
    press(panel, Qt.Key.Key_E)
    (dialog,) = panel.findChildren(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.reject()


def test_a_take_whose_file_was_taken_away_is_shown_as_lost(
    qtbot: QtBot, panel: GalleryPanel, add: Add, desk: Desk,
) -> None:
    take = add()
    take.path.unlink()
    shown(qtbot, panel)
    panel.view.choose(0)
    assert panel.details.missing.isVisible() and not panel.details.open.isEnabled()
    said: list[str] = []
    desk.said.connect(lambda message, hint: said.append(message + hint))
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said))
    assert take.path.name in said[0]
    assert "lost" in panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    panel.grab()


def test_the_menu_opens_with_the_keyboard(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    shown(qtbot, panel)
    panel.view.choose(0)
    press(panel, Qt.Key.Key_Menu)
    menus = [menu for menu in panel.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    texts = [action.text().split("\t")[0] for action in menus[0].actions() if not action.isSeparator()]
    assert texts == [
        "Look at it", "Open its workflow", "Which change made it", "Insert on the board", "Promote…", "Copy picture",
        "Copy prompt", "Copy path", "Show in folder", "Verify…", "Export a copy…", "Export without metadata…",
        "Export signed…", "Mark as confidential", "Throw away",
    ]
    menus[0].close()


def test_show_in_folder(qtbot: QtBot, panel: GalleryPanel, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    take = add()
    shown(qtbot, panel)
    seen: list[Path] = []
    monkeypatch.setattr(gallery_deeds, "show_in_folder", seen.append)
    panel.view.choose(0)
    choose(panel.deeds.menu(panel.view.takes()), "Show in folder")
    assert seen == [take.path]
