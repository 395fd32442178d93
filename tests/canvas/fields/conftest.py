"""A field on a bare widget, with what it tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ajar.contract import Socket
from canvas.desk import Desk
from canvas.fields import Facts, Field, field_for
from canvas.fields.field import default_of


@dataclass
class Told:
    """What a field told, in order."""

    values: list[Any] = field(default_factory=list)
    settled: int = 0
    refused: list[str] = field(default_factory=list)


Show = Callable[..., tuple[Any, Told]]


@pytest.fixture
def show(desk: Desk, qtbot: QtBot) -> Show:
    """``show(socket, value, facts)`` gives the field and what it tells."""
    hosts: list[QWidget] = []  # Qt would take away what nobody holds

    def shown(socket: Socket, value: Any = None, facts: Facts | None = None) -> tuple[Field, Told]:
        host = QWidget()
        host.resize(260, 300)
        hosts.append(host)
        made = field_for(desk, socket, host)
        column = QVBoxLayout(host)
        column.addWidget(made)
        column.addStretch(1)
        qtbot.addWidget(host)
        host.show()
        qtbot.waitExposed(host)
        made.know(facts or Facts())
        made.show_value(default_of(socket) if value is None else value)
        QGuiApplication.processEvents()
        told = Told()
        made.edited.connect(told.values.append)
        made.settled.connect(lambda: setattr(told, "settled", told.settled + 1))
        made.refused.connect(lambda message, hint: told.refused.append(message))
        return made, told

    return shown
