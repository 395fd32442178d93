from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.buttons import Chip, PriceButton, RunButton, ToolButton

LEFT = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


def shown(widget: W, qtbot: QtBot) -> W:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def ground(widget: QWidget, left: int = 7) -> QColor:
    """The colour near the left edge, where there is no text."""
    return widget.grab().toImage().pixelColor(left, widget.height() // 2)


def near(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) < 12


def test_run_is_blue_when_free_and_gold_only_when_it_costs(desk: Desk, qtbot: QtBot) -> None:
    run = shown(RunButton(desk), qtbot)
    assert run.text() == "Run · free" and near(ground(run), desk.theme.colour("accent.fill"))
    run.set_price("$0.84 – 1.12", costs=True)
    assert run.accessibleName() == "Run · $0.84 – 1.12"
    assert near(ground(run), desk.theme.colour("money_button.fill"))


def test_a_click_runs_and_the_arrow_asks_for_the_menu(desk: Desk, qtbot: QtBot) -> None:
    run = shown(RunButton(desk), qtbot)
    with qtbot.waitSignal(run.clicked), qtbot.assertNotEmitted(run.menu_wanted):
        QTest.mouseClick(run, LEFT, pos=QPoint(20, run.height() // 2))
    with qtbot.waitSignal(run.menu_wanted), qtbot.assertNotEmitted(run.clicked):
        QTest.mouseClick(run, LEFT, pos=run.arrow.center().toPoint())
    with qtbot.waitSignal(run.menu_wanted):
        QTest.keyClick(run, Qt.Key.Key_Down)


@pytest.mark.parametrize("kind", [RunButton, PriceButton])
def test_item_41_enter_presses_what_is_free_and_never_what_costs(
    desk: Desk, qtbot: QtBot, kind: type[QAbstractButton],
) -> None:
    button = shown(RunButton(desk) if kind is RunButton else PriceButton(desk, "4 more", "free"), qtbot)
    assert isinstance(button, RunButton | PriceButton)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Return)
    button.set_price("$0.31", costs=True)
    with qtbot.assertNotEmitted(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Return)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_a_price_button_says_verb_and_price(desk: Desk, qtbot: QtBot) -> None:
    button = shown(PriceButton(desk, "Promote take 7", icon="promote"), qtbot)
    button.set_price("$0.28 – 0.37", costs=True)
    assert button.text() == "Promote take 7 · $0.28 – 0.37"
    wide = button.sizeHint().width()
    button.say("Run")
    assert button.text() == "Run · $0.28 – 0.37" and button.sizeHint().width() < wide


def test_what_is_switched_off_is_not_gold(desk: Desk, qtbot: QtBot) -> None:
    button = shown(PriceButton(desk, "Promote", "$0.31", costs=True), qtbot)
    button.setEnabled(False)
    assert not near(ground(button), desk.theme.colour("money_button.fill"))


def test_a_tool_button_has_its_name_and_keys_in_the_tip_and_is_large_enough_to_hit(desk: Desk, qtbot: QtBot) -> None:
    button = shown(ToolButton(desk, "undo", "Undo", "Ctrl+Z"), qtbot)
    assert button.toolTip() == "Undo  Ctrl Z" and button.accessibleName() == "Undo"
    assert min(button.sizeHint().width(), button.sizeHint().height()) >= desk.theme.size("size.hit_min")
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_a_filter_chip_is_pressed_by_mouse_and_keys_and_a_fact_lets_clicks_through(desk: Desk, qtbot: QtBot) -> None:
    chip = shown(Chip(desk, "Fits", checkable=True), qtbot)
    QTest.mouseClick(chip, LEFT)
    assert chip.isChecked()
    QTest.keyClick(chip, Qt.Key.Key_Return)
    assert not chip.isChecked() and chip.height() >= desk.theme.size("size.hit_min")
    fact = shown(Chip(desk, "GPU 0", icon="model"), qtbot)
    with qtbot.assertNotEmitted(fact.clicked):
        QTest.mouseClick(fact, LEFT)
