from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from canvas.ask import Choice, ask


def test_names_of_strangers_are_shown_as_they_are_written(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    text, more = "“<img src='a.png'>” has changes.", "<b>x</b>"
    box = ask(window, "Close", text, [Choice("save", "Save")], lambda key: None, more)
    shown = [label for label in box.findChildren(QLabel) if label.text()]
    assert {label.text() for label in shown} >= {text, more}
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown)
    box.close()


def test_what_loses_something_is_not_what_enter_does(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    answers: list[str] = []
    box = ask(window, "Close", "Really?", [Choice("leave", "Leave", loses=True)], answers.append)
    default = box.defaultButton()
    assert default is not None and default.text() == "Cancel"
    box.close()
    qtbot.waitUntil(lambda: answers == [""])
