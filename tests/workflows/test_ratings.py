"""Ratings of a project, and what they say about quality and price."""

import json
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError
from workflows import headless
from workflows.quality import qualities, says
from workflows.ratings import Rating, Ratings, project_key
from workflows.settings import Home

near: Any = pytest.approx


def rated(title: str, stars: int, cost: float | None = 0.0, *, project: str = "p", **more: Any) -> Rating:
    key = f"{title}-{stars}-{cost}-{len(more)}-{more.get('label', '')}"
    return Rating(project, more.pop("key", key), stars, title, open=cost == 0, cost=cost, **more)


def many(title: str, stars: list[int], cost: float, **more: Any) -> list[Rating]:
    return [rated(title, one, cost, key=f"{title}{number}{more}", **more) for number, one in enumerate(stars)]


def test_a_rating_is_found_by_its_result_and_replaced_and_taken_away(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    with Ratings(home) as ratings:
        ratings.rate(rated("Wan", 3, key="k1"))
        ratings.rate(rated("Wan", 5, key="k1"))
        ratings.rate(rated("Kling", 4, 0.31, key="k2", played=True, blind=True, seconds=108.0))
        ratings.rate(rated("Wan", 1, key="k1", project="other"))
    with Ratings(home) as ratings:
        assert ratings.stars("p", ["k1", "k2", "k3"]) == {"k1": 5, "k2": 4}
        [_, kling] = ratings.of("p")
        assert (kling.cost, kling.played, kling.blind, kling.seconds, kling.open) == (0.31, True, True, 108.0, False)
        ratings.rate(rated("Wan", 0, key="k1"))
        assert ratings.stars("p", ["k1"]) == {} and ratings.stars("other", ["k1"]) == {"k1": 1}
        assert ratings.projects() == ["other", "p"]
        with pytest.raises(AjarError, match="1 to 5"):
            ratings.rate(rated("Wan", 6))


def test_the_order_of_a_blind_sheet_stays_until_it_is_revealed(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    with Ratings(home) as ratings:
        assert ratings.blind("p", "sheet") is None
        seed = ratings.hide("p", "sheet")
    with Ratings(home) as ratings:
        assert ratings.blind("p", "sheet") == seed and ratings.blind("p", "other") is None
        ratings.reveal("p", "sheet")
        assert ratings.blind("p", "sheet") is None


def test_means_doubt_and_price_by_model_with_raw_and_finished_and_stand_ins_apart() -> None:
    lines = qualities([*many("Wan", [3, 4, 5], 0.0), *many("Wan", [5, 5], 0.0, finished=True),
                       *many("Kling", [5, 4], 0.3), *many("Kling", [1], 9.0, played=True)])
    assert [(line.name, line.count) for line in lines] == [
        ("Wan", 3), ("Wan finished", 2), ("Kling", 2), ("Kling (stand-in)", 1)]
    wan, _, kling, _ = lines
    assert (wan.mean, wan.spread, wan.per_dollar, wan.for_ten) == (4.0, near(1 / 3**0.5), None, None)
    assert (kling.mean, kling.per_dollar, kling.for_ten, kling.open) == (4.5, near(15.0), 33, False)


def test_a_cost_that_is_not_known_is_never_taken_for_nothing() -> None:
    [line] = qualities([rated("Kling", 5, None, key="a"), rated("Kling", 5, 0.3, key="b")])
    assert line.cost is None and line.per_dollar is None


def test_what_the_ratings_say() -> None:
    three = [3, 3, 4]
    lines = qualities([*many("Wan", three, 0.002), *many("Wan", [4, 4, 4], 0.007, finished=True),
                       *many("Kling", [5, 5, 4], 0.32), *many("Slow", three, 1.0), *many("Veo", [5], 1.02)])
    said = says(lines)
    assert "Finishing Wan gains 0.7 stars over Wan for 0.5 cents more each." in said
    assert "Kling gains 0.7 stars over Wan finished for 31 cents more each." in said
    assert "Slow costs 68 cents more each than Kling and is rated no better." in said
    assert "Veo has one rating only, too few to judge." in said
    assert "Nothing is rated yet" in says(())


def test_the_command_prints_the_table_of_the_project_it_is_in(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    here = tmp_path / "film"
    here.mkdir()
    monkeypatch.chdir(here)
    assert headless.main(["ratings"]) == 0
    assert "Nothing is rated yet" in capsys.readouterr().out
    with Ratings(Home.open(tmp_path / "home")) as ratings:
        for one in many("Kling", [5, 4, 4], 0.31, project=project_key(here)):
            ratings.rate(one)
    assert headless.main(["ratings"]) == 0
    out = capsys.readouterr().out
    assert "4.3 ± 0.3" in out and "$0.31" in out and "closed" in out and "32" in out
    assert headless.main(["ratings", "--json"]) == 0
    row, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["name"], row["count"], row["for_ten"]) == ("Kling", 3, 32) and last["ratings"] == 3
    assert headless.main(["ratings", str(tmp_path)]) == 0
    assert "Nothing is rated yet" in capsys.readouterr().out, "another project"
