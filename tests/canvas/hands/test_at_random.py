"""Somebody who presses everything everywhere: no error, the board shows what the document says, all can be undone."""

import random

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from canvas.actions import PRESETS
from tests.canvas.hands.conftest import ALT, CTRL, LEFT, MIDDLE, NO, RIGHT, SHIFT, Person
from tests.canvas.hands.test_undo import shown

STEPS = 60
BUTTONS = (LEFT, LEFT, LEFT, LEFT, MIDDLE, RIGHT)
HELD = (NO, NO, NO, SHIFT, CTRL, ALT, ALT | SHIFT, CTRL | SHIFT)
LETTERS = [Qt.Key(Qt.Key.Key_A + number) for number in range(26)]
KEYS = [*LETTERS, *[Qt.Key.Key_Escape] * 8, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_Space,
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F2, Qt.Key.Key_Period]


def somewhere(person: Person, chance: random.Random) -> QPointF:
    """Mostly on a card or socket, now and then anywhere."""
    if person.graph.nodes and chance.random() < 0.75:
        name = chance.choice(list(person.graph.nodes))
        spots = person.view.spots(name)
        if spots and chance.random() < 0.4:
            return chance.choice(spots).at
        rect = person.hand.rect_of(name)
        return QPointF(chance.uniform(rect.left(), rect.right()), chance.uniform(rect.top(), rect.bottom()))
    return QPointF(chance.uniform(-100, 1000), chance.uniform(-100, 700))


def strike(person: Person, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
    target = QApplication.focusWidget() or person.view
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, keys))


@pytest.mark.parametrize("seed", range(6))
def test_nothing_breaks_whatever_is_pressed(person: Person, seed: int) -> None:
    chance = random.Random(seed)
    person.hand.bind(chance.choice(PRESETS), {})
    person.add("load_image", 0, 0)
    person.add("blur", 300, 0, radius=4.0)
    person.add("blend", 600, 0)
    person.wire("load-image", "blur", "image")
    person.wire("blur", "blend", "base")
    for _ in range(STEPS):
        if chance.random() < 0.55:
            way = [somewhere(person, chance) for _ in range(chance.randint(1, 3))]
            button, keys = chance.choice(BUTTONS), chance.choice(HELD)
            person.hold(*way, button=button, keys=keys)
            if chance.random() < 0.1:
                strike(person, chance.choice(KEYS), NO)
            person.release(way[-1], button, keys)
        else:
            strike(person, chance.choice(KEYS), chance.choice(HELD))
    person.hand.stop()
    person.hand.inline.cancel()
    shown(person)
    while person.document.undo():
        pass
    shown(person)
