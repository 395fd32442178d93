"""What a new sheet is made of, asked in a small window: which models and prompts, or which values of parameters."""

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ajar.contract import NodeType
from ajar.sheets import value_in
from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from workflows.compare_make import Axis, axes_of
from workflows.finals import Rival

NONE = "none"


def price_of(rival: Rival) -> str:
    """What one call of a model costs, in words."""
    if rival.target.type.lane != "remote":
        return words.FREE if rival.installed else "not installed"
    if rival.quote is None:
        return rival.refused or words.UNKNOWN
    return words.price(rival.quote.low, rival.quote.high)


class Asking(QDialog):
    """What both windows share: a sentence, what is asked, and one button."""

    def __init__(self, desk: Desk, title: str, sentence: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.told = Label(desk, "", "caption", colour="text.secondary", wrap=True)
        self.make = PriceButton(desk, verb, manner="primary")
        self.make.clicked.connect(self.accept)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(18, 16, 18, 16)
        self.column.setSpacing(10)
        self.column.addWidget(Label(desk, sentence, colour="text.secondary", wrap=True))

    def end(self) -> None:
        """The button, below all that was added."""
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        row.addWidget(self.make)
        self.column.addLayout(row)


class ChooseModels(Asking):
    """Which other models, prompts and seeds. Nothing runs and nothing is paid by pressing its button."""

    def __init__(self, desk: Desk, name: str, found: Sequence[Rival], prompts: Sequence[str], seed: int,
                 parent: QWidget | None = None) -> None:
        sentence = (f"A sheet of “{name}” and the models you choose: a row each, a column for each prompt and seed. "
                    "It is made on the board; nothing runs yet.")
        super().__init__(desk, "Compare models", sentence, "Make the sheet", parent)
        self.found = list(found)
        self.list = QTreeWidget()
        self._fill()
        self.prompts = QPlainTextEdit("\n".join(prompts))
        self.prompts.setPlaceholderText("One prompt a line; empty takes the node's own")
        self.prompts.setAccessibleName("Prompts")
        self.prompts.setFixedHeight(84)
        self.seeds = QLineEdit(str(seed))
        self.seeds.setAccessibleName("Seeds")
        self.cap = QDoubleSpinBox()
        self.cap.setPrefix("$")
        self.cap.setRange(0, 10_000)
        self.cap.setSpecialValueText("no cap")
        self.cap.setAccessibleName("Cap of the sheet")
        form = QFormLayout()
        form.addRow("Prompts", self.prompts)
        form.addRow("Seeds", self.seeds)
        form.addRow("Cap", self.cap)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(form)
        self.end()
        self.list.itemChanged.connect(self._tell)
        self.prompts.textChanged.connect(self._tell)
        self.seeds.textChanged.connect(self._tell)
        self.resize(900, 560)
        self._tell()

    def _fill(self) -> None:
        """The models, with what each costs and loses."""
        self.list.setColumnCount(4)
        self.list.setHeaderLabels(["Model", "Where", "Each", "What is lost"])
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setAccessibleName("Models")
        for rival in self.found:
            item = QTreeWidgetItem([rival.target.title, rival.provider or "this machine", price_of(rival),
                                    " ".join(rival.twin.losses)])
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled)
            item.setCheckState(0, Qt.CheckState.Unchecked)
            item.setToolTip(3, "\n".join(rival.twin.losses))
            if not rival.possible:
                item.setDisabled(True)
                item.setToolTip(0, rival.refused or f"It needs: {', '.join(rival.twin.missing)}")
            self.list.addTopLevelItem(item)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)

    @property
    def chosen(self) -> list[Rival]:
        items = (self.list.topLevelItem(number) for number in range(self.list.topLevelItemCount()))
        return [rival for rival, item in zip(self.found, items, strict=True)
                if item is not None and item.checkState(0) == Qt.CheckState.Checked]

    @property
    def asked(self) -> list[str]:
        return [line.strip() for line in self.prompts.toPlainText().splitlines() if line.strip()]

    @property
    def drawn(self) -> list[int]:
        return [int(one) for one in self.seeds.text().replace(",", " ").split() if one.isdigit()]

    def _tell(self) -> None:
        """How large the sheet becomes, and what its cells would cost."""
        columns = max(len(self.asked), 1) * max(len(self.drawn), 1)
        count = (len(self.chosen) + 1) * columns
        quotes = [rival.quote for rival in self.chosen if rival.target.type.lane == "remote"]
        low = sum((quote.low or 0.0) if quote is not None else 0.0 for quote in quotes) * columns
        highs = [quote.high if quote is not None else None for quote in quotes]
        high = None if None in highs else sum(one or 0.0 for one in highs) * columns
        cost = words.price(low if high is not None else None, high)
        self.told.say(f"{len(self.chosen) + 1} × {columns}: {words.count(count, 'cell')}, {cost}. Prices are reckoned "
                      "anew, cell by cell, before anything runs.")
        self.make.setEnabled(bool(self.chosen))


class ChooseGrid(Asking):
    """Which parameters go across and down, and which values."""

    def __init__(self, desk: Desk, name: str, type_: NodeType, parent: QWidget | None = None) -> None:
        sentence = (f"A sheet of “{name}” over the values of one or two of its parameters. It is made on the board; "
                    "nothing runs yet.")
        super().__init__(desk, "Grid over", sentence, "Make the sheet", parent)
        self._type = type_
        names = [(socket.label, socket.name) for socket in axes_of(type_)]
        likely = [name for one in ("steps", "seed", "guidance", "prompt") for _, name in names if name == one]
        self.rows: list[tuple[QComboBox, QLineEdit]] = []
        form = QFormLayout()
        for number, title in enumerate(("Across", "Down")):
            box, line = QComboBox(), QLineEdit()
            box.setAccessibleName(f"{title}: parameter")
            line.setAccessibleName(f"{title}: values")
            for label, key in (*(((NONE, ""),) if number else ()), *names):
                box.addItem(label, key)
            if number < len(likely):
                box.setCurrentIndex(box.findData(likely[number]))
            line.setPlaceholderText("1, 2, 4, 12")
            row = QHBoxLayout()
            row.addWidget(box, 1)
            row.addWidget(line, 2)
            form.addRow(title, row)
            box.currentIndexChanged.connect(self._tell)
            line.textChanged.connect(self._tell)
            self.rows.append((box, line))
        if len(self.rows) == 2:
            self.rows[1][0].setCurrentIndex(0)
        self.column.addLayout(form)
        self.end()
        self.resize(560, 220)
        self._tell()

    @property
    def axes(self) -> list[Axis]:
        found = []
        for box, line in self.rows:
            key, values = str(box.currentData() or ""), values_of(line.text())
            if key and values:
                found.append(Axis(key, tuple(values)))
        return found

    def _tell(self) -> None:
        sizes = [len(axis.values) for axis in self.axes]
        count = 1
        for size in sizes:
            count *= size
        ready = bool(sizes) and len({axis.key for axis in self.axes}) == len(sizes)
        self.told.say(f"{' × '.join(map(str, sizes))}: {words.count(count, 'cell')}" if ready else
                      "Choose a parameter and its values, with commas between. Texts with commas go in quotes.")
        self.make.setEnabled(ready)


def values_of(text: str) -> list[Any]:
    """``1, 2, 4``, ``"a, b", "c"`` or plain words as values."""
    try:
        listed = json.loads(f"[{text}]")
        if all(isinstance(one, (str, int, float, bool)) for one in listed):
            return list(listed)
    except ValueError:
        pass
    return [value_in(one.strip()) for one in text.split(",") if one.strip()]
