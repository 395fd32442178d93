"""Unsaved changes survive: drafts follow the documents, and what a crash left behind opens again (items 36 and 42)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.files import Files
from canvas.keeping import Keeping
from workflows import edit, format
from workflows.drafts import Draft, Drafts, folder_of, found
from workflows.graph import Graph
from workflows.session import read_session
from workflows.takes import Facts, Takes


@pytest.fixture
def takes(desk: Desk) -> Iterator[Takes]:
    with Takes(desk.studio.home) as takes:
        yield takes


@pytest.fixture
def keeping(qtbot: QtBot, desk: Desk, takes: Takes) -> Iterator[Keeping]:
    window = QWidget()
    qtbot.addWidget(window)
    drafts = Drafts(desk.studio.home)
    yield Keeping(desk, Files(desk, window), takes, drafts)
    drafts.close()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.json"
    format.save(edit.add_node(Graph(), "flux", {"steps": 4}), path)
    return path


def test_a_recovered_template_still_finds_its_files(desk: Desk, keeping: Keeping, tmp_path: Path) -> None:
    """What the files of a workflow without a file are relative to, and which were chosen, comes back with it."""
    document = keeping._files.new(edit.add_node(Graph(), "prompt"), "Catalogue", tmp_path / "templates")
    document.chosen.add("/pictures/mine.png")
    keeping.remember()
    keeping.session, _ = read_session(desk.studio.home)
    left = _left(desk, document.key, None, document.graph)
    desk.close(document)
    again = keeping.reopen(left)
    assert (again.draft, again.origin) == (document.draft, tmp_path / "templates")
    assert again.chosen == {"/pictures/mine.png"}


def _left(desk: Desk, key: str, path: Path | None, graph: Graph) -> Draft:
    """A draft of a window that is gone."""
    window = Drafts(desk.studio.home)
    window.keep(key, "harbour", path, graph)
    window.close()
    return next(draft for draft in found(desk.studio.home) if draft.key == key)


def _changed(path: Path) -> Graph:
    return edit.set_value(format.load(path), "flux", "steps", 8)


def _on_disk(desk: Desk) -> int:
    return len(list(folder_of(desk.studio.home).glob("*.json")))


def test_item_42_every_change_goes_to_a_draft_and_saving_ends_it(
    qtbot: QtBot, desk: Desk, keeping: Keeping, tmp_path: Path,
) -> None:
    document = Document(Graph(), desk.studio.packs.types)
    desk.open(document)
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt"))
    qtbot.waitUntil(lambda: _on_disk(desk) == 1)
    document.undo()
    qtbot.waitUntil(lambda: _on_disk(desk) == 0)
    document.redo()
    qtbot.waitUntil(lambda: _on_disk(desk) == 1)
    before = document.key
    document.mark_saved(tmp_path / "a.json", document.graph)
    keeping._files.saved.emit(document, before)
    qtbot.waitUntil(lambda: _on_disk(desk) == 0)


def test_item_42_a_recovered_workflow_has_its_changes_as_one_step_to_be_saved(
    desk: Desk, keeping: Keeping, saved: Path,
) -> None:
    document = keeping.reopen(_left(desk, str(saved), saved, _changed(saved)))
    assert desk.front is document and document.path == saved and document.history.dirty
    assert document.graph.nodes["flux"].inputs["steps"] == 8
    assert _on_disk(desk) == 1, "the new draft is there before the old one goes"
    assert document.undo() == "Recovered changes"
    assert document.graph.nodes["flux"].inputs["steps"] == 4


def test_item_42_a_file_that_is_open_already_takes_the_changes(desk: Desk, keeping: Keeping, saved: Path) -> None:
    draft = _left(desk, str(saved), saved, _changed(saved))
    opened = Document(format.load(saved), desk.studio.packs.types, saved)
    desk.open(opened)
    assert keeping.reopen(draft) is opened
    assert len(desk.documents) == 1 and opened.graph.nodes["flux"].inputs["steps"] == 8


@pytest.mark.parametrize("named", [False, True])
def test_item_42_what_has_no_file_any_more_still_has_to_be_saved(
    desk: Desk, keeping: Keeping, tmp_path: Path, named: bool,
) -> None:
    path = tmp_path / "gone.json" if named else None
    draft = _left(desk, str(path) if path else "draft:4f2a", path, edit.add_node(Graph(), "prompt"))
    document = keeping.reopen(draft)
    assert document.history.dirty and document.path == path and "prompt" in document.graph.nodes
    assert named or document.key == "draft:4f2a", "its takes are found again"
    assert _on_disk(desk) == 1


def test_item_36_takes_of_a_draft_go_with_it_when_it_is_saved(
    desk: Desk, keeping: Keeping, takes: Takes, tmp_path: Path,
) -> None:
    document = Document(edit.add_node(Graph(), "flux"), desk.studio.packs.types)
    desk.open(document)
    takes.add(b"1", ".png", Facts(document=document.key, node="flux", kind="image"))
    before = document.key
    document.mark_saved(tmp_path / "a.json", document.graph)
    keeping._files.saved.emit(document, before)
    assert len(takes.of(document.key, "flux")) == 1 and takes.of(before, "flux") == []
