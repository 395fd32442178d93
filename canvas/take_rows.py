"""What stands in the strip of takes, as rows of a list: takes, those that are being made, and choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from canvas.jobs import Job
from canvas.kit import words
from workflows.takes import Take

ROW = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class TakeRow:
    """One cell of the strip."""

    kind: Literal["take", "coming", "choice"]
    number: int
    take: Take | None = None
    """Of a take."""
    image: QImage | None = None
    picked: bool = False
    word: str = ""
    """Of one that comes: ``62 %``, ``2nd``. Of a choice without a picture: the value in words."""
    done: float | None = None
    job: int = 0
    """The job that makes it."""

    @property
    def key(self) -> tuple[str, int]:
        """What makes it the same cell although something of it has changed."""
        return self.kind, self.take.id if self.take is not None else self.job or self.number

    @property
    def told(self) -> str:
        """All that is seen in one sentence."""
        if self.kind == "choice":
            return f"Choice {self.number}{', ' + self.word if self.word else ''}"
        if self.take is None:
            return f"Take {self.number}, {self.word or 'waiting'}"
        stars = words.count(self.take.rating, "star") if self.take.rating else "not rated"
        seconds = words.duration(self.take.seconds) if self.take.seconds is not None else ""
        parts = (f"Take {self.number}", "picked" if self.picked else "", "locked" if self.take.locked else "", stars,
                 seconds, "lost" if self.take.lost else "")
        return ", ".join(part for part in parts if part)


def coming(jobs: Sequence[Job], document: str, node: str, preview: QImage | None) -> list[TakeRow]:
    """The cells of takes of a node that are in the queue; the one at work shows its preview."""
    rows: list[TakeRow] = []
    for job in jobs:
        if job.document == document and job.node == node and job.take:
            word = "Stopping" if job.state == "stopping" else words.percent(job.done or 0) if job.going else (
                "Held" if job.held else words.ordinal(job.place))
            rows.append(TakeRow("coming", job.take, None, preview if job.going else None, False, word,
                                job.done if job.going else None, job.id))
    return rows


class TakeList(QAbstractListModel):
    """The rows; what is the same cell as before keeps its place, its selection and the scrolling."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[TakeRow, ...] = ()

    def put(self, rows: Sequence[TakeRow]) -> None:
        """Show these from now on."""
        now = tuple(rows)
        before, self_keys = self.rows, [row.key for row in now]
        kept = [row.key for row in before]
        if self_keys == kept:
            self.rows = now
            for number, (old, new) in enumerate(zip(before, now, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(number), self.index(number), [])
        elif self_keys[: len(kept)] == kept:
            self.beginInsertRows(QModelIndex(), len(kept), len(now) - 1)
            self.rows = now
            self.endInsertRows()
            if kept:
                self.dataChanged.emit(self.index(0), self.index(len(kept) - 1), [])
        else:
            self.beginResetModel()
            self.rows = now
            self.endResetModel()

    def row_of(self, key: tuple[str, int]) -> int:
        """Where a cell is; -1 where it is not."""
        return next((number for number, row in enumerate(self.rows) if row.key == key), -1)

    def at(self, index: Index) -> TakeRow | None:
        return self.rows[index.row()] if index.isValid() and 0 <= index.row() < len(self.rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = self.at(index)
        if row is None:
            return None
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.told
        return None
