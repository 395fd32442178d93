from pathlib import Path

import numpy as np
import pytest

from ajar.clips import Audio, Video
from ajar.plain import Size
from ajar.values import Image
from canvas.viewers import facts
from canvas.viewers.facts import Facts
from workflows.take import Take


def take(**given: object) -> Take:
    row: dict[str, object] = {
        "document": "draft:x", "node": "flux", "kind": "image", "id": 1, "made": 0.0, "number": 7,
        "path": Path("x.png"), "model": "Wan 2.2", "width": 1280, "height": 704, "seconds": 62.0, "seed": 418207,
        "licence": "Apache-2.0", "rating": 4, "tags": ("flat",), "note": "soft",
    }
    return Take(**(row | given))  # type: ignore[arg-type]


def test_a_take_tells_its_facts_in_words() -> None:
    told = facts.of_take(take(), open_=True)
    assert (told.name, told.which, told.price, told.time) == ("Wan 2.2", "take 7", "free", "62 s")
    assert (told.size, told.seed, told.licence) == ("1280 × 704", "418\N{NO-BREAK SPACE}207", "Apache-2.0")
    assert (told.rating, told.tags, told.note, told.paid) == (4, ("flat",), "soft", False)


def test_money_that_was_charged_and_money_that_is_not_known() -> None:
    paid, unknown = facts.of_take(take(cost=0.31, stage="final")), facts.of_take(take(cost=None))
    assert (paid.price, paid.paid, paid.which) == ("$0.31", True, "final take 7")
    assert (unknown.price, unknown.paid) == ("?", False)


@pytest.mark.parametrize(("value", "size", "rate"), [
    (Image.of(np.zeros((2, 3, 3), np.uint8)), "3 × 2", ""),
    (Video(Path("x.mp4"), Size(1920, 1080), 30, 5), "1920 × 1080", "30 fps, 150"),
    (Audio(np.zeros((1, 48000), np.float32), 48000), "1 s", "48 kHz"),
    ("words", "", ""),
])
def test_a_value_tells_what_it_is(value: object, size: str, rate: str) -> None:
    told = facts.of_value(value)
    assert (told.size, told.rate) == (size, rate)


def test_the_table_has_a_row_where_one_of_the_two_knows_something() -> None:
    a, b = Facts(price="free", seed="418 207"), Facts(price="$0.31", sold="yes")
    assert facts.rows(a, b) == [("Price", "free", "$0.31"), ("May be sold", "none", "yes"), ("Seed", "418 207", "none")]


def test_open_or_closed_is_said_in_words() -> None:
    assert facts.told(Facts(name="Kling 3.0", open=False, price="$0.31", rating=1), "B") == (
        "B: Kling 3.0, closed, $0.31, 1 star"
    )
