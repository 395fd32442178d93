"""Reads all that is known of a compare sheet: its cells, what became of them, their takes and stars."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ajar.models import Licence
from canvas.compare.taken import TakesByPlace, stars_of, takes_of
from canvas.document import Document
from workflows.compare import Sheet, SheetCell, sheet_of, spent_on
from workflows.compare_finish import is_finished, sheets_of
from workflows.compare_page import short, shuffled
from workflows.compare_results import Outcome, Outcomes, stored
from workflows.entries import Entry
from workflows.prepared import Prepared
from workflows.project import find
from workflows.quality import Quality, qualities
from workflows.ratings import Rating, Ratings, project_key
from workflows.studio import Studio
from workflows.takes import Takes
from workflows.timings import Timings


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
    takes: TakesByPlace = field(default_factory=dict)

    @property
    def blind(self) -> bool:
        return self.order is not None


class Reader:
    """Works beside the Qt thread."""

    def __init__(self, studio: Studio, ratings: Ratings, takes: Takes, timings: Timings) -> None:
        self._studio, self._ratings, self._takes, self._timings = studio, ratings, takes, timings

    def read(self, prepared: Prepared, name: str, document: Document, file: Path) -> Known | None:
        """All about one sheet of a plan; None while its cells are not known. ``file``: the workflow's."""
        sheet = sheet_of(prepared, name, self._timings)
        if sheet is None:
            return None
        made = {(cell.row, cell.column): self._made(prepared, cell) for cell in sheet.cells}
        project = project_key(find(file).root)
        called = f"{document.key}#{name}"
        everything = self._ratings.of(project)
        given = {rating.key: rating.stars for rating in everything}
        takes = takes_of(sheet, document.key, self._takes.by_key)
        stars = stars_of(sheet, made, takes, given)
        seed = self._ratings.blind(project, called)
        path, node = next(((path, one) for path, one in sheets_of(document.graph) if "/".join((*path, one)) == name),
                          ((), name))
        try:
            finished = is_finished(document.graph, path, node)
        except Exception:  # it was edited meanwhile: another look is on its way
            finished = False
        order = shuffled(sheet, seed) if seed is not None else None
        known = Known(sheet, made, stars, order, prepared, project, called, (), 0, finished,
                      self._studio.catalogue.licences(), takes)
        self._agree(known, given)
        everything = self._ratings.of(project)
        return replace(known, qualities=qualities(everything), rated=len(everything))

    def _agree(self, known: Known, given: Mapping[str, int]) -> None:
        """Stars that were given to a take elsewhere count in the table of the project, too."""
        for cell in known.sheet.cells:
            spot = (cell.row, cell.column)
            one, stars = known.outcomes[spot], known.stars.get(spot, 0)
            if spot in known.takes and one.value is not None and one.key and given.get(one.key, 0) != stars:
                self._ratings.rate(rating_of(known, cell, one, stars, blind=False))

    def _made(self, prepared: Prepared, cell: SheetCell) -> Outcome:
        key = cell.key or ""
        value = stored(self._studio.results, cell.spot, key, cell.output) if key and cell.cached else None
        entries = orders_of(prepared, cell)
        seconds = None
        if cell.maker_key and value is not None and self._studio.results is not None:
            kept = self._studio.results.get_many([cell.maker_key]).get(cell.maker_key)
            seconds = kept.seconds or None if kept is not None else None
        cost = None if cell.unpriced else spent_on(cell.orders, prepared.orders)
        return Outcome(value, cell.held, False, seconds, cost, is_play(entries), key)


def rating_of(known: Known, cell: SheetCell, one: Outcome, stars: int, *, blind: bool) -> Rating:
    """The stars of a cell as the table of the project keeps them."""
    maker = known.sheet.makers.get(cell.maker or "")
    row = known.sheet.rows[cell.row]
    title = row if row and (known.sheet.by_model or maker is None) else short(maker.title) if maker else row
    finished = known.finished and cell.maker is not None and cell.spot[0] != cell.maker
    label = known.sheet.columns[cell.column]
    if not known.sheet.by_model and known.sheet.rows[cell.row]:
        label = f"{known.sheet.rows[cell.row]} · {label}"
    return Rating(known.project, one.key, stars, title, maker.model if maker else "", maker.type if maker else "",
                  maker.open if maker else None, finished, one.cost, one.seconds, maker.licence if maker else "",
                  label, blind, one.played, time.time())


def orders_of(prepared: Prepared, cell: SheetCell) -> list[Entry]:
    """What was ordered for a cell."""
    return [entry for one in cell.orders for entry in prepared.orders(one)]


def is_play(entries: Sequence[Entry]) -> bool:
    """Whether all of its money was a stand-in's."""
    return bool(entries) and all(entry.emulated for entry in entries)
