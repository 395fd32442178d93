"""A board in a window, with a hand on it, and short words for what a person does with mouse and keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from canvas.board.card import Spot
from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from canvas.hands.hand import Hand
from workflows import edit
from workflows.graph import Graph

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE = Qt.MouseButton.NoButton
NO = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)


@dataclass
class Person:
    """Somebody in front of the board. Places are on the board; all goes through real events of the viewport."""

    view: BoardView
    hand: Hand
    document: Document
    time: int = 1000

    @property
    def graph(self) -> Graph:
        return self.document.shown

    def pos(self, at: QPointF) -> QPointF:
        return QPointF(self.view.mapFromScene(at))

    def mouse(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier = NO) -> None:
        pos = self.pos(at)
        down = button if kind != QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
        which = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        event = QMouseEvent(kind, pos, QPointF(self.view.viewport().mapToGlobal(pos.toPoint())), which, down, keys)
        self.time += 16
        event.setTimestamp(self.time)
        QApplication.sendEvent(self.view.viewport(), event)

    def move(self, at: QPointF, button: Qt.MouseButton = NONE, keys: Qt.KeyboardModifier = NO) -> None:
        self.mouse(QEvent.Type.MouseMove, at, button, keys)

    def press(self, at: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, at, button, keys)

    def release(self, at: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO) -> None:
        self.mouse(QEvent.Type.MouseButtonRelease, at, button, keys)

    def click(self, at: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO) -> None:
        self.press(at, button, keys)
        self.release(at, button, keys)

    def double_click(self, at: QPointF) -> None:
        self.click(at)
        self.mouse(QEvent.Type.MouseButtonDblClick, at, LEFT)
        self.release(at)

    def drag(self, *way: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO) -> None:
        """Press at the first place, go by the others in small steps, let go at the last."""
        self.hold(*way, button=button, keys=keys)
        self.release(way[-1], button, keys)

    def hold(self, *way: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO) -> None:
        """The same without letting go."""
        self.press(way[0], button, keys)
        for start, goal in pairwise(way):
            for step in range(1, 9):
                self.move(start + (goal - start) * (step / 8), button, keys)

    def type(self, key: Qt.Key | str, keys: Qt.KeyboardModifier = NO) -> None:
        """Press a key, or several letters, wherever the keyboard is."""
        target = QApplication.focusWidget() or self.view
        if isinstance(key, str):
            QTest.keyClicks(target, key, keys)
        else:
            QTest.keyClick(target, key, keys)

    def add(self, type_: str, x: float, y: float, name: str = "", **inputs: object) -> str:
        """A node that is there before the person begins; no step of undo."""
        graph = edit.add_node(self.document.graph, type_, inputs, id=name or None, at=(x, y))  # type: ignore[arg-type]
        found = next(one for one in graph.nodes if one not in self.document.graph.nodes)
        self.document.edit_whole("Add", lambda _: graph)
        self.document.history.past.clear()
        return found

    def wire(self, source: str, target: str, key: str, index: int | None = None, output: str | None = None) -> None:
        self.document.edit("Wire", lambda graph: edit.connect(graph, source, output, target, key, index))
        self.document.history.past.clear()

    def spot(self, node: str, side: str, name: str = "", index: int | None = None) -> Spot:
        spot = self.view.spot(node, side, name, index)
        assert spot is not None, f"{node} shows no such socket"
        return spot

    def state(self, node: str) -> str | None:
        """Muted, bypassed, frozen or nothing."""
        return self.graph.nodes[node].state

    def header(self, node: str) -> QPointF:
        rect = self.view.rect_of(node)
        assert rect is not None
        return rect.topLeft() + QPointF(60, 14)

    def part(self, node: str, what: str, key: str = "") -> QPointF:
        found = next(part for part in self.view.parts(node) if part.what == what and key in ("", part.key))
        return found.rect.center()

    def middle(self, source: str, target: str, key: str, index: int | None = None) -> QPointF:
        """The middle of a wire."""
        first = next(spot for spot in self.view.spots(source) if spot.side == "out")
        return QRectF(first.at, self.spot(target, "in", key, index).at).center()

    @property
    def steps(self) -> list[str]:
        """The titles of what can be undone, oldest first."""
        titles = [step.title for step in self.document.history.past[1:]]
        return [*titles, self.document.history.now.title] if self.document.history.past else []


@pytest.fixture
def person(desk: Desk, document: Document, qtbot: QtBot) -> Iterator[Person]:
    view = BoardView(desk, document)
    qtbot.addWidget(view)
    hand = Hand(desk, view)
    view.resize(1200, 800)
    view.show()
    qtbot.waitExposed(view)
    view.look_at(QPointF(400, 300), 1.0)
    view.activateWindow()
    view.setFocus()
    QGuiApplication.clipboard().clear()
    yield Person(view, hand, document)
    hand.inline.cancel()
    hand.adder.hide()


@pytest.fixture
def pointer(person: Person) -> Callable[[float, float], QPointF]:
    """Puts the mouse somewhere on the board."""

    def put(x: float, y: float) -> QPointF:
        QTest.mouseMove(person.view.viewport(), QPoint(0, 0))
        person.move(QPointF(x, y))
        return QPointF(x, y)

    return put
