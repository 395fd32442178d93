from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from canvas.viewers.deeds import MENU
from canvas.viewers.keys import KEYS, Keymap
from canvas.viewers.viewer import Viewer


def pressed(key: Qt.Key, text: str = "", mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, mods, text)


def test_keys_are_found_on_every_layout() -> None:
    keymap = Keymap()
    assert keymap.deed(pressed(Qt.Key.Key_W, "w")) == "wipe"
    assert keymap.deed(pressed(Qt.Key.Key_W, "W", Qt.KeyboardModifier.ShiftModifier)) == "turn"
    assert keymap.deed(pressed(Qt.Key.Key_5, "5", Qt.KeyboardModifier.KeypadModifier)) == "buffer 5"
    assert keymap.deed(pressed(Qt.Key.Key_8, "[", Qt.KeyboardModifier.AltModifier)) == "less"
    assert keymap.deed(pressed(Qt.Key.Key_Q, "q")) == ""


def test_keys_can_be_chosen() -> None:
    keymap = Keymap({"wipe": "Q", "fit": ""})
    assert keymap.deed(pressed(Qt.Key.Key_Q, "q")) == "wipe"
    assert keymap.deed(pressed(Qt.Key.Key_W, "w")) == ""
    assert keymap.deed(pressed(Qt.Key.Key_F, "f")) == ""
    assert (keymap.key_of("wipe"), keymap.key_of("fit"), keymap.key_of("nearer")) == ("Q", "", "+")


def test_the_menu_of_the_viewer_tells_the_keys(viewer: Viewer, qtbot: QtBot) -> None:
    assert {does for does in MENU if does} <= {row.does for row in KEYS}
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendEvent(viewer, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5)))
    menu = viewer.findChild(QMenu)
    assert menu is not None and menu.isVisible()
    assert "Fit the picture in\tF" in [action.text() for action in menu.actions()]
    menu.close()
