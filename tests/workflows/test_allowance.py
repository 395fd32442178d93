"""What may be spent: a person's word, and the caps."""

import pytest

from ajar.errors import Refused, Waiting
from ajar.offers import FREE, UNPRICED, Quote
from workflows.allowance import Allowance, Errand, enough, money, refuse_overspending

HALF = Quote(0.5, 0.5)
ANY = Allowance(None, True)


class Spent:
    """So much was spent in each cap's span."""

    def __init__(self, **sums: float) -> None:
        self.sums = sums
        self.asked: set[tuple[str, bool, str, str]] = set()

    def __call__(self, cap: str, *, emulated: bool, run: str, project: str) -> float:
        self.asked.add((cap, emulated, run, project))
        return self.sums.get(cap, 0.0)


def check(errand: Errand, quote: Quote = HALF, **sums: float) -> None:
    refuse_overspending(errand, quote, "Toy 1", Spent(**sums), emulated=False)


def test_nothing_is_spent_without_a_persons_word() -> None:
    with pytest.raises(Waiting, match=r"nobody has agreed"):
        check(Errand())
    with pytest.raises(Waiting, match="not known"):
        check(Errand(allowance=Allowance(100.0)), UNPRICED)
    check(Errand(), FREE)


def test_what_was_agreed_to_is_the_sum_of_all_orders_of_the_run() -> None:
    errand = Errand(run="r", allowance=Allowance(1.0))
    check(errand, run=0.5)
    with pytest.raises(Waiting, match=r"only \$0.40 is left"):
        check(errand, run=0.6)


@pytest.mark.parametrize(("cap", "words"), [("run", "this run"), ("day", "today"), ("month", "this month"),
                                            ("project", "this project")])
def test_each_cap_refuses_in_words(cap: str, words: str) -> None:
    errand = Errand(allowance=ANY, caps={cap: 2.0})
    check(errand, HALF, **{cap: 1.5})
    with pytest.raises(Refused, match=rf"only \$0.40 of \$2.00 is left for {words}\.") as caught:
        check(errand, HALF, **{cap: 1.6})
    assert f'"{cap}"' in caught.value.hint


def test_an_unknown_price_that_was_agreed_to_needs_room_under_every_cap() -> None:
    errand = Errand(allowance=ANY, caps={"day": 2.0})
    check(errand, UNPRICED, day=1.99)
    with pytest.raises(Refused, match="nothing of"):
        check(errand, UNPRICED, day=2.0)
    with pytest.raises(Refused):
        check(Errand(allowance=ANY, caps={"day": 0.0}), UNPRICED)


def test_a_cap_that_asks_lets_through_only_what_was_agreed_to_go_beyond_it() -> None:
    asks = Errand(allowance=ANY, caps={"day": 0.1}, over="ask")
    with pytest.raises(Waiting) as caught:
        check(asks)
    assert "--beyond-caps" in caught.value.hint
    beyond = Allowance(None, True, beyond=True)
    check(Errand(allowance=beyond, caps={"day": 0.1}, over="ask"))
    with pytest.raises(Refused):
        check(Errand(allowance=beyond, caps={"day": 0.1}, over="refuse"))


def test_sums_are_asked_for_of_this_run_and_project_and_apart_for_stand_ins() -> None:
    spent = Spent()
    errand = Errand(run="r", project="p", allowance=ANY, caps={"project": 9.0})
    refuse_overspending(errand, HALF, "Toy 1", spent, emulated=True)
    assert spent.asked == {("run", True, "r", "p"), ("project", True, "r", "p")}


@pytest.mark.parametrize(("amount", "text"), [
    (None, "price not known"), (0.0, "$0.00"), (0.5, "$0.50"), (0.0042, "$0.0042"), (0.0531, "$0.0531"),
    (0.5031, "$0.5031"), (12.5, "$12.50"), (1234.567, "$1,234.57"),
])
def test_money_is_written_as_exactly_as_one_needs(amount: float | None, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(("amount", "text"), [(0.5, "0.50"), (0.5031, "0.51"), (0.0042, "0.01"), (0.29, "0.29"),
                                              (0.1 + 0.2, "0.30"), (1.0, "1.00")])
def test_what_one_is_told_to_agree_to_is_enough(amount: float, text: str) -> None:
    assert enough(amount) == text
    assert float(text) >= amount - 1e-9
    check(Errand(allowance=Allowance(float(text))), Quote(amount, amount))
