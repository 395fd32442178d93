"""The page of compare sheets as a person uses it: Kling is played on this machine, the free row is drawn here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ajar.errors import AjarError
from ajar.values import Image
from canvas.compare.cell_paint import row_terms, terms_of
from canvas.compare.choosing import ChooseGrid, ChooseModels, values_of
from canvas.compare.page import ComparePage
from canvas.desk import Desk
from canvas.document import Document
from canvas.hands import verbs_compare
from canvas.window import Window
from nodes.remote.emulators.server import Emulator
from tests.canvas.hosted import kling, shown_window
from tests.canvas.running import LONG
from workflows.compare import SheetCell
from workflows.format import dump
from workflows.plain import build
from workflows.ratings import Ratings
from workflows.reading import read_source
from workflows.take import Take


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with kling(monkeypatch) as emulator:
        yield emulator


@pytest.fixture
def window(desk: Desk, emulator: Emulator) -> Iterator[Window]:
    with shown_window(desk) as window:
        yield window


def drawn(folder: Path) -> str:
    file = folder / "drawn.png"
    file.write_bytes(Image.of(np.full((72, 128, 3), (200, 40, 40), np.uint8)).encode("png"))
    return file.name


def sheet(folder: Path, cap: float = 0.0) -> dict[str, Any]:
    """A row that is drawn here above two of Kling's pictures: 2 cents and 5.6 cents each."""
    def hosted(model: str) -> dict[str, Any]:
        return {"type": "kling_image", "inputs": {"prompt": {"from": "axes.row"}, "model": model}}

    return {"ajar": 1, "nodes": {
        "axes": {"type": "sheet_axes", "inputs": {"down": "a lighthouse\na cat", "across": "1"}},
        "picture": {"type": "load_image", "inputs": {"file": drawn(folder)}},
        "free": {"type": "text_on_image", "inputs": {"image": {"from": "picture"}, "text": {"from": "axes.row"}}},
        "cheap": hosted("kling-v2-1"), "dear": hosted("kling-v3"),
        "sheet": {"type": "compare_sheet", "inputs": {
            "cells": [{"from": "free"}, {"from": "cheap"}, {"from": "dear"}], "rows": ["Drawn", "Cheap", "Dear"],
            "columns": {"from": "axes.row"}, "cap": cap, "cell": 120, "title": "Three ways"}},
    }}


def opened(window: Window, folder: Path, plain: dict[str, Any]) -> Document:
    file = folder / "sheet.json"
    file.write_text("{}", "utf-8")
    document = Document(build(plain), window.desk.studio.packs.types, file)
    window.desk.open(document)
    return document


@pytest.fixture
def page(window: Window, tmp_path: Path, qtbot: QtBot) -> Iterator[ComparePage]:
    opened(window, tmp_path, sheet(tmp_path))
    page = window.tabs.open_sheet()
    qtbot.waitUntil(lambda: page.model.known is not None, timeout=LONG)
    yield page


def run(qtbot: QtBot, window: Window, page: ComparePage) -> None:
    with qtbot.waitSignal(window.runner.ended, timeout=LONG):
        page.do("run")
    qtbot.waitUntil(lambda: not page.model.left, timeout=LONG)


def test_every_cell_tells_its_price_before_anything_runs(page: ComparePage, emulator: Emulator) -> None:
    known = page.model.known
    assert known is not None and known.sheet.rows == ("Drawn", "Cheap", "Dear")
    assert [page.cells.told(place).rpartition(", ")[2] for place in range(6)] == ["Not run yet"] * 6
    cheap, dear = known.sheet.of_row(1)[0], known.sheet.of_row(2)[0]
    assert 0 < (cheap.high or 0) < (dear.high or 0)
    assert page.bar.run.costs and page.bar.run.isEnabled() and emulator.paid == 0
    assert page.pages.currentWidget() is page.cells and not page.transport.isVisible()


def test_a_run_makes_what_is_left_and_the_whole_sheet_is_seen(
        page: ComparePage, window: Window, qtbot: QtBot, emulator: Emulator) -> None:
    run(qtbot, window, page)
    assert emulator.paid == 4
    qtbot.waitUntil(lambda: all(page.cells.picture(place) is not None for place in range(6)), timeout=LONG)
    known = page.model.known
    assert known is not None and known.sheet.spent > 0
    assert not page.bar.run.isEnabled()
    assert "play" in page.model.shown[2].facts.price and page.model.shown[2].facts.paid
    page.do("run")
    assert emulator.paid == 4, "nothing is paid twice"


def test_while_it_runs_the_button_stops_it_and_cells_that_are_done_tell_what_they_cost(
        page: ComparePage, window: Window, qtbot: QtBot, emulator: Emulator) -> None:
    told: list[tuple[str, str]] = []

    def hear() -> None:
        if page.model.running:
            told.append((page.bar.run.accessibleName(), page.model.shown[2].facts.price))

    page.model.moved.connect(hear)
    run(qtbot, window, page)
    assert told and all(name.startswith("Stop") and price != "free" for name, price in told[1:])
    qtbot.waitUntil(lambda: not page.model.running and not page.bar.run.isEnabled(), timeout=LONG)


def test_above_the_cap_the_dearest_cells_are_left_out(
        page: ComparePage, window: Window, qtbot: QtBot, emulator: Emulator) -> None:
    known = page.model.known
    assert known is not None
    cheap = known.sheet.of_row(1)[0].high or 0.0
    page.do(f"cap {2 * cheap + 0.001}")
    qtbot.waitUntil(lambda: page.model.known is not None and bool(page.model.known.sheet.cap), timeout=LONG)
    assert [bool(cell.held) for cell in page.model.known.sheet.cells] == [False] * 4 + [True] * 2  # type: ignore[union-attr]
    assert "above the cap" in page.cells.told(4)
    run(qtbot, window, page)
    assert emulator.paid == 2 and window.desk.front is not None and window.desk.front.history.past, "the cap is an edit"


def test_all_pictures_are_zoomed_and_moved_together_until_unlocked(
        page: ComparePage, window: Window, qtbot: QtBot) -> None:
    run(qtbot, window, page)
    qtbot.waitUntil(lambda: all(page.cells.picture(place) is not None for place in range(6)), timeout=LONG)
    page.cells.go(3)
    page.cells.zoom_by(4)
    assert {page.cells.looks.of(place).zoom for place in range(6)} == {4.0}
    spot = page.cells.box(3).center()
    qtbot.mousePress(page.cells.viewport(), Qt.MouseButton.LeftButton, pos=spot.toPoint())
    qtbot.mouseMove(page.cells.viewport(), (spot + QPointF(30, 0)).toPoint())
    qtbot.mouseRelease(page.cells.viewport(), Qt.MouseButton.LeftButton)
    assert page.cells.looks.of(0) == page.cells.looks.of(3) and page.cells.looks.of(0).centre[0] < 0.5
    page.do("lock")
    page.cells.zoom_by(2)
    assert page.cells.looks.of(3).zoom == 8.0 and page.cells.looks.of(0).zoom == 4.0
    page.do("fit")
    assert not page.cells.looks.of(3).zoom


def test_two_cells_are_held_against_each_other(page: ComparePage, window: Window, qtbot: QtBot) -> None:
    run(qtbot, window, page)
    page.cells.go(0)
    page.cells.put_against(4)
    qtbot.keyClick(page, Qt.Key.Key_W)
    assert _mode(page) == "wipe" and page.pages.currentWidget() is page.stage
    assert page.bench.side("a") is page.model.shown[0] and page.bench.side("b") is page.model.shown[4]
    qtbot.keyClick(page, Qt.Key.Key_D)
    assert _mode(page) == "difference"
    qtbot.keyClick(page, Qt.Key.Key_S)
    assert page.pages.currentWidget() is page.cells


def test_blind_nothing_tells_the_model_until_all_is_rated(
        page: ComparePage, window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    run(qtbot, window, page)
    named = [page.model.cell_at(place) for place in range(6)]
    page.do("names")
    assert _blind(page)
    hidden = " ".join(page.cells.told(place) for place in range(6)) + repr([one.facts for one in page.model.shown])
    assert not any(word in hidden for word in ("Kling", "Cheap", "Dear", "Drawn", "$", "free"))
    assert not page.side.table.isVisible() and not page.bar.cap.isVisible()
    assert sorted(map(repr, named)) == sorted(repr(page.model.cell_at(place)) for place in range(6))
    for place in range(5):
        page.cells.go(place)
        qtbot.keyClick(page.cells, Qt.Key(Qt.Key.Key_1 + place))
        assert _blind(page)
    page.model.rate(5, 4)
    assert not _blind(page), "names come back by themselves"
    known = page.model.known
    assert known is not None
    lines = {line.name: line for line in known.qualities}
    assert set(lines) == {"Drawn", "Cheap (stand-in)", "Dear (stand-in)"}
    assert sum(line.count for line in lines.values()) == 6 and all(line.blind == line.count for line in lines.values())
    with Ratings(window.desk.studio.home) as ratings:
        assert len(ratings.of(known.project)) == 6
    assert page.side.plot.lines and page.side.card.text.full


def test_stars_are_given_and_taken_by_a_click(page: ComparePage, window: Window, qtbot: QtBot) -> None:
    run(qtbot, window, page)
    cell = page.model.cell_at(1)
    assert cell is not None
    place = page.cells.stars(1)
    fourth = QPointF(place.left() + place.width() * 0.7, place.center().y()).toPoint()
    qtbot.mouseClick(page.cells.viewport(), Qt.MouseButton.LeftButton, pos=fourth)
    assert page.model.rating(cell) == 4
    qtbot.mouseClick(page.cells.viewport(), Qt.MouseButton.LeftButton, pos=fourth)
    assert page.model.rating(cell) == 0


def made_cell(page: ComparePage, window: Window, qtbot: QtBot) -> tuple[SheetCell, Take]:
    """The sheet is made; its third cell, and the take it shows."""
    run(qtbot, window, page)
    cell = page.model.cell_at(2)
    assert cell is not None
    qtbot.waitUntil(lambda: bool(_take(page, 2)), timeout=LONG)
    take = page.model.take(cell)
    assert take is not None
    return cell, take


def test_the_stars_of_a_cell_are_those_of_the_take_it_made(
        page: ComparePage, window: Window, qtbot: QtBot) -> None:
    cell, take = made_cell(page, window, qtbot)
    assert take.node == "cheap"
    page.model.rate(2, 4)
    assert window.engine.takes.get(take.id).rating == 4
    window.engine.takes.rate(take.id, 2)  # as in the strip or the gallery
    qtbot.waitUntil(lambda: page.model.rating(cell) == 2, timeout=LONG)
    known = page.model.known
    assert known is not None and [line.mean for line in known.qualities] == [2.0], "it counts in the table, too"
    window.engine.takes.rate(take.id, 0)
    qtbot.waitUntil(lambda: page.model.rating(cell) == 0, timeout=LONG)
    assert page.model.known is not None and not page.model.known.qualities
    drawn_here = page.model.cell_at(0)
    assert drawn_here is not None and page.model.take(drawn_here) is None, "no model made it"
    page.model.rate(0, 5)
    assert page.model.rating(drawn_here) == 5


def test_stars_that_come_and_go_before_the_strips_look_are_seen_by_the_sheet(
        page: ComparePage, window: Window, qtbot: QtBot) -> None:
    cell, take = made_cell(page, window, qtbot)
    qtbot.waitUntil(lambda: bool(window.runner.strips.of(window.desk.front, "cheap")), timeout=LONG)  # type: ignore[arg-type]
    strips = window.runner.strips
    strips._settling.setInterval(1500)  # as on a machine that is busy
    window.engine.takes.rate(take.id, 2)
    page.model.look()  # as after a word of the forecast
    qtbot.waitUntil(lambda: page.model.rating(cell) == 2, timeout=1400)
    strips._settling.setInterval(40)
    window.engine.takes.rate(take.id, 0)
    qtbot.waitUntil(lambda: page.model.rating(cell) == 0, timeout=LONG)


def test_stars_of_a_finished_result_say_that_they_are_not_the_take_s(
        page: ComparePage, window: Window, qtbot: QtBot) -> None:
    _, take = made_cell(page, window, qtbot)
    page.cells.go(2)
    page.model.rate(2, 4)
    assert page.side.note.isHidden()
    page.do("chain finished")
    qtbot.waitUntil(lambda: bool(page.model.left), timeout=LONG)
    run(qtbot, window, page)
    qtbot.waitUntil(lambda: f"take {take.number}, which it was made from, has 4 stars" in page.side.note.full,
                    timeout=LONG)
    finished = page.model.cell_at(2)
    assert finished is not None and page.model.rating(finished) == 0


def test_a_cell_goes_on_as_any_take_does(page: ComparePage, window: Window, qtbot: QtBot) -> None:
    document = window.desk.front
    assert document is not None
    page.cells.go(2)
    assert not page.side.promote.isEnabled() and not page.side.take.isEnabled()
    run(qtbot, window, page)
    qtbot.waitUntil(page.side.promote.isEnabled, timeout=LONG)
    page.do("promote")
    qtbot.waitUntil(window.casting.picker.isVisible, timeout=LONG)
    cell = page.model.cell_at(2)
    assert cell is not None
    take = page.model.take(cell)
    assert take is not None and f"Promote take {take.number}" in window.casting.picker.title.full
    window.casting.picker.dismiss()
    page.do("take")
    assert document.selected_nodes == ("cheap",) and window.boards.currentWidget() is window.page
    current = window.panels.takes.view.current()
    assert current is not None and current.take is not None and current.take.id == take.id
    window.tabs.open_sheet()
    before = set(document.graph.nodes)
    page.do("insert")
    qtbot.waitUntil(lambda: bool(set(document.graph.nodes) - before), timeout=LONG)
    window.tabs.open_sheet()
    page.do("names")
    assert not page.side.promote.isEnabled() and not page.side.take.isEnabled(), "they would tell the name"


def test_each_cell_says_what_the_terms_mean_before_it_runs(page: ComparePage, window: Window, qtbot: QtBot) -> None:
    known = page.model.known
    assert known is not None
    assert [terms_of(page.model, cell)[0] for cell in known.sheet.cells] == ["", "", *["warning"] * 4]
    assert row_terms(page.model, 0)[0] == "" and row_terms(page.model, 1)[0] == "Personal use: warning"
    assert "of using its results is not known" in page.cells.told(2)
    page.cells.go(2)
    assert any(name == "For personal use" and "not known" in value for name, value, _ in page.side.told)
    assert ("Licences", "Personal use: warning", "semantic.warn") in page.foot.facts()
    page.do("names")
    assert not terms_of(page.model, known.sheet.cells[2])[0], "it would tell which is the open one"


def test_the_sheet_is_written_as_it_is_seen(page: ComparePage, window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    run(qtbot, window, page)
    page.write("png", tmp_path / "out.png")
    page.write("html", tmp_path / "out.html")
    qtbot.waitUntil(lambda: (tmp_path / "out.html").exists(), timeout=LONG)
    text = (tmp_path / "out.html").read_text("utf-8")
    assert "Three ways" in text and text.count("data:image") == 6 and "Cheap" in text
    assert "Cheap" in dump(read_source(str(tmp_path / "out.png")).graph), "a picture brings the workflow that made it"
    page.do("names")
    page.write("png", tmp_path / "blind.png")
    page.write("html", tmp_path / "blind.html")
    qtbot.waitUntil(lambda: (tmp_path / "blind.html").exists(), timeout=LONG)
    assert "Cheap" not in (tmp_path / "blind.html").read_text("utf-8")
    with pytest.raises(AjarError):
        read_source(str(tmp_path / "blind.png"))


def test_finished_against_finished_is_an_edit_that_can_be_undone(
        page: ComparePage, window: Window, qtbot: QtBot) -> None:
    document = window.desk.front
    assert document is not None
    before = document.graph
    page.do("chain finished")
    assert sum(node.group is not None for node in document.graph.nodes.values()) == 3
    qtbot.waitUntil(lambda: page.model.known is not None and page.model.known.finished, timeout=LONG)
    assert page.bar.chains.key == "finished"
    document.undo()
    assert document.graph is before


def test_without_a_sheet_the_page_says_how_one_is_made(window: Window, qtbot: QtBot) -> None:
    window.files.new()
    page = window.tabs.open_sheet()
    qtbot.waitUntil(lambda: page.pages.currentWidget() is page.empty, timeout=LONG)
    assert "no compare sheet" in page.empty.sentence.full


def test_a_sheet_that_can_t_be_planned_says_why(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    plain = sheet(tmp_path)
    plain["nodes"]["dear"] = {"type": "flux", "inputs": {"prompt": {"from": "axes.row"}, "model": "flux.1-dev"}}
    opened(window, tmp_path, plain)
    page = window.tabs.open_sheet()
    qtbot.waitUntil(lambda: "is not on this machine" in page.empty.sentence.full, timeout=LONG)
    assert page.pages.currentWidget() is page.empty and page.empty.button.isVisible()
    page.empty.button.click()
    assert window.boards.currentWidget() is window.page and not window.sides.work.isHidden()


def test_a_generator_is_compared_from_its_menu(window: Window, qtbot: QtBot) -> None:
    plain = {"ajar": 1, "nodes": {"clip": {"type": "kling_video", "inputs": {"prompt": "a lighthouse", "seconds": 5}}},
             "layout": {"clip": [0, 0]}}
    document = window.files.new(build(plain), "Clip")
    document.select(["clip"])
    context = window.context()
    assert context is not None and verbs_compare.comparable(context)
    verbs_compare.compare(context)
    qtbot.waitUntil(lambda: bool(_open(ChooseModels)), timeout=LONG)
    [dialog] = _open(ChooseModels)
    assert not dialog.make.isEnabled()
    names = [one.target.title for one in dialog.found]
    item = dialog.list.topLevelItem(names.index("Kling 2.6"))
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Checked)
    dialog.prompts.setPlainText("a lighthouse\na cat")
    assert "2 × 2: 4 cells, $0.42" in dialog.told.full
    dialog.accept()
    assert set(document.graph.nodes) == {"clip", "compare"}
    page = window.tabs.sheet
    assert page is not None
    qtbot.waitUntil(lambda: page.model.known is not None, timeout=LONG)
    assert page.model.known.sheet.rows == ("Kling 3.0", "Kling 2.6")  # type: ignore[union-attr]
    window.bar.follow()
    document.select(["clip"])
    context = window.context()
    assert context is not None
    verbs_compare.grid(context)
    [grid] = _open(ChooseGrid)
    box, line = grid.rows[0]
    box.setCurrentIndex(box.findData("seconds"))
    line.setText("3, 5, 10")
    assert "3 cells" in grid.told.full
    grid.accept()
    assert "grid" in document.graph.nodes


def _mode(page: ComparePage) -> str:
    return page.bench.view.mode


def _blind(page: ComparePage) -> bool:
    return page.model.known is not None and page.model.known.blind


def _take(page: ComparePage, place: int) -> Any:
    cell = page.model.cell_at(place)
    return page.model.take(cell) if cell is not None else None


def _open(kind: type) -> list[Any]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


def test_values_are_read_as_they_are_typed() -> None:
    assert values_of("1, 2.5, 4") == [1, 2.5, 4] and values_of('"a, b", "c"') == ["a, b", "c"]
    assert values_of("red, blue") == ["red", "blue"] and values_of(" ") == []
