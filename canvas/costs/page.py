"""Cost as a page: what a project came to by stage and model, what it would have come to, and where it turns."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ajar.errors import AjarError
from canvas.costs.inputs import MachineInputs
from canvas.costs.lines import LineTable
from canvas.costs.plots import Bar, EvenPlot, OtherwisePlot, heading_of
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit.label import Label
from canvas.kit.segmented import Segmented
from canvas.money.tiles import Tile
from canvas.subjects import file_of
from workflows.costs import Account, account, break_even, months_of, read_world, suggestion
from workflows.ledger import Ledger, read_ledger
from workflows.project import find
from workflows.settings import keep_machine
from workflows.work import Piece, WorkLog

NOTHING = "Nothing was made yet. The figures below are the ones one begins with."


@dataclass(frozen=True, slots=True)
class _Read:
    """What the disk says."""

    pieces: Sequence[Piece]
    ledger: Ledger


class CostPage(QWidget):
    """Reads beside the Qt thread whenever it comes into sight; the figures at the side change it at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errands = Errands(desk, self)
        self._read = _Read((), Ledger(()))
        self._world = read_world()
        self.whose = Segmented(desk, [("project", "This project"), ("all", "Everything")], "Whose work")
        self.kind = Segmented(desk, [("real", "Real money"), ("play", "Stand-ins")], "Which orders")
        self.modality = Segmented(desk, [("image", "Pictures"), ("video", "Clips")], "What is counted")
        self.inputs = MachineInputs(desk, desk.studio.settings.machine)
        self.otherwise, self.even = OtherwisePlot(desk), EvenPlot(desk)
        self.table = LineTable(desk)
        self.empty = Label(desk, NOTHING, colour="text.secondary")
        self.turn = Label(desk, "", "section", "title", wrap=True)
        self.basis = Label(desk, "", "caption", colour="text.secondary", wrap=True)
        self.hint = Label(desk, "", wrap=True)
        self.account: Account | None = None
        self._lay_out()
        self.setAccessibleName("Cost and break-even")
        for segmented, first in ((self.whose, "all"), (self.kind, "real"), (self.modality, "video")):
            segmented.choose(first)
            segmented.chosen.connect(lambda _: self._show())
        self.inputs.changed.connect(self._show)
        self.inputs.kept.connect(self._keep)
        desk.themed.connect(self._wear)
        self._wear()

    def look(self) -> None:
        """Read the log of work and the ledger anew."""
        home = self._desk.studio.home
        self._errands.run(lambda: _Read(WorkLog(home).read(), read_ledger(home)), self._take)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def close_all(self) -> None:
        self._errands.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desk.theme.colour("surface.board"))

    def _take(self, read: _Read) -> None:
        self._read = read
        if not read.ledger.real().charges and read.ledger.emulated().charges:
            self.kind.choose("play")  # there is nothing else to see
        self._show()

    def _show(self) -> None:
        pieces, ledger = self._chosen()
        machine, now = self.inputs.machine, time.time()
        self.account = account(pieces, ledger, machine, self._world, months=months_of(pieces, ledger, now))
        self.empty.setVisible(not self.account.lines)
        self.table.put(self.account.lines)
        self.otherwise.put(bars_of(self.account))
        saying = self._world.saying
        even = break_even(self.modality.key, pieces, ledger, machine, self._world, now)
        self.even.put(even, float(saying["a_month"]))
        self.turn.say(heading_of(even))
        self.hint.say(suggestion(even) if even is not None else "")
        self.hint.setVisible(bool(self.hint.full))
        if even is not None:
            self.basis.say(f"Ordered: {even.closed.basis}. Made here: {even.here.basis}. {saying['text']}, says "
                           f"{saying['source']}, {saying['checked']}; no figure here is an offer.")

    def _chosen(self) -> tuple[list[Piece], Ledger]:
        ledger = self._read.ledger.emulated() if self.kind.key == "play" else self._read.ledger.real()
        pieces = list(self._read.pieces)
        if self.whose.key == "project" and self._desk.front is not None:
            root = str(find(file_of(self._desk.front, self._desk.studio.home.path)).root)
            pieces, ledger = [piece for piece in pieces if piece.project == root], ledger.of(project=root)
        return pieces, ledger

    def _keep(self) -> None:
        try:
            keep_machine(self._desk.studio.home, self.inputs.machine)
        except AjarError as error:
            self._desk.say(error.message, error.hint)
            return
        self._desk.say(f"Kept under [machine] in {self._desk.studio.home.settings_file}.")

    def _lay_out(self) -> None:
        desk = self._desk
        main = QWidget()
        main.setObjectName("ground")
        column = QVBoxLayout(main)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.whose)
        head.addWidget(self.kind)
        head.addWidget(self.empty)
        head.addStretch(1)
        column.addLayout(head)
        upper = QHBoxLayout()
        upper.setSpacing(10)
        was = Tile(desk, "As it was, and as it would have been", "pictures and clips; built-in models not counted")
        was.add(self.otherwise)
        was.column.addStretch(1)
        side = Tile(desk, "This machine")
        side.add(self.inputs)
        side.column.addStretch(1)
        upper.addWidget(was, 3)
        upper.addWidget(side, 2)
        column.addLayout(upper)
        turning = Tile(desk, "Break-even")
        turning.add(self.modality)
        for widget in (self.turn, self.hint, self.even, self.basis):
            turning.add(widget)
        column.addWidget(turning)
        made = Tile(desk, "By stage and model")
        made.add(self.table)
        column.addWidget(made)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(main)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

    def _wear(self) -> None:
        ground = self._desk.theme.colour("surface.board").name()
        self._scroll.setStyleSheet(f"QScrollArea, QWidget#ground {{ background: {ground}; }}")
        self.update()


def bars_of(found: Account) -> list[Bar]:
    """The three ways to have done it: as it was, all ordered, all made here. Nothing where nothing was made."""
    if not found.lines:
        return []
    note = "paid to providers" if found.here is None else "paid, and energy of this machine"
    if found.hardware:
        note += ", and paying it off"
    if found.here is None and found.seconds:
        note += "; its energy is not known"
    bars = [Bar("As it was", found.total, found.total, note, "money_button.fill")]
    if found.closed is not None:
        bars.append(Bar("All ordered", found.closed.low, found.closed.high, found.closed.basis, "semantic.closed"))
    if found.open is not None:
        bars.append(Bar("All made here", found.open.low, found.open.high, found.open.basis, "semantic.open"))
    return bars
