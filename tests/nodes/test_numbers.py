"""Numbers pass through; seeds count up."""

from ajar.contract import node_of
from ajar.hints import MAX_SEED
from nodes.numbers import number, seed, variations, whole


def test_values_pass_through() -> None:
    assert number(0.25) == 0.25
    assert whole(-3) == -3
    assert seed(7) == 7


def test_the_seed_box_is_a_seed() -> None:
    for function, name in ((seed, "value"), (variations, "seed")):
        type_ = node_of(function)
        assert type_
        socket = type_.input(name)
        assert socket
        assert socket.is_seed


def test_variations_count_up_from_the_seed() -> None:
    assert list(variations(4, 10)) == [10, 11, 12, 13]
    assert list(variations(1, 10)) == [10]


def test_variations_stay_seeds() -> None:
    assert list(variations(3, MAX_SEED - 1)) == [MAX_SEED - 1, MAX_SEED, 0]
