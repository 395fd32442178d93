"""Questions to the person: never in the way of the event loop, and replaceable in tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: what the button says, and whether something is lost with it."""

    key: str
    text: str
    loses: bool = False


def ask(
    parent: QWidget, title: str, text: str, choices: Sequence[Choice], answered: Callable[[str], None], more: str = "",
) -> QMessageBox:
    """Ask, and call ``answered`` with the key of the choice ("" when the question was closed).

    The first choice is what Enter does, unless something is lost with it. Returns at once.
    """
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(more)
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)  # it names files and nodes as others have called them
    buttons: dict[QPushButton, str] = {}
    for choice in choices:
        role = QMessageBox.ButtonRole.DestructiveRole if choice.loses else QMessageBox.ButtonRole.AcceptRole
        button = box.addButton(choice.text, role)
        buttons[button] = choice.key
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    first = next((button for button, choice in zip(buttons, choices, strict=True) if not choice.loses), cancel)
    box.setDefaultButton(first)
    box.setEscapeButton(cancel)

    def finished() -> None:
        clicked = box.clickedButton()
        key = next((key for button, key in buttons.items() if button is clicked), "")
        box.deleteLater()
        answered(key)

    box.finished.connect(finished)
    box.open()
    return box
