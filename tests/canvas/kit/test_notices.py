from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.notices import Banner, EmptyState, MiniMeter, ProgressLine, Toast

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


def test_progress_and_meters_are_said_in_numbers(desk: Desk, qtbot: QtBot) -> None:
    line, meter = ProgressLine(desk, "Picture"), MiniMeter(desk, "Month", 0.62, money=True)
    qtbot.addWidget(line)
    qtbot.addWidget(meter)
    line.set_done(0.629)
    assert line.accessibleDescription() == "62 %" and meter.accessibleDescription() == "62 %"
    line.set_done(None)
    assert line.accessibleDescription() == "running"


def test_the_last_message_stays_while_the_mouse_is_on_it(desk: Desk, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    toast = Toast(desk, window)
    window.show()
    desk.say("The model is not here.", "Put it into the models folder.")
    assert toast.isVisible() and "models folder" in toast.accessibleName()
    toast._timer.setInterval(0)
    QApplication.sendEvent(toast, QEnterEvent(QPointF(), QPointF(), QPointF()))
    qtbot.wait(20)
    assert toast.isVisible()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not toast.isVisible())
