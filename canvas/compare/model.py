"""A compare sheet of the workflow in front, as the window knows it: its cells, what became of them, its stars."""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ajar.errors import AjarError
from canvas.compare.reading import Known, Reader, is_play, orders_of, rating_of
from canvas.compare.state import Phase
from canvas.compare.taken import is_raw, is_stale
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.strips import SETTLE
from canvas.subjects import file_of
from canvas.viewers.bench import Shown
from canvas.viewers.facts import Facts, of_value
from workflows.compare import SheetCell, Spot, sheets_in
from workflows.compare_finish import sheets_of
from workflows.compare_page import cost_words, licence_words, shuffled, time_words
from workflows.compare_results import NOTHING, Outcome
from workflows.events import NodeDone, NodeFailed, NodeProgress, NodeStarted, RunDone
from workflows.licences import Verdict, worst_first
from workflows.quality import qualities
from workflows.ratings import Ratings
from workflows.take import Take

if TYPE_CHECKING:
    from canvas.engine import Engine


class SheetModel(QObject):
    """Follows the forecast and the runs; everything slow is read beside the Qt thread."""

    changed = Signal()
    moved = Signal()
    """Something of a running cell: paint it anew."""

    def __init__(self, desk: Desk, engine: "Engine", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._engine = engine
        self._errands = Errands(desk, self)
        self.ratings = Ratings(desk.studio.home)
        self._reader = Reader(desk.studio, self.ratings, engine.takes, engine.runner.timings)
        self.known: Known | None = None
        self.names: tuple[str, ...] = ()
        """The sheets of the workflow in front, by flat id."""
        self.wanted = ""
        """The one that a person chose."""
        self.shown: tuple[Shown, ...] = ()
        """The cells in the order they are shown in."""
        self._phases: dict[Spot, Phase] = {}
        self._kept: dict[str, Shown] = {}
        self._job: int | None = None
        self._doubt = QTimer(self, interval=SETTLE * 4, singleShot=True)
        """A sheet may have read stars that the strips missed between two looks of theirs: it looks once more."""
        self._doubt.timeout.connect(lambda: self._taken(self.document))
        self._doubted = False
        engine.forecast.told.connect(self._told)
        engine.runner.bridge.heard.connect(self._hear)
        engine.runner.strips.changed.connect(self._taken)
        desk.fronted.connect(self.look)

    def close(self) -> None:
        self._errands.close()
        self.ratings.close()

    # --- what is known --------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document | None:
        return self.desk.front

    def cell_at(self, place: int) -> SheetCell | None:
        """The cell that is shown at a place."""
        known = self.known
        if known is None or not 0 <= place < len(known.sheet.cells):
            return None
        return known.sheet.cells[known.order[place] if known.order is not None else place]

    def outcome(self, cell: SheetCell) -> Outcome:
        return self.known.outcomes.get((cell.row, cell.column), NOTHING) if self.known is not None else NOTHING

    def rating(self, cell: SheetCell) -> int:
        return self.known.stars.get((cell.row, cell.column), 0) if self.known is not None else 0

    def take(self, cell: SheetCell) -> Take | None:
        """What the model of a cell gave, as a take; None while there is none."""
        return self.known.takes.get((cell.row, cell.column)) if self.known is not None else None

    def verdict(self, cell: SheetCell) -> Verdict | None:
        """What the terms along the way of a cell mean for what the work is for: the strictest."""
        return next(iter(self.known.prepared.gate.along(cell.spot[0])), None) if self.known is not None else None

    def worst(self, row: int | None = None) -> Verdict | None:
        """The strictest verdict of a row, or of the whole sheet."""
        cells = () if self.known is None else self.known.sheet.cells if row is None else self.known.sheet.of_row(row)
        return next(iter(worst_first(one for cell in cells if (one := self.verdict(cell)) is not None)), None)

    def phase(self, cell: SheetCell) -> Phase | None:
        """What a run does with a cell now; None where none does."""
        return self._phases.get(cell.made_by or cell.spot) or self._phases.get(cell.spot)

    @property
    def running(self) -> bool:
        """Whether a run makes a cell just now."""
        return self.known is not None and any(
            (phase := self.phase(cell)) is not None and not phase.failed for cell in self.known.sheet.cells)

    @property
    def blind(self) -> bool:
        return self.known is not None and self.known.blind

    @property
    def left(self) -> list[SheetCell]:
        """The cells that a run would make."""
        if self.known is None:
            return []
        return [cell for cell in self.known.sheet.cells if not cell.cached and not cell.held]

    # --- looking --------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Read all of it anew, from the outlook there is."""
        document = self.document
        outlook = self._engine.forecast.outlook(document) if document is not None else None
        prepared = outlook.prepared if outlook is not None else None
        if document is None or prepared is None:
            self.names = tuple("/".join((*path, name)) for path, name in sheets_of(document.graph)) if document else ()
            self._take(None)
            return
        self.names = sheets_in(prepared.plan)
        name = self.wanted if self.wanted in self.names else self._selected(document) or next(iter(self.names), "")
        if not name:
            self._take(None)
            return
        file = file_of(document, self.desk.studio.home.path)
        self._errands.run(partial(self._reader.read, prepared, name, document, file), self._take)

    def choose(self, name: str) -> None:
        """Look at another sheet of this workflow."""
        self.wanted = name
        self.look()

    def _selected(self, document: Document) -> str:
        """The sheet that is selected on the board, or that is in the group that is."""
        flat = document.flat(document.primary) if document.primary else ""
        return next((name for name in self.names if flat and (name == flat or name.startswith(f"{flat}/"))), "")

    def _told(self, document: object, outlook: object) -> None:
        if document is self.document:
            self.look()

    def _take(self, known: Known | None) -> None:
        self.known = known
        if known is not None:
            found = dict(known.outcomes)
            for cell in known.sheet.cells:
                spot, phase = (cell.row, cell.column), self.phase(cell)
                if phase is not None and phase.failed and found[spot].value is None:
                    found[spot] = replace(found[spot], words=phase.note, trouble=True)
            self.known = replace(known, outcomes=found)
        stale = self._is_stale()
        if stale and not self._doubted:
            self._doubt.start()
        self._doubted = stale
        self._lay_out()
        self.changed.emit()

    def _lay_out(self) -> None:
        """The cells as results to look at; what is the same stays the same, so that nothing is prepared anew."""
        known, fresh = self.known, dict[str, Shown]()
        found = []
        for place in range(len(known.sheet.cells) if known is not None else 0):
            cell = self.cell_at(place)
            assert cell is not None and known is not None
            one = self.outcome(cell)
            told = self._facts(known, cell, one)
            token = f"{one.key or id(cell)}/{place if one.value is None else ''}"
            old = self._kept.get(token)
            shown = old if old is not None and old.facts == told and (old.value is None) == (one.value is None) else \
                Shown(one.value if old is None or old.value is None else old.value, told.name, told)
            fresh[token] = shown
            found.append(shown)
        self._kept, self.shown = fresh, tuple(found)

    def _facts(self, known: Known, cell: SheetCell, one: Outcome) -> Facts:
        """What cards over a picture tell; nothing of its maker while that is hidden."""
        own = of_value(one.value)
        label = known.sheet.columns[cell.column]
        if known.blind:
            return replace(own, name=label, size="", rate="", rating=self.rating(cell))
        maker = known.sheet.makers.get(cell.maker or "")
        cost, paid = cost_words(cell, one)
        name = known.sheet.rows[cell.row] or (maker.title if maker else label)
        return replace(own, name=name, which=label, open=maker.open if maker else None, price=cost, paid=paid,
                       time=time_words(cell, one), rating=self.rating(cell),
                       licence=licence_words(maker, known.licences) if maker else "",
                       runs_on=(maker.host or "here") if maker else "")

    # --- rating ---------------------------------------------------------------------------------------------------

    def rate(self, place: int, stars: int) -> None:
        """Give stars to what is shown at a place; the same number again takes them away."""
        cell, known = self.cell_at(place), self.known
        if cell is None or known is None:
            return
        one = self.outcome(cell)
        if one.value is None or not one.key:
            self.desk.say("There is nothing to rate in this cell yet.", "Run the sheet first.")
            return
        given = 0 if self.rating(cell) == stars else stars
        spot, take = (cell.row, cell.column), self.take(cell)
        if take is not None and is_raw(cell):
            try:
                known = replace(known, takes={**known.takes, spot: self._engine.takes.rate(take.id, given)})
            except AjarError as error:
                self.desk.say(error.message, error.hint)
                return
        self.ratings.rate(rating_of(known, cell, one, given, blind=known.blind))
        self._again(known, {**known.stars, spot: given})

    def _taken(self, document: object) -> None:
        """A take was made, rated or thrown away somewhere."""
        if document is self.document and self._is_stale():
            self.look()

    def _is_stale(self) -> bool:
        """Whether the strips know of takes and stars what the sheet does not."""
        known, front = self.known, self.document
        return known is not None and front is not None and is_stale(
            known.sheet, known.outcomes, known.takes, front.key,
            lambda node: self._engine.runner.strips.of(front, node))

    def _again(self, known: Known, stars: Mapping[tuple[int, int], int]) -> None:
        """After a rating: the same sheet with other stars; names come back once everything is rated."""
        everything = self.ratings.of(known.project)
        order = known.order
        there = [spot for spot, one in known.outcomes.items() if one.value is not None]
        if order is not None and there and all(stars.get(spot) for spot in there):
            self.ratings.reveal(known.project, known.name)
            order = None
            self.desk.say("Everything is rated: the names are shown.", "The ratings were made blind.")
        self.known = replace(known, stars={spot: one for spot, one in stars.items() if one}, order=order,
                             qualities=qualities(everything), rated=len(everything))
        self._lay_out()
        self.changed.emit()

    def hide(self, on: bool) -> None:
        """Hide all names and prices and shuffle the cells, until everything is rated; or show them again."""
        known = self.known
        if known is None or known.blind is on:
            return
        if on:
            seed = self.ratings.hide(known.project, known.name)
            self.known = replace(known, order=shuffled(known.sheet, seed))
        else:
            self.ratings.reveal(known.project, known.name)
            self.known = replace(known, order=None)
        self._lay_out()
        self.changed.emit()

    # --- runs -----------------------------------------------------------------------------------------------------

    def _hear(self, job: int, event: Any) -> None:
        """What a run does with single cells."""
        known = self.known
        if known is None:
            return
        if isinstance(event, NodeStarted):
            self._phases[event.node, event.path] = Phase("running", since=time.monotonic())
        elif isinstance(event, NodeProgress):
            old = self._phases.get((event.node, event.path), Phase("running", since=time.monotonic()))
            self._phases[event.node, event.path] = replace(old, done=event.done, note=event.note)
        elif isinstance(event, NodeFailed):
            self._phases[event.node, event.path] = Phase("failed", note=f"{event.message} {event.hint}".strip())
            self._fail(event.node, event.path)
        elif isinstance(event, NodeDone):
            self._phases.pop((event.node, event.path), None)
            self._done(known, event)
        elif isinstance(event, RunDone):
            self._phases = {spot: phase for spot, phase in self._phases.items() if phase.failed}
        else:
            return
        self.moved.emit()

    def _fail(self, node: str, path: tuple[int, ...]) -> None:
        if self.known is not None and any((node, path) in (cell.made_by, cell.spot) for cell in self.known.sheet.cells):
            self._take(self.known)

    def _done(self, known: Known, event: NodeDone) -> None:
        """A cell is there: show it at once, with what it cost, before everything is read anew."""
        for cell in known.sheet.cells:
            if cell.spot == (event.node, event.path) and len(event.values) > cell.output:
                spot = (cell.row, cell.column)
                if known.outcomes[spot].value is None:
                    entries = orders_of(known.prepared, cell)
                    # Not known for a moment is better than called free, where the order has no name yet.
                    paid = replace(cell, cached=True, low=0.0, high=0.0, spent=sum(entry.counts for entry in entries),
                                   unpriced=cell.unpriced or (not entries and cell.high != 0))
                    one = replace(known.outcomes[spot], value=event.values[cell.output], key=cell.key or "", words="",
                                  seconds=event.seconds or None, trouble=False, cost=paid.spent,
                                  played=is_play(entries))
                    cells = tuple(paid if each is cell else each for each in known.sheet.cells)
                    self.known = replace(known, sheet=replace(known.sheet, cells=cells),
                                         outcomes={**known.outcomes, spot: one})
                    self._lay_out()
                    self.changed.emit()
