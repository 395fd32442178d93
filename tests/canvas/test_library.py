"""What a person does in the library, with mouse and keys."""

import json
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.library import Library
from canvas.library_rows import MIME, mime_of, read_mime
from canvas.library_tree import Shelved
from workflows import edit

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def library(desk: Desk, document: Document, qtbot: QtBot) -> Library:
    panel = Library(desk)
    panel.resize(232, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    qtbot.waitUntil(lambda: panel._models.read)
    QGuiApplication.processEvents()
    return panel


@pytest.fixture
def added(library: Library) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    library.wanted.connect(lambda type_, inputs: found.append((type_, inputs)))
    return found


def titles(library: Library) -> list[str]:
    return [row.title for section in library.sections for row in section.rows]


def place(library: Library, title: str) -> QPoint:
    """Where a row is, at its name."""
    tree = library.shelf.tree
    for at, section in enumerate(library.sections):
        for row, shelved in enumerate(section.rows):
            index = tree.index(row, 0, tree.index(at, 0))
            if shelved.title == title:
                return library.shelf.visualRect(index).center()
            for below, model in enumerate(shelved.models):
                if model.title == title:
                    return library.shelf.visualRect(tree.index(below, 0, index)).center()
    raise AssertionError(f"no row {title}")


def test_everything_stands_in_its_category_with_a_count(library: Library) -> None:
    by_title = {section.title: section for section in library.sections}
    assert "Prompt" in [row.title for row in by_title["Input"].rows]
    assert "Flux" in [row.title for row in by_title["Generate"].rows]
    assert all(section.count >= len(section.rows) for section in library.sections)


def test_double_click_adds_a_node(library: Library, added: list[tuple[str, Any]]) -> None:
    at = place(library, "Prompt")
    QTest.mouseClick(library.shelf.viewport(), LEFT, PLAIN, at)
    assert added == []
    QTest.mouseDClick(library.shelf.viewport(), LEFT, PLAIN, at)
    assert added == [("prompt", {})]


def test_a_model_adds_the_node_with_that_model_chosen(library: Library, added: list[tuple[str, Any]]) -> None:
    QTest.keyClicks(library.search, "schnell")
    at = place(library, "FLUX.1 [schnell]")
    QTest.mouseClick(library.shelf.viewport(), LEFT, PLAIN, at)
    QTest.mouseDClick(library.shelf.viewport(), LEFT, PLAIN, at)
    assert added == [("flux", {"model": "FLUX.1-schnell"})]


def test_item_3_typing_finds_by_all_words_and_enter_adds(library: Library, added: list[tuple[str, Any]]) -> None:
    library.search.setFocus()
    QTest.keyClicks(library.search, "image load")
    assert titles(library)[0] == "Load image"
    QTest.keyClick(library.search, Qt.Key.Key_Return)
    assert added == [("load_image", {})]


def test_item_3_models_are_found_by_name_and_errors_forgiven(library: Library) -> None:
    QTest.keyClicks(library.search, "schnell")
    assert titles(library)[0] == "Flux"
    assert [model.title for model in library.sections[0].rows[0].models] == ["FLUX.1 [schnell]"]
    library.search.clear()
    QTest.keyClicks(library.search, "conact sheat")
    assert titles(library)[0] == "Contact sheet"


def test_item_3_the_last_used_come_first(library: Library, added: list[tuple[str, Any]]) -> None:
    QTest.keyClicks(library.search, "blur")
    QTest.keyClick(library.search, Qt.Key.Key_Return)
    library.search.clear()
    assert library.sections[0].title == "Last used"
    assert [row.title for row in library.sections[0].rows] == ["Blur"]


def test_down_goes_on_from_the_search_and_up_comes_back(library: Library, added: list[tuple[str, Any]]) -> None:
    library.search.setFocus()
    QTest.keyClicks(library.search, "mask")
    first = titles(library)
    QTest.keyClick(library.search, Qt.Key.Key_Down)
    QTest.keyClick(library.search, Qt.Key.Key_Return)
    assert added[0][0] == next(row.id for row in library.sections[0].rows if row.title == first[1])
    QTest.keyClick(library.search, Qt.Key.Key_Escape)
    assert library.search.text() == ""


def test_nothing_found_is_said_in_words(library: Library) -> None:
    QTest.keyClicks(library.search, "qqqqzzzz")
    assert library.empty.isVisible() and not library.shelf.isVisible()
    assert "No node" in library.empty.sentence.full
    library.search.clear()
    assert library.shelf.isVisible()


def test_filters_leave_open_closed_or_what_fits(library: Library) -> None:
    QTest.mouseClick(library.chips["open"], LEFT)
    assert {"Flux", "Lora", "Upscale"} <= set(titles(library)) and not {"Kling video", "Prompt"} & set(titles(library))
    QTest.mouseClick(library.chips["closed"], LEFT)
    assert {"Kling video", "Flux by Black Forest Labs"} <= set(titles(library)) and "Flux" not in titles(library)
    QTest.mouseClick(library.chips["fits"], LEFT)
    shown = titles(library)
    assert "Flux" in shown and "Prompt" in shown and "Chroma" not in shown  # there is no Chroma on this machine
    flux = next(row for section in library.sections for row in section.rows if row.title == "Flux")
    assert [model.title for model in flux.models] == ["Built-in (small, made for trying out)"]
    QTest.mouseClick(library.chips["all"], LEFT)
    assert "Chroma" in titles(library)


def test_sections_fold_and_stay_folded(library: Library, desk: Desk, qtbot: QtBot) -> None:
    tree, shelf = library.shelf.tree, library.shelf
    at = next(number for number, section in enumerate(library.sections) if section.title == "Input")
    head = tree.index(at, 0)
    assert shelf.isExpanded(head)
    QTest.mouseClick(shelf.viewport(), LEFT, PLAIN, shelf.visualRect(head).center())
    assert not shelf.isExpanded(head)
    again = Library(desk)
    qtbot.addWidget(again)
    assert not again.shelf.isExpanded(again.shelf.tree.index(at, 0))


def test_favourites_stand_at_the_top(library: Library) -> None:
    row = next(row for section in library.sections for row in section.rows if row.title == "Crop")
    next(one for one in library.menu(row).actions() if one.text() == "Add to favourites").trigger()
    assert library.sections[0].title == "Favourites"
    assert [one.title for one in library.sections[0].rows] == ["Crop"]
    next(one for one in library.menu(row).actions() if one.text() == "Remove from favourites").trigger()
    assert library.sections[0].title != "Favourites"


def test_groups_of_the_workflow_are_offered_again(library: Library, document: Document,
                                                  added: list[tuple[str, Any]]) -> None:
    document.edit("Add", lambda graph: edit.add_node(graph, "prompt", {"text": "x"}))
    document.edit("Group", lambda graph: edit.make_group(graph, ["prompt"], "words")[0])
    assert library.sections[-1].title == "Groups of this workflow"
    QTest.keyClicks(library.search, "words")
    QTest.keyClick(library.search, Qt.Key.Key_Return)
    assert added == [("group:words", {})]
    library.search.clear()
    document.undo()
    assert library.sections[-1].title != "Groups of this workflow"


def test_a_drag_carries_the_type_and_its_inputs(library: Library) -> None:
    tree = library.shelf.tree
    flux = next(row for section in library.sections for row in section.rows if row.title == "Flux")
    data = mime_of(flux.models[0])
    assert json.loads(bytes(data.data(MIME).data())) == {"type": "flux", "inputs": {"model": "builtin"}}
    assert read_mime(data) == ("flux", {"model": "builtin"})
    head = tree.index(0, 0)
    assert not tree.flags(head) & Qt.ItemFlag.ItemIsDragEnabled
    row = tree.index(0, 0, head)
    assert tree.flags(row) & Qt.ItemFlag.ItemIsDragEnabled
    assert read_mime(tree.mimeData([row])) is not None


def test_rows_are_read_out_with_door_and_size(library: Library) -> None:
    tree = library.shelf.tree
    for at, section in enumerate(library.sections):
        for row, shelved in enumerate(section.rows):
            index = tree.index(row, 0, tree.index(at, 0))
            said = tree.data(index, Qt.ItemDataRole.AccessibleTextRole)
            assert said.startswith(shelved.title)
            if shelved.door:
                assert {"open": "open weights", "closed": "closed model"}[shelved.door] in said


def test_the_tree_is_sound(library: Library, qtmodeltester: Any) -> None:
    qtmodeltester.check(library.shelf.tree)


def test_a_row_is_known_by_its_model() -> None:
    plain = Shelved("flux", "Flux", "generate", "image")
    assert plain.key != Shelved("flux", "Schnell", "generate", "image", inputs=(("model", "schnell"),)).key
