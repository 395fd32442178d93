"""The takes that the cells of a sheet made: a cell that shows what its model gave has the stars of that take."""

from collections.abc import Callable, Collection, Mapping, Sequence

from workflows.compare import Sheet, SheetCell
from workflows.compare_results import NOTHING, Outcomes
from workflows.take import Take
from workflows.taking import KEY

TakesByPlace = Mapping[tuple[int, int], Take]
"""By (row, column)."""


def is_raw(cell: SheetCell) -> bool:
    """Whether a cell shows what its model gave, with nothing behind it."""
    return cell.made_by is not None and cell.made_by == cell.spot


def takes_of(sheet: Sheet, document: str, by_key: Callable[[Collection[str]], Sequence[Take]]) -> TakesByPlace:
    """The take of each cell that has one: of this document before those of others, the latest of several."""
    found: dict[str, Take] = {}
    for take in by_key([cell.maker_key for cell in sheet.cells if cell.maker_key]):
        key = str(take.settings.get(KEY))
        if not take.thrown and (key not in found or take.document == document or found[key].document != document):
            found[key] = take
    return {(cell.row, cell.column): found[cell.maker_key] for cell in sheet.cells
            if cell.maker_key and cell.maker_key in found}


def stars_of(sheet: Sheet, made: Outcomes, takes: TakesByPlace, given: Mapping[str, int]) -> dict[tuple[int, int], int]:
    """The stars of each cell: those of its take, or, of what was finished or has no take, those ``given`` by key."""
    found = {}
    for cell in sheet.cells:
        spot = (cell.row, cell.column)
        one, take = made.get(spot, NOTHING), takes.get(spot)
        stars = take.rating if take is not None and is_raw(cell) else given.get(one.key, 0)
        if one.value is not None and stars:
            found[spot] = stars
    return found


def is_stale(sheet: Sheet, made: Outcomes, takes: TakesByPlace, document: str,
             strip: Callable[[str], Sequence[Take]]) -> bool:
    """Whether the strips know of a take, its stars or its end what the sheet does not. ``strip``: by node."""
    for cell in sheet.cells:
        spot = (cell.row, cell.column)
        if cell.maker is None or made.get(spot, NOTHING).value is None:
            continue
        mine = takes.get(spot)
        there = [take for take in strip(cell.maker) if take.settings.get(KEY) == cell.maker_key]
        if mine is None and there:
            return True
        if mine is not None and mine.document == document:
            now = next((take for take in there if take.id == mine.id), None)
            if now is None or now.rating != mine.rating:
                return True
    return False
