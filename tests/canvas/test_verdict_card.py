"""Verifying a file in the window: of a take from its menu, of any file from the File menu."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.errands import Errands
from canvas.gallery import GalleryPanel
from canvas.verdict_card import VerdictCard, show_verdict
from tests.canvas.pictures import Add, add, choose, panel, shown, takes
from workflows import sidecars
from workflows.takes import Takes

__all__ = ["add", "panel", "takes"]


def verdict_of(qtbot: QtBot, parent: QWidget) -> VerdictCard:
    qtbot.waitUntil(lambda: bool(parent.findChildren(VerdictCard)))
    found = parent.findChildren(VerdictCard)[0]
    assert isinstance(found, VerdictCard)
    return found


def test_a_take_says_what_made_it_and_that_it_is_as_it_was(qtbot: QtBot, panel: GalleryPanel, add: Add) -> None:
    add()
    shown(qtbot, panel)
    panel.view.choose(0)
    choose(panel.deeds.menu(panel.view.takes()), "Verify…")
    card = verdict_of(qtbot, panel)
    assert card.sentence.full == "It is as it was made."
    assert any(line.startswith("workflow: harbour") for line in card.lines)
    assert any("byte for byte" in line for line in card.lines)
    card.copy.click()
    assert "byte for byte" in QGuiApplication.clipboard().text()


def test_what_was_changed_or_came_from_elsewhere_is_told_so(
        qtbot: QtBot, desk: Desk, takes: Takes, add: Add, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    errands = Errands(desk, parent)
    strange = tmp_path / "strange.txt"
    strange.write_text("nobody knows")
    show_verdict(desk, takes, errands, parent, strange)
    card = verdict_of(qtbot, parent)
    assert card.sentence.full.startswith("Nothing is known of this file")
    card.accept()
    qtbot.waitUntil(lambda: not parent.findChildren(VerdictCard))
    sidecars.write(strange, '{"workflow": "harbour"}')
    strange.write_text("somebody wrote on it")
    show_verdict(desk, takes, errands, parent, strange)
    assert verdict_of(qtbot, parent).sentence.full.startswith("It was changed")
    errands.close()
