"""A compare sheet of the workflow in front, as the window knows it: its cells, what became of them, its stars."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ajar.models import Licence
from canvas.compare.state import Phase
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.subjects import file_of
from canvas.viewers.bench import Shown
from canvas.viewers.facts import Facts, of_value
from workflows.compare import Sheet, SheetCell, Spot, sheet_of, sheets_in, spent_on
from workflows.compare_finish import is_finished, sheets_of
from workflows.compare_page import cost_words, licence_words, short, shuffled, time_words
from workflows.compare_results import NOTHING, Outcome, Outcomes, stored
from workflows.events import NodeDone, NodeFailed, NodeProgress, NodeStarted, RunDone
from workflows.prepared import Prepared
from workflows.project import find
from workflows.quality import Quality, qualities
from workflows.ratings import Rating, Ratings, project_key

if TYPE_CHECKING:
    from canvas.engine import Engine


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a sheet at one time."""

    sheet: Sheet
    outcomes: Outcomes
    stars: Mapping[tuple[int, int], int]
    order: tuple[int, ...] | None
    """While it is blind: which cell is shown where."""
    prepared: Prepared
    project: str
    name: str
    """What the sheet is called in the table of ratings."""
    qualities: tuple[Quality, ...]
    rated: int
    """Ratings of the whole project."""
    finished: bool
    licences: Mapping[str, Licence] = field(default_factory=dict)

    @property
    def blind(self) -> bool:
        return self.order is not None


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
        engine.forecast.told.connect(self._told)
        engine.runner.bridge.heard.connect(self._hear)
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

    def phase(self, cell: SheetCell) -> Phase | None:
        """What a run does with a cell now; None where none does."""
        return self._phases.get(cell.made_by or cell.spot) or self._phases.get(cell.spot)

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
        self._errands.run(lambda: self._read(prepared, name, document, file), self._take)

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

    def _read(self, prepared: Prepared, name: str, document: Document, file: Path) -> Known | None:
        """Beside the Qt thread."""
        sheet = sheet_of(prepared, name, self._engine.runner.timings)
        if sheet is None:
            return None
        made = {(cell.row, cell.column): self._made(prepared, cell) for cell in sheet.cells}
        project = project_key(find(file).root)
        called = f"{document.key}#{name}"
        everything = self.ratings.of(project)
        given = {rating.key: rating.stars for rating in everything}
        stars = {spot: given[one.key] for spot, one in made.items() if one.key in given}
        seed = self.ratings.blind(project, called)
        path, node = next(((path, one) for path, one in sheets_of(document.graph) if "/".join((*path, one)) == name),
                          ((), name))
        try:
            finished = is_finished(document.graph, path, node)
        except Exception:  # it was edited meanwhile: another look is on its way
            finished = False
        return Known(sheet, made, stars, shuffled(sheet, seed) if seed is not None else None, prepared, project, called,
                     qualities(everything), len(everything), finished, self.desk.studio.catalogue.licences())

    def _made(self, prepared: Prepared, cell: SheetCell) -> Outcome:
        key = cell.key or ""
        value = stored(self.desk.studio.results, cell.spot, key, cell.output) if key and cell.cached else None
        entries = [entry for one in cell.orders for entry in prepared.orders(one)]
        played = bool(entries) and all(entry.emulated for entry in entries)
        seconds = None
        if cell.maker_key and value is not None and self.desk.studio.results is not None:
            kept = self.desk.studio.results.get_many([cell.maker_key]).get(cell.maker_key)
            seconds = kept.seconds or None if kept is not None else None
        cost = None if cell.unpriced else spent_on(cell.orders, prepared.orders)
        return Outcome(value, cell.held, False, seconds, cost, played, key)

    def _take(self, known: Known | None) -> None:
        self.known = known
        if known is not None:
            found = dict(known.outcomes)
            for cell in known.sheet.cells:
                spot, phase = (cell.row, cell.column), self.phase(cell)
                if phase is not None and phase.failed and found[spot].value is None:
                    found[spot] = replace(found[spot], words=phase.note, trouble=True)
            self.known = replace(known, outcomes=found)
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
        self.ratings.rate(self._rating(known, cell, one, given))
        self._again(known, {**known.stars, (cell.row, cell.column): given})

    def _rating(self, known: Known, cell: SheetCell, one: Outcome, stars: int) -> Rating:
        maker = known.sheet.makers.get(cell.maker or "")
        row = known.sheet.rows[cell.row]
        title = row if row and (known.sheet.by_model or maker is None) else short(maker.title) if maker else row
        finished = known.finished and cell.maker is not None and cell.spot[0] != cell.maker
        label = known.sheet.columns[cell.column]
        if not known.sheet.by_model and known.sheet.rows[cell.row]:
            label = f"{known.sheet.rows[cell.row]} · {label}"
        return Rating(known.project, one.key, stars, title, maker.model if maker else "", maker.type if maker else "",
                      maker.open if maker else None, finished, one.cost, one.seconds, maker.licence if maker else "",
                      label, known.blind, one.played, time.time())

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
        """A cell is there: show it at once, before everything is read anew."""
        for cell in known.sheet.cells:
            if cell.spot == (event.node, event.path) and len(event.values) > cell.output:
                spot = (cell.row, cell.column)
                if known.outcomes[spot].value is None:
                    one = replace(known.outcomes[spot], value=event.values[cell.output], key=cell.key or "", words="",
                                  seconds=event.seconds or None, trouble=False)
                    self.known = replace(known, outcomes={**known.outcomes, spot: one})
                    self._lay_out()
                    self.changed.emit()
