"""What work came to, here and by order; what it would have all closed or all open; where one begins to beat the other.

Pure over the log of local work and the ledger. Dollars throughout; what is not known stays None and is never guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from ajar.models import read_toml
from workflows.ledger import Charge, Ledger
from workflows.settings import Machine
from workflows.work import CLIP, Piece

LATEST = 20
"""Pieces and orders of one's own that say what the next one costs."""
MONTH = 30.44 * 86400
"""Seconds of an average month."""
COUNTED = ("image", "video")
"""What is held against prices elsewhere; the rest has no common measure."""
NOUNS = {"image": ("picture", "pictures"), "video": ("clip of 5 s", "clips of 5 s")}


@dataclass(frozen=True, slots=True)
class Span:
    """From-to, and where it comes from in words."""

    low: float
    high: float
    basis: str = ""

    def times(self, amount: float) -> "Span":
        return Span(self.low * amount, self.high * amount, self.basis)

    def plus(self, other: "Span") -> "Span":
        bases = dict.fromkeys(basis for basis in (self.basis, other.basis) if basis)
        return Span(self.low + other.low, self.high + other.high, "; ".join(bases))


@dataclass(frozen=True, slots=True)
class Preset:
    """A price of the world at large, with source and date."""

    side: str
    modality: str
    title: str
    low: float
    high: float
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class World:
    """The figures one begins with."""

    presets: tuple[Preset, ...]
    saying: Mapping[str, Any]
    """``a_month``, ``text``, ``source``, ``checked``: where people say it begins to pay."""

    def span(self, side: str, modality: str) -> Span | None:
        """From the cheapest to the dearest of a side."""
        found = [one for one in self.presets if (one.side, one.modality) == (side, modality)]
        if not found:
            return None
        low, high = min(found, key=lambda one: one.low), max(found, key=lambda one: one.high)
        titles = low.title if low is high else f"{low.title} to {high.title}"
        return Span(low.low, high.high, f"{titles}, {low.checked}")


@dataclass(frozen=True, slots=True)
class Line:
    """What one model made in one stage."""

    stage: str
    model: str
    where: str
    """The provider; empty for this machine."""
    modality: str
    count: int
    amount: float
    seconds: float
    spent: float | None
    """None where the power of this machine is not known, or nothing is known of the order."""


@dataclass(frozen=True, slots=True)
class Account:
    """What was made, and what it came to."""

    lines: tuple[Line, ...]
    paid: float
    """To providers."""
    here: float | None
    """For energy of this machine; None while its power or tariff is not known."""
    seconds: float
    hardware: float
    """What was to be paid off meanwhile."""
    closed: Span | None
    """Had all pictures and clips been ordered; None where there are none."""
    open: Span | None
    """Had all of them been made here, what is to be paid off meanwhile included."""

    @property
    def total(self) -> float:
        return self.paid + (self.here or 0.0) + self.hardware


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From how many a month on a machine of one's own is the cheaper one."""

    modality: str
    fixed: float
    """Dollars a month, however many."""
    closed: Span
    here: Span
    """Dollars for one, each way."""
    low: float | None
    high: float | None
    """From-to; None for never."""
    pace: float
    """How many one makes in a month, of late; 0 where nothing was made."""


def read_world() -> World:
    """The presets in resources/costs.toml."""
    plain = read_toml(Path(__file__).parents[1] / "resources" / "costs.toml")
    return World(tuple(Preset(**row) for row in plain["preset"]), plain["saying"])


def account(pieces: Sequence[Piece], ledger: Ledger, machine: Machine, world: World, *, months: float = 0.0) -> Account:
    """Everything together. ``months``: how long the time that is looked at is, for paying off the machine."""
    orders = [charge for charge in ledger.charges if charge.entry.state != "intent"]
    seconds = sum(piece.seconds for piece in pieces)
    energies = [machine.energy(piece.seconds) for piece in pieces]
    known = [energy for energy in energies if energy is not None]
    meanwhile = machine.monthly * months
    return Account(
        lines=tuple(_lines(pieces, orders, machine)), paid=sum(charge.spent for charge in orders),
        here=sum(known) if len(known) == len(energies) else None, seconds=seconds,
        hardware=meanwhile if pieces else 0.0,
        closed=_otherwise("closed", pieces, orders, machine, world),
        open=_with(_otherwise("open", pieces, orders, machine, world), meanwhile))


def closed_unit(modality: str, charges: Iterable[Charge], world: World) -> Span | None:
    """What one costs that is ordered: by one's own latest orders, else by the presets."""
    costs = [charge.actual / units for charge in charges
             if charge.entry.modality == modality and charge.actual and (units := units_of(charge))][-LATEST:]
    if costs:
        many = "order" if len(costs) == 1 else f"{len(costs)} orders"
        return Span(min(costs), max(costs), f"your last {many}")
    return world.span("closed", modality)


def open_unit(modality: str, pieces: Iterable[Piece], machine: Machine, world: World) -> Span | None:
    """What one costs that is made here: by one's own latest pieces, else by the presets."""
    own = [piece for piece in pieces if piece.modality == modality and not piece.is_trial][-LATEST:]
    costs = [energy / piece.amount for piece in own
             if piece.amount > 0 and (energy := machine.energy(piece.seconds)) is not None]
    if not costs:
        return world.span("open", modality)
    low, high = (costs[0], costs[0]) if len(costs) == 1 else (quantiles(costs, n=10)[0], quantiles(costs, n=10)[-1])
    one, many = NOUNS[modality]
    return Span(max(low, 0.0), high, f"your last {one if len(costs) == 1 else f'{len(costs)} {many}'}")


def units_of(charge: Charge) -> float:
    """How many pictures or clips of five seconds an order was for."""
    units = charge.entry.order.get("units", {})
    name, per = ("second", CLIP) if charge.entry.modality == "video" else ("image", 1.0)
    count = units.get(name, per)
    if isinstance(count, list | tuple):
        count = sum(count) / len(count) if count else per
    return float(count) / per


def break_even(modality: str, pieces: Sequence[Piece], ledger: Ledger, machine: Machine, world: World,
               now: float) -> BreakEven | None:
    """None where nothing is known of one side."""
    closed = closed_unit(modality, ledger.charges, world)
    here = open_unit(modality, pieces, machine, world)
    if closed is None or here is None:
        return None
    return crossing(modality, machine.monthly, closed, here, pace_of(modality, pieces, ledger, now))


def crossing(modality: str, fixed: float, closed: Span, here: Span, pace: float = 0.0) -> BreakEven:
    """Where ``fixed + here * n`` falls below ``closed * n``, for the kindest and the hardest reading of the spans."""

    def at(saved: float) -> float | None:
        return fixed / saved if saved > 0 else None

    return BreakEven(modality, fixed, closed, here, at(closed.high - here.low), at(closed.low - here.high), pace)


def pace_of(modality: str, pieces: Iterable[Piece], ledger: Ledger, now: float) -> float:
    """Pictures or clips a month, here and by order, over the last three months or as long as there is anything."""
    begin = now - 3 * MONTH
    made = [(piece.when, piece.amount) for piece in pieces if piece.modality == modality and not piece.is_trial]
    made += [(charge.entry.made, units_of(charge)) for charge in ledger.charges
             if charge.entry.modality == modality and charge.entry.state == "committed"]
    made = [(when, amount) for when, amount in made if when >= begin]
    if not made:
        return 0.0
    span = max(now - min(when for when, _ in made), MONTH)  # a busy first day is no pace for a month
    return sum(amount for _, amount in made) * MONTH / span


def suggestion(found: BreakEven) -> str:
    """One sentence, or nothing where there is nothing to say."""
    one, many = NOUNS[found.modality]
    if not found.pace:
        return ""
    if found.fixed and found.high is not None and found.pace >= found.high:
        saved = Span(found.pace * (found.closed.low - found.here.high) - found.fixed,
                     found.pace * (found.closed.high - found.here.low) - found.fixed)
        return (f"At {found.pace:.0f} {many} a month your own machine saves ${saved.low:.0f} to ${saved.high:.0f} "
                "a month.")
    if found.fixed and found.low is not None and found.pace < found.low:
        return f"At {found.pace:.0f} {many} a month ordering is the cheaper way; that changes at about {found.low:.0f}."
    if not found.fixed and found.closed.low > found.here.high > 0:
        least, most = found.closed.low / found.here.high, found.closed.high / max(found.here.low, 1e-9)
        return f"A {one} that is ordered costs {_times(least)} to {_times(most)} what one made here costs."
    return ""


def _times(factor: float) -> str:
    return f"{factor:.0f} times" if factor >= 9.5 else f"{factor:.1f} times"


def _lines(pieces: Sequence[Piece], orders: Sequence[Charge], machine: Machine) -> list[Line]:
    """By stage and model, drafts first, the dearest first."""
    rows: dict[tuple[str, str, str, str], list[tuple[float, float, float | None]]] = {}
    for piece in pieces:
        key = (piece.stage, ", ".join(piece.models), "", piece.modality)
        rows.setdefault(key, []).append((piece.amount, piece.seconds, machine.energy(piece.seconds)))
    for charge in orders:
        entry = charge.entry
        key = (entry.stage or "draft", entry.model, entry.provider, entry.modality)
        rows.setdefault(key, []).append((units_of(charge), 0.0, charge.actual))
    lines = [Line(*key, count=len(row), amount=sum(one[0] for one in row), seconds=sum(one[1] for one in row),
                  spent=None if any(one[2] is None for one in row) else sum(one[2] or 0.0 for one in row))
             for key, row in rows.items()]
    return sorted(lines, key=lambda line: (line.stage != "draft", -(line.spent or 0.0), line.model))


def _otherwise(side: str, pieces: Sequence[Piece], orders: Sequence[Charge], machine: Machine,
               world: World) -> Span | None:
    """What all pictures and clips would have come to on one side; what a built-in model made counts on neither."""
    found: Span | None = None
    for modality in COUNTED:
        made = sum(piece.amount for piece in pieces if piece.modality == modality and not piece.is_trial)
        done = [charge for charge in orders if charge.entry.modality == modality and charge.entry.state == "committed"]
        ordered = sum(units_of(charge) for charge in done)
        if not made and not ordered:
            continue
        unit = closed_unit(modality, orders, world) if side == "closed" else open_unit(modality, pieces, machine, world)
        if unit is None:
            return None
        # What failed and was charged all the same is part of what ordering costs.
        spent = sum(charge.spent for charge in orders if charge.entry.modality == modality)
        part = unit.times(made).plus(Span(spent, spent)) if side == "closed" else unit.times(made + ordered)
        found = part if found is None else found.plus(part)
    return found


def _with(span: Span | None, amount: float) -> Span | None:
    return span.plus(Span(amount, amount)) if span is not None else None


def months_of(pieces: Sequence[Piece], ledger: Ledger, now: float) -> float:
    """How long the time is that these lie in, in months."""
    times = [piece.when for piece in pieces] + [charge.entry.made for charge in ledger.charges]
    return max((now - min(times)) / MONTH, 0.0) if times else 0.0


