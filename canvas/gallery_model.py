"""The takes that fit what is looked for, as a list for views: read page by page beside the Qt thread."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
)

from ajar.errors import AjarError
from canvas import gallery_words as say
from canvas.errands import Errands
from canvas.gallery_words import Wish
from canvas.kit import words
from workflows.takes import Facets, Take, Takes

PAGE = 120
SETTLE_MS = 40
"""Several changes in a row are read once."""
TAKE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


class GalleryModel(QAbstractListModel):
    """Newest first. Changes of the store, also by runs, arrive by themselves."""

    told = Signal()
    """The number of takes, the facets or the trouble is another one; rows tell for themselves."""
    stirred = Signal()
    """Something has changed in the store; told from whichever thread changed it."""

    def __init__(self, takes: Takes, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._takes = takes
        self._errands = errands
        self._rows: list[Take] = []
        self._asked = 0
        self._fetching = False
        self.wish = Wish()
        self.total = 0
        self.ready = False
        """Whether the store has answered at all."""
        self.facets = Facets()
        self.trouble: AjarError | None = None
        self.needed: Callable[[], int] = lambda: 0
        """How many rows are in sight or selected; what lies behind them is let go of when the list is read again."""
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self.refresh)
        self.stirred.connect(self._timer.start)
        self.destroyed.connect(_ending(takes, self))

    def look_for(self, wish: Wish) -> None:
        """Show what fits this from now on."""
        if wish != self.wish:
            self.wish = wish
            self._ask(0, anew=True)

    def refresh(self) -> None:
        """Read again what is shown; what is still there keeps its place and its selection."""
        self._ask(0, anew=False)

    def take_at(self, index: Index) -> Take | None:
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def row_of(self, id_: int) -> int:
        """The row of a take, or -1."""
        return next((row for row, take in enumerate(self._rows) if take.id == id_), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        take = self.take_at(index)
        if take is None:
            return None
        if role == TAKE:
            return take
        if role == Qt.ItemDataRole.DisplayRole:
            return say.caption(take)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return say.told(take)
        return words.tip(take.prompt or say.name_of(take)) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Files, so that takes can be dragged onto the board and into other programs."""
        data = QMimeData()
        taken = [take for index in indexes if (take := self.take_at(index)) is not None]
        data.setUrls([QUrl.fromLocalFile(str(take.path)) for take in taken])
        return data

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._fetching and len(self._rows) < self.total

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._ask(len(self._rows), anew=False)

    def _ask(self, offset: int, *, anew: bool) -> None:
        self._asked += 1
        self._fetching = True
        number, query = self._asked, self.wish.asked(time.time())
        count = PAGE if anew or offset else self.needed() + PAGE

        def read() -> tuple[list[Take], int, Facets]:
            found = self._takes.search(query, limit=count, offset=offset)
            return found, self._takes.count(query), self._takes.facets()

        def failed(error: AjarError) -> None:
            if number == self._asked:
                self._fetching, self.ready, self.trouble = False, True, error
                self.told.emit()

        self._errands.run(read, lambda found: self._answered(number, offset, anew, *found), failed)

    def _answered(
        self, number: int, offset: int, anew: bool, rows: list[Take], total: int, facets: Facets,
    ) -> None:
        if number != self._asked:
            return
        self._fetching, self.ready, self.trouble = False, True, None
        self.total, self.facets = total, facets
        if anew or not self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif offset:
            known = {take.id for take in self._rows}
            self._insert(len(self._rows), [take for take in rows if take.id not in known])
        else:
            self._merge(rows)
        self.told.emit()

    def _merge(self, rows: list[Take]) -> None:
        """Go over to these rows one by one, so that views keep what is selected and where they are."""
        there = {take.id for take in rows}
        last = len(self._rows) - 1
        while last >= 0:
            first = last
            while first >= 0 and self._rows[first].id not in there:
                first -= 1
            if first < last:
                self.beginRemoveRows(QModelIndex(), first + 1, last)
                del self._rows[first + 1 : last + 1]
                self.endRemoveRows()
            last = first - 1
        for row, take in enumerate(rows):
            if row >= len(self._rows) or self._rows[row].id != take.id:
                self._insert(row, [take])
            elif self._rows[row] != take:
                self._rows[row] = take
                self.dataChanged.emit(self.index(row), self.index(row), [])

    def _insert(self, row: int, takes: list[Take]) -> None:
        if takes:
            self.beginInsertRows(QModelIndex(), row, row + len(takes) - 1)
            self._rows[row:row] = takes
            self.endInsertRows()


def _ending(takes: Takes, model: GalleryModel) -> Callable[[], None]:
    """Listen until this is called."""

    def stirred() -> None:
        try:
            model.stirred.emit()
        except RuntimeError:  # the window is gone
            return

    return takes.listen(stirred)
