from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.preferences import Preferences
from canvas.shortcut_table import Shortcut
from canvas.taste import Taste

ROWS = (
    ("run", "Run", "Run", ("Ctrl+Return",)), ("stop", "Stop", "Run", ("Ctrl+.",)), ("mute", "Mute", "Graph", ("M",)),
)


def shortcuts(taste: Taste) -> Sequence[Shortcut]:
    nuke = {"mute": ("D",)} if taste.preset == "Nuke-like" else {}
    return [
        Shortcut(id_, title, group, taste.keys.get(id_, nuke.get(id_, keys)), id_ in taste.keys)
        for id_, title, group, keys in ROWS
    ]


@pytest.fixture
def preferences(desk: Desk, qtbot: QtBot) -> Preferences:
    made = Preferences(desk, Taste(), shortcuts)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def keys_shown(preferences: Preferences) -> list[str]:
    model = preferences.table.model
    return [str(model.data(model.index(row, 2))) for row in range(model.rowCount())]


def test_a_theme_counts_at_once_and_nothing_waits_for_an_ok(preferences: Preferences, qtbot: QtBot) -> None:
    assert not preferences.isModal()
    with qtbot.waitSignal(preferences.changed) as told:
        QTest.mouseClick(preferences.theme, Qt.MouseButton.LeftButton,
                         pos=preferences.theme.rect_of("light").center().toPoint())
    assert told.args == [Taste(theme="light")]


def test_text_grows_by_key_from_100_to_200_percent(preferences: Preferences, qtbot: QtBot) -> None:
    preferences.text.setFocus()
    with qtbot.waitSignal(preferences.changed):
        QTest.keyClick(preferences.text, Qt.Key.Key_End)
    assert preferences.taste.text == 2.0
    QTest.keyClick(preferences.text, Qt.Key.Key_Right)
    assert preferences.taste.text == 2.0


def test_a_preset_changes_the_keys_in_the_table(preferences: Preferences) -> None:
    preferences.turn("keys")
    QTest.mouseClick(preferences.preset, Qt.MouseButton.LeftButton,
                     pos=preferences.preset.rect_of("Nuke-like").center().toPoint())
    assert preferences.taste.preset == "Nuke-like"
    assert keys_shown(preferences) == ["Ctrl Enter", "Ctrl .", "D"]


def test_an_action_gets_the_keys_that_are_pressed(preferences: Preferences, qtbot: QtBot) -> None:
    preferences.turn("keys")
    preferences.table.pick("run")
    view = preferences.table.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    with qtbot.waitSignal(preferences.rebound) as told:
        QTest.keyClick(view, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert told.args == ["run", ("Shift+F5",)]
    assert keys_shown(preferences)[0] == "Shift F5 (own)"


def test_keys_that_another_action_has_are_told_in_place_and_taken_over_only_when_asked(
    preferences: Preferences,
) -> None:
    preferences.turn("keys")
    preferences.table.pick("stop")
    preferences.table.wait()
    QTest.keyClick(preferences.table.view, Qt.Key.Key_M)
    assert "Mute" in preferences.table.told.message.full and preferences.table.told.isVisible()
    assert keys_shown(preferences) == ["Ctrl Enter", "Ctrl .", "M"]
    QTest.mouseClick(preferences.table.told.button, Qt.MouseButton.LeftButton)
    assert keys_shown(preferences) == ["Ctrl Enter", "M (own)", "none (own)"]
    assert not preferences.table.told.isVisible()


def test_esc_keeps_the_old_keys_and_delete_takes_them_away(preferences: Preferences) -> None:
    preferences.turn("keys")
    preferences.table.pick("mute")
    preferences.table.wait()
    QTest.keyClick(preferences.table.view, Qt.Key.Key_Escape)
    assert keys_shown(preferences)[2] == "M" and preferences.isVisible()
    QTest.keyClick(preferences.table.view, Qt.Key.Key_Delete)
    assert preferences.taste.keys == {"mute": ()}


def test_one_and_all_keys_go_back_to_the_preset(preferences: Preferences) -> None:
    preferences.turn("keys")
    preferences.show_taste(Taste(keys={"run": ("F5",), "mute": ("K",)}))
    preferences.table.pick("mute")
    QTest.mouseClick(preferences.table.one, Qt.MouseButton.LeftButton)
    assert preferences.taste.keys == {"run": ("F5",)}
    QTest.mouseClick(preferences.table.every, Qt.MouseButton.LeftButton)
    assert preferences.taste.keys == {} and not preferences.table.every.isEnabled()


def test_search_finds_actions_by_their_keys(preferences: Preferences) -> None:
    preferences.turn("keys")
    QTest.keyClicks(preferences.table.search, "ctrl .")
    assert [row.id for row in preferences.table.model.rows] == ["stop"]


def test_the_data_folder_and_its_size_are_shown(preferences: Preferences, desk: Desk, qtbot: QtBot) -> None:
    (desk.studio.home.takes / "one.png").write_bytes(bytes(3_000_000))
    preferences.turn("data")
    assert preferences.data.path.full == str(desk.studio.home.path)
    qtbot.waitUntil(lambda: preferences.data.sizes["takes"].full == "3 MB")
    assert preferences.data.sizes["models"].full == "nothing yet"
