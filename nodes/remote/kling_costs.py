"""What Kling says a job has cost: dollars from a balance, or units of prepaid packages."""

from collections.abc import Iterable, Mapping
from typing import Any

from ajar.remote import Cost, choose, say

UNITS = {"video": 0.14, "image": 0.0035}
"""Dollars a unit at list price (kling.ai/document-api/pricing/base, 2026-09). What a package really cost the person
may be less. Units of the third package, audio, have no published price."""


def billed(entries: Iterable[Mapping[str, Any]]) -> Cost | None:
    """The cost in ``billing[]`` of the newer standard; None while there is none."""
    costs = [_entry(entry) for entry in entries]
    if not costs:
        return None
    prices = [cost.usd for cost in costs if cost.usd is not None]
    whole = len(prices) == len(costs)
    return Cost(
        round(sum(prices), 6) if whole else None,
        "reported" if all(cost.source == "reported" for cost in costs) else "computed",
        ", ".join(cost.note for cost in costs),
    )


def deducted(task: Mapping[str, Any], package: str) -> Cost | None:
    """The cost in ``final_balance_deduction`` and ``final_unit_deduction`` of the older standard; None without them.

    The balance names no currency there; outside China it is kept in dollars (UNVERIFIED).
    """
    entries = []
    quota, units = choose(task, "final_balance_deduction", "quota"), choose(task, "final_unit_deduction")
    if _number(quota):
        entries.append({"charge_type": "cash", "amount": quota, "currency": "USD"})
    if _number(units):
        entries.append({"charge_type": "unit", "amount": units, "package_type": package})
    return billed(entries)


def _entry(entry: Mapping[str, Any]) -> Cost:
    amount, kind = _number(choose(entry, "amount")), choose(entry, "charge_type")
    if kind == "cash":
        currency = say(choose(entry, "currency", default="?"), 8)
        return Cost(amount if currency == "USD" else None, "reported", f"{amount:g} {currency}")
    package = say(choose(entry, "package_type", default="?"), 8)
    worth = UNITS.get(package)
    return Cost(amount * worth if worth is not None else None, "computed", f"{amount:g} {package} units")


def _number(text: Any) -> float:
    """The number in a text; 0 where there is none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return 0.0
