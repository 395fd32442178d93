"""Sweeping: nothing large while somebody works, everything at rest, and the collector is given back."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.broom import REST, YOUNG, Broom


class Circle:
    """Refers to itself, so that only a sweep takes it away."""

    def __init__(self) -> None:
        self.itself = self


class Clock:
    now = 0.0
    busy = False


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broom(qtbot: QtBot, clock: Clock) -> Iterator[Broom]:
    broom = Broom(lambda: clock.busy, lambda: clock.now)
    broom.begin()
    broom._timer.stop()
    yield broom
    broom.end()
    assert gc.isenabled()


def test_while_somebody_works_only_what_is_new_is_swept(broom: Broom, clock: Clock) -> None:
    assert not gc.isenabled()
    gone = weakref.ref(Circle())
    made = [[] for _ in range(2 * YOUNG)]  # type: ignore[var-annotated]
    assert broom.sweep() == 0 and gone() is None and made


def test_at_rest_everything_is_swept_once(broom: Broom, clock: Clock) -> None:
    old = Circle()
    gc.collect(0)
    gc.collect(1)
    gone = weakref.ref(old)
    broom.sweep()
    del old
    clock.now = REST + 1
    assert broom.sweep() == 2 and gone() is None
    assert broom.sweep() == -1


def test_mouse_keys_and_runs_keep_the_large_sweep_away(qtbot: QtBot, broom: Broom, clock: Clock) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    broom.sweep()
    clock.now = REST + 1
    qtbot.keyClick(widget, Qt.Key.Key_A)
    assert broom.sweep() in (-1, 0)
    clock.now += REST + 1
    clock.busy = True
    assert broom.sweep() in (-1, 0)
    clock.busy = False
    clock.now += REST + 1
    assert broom.sweep() == 2
