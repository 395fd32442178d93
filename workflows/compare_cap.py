"""The cap of a compare sheet: which of its cells are made, the cheapest first, and which are left out.

Decided while planning, so that it is known before anything is sent; what is left out costs nothing and fails nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workflows.allowance import money
from workflows.cell import Cell
from workflows.cells import Cells
from workflows.compare import Spot, before, sheets_in, shown_in, spent_on, to_make, unpaid
from workflows.entries import Entry
from workflows.failures import Failure
from workflows.plan import Const, Plan
from workflows.quotes import Bid, Bids


def within_caps(plan: Plan, cells: Cells, bids: Bids, orders: Callable[[str], Sequence[Entry]]) -> Bids:
    """The orders that stay within the caps of the sheets they are for; the cells of the others are marked as left out.

    What an order may cost at most counts, and what the cells of a sheet have cost in earlier runs.
    """
    open_, kept, out = unpaid(bids), set[Spot](), dict[Spot, str]()
    for name in sheets_in(plan):
        cap = _cap(plan, name)
        for sheet in cells.made[name].values():
            shown = [cell for cell, _ in shown_in(sheet)]
            _order(shown, open_)
            if cap and shown:
                _choose(shown, cap, open_, orders, kept, out)
    lost = {spot: words for spot, words in out.items() if spot not in kept}
    if not lost:
        return bids
    for (node, path), words in lost.items():
        cells.failed(cells.made[node][path], Failure("skipped", words))
    return replace(bids, orders=[bid for bid in bids.orders if (bid.node, bid.path) not in lost],
                   held=[bid for bid in bids.orders if (bid.node, bid.path) in lost])


def _choose(shown: Sequence[Cell], cap: float, open_: Mapping[Spot, Bid], orders: Callable[[str], Sequence[Entry]],
            kept: set[Spot], out: dict[Spot, str]) -> None:
    """Take the cheapest cells as long as the cap reaches; of those that cost the same, the first column's."""
    needs = {id(cell): [one for one in to_make(cell) if one.step.type.lane == "remote"] for cell in shown}
    bought = {one.key for cell in shown for one in before(cell) if one.step.type.lane == "remote" and one.key}
    left = cap - spent_on(sorted(bought), orders)
    mine: set[Spot] = set()
    for cell in sorted(shown, key=lambda one: (_price(needs[id(one)], open_, set()), one.path)):
        spots = [spot for one in needs[id(cell)] if (spot := (one.step.id, one.path)) in open_]
        price = _price(needs[id(cell)], open_, mine)
        if price <= left + 1e-9:
            left -= price
            mine.update(spots)
            continue
        words = f"Not run: above the cap of {money(cap)}."
        if price == float("inf"):
            words = "Not run: its price is not known, and this sheet has a cap."
        out.update(dict.fromkeys(spots, words))
    kept |= mine


def _price(needed: Sequence[Cell], open_: Mapping[Spot, Bid], mine: set[Spot]) -> float:
    """The most that a cell may cost, besides what is taken already; infinity where that is not known."""
    total = 0.0
    for one in needed:
        spot = (one.step.id, one.path)
        if spot in open_ and spot not in mine:
            high = open_[spot].quote.high
            total += float("inf") if high is None else high
    return total


def _order(shown: Sequence[Cell], open_: Mapping[Spot, Bid]) -> None:
    """Let the cheaper ones go first where cells wait for their turn."""
    for cell in shown:
        for one in to_make(cell):
            bid = open_.get((one.step.id, one.path))
            if bid is not None:
                one.price = bid.quote.high if bid.quote.high is not None else float("inf")


def _cap(plan: Plan, name: str) -> float:
    step = plan.steps[name]
    bound = next((bound for socket, bound in step.slots if socket.name == "cap"), None)
    return float(bound.value or 0.0) if isinstance(bound, Const) else 0.0
