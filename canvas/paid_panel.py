"""Paid work: what was ordered and is not here yet, and what waits for a person's word."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.notices import Banner, EmptyState
from canvas.line_view import LineView
from canvas.lines import Line, LineList
from canvas.open_work import STATES, OpenWork, price_of, when_of
from canvas.order_card import OrderCard
from workflows.entries import OPEN, Entry

LOOK_EVERY = 2000
"""Milliseconds between two looks while it is in sight."""


class PaidPanel(QWidget):
    """A row for each open order; below them the one that is chosen, with its ways on."""

    def __init__(self, desk: Desk, work: OpenWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self.lines = LineList(self)
        self.view = LineView(desk, self.lines, "Paid work", self)
        self.banner = Banner(desk, "", tone="info", closable=False, parent=self)
        self.card = OrderCard(desk, work, self)
        self.empty = EmptyState(desk, "ledger", "No paid work is open.", "",
                                "What providers are still making, and what you have to decide, stands here.", self)
        rows = QWidget(self)
        inside = QVBoxLayout(rows)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder.setWidget(self.card)
        inside.addWidget(self.view, 2)
        inside.addWidget(holder, 3)
        self._rows = rows
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addLayout(self._stack, 1)
        self.setAccessibleName("Paid work")
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(work.refresh)
        self.view.went.connect(lambda key: self._show_card())
        self.view.acted.connect(self._act)
        self.view.selectionModel().currentChanged.connect(lambda now, before: self._show_card())
        work.changed.connect(self._refresh)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._work.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _refresh(self) -> None:
        entries = sorted(self._work.entries, key=lambda entry: (entry.state != "unknown", -entry.made))
        self.view.put([line_of(self._desk, self._work, entry) for entry in entries])
        if entries and self.view.current() is None:
            self.view.choose(0)
        self.banner.say(self._work.elsewhere)
        self.banner.setVisible(bool(self._work.elsewhere))
        self._stack.setCurrentWidget(self._rows if entries else self.empty)
        self._show_card()

    def _entry(self, key: str) -> Entry | None:
        return next((entry for entry in self._work.entries if entry.id == key), None)

    def _show_card(self) -> None:
        current = self.view.current()
        self.card.put(self._entry(current.key) if current is not None else None)

    def _act(self, key: str) -> None:
        entry = self._entry(key)
        if entry is not None and entry.state in OPEN:
            self._work.fetch([entry])


def line_of(desk: Desk, work: OpenWork, entry: Entry) -> Line:
    """An order as a row."""
    provider = desk.studio.packs.providers.get(entry.provider)
    model = provider.offer(entry.model).title if provider is not None else entry.model
    unknown = entry.state == "unknown"
    state = work.notes.get(entry.id, "") or STATES[entry.state]
    second = words.facts(when_of(entry), price_of(entry), state)
    action = "Fetch" if entry.state in OPEN and not work.is_busy(entry) else ""
    told = ", ".join((model, entry.node, state, price_of(entry), when_of(entry)))
    return Line(entry.id, words.facts(model, entry.node), second, "", "warn" if unknown else "cloud",
                "semantic.warn" if unknown else "text.secondary", None, action, told)
