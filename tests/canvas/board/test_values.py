"""How values are written."""

from typing import Annotated

import pytest

from ajar.contract import Socket, describe
from ajar.hints import Model, Slider
from ajar.values import Size
from canvas.board.values import fill_of, shown, tokens


def sample(
    weight: Annotated[float, Slider(0, 2, 0.05)] = 1.0, seed: int = 0, size: Size | None = None, name: str = "",
    on: bool = False, many: list[str] | None = None, model: Annotated[str, Model("upscale")] = "",
) -> None:
    """A few kinds of inputs."""


def socket(name: str) -> Socket:
    found = describe(sample).input(name)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "value", "words"), [
    ("weight", 0.5, "0.50"), ("seed", 418207, "418 207"), ("seed", 7, "7"), ("size", "1280x704", "1280 × 704"),
    ("size", None, "Auto"), ("on", True, "On"), ("name", "two\nlines", "two lines"), ("many", ["a", "b"], "2 values"),
    ("model", "builtin", "Built-in"), ("model", "builtin-2x", "Built-in 2x"), ("name", "builtin", "builtin"),
])
def test_a_value_in_a_few_characters(name: str, value: object, words: str) -> None:
    assert shown(socket(name), value) == words


def test_a_bounded_value_fills_its_row() -> None:
    assert fill_of(socket("weight"), 0.5) == 0.25
    assert fill_of(socket("weight"), 99) == 1.0
    assert fill_of(socket("seed"), 5) is None


def test_tokens_are_about_words() -> None:
    assert tokens("") == 0
    assert 14 <= tokens("a lighthouse on a headland, sun setting into calm water, slow push in") <= 20


def test_a_number_longer_than_a_float_fills_no_more_than_all() -> None:
    assert (fill_of(socket("weight"), 10**400), fill_of(socket("weight"), -(10**400))) == (1.0, 0.0)
