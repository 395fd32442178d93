"""What a run may spend: what a person agreed to, and the caps of day, month and project, checked before each order."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ajar.errors import AjarError, Refused, Waiting
from ajar.offers import Quote
from workflows.entries import Entry


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person agreed to for one run."""

    most: float | None = 0.0
    """Dollars; None for whatever it costs."""
    unknown: bool = False
    """Whether orders whose price is not known may be sent."""


NOTHING = Allowance()


@dataclass(frozen=True, slots=True)
class Errand:
    """For whom an order is: kept with it, so that its bill can be read later."""

    run: str = ""
    workflow: str = ""
    project: str = ""
    node: str = ""
    path: str = ""
    cell: str = ""
    stage: str = ""
    take: int = 0
    allowance: Allowance = NOTHING
    caps: Mapping[str, float] = field(default_factory=dict)
    """The most for ``run``, ``day``, ``month`` and ``project``."""
    over: str = "refuse"
    """What is done at a cap: ``refuse``, or ``ask`` a person."""


NOBODYS = Errand()


def refuse_overspending(errand: Errand, quote: Quote, title: str, spent: Iterable[Entry], *, emulated: bool) -> None:
    """Refused or Waiting where this order would go beyond what was agreed to or a cap.

    ``spent`` are all orders so far, also those on their way, which count with the most that they may cost: so orders
    sent side by side can't overshoot together. An emulator's play money is counted apart.
    """
    if quote.high == 0:
        return
    entries = [entry for entry in spent if entry.emulated == emulated]
    _agreed(errand, quote, title, sum(entry.counts for entry in entries if entry.run == errand.run))
    if quote.high is None:
        if errand.caps and not errand.allowance.unknown:
            raise _stop(errand, f"The price of {title} is not known, so no cap can be kept.",
                        "Agree to it for this run, or choose a model whose price is known.")
        return
    now = datetime.fromtimestamp(time.time())
    for name, cap in errand.caps.items():
        so_far = sum(entry.counts for entry in entries if _counts_for(name, entry, errand, now))
        if so_far + quote.high > cap + 1e-9:
            word = {"run": "this run", "day": "today", "month": "this month", "project": "this project"}[name]
            raise _stop(errand, f"{title} may cost {money(quote.high)}, but only {money(max(cap - so_far, 0))} of "
                        f"{money(cap)} is left for {word}.", f'Raise the cap "{name}", or wait until it is free again.')


def _agreed(errand: Errand, quote: Quote, title: str, so_far: float) -> None:
    allowance = errand.allowance
    if quote.high is None:
        if not allowance.unknown:
            raise Waiting(f"{title} costs money, and its price is not known.",
                          "Agree to it first: --pay-unknown, or Pay in the window.", choices=())
        return
    if allowance.most is not None and so_far + quote.high > allowance.most + 1e-9:
        left = max(allowance.most - so_far, 0)
        if not allowance.most:
            raise Waiting(f"{title} costs {money(quote.high)}, and nobody has agreed to that yet.",
                          f"Agree to it first: --pay {quote.high:.2f} or more, or Pay in the window.")
        raise Waiting(f"{title} costs {money(quote.high)}, but only {money(left)} is left of what was agreed to.",
                      f"Run it again and agree to more than {money(allowance.most)}; what is paid for is kept.")


def _stop(errand: Errand, message: str, hint: str) -> AjarError:
    return Waiting(message, hint) if errand.over == "ask" else Refused(message, hint)


def _counts_for(cap: str, entry: Entry, errand: Errand, now: datetime) -> bool:
    if cap == "run":
        return entry.run == errand.run
    if cap == "project":
        return entry.project == errand.project
    made = datetime.fromtimestamp(entry.made)
    return made.year == now.year and made.month == now.month and (cap == "month" or made.day == now.day)


def money(amount: float | None) -> str:
    """``$0.42``; small amounts with what they need, ``price not known`` for None."""
    if amount is None:
        return "price not known"
    if amount and abs(amount) < 0.1:
        return f"${amount:.4f}".rstrip("0").ljust(5, "0")
    return f"${amount:,.2f}"
