from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.contract import Socket
from ajar.hints import Model
from canvas.fields.models import ModelField

SOCKET = Socket("model", str, "builtin", (Model("flux"),))


def opened(field: ModelField, qtbot: QtBot) -> list[Any]:
    qtbot.waitUntil(lambda: field.shelf.read)
    QTest.mouseClick(field.button, Qt.MouseButton.LeftButton)
    assert field.list is not None
    return list(field.list.model.rows)


def test_what_is_here_comes_first_and_what_is_not_says_where_to_get_it(show: Any, qtbot: QtBot) -> None:
    field, _ = show(SOCKET)
    rows = opened(field, qtbot)
    assert rows[0].key == "builtin" and rows[0].there and "may be sold" in rows[0].note
    away = next(row for row in rows if row.key == "FLUX.1-schnell")
    assert not away.there and "Put the folder of" in away.note and away.fact == "34 GB"
    assert [row.section for row in rows] == sorted((row.section for row in rows), reverse=True)
    assert all(row.icon == "open-weights" for row in rows)
    field.list.close()


def test_enter_takes_the_row_and_esc_takes_none(show: Any, qtbot: QtBot) -> None:
    field, told = show(SOCKET)
    opened(field, qtbot)
    QTest.keyClick(field.list.list, Qt.Key.Key_Escape)
    assert told.values == []
    opened(field, qtbot)
    QTest.keyClick(field.list.list, Qt.Key.Key_Down)
    QTest.keyClick(field.list.list, Qt.Key.Key_Return)
    assert told.values == ["FLUX.1-schnell"] and told.settled == 1
    assert field.button.fact == "not here"


def test_a_name_that_nobody_knows_is_shown_as_it_is(show: Any, qtbot: QtBot) -> None:
    field, _ = show(SOCKET, "my-own-flux")
    rows = opened(field, qtbot)
    assert field.words() == "my-own-flux"
    assert rows[0].key == "my-own-flux" and not rows[0].there
    field.list.close()
