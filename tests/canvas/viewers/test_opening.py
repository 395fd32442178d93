from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.document import Document
from canvas.fact import Fact
from canvas.looks import Look
from canvas.standing import Standing
from canvas.viewers import facts, opening
from canvas.viewers.opening import seats_of
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
    assert "not in the folder of takes any more" in told.args[0]
    with pytest.raises(AjarError):
        opening.shown_take(desk, takes[0])


def test_a_rating_given_elsewhere_is_heard(viewer: Viewer, takes: list[Take], qtbot: QtBot) -> None:
    viewer.load_take(1, takes[0])
    qtbot.waitUntil(lambda: 1 in viewer.bench.buffers)
    rated = replace(takes[0], rating=5)
    viewer.bench.heard(rated, facts.of_take(rated))
    assert viewer.bench.buffers[1].facts.rating == 5


class Store:
    """A runner as far as the viewer speaks with it."""

    def __init__(self, desk: Desk, takes: Takes, fact: Fact) -> None:
        self.takes, self._fact, self._desk = takes, fact, desk
        self.picked: list[tuple[Document, str, Take]] = []
        self.picks = self

    def standing(self, document: Document) -> Standing:
        standing = Standing(document, self._desk.looks(document))
        standing.foresee({"flux": self._fact})
        return standing

    def pick(self, document: Document, node: str, take: Take, *, stage: str) -> None:
        self.picked.append((document, node, take))


@pytest.fixture
def store(desk: Desk, document: Document, tmp_path: Path) -> Iterator[Store]:
    with Takes(Home.open(tmp_path / "takes-home")) as takes:
        store = Store(desk, takes, Fact(open=True, licence="Apache-2.0", lane="CPU"))
        desk.runner = store  # type: ignore[assignment]
        yield store


def kept(store: Store, document: Document) -> Take:
    told = Facts(document=document.key, node="flux", kind="image", title="Flux", model="Built-in")
    return store.takes.add(plain(9, 9, 9, (900, 600)).encode("png"), ".png", told)


def test_item_26_what_comes_to_the_viewer_is_the_take_in_its_full_size(
    viewer: Viewer, store: Store, document: Document, qtbot: QtBot,
) -> None:
    take = kept(store, document)
    small = QImage(60, 40, QImage.Format.Format_RGB32)
    viewer._desk.looks(document).put({"flux": Look(phase="done", picture=small, picked=take.id)})
    opening.bring(viewer._desk, document, "flux", "Flux", lambda found: viewer.load(3, found, "Flux"))
    qtbot.waitUntil(lambda: 3 in viewer.bench.buffers)
    shown = viewer.bench.buffers[3]
    assert (shown.value.width, shown.take) == (900, take)
    assert (shown.facts.open, shown.facts.runs_on, shown.facts.name) == (True, "CPU", "Built-in")


def test_without_a_take_the_result_itself_comes(
    viewer: Viewer, store: Store, document: Document, qtbot: QtBot,
) -> None:
    results = viewer._desk.studio.results
    assert results is not None
    results.keep("k1", (plain(1, 2, 3, (700, 500)),), disk=False)
    store._fact = replace(store._fact, keys=("k1",))
    opening.bring(viewer._desk, document, "flux", "Flux", viewer.bench.show)
    qtbot.waitUntil(lambda: viewer.bench.side("a") is not None)
    assert (a := viewer.bench.side("a")) and a.value.width == 700


def test_without_either_the_small_picture_and_without_any_a_sentence(
    viewer: Viewer, desk: Desk, document: Document, qtbot: QtBot,
) -> None:
    with qtbot.waitSignal(desk.said) as told:
        opening.bring(desk, document, "flux", "Flux", viewer.bench.show)
    assert told.args == ["This node has no result yet.", "Run it first."]
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 100, 50))
    desk.looks(document).put({"flux": Look(phase="done", picture=image)})
    opening.bring(desk, document, "flux", "Flux", viewer.bench.show)
    qtbot.waitUntil(lambda: viewer.deck.picture("a") is not None)
    assert (picture := viewer.deck.picture("a")) and tuple(picture.pixels[5, 5]) == (200, 100, 50)


def test_stars_and_notes_are_kept_in_the_store_and_heard_from_it(
    viewer: Viewer, store: Store, document: Document, qtbot: QtBot,
) -> None:
    take = kept(store, document)
    viewer.load_take(1, take)
    viewer.compare(1, 2, "single")
    qtbot.waitUntil(lambda: 1 in viewer.bench.buffers)
    viewer.do("rate 4")
    qtbot.waitUntil(lambda: store.takes.get(take.id).rating == 4)
    viewer.bench.note(viewer.bench.buffers[1], "soft water")
    qtbot.waitUntil(lambda: store.takes.get(take.id).note == "soft water")
    store.takes.tag(take.id, ["keeper"])
    qtbot.waitUntil(lambda: viewer.bench.buffers[1].facts.tags == ("keeper",))
    assert viewer.bench.buffers[1].facts.rating == 4


def test_the_licence_is_told_by_name_with_whether_it_may_be_sold(desk: Desk) -> None:
    told = opening.with_terms(desk, facts.Facts(licence="apache-2.0"))
    assert told.sold == "yes" and told.licence
    own = opening.with_terms(desk, facts.Facts(licence="my own"))
    assert (own.licence, own.sold) == ("my own", "not known"), "unknown is never left out"
    assert opening.with_terms(desk, facts.Facts()).sold == ""


def test_use_picks_the_take_in_its_workflow(
    viewer: Viewer, desk: Desk, store: Store, document: Document, qtbot: QtBot,
) -> None:
    take = kept(store, document)
    viewer.load_take(1, take)
    viewer.compare(1, 2, "single")
    qtbot.waitUntil(lambda: 1 in viewer.bench.buffers)
    viewer.toolbar.use.click()
    assert store.picked == [(document, "flux", take)]
    desk.close(document)
    with qtbot.waitSignal(desk.said):
        viewer.do("use")


def test_the_sheet_shows_all_takes_of_the_node_that_is_looked_at(
    viewer: Viewer, store: Store, document: Document, qtbot: QtBot,
) -> None:
    takes = [kept(store, document) for _ in range(3)]
    viewer.load_take(1, takes[1])
    viewer.compare(1, 2, "single")
    qtbot.waitUntil(lambda: 1 in viewer.bench.buffers)
    viewer.do("mode sheet")
    qtbot.waitUntil(lambda: [one.take for one in viewer.sheet.cells] == takes)


def test_without_takes_of_it_the_sheet_shows_the_buffers(
    viewer: Viewer, store: Store, document: Document, qtbot: QtBot,
) -> None:
    viewer.load(2, plain(1, 2, 3), "two")
    viewer.do("mode sheet")
    assert [one.title for one in viewer.sheet.cells] == ["two"]


def test_takes_that_are_compared_lie_where_they_were_or_where_room_is() -> None:
    assert seats_of({}, [7, 8]) == (1, 2)
    assert seats_of({0: 7, 1: 3, 4: 8}, [7, 8]) == (2, 4)
    assert seats_of(dict.fromkeys(range(1, 10)), [7, 8]) == (9, 8)
