"""Work beside the Qt thread."""

import threading
from functools import partial

from pytestqt.qtbot import QtBot

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.errands import Errands


def test_results_come_back_in_order_in_the_qt_thread(qtbot: QtBot, desk: Desk) -> None:
    errands = Errands(desk)
    got: list[tuple[int, threading.Thread]] = []
    for number in range(20):
        task = partial(int, number)
        errands.run(task, lambda one: got.append((one, threading.current_thread())))
    qtbot.waitUntil(lambda: errands.idle)
    assert got == [(number, threading.main_thread()) for number in range(20)]


def test_trouble_is_said_or_handed_on(qtbot: QtBot, desk: Desk) -> None:
    errands = Errands(desk)
    said: list[tuple[str, str]] = []
    caught: list[AjarError] = []

    def fails() -> None:
        raise AjarError("No.", "Try again.")

    def full() -> None:
        raise OSError(28, "No space left on device")

    desk.said.connect(lambda message, hint: said.append((message, hint)))
    errands.run(fails)
    errands.run(full)
    errands.run(fails, failed=caught.append)
    qtbot.waitUntil(lambda: errands.idle)
    assert said[0] == ("No.", "Try again.") and "no space left" in said[1][0]
    assert [error.message for error in caught] == ["No."]


def test_closing_does_what_was_asked_for_and_hands_nothing_on(qtbot: QtBot, desk: Desk) -> None:
    errands = Errands(desk)
    did: list[int] = []
    got: list[object] = []
    for number in range(10):
        errands.run(partial(did.append, number), got.append)
    errands.close()
    assert did == list(range(10))
    qtbot.wait(20)
    assert got == []
