from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.stars import Stars


def shown(desk: Desk, qtbot: QtBot) -> Stars:
    stars = Stars(desk, 0)
    qtbot.addWidget(stars)
    stars.show()
    qtbot.waitExposed(stars)
    return stars


def middle(star: int) -> QPoint:
    return QPoint(3 + (star - 1) * 17 + 7, 12)


def test_a_click_rates_and_a_second_one_takes_it_back(desk: Desk, qtbot: QtBot) -> None:
    stars = shown(desk, qtbot)
    told: list[int] = []
    stars.rated.connect(told.append)
    for star in (4, 5, 5):
        QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=middle(star))
    assert told == [4, 5, 0]


def test_keys_rate(desk: Desk, qtbot: QtBot) -> None:
    stars = shown(desk, qtbot)
    QTest.keyClick(stars, Qt.Key.Key_3)
    assert stars.rating == 3 and stars.accessibleDescription() == "3 stars of 5"
    QTest.keyClick(stars, Qt.Key.Key_Right)
    assert stars.rating == 4
    QTest.keyClick(stars, Qt.Key.Key_0)
    assert stars.rating == 0 and stars.accessibleDescription() == "not rated"
    QTest.keyClick(stars, Qt.Key.Key_Left)
    assert stars.rating == 0


def test_showing_is_not_rating(desk: Desk, qtbot: QtBot) -> None:
    stars = shown(desk, qtbot)
    with qtbot.assertNotEmitted(stars.rated):
        stars.show_rating(9)
    assert stars.rating == 5
