from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import plain


def test_a_click_on_a_mode_and_on_a_channel(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.load(1, plain(1, 2, 3), "one")
    bar = viewer.toolbar
    for group, key in ((bar.modes, "onion"), (bar.channels, "G")):
        QTest.mouseClick(group, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         group.rect_of(key).center().toPoint())
    assert (viewer.bench.view.mode, viewer.bench.view.channel) == ("onion", "G")
    QTest.keyClick(bar.modes, Qt.Key.Key_Left)
    assert viewer.bench.view.mode == "difference"


def test_in_a_narrow_window_the_choices_fold_into_menus(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.load(1, plain(1, 2, 3), "one")
    viewer.resize(420, 400)
    bar = viewer.toolbar
    qtbot.waitUntil(lambda: bar.few_modes.isVisible() and not bar.modes.isVisible())
    QTest.mouseClick(bar.few_modes, Qt.MouseButton.LeftButton)
    menu = bar.few_modes.chosen_menu
    assert menu is not None and menu.isVisible()
    next(action for action in menu.actions() if action.text() == "Side by side").trigger()
    menu.close()
    assert viewer.bench.view.mode == "side"
    assert bar.few_modes.text() == "Side by side"
    viewer.resize(1300, 700)
    qtbot.waitUntil(lambda: bar.modes.isVisible() and not bar.few_modes.isVisible())


def test_the_bar_takes_a_second_line_rather_than_cut_anything(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.load(1, plain(1, 2, 3), "one")
    high = viewer.toolbar.height()
    viewer.resize(260, 500)
    qtbot.waitUntil(lambda: viewer.toolbar.height() > high)
    right = max(part.geometry().right() for part in viewer.toolbar.findChildren(QWidget) if part.isVisible())
    assert right <= viewer.toolbar.width()
