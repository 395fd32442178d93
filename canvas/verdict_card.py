"""What a file says of its making, whether it has changed since, and whether its signature holds: ``ajar verify``."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from workflows import signing
from workflows.commands.verify import said
from workflows.settings import read_settings
from workflows.takes import Takes
from workflows.verifying import Verdict, verify

SIZE = (640, 460)
LONG = 50
"""Letters after which a line may break."""


def headline(verdict: Verdict) -> tuple[str, str]:
    """The verdict in one sentence, and its colour."""
    if verdict.signature.state == "invalid":
        return "Its signature does not hold: it was changed after it was signed.", "semantic.error"
    if verdict.same is False:
        return "It was changed: what is seen or heard is not what was made.", "semantic.error"
    if not verdict.sound:
        return "Nothing is known of this file: Ajar did not make it, or another program wrote it anew.", "semantic.warn"
    if verdict.same is None:
        return "It says what made it; whether it was changed can't be told, as no digest was recorded.", "semantic.warn"
    if verdict.whole is False:
        return "What is seen or heard is as it was made; only what is told about it was changed.", "semantic.ok"
    return "It is as it was made.", "semantic.ok"


class VerdictCard(QDialog):
    """One file."""

    def __init__(self, desk: Desk, verdict: Verdict, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Verify {verdict.file.name}")
        sentence, ink = headline(verdict)
        self.sentence = Label(desk, sentence, "section", "title", colour=ink, wrap=True)
        self.lines = tuple(said(verdict))
        self.copy = PriceButton(desk, "Copy", manner="ghost")
        self.shut = PriceButton(desk, "Close")
        self.shut.clicked.connect(self.accept)
        self.copy.clicked.connect(partial(self._copy, desk))
        inner = QWidget()
        inner.setObjectName("page")
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(self.lines):
            name, _, rest = line.partition(": ")
            what = Label(desk, name[:1].upper() + name[1:], colour="text.secondary")
            grid.addWidget(what, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(desk, rest, wrap=len(rest) > LONG), row, 1)
        grid.setRowStretch(len(self.lines), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.copy)
        foot.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.sentence)
        column.addWidget(Label(desk, str(verdict.file), "caption", colour="text.tertiary", wrap=True))
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        px = desk.theme.px
        self.resize(QSize(round(px(SIZE[0])), round(px(SIZE[1]))).boundedTo(parent.window().size() - QSize(40, 60)))

    def _copy(self, desk: Desk) -> None:
        QGuiApplication.clipboard().setText("\n".join((self.sentence.full, *self.lines)))
        desk.say("Copied")


def show_verdict(desk: Desk, takes: Takes, errands: Errands, parent: QWidget, file: Path) -> None:
    """Look at a file beside the Qt thread, and say what was found."""
    home = desk.studio.home

    def work() -> Verdict:
        return verify(file, takes, signing.trusted(home, read_settings(home).signing))

    errands.run(work, lambda verdict: VerdictCard(desk, verdict, parent).open())


def ask_for_file(desk: Desk, takes: Takes, errands: Errands, parent: QWidget) -> None:
    """Choose any file, made here or elsewhere, and verify it."""
    dialog = QFileDialog(parent, "Verify a file")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: show_verdict(desk, takes, errands, parent, Path(name)))
    dialog.open()
