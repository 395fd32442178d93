"""The side of the money page: the caps, what waits for a person, and how old the prices are."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.label import Label
from canvas.money.figures import Cap
from canvas.money.tiles import CapRow, clear
from canvas.open_work import OpenWork
from canvas.order_card import OrderCard
from workflows.ledger import Ledger

OLD = 45
"""Days after which a price is shown as old."""
UNSET = ("No caps are set. They stand under [caps] in settings.toml, and in ajar.toml for a project: run, day, month, "
         "project.")


class MoneySide(QWidget):
    """A column of short lists."""

    def __init__(self, desk: Desk, work: OpenWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self.over = Label(desk, "", "caption", colour="text.secondary")
        self.caps = QVBoxLayout()
        self.unset = Label(desk, UNSET, "caption", colour="text.tertiary", wrap=True)
        self.needs = Label(desk, "", "section", "title")
        self.card = OrderCard(desk, work)
        self.ages = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Label(desk, "Caps", "section", "title"), 1)
        head.addWidget(self.over)
        column.addLayout(head)
        column.addLayout(self.caps)
        column.addWidget(self.unset)
        column.addSpacing(10)
        column.addWidget(self.needs)
        column.addWidget(self.card)
        column.addSpacing(10)
        column.addWidget(Label(desk, "Price data", "section", "title"))
        column.addLayout(self.ages)
        column.addStretch(1)
        work.changed.connect(self._needs)
        self._needs()

    def put(self, caps: Sequence[Cap], ledger: Ledger) -> None:
        """The caps, and the prices of the providers that were ordered from."""
        clear(self.caps)
        for cap in caps:
            self.caps.addWidget(CapRow(self._desk, cap))
        self.unset.setVisible(not caps)
        self.over.say({"ask": "Ask above"}.get(self._desk.studio.settings.over, "Refuse above") if caps else "")
        clear(self.ages)
        for title, day, old in ages_of(self._desk, {charge.entry.provider for charge in ledger.charges}, date.today()):
            self.ages.addWidget(_pair(self._desk, title, day, "semantic.warn" if old else "text.secondary"))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "left")

    def _needs(self) -> None:
        unknown = self._work.unknown()
        count = f" {len(unknown)}" if unknown else ""
        self.needs.say(f"Needs you{count}")
        self.needs.setVisible(bool(unknown))
        self.card.put(unknown[0] if unknown else None)


def ages_of(desk: Desk, names: set[str], today: date) -> list[tuple[str, str, bool]]:
    """(provider, the day of its oldest price and its age, whether that is old)"""
    found = []
    for name in sorted(names):
        provider = desk.studio.packs.providers.get(name)
        days = sorted(row.checked for row in provider.facts.prices if row.checked) if provider is not None else []
        if provider is None or not days:
            continue
        try:
            age = (today - date.fromisoformat(days[0])).days
        except ValueError:
            continue
        text = f"{words.day(days[0])}, {words.count(age, 'day')} old" if age > 0 else words.day(days[0])
        found.append((provider.facts.title, text, age > OLD))
    return found


def _pair(desk: Desk, name: str, value: str, ink: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 1, 0, 1)
    line.addWidget(Label(desk, name), 1)
    line.addWidget(Label(desk, value, "caption", colour=ink))
    return row
