"""The shape of wires."""

from PySide6.QtCore import QPointF

from canvas.board.wire import nearest, path_of, points_of, reach_of


def test_handles_are_level_and_never_shorter_than_26() -> None:
    assert reach_of(0, 0, 10, 10) == 26
    assert reach_of(0, 0, 400, 0) == 200
    path = path_of(QPointF(0, 0), QPointF(400, 100))
    assert path.elementAt(1).y == 0
    assert path.elementAt(2).y == 100


def test_points_run_from_end_to_end() -> None:
    points = points_of(0, 0, 100, 50)
    assert [points[0], points[-1]] == [(0, 0), (100, 50)]


def test_the_distance_to_a_line() -> None:
    assert nearest([(0, 0), (10, 0)], 5, 3) == 3
    assert nearest([(0, 0), (10, 0)], 14, 3) == 5
