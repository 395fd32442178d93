"""The strip of takes below the board: what a generator made, which of it flows on, and more of it."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.document import Document
from canvas.faces import text_of
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.head import PanelHead
from canvas.kit.notices import EmptyState
from canvas.subjects import title_of
from canvas.take_deeds import MORE, TakeDeeds
from canvas.take_menu import TakeMenu
from canvas.take_rows import TakeList, TakeRow, coming
from canvas.take_view import TakeView
from canvas.thumbs import has_picture
from workflows import variants
from workflows.flatten import unfold
from workflows.graph import Graph
from workflows.takes import Take, Takes
from workflows.taking import makes_takes
from workflows.varying import strength_of

EMPTY = "Each picture that a generator makes is kept here as a take."
VARY = "Four more with the settings of this take and other seeds. In the menu of a take: other strengths, other words."
PROMOTE = "Make the final of this take: choose the model, see its price and what differs: P"


class TakesPanel(QWidget):
    """The takes of the node that is selected; of the only generator where none is."""

    compared = Signal(object)
    """Two takes to look at side by side: the one that flows on, and the other."""
    promoted = Signal(Document, Take)
    """(document, take): a final is to be made of it."""

    def __init__(self, desk: Desk, takes: Takes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert desk.runner is not None
        self._desk = desk
        self._runner = desk.runner
        self._deeds = TakeDeeds(desk, takes, self)
        self._deeds.promoted.connect(self.promoted)
        self._document: Document | None = None
        self.node: str | None = None
        """The node whose takes are shown, by flat id."""
        self._known: tuple[Graph, tuple[str, ...]] | None = None
        self._choices: dict[tuple[str, int], Any] = {}
        self.rows = TakeList(self)
        self.view = TakeView(desk, self.rows, self)
        self.empty = EmptyState(desk, "takes", EMPTY, parent=self)
        self.head = PanelHead(desk, [("takes", "Takes")], line=False, parent=self)
        self.more = PriceButton(desk, f"{MORE} more", words.FREE, "plus", "ghost", small=True, parent=self)
        self.vary = PriceButton(desk, "Vary this", "", "dice", "ghost", small=True, parent=self)
        self.vary.setToolTip(VARY)
        self.promote = PriceButton(desk, "Promote…", "", "promote", "ghost", small=True, parent=self)
        self.promote.setToolTip(PROMOTE)
        self.against = PriceButton(desk, "Compare", "", "compare", "ghost", small=True, parent=self)
        self.against.setToolTip("The picked take beside another (Ctrl+click chooses which), in the viewer: C")
        self.menu = TakeMenu(self._do, self)
        self._lay_out()
        self._listen()
        self._refresh()

    def _lay_out(self) -> None:
        for button in (self.more, self.vary, self.promote, self.against):
            self.head.add(button)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        inside = QVBoxLayout()
        inside.setContentsMargins(8, 0, 2, 4)
        inside.addLayout(self._stack)
        column.addLayout(inside, 1)
        self.setAccessibleName("Takes")

    def _listen(self) -> None:
        desk, runner = self._desk, self._runner
        self.view.deed.connect(self._do)
        self.view.selectionModel().currentChanged.connect(lambda now, before: self._buttons())
        self.more.clicked.connect(self.make_more)
        self.vary.clicked.connect(self._vary)
        self.promote.clicked.connect(self.promote_this)
        self.against.clicked.connect(self._compare)
        desk.fronted.connect(self._refresh)
        desk.opened.connect(self._follow)
        for document in desk.documents:
            self._follow(document)
        runner.strips.changed.connect(lambda document: self._refresh() if document is self._desk.front else None)
        runner.jobs_changed.connect(self._refresh)
        runner.asked.connect(self._asked)
        runner.ended.connect(lambda job, status: self._refresh())

    def _follow(self, document: Document) -> None:
        document.selected.connect(self._refresh)
        document.changed.connect(lambda before, after: self._refresh())
        document.room_changed.connect(self._refresh)
        self._refresh()

    # --- what is shown ------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        document = self._desk.front
        before = (self._document, self.node)
        self._document, self.node = document, self._subject(document) if document is not None else None
        current = self.view.current()
        rows = self._cells()
        self.rows.put(rows)
        if before != (self._document, self.node):
            picked = next((number for number, row in enumerate(rows) if row.picked), -1)
            if picked >= 0:
                self.view.choose(picked)
        elif current is not None:
            place = self.rows.row_of(current.key)
            if place not in (-1, self.view.currentIndex().row()):
                self.view.choose(place)
        self._stack.setCurrentWidget(self.view if rows else self.empty)
        self._tell(rows)
        self._buttons()

    def _subject(self, document: Document) -> str | None:
        """The node to show takes of: the selected one, a generator inside the selected group, the only generator."""
        makers = self._makers(document)
        chosen = document.flat(document.primary) if document.primary is not None else None
        if chosen is not None:
            inside = [name for name in makers if name == chosen or name.startswith(f"{chosen}/")]
            if inside:
                return inside[0]
            if self._runner.choices(document, chosen) or self._runner.strips.of(document, chosen):
                return chosen
        if document is self._document and self.node is not None and self.node in makers:
            return self.node
        return makers[0] if makers else None

    def _makers(self, document: Document) -> tuple[str, ...]:
        """The generators of a document, by flat id."""
        known = self._known
        if known is None or known[0] is not document.graph:
            try:
                nodes = unfold(document.graph).graph.nodes
            except AjarError:  # said in Problems; there is nothing to run, so there are no takes
                nodes = {}
            found = (name for name, node in nodes.items()
                     if (type_ := document.types.get(node.type)) is not None and makes_takes(type_))
            known = self._known = (document.graph, tuple(found))
        return known[1]

    def _cells(self) -> list[TakeRow]:
        document, node = self._document, self.node
        if document is None or node is None:
            return []
        choices = self._runner.choices(document, node)
        if choices:
            return [self._choice(number, value) for number, value in enumerate(choices)]
        strips = self._runner.strips
        picked = strips.picked(document, node)
        rows = [TakeRow("take", take.number, take, strips.picture(take), take.id == picked)
                for take in strips.of(document, node)]
        shown = self._runner.standing(document).shown(node)
        preview = shown.picture if shown.preview else None
        there = {take.number for take in strips.of(document, node)}
        return rows + [row for row in coming(self._runner.jobs, document.key, node, preview) if row.number not in there]

    def _choice(self, number: int, value: Any) -> TakeRow:
        """One of the things a person can choose among; counted from 1 for people."""
        key = (self.node or "", number)
        if has_picture(value) and key not in self._choices:
            self._choices[key] = None

            def made(image: Any) -> None:
                self._choices[key] = image
                self._refresh()

            self._runner.thumbs.make(value, made)
        word = "" if has_picture(value) else text_of((value,))
        return TakeRow("choice", number + 1, None, self._choices.get(key), False, word)

    def _tell(self, rows: Sequence[TakeRow]) -> None:
        document, node = self._document, self.node
        choosing = bool(rows) and rows[0].kind == "choice"
        if not choosing:
            self._choices.clear()
        self.head.set_title("takes", "Choose" if choosing else "Takes")
        if document is None or node is None:
            self.head.set_count("takes", "")
            self.empty.say(EMPTY, "", "Add a node that makes pictures, such as Flux, and run it.")
            return
        title = title_of(document.graph, document.types, node)
        kept = sum(row.kind != "coming" for row in rows)
        self.head.set_count("takes", words.facts(title, str(kept) if kept else ""))
        self.empty.say(f"{title} has no takes yet.", "", "Run it, and what it makes is kept here.")

    def _buttons(self) -> None:
        document, node = self._document, self.node
        at = variants.node_at(document.graph, node) if document is not None and node is not None else None
        type_ = document.types.get(at.type) if document is not None and at is not None else None
        makes = type_ is not None and makes_takes(type_)
        self.more.setVisible(makes or node is None)
        self.more.setEnabled(makes)
        self.vary.setVisible(makes or node is None)
        self.vary.setEnabled(makes and self._this() is not None)
        self.promote.setVisible(makes or node is None)
        self.promote.setEnabled(makes and self._this() is not None)
        self.against.setVisible(len(self._two()) == 2)
        # What costs money is asked about with its price before it is ordered.
        away = type_ is not None and type_.lane == "remote"
        self.more.say(f"{MORE} more…" if away else f"{MORE} more")
        self.more.set_price("" if away else words.FREE)
        self.vary.say("Vary this…" if away else "Vary this")

    # --- what is done -------------------------------------------------------------------------------------------

    def make_more(self) -> None:
        """Four more takes of the node whose strip this is: what the button and the keys do."""
        if self._document is None or self.node is None or not self.more.isEnabled():
            self._desk.say("There is nothing to make more takes of.",
                           "Add a node that makes pictures, such as Flux, and run it.")
            return
        self._runner.picks.more(self._document, self.node, MORE, stage=self._deeds.stage)

    def _vary(self) -> None:
        take = self._this()
        if self._document is not None and self.node is not None and take is not None:
            self._deeds.vary(self._document, self.node, take)

    def show_take(self, take: Take) -> None:
        """Bring the strip of a take's node, with that take; its workflow is in front."""
        document = self._desk.front
        if document is None or variants.node_at(document.graph, take.node) is None:
            return
        *room, name = take.node.split("/")
        if tuple(room) != document.room:
            document.go(tuple(room))
        document.select((name,))
        self._refresh()
        place = next((place for place, row in enumerate(self.rows.rows)
                      if row.take is not None and row.take.id == take.id), -1)
        if place >= 0:
            self.view.choose(place)

    def promote_this(self) -> None:
        """Make the final of the take that is current, else of the one that flows on."""
        take = self._this()
        if self._document is not None and take is not None:
            self.promoted.emit(self._document, take)

    def _this(self) -> Take | None:
        """The take that is current, else the one that flows on."""
        row = self.view.current() or next((row for row in self.rows.rows if row.picked), None)
        return row.take if row is not None else None

    def _two(self) -> list[Take]:
        """The take that flows on and the current one; where that is the same one, the take before it, else after it."""
        takes = [row.take for row in self.rows.rows if row.take is not None]
        this = self._this() or (takes[-1] if takes else None)
        picked = next((row.take for row in self.rows.rows if row.picked and row.take is not None), this)
        if this is None or picked is None or len(takes) < 2:
            return []
        if this.id == picked.id:
            place = next((place for place, take in enumerate(takes) if take.id == this.id), 0)
            this = takes[place - 1] if place else takes[1]
        return [picked, this]

    def _compare(self) -> None:
        two = self._two()
        if two:
            self.compared.emit(two)

    def _do(self, deed: str, given: Any) -> None:
        document, node = self._document, self.node
        if deed == "menu":
            self._open_menu(*given)
        elif deed == "undo":
            self._deeds.bring_back()
            self.view.undoes = self._deeds.undoes
        elif deed == "compare":
            self._compare()
        elif isinstance(given, TakeRow) and document is not None and node is not None:
            if given.kind == "choice" and deed == "pick":
                self._runner.picks.choose(document, node, given.number - 1, stage=self._deeds.stage)
            elif given.kind == "coming" and deed == "delete":
                self._runner.remove(given.job)
            elif given.take is not None:
                self._deeds.do(deed, document, node, given.take)
                self.view.undoes = self._deeds.undoes

    def _open_menu(self, row: TakeRow, at: QPoint) -> None:
        """What can be done with a cell."""
        document, node = self._document, self.node
        strong = (document is not None and node is not None
                  and strength_of(document.graph, document.types, node) is not None)
        self.menu.open(row, at, strong=strong)

    def _asked(self, document: object, node: str) -> None:
        """A node waits for a choice: show what there is to choose."""
        if isinstance(document, Document) and document is self._desk.front:
            self._document, self.node = document, node
            if not document.room and node in document.graph.nodes:
                document.select((node,))
            self._refresh()
