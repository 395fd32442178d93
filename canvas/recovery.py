"""After a crash: what was not saved, what differs from the saved file, and a choice for each workflow."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton, ToolButton
from canvas.kit.label import Label
from canvas.recovery_row import Finding, RecoveryRow
from workflows.drafts import Draft, difference, found, set_aside
from workflows.settings import Home

TALLEST = 300


def findings(desk: Desk, home: Home) -> list[Finding]:
    """All drafts that were left behind, with what differs from their files."""
    result = []
    for draft in found(home):
        saved = draft.saved()
        lines = difference(saved, draft.graph, desk.studio.packs.types) if saved is not None else []
        result.append(Finding(draft, saved is not None, tuple(lines)))
    return result


def headline(count: int, *, crashed: bool = True) -> str:
    """``Ajar ended unexpectedly. 2 workflows have changes that were not saved.``"""
    what = "1 workflow has" if count == 1 else f"{words.figure(count)} workflows have"
    return f"{'Ajar ended unexpectedly. ' if crashed else ''}{what} changes that were not saved."


class RecoveryPanel(QWidget):
    """Stands over the board until everything is decided, or until it is sent away; then it comes at the next start."""

    recovered = Signal(Draft)
    """Open this workflow with its changes, as one that has to be saved."""
    done = Signal()
    """Nothing is left to decide."""

    def __init__(self, desk: Desk, home: Home, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._home = home
        self._crashed = True
        self._errands = Errands(desk, self)
        self.rows: list[RecoveryRow] = []
        self.title = Label(desk, "", "body", "title", wrap=True)
        self.all = PriceButton(desk, "Recover all", manner="ghost", small=True)
        self.all.clicked.connect(self._recover_all)
        self.later = ToolButton(desk, "close", "Decide at the next start", side=24, icon_size=14)
        self.later.clicked.connect(self.hide)
        self.setAccessibleName("Recovery")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._build()
        desk.themed.connect(self._wear)
        self._wear()
        self.hide()

    def look(self, *, crashed: bool = True) -> None:
        """Look for drafts that were left behind, and appear if there are any."""
        self._crashed = crashed
        self._errands.run(lambda: findings(self._desk, self._home), self.show_findings)

    def show_findings(self, found_: Sequence[Finding]) -> None:
        """Offer these."""
        for row in self.rows:
            row.deleteLater()
        self.rows = []
        now = time.time()
        for finding in found_:
            row = RecoveryRow(self._desk, finding, now)
            row.recovered.connect(lambda row=row: self._recover(row))
            row.kept.connect(lambda row=row: self._keep(row))
            self._list.insertWidget(len(self.rows), row)
            self.rows.append(row)
        self._tell()
        self.setVisible(bool(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), paint.tint(theme, "warn"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border.default"))
        paint.icon(painter, theme, "warn", QPointF(self._mark.pos()) + QPointF(0, theme.px(3)), 16, "semantic.warn")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """As high as the rows need, up to a limit; then they scroll."""
        wide = self._scroll.viewport().width()
        need = self._list.heightForWidth(wide) if self._list.hasHeightForWidth() else self._list.sizeHint().height()
        self._scroll.setFixedHeight(min(need, round(self._desk.theme.px(TALLEST))))

    def _recover(self, row: RecoveryRow) -> None:
        self._away(row)
        self.recovered.emit(row.finding.draft)

    def _recover_all(self) -> None:
        for row in tuple(self.rows):
            self._recover(row)

    def _keep(self, row: RecoveryRow) -> None:
        draft = row.finding.draft
        self._away(row)
        self._errands.run(
            lambda: set_aside(self._home, draft),
            lambda path: self._desk.say(f"The changes of {draft.name} are kept among the backups", str(path)),
        )

    def _away(self, row: RecoveryRow) -> None:
        """This one is decided; go on with the next."""
        place = self.rows.index(row)
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        if self.rows:
            self.rows[min(place, len(self.rows) - 1)].recover.setFocus()
        self._tell()
        if not self.rows:
            self.hide()
            self.done.emit()

    def _tell(self) -> None:
        self.title.say(headline(len(self.rows), crashed=self._crashed))
        self.setAccessibleDescription(self.title.full)
        self.all.setVisible(len(self.rows) > 1)

    def _build(self) -> None:
        self._mark = QWidget()
        self._head = QHBoxLayout()
        self._head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.later, 0, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self._inside = inside
        inside.installEventFilter(self)
        self._scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._scroll)
        self._column.addStretch(1)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(12)), round(px(8)), round(px(12)), round(px(10)))
        self._column.setSpacing(round(px(8)))
        self._list.setSpacing(round(px(6)))
        self._mark.setFixedSize(round(px(20)), round(px(18)))
        self.title.setContentsMargins(0, round(px(3)), 0, 0)
        self._fit()
