"""Where the money went: the orders of the journal as rows and sums. Pure over entries."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflows.entries import ENDED, Entry
from workflows.journal import look
from workflows.settings import Home

COLUMNS = ("time", "provider", "model", "state", "estimate_low", "estimate_high", "actual", "source", "note",
           "workflow", "node", "item", "take", "stage", "project", "job", "order", "emulated")


@dataclass(frozen=True, slots=True)
class Charge:
    """One order, as an account shows it. Dollars; None where an amount is not known."""

    entry: Entry
    day: date

    @property
    def actual(self) -> float | None:
        """What it cost; 0 for what was not sent or ended without a charge, None while that is not known."""
        entry = self.entry
        if entry.cost is not None:
            return entry.cost
        return 0.0 if entry.state == "intent" or (entry.state in ENDED and entry.charged is False) else None

    @property
    def spent(self) -> float:
        """What it counts in sums: its cost, else the most it may cost."""
        return self.entry.counts


@dataclass(frozen=True, slots=True)
class Sum:
    """Several charges together."""

    name: str
    orders: int
    spent: float
    low: float
    high: float
    """The estimates of those that had one."""
    unknown: int
    """Charges whose cost is not known; they are in ``spent`` with their estimate, or with nothing."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Charges, oldest first. An emulator's play money is kept apart."""

    charges: tuple[Charge, ...]

    def real(self) -> "Ledger":
        return Ledger(tuple(charge for charge in self.charges if not charge.entry.emulated))

    def emulated(self) -> "Ledger":
        return Ledger(tuple(charge for charge in self.charges if charge.entry.emulated))

    def since(self, day: date) -> "Ledger":
        return Ledger(tuple(charge for charge in self.charges if charge.day >= day))

    def of(self, *, provider: str = "", project: str = "", model: str = "") -> "Ledger":
        return Ledger(tuple(
            charge for charge in self.charges if provider in ("", charge.entry.provider)
            and project in ("", charge.entry.project) and model in ("", charge.entry.model)))

    @property
    def total(self) -> Sum:
        return _sum("total", self.charges)

    def by_provider(self) -> list[Sum]:
        return self._by(lambda charge: charge.entry.provider)

    def by_model(self) -> list[Sum]:
        return self._by(lambda charge: charge.entry.model)

    def by_day(self) -> list[Sum]:
        """In the order of time; days without an order are left out."""
        return sorted(self._by(lambda charge: charge.day.isoformat()), key=lambda one: one.name)

    def _by(self, name: Callable[[Charge], str]) -> list[Sum]:
        """Sums by a word, the dearest first."""
        groups: dict[str, list[Charge]] = {}
        for charge in self.charges:
            groups.setdefault(name(charge), []).append(charge)
        sums = [_sum(word, charges) for word, charges in groups.items()]
        return sorted(sums, key=lambda one: (-one.spent, one.name))


def read_ledger(home: Home) -> Ledger:
    """All orders that were ever sent or were about to be. AjarError where the journal can't be read."""
    return ledger_of(look(home))


def ledger_of(entries: Iterable[Entry]) -> Ledger:
    return Ledger(tuple(Charge(entry, datetime.fromtimestamp(entry.made).date()) for entry in entries))


def to_csv(ledger: Ledger) -> str:
    """A table for a spreadsheet: amounts in dollars with a point, times as ISO 8601, one order a line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_line(charge) for charge in ledger.charges)
    return text.getvalue()


def caps_left(ledger: Ledger, caps: Mapping[str, float], project: str, today: date) -> list[tuple[str, float, float]]:
    """(cap, spent, most) of day, month and project, as far as there are caps."""
    spans: dict[str, Ledger] = {"day": ledger.since(today), "month": ledger.since(today.replace(day=1)),
                                "project": ledger.of(project=project)}
    return [(name, spans[name].total.spent, caps[name]) for name in spans if name in caps]


def _sum(name: str, charges: Sequence[Charge]) -> Sum:
    return Sum(
        name, len(charges), sum(charge.spent for charge in charges),
        sum(charge.entry.low or 0.0 for charge in charges), sum(charge.entry.high or 0.0 for charge in charges),
        sum(charge.actual is None for charge in charges))


def _line(charge: Charge) -> dict[str, object]:
    entry = charge.entry
    when = datetime.fromtimestamp(entry.made).astimezone().isoformat(timespec="seconds")
    amounts = {name: "" if amount is None else f"{amount:.6f}".rstrip("0").rstrip(".") for name, amount in (
        ("estimate_low", entry.low), ("estimate_high", entry.high), ("actual", charge.actual))}
    plain: dict[str, object] = {
        "time": when, "provider": entry.provider, "model": entry.model, "state": entry.state, **amounts,
        "source": entry.cost_source, "note": entry.cost_note or entry.note, "workflow": entry.workflow,
        "node": entry.node, "item": entry.path, "take": entry.take, "stage": entry.stage, "project": entry.project,
        "job": entry.remote.id, "order": entry.id, "emulated": "yes" if entry.emulated else "",
    }
    return {name: _safe(value) if isinstance(value, str) and name not in amounts else value
            for name, value in plain.items()}


def _safe(text: str) -> str:
    """Text that a spreadsheet does not take for a formula, nor a terminal for a command."""
    text = "".join(one if one.isprintable() else "?" for one in text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
