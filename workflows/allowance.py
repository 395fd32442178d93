"""What a run may spend: what a person agreed to, and the caps of day, month and project, checked before each order."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ajar.errors import AjarError, Refused, Waiting
from ajar.offers import Quote

WORDS = {"run": "this run", "day": "today", "month": "this month", "project": "this project"}
"""Caps, as one says them."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person agreed to for one run."""

    most: float | None = 0.0
    """Dollars; None for whatever it costs."""
    unknown: bool = False
    """Whether orders whose price is not known may be sent."""
    beyond: bool = False
    """Whether caps may be exceeded that say ``ask``; never those that say ``refuse``."""


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
    residency: str = "open"
    """Where it may be sent: ``open`` anywhere, ``listed`` to ``places``, ``local`` nowhere off this machine."""
    places: frozenset[str] | None = None
    secret: str = ""
    """What in it is confidential, in words: then it is sent nowhere off this machine."""


NOBODYS = Errand()


class Spent(Protocol):
    """What was spent so far, with the most that orders on their way may cost."""

    def __call__(self, cap: str, *, emulated: bool, run: str, project: str) -> float: ...


def refuse_overspending(errand: Errand, quote: Quote, title: str, spent: Spent, *, emulated: bool) -> None:
    """Refused or Waiting where this order would go beyond what was agreed to or a cap.

    Orders on their way count with the most that they may cost: so orders sent side by side can't overshoot together.
    An emulator's play money is counted apart.
    """
    if quote.high == 0:
        return

    def so_far(cap: str) -> float:
        return spent(cap, emulated=emulated, run=errand.run, project=errand.project)

    _agreed(errand, quote, title, so_far("run"))
    if errand.over == "ask" and errand.allowance.beyond:
        return
    for name, cap in errand.caps.items():
        left = max(cap - so_far(name), 0.0)
        if quote.high is None and left > 1e-9:
            continue  # a person agreed to it, whatever it costs
        if quote.high is None or quote.high > left + 1e-9:
            raise _stop(errand, name, title, quote.high, left)


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
                          f"Agree to it first: --pay {enough(quote.high)} or more, or Pay in the window.")
        raise Waiting(f"{title} costs {money(quote.high)}, but only {money(left)} is left of what was agreed to.",
                      f"Run it again and agree to more than {money(allowance.most)}; what is paid for is kept.")


def _stop(errand: Errand, cap: str, title: str, price: float | None, left: float) -> AjarError:
    costs = f"may cost {money(price)}" if price is not None else "has a price that is not known"
    most = money(errand.caps[cap])
    rest = f"only {money(left)} of {most} is left" if left else f"nothing of {most} is left"
    message = f"{title} {costs}, but {rest} for {WORDS[cap]}."
    raised = f'raise the cap "{cap}", or wait until it is free again.'
    if errand.over == "ask":
        return Waiting(message, f"Run it with --beyond-caps, or {raised}")
    return Refused(message, raised.capitalize())


def money(amount: float | None) -> str:
    """``$0.42``; amounts below ten dollars with what they need, ``price not known`` for None."""
    if amount is None:
        return "price not known"
    if amount and abs(amount) < 10 and (abs(amount) < 0.1 or round(amount, 2) != round(amount, 4)):
        return f"${amount:.4f}".rstrip("0").ljust(5, "0")
    return f"${amount:,.2f}"


def enough(amount: float) -> str:
    """An amount for ``--pay``: in cents, never less than what it has to cover."""
    return f"{math.ceil(round(amount * 100, 6)) / 100:.2f}"
