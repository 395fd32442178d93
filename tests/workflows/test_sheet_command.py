"""``ajar sheet``: the table before anything runs, sheets made of a generator, the files, and what goes wrong."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.values import Image
from tests.money.emulator import Toys
from workflows import headless
from workflows.format import load

PACK = str(Path(__file__).parents[1] / "money" / "toys.py")


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toys]:
    monkeypatch.chdir(tmp_path)
    with Toys(job_seconds=0.05).start() as playing:
        for name, value in (("AJAR_TOY_URL", playing.base), ("AJAR_TOY_KEY", playing.key), ("AJAR_KEYRING", "off"),
                            ("AJAR_HOME", str(tmp_path / "home"))):
            monkeypatch.setenv(name, value)
        Path("drawn.png").write_bytes(Image.of(np.full((36, 64, 3), 90, np.uint8)).encode("png"))
        Path("g.json").write_text(json.dumps({"ajar": 1, "nodes": {
            "drawn": {"type": "load_image", "inputs": {"file": "drawn.png"}},
            "clip": {"type": "toys/film", "inputs": {"text": "a cat"}},
            "axes": {"type": "sheet_axes", "inputs": {"down": "a\nb"}},
            "paid": {"type": "toys/film", "inputs": {"text": {"from": "axes.row"}}},
            "soft": {"type": "blur", "inputs": {"image": {"from": "drawn"}}},
            "sheet": {"type": "compare_sheet", "inputs": {
                "cells": [{"from": "paid"}], "columns": {"from": "axes.row"}, "title": "Toys", "cell": 120}},
        }}), "utf-8")
        yield playing


def ajar(*words: str) -> int:
    return headless.main([*words, "--pack", PACK])


def rows(text: str) -> list[dict[str, Any]]:
    return [row for row in map(json.loads, text.splitlines()) if row.get("event") == "cell"]


def test_without_a_file_to_write_it_only_tells_and_plan_tells_too(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert ajar("sheet", "g.json", "sheet") == 0
    out = capsys.readouterr().out
    assert "Toys: 1 x 2" in out and out.count("$0.50") == 2 and "2 of 2 cells to make: $1.00" in out
    assert "a stand-in here" in out and emulator.paid == 0
    assert ajar("plan", "g.json", "--only", "sheet") == 0
    assert "Toys: 1 x 2" in capsys.readouterr().out
    assert ajar("sheet", "g.json", "--json", "--cap", "0.7") == 0
    [first, second] = rows(capsys.readouterr().out)
    assert (first["state"], second["state"], second["why"]) == ("to make", "held", "Not run: above the cap of $0.70.")
    assert (first["low"], first["high"], first["column"]) == (0.5, 0.5, "a")


def test_money_is_agreed_to_as_for_any_run(emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert ajar("sheet", "g.json", "--png", "s.png") == 4
    assert emulator.paid == 0 and not Path("s.png").exists()
    assert ajar("sheet", "g.json", "--png", "s.png", "--html", "s.html", "--pay", "1") == 0
    assert emulator.paid == 2
    assert Image.open(Path("s.png")).width > 600 and Path("s.html").read_text("utf-8").count("data:image/jpeg") == 2
    capsys.readouterr()
    assert ajar("sheet", "g.json", "--png", "again.png", "--json") == 0, "nothing is left to pay"
    assert {row["state"] for row in rows(capsys.readouterr().out)} == {"cached"} and emulator.paid == 2


def test_an_export_of_what_is_stored_still_tells_times(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert ajar("sheet", "g.json", "--html", "first.html", "--pay", "1") == 0
    capsys.readouterr()
    assert ajar("sheet", "g.json", "--html", "again.html") == 0
    out = capsys.readouterr().out
    assert "All 2 cells are made." in out and out.count("  made\n") == 2
    again = Path("again.html").read_text("utf-8").partition("<body")[2].partition("<script")[0]
    assert "charged by stand-ins" in again
    assert len(re.findall(r">[\d.]+ s<", again)) == 2, "how long each took is known from when it was made"


def test_stars_given_to_takes_count_as_quality_per_dollar(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert ajar("sheet", "g.json", "--png", "s.png", "--pay", "1") == 0
    capsys.readouterr()
    assert headless.main(["takes", "g.json", "--json"]) == 0
    ids = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
    assert len(ids) == 2
    for number, stars in zip(ids, ("2", "5"), strict=True):
        assert headless.main(["takes", "rate", str(number), stars]) == 0
    capsys.readouterr()
    assert ajar("sheet", "g.json", "--json") == 0
    assert sorted(row["stars"] for row in rows(capsys.readouterr().out)) == [2, 5]
    assert headless.main(["ratings", ".", "--json"]) == 0
    [quality] = [row for row in map(json.loads, capsys.readouterr().out.splitlines()) if row["event"] == "quality"]
    assert (quality["count"], quality["mean"], quality["cost"]) == (2, 3.5, 0.5)
    assert headless.main(["takes", "rate", str(ids[0]), "0"]) == 0
    assert ajar("sheet", "g.json") == 0
    assert "made *****" in capsys.readouterr().out
    assert headless.main(["ratings", "."]) == 0 and "3.5" not in capsys.readouterr().out


def test_only_the_sheet_runs_and_not_the_rest_of_the_workflow(emulator: Toys) -> None:
    assert ajar("sheet", "g.json", "--png", "s.png", "--pay", "1") == 0
    assert emulator.paid == 2, "clip is not part of it"


def test_a_grid_over_parameters_is_made_written_and_kept(emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert ajar("sheet", "g.json", "soft", "--x", "radius=0,2,8", "--png", "grid.png", "--into", "grid.json") == 0
    assert Image.open(Path("grid.png")).width > 3 * 400
    kept = load(Path("grid.json"))
    assert kept.nodes["grid"].type == "group:grid" and set(kept.nodes) >= {"clip", "sheet"}
    capsys.readouterr()
    assert ajar("sheet", "grid.json", "grid", "--json") == 0
    assert [row["column"] for row in rows(capsys.readouterr().out)] == ["0", "2", "8"]


def test_finished_and_raw_are_switched_without_touching_the_file(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("g.json").read_bytes()
    assert ajar("sheet", "g.json", "--finished", "--json") == 0
    assert {row["node"] for row in rows(capsys.readouterr().out)} == {"paid"}, "what makes it is still named"
    assert ajar("sheet", "g.json", "--finished", "--png", "f.png", "--pay", "1") == 0
    assert ajar("sheet", "g.json", "--raw", "--png", "r.png") == 0
    assert emulator.paid == 2 and Path("g.json").read_bytes() == before
    assert not np.array_equal(Image.open(Path("f.png")).array, Image.open(Path("r.png")).array)


def test_an_exported_sheet_says_what_made_it_unless_it_is_blind(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert ajar("sheet", "g.json", "--png", "s.png", "--pay", "1") == 0
    assert ajar("sheet", "g.json", "--png", "blind.png", "--blind") == 0
    capsys.readouterr()
    assert headless.main(["show", "s.png", "--json"]) == 0
    about = json.loads(capsys.readouterr().out)
    assert about["cost"] == 1.0 and about["node"] == "sheet" and len(about["orders"]) == 2
    assert about["graph"]["nodes"].keys() == load(Path("g.json")).nodes.keys()
    assert headless.main(["verify", "s.png"]) == 0
    assert headless.main(["show", "blind.png"]) == 2, "it would tell the names"


def test_blind_exports_tell_no_names(emulator: Toys) -> None:
    assert ajar("sheet", "g.json", "--html", "blind.html", "--blind", "--pay", "1") == 0
    text = Path("blind.html").read_text("utf-8")
    assert "Film" not in text and "$" not in text.partition("<body")[2].partition("<script")[0] and "hidden" in text


@pytest.mark.parametrize(("words", "said"), [
    (("nowhere",), "no compare sheet"), (("soft", "--x", "radiuz=1"), "radius"),
    (("soft", "--x", "radius"), "--x steps"),
    (("soft", "--x", "radius=1", "--models", "flux"), "either"), (("--mp4", "s.mp4", "--pay", "1"), "no clip"),
])
def test_what_can_not_be_done_is_a_sentence(
        emulator: Toys, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    assert ajar("sheet", "g.json", *words) in (1, 2)
    assert said in capsys.readouterr().err
