from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ajar.contract import Socket
from ajar.hints import Area
from canvas.desk import Desk
from canvas.fields import Facts


def test_a_prompt_counts_its_tokens_and_grows(show: Any) -> None:
    field, told = show(Socket("prompt", str, "", (Area(5),)))
    high = field.text.height()
    field.text.setFocus()
    QTest.keyClicks(field.text, "a lighthouse on a headland")
    assert field.count.full.startswith("about ") and field.count.full.endswith(" tokens")
    assert told.values[-1] == "a lighthouse on a headland"
    for _ in range(8):
        QTest.keyClick(field.text, Qt.Key.Key_Return)
    assert field.text.height() > high


def test_a_prompt_says_what_a_model_of_few_words_knows(show: Any, desk: Desk) -> None:
    socket = Socket("prompt", str, "", (Area(5),))
    model = desk.studio.catalogue.find("flux", "builtin")
    said = desk.studio.catalogue.said(model)
    field, _ = show(socket, facts=Facts(model=model, reader=model))
    assert field.text.placeholderText() == f"Such as: {said.examples[0]}"
    assert "circle, square, triangle" in field.text.toolTip() and "Colours: red, green" in field.text.toolTip()
    field.know(Facts())
    assert field.text.placeholderText() == "What should be seen" and not field.text.toolTip()


def test_tab_leaves_a_text_of_several_lines(show: Any) -> None:
    field, told = show(Socket("prompt", str, "", (Area(5),)))
    field.text.setFocus()
    QTest.keyClick(field.text, Qt.Key.Key_Tab)
    assert told.values == []


def test_values_of_any_kind_are_read_as_json_or_text(show: Any) -> None:
    field, told = show(Socket("thing", Any, ""))
    field.line.setFocus()
    for text, value in (("12", 12), ("true", True), ("1.5", 1.5), ("red", "red")):
        field.line.selectAll()
        QTest.keyClicks(field.line, text)
        assert told.values[-1] == value and type(told.values[-1]) is type(value)


def test_a_line_settles_with_enter(show: Any) -> None:
    field, told = show(Socket("style", str, ""))
    field.line.setFocus()
    QTest.keyClicks(field.line, "ink")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert told.values == ["i", "in", "ink"] and told.settled == 1
