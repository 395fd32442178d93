"""Media that lost their row are listed again: after a kill, and after the table was damaged."""

import json
from pathlib import Path

import numpy as np
import pytest

from ajar.values import Image
from workflows.settings import Home
from workflows.strays import take_in
from workflows.takes import Facts, Query, Takes

ABOUT = {
    "ajar": 1, "workflow": "harbour", "node": "flux", "item": [0], "stage": "final", "seeds": {"flux": 7},
    "models": [{"id": "flux.1-schnell"}], "graph": {"nodes": {"flux": {"inputs": {"prompt": "a lighthouse"}}}},
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


def _picture() -> bytes:
    return Image.of(np.zeros((8, 12, 3), np.uint8)).encode("png", about=json.dumps(ABOUT))


def test_after_the_table_was_lost_all_takes_are_listed_again(home: Home) -> None:
    with Takes(home) as takes:
        for _ in range(3):
            takes.add(_picture(), ".png", Facts(document="d", node="flux", kind="image"))
    (home.path / "takes.db").write_bytes(b"no database")
    with Takes(home) as takes:
        assert takes.trouble and takes.count() == 0
        assert len(take_in(takes, age=-10)) == 3
        found = takes.search(Query("lighthouse", model="flux.1-schnell", kind="image"))
        assert [(take.seed, take.width, take.height, take.stage) for take in found] == [(7, 12, 8, "final")] * 3
        assert take_in(takes, age=-10) == [], "once is enough"


def test_what_another_process_is_just_keeping_is_left_to_it(home: Home) -> None:
    with Takes(home) as takes:
        folder = home.takes / "2026-11"
        folder.mkdir()
        (folder / "harbour-flux.png").write_bytes(_picture())
        assert take_in(takes) == []


def test_strange_files_are_listed_with_what_is_known(home: Home) -> None:
    with Takes(home) as takes:
        folder = home.takes / "2026-11"
        folder.mkdir()
        (folder / "bad.png").write_bytes(b"no picture")
        (folder / "notes.docx").write_bytes(b"not ours")
        (folder / "half.png.1-1.part").write_bytes(b"half")
        (take,) = take_in(takes, age=-10)
        assert (take.path.name, take.kind, take.width) == ("bad.png", "image", 0)
        assert takes.throw_away(take.id).thrown and take_in(takes, age=-10) == []
