"""A row of chips that goes on in the next line."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.kit.buttons import Chip
from canvas.kit.flow import FlowRow


def test_chips_go_on_in_the_next_line_and_back(qtbot: QtBot, desk: Desk) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    row = FlowRow(box)
    chips = [Chip(desk, f"Filter {number}", checkable=True) for number in range(6)]
    for chip in chips:
        row.addWidget(chip)
    box.resize(1000, 40)
    box.show()
    assert len({chip.y() for chip in chips}) == 1
    box.resize(150, 300)
    assert len({chip.y() for chip in chips}) > 1
    assert all(chip.geometry().right() <= 150 for chip in chips)
    assert row.heightForWidth(150) == max(chip.geometry().bottom() for chip in chips) + 1


def test_hidden_chips_take_no_room(qtbot: QtBot, desk: Desk) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    row = FlowRow(box)
    first, second = Chip(desk, "One"), Chip(desk, "Two")
    row.addWidget(first)
    row.addWidget(second)
    box.resize(300, 40)
    box.show()
    before = second.x()
    first.hide()
    row.activate()
    assert second.x() < before
