"""What each model made in each stage, as rows of text."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.label import Label
from canvas.money.figures import amount
from workflows.costs import NOUNS, Line

HEADS = ("Stage", "Model", "Where", "Made", "Worked", "Cost")
MOST = 40
"""Rows that are shown; the rest is in ``ajar cost``."""


class LineTable(QWidget):
    """A small table that is as high as its rows."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines: tuple[Line, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setColumnStretch(len(HEADS), 1)

    def put(self, lines: Sequence[Line]) -> None:
        if tuple(lines) == self.lines:
            return
        self.lines = tuple(lines)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, cells in enumerate([HEADS, *map(cells_of, self.lines[:MOST])]):
            for column, text in enumerate(cells):
                label = Label(self._desk, text, "body", colour="text.primary" if row else "text.secondary")
                side = Qt.AlignmentFlag.AlignRight if column > 2 else Qt.AlignmentFlag.AlignLeft
                self._grid.addWidget(label, row, column, side)
        self.setAccessibleName("By stage and model: " + "; ".join(", ".join(cells_of(line)) for line in self.lines))


def cells_of(line: Line) -> tuple[str, ...]:
    one, many = NOUNS.get(line.modality, ("", ""))
    made = f"{line.amount:g} {one if line.amount == 1 else many}" if one else words.count(line.count, "call")
    spent = "not known" if line.spent is None else amount(line.spent)
    worked = words.duration(line.seconds) if line.seconds else ""
    return line.stage.capitalize(), line.model, line.where or "this machine", made, worked, spent
