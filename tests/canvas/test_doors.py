import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.doors import Doors
from canvas.machine import Machine
from canvas.theme import Theme


@pytest.fixture
def board(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1548, 896)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def doors(desk: Desk, board: QWidget) -> Doors:
    made = Doors(desk, board)
    made.settle(board.rect(), 434)
    QApplication.processEvents()
    return made


def test_three_doors_and_four_steps_stand_under_the_graph(doors: Doors, board: QWidget) -> None:
    assert list(doors.cards) == ["local", "key", "look"]
    assert doors.geometry().top() > 434 and board.rect().contains(doors.geometry())
    assert doors.steps.isVisible() and doors.cards["local"].facts.isVisible()


def test_looking_around_opens_the_templates(doors: Doors, qtbot: QtBot) -> None:
    with qtbot.waitSignal(doors.templates_wanted):
        QTest.mouseClick(doors.cards["look"].button, Qt.MouseButton.LeftButton)


def test_the_key_door_leads_to_the_keys(doors: Doors, qtbot: QtBot) -> None:
    assert "Kling" in doors.cards["key"].accessibleDescription() or "more" in doors.cards["key"].accessibleDescription()
    with qtbot.waitSignal(doors.keys_wanted):
        QTest.mouseClick(doors.cards["key"].button, Qt.MouseButton.LeftButton)


def test_they_are_sent_away_with_one_click(doors: Doors, qtbot: QtBot) -> None:
    with qtbot.waitSignal(doors.closed):
        QTest.mouseClick(doors.shut, Qt.MouseButton.LeftButton)
    assert not doors.isVisible()


def test_between_the_cards_the_mouse_reaches_the_board(doors: Doors, board: QWidget) -> None:
    left, right = doors.cards["local"].geometry(), doors.cards["key"].geometry()
    gap = doors.mapTo(board, QPoint((left.right() + right.left()) // 2, left.center().y()))
    assert board.childAt(gap) is None
    assert board.childAt(doors.mapTo(board, left.center())) is not None


def test_in_a_small_window_facts_go_first_and_then_all_of_it(doors: Doors, board: QWidget) -> None:
    doors.settle(QRect(0, 0, 820, 700), 434)
    assert doors.isVisible() and not doors.cards["local"].facts.isVisible() and not doors.steps.isVisible()
    doors.settle(QRect(0, 0, 820, 520), 434)
    assert not doors.isVisible()
    doors.settle(board.rect(), 434)
    assert doors.isVisible() and doors.cards["local"].facts.isVisible()


def test_nothing_is_cut_off_with_text_twice_as_large(doors: Doors, desk: Desk, board: QWidget) -> None:
    desk.wear(Theme("dark", 2.0))
    doors.settle(QRect(0, 0, 1548, 1400), 434)
    QApplication.processEvents()
    for card in doors.cards.values():
        for part in (card.title, card.under, card.button):
            assert card.rect().contains(part.geometry())
            assert part.height() >= part.minimumSizeHint().height()


def test_what_was_found_out_about_the_computer_is_said(doors: Doors, qtbot: QtBot) -> None:
    doors._know(Machine(8, 2**35, "RTX 4070", 12 * 2**30))
    assert doors.cards["local"].under.full == "RTX 4070 with 12 GB found"
    doors.look()
    qtbot.waitUntil(lambda: "RTX 4070" not in doors.cards["local"].under.full)


def test_steps_that_are_done_are_said(doors: Doors) -> None:
    doors.show_steps(2)
    said = doors.steps.accessibleDescription()
    assert "Ask for 4 more, done" in said and "Pick the one you like, next" in said
