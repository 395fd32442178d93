"""What the inspector says of hosted models, against facts that are written down here."""

import pytest

from ajar.contract import Socket
from ajar.hints import Offered
from ajar.offers import Facts, Offer, Price
from canvas.fields import hosted
from canvas.fields.hosted import Rule

SECONDS = Socket("seconds", int, 5, (Offered("seconds"),))
SHAPE = Socket("shape", str, "auto", (Offered("shapes"),))
AUDIO = Socket("audio", bool, False)


def offer(name: str = "toy-1", **values: object) -> Offer:
    return Offer(**{"id": name, "kind": "toy-video", "title": name.title(), "modality": "video", "source": "",  # type: ignore[arg-type]
                    "checked": "2026-09-20", "trust": "VDOC", **values})


def price(usd: float, per: str = "second", model: str = "toy-1") -> Price:
    return Price(model, per, usd, "", "2026-09-20", "VDOC")


def facts(*prices: Price, offers: tuple[Offer, ...] = (), local: bool = False) -> Facts:
    return Facts("toy", "Toy", "", "bearer", (), "", "", "", "", "VDOC", offers=offers, prices=prices, local=local)


@pytest.mark.parametrize(("prices", "said"), [
    ((price(0.112),), "$0.112 a second"),
    ((price(0.168), price(0.112)), "from $0.112 a second"),
    ((price(0.04, "image"), price(0.002, "input_megapixel")), "from $0.04 an image"),
    ((price(0.0000025, "token_in"), price(0.00001, "token_out")), "from $10 for a million tokens out"),
    ((price(0.1, model="another"),), "price not known"),
    ((), "price not known"),
])
def test_the_price_is_that_of_its_rows_or_said_to_be_unknown(prices: tuple[Price, ...], said: str) -> None:
    assert hosted.price_of(facts(*prices), offer()) == said


def test_a_name_that_is_two_models_has_the_price_of_the_one_that_is_meant() -> None:
    both = facts(price(0.112), price(0.028, "image"))
    assert hosted.price_of(both, offer(modality="image")) == "from $0.028 an image"
    assert hosted.price_of(both, offer(modality="video")) == "from $0.112 a second"


def test_what_runs_here_is_free_and_what_was_typed_in_has_no_known_price() -> None:
    assert hosted.price_of(facts(local=True), offer()) == "free"
    typed = hosted.offer_of(facts(), "toy-video", "mine")
    assert typed.status == "typed" and hosted.note_of(facts(), typed) == "typed in · price not known"


def test_what_is_older_or_not_confirmed_is_marked() -> None:
    note = hosted.note_of(facts(price(0.1)), offer(status="legacy", trust="GK"))
    assert note == "toy-1 · $0.1 a second · older · not confirmed"
    ended = hosted.note_of(facts(), offer(status="legacy", ended="2026-09-24"), named=False)
    assert ended == "price not known · may have ended on 24 Sep 2026"
    assert "not confirmed" in hosted.about(facts(), offer(trust="UNVERIFIED"))
    assert "not confirmed" not in hosted.note_of(facts(), offer(trust="VDOC"))


def test_only_models_of_the_kind_that_are_still_to_be_had_are_offered_older_ones_last() -> None:
    rows = (offer("old", status="legacy"), offer("gone", status="retired"), offer("new"),
            offer("other", kind="toy-image"))
    assert [one.id for one in hosted.offered(facts(offers=rows), "toy-video")] == ["new", "old"]


def test_rules_are_a_list_a_range_a_refusal_or_nothing() -> None:
    assert hosted.rule_of(SECONDS, offer(can={"seconds": (5, 10)})) == Rule((5, 10))
    assert hosted.rule_of(SECONDS, offer(can={"seconds": {"low": 3, "high": 15}})) == Rule(low=3, high=15)
    assert hosted.rule_of(AUDIO, offer(can={"audio": False})).refusal == "Toy-1 has no audio."
    assert hosted.rule_of(AUDIO, offer(can={"audio": True})) == Rule()
    assert hosted.rule_of(SECONDS, offer()) == Rule() == hosted.rule_of(SECONDS, None)
    assert hosted.rule_of(Socket("seed", int, 0), offer(can={"seed": False})) == Rule()  # seeds still tell takes apart


def test_a_default_that_leaves_it_to_the_model_is_always_a_choice() -> None:
    assert hosted.rule_of(SHAPE, offer(can={"shapes": ("16:9",)})) == Rule(("auto", "16:9"))
    assert hosted.problem(SHAPE, offer(can={"shapes": ("16:9",)}), "auto") == ("", "")


def test_a_value_that_the_model_does_not_list_is_told_in_a_sentence() -> None:
    assert hosted.problem(SECONDS, offer(can={"seconds": (5, 10)}), 7) == (
        "Toy-1 can't do seconds 7.", "It offers: 5, 10.")
    assert "from 3 to 15" in hosted.problem(SECONDS, offer(can={"seconds": {"low": 3, "high": 15}}), 20)[0]
    assert hosted.problem(SECONDS, offer(can={"seconds": (5, 10)}), 10) == ("", "")
    assert hosted.problem(SECONDS, offer(), 7) == ("", "") == hosted.problem(SECONDS, None, 7)
    assert hosted.problem(AUDIO, offer(can={"audio": False}), True)[0] == "Toy-1 has no audio."
    assert hosted.problem(AUDIO, offer(can={"audio": False}), False) == ("", "")
