from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ajar.contract import Socket
from ajar.hints import Curve

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SOCKET = Socket("points", str, "0,0 1,1", (Curve(),))


def test_a_point_is_added_dragged_and_taken_away(show: Any) -> None:
    field, told = show(SOCKET)
    graph = field.graph
    QTest.mousePress(graph, LEFT, PLAIN, graph.place((0.5, 0.5)).toPoint())
    QTest.mouseMove(graph, graph.place((0.5, 0.8)).toPoint())
    QTest.mouseRelease(graph, LEFT, PLAIN, graph.place((0.5, 0.8)).toPoint())
    assert len(told.values[-1].split()) == 3
    assert told.settled == 1
    assert field.line.text() == told.values[-1]
    QTest.mouseDClick(graph, LEFT, PLAIN, graph.place(graph.points[1]).toPoint())
    assert len(told.values[-1].split()) == 2


def test_points_are_moved_with_the_keyboard(show: Any) -> None:
    field, told = show(SOCKET)
    field.graph.setFocus()
    QTest.keyClick(field.graph, Qt.Key.Key_Insert)
    QTest.keyClick(field.graph, Qt.Key.Key_Up)
    assert told.values[-1] == "0,0 0.5,0.51 1,1"
    QTest.keyClick(field.graph, Qt.Key.Key_Delete)
    assert told.values[-1] == "0,0 1,1"


def test_points_are_typed(show: Any) -> None:
    field, told = show(SOCKET)
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "0,0 0.5")
    assert "two or more" in told.refused[-1]
    field.line.selectAll()
    QTest.keyClicks(field.line, "0,0 0.5,0.7 1,1")
    assert told.values[-1] == "0,0 0.5,0.7 1,1"
    assert field.graph.points[1] == (0.5, 0.7)
