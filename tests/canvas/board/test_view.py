"""The board as a person sees it and works on it."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar
from pytestqt.qtbot import QtBot

from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from canvas.looks import Look, Thumb
from canvas.theme import Theme
from tests.canvas.board.scenes import colours, painting, picture, seen
from workflows.edit import add_node, set_state
from workflows.graph import Graph, Node, Wire


class Recorder:
    """A hand that only notes what it is given."""

    def __init__(self, used: bool = True) -> None:
        self.got: list[str] = []
        self.used = used

    def __getattr__(self, name: str) -> Any:
        def take(event: QEvent) -> bool:
            self.got.append(name)
            return self.used

        return take


def test_everything_on_the_viewport_is_given_to_the_hand(board: BoardView) -> None:
    hand = board.hand = Recorder()
    port = board.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    QTest.mouseMove(port, QPoint(60, 60))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.keyClick(board, Qt.Key.Key_M)
    QTest.keyClick(board, Qt.Key.Key_Tab)
    assert {"mouse_press", "mouse_release", "mouse_double_click", "key_press", "key_release"} <= set(hand.got)
    assert hand.got.count("key_press") == 2


def test_without_a_hand_nothing_happens_to_the_document(board: BoardView) -> None:
    graph = board.document.graph
    port = board.viewport()
    at = board.mapFromScene(board.rect_of("flux").center())  # type: ignore[union-attr]
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(port, at + QPoint(80, 80))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at + QPoint(80, 80))
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_F, Qt.Key.Key_D):
        QTest.keyClick(board, key)
    assert board.document.graph is graph
    assert QApplication.activePopupWidget() is None


def test_ctrl_z_belongs_to_the_window(qtbot: QtBot, desk: Desk) -> None:
    document = Document(painting(), desk.studio.packs.types)
    desk.open(document)
    window = QMainWindow()
    view = BoardView(desk, document)
    window.setCentralWidget(view)
    undone: list[bool] = []
    QShortcut(QKeySequence("Ctrl+Z"), window, lambda: undone.append(True))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [True]
    assert not any(bar.actions() for bar in view.findChildren(QMenuBar))


def test_a_card_shows_its_category_and_a_selected_one_its_ring(board: BoardView) -> None:
    theme = board.desk.theme
    board.look_at(QPointF(400, 200), 1.0)
    corner = board.mapFromScene(board.rect_of("blur").topLeft())  # type: ignore[union-attr]
    assert seen(board.viewport(), corner + QPoint(70, 3)) == theme.colour("category.finish.header")
    edge = QRect(corner + QPoint(-3, 40), corner + QPoint(3, 60))
    assert theme.colour("accent.base").name() not in colours(board.viewport(), edge)
    board.document.select(["blur"])
    assert theme.colour("accent.base").name() in colours(board.viewport(), edge)


def test_33_from_far_away_a_card_is_one_block_in_the_mark_of_its_category(board: BoardView) -> None:
    board.look_at(QPointF(400, 200), 0.2)
    at = board.mapFromScene(board.rect_of("blur").center())  # type: ignore[union-attr]
    assert seen(board.viewport(), at) == board.desk.theme.colour("category.finish.mark")
    board.desk.looks(board.document).put({"blur": Look("failed", message="It broke.")})
    rect = board.rect_of("blur")
    assert rect is not None
    near_corner = board.mapFromScene(rect.topLeft() + QPointF(25, 25))
    assert seen(board.viewport(), near_corner) == board.desk.theme.colour("semantic.error")


def test_33_zoomed_out_there_are_no_values_and_no_takes(board: BoardView) -> None:
    looks = board.desk.looks(board.document)
    looks.put({"flux": Look(picture=picture(), thumbs=tuple(Thumb(i, picture("#00ff00")) for i in range(4)))})
    strip = next(part for part in board.parts("flux") if part.what == "take").rect

    def strip_colour() -> QColor:
        return seen(board.viewport(), board.mapFromScene(strip.center()))

    board.look_at(QPointF(400, 300), 1.0)
    assert strip_colour().green() > 180
    board.look_at(QPointF(400, 300), 0.6)
    assert strip_colour() == board.desk.theme.colour("surface.card")


def test_a_drag_is_drawn_without_an_edit_and_taken_back(board: BoardView) -> None:
    graph, home = board.document.graph, board.rect_of("blur")
    assert home is not None
    wire = board.mirror.wires["save", "image", None]
    before = wire.a
    board.shift(["blur", "note:n1"], 30, 40)
    assert board.rect_of("blur") == home.translated(30, 40)
    assert wire.a - before == QPointF(30, 40)
    assert board.document.graph is graph
    board.unshift()
    assert board.rect_of("blur") == home
    assert wire.a == before


@pytest.mark.parametrize("zoom", [1.0, 0.2])
def test_a_drag_leaves_nothing_behind(board: BoardView, zoom: float) -> None:
    board.look_at(QPointF(400, 200), zoom)
    before = board.viewport().grab().toImage()
    board.shift(["flux", "blur"], 300, 200)
    board.viewport().grab()
    board.unshift()
    assert board.viewport().grab().toImage() == before


def test_9_sockets_that_fit_glow_and_the_others_fade(board: BoardView) -> None:
    board.look_at(QPointF(400, 200), 1.0)
    good, bad = board.spot("blur", "in", "image"), board.spot("flux", "in", "prompt")
    assert good is not None
    assert bad is not None

    def around(at: QPointF) -> set[str]:
        place = board.mapFromScene(at)
        return colours(board.viewport(), QRect(place - QPoint(12, 12), place + QPoint(12, 12)))

    plain, faint = around(good.at), around(bad.at)
    bright = seen(board.viewport(), board.mapFromScene(bad.at))
    board.offer({good: True, bad: False})
    assert around(good.at) != plain
    assert seen(board.viewport(), board.mapFromScene(bad.at)).lightness() < bright.lightness()
    board.offer({})
    assert around(good.at) == plain
    assert around(bad.at) == faint


def test_the_wire_being_drawn_the_cut_and_the_band_are_seen(board: BoardView) -> None:
    board.look_at(QPointF(400, 200), 1.0)
    empty = board.viewport().grab().toImage()
    spot = board.spot("flux", "out")
    assert spot is not None
    board.live(spot, QPointF(700, -100), True)
    drawn = board.viewport().grab().toImage()
    assert drawn != empty
    board.live(None)
    board.slash([QPointF(0, -100), QPointF(800, 500)])
    assert board.viewport().grab().toImage() not in (empty, drawn)
    board.slash([])
    board.band(board.rect_of("flux"))
    assert board.viewport().grab().toImage() != empty
    board.band(None)
    assert board.viewport().grab().toImage() == empty


def test_the_card_under_the_mouse_shows_the_sockets_of_its_values(board: BoardView) -> None:
    board.look_at(QPointF(400, 200), 1.0)
    spot = board.spot("flux", "in", "steps")
    assert spot is not None
    place = board.mapFromScene(spot.at)

    def greenest() -> int:
        around = QRect(place - QPoint(6, 6), place + QPoint(6, 6))
        return max(QColor(name).green() for name in colours(board.viewport(), around))

    assert greenest() < 100
    board.hover("flux")
    assert greenest() > 140
    board.hover(None)
    assert greenest() < 100


def test_both_themes_and_twice_the_text_are_worn_at_once(board: BoardView) -> None:
    before = board.rect_of("flux")
    assert before is not None
    board.desk.wear(Theme("light", 2.0))
    after = board.rect_of("flux")
    assert after is not None
    assert after == before
    assert board.zoom == 2.0
    assert board.overlay.zoom.near.text() == "100 %"
    board.look_at(after.bottomLeft() + QPointF(60, -60), 2.0)
    rows = [part for part in board.parts("flux") if part.what == "value"]
    assert rows
    at = board.mapFromScene(after.bottomLeft() + QPointF(30, -4))
    assert seen(board.viewport(), at) == board.desk.theme.colour("surface.card")


def test_18_a_muted_card_is_struck_and_pale_a_bypassed_one_has_a_line_through_it(board: BoardView) -> None:
    board.look_at(QPointF(650, 150), 1.0)
    rect = board.rect_of("blur")
    assert rect is not None
    body = board.mapFromScene(rect.bottomLeft() + QPointF(20, -3))
    card = board.desk.theme.colour("surface.card")
    assert seen(board.viewport(), body) == card
    board.document.edit("Mute", lambda graph: set_state(graph, "blur", "muted"))
    assert seen(board.viewport(), body).lightness() < card.lightness()
    board.document.edit("Bypass", lambda graph: set_state(graph, "blur", "bypassed"))
    left, right = rect.topLeft() + QPointF(60, 30), rect.topRight() + QPointF(-60, 80)
    line = QRect(board.mapFromScene(left), board.mapFromScene(right))
    assert board.desk.theme.colour("wire.image").name() in colours(board.viewport(), line)


def test_44_the_board_says_what_is_selected(board: BoardView) -> None:
    board.desk.looks(board.document).put({"flux": Look("running", done=0.62, open=True)})
    board.document.select(["flux"])
    assert board.accessibleName() == "Board"
    assert board.accessibleDescription() == "Flux, open, running 62 percent"
    board.desk.looks(board.document).put({"flux": Look("cached", open=True)})
    assert board.accessibleDescription() == "Flux, open, cached"
    board.document.select([])
    assert board.accessibleDescription() == ""


def test_44_the_keyboard_shows_where_it_is_and_the_mouse_does_not(board: BoardView) -> None:
    board.activateWindow()
    board.setFocus(Qt.FocusReason.TabFocusReason)
    assert board.overlay.ring.isVisible()
    QTest.keyClick(board, Qt.Key.Key_Right)
    board.document.select(["flux"])
    assert board.mirror.cards["flux"].focused
    assert not board.overlay.ring.isVisible()
    QTest.mousePress(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not board.mirror.cards["flux"].focused


def test_the_stage_that_a_run_would_take_shows_on_its_card(board: BoardView) -> None:
    board.document.edit("Stage", lambda graph: add_node(graph, "stage", at=(300, -200)))
    board.look_at(QPointF(400, 0), 1.0)
    draft = board.viewport().grab().toImage()
    board.set_stage("final")
    final = board.viewport().grab().toImage()
    assert final != draft
    board.set_stage("draft")
    assert board.viewport().grab().toImage() == draft


def test_nothing_ticks_while_nothing_runs(board: BoardView) -> None:
    assert not board._ticks.isActive()
    board.desk.looks(board.document).put({"flux": Look("running")})
    assert board._ticks.isActive()
    board.desk.wear(Theme("dark", motion=False))
    assert not board._ticks.isActive()
    board.desk.wear(Theme("dark"))
    board.desk.looks(board.document).put({"flux": Look("cached")})
    assert not board._ticks.isActive()


def test_entering_a_group_and_leaving_it_shows_the_right_cards(board: BoardView) -> None:
    from workflows.edit import make_group

    board.document.edit("Group", lambda graph: make_group(graph, ["flux", "blur"], "paint")[0])
    board.document.enter("paint")
    assert set(board.mirror.cards) == {"flux", "blur"}
    board.document.go(())
    assert set(board.mirror.cards) == {"prompt", "lora", "paint", "save"}


def test_an_empty_board_and_one_of_unknown_nodes_can_be_drawn(qtbot: QtBot, desk: Desk) -> None:
    odd = Graph(nodes={"a": Node("gone", {"x": Wire("b"), "text": "y" * 900}), "b": Node("gone", state="bypassed")})
    for graph in (Graph(), odd):
        document = Document(graph, desk.studio.packs.types)
        desk.open(document)
        view = BoardView(desk, document)
        qtbot.addWidget(view)
        view.show()
        view.frame()
        assert not view.grab().isNull()
