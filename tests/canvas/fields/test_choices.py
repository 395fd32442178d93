from typing import Any, Literal

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest

from ajar.contract import Socket
from canvas.fields.choices import ChoiceField

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def test_few_short_choices_stand_side_by_side(show: Any) -> None:
    field, told = show(Socket("align", Literal["left", "center", "right"], "center"))
    assert field.segments is not None
    QTest.mouseClick(field.segments, LEFT, PLAIN, field.segments.rect_of("2").center().toPoint())
    assert told.values == ["right"] and told.settled == 1


def test_many_choices_drop_down_and_the_wheel_leaves_them(show: Any) -> None:
    field, told = show(Socket("mode", Literal["normal", "multiply", "screen", "overlay"], "normal"))
    assert field.combo is not None and field.combo.currentText() == "Normal"
    field.combo.setFocus()
    at = QPointF(field.combo.rect().center())
    wheel = QWheelEvent(at, QPointF(field.combo.mapToGlobal(at.toPoint())), QPoint(0, -40), QPoint(0, -120),
                        Qt.MouseButton.NoButton, PLAIN, Qt.ScrollPhase.NoScrollPhase, False)
    QGuiApplication.sendEvent(field.combo, wheel)
    assert told.values == []
    QTest.keyClick(field.combo, Qt.Key.Key_Down)
    assert field.combo.currentText() == "Multiply" and told.values == ["multiply"]


def test_mixed_choices_have_none_chosen(show: Any) -> None:
    for socket in (Socket("a", Literal["x", "y"], "x"), Socket("b", Literal["one", "two", "three", "four"], "one")):
        field, told = show(socket)
        assert isinstance(field, ChoiceField)
        field.show_value(None, True)
        assert field.words() == "mixed"
        if field.segments is not None:
            assert field.segments.key == ""
            QTest.mouseClick(field.segments, LEFT, PLAIN, field.segments.rect_of("1").center().toPoint())
            assert told.values == ["y"]


def test_numbers_among_choices_stay_numbers(show: Any) -> None:
    field, told = show(Socket("scale", Literal[2, 4], 2))
    QTest.mouseClick(field.segments, LEFT, PLAIN, field.segments.rect_of("1").center().toPoint())
    assert told.values == [4] and isinstance(told.values[0], int)


def test_a_switch_is_clicked_and_typed(show: Any) -> None:
    field, told = show(Socket("expand", bool, True))
    assert field.words() == "On"
    QTest.mouseClick(field.switch, LEFT)
    field.switch.setFocus()
    QTest.keyClick(field.switch, Qt.Key.Key_Space)
    QTest.keyClick(field.switch, Qt.Key.Key_Return)
    assert told.values == [False, True, False]
    field.show_value(None, True)
    assert field.words() == "Mixed"
    QTest.mouseClick(field.switch, LEFT)
    assert told.values[-1] is True
