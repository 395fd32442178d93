from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.template_cards import wrapped
from canvas.template_list import FOLDER, templates
from canvas.templates import TemplatesPanel

ROW = """[[template]]
name = "mine"
title = "Mine"
sentence = "A style of mine."
shows = "LoRAs"
needs = "A LoRA of your own"
picture = ""
"""


@pytest.fixture
def panel(desk: Desk, qtbot: QtBot) -> TemplatesPanel:
    made = TemplatesPanel(desk)
    qtbot.addWidget(made)
    made.resize(232, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def places(panel: TemplatesPanel) -> list[QPoint]:
    view, model = panel.view, panel.model
    return [view.visualRect(model.index(row)).topLeft() for row in range(model.rowCount())]


def test_cards_stand_below_one_another_in_a_dock_and_beside_one_another_on_a_page(
    panel: TemplatesPanel, qtbot: QtBot,
) -> None:
    assert len({at.x() for at in places(panel)}) == 1
    panel.resize(1000, 700)
    qtbot.waitUntil(lambda: len({at.x() for at in places(panel)}) == 4)


def test_a_double_click_opens_a_template(panel: TemplatesPanel, qtbot: QtBot) -> None:
    middle = panel.view.visualRect(panel.model.index(1)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    with qtbot.waitSignal(panel.chosen) as told:
        QTest.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert told.args[0].name == "hello.json"


def test_by_keys_alone_search_go_down_and_open(panel: TemplatesPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.search, "sheet")
    assert 1 < panel.model.rowCount() < len(panel.model.all)
    QTest.keyClick(panel.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.chosen) as told:
        QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert told.args[0].stem == panel.model.rows[1].name


def test_nothing_found_says_so_and_leads_back(panel: TemplatesPanel) -> None:
    QTest.keyClicks(panel.search, "zebra")
    assert panel.empty.isVisible() and not panel.open.isVisible()
    QTest.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    assert panel.view.isVisible() and panel.model.rowCount() == len(panel.model.all)


def test_what_a_template_is_missing_is_said_on_its_card_and_in_full_below(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = (FOLDER / "lora-strengths.json").read_text("utf-8").replace("builtin-blueprint", "my-style")
    (tmp_path / "mine.json").write_text(text, "utf-8")
    (tmp_path / "index.toml").write_text(ROW, "utf-8")
    monkeypatch.setattr("canvas.templates.templates", lambda: templates(tmp_path))
    panel = TemplatesPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    index = panel.model.index(0)
    panel.view.setCurrentIndex(index)
    qtbot.waitUntil(lambda: "Needs a LoRA" in index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert str(desk.studio.home.models) in panel.needs.full
    assert panel.open.isEnabled()


def test_a_sentence_that_is_too_long_ends_in_an_ellipsis(desk: Desk) -> None:
    font = desk.theme.font("caption")
    assert wrapped("short", font, 200, 2) == ["short"]
    lines = wrapped("many words " * 20, font, 120, 2)
    assert len(lines) == 2 and lines[1].endswith("…")
