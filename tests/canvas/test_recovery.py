"""After a crash the next start offers what was not saved, with what differs (item 42)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.recovery import RecoveryPanel, headline
from canvas.theme import Theme
from workflows import drafts, edit, format
from workflows.drafts import Draft, Drafts
from workflows.graph import Graph
from workflows.settings import Home

CLONE = Path(__file__).resolve().parents[2]
WINDOW = """
import sys, time
sys.path.insert(0, {clone!r})
from pathlib import Path
from workflows import edit, format
from workflows.drafts import Drafts
from workflows.settings import Home
drafts = Drafts(Home(Path(sys.argv[1])))
path = Path(sys.argv[2])
graph = format.load(path)
for steps in range(5, 9):
    graph = edit.set_value(graph, "flux", "steps", steps)
    drafts.keep(str(path), path.stem, path, graph)
graph = edit.add_node(graph, "upscale")
drafts.keep(str(path), path.stem, path, graph)
drafts.flush()
print("edited", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(desk: Desk) -> Home:
    return desk.studio.home


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.json"
    format.save(edit.add_node(Graph(), "flux", {"steps": 4}), path)
    return path


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, home: Home) -> Iterator[RecoveryPanel]:
    panel = RecoveryPanel(desk, home)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    yield panel


def _leave(home: Home, *left: tuple[str, str, Path | None, Graph]) -> None:
    window = Drafts(home)
    for key, name, path, graph in left:
        window.keep(key, name, path, graph)
    window.close()


def _changed(path: Path, steps: int = 8) -> Graph:
    return edit.set_value(format.load(path), "flux", "steps", steps)


def _press(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def test_without_drafts_there_is_nothing_to_see(qtbot: QtBot, panel: RecoveryPanel) -> None:
    panel.look()
    qtbot.waitUntil(lambda: panel._errands.idle)
    assert not panel.isVisible() and panel.rows == []


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_item_42_after_kill_9_recover_is_offered_with_a_diff(
    qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path,
) -> None:
    command = [sys.executable, "-c", WINDOW.format(clone=str(CLONE)), str(home.path), str(saved)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None and window.stdout.readline() == "edited\n"
        window.kill()
    panel.look()
    qtbot.waitUntil(panel.isVisible)
    assert panel.title.full == "Ajar ended unexpectedly. 1 workflow has changes that were not saved."
    (row,) = panel.rows
    assert row.name.full == "harbour"
    assert "Added: Upscale" in row.lines.full and "Changed: steps of Flux from 4 to 8" in row.lines.full
    got: list[Draft] = []
    panel.recovered.connect(got.append)
    with qtbot.waitSignal(panel.done):
        _press(row.recover)
    assert got[0].path == saved and "upscale" in got[0].graph.nodes
    assert not panel.isVisible()


def test_item_42_keeping_the_saved_one_loses_nothing(
    qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path, desk: Desk,
) -> None:
    _leave(home, (str(saved), "harbour", saved, _changed(saved)))
    panel.look()
    qtbot.waitUntil(panel.isVisible)
    with qtbot.waitSignal(desk.said) as said:
        _press(panel.rows[0].keep)
    assert "among the backups" in str(said.args[0])
    (backup,) = home.backups.iterdir()
    assert format.load(backup) == _changed(saved)
    assert format.load(saved).nodes["flux"].inputs["steps"] == 4
    assert drafts.found(home) == []


def test_several_workflows_are_decided_one_by_one_or_all_at_once(
    qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path,
) -> None:
    untitled = edit.add_node(Graph(), "prompt")
    _leave(home, (str(saved), "harbour", saved, _changed(saved)), ("draft:1", "Untitled", None, untitled),
           ("draft:2", "Untitled 2", None, untitled))
    panel.look(crashed=False)
    qtbot.waitUntil(panel.isVisible)
    assert panel.title.full == "3 workflows have changes that were not saved."
    got: list[Draft] = []
    panel.recovered.connect(got.append)
    row = next(row for row in panel.rows if row.name.full == "Untitled")
    assert row.lines.full == "It has 1 node." and row.keep.text() == "Set aside"
    row.recover.setFocus()
    QTest.keyClick(row.recover, Qt.Key.Key_Return)
    assert panel.title.full.startswith("2 workflows")
    _press(panel.all)
    assert sorted(draft.name for draft in got) == ["Untitled", "Untitled 2", "harbour"]
    assert not panel.isVisible()


def test_sent_away_it_comes_back_at_the_next_start(qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path) -> None:
    _leave(home, (str(saved), "harbour", saved, _changed(saved)))
    panel.look()
    qtbot.waitUntil(panel.isVisible)
    _press(panel.later)
    assert not panel.isVisible()
    panel.look()
    qtbot.waitUntil(panel.isVisible)


def test_many_changes_are_folded_and_can_be_shown(
    qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path,
) -> None:
    graph = format.load(saved)
    for number in range(9):
        graph = edit.add_note(graph, f"note {number}", (0, 0))
    _leave(home, (str(saved), "harbour", saved, graph))
    panel.look()
    qtbot.waitUntil(panel.isVisible)
    (row,) = panel.rows
    assert "note 4" in row.lines.full and "note 5" not in row.lines.full and row.all.text() == "Show 4 more changes"
    _press(row.all)
    assert "note 8" in row.lines.full and not row.all.isVisible()


def test_a_file_that_is_gone_is_said(qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path) -> None:
    _leave(home, (str(saved), "harbour", saved, _changed(saved)))
    saved.unlink()
    panel.look()
    qtbot.waitUntil(panel.isVisible)
    assert "not there any more" in panel.rows[0].lines.full and panel.rows[0].keep.text() == "Set aside"


def test_large_text_and_a_narrow_window(
    qtbot: QtBot, panel: RecoveryPanel, home: Home, saved: Path, desk: Desk,
) -> None:
    _leave(home, (str(saved), "harbour", saved, _changed(saved)))
    panel.look()
    qtbot.waitUntil(panel.isVisible)
    desk.wear(Theme("light", 2.0, contrast=True))
    panel.resize(400, 500)
    panel.grab()
    row = panel.rows[0]
    assert row.recover.geometry().bottom() <= row.height() and row.recover.y() > row.lines.y()
    assert all(part.accessibleName() for part in (row.recover, row.keep, panel.later, panel.all))


def test_headlines() -> None:
    assert headline(1) == "Ajar ended unexpectedly. 1 workflow has changes that were not saved."
    assert headline(2) == "Ajar ended unexpectedly. 2 workflows have changes that were not saved."
