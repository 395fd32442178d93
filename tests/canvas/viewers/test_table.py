from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.viewers.facts import Facts, Step
from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import plain

A = Facts(name="Wan 2.2", open=True, price="free", tags=("soft water",), seed="418 207")
B = Facts(name="Kling 3.0", open=False, price="$0.31", paid=True, steps=(Step("Draft, take 7", "Wan 2.2 · free"),),
          carried="Lost: seed.", cost=(("10 drafts, 1 final", "$0.33"),))


def compared(viewer: Viewer) -> None:
    viewer.load(1, plain(1, 2, 3), "a", A)
    viewer.load(2, plain(1, 2, 3), "b", B)
    viewer.compare(1, 2)


def test_the_table_says_both_sides_in_words_and_paints(viewer: Viewer) -> None:
    compared(viewer)
    assert viewer.table.isVisible()
    assert viewer.table.grid.accessibleDescription() == "Price: A free, B $0.31. Seed: A 418 207, B none"
    assert not viewer.table.grab().isNull()


def test_for_one_picture_it_tells_only_of_that(viewer: Viewer) -> None:
    compared(viewer)
    viewer.do("mode single")
    assert viewer.table.grid.accessibleDescription() == "Price: free. Seed: 418 207"
    assert not viewer.table.stars["b"].isVisible()


def test_a_note_is_kept_when_the_keyboard_goes_elsewhere(viewer: Viewer, qtbot: QtBot) -> None:
    compared(viewer)
    viewer.activateWindow()
    viewer.table.note.setFocus()
    QTest.keyClicks(viewer.table.note, "keeper")
    viewer.stage.setFocus()
    qtbot.waitUntil(lambda: viewer.bench.buffers[2].facts.note == "keeper")
    viewer.do("swap")
    assert viewer.table.note.toPlainText() == ""
