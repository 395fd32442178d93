"""The cap of a compare sheet: the cheapest first, the rest left out, nothing paid twice."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.values import Image
from tests.money.emulator import Toys
from workflows import headless
from workflows.compare import sheet_of
from workflows.format import read
from workflows.project import find
from workflows.settings import Home
from workflows.studio import Options, Prepared, Studio

PACK = Path(__file__).parents[1] / "money" / "toys.py"


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toys]:
    monkeypatch.chdir(tmp_path)
    with Toys(job_seconds=0.05).start() as playing:
        for name, value in (("AJAR_TOY_URL", playing.base), ("AJAR_TOY_KEY", playing.key), ("AJAR_KEYRING", "off"),
                            ("AJAR_HOME", str(tmp_path / "home"))):
            monkeypatch.setenv(name, value)
        (tmp_path / "home").mkdir()
        Path("drawn.png").write_bytes(Image.of(np.full((36, 64, 3), 90, np.uint8)).encode("png"))
        yield playing


def graph(cap: float, prompts: Sequence[str] = ("a", "b", "c"), **more: Any) -> dict[str, Any]:
    """A free row above a paid one, 50 cents a cell."""
    return {"ajar": 1, "nodes": {
        "axes": {"type": "grid", "inputs": {"rows": list(prompts), "columns": [1]}},
        "drawn": {"type": "load_image", "inputs": {"file": "drawn.png"}},
        "free": {"type": "text_on_image", "inputs": {"image": {"from": "drawn"}, "text": {"from": "axes.row"}}},
        "paid": {"type": "toys/film", "inputs": {"text": {"from": "axes.row"}}},
        "sheet": {"type": "compare_sheet", "inputs": {
            "cells": [{"from": "free"}, {"from": "paid"}], "rows": ["Free", ""], "columns": {"from": "axes.row"},
            "cap": cap, "cell": 120, **more}},
    }}


def plan(studio: Studio, plain: dict[str, Any]) -> Prepared:
    return studio.plan(read(json.dumps(plain).encode()), find(Path("g.json").absolute()), Options())


def run(plain: dict[str, Any], *options: str) -> int:
    Path("g.json").write_text(json.dumps(plain), "utf-8")
    return headless.main(["run", "g.json", "--pack", str(PACK), *options])


def test_price_and_what_is_left_out_is_known_cell_by_cell_before_anything_runs(emulator: Toys) -> None:
    with Studio.open(Home.open(Path("home").absolute()), [PACK]) as studio:
        prepared = plan(studio, graph(1.2))
        sheet = sheet_of(prepared, "sheet")
        assert sheet is not None and sheet.columns == ("a", "b", "c") and sheet.cap == 1.2
        assert sheet.rows == ("Free", "Film")
        free, paid = sheet.of_row(0), sheet.of_row(1)
        assert [(cell.low, cell.high, cell.held) for cell in free] == [(0.0, 0.0, "")] * 3
        assert [cell.held for cell in paid] == ["", "", "Not run: above the cap of $1.20."]
        assert [cell.high for cell in paid] == [0.5, 0.5, 0.5], "what it would cost is told of those left out too"
        maker = sheet.maker_of(1)
        assert maker is not None and (maker.node, maker.host, maker.played) == ("paid", "", True)
        assert prepared.bill.high == 1.0, "what is left out is not in the bill"
    assert emulator.paid == 0


def test_what_goes_beyond_the_cap_is_left_out_and_the_run_is_done(emulator: Toys) -> None:
    assert run(graph(1.2), "--pay", "1", "--json") == 0
    assert emulator.paid == 2


def test_what_earlier_runs_spent_on_the_sheet_counts_and_is_not_paid_again(emulator: Toys) -> None:
    assert run(graph(0.6), "--pay", "9") == 0
    assert emulator.paid == 1
    assert run(graph(0.6), "--pay", "9") == 0
    assert emulator.paid == 1, "the cap is for the whole sheet"
    assert run(graph(1.0), "--pay", "9") == 0
    assert emulator.paid == 2, "a higher cap makes what was left out"
    with Studio.open(Home.open(Path("home").absolute()), [PACK]) as studio:
        sheet = sheet_of(plan(studio, graph(1.0)), "sheet")
        assert sheet is not None and sheet.spent == 1.0
        assert [(cell.cached, bool(cell.held)) for cell in sheet.of_row(1)] == [
            (True, False), (True, False), (False, True)]


def test_without_a_cap_everything_is_made(emulator: Toys) -> None:
    assert run(graph(0.0), "--pay", "9") == 0
    assert emulator.paid == 3


def test_a_cell_that_fails_takes_no_other_with_it(emulator: Toys) -> None:
    emulator.fail("blocked")
    assert run(graph(0.0), "--pay", "9", "--out", "out") == 1
    assert emulator.paid >= 2
    assert list(Path("out").glob("*sheet*.png")), "the sheet is made all the same"
