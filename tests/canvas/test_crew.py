"""Threads of a widget: what they bring, and that nothing waits for them when the widget goes."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.crew import Crew

shiboken6 = pytest.importorskip("shiboken6")


class Owner(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[object, object, bool]] = []
        self.crew = Crew(self.hand_on)

    def hand_on(self, number: int, result: object, error: object) -> None:
        self.got.append((result, error, threading.current_thread() is threading.main_thread()))


def test_results_and_errors_come_in_the_qt_thread(qtbot: QtBot) -> None:
    owner = Owner()
    qtbot.addWidget(owner)
    owner.crew.start(1, lambda: 7)
    owner.crew.start(2, lambda: 1 // 0)
    qtbot.waitUntil(lambda: len(owner.got) == 2)
    assert owner.got[0] == (7, None, True)
    assert isinstance(owner.got[1][1], ZeroDivisionError) and owner.got[1][2]


def test_a_widget_may_go_while_its_crew_works(qtbot: QtBot) -> None:
    """Destroyed with the interpreter in hand, while the work needs it: neither waits for the other."""
    go, done = threading.Event(), threading.Event()

    def work() -> None:
        go.wait(20)
        done.set()

    owner = Owner()
    owner.crew.start(1, work)
    shiboken6.delete(owner)
    go.set()
    assert done.wait(20)
    qtbot.wait(10)
    assert owner.got == []


def test_a_closed_crew_takes_nothing_more(qtbot: QtBot) -> None:
    owner = Owner()
    qtbot.addWidget(owner)
    owner.crew.close(finish=True)
    assert not owner.crew.start(1, QObject)
