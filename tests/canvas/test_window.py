"""The window as a whole: what can be done is the same in menus, keys and palette; nothing is lost on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from canvas import app
from canvas.actions import PRESETS, clashes
from canvas.desk import Desk
from canvas.engine import Engine
from canvas.taste import Taste
from canvas.window import Window
from workflows import edit, format
from workflows.graph import Graph

SOME = edit.add_node(edit.add_node(Graph(), "prompt", at=(0, 0)), "text_join", at=(300, 0))


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> Iterator[Window]:
    engine = Engine(desk)
    window = Window(desk, engine, Taste(theme="dark", hints=False, doors=False))
    window.resize(1200, 800)
    window.show()
    yield window
    for document in list(desk.documents):
        desk.close(document)
    engine.close()
    shiboken6.delete(window)  # else the next window's style is put on the widgets of this one too


def write(folder: Path, name: str = "one.json", graph: Graph = SOME) -> Path:
    (folder / name).write_text(format.dump(graph))
    return folder / name


def press(qtbot: QtBot, text: str) -> None:
    box = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())
    button = next(button for button in box.findChildren(QPushButton) if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_does_two_things(window: Window, preset: str) -> None:
    assert clashes(window.actions_.rows.values(), preset, {}) == {}


def test_every_action_is_in_the_palette_and_can_be_done_or_is_grey(window: Window, qtbot: QtBot) -> None:
    """Item 44: everything is in the command palette, with its key."""
    window.actions_.do("palette")
    palette = window.palette_
    assert palette.isVisible()
    assert palette.list.count() == len(window.actions_.rows)
    qtbot.keyClicks(palette.line, "tidy")
    first = palette.list.item(0)
    assert first is not None and first.text() == "Tidy"
    assert first.data(Qt.ItemDataRole.UserRole)[2] == "L"
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_does_what_is_chosen(window: Window, qtbot: QtBot) -> None:
    window.actions_.do("palette")
    qtbot.keyClicks(window.palette_.line, "new")
    qtbot.keyClick(window.palette_.line, Qt.Key.Key_Return)
    assert len(window.desk.documents) == 1


def test_menus_hold_every_listed_action_once(window: Window) -> None:
    shown: list[str] = []
    for menu in window.bar.menus.findChildren(QMenu):
        shown += [action.objectName() for action in menu.actions() if action.objectName()]
    listed = [row.id for row in window.actions_.rows.values() if row.listed]
    assert sorted(shown) == sorted(listed)


def test_a_file_opens_in_a_tab_and_closes_again(window: Window, tmp_path: Path) -> None:
    window.files.open(write(tmp_path))
    assert window.bar.tabs.count() == 1
    assert window.windowTitle() == "one – Ajar"
    window.actions_.do("close")
    assert window.bar.tabs.count() == 0


def test_tabs_keep_their_own_undo(window: Window, tmp_path: Path) -> None:
    one = window.files.open(write(tmp_path, "one.json"))
    two = window.files.open(write(tmp_path, "two.json"))
    assert one is not None and two is not None
    two.edit("Add", lambda graph: edit.add_node(graph, "note"))
    window.bar.tabs.setCurrentIndex(0)
    assert window.desk.front is one
    window.actions_.do("undo")
    assert "note" in two.graph.nodes
    window.bar.tabs.setCurrentIndex(1)
    window.actions_.do("undo")
    assert "note" not in two.graph.nodes


def test_undo_by_its_key_on_the_board(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    document = window.files.open(write(tmp_path))
    assert document is not None and window.page is not None
    document.edit("Add", lambda graph: edit.add_node(graph, "note"))
    window.activateWindow()
    window.page.view.setFocus()
    qtbot.waitUntil(lambda: window.page is not None and window.page.view.hasFocus())
    qtbot.keyClick(window.page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "note" not in document.graph.nodes
    assert window.status.message.startswith("Undone: Add")


def test_panels_come_and_go_and_stand_as_at_first_again(window: Window) -> None:
    for id_ in ("library", "inspector", "takes", "queue"):
        assert window.actions_.made[id_].isChecked()
        window.actions_.do(id_)
        assert not window.actions_.made[id_].isChecked()
    assert window.rail.isVisible()
    window.actions_.do("arrange_panels")
    assert not window.sides.library.isHidden()
    assert window.rail.isHidden()


def test_the_theme_changes_at_once_and_is_kept(window: Window) -> None:
    window.actions_.do("light")
    assert window.desk.theme.mode == "light"
    assert Taste.read(window.desk.studio.home.path).theme == "light"


def test_own_keys_count(window: Window) -> None:
    window.prefer(window.taste.bound("layout.tidy", ("Ctrl+T",)))
    assert window.actions_.keys("layout.tidy") == "Ctrl+T"
    window.prefer(window.taste.with_(preset="Comfy-like"))
    assert window.actions_.keys("layout.tidy") == "Ctrl+T"


def test_a_refused_edit_is_said_in_the_status_line(window: Window, tmp_path: Path) -> None:
    document = window.files.open(write(tmp_path))
    assert document is not None
    document.edit("Wire", lambda graph: edit.connect(graph, "prompt", None, "prompt", "text"))
    assert "needs" in window.status.message


def test_unsaved_work_is_there_again_after_closing(window: Window, tmp_path: Path, studio: object) -> None:
    path = write(tmp_path)
    document = window.files.open(path)
    assert document is not None
    document.edit("Add", lambda graph: edit.add_node(graph, "note"))
    fresh = window.files.new(name="Sketch")
    fresh.edit("Add", lambda graph: edit.add_node(graph, "prompt"))
    window.close()
    again = Desk(window.desk.studio, window.desk.theme)
    engine = Engine(again)
    other = Window(again, engine, window.taste)
    try:
        app.begin(other, None)
        assert [one.title for one in again.documents] == ["one", "Sketch"]
        assert "note" in again.documents[0].graph.nodes
        assert again.documents[0].history.dirty
        assert "prompt" in again.documents[1].graph.nodes
    finally:
        other.keeping.close()
        engine.close()
        shiboken6.delete(other)


def test_everything_that_can_be_reached_has_a_name(window: Window, tmp_path: Path) -> None:
    """Item 44: what the keyboard reaches says what it is."""
    window.files.open(write(tmp_path))
    nameless = [
        f"{type(one).__name__} {one.objectName()} in {type(one.parent()).__name__}"
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()
        and not (one.accessibleName() or getattr(one, "text", lambda: "")())
    ]
    assert nameless == []


def test_the_window_works_when_it_is_tiny_and_texts_are_large(window: Window, tmp_path: Path) -> None:
    window.files.open(write(tmp_path))
    window.prefer(window.taste.with_(text=2.0))
    window.resize(640, 480)
    assert window.tools.run.isVisible()
    assert window.tools.rect().contains(window.tools.run.geometry().center())
    assert window.grab().toImage().pixelColor(QPoint(2, 2)).isValid()


def test_the_viewer_can_have_a_tab_of_its_own(window: Window, tmp_path: Path) -> None:
    document = window.files.open(write(tmp_path))
    window.actions_.do("viewer_tab")
    assert window.boards.currentWidget() is window.tabs.viewer
    window.bar.tabs.setCurrentIndex(0)
    assert window.page is not None and window.boards.currentWidget() is window.page
    window.actions_.do("viewer_tab")
    window.actions_.do("viewer_tab")
    assert window.bar.tabs.count() == 2
    window.bar.tabs.tabCloseRequested.emit(1)
    assert window.bar.tabs.count() == 1
    assert window.boards.currentWidget() is window.page
    assert window.desk.documents == [document]


def test_the_viewer_has_the_window_to_itself_and_gives_everything_back(window: Window, tmp_path: Path) -> None:
    document = window.files.open(write(tmp_path))
    before = window.layout_bytes()
    window.tabs.open_viewer()
    assert not any(dock.isVisible() for dock in window.sides.all)
    assert not window.tools.isVisible() and not window.rail.isVisible()
    assert window.layout_bytes() == before, "what is remembered is the layout of the boards"
    window.bar.tabs.setCurrentIndex(0)
    assert window.desk.front is document and window.tools.isVisible()
    shown = {dock.objectName() for dock in window.sides.all if dock.isVisible()}
    assert shown == {"library", "inspector", "takes", "work"}


def test_the_keyboard_goes_round_in_order(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    """Tool bar, library, board, inspector, and the foot."""
    window.files.open(write(tmp_path))
    assert window.page is not None
    places = {
        "tools": window.tools, "library": window.panels.library, "board": window.page.view,
        "inspector": window.panels.inspector, "queue": window.sides.work,
    }
    order: list[str] = []
    window.activateWindow()
    window.tools.run.setFocus()
    qtbot.waitUntil(window.tools.run.hasFocus)
    for _ in range(200):
        one = QApplication.focusWidget()
        assert one is not None
        order += [name for name, place in places.items() if place is one or place.isAncestorOf(one)]
        # On the board Tab searches for a node; F6 is the way out.
        qtbot.keyClick(one, Qt.Key.Key_F6 if window.page.view is one else Qt.Key.Key_Tab)
    order = list(dict.fromkeys(order))
    assert order == ["tools", "library", "board", "inspector", "queue"]


def test_the_theme_of_the_system_is_followed(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    window.actions_.do("as_system")
    monkeypatch.setattr("canvas.window.system_mode", lambda: "light")
    worn: list[str] = []
    window.desk.themed.connect(lambda: worn.append(window.desk.theme.mode))
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    window.actions_.do("dark")
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert worn == ["light", "dark"]


def test_tabs_that_were_moved_are_remembered_in_their_order(window: Window, tmp_path: Path) -> None:
    one = window.files.open(write(tmp_path, "one.json"))
    two = window.files.open(write(tmp_path, "two.json"))
    window.bar.tabs.moveTab(0, 1)
    assert window.desk.documents == [two, one]


def test_closing_waits_for_the_run_and_keeps_what_has_not_begun(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = True
    monkeypatch.setattr(type(window.runner), "busy", property(lambda _: busy))
    assert not window.close()
    press(qtbot, "Let it finish first")
    assert window.isVisible() and window.runner.paused
    busy = False
    window.runner.jobs_changed.emit()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_keys_count_also_for_what_could_not_be_done_a_moment_ago(window: Window) -> None:
    """Qt passes over the keys of an action that is not enabled, so nothing is, but while a menu shows it grey."""
    file, save = window.bar.menu("File"), window.actions_.made["save"]
    assert save.isEnabled()
    file.aboutToShow.emit()
    assert not save.isEnabled()
    file.aboutToHide.emit()
    assert save.isEnabled()
    window.actions_.do("save")  # nothing is open: it does nothing, and nothing breaks
