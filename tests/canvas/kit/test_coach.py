import pytest
from PySide6.QtCore import QRect

from canvas.kit.coach import place

ROOM = QRect(0, 0, 1600, 1000)
BUBBLE = QRect(0, 0, 272, 110)


@pytest.mark.parametrize(("target", "side"), [
    (QRect(1480, 40, 100, 30), "top"), (QRect(700, 960, 100, 30), "bottom"), (QRect(0, 0, 300, 1000), "left"),
    (QRect(1300, 0, 300, 1000), "right"),
])
def test_a_bubble_stands_where_there_is_room_and_points_at_its_target(target: QRect, side: str) -> None:
    corner, where, tip = place(BUBBLE, target, ROOM, 9)
    bubble = BUBBLE.translated(corner)
    assert where == side and ROOM.contains(bubble) and not bubble.intersects(target)
    at = bubble.left() + tip if side in ("top", "bottom") else bubble.top() + tip
    middle = target.center().x() if side in ("top", "bottom") else target.center().y()
    assert at == middle


def test_it_stays_inside_even_where_nothing_fits() -> None:
    corner, _, _ = place(BUBBLE, QRect(0, 0, 200, 100), QRect(0, 0, 200, 100), 9)
    assert corner.x() >= 0 and corner.y() >= 0
