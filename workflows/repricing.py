"""Orders that cost something else than the same ones did the last time."""

import time
from collections.abc import Iterable, Iterator

from workflows.entries import Entry, plain_order
from workflows.problems import Problem
from workflows.quotes import Bids

LEAST = 0.01
"""A hundredth more or less is no other price."""


def repriced(bids: Bids, entries: Iterable[Entry]) -> Iterator[Problem]:
    """A warning for each node whose order was priced otherwise when the same was ordered last; prices are the rows'."""
    told: set[tuple[str, str]] = set()
    known = sorted((entry for entry in entries if entry.high is not None), key=lambda entry: -entry.made)
    for bid in bids.orders:
        here = (bid.node, bid.order.model)
        if here in told or bid.paid or bid.quote.high is None:
            continue
        plain = plain_order(bid.order, ())
        before = next((entry for entry in known if entry.provider == bid.provider.name
                       and entry.model == bid.order.model and _alike(entry.order, plain)), None)
        if before is None or before.high is None:
            continue
        told.add(here)
        now, then = bid.quote.high, before.high
        if abs(now - then) > LEAST * max(now, then):
            when = time.strftime("%Y-%m-%d", time.localtime(before.made))
            word = "more" if now > then else "less"
            yield Problem(
                "warning", f'"{bid.node}" costs {word} than before: ${now:.4g} by the prices of {bid.quote.checked}, '
                f"${then:.4g} on {when}.", f"{bid.provider.facts.title} has another price for {bid.order.model} now.",
                bid.node)


def _alike(one: object, other: object) -> bool:
    """Whether two orders are priced alike: by the same units and terms."""
    return (isinstance(one, dict) and isinstance(other, dict) and one.get("units") == other.get("units")
            and one.get("terms") == other.get("terms"))
