"""The map, the zoom bar and the trail over the board."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.board.overlay import Flat
from canvas.board.view import BoardView
from workflows.edit import make_group, move


def test_31_a_click_on_the_map_goes_there_and_a_drag_takes_the_view_along(board: BoardView) -> None:
    board.look_at(QPointF(0, 0), 1.0)
    map_ = board.overlay.minimap
    map_.grab()
    QTest.mousePress(map_, Qt.MouseButton.LeftButton, pos=QPoint(140, 52))
    there = map_.to_board(QPointF(140, 52))
    assert abs(board.camera.center.x() - there.x()) < 2
    QTest.mouseMove(map_, QPoint(30, 40))
    QTest.mouseRelease(map_, Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    assert board.camera.center.x() < there.x()


def test_31_the_map_is_drawn_again_only_when_something_changed(board: BoardView, qtbot: QtBot) -> None:
    map_ = board.overlay.minimap
    qtbot.waitUntil(lambda: not map_._later.isActive())
    map_.grab()
    drawn = map_._blocks
    board.pan(50, 50)
    board.zoom_at(QPointF(10, 10), 1.2)
    map_.grab()
    assert map_._blocks is drawn
    assert drawn is not None
    board.document.edit("Move", lambda graph: move(graph, {"save": (1500, 900)}))
    qtbot.waitUntil(lambda: map_._blocks is None or map_._blocks is not drawn)
    map_.grab()
    assert map_._blocks is not None


def test_31_the_map_can_be_used_with_the_keyboard(board: BoardView) -> None:
    before = board.camera.center.x()
    board.overlay.minimap.setFocus()
    QTest.keyClick(board.overlay.minimap, Qt.Key.Key_Right)
    assert board.camera.center.x() > before


def test_a_small_view_has_no_map(board: BoardView) -> None:
    assert board.overlay.minimap.isVisible()
    board.resize(320, 240)
    assert not board.overlay.minimap.isVisible()
    assert board.overlay.zoom.isVisible()
    assert board.rect().contains(board.overlay.zoom.geometry())


def test_the_zoom_bar_tells_and_sets_the_zoom(board: BoardView, qtbot: QtBot) -> None:
    bar = board.overlay.zoom
    board.look_at(QPointF(), 1.0)
    assert bar.near.text() == "100 %"
    QTest.mouseClick(bar.into, Qt.MouseButton.LeftButton)
    assert bar.near.text() == "125 %"
    QTest.mouseClick(bar.near, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.near.text() == "100 %")
    board.look_at(QPointF(9000, 9000), 1.0)
    QTest.mouseClick(bar.all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: board.camera.seen.contains(board.extent()))


def test_44_every_button_over_the_board_has_a_name_and_can_be_reached(board: BoardView) -> None:
    buttons = board.findChildren(Flat)
    assert len(buttons) >= 6
    assert all(button.accessibleName() for button in buttons)
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in buttons)


def test_23_the_trail_leads_into_groups_and_back(board: BoardView) -> None:
    trail, document = board.overlay.trail, board.document
    assert trail.names() == ("Harbour at dusk", "Board")
    document.edit("Group", lambda graph: make_group(graph, ["flux", "blur"], "paint")[0])
    document.enter("paint")
    assert trail.names() == ("Harbour at dusk", "Board", "Paint")
    words = [button for button in trail.findChildren(Flat) if button.text() == "Board" and not button.isHidden()]
    QTest.mouseClick(words[0], Qt.MouseButton.LeftButton)
    assert document.room == ()
    assert trail.names() == ("Harbour at dusk", "Board")
