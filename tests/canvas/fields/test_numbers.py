from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ajar.contract import Socket
from ajar.hints import MAX_SEED, Range, SeedBox, Slider
from canvas.fields import Facts
from canvas.fields.numbers import NumberField, SeedField, scale_of

LEFT = Qt.MouseButton.LeftButton


def test_a_slider_is_filled_and_a_wide_range_is_not() -> None:
    assert scale_of(Socket("a", float, 0.5, (Slider(0, 1, 0.01),))).ranged
    assert not scale_of(Socket("a", int, 0, (Range(0, 100_000),))).ranged
    assert scale_of(Socket("a", int, 0, (Range(0, 100_000),))).roof == 100_000


def test_whole_numbers_stay_whole(show: Any) -> None:
    field, told = show(Socket("steps", int, 20, (Range(0, 100),)))
    field.bar.setFocus()
    QTest.keyClick(field.bar, Qt.Key.Key_Right)
    assert told.values == [21] and isinstance(told.values[0], int)
    assert told.settled == 1


def test_typing_a_number_that_is_too_large_takes_the_largest(show: Any) -> None:
    field, told = show(Socket("steps", int, 20, (Range(0, 100),)))
    QTest.mouseDClick(field.bar, LEFT)
    editor = QGuiApplication.focusObject()
    assert isinstance(editor, QWidget)
    QTest.keyClicks(editor, "5000")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert told.values == [100]


def test_nought_that_means_the_models_own_says_so(show: Any) -> None:
    field, _ = show(Socket("steps", int, 0, (Range(0, 100),)), 0, Facts(own={"steps": 4}))
    assert "model's own, 4" in field.bar.accessibleDescription()
    field.show_value(12)
    assert "own" not in field.bar.accessibleDescription()


def test_dice_stay_in_the_range(show: Any) -> None:
    field, _ = show(Socket("amount", float, 0.0, (Slider(-2, 2, 0.05),)))
    assert isinstance(field, NumberField)
    for _ in range(50):
        number = field.dice()
        assert isinstance(number, float) and -2 <= number <= 2


def test_a_seed_is_read_in_groups_and_typed_without(show: Any) -> None:
    field, told = show(Socket("seed", int, 0, (SeedBox(),)), 418207)
    assert isinstance(field, SeedField)
    assert field.line.text().split() == ["418", "207"]
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "1 234")
    assert told.values[-1] == 1234
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.line.text().split() == ["1", "234"] and told.settled


def test_a_seed_that_is_too_large_is_said_and_not_taken(show: Any) -> None:
    field, told = show(Socket("seed", int, 0, (SeedBox(),)), 7)
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, str(MAX_SEED + 1))
    assert MAX_SEED + 1 not in told.values
    assert "whole number" in told.refused[-1]


def test_the_die_draws_another_seed(show: Any) -> None:
    field, told = show(Socket("seed", int, 0, (SeedBox(),)), 7)
    QTest.mouseClick(field.die, LEFT)
    assert len(told.values) == 1 and told.values[0] != 7
    assert told.settled == 1


def test_the_lock_is_told(show: Any) -> None:
    field, _ = show(Socket("seed", int, 0, (SeedBox(),)), 7)
    told: list[bool] = []
    field.locked.connect(told.append)
    QTest.mouseClick(field.lock, LEFT)
    QTest.mouseClick(field.lock, LEFT)
    assert told == [True, False]


def test_numbers_longer_than_a_float_are_shown_and_left_alone(show: Any) -> None:
    _, told = show(Socket("steps", int, 20, (Range(0, 100),)), 10**400)
    assert told.values == []


def test_digits_without_end_are_no_seed(show: Any) -> None:
    field, told = show(Socket("seed", int, 0, (SeedBox(),)), 7)
    field.line.setFocus()
    field.line.selectAll()
    QGuiApplication.clipboard().setText("9" * 6000)
    field.line.paste()
    field.line.textEdited.emit(field.line.text())
    assert told.values == [] and "whole number from 0" in told.refused[-1]
