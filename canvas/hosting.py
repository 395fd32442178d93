"""What the look ahead says of nodes that order from providers: where they send, what they cost, whose key they lack."""

from collections.abc import Mapping
from dataclasses import replace

from ajar.contract import NodeType
from canvas import prices
from canvas.fact import Fact
from canvas.kit import words
from workflows.problems import Problem
from workflows.quotes import bill_of
from workflows.studio import Prepared, Studio


def hosted(fact: Fact, type_: NodeType | None, studio: Studio) -> Fact:
    """What is to be said of a node that orders from a provider before there is a plan."""
    if type_ is None or type_.lane != "remote":
        return fact
    provider = studio.packs.providers.get(type_.provider)
    if provider is None:
        return replace(fact, price=words.UNKNOWN)
    local = provider.facts.local
    return replace(fact, lane=provider.facts.title, open=fact.open if fact.open is not None or local else False,
                   price="" if local else words.UNKNOWN)


def priced(facts: Mapping[str, Fact], prepared: Prepared, other: Prepared | None) -> dict[str, Fact]:
    """The same with what each node would cost; one that waits for the other stage with what it will cost there."""
    found = dict(facts)
    for plan in (other, prepared):
        if plan is None:
            continue
        rows = {row.id: row for row in plan.rows}
        ordered = {bid.node for bid in plan.bids.orders}
        titles = {bid.node: bid.provider.facts.title for bid in plan.bids.orders}
        for name, row in rows.items():
            fact = found.get(name)
            if fact is None or row.lane != "remote" or (plan is other and fact.standing != "other_stage"):
                continue
            if name in ordered:
                bill = bill_of(plan.bids, lambda bid, name=name: bid.node == name)  # type: ignore[misc]
                found[name] = replace(fact, price=prices.cost(bill), low=row.low, high=row.high,
                                      lane=titles.get(name, fact.lane))
            elif fact.standing == "cached":
                found[name] = replace(fact, price="")  # nothing is left to pay
    return found


def unlocked(facts: Mapping[str, Fact], prepared: Prepared) -> dict[str, Fact]:
    """The same with the nodes marked whose provider has no key here."""
    found = dict(facts)
    for bid in prepared.bids.orders:
        name, sentence = bid.provider.name, prepared.keyless.get(bid.provider.name)
        fact = found.get(bid.node)
        if sentence and not bid.paid and fact is not None and fact.standing == "idle":
            title = bid.provider.facts.title
            found[bid.node] = replace(fact, standing="missing", needs=f"Needs a key for {title}", provider=name,
                                      message=f"There is no key for {title}.", hint=sentence)
    return found


def locked(prepared: Prepared) -> list[Problem]:
    """The same as problems: one for each node."""
    missing = {bid.node: bid.provider for bid in prepared.bids.orders
               if not bid.paid and bid.provider.name in prepared.keyless}
    return [Problem("error", f"There is no key for {provider.facts.title}.", prepared.keyless[provider.name], node)
            for node, provider in missing.items()]
