from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.files import BACKUPS, Files
from workflows import edit, format
from workflows.graph import Graph


@pytest.fixture
def files(desk: Desk, qtbot: QtBot) -> Files:
    window = QWidget()
    qtbot.addWidget(window)
    return Files(desk, window)


def said(desk: Desk) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    desk.said.connect(lambda message, hint: lines.append((message, hint)))
    return lines


def test_a_new_workflow_is_saved_and_opened_again(files: Files, desk: Desk, tmp_path: Path) -> None:
    document = files.new()
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt", at=(10, 20)))
    assert files.write(document, tmp_path / "one.json")
    assert not document.history.dirty
    assert files.open(tmp_path / "one.json") is document  # it is open already: no second tab
    desk.close(document)
    again = files.open(tmp_path / "one.json")
    assert again is not None
    assert again.graph == document.graph


def test_twenty_earlier_versions_are_kept(files: Files, desk: Desk, tmp_path: Path) -> None:
    document = files.new()
    for number in range(BACKUPS + 5):
        document.edit("Note", lambda graph, n=number: edit.add_note(graph, f"version {n}", (0, 0)))  # type: ignore[misc]
        assert files.write(document, tmp_path / "one.json")
    kept = list(desk.studio.home.backups.glob("one-*.json"))
    assert len(kept) == BACKUPS
    assert all(format.load(file).notes for file in kept)


def test_a_broken_file_is_a_sentence_and_opens_nothing(files: Files, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{nonsense")
    lines = said(desk)
    assert files.open(tmp_path / "bad.json") is None
    assert lines[0][0].startswith("bad.json can't be opened. ") and "JSON" in lines[0][0] and lines[0][1]
    assert desk.documents == []


def test_a_place_that_cannot_be_written_loses_nothing(files: Files, desk: Desk, tmp_path: Path) -> None:
    document = files.new()
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt"))
    lines = said(desk)
    assert not files.write(document, tmp_path / "nowhere" / "one.json")
    assert lines and document.history.dirty and document.path is None


def test_a_template_opens_as_a_copy_and_brings_its_files_along(files: Files, desk: Desk, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    (origin / "data").mkdir(parents=True)
    (origin / "data" / "a.png").write_bytes(b"picture")
    graph = edit.add_node(Graph(), "load_image", {"file": "data/a.png"})
    document = files.new(graph, "Example", origin)
    assert document.base == origin
    assert files.write(document, tmp_path / "mine.json")
    assert (tmp_path / "data" / "a.png").read_bytes() == b"picture"


def test_closing_what_is_not_saved_asks(files: Files, desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    document = files.new()
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt"))
    files.close(document)
    assert desk.documents == [document]
    press(qtbot, "Close without saving")
    assert desk.documents == []


def test_closing_can_be_called_off(files: Files, desk: Desk, qtbot: QtBot) -> None:
    document = files.new()
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt"))
    files.close(document)
    press(qtbot, "Cancel")
    assert desk.documents == [document]


def opened(files: Files, path: Path) -> Document:
    format.save(edit.add_node(Graph(), "prompt", {"text": "mine"}), path)
    document = files.open(path)
    assert document is not None
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt", id="new"))
    return document


def test_what_another_program_has_written_is_not_overwritten_unasked(
    files: Files, desk: Desk, tmp_path: Path, qtbot: QtBot,
) -> None:
    document = opened(files, tmp_path / "one.json")
    theirs = format.dump(edit.add_node(Graph(), "prompt", {"text": "theirs"}))
    (tmp_path / "one.json").write_text(theirs)
    files.save(document)
    assert (tmp_path / "one.json").read_text() == theirs
    press(qtbot, "Cancel")
    assert (tmp_path / "one.json").read_text() == theirs
    files.save(document)
    press(qtbot, "Overwrite")
    assert "new" in format.load(tmp_path / "one.json").nodes and not document.history.dirty
    kept = [file.read_text() for file in desk.studio.home.backups.glob("one-*.json")]
    assert theirs in kept


def test_closing_with_save_asks_too_before_it_overwrites(
    files: Files, desk: Desk, tmp_path: Path, qtbot: QtBot,
) -> None:
    document = opened(files, tmp_path / "one.json")
    (tmp_path / "one.json").write_text(format.dump(Graph()))
    files.close(document)
    press(qtbot, "Save")
    assert desk.documents == [document]
    press(qtbot, "Overwrite")
    assert desk.documents == [] and "new" in format.load(tmp_path / "one.json").nodes


def test_own_saves_and_a_file_that_is_gone_ask_nothing(files: Files, tmp_path: Path) -> None:
    document = opened(files, tmp_path / "one.json")
    files.save(document)
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt", id="newer"))
    files.save(document)
    assert not document.history.dirty
    (tmp_path / "one.json").unlink()
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt", id="newest"))
    files.save(document)
    assert "newest" in format.load(tmp_path / "one.json").nodes


def test_closing_what_runs_asks(files: Files, desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    document = files.new()
    desk.runner = cast(Any, SimpleNamespace(works_on=lambda one: one is document))
    files.close(document)
    press(qtbot, "Cancel")
    assert desk.documents == [document]
    files.close(document)
    press(qtbot, "Stop and close")
    assert desk.documents == []


def test_two_tabs_never_share_a_file(files: Files, desk: Desk, tmp_path: Path) -> None:
    opened(files, tmp_path / "one.json")
    other = files.new()
    lines = said(desk)
    assert not files.write(other, tmp_path / "one.json")
    assert "another tab" in lines[0][0] and other.path is None


def press(qtbot: QtBot, text: str) -> None:
    box = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())
    button = next(button for button in box.findChildren(QPushButton) if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_documents_know_their_place(tmp_path: Path, desk: Desk) -> None:
    document = Document(Graph(), desk.studio.packs.types, tmp_path / "a.json")
    assert document.base == tmp_path
    assert document.key == str(tmp_path / "a.json")
