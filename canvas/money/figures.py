"""The numbers of the money page, out of the ledger. Pure; dollars throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from canvas.kit import words
from workflows.entries import OPEN
from workflows.ledger import Charge, Ledger

FEW_DAYS, FEW_WEEKS = 10, 90
"""Up to so many days are shown one by one, then by week, then by month."""
LATEST = 10
"""Runs of a model that its estimate is held against."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number in large type."""

    title: str
    value: str
    note: str = ""
    part: float | None = None
    """How much of a cap it is, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What was spent in a day, week or month, by provider."""

    label: str
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Span:
    """What a model was expected to cost and what it did, as means of its latest orders."""

    name: str
    low: float
    high: float
    actual: float
    orders: int

    @property
    def above(self) -> bool:
        return self.actual > self.high + 1e-9


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap and how much of it is used."""

    title: str
    spent: float
    most: float

    @property
    def part(self) -> float:
        return 1.0 if self.most <= 0 else min(self.spent / self.most, 1.0)


def figures_of(ledger: Ledger, caps: Mapping[str, float], today: date) -> tuple[Figure, ...]:
    """The numbers at the top of the page."""
    month = ledger.since(today.replace(day=1)).total.spent
    cap = caps.get("month")
    note = f"{words.count(len(ledger.since(today.replace(day=1)).charges), 'order')} so far"
    if cap is not None:
        note = f"{words.percent(month / cap) if cap else '100 %'} of the {amount(cap)} cap"
    open_ = [charge for charge in ledger.charges if charge.entry.state in (*OPEN, "unknown")]
    reserved = sum(charge.spent for charge in open_)
    total = ledger.total
    return (
        Figure(f"Spent in {MONTHS[today.month - 1]}", amount(month), note, None if not cap else min(month / cap, 1.0)),
        Figure("Reserved by open work", amount(reserved), words.count(len(open_), "order")),
        Figure("Spent in all", amount(total.spent), words.count(total.orders, "order")),
        _drift(ledger),
    )


def _drift(ledger: Ledger) -> Figure:
    """How far the charges lie from what was expected."""
    known = [charge for charge in ledger.charges if _is_settled(charge)]
    expected = sum(_middle(charge) for charge in known)
    if not expected:
        return Figure("Estimate against actual", words.UNKNOWN, "no charge is known yet")
    drift = sum(charge.entry.cost or 0.0 for charge in known) / expected - 1
    text = f"{'+' if drift > 0 else '−' if drift < 0 else ''}{abs(drift) * 100:.0f} %".replace("−0 %", "0 %")
    side = "as expected" if abs(drift) < 0.005 else f"actual is {'higher' if drift > 0 else 'lower'}"
    return Figure("Estimate against actual", text.replace("+0 %", "0 %"),
                  f"{side}, {words.count(len(known), 'paid order')}")


def _is_settled(charge: Charge) -> bool:
    """Whether it tells something: a cost that was reported or reckoned from what was used, against an estimate."""
    entry = charge.entry
    return entry.cost is not None and bool(entry.high) and entry.cost_source != "estimated"


def _middle(charge: Charge) -> float:
    high = charge.entry.high or 0.0
    return ((charge.entry.low if charge.entry.low is not None else high) + high) / 2


def bars_of(ledger: Ledger, today: date) -> tuple[str, tuple[Bar, ...]]:
    """``by day``, ``by week`` or ``by month``, and the bars, oldest first; those between with nothing in them too."""
    if not ledger.charges:
        return "by day", ()
    first = min(charge.day for charge in ledger.charges)
    days = (today - first).days + 1
    if days <= FEW_DAYS:
        word, starts = "by day", [today - timedelta(days=back) for back in reversed(range(days))]
    elif days <= FEW_WEEKS:
        monday = today - timedelta(days=today.weekday())
        count = (monday - (first - timedelta(days=first.weekday()))).days // 7 + 1
        word, starts = "by week", [monday - timedelta(weeks=back) for back in reversed(range(count))]
    else:
        word, starts = "by month", _months(first, today)[-12:]
    found = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else date.max
        parts: dict[str, float] = {}
        for charge in ledger.charges:
            if start <= charge.day < end and charge.spent:
                parts[charge.entry.provider] = parts.get(charge.entry.provider, 0.0) + charge.spent
        found.append(Bar(_label(start, word), parts))
    return word, tuple(found)


def _months(first: date, last: date) -> list[date]:
    found = [first.replace(day=1)]
    while (after := (found[-1] + timedelta(days=31)).replace(day=1)) <= last:
        found.append(after)
    return found


def _label(day: date, word: str) -> str:
    month = words.MONTHS[day.month - 1]
    return f"{month} {day.year}" if word == "by month" else f"{day.day} {month}"


def spans_of(ledger: Ledger, most: int = 6) -> tuple[Span, ...]:
    """The models with the most orders whose cost is known, each with its latest orders."""
    models: dict[str, list[Charge]] = {}
    for charge in ledger.charges:
        if charge.entry.cost is not None and charge.entry.high is not None:
            models.setdefault(charge.entry.model, []).append(charge)
    ordered = sorted(models.items(), key=lambda item: -len(item[1]))[:most]
    return tuple(_span(model, charges[-LATEST:]) for model, charges in ordered)


def _span(model: str, charges: Sequence[Charge]) -> Span:
    count = len(charges)
    return Span(
        model, sum((one.entry.low if one.entry.low is not None else one.entry.high) or 0.0 for one in charges) / count,
        sum(one.entry.high or 0.0 for one in charges) / count, sum(one.entry.cost or 0.0 for one in charges) / count,
        count)


def caps_of(ledger: Ledger, caps: Mapping[str, float], project: str, name: str, run: float | None, today: date,
            ) -> tuple[Cap, ...]:
    """The caps that are set. ``run`` is what the next run may cost; ``name`` is what the project is called."""
    spent = {"run": run or 0.0, "day": ledger.since(today).total.spent,
             "month": ledger.since(today.replace(day=1)).total.spent,
             "project": ledger.of(project=project).total.spent if project else 0.0}
    titles = {"run": "A run", "day": "Today", "month": MONTHS[today.month - 1], "project": name or "This project"}
    return tuple(Cap(titles[one], spent[one], caps[one]) for one in ("run", "day", "month", "project") if one in caps)


def mark(dollars: float) -> str:
    """An amount at an axis: ``$15``, ``$0.25``, ``$0.005``."""
    return f"${dollars:,.0f}" if dollars == int(dollars) else f"${dollars:.2f}" if dollars >= 0.05 else f"${dollars:g}"


def amount(dollars: float) -> str:
    """``$37.42``, ``0.2 ¢``, ``$0.00``."""
    return words.price(dollars) if dollars > 0 else "$0.00"
