import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from canvas.coaching import HINTS, Coach
from canvas.desk import Desk


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.resize(800, 600)
    for name, at in (("run", 700), ("more", 100)):
        button = QPushButton(name, made)
        button.setObjectName(name)
        button.setGeometry(at, 40, 80, 30)
    made.show()
    qtbot.waitExposed(made)
    return made


def target(window: QMainWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_there_are_at_most_five_hints() -> None:
    assert len(HINTS) <= 5 and len({hint.key for hint in HINTS}) == len(HINTS)


def test_a_bubble_stands_at_its_target_inside_the_window_and_leaves_the_keyboard_alone(
    desk: Desk, window: QMainWindow,
) -> None:
    run = target(window, "run")
    run.setFocus()
    coach = Coach(desk)
    assert coach.point("run", run)
    assert coach.mark is not None and coach.mark.isVisible() and run.hasFocus()
    assert window.rect().adjusted(-14, -14, 14, 14).contains(coach.mark.geometry())
    assert coach.mark.geometry().top() >= run.geometry().bottom() - 14


def test_one_at_a_time_and_none_twice(desk: Desk, window: QMainWindow) -> None:
    coach = Coach(desk)
    coach.point("run", target(window, "run"))
    first = coach.mark
    coach.point("more", target(window, "more"))
    assert first is not None and not first.isVisible() and coach.key == "more"
    coach.finish("run")
    assert coach.mark is not None and coach.mark.isVisible()
    assert not coach.point("run", target(window, "run"))


def test_one_click_sends_all_hints_away_and_help_brings_them_back(
    desk: Desk, window: QMainWindow, qtbot: QtBot,
) -> None:
    coach = Coach(desk)
    coach.point("run", target(window, "run"))
    assert coach.mark is not None
    with qtbot.waitSignal(coach.hidden_all):
        QTest.mouseClick(coach.mark.hide_hints, Qt.MouseButton.LeftButton)
    assert not coach.point("more", target(window, "more"))
    coach.again()
    assert coach.point("run", target(window, "run"))


def test_a_bubble_goes_along_with_its_window(desk: Desk, window: QMainWindow, qtbot: QtBot) -> None:
    coach = Coach(desk)
    run = target(window, "run")
    coach.point("run", run)
    assert coach.mark is not None
    before = coach.mark.pos()
    run.move(400, 300)
    qtbot.waitUntil(lambda: coach.mark is not None and coach.mark.pos() != before)
    run.hide()
    assert not coach.mark.isVisible()
