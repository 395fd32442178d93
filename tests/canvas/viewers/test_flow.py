from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from canvas.viewers.flow import ToolRow


def test_what_has_no_room_goes_to_the_next_line_and_the_rest_to_the_right(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = ToolRow(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    buttons = [QPushButton(str(n)) for n in range(4)]
    for button in buttons:
        button.setFixedSize(100, 20)
    for button in buttons[:3]:
        row.addWidget(button)
    row.add_right(buttons[3])
    holder.resize(600, 60)
    holder.show()
    row.setGeometry(holder.rect())
    assert [button.x() for button in buttons] == [0, 104, 208, 500]
    assert row.heightForWidth(600) == 20
    assert row.heightForWidth(210) == 44
    buttons[1].hide()
    row.setGeometry(holder.rect())
    assert buttons[2].x() == 104
