from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ajar.errors import UserError
from canvas.desk import Desk
from canvas.viewers import facts, opening
from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import plain
from workflows.settings import Home
from workflows.take import Facts, Take
from workflows.takes import Takes


@pytest.fixture
def takes(tmp_path: Path) -> list[Take]:
    """Three pictures that were kept."""
    with Takes(Home.open(tmp_path / "takes-home")) as store:
        told = Facts(document="draft:x", node="flux", kind="image", title="Flux", model="Built-in")
        return [store.add(plain(n * 50, 0, 0).encode("png"), ".png", told) for n in range(3)]


def test_takes_are_laid_out_as_a_sheet(viewer: Viewer, takes: list[Take], qtbot: QtBot) -> None:
    viewer.lay_out_takes(takes)
    qtbot.waitUntil(lambda: len(viewer.sheet.cells) == 3 and viewer.bench.view.mode == "sheet")
    assert [one.facts.which for one in viewer.sheet.cells] == ["take 1", "take 2", "take 3"]
    assert viewer.sheet.cells[0].take == takes[0]


def test_a_take_without_its_value_is_opened_from_its_file(viewer: Viewer, takes: list[Take], qtbot: QtBot) -> None:
    viewer.show_value(None, "", takes[1])
    qtbot.waitUntil(lambda: viewer.bench.side("a") is not None)
    viewer.load_take(4, takes[2])
    qtbot.waitUntil(lambda: 4 in viewer.bench.buffers)
    assert viewer.bench.buffers[4].facts.name == "Built-in"


def test_a_take_whose_file_is_gone_says_so(viewer: Viewer, desk: Desk, takes: list[Take], qtbot: QtBot) -> None:
    takes[0].path.unlink()
    with qtbot.waitSignal(desk.said) as told:
        viewer.show_value(None, "", takes[0])
    assert "is gone" in told.args[0]
    with pytest.raises(UserError):
        opening.open_take(takes[0])


def test_a_rating_given_elsewhere_is_heard(viewer: Viewer, takes: list[Take], qtbot: QtBot) -> None:
    viewer.load_take(1, takes[0])
    qtbot.waitUntil(lambda: 1 in viewer.bench.buffers)
    rated = replace(takes[0], rating=5)
    viewer.bench.heard(rated, facts.of_take(rated))
    assert viewer.bench.buffers[1].facts.rating == 5
