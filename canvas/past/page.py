"""Past runs as a page: each opens as it was, and shows what was changed before it, on two boards and in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.segmented import Segmented
from canvas.past.boards import Boards
from canvas.past.lists import ChangeRow, Rows, RunRow, list_view, run_lines
from workflows import archive
from workflows.differences import Change, changes
from workflows.graph import Graph
from workflows.recalling import last_other, of_take, on_the_way
from workflows.runs import Past, history
from workflows.settings import Home
from workflows.take import Take

LEFT, RIGHT = 290, 320
MOST = 500
NONE = "Nothing has been run yet. Each run is kept here with its workflow as it was."
OLD = "The workflow of this run was not kept: it was made by an earlier version of Ajar."
FIRST = "It is the first run of this workflow that is kept, so there is none before to compare it with."
SAME = "Nothing differs."


@dataclass(frozen=True, slots=True)
class Compared:
    """Two workflows, and what differs."""

    before: Graph
    after: Graph
    changes: tuple[Change, ...]
    titles: tuple[str, str]


class PastPage(QWidget):
    """Reads the history beside the Qt thread whenever it comes into sight."""

    opened = Signal(object, str, object)
    """(graph, name, folder): open this workflow as it was."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errands = Errands(desk, self)
        self._runs: tuple[Past, ...] = ()
        self.compared: Compared | None = None
        self.runs, self.changes = Rows(self), Rows(self)
        self.list = list_view(self.runs, RunRow(desk, self), "Past runs")
        self.sentences = list_view(self.changes, ChangeRow(desk, self), "What differs")
        self.boards = Boards(desk)
        self.against = Segmented(desk, [("before", "The run before"), ("now", "The board now")], "Compare with")
        self.open = PriceButton(desk, "Open as it was", icon="folder")
        self.title = Label(desk, "", "section", "title")
        self.note = Label(desk, NONE, colour="text.secondary", wrap=True)
        self.count = Label(desk, "", "caption", colour="text.tertiary")
        self._lay_out()
        self.setAccessibleName("Past runs")
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.sentences.clicked.connect(self._jump)
        self.sentences.activated.connect(self._jump)
        self.boards.pressed.connect(self._find)
        self.against.chosen.connect(lambda _: self._show())
        self.open.clicked.connect(self._open)
        desk.themed.connect(self.update)

    def look(self) -> None:
        """Read the history anew."""
        home = self._desk.studio.home
        self._errands.run(lambda: history(home, MOST), self._take)

    def compare_take(self, take: Take, earlier: Sequence[Take]) -> None:
        """Show which change made a take: what differs from the last one of another workflow, on the way to its node."""
        types = self._desk.studio.packs.types

        def work() -> Compared:
            if not earlier:
                raise AjarError("It is the first take of this node that is kept.", "There is none to compare it with.")
            before = last_other(earlier, take, types) or earlier[0]
            old = self._desk.studio.modern(of_take(before).graph)
            new = self._desk.studio.modern(of_take(take).graph)
            found = on_the_way(changes(old, new, types), old, new, take.node)
            return Compared(old, new, tuple(found), (f"Take {before.number}", f"Take {take.number}"))

        self.list.setCurrentIndex(QModelIndex())
        self._errands.run(work, self._put)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def close_all(self) -> None:
        self._errands.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desk.theme.colour("surface.panel"))

    @property
    def chosen(self) -> Past | None:
        """The run that is looked at."""
        index = self.list.currentIndex()
        return self.runs.rows[index.row()] if index.isValid() else None

    def _take(self, found: list[Past]) -> None:
        chosen = self.chosen
        if tuple(found) == self._runs:
            return
        self._runs = tuple(found)
        self.runs.put(found)
        self.note.setVisible(not found)
        rows = [number for number, past in enumerate(found) if chosen is None or past.id == chosen.id]
        if rows and (chosen is not None or self.compared is None):
            self.list.setCurrentIndex(self.runs.index(rows[0]))

    def _show(self) -> None:
        past = self.chosen
        if past is None:
            return
        self.title.say(run_lines(past)[0])
        self.open.setEnabled(bool(past.graph))
        self.boards.setVisible(bool(past.graph))
        self.changes.put(())
        if not past.graph:
            self._say(OLD)
            return
        home, document = self._desk.studio.home, self._desk.front
        now = document.graph if document is not None and self.against.key == "now" else None
        name = document.title if document is not None else ""
        runs, types, modern = self._runs, self._desk.studio.packs.types, self._desk.studio.modern

        def work() -> tuple[int, Compared]:
            after = modern(archive.recall(home, past.graph))
            title = f"Run {past.id}"
            if now is not None:
                return past.id, Compared(after, now, tuple(changes(after, now, types)), (title, f"{name}, now"))
            earlier = _before(runs, past)
            if earlier is None:
                return past.id, Compared(after, after, (), (title, title))
            before = modern(archive.recall(home, earlier.graph))
            return past.id, Compared(before, after, tuple(changes(before, after, types)), (f"Run {earlier.id}", title))

        def put(found: tuple[int, Compared]) -> None:
            if self.chosen is not None and self.chosen.id == found[0]:
                self._put(found[1])

        self._errands.run(work, put)

    def _put(self, compared: Compared) -> None:
        self.compared = compared
        self.boards.show()
        self.boards.put(compared.before, compared.after, compared.changes, compared.titles)
        self.changes.put(compared.changes)
        self.count.say(words.count(len(compared.changes), "change") if compared.changes else "")
        first = compared.titles[0] == compared.titles[1]
        self._say("" if compared.changes else FIRST if first else SAME)

    def _say(self, text: str) -> None:
        self.note.say(text)
        self.note.setVisible(bool(text))

    def _jump(self, index: QModelIndex) -> None:
        self.boards.show_change(self.changes.rows[index.row()])

    def _find(self, name: str) -> None:
        """A card was pressed: choose the first sentence about it."""
        for row, change in enumerate(self.changes.rows):
            if change.node.partition("/")[0] == name:
                self.sentences.setCurrentIndex(self.changes.index(row))
                self.boards.show_change(change)
                return

    def _open(self) -> None:
        past, home = self.chosen, self._desk.studio.home
        if past is not None and past.graph:
            self._errands.run(lambda: _read(home, past), lambda graph: self.opened.emit(
                graph, f"{Path(past.workflow).stem}, run {past.id}", Path(past.workflow).parent))

    def _lay_out(self) -> None:
        px = self._desk.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list.setFixedWidth(round(px(LEFT)))
        row.addWidget(self.list)
        middle = QVBoxLayout()
        middle.setContentsMargins(round(px(12)), round(px(10)), round(px(12)), round(px(10)))
        head = QHBoxLayout()
        head.setSpacing(round(px(10)))
        for widget in (self.title, self.against, self.open):
            head.addWidget(widget, 1 if widget is self.title else 0)
        middle.addLayout(head)
        middle.addWidget(self.boards, 1)
        row.addLayout(middle, 1)
        side = QVBoxLayout()
        side.setContentsMargins(0, round(px(14)), 0, 0)
        for label in (self.count, self.note):
            label.setContentsMargins(round(px(10)), 0, round(px(10)), 0)
            side.addWidget(label)
        side.addWidget(self.sentences, 1)
        holder = QWidget(self)
        holder.setLayout(side)
        holder.setFixedWidth(round(px(RIGHT)))
        row.addWidget(holder)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)


def _before(runs: tuple[Past, ...], past: Past) -> Past | None:
    """The run of the same workflow before this one, of those whose workflow was kept."""
    return next((one for one in runs if one.id < past.id and one.workflow == past.workflow and one.graph), None)


def _read(home: Home, past: Past) -> Graph:
    return archive.recall(home, past.graph)
