"""What a run will order, before it runs: nodes are called as far as their first order, to check it and price it.

What is not there yet (a picture that another node will make) is stood in for; numbers that are not known are tried at
both ends of their range, media in several sizes and lengths, so that a price is from-to, or unknown. What comes may
still be longer than all that was tried: its price is reckoned anew before it is sent, and held against what was
agreed to.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from ajar.context import Stage
from ajar.contract import REQUIRED, Socket, run_to_values
from ajar.errors import AjarError, Cancelled
from ajar.hints import Range
from ajar.offers import FREE, TRUSTS, UNPRICED, Quote
from ajar.remote import Done, Order, Provider
from workflows.bound import value_of
from workflows.cell import DONE, Cell, Gathered
from workflows.cells import Cells
from workflows.plan import Const, Plan, Several, Step

COUNTED_TEXT = {"character", "kcharacter", "token_in"}
"""Units that depend on a text: unknown where the text is."""
RUNGS = ((1024, 5.0), (512, 2.0), (768, 3.0), (1536, 10.0), (2048, 30.0))
"""What is tried where a medium is not there yet: the side of a picture in pixels, the seconds of a film or sound."""
MOST = 2000
"""Orders that are priced one by one; of more, the rest is taken to cost what the last did."""


class Ordered(BaseException):
    """A node has come to its first order."""

    def __init__(self, provider: Provider, order: Order) -> None:
        super().__init__(provider.name)
        self.provider, self.order = provider, order


@dataclass(frozen=True, slots=True)
class Bid:
    """One order that a run will place."""

    node: str
    path: tuple[int, ...]
    provider: Provider
    order: Order
    quote: Quote
    paid: bool = False
    """Paid for already: on its way, or in the store."""


@dataclass(frozen=True, slots=True)
class Guess:
    """How what is not known yet is stood in for."""

    kinds: set[str]
    """``text``, ``media``, ``number``: what had to be guessed; it is added to."""
    end: str
    """``low`` or ``high``: which end of a number's range."""
    side: int
    seconds: float


@dataclass(slots=True)
class Bids:
    """All of them, and what is wrong with some."""

    orders: list[Bid] = field(default_factory=list)
    problems: list[AjarError] = field(default_factory=list)
    uncounted: set[str] = field(default_factory=set)
    """Nodes of which nobody knows how often they will order."""
    unheard: set[str] = field(default_factory=set)
    """Nodes that refused whatever stood in for what they will get: what they order is not known."""
    held: list[Bid] = field(default_factory=list)
    """Orders that will not be placed: they would go beyond the cap of a compare sheet."""


def bids_of(plan: Plan, cells: Cells, names: Collection[str], paid: Callable[[list[str]], set[str]]) -> Bids:
    """The orders of these nodes. ``paid`` finds, among the keys of results, those that are paid for already."""
    found = Bids()
    remote = [name for name in names if plan.steps[name].type.lane == "remote"]
    keys = [cell.key for name in remote for cell in cells.made[name].values() if cell.key is not None]
    bought = paid(keys) if keys else set()
    for name in remote:
        step = plan.steps[name]
        if plan.counts[name] is None:
            found.uncounted.add(name)
        todo: list[Cell | None] = [cell for cell in cells.made[name].values() if cell.hit is None]
        if plan.counts[name] is None and not todo:
            todo = [None]
        bid: Bid | None = None
        for number, cell in enumerate(todo):
            if number < MOST:
                bid = _bid(plan.stage, step, cell, found)
            if bid is None:
                continue
            is_paid = cell is not None and cell.key in bought
            found.orders.append(replace(bid, path=cell.path if cell is not None else (), paid=is_paid,
                                        quote=FREE if is_paid else bid.quote))
    return found


def estimate(step: Step, stage: Stage = "final") -> Quote:
    """What one call of a remote node would cost; a slot that is no Const is stood in for.

    AjarError where the node refuses such an order, as it would when it runs. FREE where it orders nothing.
    """
    found = Bids()
    bid = _bid(stage, step, None, found)
    if found.problems:
        raise found.problems[0]
    if bid is None:
        return UNPRICED if found.unheard else FREE
    return bid.quote


def _bid(stage: Stage, step: Step, cell: Cell | None, found: Bids) -> Bid | None:
    """What it orders; None where that is nothing, or where it can't be known before (``Bids.unheard``)."""
    guessed: set[str] = set()
    bounds = cell.bound if cell is not None and cell.bound else [bound for _, bound in step.slots]
    bid: Bid | None = None
    for side, seconds in RUNGS:
        ends: list[Bid] = []
        for end in ("low", "high"):
            arguments = {socket.name: _value(socket, bound, Guess(guessed, end, side, seconds))
                         for (socket, _), bound in zip(step.slots, bounds, strict=True)}
            try:
                list(run_to_values(step.type, Rehearsal(stage), arguments))
                return None  # it orders nothing
            except Ordered as ordered:
                ends.append(Bid(step.id, (), ordered.provider, ordered.order, _quote(ordered, guessed)))
            except AjarError as error:
                if not guessed and not any(problem.node == step.id for problem in found.problems):
                    found.problems.append(_at(error, step.id))
            except Exception:  # a fault of the node: it is reported when it runs
                return None
            if not guessed:
                return ends[0] if ends else None
        if ends:
            whole = ends[0] if len(ends) == 2 or "number" not in guessed else replace(ends[0], quote=UNPRICED)
            for other in (*ends, *((bid,) if bid is not None else ())):
                whole = replace(whole, quote=_between(whole.quote, other.quote))
            bid = whole if bid is None else replace(bid, quote=whole.quote)
        if "media" not in guessed:
            break
    if bid is None:
        found.unheard.add(step.id)
    return bid


def _quote(ordered: Ordered, guessed: set[str]) -> Quote:
    if "text" in guessed and COUNTED_TEXT & set(ordered.order.units):
        return UNPRICED if not ordered.provider.facts.local else FREE
    facts = ordered.provider.facts
    quotes = [facts.quote(order) for order in (ordered.order, *ordered.order.later)]
    if any(quote.high is None for quote in quotes):
        return UNPRICED
    return Quote(sum(quote.low or 0.0 for quote in quotes), sum(quote.high or 0.0 for quote in quotes),
                 " + ".join(quote.basis for quote in quotes if quote.basis),
                 min((quote.checked for quote in quotes if quote.checked), default=""),
                 max((quote.trust for quote in quotes if quote.trust), key=TRUSTS.index, default=""))


def _between(one: Quote, other: Quote) -> Quote:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return UNPRICED
    return replace(other, low=min(one.low, other.low), high=max(one.high, other.high))


def _at(error: AjarError, node: str) -> AjarError:
    error.node = node
    return error


def _value(socket: Socket, bound: Any, guess: "Guess") -> Any:
    """What the node will get here, or what stands in for it."""
    if _known(bound):
        return value_of(socket, bound)
    stand_in = _stand_in(socket, guess)
    if socket.form == "list":
        return socket.container([stand_in] * _count(bound))
    return (stand_in,) * _count(bound) if socket.form == "row" else stand_in


def _count(bound: Any) -> int:
    """How many values a list or row is put together from; 1 where nobody knows."""
    if isinstance(bound, Several):
        bound = list(bound.items)
    if isinstance(bound, list):
        return sum(map(_count, bound))
    if isinstance(bound, Gathered):
        return len(bound.cells) if bound.cells is not None else 1
    return 0 if bound is None else 1


def _known(bound: Any) -> bool:
    if bound is None or isinstance(bound, Const):
        return True
    if isinstance(bound, list):
        return all(map(_known, bound))
    if isinstance(bound, tuple) and isinstance(bound[0], Cell):
        return bound[0].state == DONE
    return False


def _stand_in(socket: Socket, guess: "Guess") -> Any:
    from ajar.plain import Size
    from ajar.values import Audio, Image, Mask, Video

    kind = socket.type
    guess.kinds.add("text" if kind is str else "media" if kind in (Image, Mask, Video, Audio) else "number")
    if kind is Image:
        return Image.lazy(_nothing, (guess.side, guess.side, 3), "uint8")
    if kind is Mask:
        return Mask.lazy(_nothing, guess.side, guess.side)
    if kind is Video:
        return Video(Path("not-made-yet.mp4"), Size(1280, 720), 24.0, guess.seconds)
    if kind is Audio:
        import numpy as np

        return Audio(np.zeros((1, int(guess.seconds * 8000)), np.float32), 8000)
    bounds = socket.hint(Range)
    if kind in (int, float) and bounds is not None:
        return kind(bounds.low if guess.end == "low" else bounds.high)
    if kind is str:
        return "…"
    if socket.default is not REQUIRED:
        return socket.default
    return get_args(kind)[0] if get_origin(kind) is Literal else None


def _nothing() -> Any:
    raise AjarError("This picture is not made yet.")


class Rehearsal:
    """The Remote of a node that is only asked what it would order."""

    about = ""

    def __init__(self, stage: Stage) -> None:
        self.stage: Stage = stage

    def run(self, provider: Provider, order: Order) -> Done:
        raise Ordered(provider, order)

    def progress(self, done: float, note: str = "", preview: Any = None) -> None:
        """Nothing is shown while planning."""

    def each(self, items: Any, note: str = "") -> Iterator[Any]:
        return iter(items)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        raise Cancelled

    def ask(self, question: str, choices: Any) -> int:
        raise Cancelled


@dataclass(frozen=True, slots=True)
class Bill:
    """What a run will cost at one provider, or in all."""

    low: float | None = 0.0
    high: float | None = 0.0
    orders: int = 0
    unknown: int = 0
    """Orders whose price is not known."""
    checked: str = ""
    """The day of the oldest price in it."""
    unsure: bool = False
    """A price in it has not been confirmed."""


def _every(bid: Bid) -> bool:
    return True


def bill_of(bids: Bids, only: Callable[[Bid], bool] = _every) -> Bill:
    """The sum of these orders. Where one price is unknown, so is the most it may cost."""
    low = high = 0.0
    unknown = count = len(bids.unheard) if only is _every else 0
    checked, unsure = "", False
    for bid in bids.orders:
        if bid.paid or not only(bid):
            continue
        count += 1
        low += bid.quote.low or 0.0
        high += bid.quote.high or 0.0
        unknown += bid.quote.high is None
        unsure = unsure or bid.quote.trust in ("GK", "UNVERIFIED")
        checked = min(filter(None, (checked, bid.quote.checked)), default="")
    open_end = bool(unknown) or any(bid.node in bids.uncounted and only(bid) and bid.quote.high != 0
                                    for bid in bids.orders)
    return Bill(low, None if open_end else high, count, unknown, checked, unsure)


def providers_of(bids: Bids) -> Mapping[str, Provider]:
    """The providers that will be ordered from, by name."""
    return {bid.provider.name: bid.provider for bid in bids.orders if not bid.paid}
