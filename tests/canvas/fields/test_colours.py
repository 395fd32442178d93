from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ajar.contract import Socket
from ajar.values import Color

SOCKET = Socket("color", Color, Color(255, 255, 255))


def test_a_colour_is_typed_with_or_without_its_sign(show: Any) -> None:
    field, told = show(SOCKET)
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "f80")
    assert told.values[-1] == "#ff8800"
    assert field.swatch.colour == Color(255, 136, 0)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.line.text() == "#ff8800"


def test_half_a_colour_is_not_taken(show: Any) -> None:
    field, told = show(SOCKET)
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "#ff88")
    assert "six digits" in told.refused[-1]
    assert told.values == ["#ffff88"] or told.values == ["#ff8"] or "#ff88" not in told.values


def test_a_colour_is_picked_from_the_field_of_shades(show: Any) -> None:
    field, told = show(SOCKET, "#ff0000")
    QTest.mouseClick(field.swatch, Qt.MouseButton.LeftButton)
    picker = field.picker
    plane = picker.field
    at = QPoint(plane.width() - 1, plane.height() // 2)
    QTest.mouseClick(plane, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    colour = Color.parse(told.values[-1])
    assert 110 < colour.red < 145 and colour.green < 10 and colour.blue < 10
    QTest.keyClick(picker.hue, Qt.Key.Key_Right)
    before = told.settled
    QTest.keyClick(picker, Qt.Key.Key_Escape)
    assert told.settled == before + 1


def test_opacity_is_written_behind_the_colour(show: Any) -> None:
    field, told = show(SOCKET, "#ff0000")
    field.open()
    strip = field.picker.alpha
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(strip.width() // 2, 5))
    assert len(told.values[-1]) == 9
    field.picker.close()
