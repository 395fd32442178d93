"""The compare sheets of a plan: their cells, what makes each of them, what it will cost and how long it takes.

A sheet is an ordinary node (``compare_sheet``) that gathers; its cells are ordinary cells of the run. So they are
cached, resumed, paid once and fail alone as any others do; what is found here is only read off the plan.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ajar.errors import UserError
from ajar.hints import Model
from ajar.sheets import heads_of, texts
from workflows import kinds
from workflows.bound import sources, value_of, why
from workflows.cell import FAILED, Cell, Gathered
from workflows.entries import Entry
from workflows.plan import Const, Plan, Step
from workflows.prepared import Prepared
from workflows.quotes import Bid, Bids
from workflows.timings import Timings

TYPE = "compare_sheet"
HERE = ("127.0.0.1", "localhost", "[")
"""How addresses of this machine begin."""
Spot = tuple[str, tuple[int, ...]]
"""A cell of a run: its node and index path."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The node that makes what is in some cells: a model."""

    node: str
    title: str
    """What its model is called, else the node."""
    type: str = ""
    model: str = ""
    open: bool | None = None
    """Open or closed weights; None where no model is used."""
    licence: str = ""
    provider: str = ""
    """What the provider is called; empty where it runs on this machine."""
    host: str = ""
    """The machine that it is sent to; empty where nothing leaves this one."""
    played: bool = False
    """A stand-in on this machine plays its provider."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell of a sheet, as it is known before it runs. Dollars and seconds."""

    row: int
    column: int
    spot: Spot
    """What is shown: the last node before the sheet."""
    output: int
    key: str | None
    """Of the result that is shown; None while it can't be named."""
    maker: str | None = None
    """The node of the model that makes it."""
    made_by: Spot | None = None
    maker_key: str | None = None
    """Of the model's own result, before any finish."""
    cached: bool = False
    held: str = ""
    """Why it will not be run: above the cap, in a sentence."""
    low: float | None = 0.0
    high: float | None = 0.0
    """What is left to pay, or would be; None where that is not known."""
    seconds: float | None = None
    """What is left to compute here or wait for; None where that was never measured."""
    spent: float = 0.0
    """What it has cost so far, by the journal."""
    unpriced: bool = False
    """It came from a provider, and what it has cost is not known any more."""
    orders: tuple[str, ...] = ()
    """The keys of the results that were or will be paid for."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The plain values that its model is given, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A compare sheet: its cells row by row."""

    node: str
    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[SheetCell, ...]
    makers: Mapping[str, Maker]
    cap: float = 0.0
    """Dollars for all cells; 0 where it has none of its own."""
    ask: str = ""
    """What a column is called: ``Prompt #``."""

    @property
    def spent(self) -> float:
        return sum(cell.spent for cell in self.cells)

    def of_row(self, row: int) -> tuple[SheetCell, ...]:
        return tuple(cell for cell in self.cells if cell.row == row)

    def maker_of(self, row: int) -> Maker | None:
        """The model of a row; None where its cells have several, or none."""
        found = {cell.maker for cell in self.of_row(row)}
        return self.makers.get(found.pop() or "") if len(found) == 1 else None

    @property
    def by_model(self) -> bool:
        """Whether its rows are models; else they are values of one."""
        return len({cell.maker for cell in self.cells}) > 1


def sheets_in(plan: Plan) -> tuple[str, ...]:
    """The compare sheets of a plan."""
    return tuple(name for name, step in plan.steps.items() if step.type.id == TYPE)


def sheet_of(prepared: Prepared, node: str, timings: Timings | None = None) -> Sheet | None:
    """A sheet of a plan that has not begun; None where it is not known yet how many cells it has."""
    step = prepared.plan.steps[node]
    found = next(iter(prepared.cells.made[node].values()), None)
    shown = shown_in(found) if found is not None else None
    if found is None or not shown:
        return None
    given = {socket.name: bound for (socket, _), bound in zip(step.slots, found.bound, strict=True)}
    rows, columns, seeds = (_labels(step, given, name) for name in ("rows", "columns", "seeds"))
    try:
        columns = columns or ("",) * (0 if rows else _widest(found, len(shown)))
        labels, across = heads_of(len(shown), rows, columns, seeds)
    except UserError:  # its labels do not go up, which the node itself says when it runs
        labels, across = ("",), ("",) * len(shown)
    wide = len(across)
    bids = {(bid.node, bid.path): bid for bid in (*prepared.bids.orders, *prepared.bids.held)}
    shared = _shared([cell for cell, _ in shown])
    cells, makers = [], {}
    for index, (cell, output) in enumerate(shown):
        maker = maker_of(cell)
        if maker is not None and maker.step.id not in makers:
            makers[maker.step.id] = _maker(prepared, maker.step)
        cells.append(_cell(prepared, divmod(index, wide), cell, output, maker, bids, shared, timings))
    heads = tuple(label or _title(cells, makers, row) for row, label in enumerate(labels))
    title = _plain(step, "title") or step.type.title
    return Sheet(node, str(title), heads, across, tuple(cells), makers,
                 float(_plain(step, "cap") or 0.0), str(_plain(step, "ask") or ""))


def shown_in(sheet: Cell) -> list[tuple[Cell, int]]:
    """The cells whose values a sheet shows, in order, with the output; none while they are not all known."""
    found: list[tuple[Cell, int]] = []
    for (socket, _), bound in zip(sheet.step.slots, sheet.bound, strict=True):
        if socket.name == "cells":
            for item in bound if isinstance(bound, list) else [bound]:
                if isinstance(item, Gathered):
                    if item.cells is None:
                        return []
                    found += [(cell, item.output) for cell in item.cells]
                elif isinstance(item, tuple) and isinstance(item[0], Cell):
                    found.append((item[0], item[1].output))
    return found


def before(cell: Cell) -> Iterator[Cell]:
    """A cell and all that it needs, the nearest first."""
    return _before(cell, lambda one: False)


def to_make(cell: Cell) -> Iterator[Cell]:
    """Those of them that a run will call: not what has a stored result, nor what only leads there."""
    return _before(cell, lambda one: one.hit is not None)


def _before(cell: Cell, ends: Callable[[Cell], bool]) -> Iterator[Cell]:
    seen, todo = {id(cell)}, [cell]
    while todo:
        at = todo.pop(0)
        if ends(at):
            continue
        yield at
        for source in sources(at.bound):
            if id(source) not in seen:
                seen.add(id(source))
                todo.append(source)


def maker_of(cell: Cell) -> Cell | None:
    """What makes the picture or film of a cell: the nearest model that takes words, else that begins with nothing."""
    models = [one for one in before(cell) if one.step.type.lane != "cpu"]
    words = [one for one in models if one.step.type.input("prompt") is not None]
    first = [one for one in models if not any(socket.required and kinds.wire_only(socket.type)
                                              for socket in one.step.type.inputs)]
    return next(iter(words or first or models), None)


def _widest(sheet: Cell, count: int) -> int:
    """Cells in a row where nothing says it: the items of each wire."""
    for (socket, _), bound in zip(sheet.step.slots, sheet.bound, strict=True):
        if socket.name == "cells":
            sizes = {len(item.cells or ()) if isinstance(item, Gathered) else 1
                     for item in (bound if isinstance(bound, list) else [bound])}
            return sizes.pop() if len(sizes) == 1 else count
    return count


def _shared(cells: Iterable[Cell]) -> set[int]:
    """What several cells of a sheet need: it is paid and waited for once, whichever of them are made."""
    met: dict[int, int] = {}
    for cell in cells:
        for one in before(cell):
            met[id(one)] = met.get(id(one), 0) + 1
    return {one for one, count in met.items() if count > 1}


def _cell(prepared: Prepared, place: tuple[int, int], cell: Cell, output: int, maker: Cell | None,
          bids: Mapping[Spot, Bid], shared: set[int], timings: Timings | None) -> SheetCell:
    needed = [one for one in before(cell) if id(one) not in shared]
    todo = [one for one in to_make(cell) if id(one) not in shared]
    quotes = [bid.quote for one in todo if (bid := bids.get((one.step.id, one.path))) is not None and not bid.paid]
    remote = [one.key for one in needed if one.step.type.lane == "remote" and one.key]
    known = all(quote.high is not None for quote in quotes)
    entries = [entry for key in remote for entry in prepared.orders(key)]
    charges = any(one.step.type.lane == "remote" and one.hit is not None and not _is_own(prepared, one)
                  for one in needed)
    return SheetCell(
        *place, (cell.step.id, cell.path), output, cell.key, maker.step.id if maker is not None else None,
        (maker.step.id, maker.path) if maker is not None else None, maker.key if maker is not None else None,
        cell.hit is not None, why(cell) if cell.state == FAILED or any(one.state == FAILED for one in needed) else "",
        sum(quote.low or 0.0 for quote in quotes), sum(quote.high or 0.0 for quote in quotes) if known else None,
        _seconds(todo, timings), sum(entry.counts for entry in entries), charges and not entries, tuple(remote),
        _settings(maker))


def _is_own(prepared: Prepared, cell: Cell) -> bool:
    """Whether a server of the person's own made it, which charges nothing."""
    provider = prepared.facts.packs.providers.get(cell.step.type.provider)
    return provider is not None and provider.facts.local


def spent_on(keys: Iterable[str], orders: Callable[[str], Sequence[Entry]]) -> float:
    """What the orders for these results have cost, or may have: dollars."""
    return sum(entry.counts for key in keys for entry in orders(key))


def _seconds(todo: Sequence[Cell], timings: Timings | None) -> float | None:
    if timings is None:
        return None
    total = 0.0
    for cell in todo:
        guess = timings.guess(cell.step)
        if guess is None and cell.step.type.lane != "cpu":
            return None
        total += guess or 0.0
    return total


def _maker(prepared: Prepared, step: Step) -> Maker:
    entries = [entry for model in step.models if (entry := prepared.facts.used.get(model)) is not None]
    row = next((row for row in prepared.rows if row.id == step.id), None)
    provider = prepared.facts.packs.providers.get(step.type.provider)
    host = (row.host or (provider.facts.title if provider else "")) if row is not None and row.leaves_machine else ""
    played = host.partition(":")[0] in HERE or (bool(host) and bool(prepared.facts.realm(step.type.provider)))
    title = entries[0].title if entries else prepared.plan.graph.nodes[step.id].title or step.type.title
    return Maker(
        step.id, title, step.type.id, entries[0].id if entries else "", entries[0].open if entries else None,
        ", ".join(dict.fromkeys(entry.licence for entry in entries)),
        provider.facts.title if provider is not None else "", "" if played else host, played)


def _settings(maker: Cell | None) -> Mapping[str, Any]:
    if maker is None:
        return {}
    found: dict[str, Any] = {}
    for (socket, _), bound in zip(maker.step.slots, maker.bound, strict=True):
        made = isinstance(bound, tuple) and isinstance(bound[0], Cell) and bool(bound[0].values)
        if (made or isinstance(bound, Const)) and socket.hint(Model) is None:
            value = value_of(socket, bound)
            if isinstance(value, (str, int, float, bool)) and value != socket.default:
                found[socket.name] = value
    return found


def _labels(step: Step, given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The labels at an input, as far as they are known before the run."""
    socket, bound = step.type.input(name), given.get(name)
    if socket is None or bound is None or (isinstance(bound, Const) and bound.value is None):
        return ()
    known = all(cell.values for cell in sources([bound]))
    return texts(value_of(socket, bound)) if known else ("…",) * sum(1 for _ in sources([bound]))


def _title(cells: Sequence[SheetCell], makers: Mapping[str, Maker], row: int) -> str:
    found = {cell.maker for cell in cells if cell.row == row}
    maker = makers.get(found.pop() or "") if len(found) == 1 else None
    return maker.title if maker is not None else ""


def _plain(step: Step, name: str) -> Any:
    return next((bound.value for socket, bound in step.slots if socket.name == name and isinstance(bound, Const)), None)


def unpaid(bids: Bids) -> Mapping[Spot, Bid]:
    """The orders that are still to be paid, by the cell that places them."""
    return {(bid.node, bid.path): bid for bid in bids.orders if not bid.paid}
