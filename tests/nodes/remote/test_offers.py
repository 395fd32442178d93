"""Every row of every provider: complete, obeyed by its node, and priced so that the price can be met."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import islice
from typing import Any

import pytest

from ajar.errors import UserError
from ajar.offers import TRUSTS, Facts, Offer, Price
from ajar.remote import Order
from tests.nodes.remote.seats import Seat, packs, plain, seats, stand_in, without_model
from workflows.quotes import Bid, Bids, bill_of

SEATS = seats()
PROVIDERS = sorted(packs().providers)
each = pytest.mark.parametrize("seat", SEATS, ids=lambda seat: seat.label)
ROLES = {"reference": ("references", "reference"), "audio": ("voice",), "voice": ("voice",)}
"""What roles are called among a node's inputs, where that is not their own name."""
UNKNOWABLE = {
    "gemini_video_edit": "Google's list does not say how an edit is paid for",
    "luma_modify": "it costs by the length of a film that lies on the web",
    "luma_reframe": "it costs by the length of a film that lies on the web",
    "openai_image": "only some models say how many tokens a picture takes; the others are reckoned afterwards",
}
"""Nodes that never know their price before although their models have price rows, and why."""
AFTERWARDS = ("token_out", "token_in", "token_image_in")
"""Units that an answer reports; a price row of them counts then, even where no order knows them before."""
LATEST = date(2026, 11, 21)
"""The day these facts were gathered: nothing can have been checked later."""


def facts(name: str) -> Facts:
    return packs().providers[name].facts


def sentence(error: UserError | None) -> bool:
    """Whether it is a sentence a person can read, with one that says what to do."""
    texts = (error.message, error.hint) if error is not None else ("",)
    return all(re.fullmatch(r"[A-Z\"@].{8,}[.?)]", text, re.DOTALL) for text in texts)


def values_of(rule: Any) -> list[Any]:
    if isinstance(rule, Mapping):
        low, high = rule.get("low"), rule.get("high")
        middle = [(low + high) // 2] if isinstance(low, int) and isinstance(high, int) else []
        return [value for value in (low, *middle, high) if value is not None]
    return list(rule)


def beyond(rule: Any) -> list[Any]:
    if isinstance(rule, Mapping):
        return [rule[name] + step for name, step in (("low", -1), ("high", 1)) if name in rule]
    if all(isinstance(value, int) for value in rule):
        return [max(rule) + 1, min(rule) - 1]
    return ["31:7", "123p"]


@each
def test_whatever_a_row_offers_can_be_ordered(seat: Seat) -> None:
    for name, rule in seat.choices.items():
        for value in values_of(rule):
            assert next(seat.ways({name: value}), None) is not None, f"{name} = {value} is never allowed"


@each
def test_each_choice_is_another_order_and_one_beyond_is_refused_in_a_sentence(seat: Seat) -> None:
    for name, rule in seat.choices.items():
        values = values_of(rule)
        if len(values) < 2:
            continue
        ways = list(islice(seat.ways({name: values[0]}), 60))
        told = [way for way in ways if heard(seat, way, name, values)]
        assert told, f"{name} never changes the order"
        for way in told[:5]:
            for value in beyond(rule):
                error = seat.refusal({**way, name: value})
                assert sentence(error), f"{name} = {value}: {error}, {error and error.hint}"


def heard(seat: Seat, way: Mapping[str, Any], name: str, values: list[Any]) -> bool:
    """Whether the input matters here: another value of it is another order."""
    others = [{**way, name: value} for value in values[1:]]
    allowed = [other for other in others if seat.refusal(other) is None]
    return any(plain(seat.order(other)) != plain(seat.order(way)) for other in allowed)


@each
def test_numbers_beyond_what_a_row_says_are_refused(seat: Seat) -> None:
    for name, rule in seat.offer.can.items():
        socket = seat.type.input(name)
        if not isinstance(rule, Mapping) or socket is None or name in seat.choices or socket.type not in (int, float):
            continue
        for end, step in (("low", -1), ("high", 1)):
            if end in rule:
                assert next(seat.ways({name: rule[end]}), None) is not None, f"{name} = {rule[end]} is never allowed"
                # 0 is how some nodes say that the model shall choose.
                way, value = next(seat.ways({name: rule[end]})), rule[end] + step
                assert sentence(seat.refusal({**way, name: value})) or value == 0 == socket.default, f"{name} = {value}"


@each
def test_words_longer_than_a_row_says_are_refused(seat: Seat) -> None:
    for rule, name in (("prompt", "prompt"), ("text", "text"), ("negative", "negative")):
        most = seat.offer.can.get(rule)
        if seat.type.input(name) is None or isinstance(most, bool) or not isinstance(most, int):
            continue
        assert next(seat.ways({name: "x" * most}), None) is not None
        assert sentence(seat.refusal({**seat.allowed, name: "x" * (most + 1)}))


@each
def test_what_a_row_has_not_is_refused_or_not_sent(seat: Seat) -> None:
    for name, value in (("audio", True), ("negative", "blurred")):
        if seat.offer.can.get(name) is False and seat.type.input(name) is not None:
            assert sentence(seat.refusal({**seat.allowed, name: value})), name
    # Models of any maker: their published form says whether there is a seed.
    can = seat.offer.can.get("seed")
    if seat.type.input("seed") is not None and isinstance(can, bool) and seat.provider.schema is None:
        one, other = ({**seat.allowed, "seed": seed} for seed in (1, 2))
        assert (plain(seat.order(one)) != plain(seat.order(other))) == can


@each
def test_media_beyond_what_a_row_takes_are_refused(seat: Seat) -> None:
    for role, most in seat.offer.can.get("roles", {}).items():
        for name in ROLES.get(role, (role,)):
            socket = seat.type.input(name)
            if socket is None:
                continue
            one = stand_in(socket)
            if socket.form == "list":
                if most:
                    assert next(seat.ways({name: one * most}), None) is not None, f"{most} as {name} are never allowed"
                assert sentence(seat.refusal({**seat.allowed, name: one * (most + 1)})), name
            elif not most and socket.optional:
                assert sentence(seat.refusal({**seat.allowed, name: one})), name
            elif most and not isinstance(one, str):
                assert next(seat.ways({name: one}), None) is not None, f"{name} is never allowed"


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_row_says_where_and_when_it_was_read(name: str) -> None:
    rows: list[Facts | Offer | Price] = [facts(name), *facts(name).offers, *facts(name).prices]
    for row in rows:
        assert row.source.strip() and row.trust in TRUSTS, row
        assert date(2025, 1, 1) <= date.fromisoformat(row.checked) <= LATEST, row
    assert len({(offer.kind, offer.id) for offer in facts(name).offers}) == len(facts(name).offers)
    for offer in facts(name).offers:
        if offer.status == "retired":
            assert offer.ended and offer.instead, offer
            known = {one.id: one.status for each in PROVIDERS for one in facts(each).offers}
            assert known.get(offer.instead) in ("current", "legacy"), offer.instead


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_price_can_be_met_by_an_order(name: str) -> None:
    """A price row whose model does not exist, or whose terms no order has, would never count."""
    lost = [price for price in facts(name).prices if facts(name).offer(price.model).status != "retired"]
    for seat in SEATS:
        if seat.provider.name != name or not any(price.model == seat.offer.id for price in lost):
            continue
        for order in (*seat.orders, *without_model(name)):
            lost = [price for price in lost if price.per not in AFTERWARDS and not meets(price, order)]
    # What an order costs that is placed after another one, or models of any maker: by their own tests.
    lost = [price for price in lost if any(seat.offer.id == price.model for seat in SEATS)]
    assert not lost, [(price.model, price.per, dict(price.when)) for price in lost]


@each
def test_a_quote_is_more_than_nothing_or_unknown(seat: Seat) -> None:
    has_prices = any(price.model == seat.offer.id for price in seat.provider.facts.prices)
    known = 0
    for order in seat.orders:
        quote = seat.provider.facts.quote(order)
        if quote.high is None:
            continue
        known += 1
        assert quote.low is not None and 0 < quote.low <= quote.high and quote.basis and quote.checked, order
    assert known or not has_prices or seat.type.id in UNKNOWABLE, "there are prices, but none is ever known before"


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_price_that_nobody_confirmed_is_marked_in_the_bill(name: str) -> None:
    for seat in (one for one in SEATS if one.provider.name == name):
        for order in seat.orders[:20]:
            rows = [price for price in facts(name).prices if meets(price, order)]
            quote = facts(name).quote(order)
            if quote.high is not None:
                bill = bill_of(Bids([Bid("n", (), seat.provider, order, quote)]))
                assert bill.unsure == any(price.trust in ("GK", "UNVERIFIED") for price in rows)
                assert bill.checked == min(price.checked for price in rows)


def meets(price: Price, order: Order) -> bool:
    return (price.model == order.model and price.per in order.units
            and all(order.terms.get(name) == value for name, value in price.when.items()))
