"""Asks why a person goes on where terms forbid what the work is for. The reason is kept with the work."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QWidget

from canvas.desk import Desk
from canvas.document import Document
from workflows.licences import ADVICE
from workflows.problems import Problem

TITLE = "Give a reason"
LEAST = 3
"""Letters: a reason that nobody can read later is none."""


def ask_reason(parent: QWidget, title: str, question: str, given: Callable[[str], None], ok: str = "Go on",
               ) -> QInputDialog:
    """Ask for a sentence; ``given`` gets it. Nothing happens where it is left empty. Returns at once."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setOkButtonText(ok)
    dialog.setInputMode(QInputDialog.InputMode.TextInput)
    dialog.setMinimumWidth(460)

    def answered(text: str) -> None:
        reason = " ".join(text.split())
        if len(reason) >= LEAST:
            given(reason)

    dialog.textValueSelected.connect(answered)
    dialog.open()
    return dialog


def override(parent: QWidget, desk: Desk, document: Document, problem: Problem) -> QInputDialog:
    """Let a workflow run although terms forbid it, for a reason that goes into the run, its files and LICENSES.txt."""
    def given(reason: str) -> None:
        document.licence_reason = reason
        desk.say("The workflow may run; your reason is kept with what it makes.")
        runner = desk.runner
        if runner is not None and runner.forecast is not None:
            runner.forecast.refresh()

    question = (f"{problem.message}\n\nWhy may you use it all the same? Your reason is kept with the run, with what it "
                f"makes and in LICENSES.txt.\n{ADVICE}")
    return ask_reason(parent, TITLE, question, given, "Use it all the same")
