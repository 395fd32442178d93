"""Hosted models in the words of the inspector: what they cost, how sure that is, what they take. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ajar.contract import Socket
from ajar.errors import UserError
from ajar.hints import Offered
from ajar.offers import PLURALS, Facts, Offer, require
from canvas.kit import words

UNSURE = ("GK", "UNVERIFIED")
"""Trusts of facts that nobody has confirmed."""
OPEN_WORDS = ("auto", "default", "none")
"""Defaults that leave the choice to the model; every model takes them."""
UNITS: Mapping[str, str] = {
    "second": "a second", "image": "an image", "megapixel": "a megapixel", "first_megapixel": "for the first megapixel",
    "call": "a call", "character": "for 1000 characters", "token_in": "for a million tokens in",
    "token_out": "for a million tokens out", "token_image_in": "for a million tokens of pictures",
}
BUNDLES: Mapping[str, float] = {"character": 1e3, "token_in": 1e6, "token_out": 1e6, "token_image_in": 1e6}
FIRST = ("second", "image", "first_megapixel", "megapixel", "call", "character", "token_out")
"""The unit that says most about a price, before those that only add to it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a model says about one input. Everything empty: it says nothing, and any value may be typed."""

    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    refusal: str = ""
    """Why there is nothing to set: the model has no such thing."""


def offer_of(facts: Facts, kind: str, name: str) -> Offer:
    """A model by its name; one that is typed in is known by its name only."""
    row = next((one for one in facts.offers if one.id == name and one.kind == kind), None)
    return row or facts.offer(name)


def offered(facts: Facts, kind: str) -> tuple[Offer, ...]:
    """The models of a kind that are still to be had, older ones last."""
    found = [one for one in facts.offers if one.kind == kind and one.status != "retired"]
    return tuple(sorted(found, key=lambda one: one.status == "legacy"))


def price_of(facts: Facts, offer: Offer) -> str:
    """``from $0.112 a second``; ``price not known`` where there is no row."""
    if facts.local:
        return words.FREE
    rows = [row for row in facts.prices if row.model == offer.id]
    own = ("image",) if offer.modality == "image" else ()  # one name may be two models: films and pictures
    for unit in (*own, *FIRST, *(row.per for row in rows)):
        found = sorted({row.usd for row in rows if row.per == unit})
        if found:
            amount = f"${found[0] * BUNDLES.get(unit, 1):.10g} {UNITS.get(unit, 'a ' + unit.replace('_', ' '))}"
            return f"from {amount}" if len({(row.per, row.usd) for row in rows}) > 1 else amount
    return "price not known"


def note_of(facts: Facts, offer: Offer, *, named: bool = True) -> str:
    """The second line of a model: its name for the provider, its price, and what is to be known before it is used."""
    if offer.status == "typed":
        return words.facts("typed in", "price not known" if not facts.local else words.FREE)
    return words.facts(
        offer.id if named and offer.id != offer.title else "", price_of(facts, offer),
        _age(offer), "not confirmed" if offer.trust in UNSURE else "")


def _age(offer: Offer) -> str:
    """What is to be known of an older model."""
    if offer.status != "legacy":
        return ""
    return f"may have ended on {words.day(offer.ended)}" if offer.ended else "older"


def about(facts: Facts, offer: Offer) -> str:
    """What a tip says of a model."""
    lines = [offer.title, f"Hosted by {facts.title}" if not facts.local else f"Runs in {facts.title}",
             words.facts(offer.id, price_of(facts, offer))]
    rows = [row for row in facts.prices if row.model == offer.id]
    if rows:
        unsure = ", not confirmed" if any(row.trust in UNSURE for row in rows) else ""
        lines.append(f"Prices of {words.day(min(row.checked for row in rows))}{unsure}")
    if offer.status == "legacy":
        lines.append("An older model of theirs" + (f", {_age(offer)}" if offer.ended else ""))
    if offer.status != "typed" and offer.trust in UNSURE:
        lines.append("What is said of it here is not confirmed")
    if offer.note:
        lines.append(offer.note)
    return "\n".join(lines)


def rule_of(socket: Socket, offer: Offer | None) -> Rule:
    """What a model says about an input with the hint ``Offered``, or about a switch or text that it may not have."""
    hint = socket.hint(Offered)
    if offer is None:
        return Rule()
    if hint is None and not (socket.type is bool or socket.name == "negative"):
        return Rule()
    found = offer.can.get(hint.name if hint is not None else socket.name)
    if found is False:
        word = "negative prompt" if socket.name == "negative" else socket.label.lower()
        return Rule(refusal=f"{offer.title} has no {word}.")
    if hint is None or isinstance(found, (bool, str)) or found is None:
        return Rule()
    if isinstance(found, Mapping):
        return Rule(low=found.get("low"), high=found.get("high"))
    if isinstance(found, Sequence):
        return Rule((*_own(socket, found), *found))
    return Rule()


def problem(socket: Socket, offer: Offer | None, value: Any) -> tuple[str, str]:
    """(message, hint) where a model does not list a value; the provider has the last word."""
    rule = rule_of(socket, offer)
    if offer is None or value is None or (value == socket.default and value in OPEN_WORDS):
        return "", ""
    if rule.refusal:
        return (rule.refusal, "Leave it, or choose another model.") if value not in (False, "") else ("", "")
    hint = socket.hint(Offered)
    if hint is None:
        return "", ""
    key = PLURALS.get(socket.name, socket.name)
    try:
        require(replace(offer, can={key: offer.can.get(hint.name)}), **{socket.name: value})
    except UserError as error:
        return error.message, error.hint
    except TypeError:  # a text where numbers are meant
        return f"{offer.title} takes {socket.label.lower()} as a number.", "Type digits."
    return "", ""


def _own(socket: Socket, found: Sequence[Any]) -> tuple[Any, ...]:
    """The default that leaves it to the model, where the list does not have it."""
    return (socket.default,) if socket.default in OPEN_WORDS and socket.default not in found else ()
