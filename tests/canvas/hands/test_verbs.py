"""The verbs as one list: keys without clashes in every preset, and the same from menu, shortcut and palette."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from canvas.actions import MENUS, PRESETS, Actions, keys_of
from canvas.hands.verbs import BY_ID, HABITS, VERBS
from canvas.rows import from_verb
from tests.canvas.hands.conftest import CTRL, Person


@pytest.fixture
def wired(person: Person, qtbot: QtBot) -> Iterator[Actions]:
    """The verbs as actions with shortcuts, as the window has them."""
    window, boards = QWidget(), QStackedWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(boards)
    boards.addWidget(person.view)
    rows = [from_verb(verb, person.hand.context) for verb in VERBS]
    actions = Actions(window, boards, person.hand.desk.theme, rows)
    window.resize(1200, 800)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    person.view.setFocus()
    yield actions
    boards.removeWidget(person.view)
    person.view.setParent(None)
    window.deleteLater()


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_means_two_things(preset: str) -> None:
    claimed: dict[str, list[str]] = defaultdict(list)
    for verb in VERBS:
        for key in keys_of(verb, preset, {}):
            name = QKeySequence(key).toString()
            assert name, f"{verb.id}: {key} is no key"
            claimed[name].append(verb.id)
    assert {key: ids for key, ids in claimed.items() if len(ids) > 1} == {}
    assert preset in HABITS


def test_the_clashes_of_the_samples_are_settled() -> None:
    """Ctrl+D duplicates everywhere; F frames but joins in Blender; Alt+C collapses but duplicates in Nuke."""
    for preset in PRESETS:
        assert "Ctrl+D" in keys_of(BY_ID["edit.duplicate"], preset, {})
    assert "F" in keys_of(BY_ID["view.frame_selection"], "Default", {})
    assert "F" in keys_of(BY_ID["wire.join"], "Blender-like", {})
    assert "Alt+C" in keys_of(BY_ID["node.collapse"], "Comfy-like", {})
    assert "Alt+C" in keys_of(BY_ID["edit.duplicate"], "Nuke-like", {})
    panels = {"M", "N", "Q", "W", "R"}
    assert not panels & {key for verb in VERBS for key in keys_of(verb, "Comfy-like", {})}


def test_ids_are_unique_and_menus_exist() -> None:
    assert len(BY_ID) == len(VERBS)
    assert {verb.group for verb in VERBS} <= set(MENUS)


def test_a_shortcut_of_the_window_acts_once(person: Person, wired: Actions) -> None:
    person.add("blur", 0, 0)
    person.document.select(["blur"])
    wired.refresh()
    person.type(Qt.Key.Key_D, CTRL)
    assert set(person.graph.nodes) == {"blur", "blur-2"}
    wired.refresh()
    person.type(Qt.Key.Key_M)
    assert person.state("blur-2") == "muted"


def test_tab_letters_and_escape_work_with_the_shortcuts_of_the_window(person: Person, wired: Actions) -> None:
    wired.refresh()
    person.type(Qt.Key.Key_Tab)
    assert person.hand.adder.isVisible()
    person.type("mab")
    assert person.hand.adder.line.text() == "mab"
    person.type(Qt.Key.Key_Escape)
    assert not person.hand.adder.isVisible()
    assert not person.graph.nodes


def test_escape_cancels_a_drag_and_not_the_selection(person: Person, wired: Actions) -> None:
    person.add("blur", 0, 0)
    person.click(person.header("blur"))
    wired.refresh()
    person.hold(person.header("blur"), QPointF(300, 300))
    person.type(Qt.Key.Key_Escape)
    person.release(QPointF(300, 300))
    assert person.graph.layout["blur"][:2] == [0, 0]
    assert person.document.selection == ("blur",)


def test_ctrl_y_still_belongs_to_the_window(person: Person) -> None:
    done: list[str] = []
    redo = QAction("Redo", person.view)
    redo.setShortcut("Ctrl+Y")
    redo.triggered.connect(lambda: done.append("redo"))
    person.view.addAction(redo)
    person.type(Qt.Key.Key_Y, CTRL)
    assert done == ["redo"]


def test_every_verb_can_be_asked_whether_it_can_be_done(person: Person) -> None:
    for verb in VERBS:
        assert person.hand.can(verb.id) in (True, False)
        person.hand.is_checked(verb.id)
