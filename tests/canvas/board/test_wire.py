"""The shape of wires."""

from PySide6.QtCore import QPointF

from canvas.board.wire import handles, nearest, points_of


def test_handles_are_level_and_never_shorter_than_26() -> None:
    c, d = handles(QPointF(0, 0), QPointF(10, 10))
    assert (c, d) == (QPointF(26, 0), QPointF(-16, 10))
    assert handles(QPointF(0, 0), QPointF(400, 0))[0] == QPointF(200, 0)


def test_points_run_from_end_to_end() -> None:
    points = points_of(QPointF(0, 0), QPointF(100, 50))
    assert [points[0], points[-1]] == [(0, 0), (100, 50)]


def test_the_distance_to_a_line() -> None:
    assert nearest([(0, 0), (10, 0)], 5, 3) == 3
    assert nearest([(0, 0), (10, 0)], 14, 3) == 5
