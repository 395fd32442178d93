"""Prices of orders whose media are not there yet: from-to, by their number, or unknown, but never nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.money.stage import PACK
from workflows import format
from workflows.project import Project
from workflows.quotes import Bill, bill_of
from workflows.report import Row
from workflows.settings import Home
from workflows.studio import Options, Studio

PICTURE = {"type": "load_image", "inputs": {"file": "a.png"}}
SOUND = {"type": "media/sound", "inputs": {"file": "a.wav"}}


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    for name in ("OPENAI", "KLING", "STABILITY"):
        monkeypatch.setenv(f"AJAR_{name}_KEY", "none")
    for name in ("a.png", "a.wav", "a.txt"):
        (tmp_path / name).write_bytes(b"not read while planning")
    with Studio.open(Home(tmp_path / "home"), [PACK], writable=False) as found:
        yield found


def planned(studio: Studio, tmp_path: Path, nodes: dict[str, Any]) -> tuple[Bill, Row]:
    graph = format.read(json.dumps({"ajar": 1, "nodes": nodes}).encode())
    prepared = studio.plan(graph, Project(tmp_path, "wired"), Options(base=tmp_path))
    assert prepared.bill == bill_of(prepared.bids)
    return prepared.bill, next(row for row in prepared.rows if row.id == "it")


def test_what_costs_by_a_sounds_length_is_from_to(studio: Studio, tmp_path: Path) -> None:
    nodes = {"face": PICTURE, "voice": SOUND, "it": {
        "type": "kling_avatar", "inputs": {"image": {"from": "face"}, "voice": {"from": "voice"}}}}
    bill, row = planned(studio, tmp_path, nodes)
    # 2 to 30 seconds at 0.056 dollars.
    assert bill.low == pytest.approx(0.112) and bill.high == pytest.approx(1.68)
    assert (row.low, row.high) == (bill.low, bill.high)


def test_what_refuses_the_usual_length_is_still_priced(studio: Studio, tmp_path: Path) -> None:
    """Stable Audio takes sounds of 6 s and more; the first that stands in is of 5 s."""
    nodes = {"voice": SOUND, "it": {
        "type": "stability_audio", "inputs": {"prompt": "bells", "voice": {"from": "voice"}, "seconds": 7}}}
    bill, row = planned(studio, tmp_path, nodes)
    assert bill.high is not None and bill.high > 0 and row.high == bill.high


def test_as_many_pictures_are_counted_as_are_wired(studio: Studio, tmp_path: Path) -> None:
    def price(count: int) -> float:
        pictures = {f"p{number}": PICTURE for number in range(count)}
        nodes = {**pictures, "it": {"type": "openai_image", "inputs": {
            "prompt": "a fox", "references": [{"from": name} for name in pictures]}}}
        bill, _ = planned(studio, tmp_path, nodes)
        assert bill.high is not None
        return bill.high

    assert price(1) < price(2) < price(3)


def test_what_refuses_all_that_stands_in_has_an_unknown_price(studio: Studio, tmp_path: Path) -> None:
    """An address that is not there yet is no address; what the real one leads to nobody knows before."""
    nodes = {"words": {"type": "media/words", "inputs": {"file": "a.txt"}}, "it": {
        "type": "kling_motion", "inputs": {"image": {"from": "face"}, "film": {"from": "words"}}}, "face": PICTURE}
    bill, row = planned(studio, tmp_path, nodes)
    assert bill.high is None and row.high is None and bill.unknown == 1
