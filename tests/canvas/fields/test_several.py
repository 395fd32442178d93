from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ajar.contract import Socket
from canvas.fields.source import SourceChip
from workflows.graph import Row, Wire

LEFT = Qt.MouseButton.LeftButton


def test_a_value_that_may_be_left_out_is_switched_on_and_off(show: Any) -> None:
    field, told = show(Socket("limit", int, None, optional=True))
    assert field.words() == "Off"
    QTest.mouseClick(field.switch, LEFT)
    assert told.values == [0] and field.inner.isVisible()
    field.inner.bar.setFocus()
    QTest.keyClick(field.inner.bar, Qt.Key.Key_Right)
    assert told.values[-1] == 1
    QTest.mouseClick(field.switch, LEFT)
    assert told.values[-1] is None
    QTest.mouseClick(field.switch, LEFT)
    assert told.values[-1] == 1  # what was there before


def test_a_number_or_a_word(show: Any) -> None:
    field, told = show(Socket("choice", int | Literal["ask"], 0))
    assert field.inner.isVisible()
    segments = field.choice.segments
    QTest.mouseClick(segments, LEFT, Qt.KeyboardModifier.NoModifier, segments.rect_of("1").center().toPoint())
    assert told.values == ["ask"] and not field.inner.isVisible()
    QTest.mouseClick(segments, LEFT, Qt.KeyboardModifier.NoModifier, segments.rect_of("0").center().toPoint())
    assert told.values[-1] == 0 and field.inner.isVisible()


def test_a_row_grows_shrinks_and_keeps_its_wires(show: Any) -> None:
    field, told = show(Socket("parts", str, form="row"), Row((Wire("prompt"), "and more")))
    chip, line = field.fields
    assert isinstance(chip, SourceChip)
    line.line.setFocus()
    QTest.keyClicks(line.line, "!")
    assert told.values[-1] == Row((Wire("prompt"), "!and more")) or told.values[-1].items[0] == Wire("prompt")
    QTest.mouseClick(field.add, LEFT)
    assert told.values[-1].items[2] == "" and len(field.fields) == 3
    QTest.mouseClick(field.fields[0].cross, LEFT)
    assert isinstance(told.values[-1], list) and len(told.values[-1]) == 2  # nothing in it is wired any more
    assert not any(isinstance(one, SourceChip) for one in field.fields)
