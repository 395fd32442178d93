from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.search import SearchField


def test_esc_empties_first_and_leaves_then(desk: Desk, qtbot: QtBot) -> None:
    field = SearchField(desk, "Node, model or word", "Tab")
    qtbot.addWidget(field)
    field.show()
    QTest.keyClicks(field, "sky")
    with qtbot.assertNotEmitted(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    with qtbot.waitSignal(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)


def test_up_and_down_are_for_the_list_below(desk: Desk, qtbot: QtBot) -> None:
    field = SearchField(desk, "Node")
    qtbot.addWidget(field)
    field.show()
    moved: list[int] = []
    field.stepped.connect(moved.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        QTest.keyClick(field, key)
    assert moved == [1, -1, 10] and field.accessibleName() == "Node"
