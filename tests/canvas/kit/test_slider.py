"""Item 39 of the canvas habits: sliders."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.slide import Scale
from canvas.kit.slider import SliderField

LEFT = Qt.MouseButton.LeftButton
NO, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def slider(desk: Desk, qtbot: QtBot) -> SliderField:
    made = SliderField(desk, Scale(0, 100, unit="%"), 50, "Strength")
    qtbot.addWidget(made)
    made.resize(200, 26)
    made.show()
    qtbot.waitExposed(made)
    return made


def drag(slider: SliderField, pixels: int, keys: Qt.KeyboardModifier = NO, *, release: bool = True) -> None:
    QTest.mousePress(slider, LEFT, keys, QPoint(60, 13))
    for step in (pixels // 2, pixels):
        move(slider, QPoint(60 + step, 13), keys)
    if release:
        QTest.mouseRelease(slider, LEFT, keys, QPoint(60 + pixels, 13))


def move(slider: SliderField, at: QPoint, keys: Qt.KeyboardModifier) -> None:
    where = QPointF(at)
    event = QMouseEvent(QEvent.Type.MouseMove, where, slider.mapToGlobal(where), Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(slider, event)


def wheel(slider: SliderField, turned: int) -> QWheelEvent:
    at = QPointF(100, 13)
    event = QWheelEvent(at, slider.mapToGlobal(at), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, NO,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(slider, event)
    return event


def test_item_39_a_drag_changes_the_value_along_the_way_and_settles_once(slider: SliderField, qtbot: QtBot) -> None:
    seen: list[float] = []
    slider.changed.connect(seen.append)
    with qtbot.waitSignal(slider.settled):
        drag(slider, 40)
    assert seen == [60, 70] and slider.text == "70 %"


def test_item_39_ctrl_is_fine_and_shift_is_coarse(slider: SliderField) -> None:
    drag(slider, 40, CTRL)
    assert slider.value == 52
    drag(slider, 50, SHIFT)
    assert slider.value == 80


def test_item_39_a_double_click_types_and_enter_takes_it(slider: SliderField, qtbot: QtBot) -> None:
    QTest.mouseDClick(slider, LEFT, NO, QPoint(60, 13))
    editor = slider.findChild(QLineEdit)
    assert editor is not None and editor.selectedText() == "50"
    QTest.keyClicks(editor, "12")
    with qtbot.waitSignal(slider.settled):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert slider.value == 12 and slider.hasFocus()


def test_esc_while_typing_and_esc_while_dragging_leave_the_value(slider: SliderField) -> None:
    slider.type_in("9")
    editor = slider.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert slider.value == 50
    drag(slider, 40, release=False)
    assert slider.value == 70
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    QTest.mouseRelease(slider, LEFT, NO, QPoint(100, 13))
    assert slider.value == 50


def test_what_is_no_number_is_said_and_changes_nothing(slider: SliderField, desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.said) as told:
        slider.type_in("many")
        editor = slider.findChild(QLineEdit)
        assert editor is not None
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert "many" in told.args[0] and slider.value == 50


def test_typing_begins_with_a_digit_and_an_equals_sign_asks_for_a_formula(slider: SliderField, qtbot: QtBot) -> None:
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_7)
    editor = slider.findChild(QLineEdit)
    assert editor is not None and editor.text() == "7"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert slider.value == 7
    slider.type_in("=steps * 2")
    [editor] = [one for one in slider.findChildren(QLineEdit) if one.isVisible()]
    with qtbot.waitSignal(slider.formula) as told:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == ["steps * 2"]


def test_the_menu_resets(slider: SliderField, qtbot: QtBot) -> None:
    at = QPoint(20, 10)
    QApplication.sendEvent(slider, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, slider.mapToGlobal(at)))
    menu = next(menu for menu in slider.findChildren(QMenu) if menu.isVisible())
    with qtbot.waitSignal(slider.reset_wanted):
        next(action for action in menu.actions() if action.text() == "Reset").trigger()
    menu.close()


def test_item_39_the_wheel_counts_only_with_the_keyboard_here(slider: SliderField) -> None:
    slider.clearFocus()
    assert not wheel(slider, 120).isAccepted() and slider.value == 50
    slider.setFocus()
    wheel(slider, 120)
    wheel(slider, 60)
    wheel(slider, 60)
    assert slider.value == 52


def test_by_keys_alone(slider: SliderField) -> None:
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value == 61
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert slider.value == 0
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert slider.value == 100


def test_it_says_name_value_and_range_to_a_screen_reader(slider: SliderField) -> None:
    assert slider.accessibleName() == "Strength" and slider.accessibleDescription() == "50 %, 0 to 100"
    slider.show_value(50, mixed=True)
    assert slider.accessibleDescription().startswith("mixed")
    drag(slider, 40)
    assert slider.text == "70 %"
