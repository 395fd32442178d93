"""One workflow that a crash left behind: its name, when, what differs, and the two ways on."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from workflows.drafts import Draft

SHOWN = 5
"""Differences that are listed before one asks for all."""
NARROW = 560


@dataclass(frozen=True, slots=True)
class Finding:
    """A draft and what is new in it."""

    draft: Draft
    saved: bool
    """Whether there is a saved file beside it."""
    lines: tuple[str, ...]


class RecoveryRow(QFrame):
    """One workflow: its name, when, what differs, and the two ways on."""

    recovered = Signal()
    kept = Signal()

    def __init__(self, desk: Desk, finding: Finding, now: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.finding = finding
        draft = finding.draft
        self.setAccessibleName(draft.name)
        self.name = Label(desk, draft.name, "body", "title")
        self.when = Label(desk, words.facts(_ago(draft, now), str(draft.path or "Never saved")), "caption",
                          colour="text.tertiary")
        self.lines = Label(desk, "", colour="text.secondary", wrap=True)
        self.all = PriceButton(desk, "", manner="quiet", small=True)
        self.all.clicked.connect(self._show_all)
        self.recover = PriceButton(desk, "Recover", icon="undo", manner="primary", small=True)
        self.recover.setAccessibleDescription(f"Open {draft.name} with its changes")
        self.recover.clicked.connect(self.recovered)
        verb = "Keep the saved one" if finding.saved else "Set aside"
        self.keep = PriceButton(desk, verb, manner="ghost", small=True)
        self.keep.setAccessibleDescription("The changes go to the backups")
        self.keep.setToolTip("The changes go to the backups, nothing is lost")
        self.keep.clicked.connect(self.kept)
        self._build()
        self._say(SHOWN)
        desk.themed.connect(self._wear)
        self._wear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._desk.theme.px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != way:
            self._row.setDirection(way)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        edge = theme.colour("border.default")
        paint.box(QPainter(self), QRectF(self.rect()), theme.size("radius.control"), theme.colour("surface.card"), edge)

    def _show_all(self) -> None:
        self._say(len(self.finding.lines))
        self.recover.setFocus()

    def _say(self, count: int) -> None:
        lines, draft = self.finding.lines, self.finding.draft
        rest = len(lines) - count
        if self.finding.saved:
            self.lines.say("\n".join(f"·  {line}" for line in lines[:count]))
        else:
            gone = "Its file is not there any more. " if draft.path is not None else ""
            self.lines.say(f"{gone}It has {words.count(len(draft.graph.nodes), 'node')}.")
        self.all.setVisible(rest > 0)
        self.all.say(f"Show {words.count(rest, 'more change')}" if rest > 0 else "")

    def _build(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for part in (self.name, self.when, self.lines):
            texts.addWidget(part)
        texts.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.recover)
        buttons.addWidget(self.keep)
        buttons.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addLayout(texts, 1)
        self._row.addLayout(buttons)
        self._row.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(12)), round(px(8)), round(px(12)), round(px(8)))
        self._row.setSpacing(round(px(8)))


def _ago(draft: Draft, now: float) -> str:
    return words.ago(max(0.0, now - draft.kept))
