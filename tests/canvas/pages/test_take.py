"""The facts of the take that a node shows lead to the change that made it."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.looks import Look
from canvas.pages.take import TakeFacts
from workflows.take import Facts
from workflows.takes import Takes


def test_what_changed_is_asked_with_a_press(desk: Desk, qtbot: QtBot) -> None:
    with Takes(desk.studio.home) as takes:
        take = takes.add(b"picture", ".png", Facts(document="d", node="flux", kind="image"))

        class Runner:
            pass

        runner: Any = Runner()
        runner.takes = takes
        desk.runner = runner
        page = TakeFacts(desk)
        qtbot.addWidget(page)
        type_ = desk.studio.packs.types["flux"]
        page.show_look(Look(phase="idle"), type_, None)
        assert page.heading.action.isHidden()
        page.show_look(Look(phase="done", picked=take.id), type_, None)
        page.show()
        with qtbot.waitSignal(desk.explained) as asked:
            QTest.mouseClick(page.heading.action, Qt.MouseButton.LeftButton)
        assert asked.args[0].id == take.id
    desk.runner = None
