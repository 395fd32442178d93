"""A compare sheet in words: what stands at its rows, below its cells and at its foot, for the page and for exports."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any, Literal

from ajar.models import Licence
from ajar.sheets import Head, Page, Place, still
from ajar.values import Image, Mask, Video
from workflows.compare import Maker, Sheet, SheetCell
from workflows.compare_results import NOTHING, Outcome, Outcomes

DASH, DOT = " – ", " · "
SOLD = {"yes": "may be sold", "no": "may not be sold", "conditional": "sold on conditions"}
PLAY = " (play)"
"""Behind a price that a stand-in charged."""
REMARK = 20
"""Letters from which on what stands in brackets behind a name is a remark, no part of it."""
ADVICE = "This informs about licences, it does not advise."


def page_of(sheet: Sheet, made: Outcomes, licences: Mapping[str, Licence], *, stars: Mapping[tuple[int, int], int],
            names: bool = True, at: float = 0.5, today: date | None = None, pictures: bool = True) -> Page:
    """The page of a sheet. Without ``names`` nothing tells which model it was: neither title, nor price, nor time.

    ``at`` is the moment at which films are shown, 0 to 1; without ``pictures`` only the words are made.
    """
    best = best_of(sheet, stars) if names else {}
    places = []
    for cell in sheet.cells:
        spot = (cell.row, cell.column)
        one = made.get(spot, NOTHING)
        shown = picture_of(one.value, at) if pictures else None
        words = "" if one.value is not None and (shown is not None or not pictures) else said(cell, one)
        mark = "Best for this prompt" if best.get(cell.column) == cell.row else ""
        cost, paid = cost_words(cell, one) if names else ("", False)
        places.append(Place(
            shown, words, one.trouble, cost, paid, time_words(cell, one) if names else "", stars.get(spot, 0), mark))
    heads = tuple(head_of(sheet, row, made, licences, names=names) for row in range(len(sheet.rows)))
    return Page(heads, sheet.columns, tuple(places), sheet.title, under(sheet, made, today, names=names),
                feet(sheet, licences, names=names), sheet.ask)


def shuffled(sheet: Sheet, seed: int) -> tuple[int, ...]:
    """The cells in the order they are shown in while names are hidden: those of each column in an order of chance."""
    rows, wide = len(sheet.rows), max(len(sheet.columns), 1)
    order = [0] * len(sheet.cells)
    for column in range(wide):
        drawn = list(range(rows))
        Random(seed * 1009 + column).shuffle(drawn)
        for row, source in enumerate(drawn):
            order[row * wide + column] = source * wide + column
    return tuple(order)


def picture_of(value: Any, at: float = 0.5) -> Image | None:
    """What is seen of a value on a page; None for what is no picture and no film."""
    if isinstance(value, Video):
        return still(value, at)
    if isinstance(value, Mask):
        return Image.of(value.array[:, :, None])
    return value if isinstance(value, Image) else None


def said(cell: SheetCell, one: Outcome) -> str:
    """What stands where a picture would be."""
    if one.words or one.value is not None:
        return one.words or str(one.value)
    return cell.held or "Not run yet."


def head_of(sheet: Sheet, row: int, made: Outcomes, licences: Mapping[str, Licence], *, names: bool = True) -> Head:
    """What stands at the left of a row."""
    if not names:
        return Head("")
    maker = sheet.maker_of(row) if sheet.by_model or not sheet.rows[row] else None
    if maker is None:
        return Head(sheet.rows[row])
    cells = sheet.of_row(row)
    done = sum(made.get((cell.row, cell.column), NOTHING).value is not None for cell in cells)
    door: Literal["open", "closed", ""] = "" if maker.open is None else "open" if maker.open else "closed"
    model = "" if not maker.model or maker.title.startswith(sheet.rows[row]) else maker.title
    lines = (model, each(cells, made), times(cells, made), licence_words(maker, licences),
             f"{done} of {len(cells)} done")
    return Head(sheet.rows[row], door, tuple(line for line in lines if line))


def each(cells: Sequence[SheetCell], made: Outcomes) -> str:
    """What a cell of a row costs."""
    lows, highs = [], []
    for cell in cells:
        one = made.get((cell.row, cell.column), NOTHING)
        charged = one.cost or cell.spent
        if cell.unpriced:
            return "price not known"
        if charged:
            lows.append(charged)
            highs.append(charged)
        elif not cell.cached:
            if cell.high is None:
                return "price not known"
            lows.append(cell.low or 0.0)
            highs.append(cell.high)
    text = price(min(lows, default=0.0), max(highs, default=0.0))
    return text if text == "free" else f"{text} each"


def times(cells: Sequence[SheetCell], made: Outcomes) -> str:
    found = [one.seconds for cell in cells if (one := made.get((cell.row, cell.column), NOTHING)).seconds]
    if found:
        return f"{duration(sum(found) / len(found))} each"
    guesses = [cell.seconds for cell in cells if cell.seconds]
    if guesses:
        return f"about {duration(sum(guesses) / len(guesses))} each"
    return "time not known yet" if any(cell.seconds is None and not cell.cached for cell in cells) else ""


def licence_words(maker: Maker, licences: Mapping[str, Licence]) -> str:
    """``Apache-2.0, may be sold``; unknown terms are called that."""
    found = [licences.get(one) for one in maker.licence.split(", ") if one]
    if not found:
        return "terms not known" if maker.model else ""
    names = ", ".join(row.name if row is not None else "terms not known" for row in found)
    sold = {row.commercial if row is not None else "unknown" for row in found}
    word = next((SOLD[one] for one in ("no", "conditional", "yes") if one in sold), "")
    return f"{names}, {word}" if word and "unknown" not in sold else names


def cost_words(cell: SheetCell, one: Outcome) -> tuple[str, bool]:
    """The price of a cell, and whether money is charged for it."""
    charged = one.cost or cell.spent
    if cell.unpriced:
        return price(None, None), True
    if charged:
        return price(charged, charged) + (PLAY if one.played else ""), True
    if cell.cached or one.value is not None:
        return "free", False
    text = price(cell.low, cell.high)
    return text, cell.high is None or cell.high > 0


def time_words(cell: SheetCell, one: Outcome) -> str:
    if one.seconds is not None:
        return duration(one.seconds)
    return f"about {duration(cell.seconds)}" if cell.seconds and one.value is None and not one.words else ""


def best_of(sheet: Sheet, stars: Mapping[tuple[int, int], int]) -> Mapping[int, int]:
    """The row that was liked best in each column; none where several were, or only one is rated."""
    found = {}
    for column in range(len(sheet.columns)):
        rated = {row: stars[row, column] for row in range(len(sheet.rows)) if stars.get((row, column))}
        top = [row for row, given in rated.items() if given == max(rated.values())]
        if len(rated) > 1 and len(top) == 1:
            found[column] = top[0]
    return found


def under(sheet: Sheet, made: Outcomes, today: date | None, *, names: bool) -> str:
    """The line below the title: the day, how many cells, what they have cost."""
    day = today or date.today()
    done = sum(one.value is not None for one in made.values())
    parts = [f"{day.day} {day:%B} {day.year}", f"{done} of {len(sheet.cells)} cells"]
    spent = sum(made.get((cell.row, cell.column), NOTHING).cost or cell.spent for cell in sheet.cells)
    if names:
        played = any(one.played for one in made.values())
        parts.append(f"{price(spent, spent)} charged{' by stand-ins' if played else ''}" if spent else "free")
        if sheet.cap:
            parts.append(f"cap {price(sheet.cap, sheet.cap)}")
    return DOT.join(parts)


def feet(sheet: Sheet, licences: Mapping[str, Licence], *, names: bool) -> tuple[str, ...]:
    """The lines at the foot: licences, and what leaves this machine."""
    if not names:
        return ("Names and prices are hidden until every cell is rated.",)
    makers = [maker for maker in sheet.makers.values() if maker.model]
    terms = [f"{maker.title}: {licence_words(maker, licences)}" for maker in makers]
    hosts = sorted({maker.host for maker in makers if maker.host})
    sent = f"Sent to {', '.join(hosts)}." if hosts else "Nothing leaves this machine."
    played = [maker.title for maker in makers if maker.played]
    if played:
        sent += f" {' and '.join(played)} {'are' if len(played) > 1 else 'is'} played by stand-ins: test patterns."
    return (*terms, f"{sent} {ADVICE}" if terms else sent)


def short(title: str) -> str:
    """The name of a model without a long remark behind it."""
    name, bracket, rest = title.partition(" (")
    return name if bracket and len(rest) > REMARK else title


def price(low: float | None, high: float | None) -> str:
    """``$0.31``, ``$0.28 – 0.37``, ``0.2 ¢``, ``free``, and ``?`` where it is not known."""
    if low is None or high is None:
        return "?"
    if high <= 0:
        return "free"
    if high < 0.01:
        return f"{high * 100:.2g} ¢"
    ends = f"{low:.2f}", f"{high:.2f}"
    return f"${ends[1]}" if ends[0] == ends[1] else f"${DASH.join(ends)}" if low > 0 else f"up to ${ends[1]}"


def duration(seconds: float) -> str:
    """``0.4 s``, ``62 s``, ``2 min 6 s``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{round(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
