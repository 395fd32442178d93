"""Writing captions in the window: what is typed is on the disk, and can be taken back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.learning.book import CaptionBook
from canvas.learning.editor import UNSAID, CaptionEditor
from canvas.learning.opening import edit_captions, learns
from canvas.pages.node import NodePage
from workflows.graph import Graph, Node


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("1.png", "red"), ("2.png", "green"), ("10.png", "blue")):
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        image.save(str(folder / name))
    (folder / "1.txt").write_text("a red field\n")
    return folder


@pytest.fixture
def editor(desk: Desk, folder: Path, qtbot: QtBot) -> CaptionEditor:
    editor = CaptionEditor(desk, CaptionBook(folder))
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(editor)
    editor.show()
    return editor


def type_into(editor: CaptionEditor, text: str) -> None:
    editor.text.selectAll()
    QTest.keyClicks(editor.text, text)


def rows(editor: CaptionEditor) -> list[str]:
    return [editor.list.item(row).text() for row in range(editor.list.count())]


def test_the_pictures_stand_in_order_with_their_captions(editor: CaptionEditor, qtbot: QtBot) -> None:
    assert rows(editor) == ["a red field", UNSAID, UNSAID]
    assert editor.text.toPlainText() == "a red field" and editor.name.full == "1.png"
    assert "2 pictures without a caption" in editor.said.full
    qtbot.waitUntil(lambda: not editor.list.item(2).icon().isNull() and not editor.picture.pixmap().isNull())
    assert editor.picture.pixmap().toImage().pixelColor(20, 20) == QColor("red")


def test_enter_saves_and_goes_on_and_closing_saves_too(editor: CaptionEditor, folder: Path) -> None:
    editor.step(1)
    type_into(editor, "a green field")
    QTest.keyClick(editor.text, Qt.Key.Key_Return)
    assert (folder / "2.txt").read_text() == "a green field\n" and editor.name.full == "10.png"
    type_into(editor, "a blue field")
    editor.close()
    assert (folder / "10.txt").read_text() == "a blue field\n"
    assert rows(editor) == ["a red field", "a green field", "a blue field"]


def test_a_pause_in_typing_saves(editor: CaptionEditor, folder: Path, qtbot: QtBot) -> None:
    type_into(editor, "a crimson field")
    qtbot.waitUntil(lambda: (folder / "1.txt").read_text() == "a crimson field\n")


def test_undo_goes_back_through_all_that_was_saved(editor: CaptionEditor, folder: Path) -> None:
    assert not editor.undo.isEnabled()
    type_into(editor, "scarlet")
    editor.step(1)
    type_into(editor, "emerald")
    editor.step(1)
    editor.undo.click()
    assert not (folder / "2.txt").exists() and editor.name.full == "2.png" and editor.text.toPlainText() == ""
    editor.undo.click()
    assert (folder / "1.txt").read_text() == "a red field\n" and editor.text.toPlainText() == "a red field"
    assert not editor.undo.isEnabled()


def test_a_caption_that_can_not_be_written_stays_in_the_window(editor: CaptionEditor, folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    type_into(editor, "scarlet")
    editor.step(1)
    assert editor.name.full == "1.png" and "can't be written" in editor.said.full
    editor.close()
    assert editor.isVisible() and editor.text.toPlainText() == "scarlet"
    folder.with_name("moved").rename(folder)
    editor.close()
    assert not editor.isVisible() and (folder / "1.txt").read_text() == "scarlet\n"


def test_it_opens_from_the_node_that_learns(desk: Desk, document: Document, folder: Path, qtbot: QtBot) -> None:
    document.path = folder.parent / "training.json"
    nodes = {"train": Node("train_flux_lora", {"folder": "pictures"}), "flux": Node("flux", {})}
    document.edit("Add", lambda graph: Graph(nodes))
    page = NodePage(desk)
    qtbot.addWidget(page)
    page.show_nodes(document, ("train",))
    menu = QMenu()
    page._fill_menu(menu)
    assert "Edit captions…" in [action.text() for action in menu.actions()]
    assert not learns(document, "flux")
    editor = edit_captions(desk, document, "train")
    assert editor is not None and len(editor.book.pages) == 3
    qtbot.addWidget(editor)


def test_without_a_folder_it_says_so(desk: Desk, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(desk, "say", lambda message, hint="": said.append(message))
    document.edit("Add", lambda graph: Graph({"train": Node("train_flux_lora", {})}))
    assert edit_captions(desk, document, "train") is None
    assert said == ["This node has no folder of pictures."]
