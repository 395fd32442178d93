import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.segmented import Segmented, StageSwitch
from canvas.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shape(desk: Desk, qtbot: QtBot) -> Segmented:
    made = Segmented(desk, [("16:9", "16:9"), ("1:1", "1:1"), ("9:16", "9:16")], "Shape")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_click_chooses_and_tells_once(shape: Segmented) -> None:
    told: list[str] = []
    shape.chosen.connect(told.append)
    for _ in range(2):
        QTest.mouseClick(shape, LEFT, pos=shape.rect_of("1:1").center().toPoint())
    assert told == ["1:1"] and shape.key == "1:1"


def test_arrows_go_round(shape: Segmented, qtbot: QtBot) -> None:
    shape.setFocus()
    QTest.keyClick(shape, Qt.Key.Key_Left)
    assert shape.key == "9:16"
    with qtbot.waitSignal(shape.chosen) as told:
        QTest.keyClick(shape, Qt.Key.Key_Right)
    assert told.args == ["16:9"]


def test_choosing_by_code_is_not_told(shape: Segmented, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(shape.chosen):
        shape.choose("9:16")
        shape.choose("no such key")
    assert shape.key == "9:16"


def test_name_and_choice_are_said(shape: Segmented) -> None:
    shape.choose("1:1")
    assert shape.accessibleName() == "Shape" and shape.accessibleDescription() == "1:1, 2 of 3"


def test_the_stage_switch_shows_both_prices_at_all_times(desk: Desk, qtbot: QtBot) -> None:
    switch = StageSwitch(desk)
    qtbot.addWidget(switch)
    switch.set_note("final", "$0.84 – 1.12", costs=True)
    assert [(one.text, one.note, one.costs) for one in switch.segments] == [
        ("Draft", "free", False), ("Final", "$0.84 – 1.12", True)]
    stages = [switch.stage]
    assert "free" in switch.accessibleDescription()
    switch.show()
    QTest.mouseClick(switch, LEFT, pos=switch.rect_of("final").center().toPoint())
    assert [*stages, switch.stage] == ["draft", "final"]


def test_it_grows_with_the_text_and_keeps_all_words(shape: Segmented, desk: Desk) -> None:
    before = shape.sizeHint()
    desk.wear(Theme("dark", 2.0))
    assert shape.sizeHint().height() == 2 * before.height()
    assert shape.sizeHint().width() > 1.8 * before.width()
