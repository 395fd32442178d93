from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.notices import Banner, EmptyState

LEFT = Qt.MouseButton.LeftButton


def test_an_empty_panel_says_what_will_be_here_and_offers_one_thing(desk: Desk, qtbot: QtBot) -> None:
    empty = EmptyState(desk, "takes", "Takes will be here.", "Run · free")
    qtbot.addWidget(empty)
    empty.resize(232, 240)
    empty.show()
    with qtbot.waitSignal(empty.acted):
        QTest.mouseClick(empty.button, LEFT)
    empty.say("Nothing has these words.")
    assert empty.accessibleName() == "Nothing has these words." and not empty.button.isVisible()


def test_a_banner_offers_a_way_on_and_can_be_closed(desk: Desk, qtbot: QtBot) -> None:
    banner = Banner(desk, "Not enough GPU memory", "Needs 14.2 GB, 11.8 GB free.", "Use 8-bit weights", "error")
    qtbot.addWidget(banner)
    banner.resize(400, 90)
    banner.show()
    assert banner.accessibleName() == "Not enough GPU memory Needs 14.2 GB, 11.8 GB free."
    with qtbot.waitSignal(banner.acted):
        QTest.mouseClick(banner.button, LEFT)
    with qtbot.waitSignal(banner.closed):
        QTest.mouseClick(banner.shut, LEFT)
    assert not banner.isVisible()
