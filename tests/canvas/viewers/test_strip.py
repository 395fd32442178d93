from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import plain


def test_a_buffer_shows_a_small_picture_of_what_is_in_it(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.load(3, plain(0, 200, 0), "green")
    middle = viewer.strip.rect_of(3).center().toPoint()
    qtbot.waitUntil(lambda: QColor(viewer.strip.grab().toImage().pixel(middle)).green() > 190)


def test_what_was_looked_at_last_stands_above_the_nine_while_it_is_seen(viewer: Viewer) -> None:
    top = viewer.strip.rect_of(1).top()
    viewer.show_value(plain(1, 2, 3), "now")
    assert viewer.strip.rect_of(0).top() == top < viewer.strip.rect_of(1).top()


def test_a_buffer_is_emptied_by_its_menu(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.load(3, plain(0, 200, 0), "green")
    at = viewer.strip.rect_of(3).center().toPoint()
    QApplication.sendEvent(viewer.strip, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, QPoint(5, 5)))
    menu = viewer.strip.findChild(QMenu)
    assert menu is not None and menu.isVisible()
    next(action for action in menu.actions() if action.text() == "Empty this buffer").trigger()
    menu.close()
    assert 3 not in viewer.bench.buffers


def test_all_nine_are_in_sight_also_in_a_low_window(viewer: Viewer) -> None:
    viewer.resize(900, 420)
    assert viewer.strip.rect_of(9).bottom() <= viewer.strip.height()
