"""A binding that loses references to None ends the program after some thousand calls, far from where it went wrong."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene


class Sender(QObject):
    sent = Signal(object)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is not counted any more")
@pytest.mark.usefixtures("qapp")
def test_ordinary_calls_keep_the_count_of_none_and_true() -> None:
    scene, item, sender = QGraphicsScene(), QGraphicsRectItem(0, 0, 9, 9), Sender()
    heard: list[object] = []
    sender.sent.connect(heard.append)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(2000):
        item.setPos(number, number)
        item.setSelected(bool(number % 2))
        scene.addItem(item)
        scene.removeItem(item)
        assert item.parentItem() is None
        sender.sent.emit(None)
    heard.clear()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert abs(after[0] - before[0]) < 100
    assert abs(after[1] - before[1]) < 100
