"""What the gallery says of takes."""

import time
from pathlib import Path
from typing import Any

import pytest

from canvas import gallery_words as say
from canvas.gallery_words import DAY, Wish
from workflows.takes import Query, Take

NOW = time.mktime((2026, 11, 21, 14, 0, 0, 0, 0, -1))


def take(**more: Any) -> Take:
    plain: dict[str, Any] = {
        "id": 1, "made": NOW - 60, "number": 7, "path": Path("a.png"), "document": "/a.json", "node": "flux",
        "kind": "image", "title": "Flux", "prompt": "a  lighthouse\nat dusk",
    }
    return Take(**{**plain, **more})


@pytest.mark.parametrize(("made", "text"), [
    (NOW - 60, "today 13:59"), (NOW - 13 * 3600, "today 1:00"), (NOW - DAY, "yesterday 14:00"),
    (NOW - 2 * DAY, "19 Nov 2026"),
])
def test_moments(made: float, text: str) -> None:
    assert say.moment(made, NOW) == text


def test_a_caption_is_the_prompt_in_one_line() -> None:
    assert say.caption(take()) == "a lighthouse at dusk"
    assert say.caption(take(prompt="")) == "Flux · take 7"


def test_all_that_is_seen_is_told() -> None:
    told = say.told(take(rating=4, kind="video", lost=True))
    assert told == "Flux, take 7, film, lost, 4 stars, a lighthouse at dusk"


def test_rows_without_an_answer_are_left_out() -> None:
    rows = dict(say.facts(take(cost=0.0), NOW))
    assert rows["Cost"] == "free" and "Seed" not in rows and "Size" not in rows
    other = dict(say.facts(take(cost=None, seed=0, width=4, height=3), NOW))
    assert (other["Cost"], other["Seed"], other["Size"]) == ("?", "0", "4 × 3")


def test_tags_stand_between_commas() -> None:
    assert say.tags_of(" hero,  night  shot ,,") == ["hero", "night shot"]


def test_dates_in_words_become_moments() -> None:
    midnight = time.mktime((2026, 11, 21, 0, 0, 0, 0, 0, -1))
    assert Wish(since="today").asked(NOW).since == midnight
    assert Wish(Query("x"), "week").asked(NOW) == Query("x", since=NOW - 7 * DAY)
    assert Wish().plain and not Wish(since="year").plain
