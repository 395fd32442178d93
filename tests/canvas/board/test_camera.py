"""Zoom, pan and framing."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from canvas.board.ground import PERIODS, pitch_of, rounded
from canvas.board.view import BoardView
from canvas.theme import Theme


def wheel(board: BoardView, at: QPointF, turn: int) -> None:
    event = QWheelEvent(
        at, board.viewport().mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )
    QApplication.sendEvent(board.viewport(), event)


def test_30_the_wheel_zooms_at_the_cursor(board: BoardView) -> None:
    at = QPointF(300, 200)
    before, zoom = board.scene_pos(at), board.zoom
    wheel(board, at, 240)
    assert board.zoom > zoom
    after = board.scene_pos(at)
    assert abs(after.x() - before.x()) < 1
    assert abs(after.y() - before.y()) < 1


def test_the_zoom_has_its_limits(board: BoardView) -> None:
    for _ in range(80):
        board.zoom_at(QPointF(400, 300), 1.3)
    assert 3.98 <= board.zoom <= 4.02
    for _ in range(80):
        board.zoom_at(QPointF(400, 300), 0.7)
    assert 0.049 <= board.zoom <= 0.051


def test_small_steps_of_zoom_add_up(board: BoardView) -> None:
    for _ in range(200):
        board.zoom_at(QPointF(400, 300), 1.001)
    assert board.zoom > 1.15


def test_30_the_board_follows_the_hand_by_pixels(board: BoardView) -> None:
    before = board.mapFromScene(QPointF(100, 100))
    board.pan(37, -12)
    assert board.mapFromScene(QPointF(100, 100)) - before == QPoint(37, -12)


def test_a_place_can_be_gone_back_to(board: BoardView, qtbot: QtBot) -> None:
    board.look_at(QPointF(321, 123), 0.8)
    place = board.place
    board.frame()
    with qtbot.waitSignal(board.moved):
        board.look_at(QPointF(place[0], place[1]), place[2])
    assert board.place == pytest.approx(place, abs=1.5)


def test_29_framing_shows_all_of_what_is_framed(board: BoardView) -> None:
    board.frame()
    seen = board.camera.seen
    assert all(seen.contains(board.rect_of(name) or QRectF()) for name in board.document.shown.nodes)
    board.frame(["save"])
    rect = board.rect_of("save")
    assert rect is not None
    assert board.camera.seen.contains(rect)
    assert board.zoom == 1.0


def test_29_framing_flies_there_and_lands(board: BoardView, qtbot: QtBot) -> None:
    board.look_at(QPointF(5000, 5000), 0.3)
    board.frame(animate=True)
    assert not board.camera.seen.contains(QPointF(300, 100))
    qtbot.waitUntil(lambda: board.camera.seen.contains(board.extent()))


def test_without_motion_the_view_jumps(board: BoardView) -> None:
    board.desk.wear(Theme("dark", motion=False))
    board.look_at(QPointF(5000, 5000), 1.0)
    board.frame(animate=True)
    assert board.camera.seen.contains(board.extent())


def test_a_drag_ends_a_flight(board: BoardView, qtbot: QtBot) -> None:
    board.look_at(QPointF(9000, 0), 1.0, animate=True)
    board.pan(5, 5)
    place = board.place
    qtbot.wait(1)
    assert board.place == place


@pytest.mark.parametrize("zoom", [0.05, 0.11, 0.333, 0.5, 0.75, 1.0, 1.1, 2.7, 4.0])
def test_dots_come_out_at_whole_pixels(zoom: float) -> None:
    near = rounded(zoom)
    assert abs(near / zoom - 1) < 0.003
    side = near * pitch_of(near) * PERIODS
    assert abs(side - round(side)) < 1e-6
    assert pitch_of(zoom) * zoom >= 14
