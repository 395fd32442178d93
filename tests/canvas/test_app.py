"""Being told to end from outside: at any moment, and never as an exception in the middle of something of Qt's."""

import os
import signal
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.app import Stopping


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    yield
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_window_that_is_told_to_end_closes(qtbot: QtBot, sign: signal.Signals) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    stopping = Stopping()
    stopping.close(window)
    os.kill(os.getpid(), sign)
    qtbot.waitUntil(lambda: not window.isVisible())
    stopping.end()


def test_told_to_end_before_there_is_a_window_it_closes_as_soon_as_it_stands(qtbot: QtBot) -> None:
    stopping = Stopping()
    os.kill(os.getpid(), signal.SIGTERM)  # nothing is raised
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    stopping.close(window)
    qtbot.waitUntil(lambda: not window.isVisible())
    stopping.end()
