"""Items 26 and 27 of the canvas habits (buffers and keys), and the viewer's part of 28 and 36."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas.desk import Desk
from canvas.document import Document
from canvas.theme import Theme
from canvas.viewers import keys, saving
from canvas.viewers.deeds import TIMES, VIEWS
from canvas.viewers.facts import Facts
from canvas.viewers.state import Look
from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import plain
from workflows import edit

RED, BLUE, GREEN = (200, 0, 0), (0, 0, 200), (0, 200, 0)


def colour(viewer: Viewer, x: float, y: float) -> tuple[int, int, int]:
    """What is painted at this part of the stage, without cards."""
    image = viewer.stage.snapshot()
    found = QColor(image.pixel(int(x * (image.width() - 1)), int(y * (image.height() - 1))))
    return found.red(), found.green(), found.blue()


def with_two(viewer: Viewer, qtbot: QtBot, mode: str = "wipe") -> None:
    viewer.load(1, plain(*RED), "red", Facts(name="Wan 2.2", open=True, price="free"))
    viewer.load(2, plain(*BLUE), "blue", Facts(name="Kling 3.0", open=False, price="$0.31", paid=True))
    viewer.compare(1, 2, mode)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: viewer.deck.picture("a") is not None and viewer.deck.picture("b") is not None)


def press(viewer: Viewer, key: Qt.Key, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(viewer.pages.currentWidget(), key, mods)


def test_item_26_numbers_show_the_buffers(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    assert colour(viewer, 0.5, 0.5) == RED
    press(viewer, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: colour(viewer, 0.5, 0.5) == BLUE)
    press(viewer, Qt.Key.Key_1)
    assert colour(viewer, 0.5, 0.5) == RED


def test_item_26_two_buffers_are_a_and_b(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    viewer.load(7, plain(*GREEN), "green")
    press(viewer, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    assert (viewer.bench.view.mode, viewer.bench.view.a, viewer.bench.view.b) == ("wipe", 1, 7)
    qtbot.waitUntil(lambda: (colour(viewer, 0.25, 0.5), colour(viewer, 0.75, 0.5)) == (RED, GREEN))
    press(viewer, Qt.Key.Key_X)
    assert (colour(viewer, 0.25, 0.5), colour(viewer, 0.75, 0.5)) == (GREEN, RED)


def test_item_26_a_click_in_the_strip_shows_a_buffer_and_ctrl_click_puts_it_on_b(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    spot = viewer.strip.rect_of(2).center().toPoint()
    QTest.mouseClick(viewer.strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert viewer.bench.view.a == 2
    spot = viewer.strip.rect_of(1).center().toPoint()
    QTest.mouseClick(viewer.strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, spot)
    assert (viewer.bench.view.b, viewer.bench.view.mode) == (1, "wipe")
    assert "A is 2, B is 1" in viewer.strip.accessibleDescription()


def test_item_26_an_empty_buffer_says_how_to_fill_it(viewer: Viewer, desk: Desk, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    with qtbot.waitSignal(desk.said) as told:
        press(viewer, Qt.Key.Key_8)
    assert told.args == ["Buffer 8 is empty.", "Select a node on the board and press 8."]
    assert viewer.bench.view.a == 1


def test_item_27_w_wipes_and_the_line_is_dragged(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    press(viewer, Qt.Key.Key_W)
    assert viewer.bench.view.mode == "wipe"
    stage = viewer.stage
    middle = QPoint(stage.width() // 2, stage.height() // 4)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(stage, QPoint(stage.width() // 5, 40))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(stage.width() // 5, 40))
    assert viewer.bench.view.split == pytest.approx(0.2, abs=0.01)
    assert (colour(viewer, 0.1, 0.5), colour(viewer, 0.3, 0.5)) == (RED, BLUE)
    press(viewer, Qt.Key.Key_W)
    assert viewer.toolbar.modes.key == "single"


def test_item_27_the_wipe_line_turns_by_ninety_degrees(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    press(viewer, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert (colour(viewer, 0.5, 0.3), colour(viewer, 0.5, 0.7)) == (RED, BLUE)
    press(viewer, Qt.Key.Key_BracketRight)
    assert viewer.bench.view.split == 0.52


def test_item_27_f_fits_and_z_is_one_to_one(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    fitted = viewer.stage.zoom()
    assert fitted and fitted > 1
    press(viewer, Qt.Key.Key_Z)
    assert viewer.stage.zoom() == pytest.approx(1)
    assert viewer.toolbar.zoom.full == "100 %"
    press(viewer, Qt.Key.Key_F)
    assert viewer.stage.zoom() == fitted


def test_item_27_channels_by_their_letters(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.load(1, plain(10, 120, 240), "x")
    viewer.compare(1, 2, "single")
    for key, value in ((Qt.Key.Key_R, 10), (Qt.Key.Key_G, 120), (Qt.Key.Key_B, 240), (Qt.Key.Key_A, 255)):
        press(viewer, key)
        qtbot.waitUntil(lambda value=value: colour(viewer, 0.5, 0.5) == (value, value, value))  # type: ignore[misc]
        assert viewer.toolbar.channels.key == QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier,
                                                        chr(key.value)).text()
    press(viewer, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: colour(viewer, 0.5, 0.5) == (10, 120, 240))


def test_item_28_what_is_shown_by_a_click_leaves_the_buffers_alone(viewer: Viewer, desk: Desk, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    viewer.show_value(plain(*GREEN), "blur")
    qtbot.waitUntil(lambda: colour(viewer, 0.5, 0.5) == GREEN)
    assert [viewer.bench.buffers[n].title for n in (1, 2)] == ["red", "blue"]
    press(viewer, Qt.Key.Key_1)
    assert colour(viewer, 0.5, 0.5) == RED
    press(viewer, Qt.Key.Key_0)
    assert colour(viewer, 0.5, 0.5) == GREEN


def test_item_36_the_compare_view_survives_undo_and_another_tab(
    viewer: Viewer, desk: Desk, document: Document, qtbot: QtBot,
) -> None:
    with_two(viewer, qtbot)
    viewer.stage.zoom_by(3, QPointF(100, 100))
    press(viewer, Qt.Key.Key_BracketRight)
    before = viewer.bench.view
    document.edit("Add", lambda graph: edit.add_node(graph, "flux"))
    document.undo()
    document.redo()
    other = Document(document.graph, document.types)
    desk.open(other)
    desk.bring(document)
    desk.close(other)
    assert viewer.bench.view == before
    assert before.look != Look()


def test_item_36_the_compare_view_survives_its_widget(viewer: Viewer, desk: Desk, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    viewer.stage.zoom_by(2)
    view = viewer.bench.view
    viewer.close()
    viewer.deleteLater()
    again = Viewer(desk)
    qtbot.addWidget(again)
    again.resize(900, 600)
    again.show()
    assert again.bench.view == view
    assert again.toolbar.modes.key == "wipe"
    assert (colour(again, 0.25, 0.5), colour(again, 0.75, 0.5)) == (RED, BLUE)


def test_side_by_side_zooms_and_pans_both(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "side")
    stage = viewer.stage
    at = QPointF(stage.width() * 0.75, stage.height() / 2)
    wheel = QWheelEvent(at, stage.mapToGlobal(at.toPoint()).toPointF(), QPoint(), QPoint(0, 240),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(stage, wheel)
    first, second = stage.box("a"), stage.box("b")
    assert first and second
    assert (first.width, first.height) == (second.width, second.height)
    assert second.x - first.x == pytest.approx(stage.pane("b").x)
    viewer.toolbar.lock.click()
    QApplication.sendEvent(stage, wheel)
    first, second = stage.box("a"), stage.box("b")
    assert first and second and second.width > first.width


def test_the_difference_is_black_where_both_are_the_same_and_gain_shows_little_ones(
    viewer: Viewer, qtbot: QtBot,
) -> None:
    array = np.full((90, 160, 3), 100, np.uint8)
    other = array.copy()
    other[:, 80:] = 103
    viewer.load(1, Image.of(array), "a")
    viewer.load(2, Image.of(other), "b")
    viewer.compare(1, 2, "difference")
    qtbot.waitUntil(lambda: colour(viewer, 0.75, 0.5) == (3, 3, 3))
    assert colour(viewer, 0.25, 0.5) == (0, 0, 0)
    for _ in range(3):
        press(viewer, Qt.Key.Key_BracketRight)
    assert colour(viewer, 0.75, 0.5) == (24, 24, 24)


def test_onion_mixes_by_its_opacity(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "onion")
    red, _, blue = colour(viewer, 0.5, 0.5)
    assert red == pytest.approx(100, abs=2) and blue == pytest.approx(100, abs=2)


def test_the_read_out_follows_the_mouse_and_says_whose_pixel_it_is(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    stage = viewer.stage
    QTest.mouseMove(stage, QPoint(stage.width() // 4, stage.height() // 2))
    qtbot.waitUntil(lambda: stage.readout().startswith("A"))
    assert "R 200  G   0  B   0  8 bit" in stage.readout()
    QTest.mouseMove(stage, QPoint(stage.width() * 3 // 4, stage.height() // 2))
    qtbot.waitUntil(lambda: "B 200" in stage.readout())


def test_a_drag_pans_and_a_double_click_fits(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot, "single")
    stage = viewer.stage
    stage.set_zoom(20)
    before = stage.box("a")
    start = QPoint(300, 300)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(stage, start + QPoint(40, 25))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(40, 25))
    after = stage.box("a")
    assert before and after
    assert (after.x - before.x, after.y - before.y) == pytest.approx((40, 25))
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    assert viewer.bench.view.look == Look()


def test_a_picture_that_can_not_be_read_says_so_in_place(viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(plain(1, 2, 3).encode("png"))
    picture = Image.open(path)
    path.write_bytes(path.read_bytes()[:60])
    viewer.show_value(picture, "broken")
    qtbot.waitUntil(lambda: viewer.deck.trouble("a") != "")
    assert "broken.png" in viewer.deck.trouble("a")
    viewer.grab()


def test_names_are_hidden_for_blind_comparing_and_shown_again(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    before = viewer.stage.grab().toImage()
    press(viewer, Qt.Key.Key_N)
    assert not viewer.bench.view.names
    assert viewer.toolbar.names.text() == "Names hidden"
    assert viewer.stage.grab().toImage() != before
    assert not viewer.table.isVisible()
    press(viewer, Qt.Key.Key_N)
    assert viewer.table.isVisible()


def test_export_writes_both_side_by_side(viewer: Viewer, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with_two(viewer, qtbot)
    with qtbot.waitSignal(desk.said) as told:
        assert saving.save(desk, viewer.bench, viewer.deck, tmp_path / "both")
    assert told.args == ["Exported both.png.", ""]
    picture = Image.open(tmp_path / "both.png")
    assert picture.width == 160 * 2 + 16
    assert tuple(picture.array[45, 10, :3]) == RED
    assert tuple(picture.array[45, 300, :3]) == BLUE


def test_an_export_that_fails_leaves_what_was_there(viewer: Viewer, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with_two(viewer, qtbot)
    (tmp_path / "both.png").mkdir()
    with qtbot.waitSignal(desk.said) as told:
        assert saving.save(desk, viewer.bench, viewer.deck, tmp_path / "both.png")
    assert told.args[0].startswith("Could not export both.png") and told.args[1]
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".png", ".part")] == ["both.png"]


def test_export_asks_where_to_without_stopping_the_window(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    dialog = saving.ask(viewer, viewer._desk, viewer.bench, viewer.deck)
    assert dialog is not None and dialog.isVisible()
    dialog.reject()


def test_copy_puts_what_is_seen_on_the_clipboard(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    press(viewer, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (viewer.stage.width(), viewer.stage.height())


def test_use_b_tells_which_take(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    assert not viewer.toolbar.use.isVisible()
    take = object()
    viewer.load(2, plain(*BLUE), "blue", Facts(name="Kling 3.0"), take=take)
    with qtbot.waitSignal(viewer.used) as told:
        viewer.toolbar.use.click()
    assert told.args == [take]


def test_rating_by_keys_and_by_the_table(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    take = object()
    viewer.load(2, plain(*BLUE), "blue", Facts(name="Kling 3.0"), take=take)
    with qtbot.waitSignal(viewer.bench.rated) as told:
        press(viewer, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert told.args == [take, 4]
    assert viewer.table.stars["b"].rating == 4
    QTest.keyClick(viewer.table.stars["a"], Qt.Key.Key_2)
    assert viewer.bench.buffers[1].facts.rating == 2


def test_full_screen_and_back(viewer: Viewer, qtbot: QtBot, desk: Desk) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    viewer.setParent(parent)
    viewer.show()
    parent.show()
    press(viewer, Qt.Key.Key_F11)
    assert viewer.isWindow() and viewer.isFullScreen()
    press(viewer, Qt.Key.Key_Escape)
    assert not viewer.isWindow() and viewer.parentWidget() is parent
    viewer.setParent(None)


def test_keys_of_the_viewer_go_before_shortcuts_of_the_window(viewer: Viewer) -> None:
    for key in (Qt.Key.Key_1, Qt.Key.Key_F, Qt.Key.Key_Space):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, "")
        event.ignore()
        QApplication.sendEvent(viewer, event)
        assert event.isAccepted()


def test_every_key_in_the_list_does_something(viewer: Viewer, qtbot: QtBot) -> None:
    for row in keys.KEYS:
        name = row.does.split()[0]
        assert name in VIEWS or name in TIMES or hasattr(viewer, f"_do_{name}"), row
    titles = [(row.keys, row.title) for row in keys.KEYS]
    assert len({key for key, _ in titles}) == len(titles)


@pytest.mark.parametrize(("mode", "text", "size"), [
    ("dark", 1.0, (1600, 940)), ("light", 2.0, (700, 600)), ("dark", 2.0, (1600, 900)), ("light", 1.0, (300, 220)),
])
def test_it_keeps_to_its_size_in_every_theme(
    viewer: Viewer, desk: Desk, qtbot: QtBot, mode: str, text: float, size: tuple[int, int],
) -> None:
    with_two(viewer, qtbot)
    desk.wear(Theme(mode, text))  # type: ignore[arg-type]
    viewer.resize(*size)
    assert (viewer.width(), viewer.height()) == size
    assert viewer.stage.width() >= 100 and viewer.stage.height() >= 60
    for choice in ("single", "wipe", "side", "difference", "onion", "sheet"):
        viewer.do(f"mode {choice}")
        assert not viewer.grab().isNull()


def test_everything_is_named_and_reached_by_tab(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    nameless = [
        widget for widget in viewer.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []
    assert "Wipe. A: Wan 2.2, open, free. B: Kling 3.0, closed, $0.31" in viewer.stage.accessibleDescription()


def test_text_in_the_note_fires_no_keys(viewer: Viewer, qtbot: QtBot) -> None:
    with_two(viewer, qtbot)
    QTest.keyClicks(viewer.table.note, "where 1 fits")
    assert viewer.bench.view.mode == "wipe" and viewer.bench.view.a == 1
    assert viewer.table.note.toPlainText() == "where 1 fits"
