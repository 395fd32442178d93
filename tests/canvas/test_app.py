"""Being told to end from outside: at any moment, and never as an exception in the middle of something of Qt's."""

import os
import signal

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.app import close_when_told
from workflows.stopping import Stopping


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_window_that_is_told_to_end_closes(qtbot: QtBot, sign: signal.Signals) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    with Stopping() as stopping:
        timer = close_when_told(window, stopping)
        os.kill(os.getpid(), sign)
        qtbot.waitUntil(lambda: not window.isVisible())
        timer.stop()


def test_told_to_end_before_there_is_a_window_it_closes_as_soon_as_it_stands(qtbot: QtBot) -> None:
    with Stopping():
        os.kill(os.getpid(), signal.SIGTERM)  # nothing is raised
        window = QWidget()
        qtbot.addWidget(window)
        window.show()
        timer = close_when_told(window, Stopping.listening())
        qtbot.waitUntil(lambda: not window.isVisible())
        timer.stop()
