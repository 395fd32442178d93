"""Stars of a sheet's cells: a cell that shows what its model gave has those of the take it made, and the project's
table of quality takes them over."""

import time
from collections.abc import Mapping

from workflows.compare import Sheet, SheetCell
from workflows.compare_page import short
from workflows.compare_results import NOTHING, Outcome, Outcomes
from workflows.ratings import Rating, Ratings
from workflows.take import Take
from workflows.takes import Takes
from workflows.taking import KEY


def agreed(sheet: Sheet, made: Outcomes, takes: Takes, ratings: Ratings, project: str, *,
           finished: bool) -> Mapping[tuple[int, int], int]:
    """The stars by (row, column). What was given to a take elsewhere is written into the table of the project."""
    given = ratings.stars(project, [one.key for one in made.values() if one.key])
    known = _latest(sheet, takes)
    found = {}
    for cell in sheet.cells:
        one = made.get((cell.row, cell.column), NOTHING)
        if one.value is None or not one.key:
            continue
        take = known.get(cell.maker_key or "") if cell.made_by == cell.spot else None
        stars = take.rating if take is not None else given.get(one.key, 0)
        if stars != given.get(one.key, 0):
            ratings.rate(rating_of(sheet, cell, one, stars, project, finished=finished))
        if stars:
            found[cell.row, cell.column] = stars
    return found


def rating_of(sheet: Sheet, cell: SheetCell, one: Outcome, stars: int, project: str, *, finished: bool) -> Rating:
    """The stars of a cell as the table of the project keeps them."""
    maker, row, label = sheet.makers.get(cell.maker or ""), sheet.rows[cell.row], sheet.columns[cell.column]
    title = row if row and (sheet.by_model or maker is None) else short(maker.title) if maker else row
    if not sheet.by_model and row:
        label = f"{row} · {label}"
    return Rating(
        project, one.key, stars, title, maker.model if maker else "", maker.type if maker else "",
        maker.open if maker else None, finished and cell.maker is not None and cell.spot[0] != cell.maker, one.cost,
        one.seconds, maker.licence if maker else "", label, False, one.played, time.time())


def _latest(sheet: Sheet, takes: Takes) -> Mapping[str, Take]:
    """By the key of a result: its take that was rated last, of those that were not thrown away."""
    found: dict[str, Take] = {}
    for take in takes.by_key([cell.maker_key for cell in sheet.cells if cell.maker_key]):
        key = str(take.settings.get(KEY))
        if not take.thrown and (key not in found or take.rating or not found[key].rating):
            found[key] = take
    return found
