import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.head import PanelHead, Tab


@pytest.fixture
def head(desk: Desk, qtbot: QtBot) -> PanelHead:
    made = PanelHead(desk, [Tab("queue", "Queue", "3"), ("problems", "Problems")])
    qtbot.addWidget(made)
    made.resize(330, 34)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_click_and_a_key_turn_the_page(head: PanelHead, qtbot: QtBot) -> None:
    with qtbot.waitSignal(head.chosen) as told:
        QTest.mouseClick(head.tab("problems"), Qt.MouseButton.LeftButton)
    assert told.args == ["problems"]
    with qtbot.waitSignal(head.chosen) as told:
        QTest.keyClick(head.tab("queue"), Qt.Key.Key_Return)
    assert told.args == ["queue"] and head.tab("queue").isChecked() and not head.tab("problems").isChecked()


def test_the_page_that_is_shown_is_not_told_again_and_stays_chosen(head: PanelHead, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(head.chosen):
        QTest.mouseClick(head.tab("queue"), Qt.MouseButton.LeftButton)
    assert head.tab("queue").isChecked()


def test_counts_are_said_with_the_title(head: PanelHead) -> None:
    head.set_count("problems", "1", alarm=True)
    assert head.tab("problems").accessibleName() == "Problems, 1"
    head.set_count("problems", "")
    assert head.tab("problems").accessibleName() == "Problems"


def test_tabs_keep_their_place_when_another_is_chosen(head: PanelHead) -> None:
    before = head.tab("problems").geometry()
    QTest.mouseClick(head.tab("problems"), Qt.MouseButton.LeftButton)
    assert head.tab("problems").geometry() == before


def test_spread_tabs_stand_at_both_ends_and_buttons_after_them(desk: Desk, qtbot: QtBot) -> None:
    head = PanelHead(desk, [("a", "Library"), ("b", "Templates"), ("c", "Gallery")], spread=True)
    qtbot.addWidget(head)
    button = QPushButton("x")
    head.add(button)
    head.resize(400, 34)
    head.show()
    qtbot.waitExposed(head)
    lefts = [head.tab(key).x() for key in "abc"] + [button.x()]
    assert lefts == sorted(lefts) and head.tab("b").x() > 150


def test_a_single_title_is_no_stop_for_the_keyboard(desk: Desk, qtbot: QtBot) -> None:
    head = PanelHead(desk, [Tab("takes", "Takes", "Wan 2.2 · 10")])
    qtbot.addWidget(head)
    assert head.tab("takes").focusPolicy() == Qt.FocusPolicy.NoFocus
