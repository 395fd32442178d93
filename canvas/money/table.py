"""All orders as a table, the latest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ajar.remote import Provider
from canvas.desk import Desk
from canvas.kit import words
from canvas.open_work import STATES
from workflows.ledger import Charge, Ledger

COLUMNS = ("When", "Model", "Workflow", "Provider id", "Estimate", "Actual", "State")
ACTUAL = 5
Index = QModelIndex | QPersistentModelIndex


class OrderTable(QAbstractTableModel):
    """A row for each charge."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.charges: tuple[Charge, ...] = ()

    def put(self, ledger: Ledger) -> None:
        charges = tuple(reversed(ledger.charges))
        if charges != self.charges:
            self.beginResetModel()
            self.charges = charges
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.charges)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _align(section)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        charge = self.charges[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cells(charge, self._desk.studio.packs.providers)[index.column()]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _align(index.column())
            case Qt.ItemDataRole.FontRole:
                return self._desk.theme.font("body", "title") if index.column() == ACTUAL else None
            case Qt.ItemDataRole.ForegroundRole:
                return self._desk.theme.colour(ink(charge)) if index.column() == len(COLUMNS) - 1 else None
            case Qt.ItemDataRole.ToolTipRole:
                entry = charge.entry
                text = "\n".join(part for part in (entry.basis, entry.cost_note, entry.note, entry.id) if part)
                return words.tip(text)
        return None


def _align(column: int) -> Any:
    side = Qt.AlignmentFlag.AlignRight if column in (4, ACTUAL) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def cells(charge: Charge, providers: Mapping[str, Provider]) -> tuple[str, ...]:
    """What stands in a row."""
    entry = charge.entry
    at = datetime.fromtimestamp(entry.made)
    provider = providers.get(entry.provider)
    model = provider.offer(entry.model).title if provider is not None else entry.model
    if entry.high is None:
        expected = words.UNKNOWN
    else:
        expected = words.price(entry.low if entry.low is not None else entry.high, entry.high)
    actual = words.UNKNOWN if charge.actual is None else words.price(charge.actual) if charge.actual else "$0.00"
    if entry.cost_source == "estimated":
        actual = f"about {actual}"
    job = entry.remote.id
    return (
        f"{at.day} {words.MONTHS[at.month - 1]} {at:%H:%M}", model, words.facts(entry.workflow, entry.node),
        job if len(job) <= 14 else f"{job[:8]}…{job[-4:]}", expected, actual, state(charge))


def state(charge: Charge) -> str:
    """``Paid``, ``Failed, not billed``, ``Unknown: you decide``."""
    entry = charge.entry
    if entry.state in ("fetched", "committed"):
        return "Played, no real money" if entry.emulated else "Paid"
    if entry.state in ("failed", "blocked", "cancelled"):
        billed = {True: "billed", False: "not billed", None: "billed or not is unknown"}[entry.charged]
        return f"{STATES[entry.state]}, {billed}"
    return STATES[entry.state]


def ink(charge: Charge) -> str:
    entry = charge.entry
    if entry.state == "unknown":
        return "semantic.warn"
    if entry.state in ("fetched", "committed"):
        return "semantic.ok"
    return "semantic.error" if entry.state in ("failed", "blocked") and entry.charged is not False else "text.secondary"
