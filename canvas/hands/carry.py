"""Dragging cards, frames and notes. Nothing of the document changes until they are let go; then it is one edit."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from ajar.errors import EditError
from canvas.hands.boxes import GRID, beside_frames, grown, riders, settled
from canvas.hands.context import Sizes, count_of
from canvas.hands.gesture import ALT, CTRL, SHIFT, Gesture, Touch
from workflows import arrange, board, clipping, wiring
from workflows.graph import Graph, Link, links

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

SHAKES, SWING, QUICK = 4, 12.0, 900
"""So many turns, each so many pixels wide, within so many milliseconds shake a card out of its wires."""


class Shake:
    """Tells whether the mouse is being shaken from side to side."""

    def __init__(self, start: Touch) -> None:
        self._edge = start.pos.x()
        self._way = 0
        self._turns: list[int] = []

    def feel(self, touch: Touch) -> bool:
        by = touch.pos.x() - self._edge
        way = (by > 0) - (by < 0)
        if way == self._way:
            self._edge = touch.pos.x()
        elif abs(by) >= SWING:
            if self._way:
                self._turns.append(touch.time)
            self._way, self._edge = way, touch.pos.x()
        self._turns = [time for time in self._turns if touch.time - time <= QUICK]
        return len(self._turns) >= SHAKES


class Carry(Gesture):
    """Shift keeps to the grid; Alt from the start carries duplicates; F takes cards out of their frame.

    Dropped on a wire a free card is put into it, unless Alt is held.
    """

    cursor = Qt.CursorShape.ClosedHandCursor
    reaches = True

    def __init__(self, hand: "Hand", start: Touch, name: str) -> None:
        super().__init__(hand, start)
        self.name = name
        self.names: tuple[str, ...] = ()
        self.riders: tuple[str, ...] = ()
        """What goes along because a frame under it does."""
        self.burst = hand.fresh_burst("carry")
        self.detached = False
        self.copied = False
        self.shaken = False
        self._shake = Shake(start)
        self._by = QPointF()
        self._link: Link | None = None

    def click(self, touch: Touch) -> None:
        if touch.has(SHIFT) or touch.has(CTRL):
            self.document.select([self.name], toggle=True)
        else:
            self.document.select([self.name])

    def begin(self, touch: Touch) -> None:
        if self.name not in self.document.selection:
            self.document.select([self.name], add=self.start.has(SHIFT))
        self.names = self.document.selection
        if self.start.has(ALT):
            self._copy()
        self._first = self.hand.rect_of(self.names[-1]).topLeft()
        self.riders = riders(self.document.shown, self.view.sizes(), self.names)

    def move(self, touch: Touch) -> None:
        self._by = self._offset(touch)
        if not self.shaken and not self.copied and self._shake.feel(touch):
            self._extract()
        self.view.shift((*self.names, *self.riders), self._by.x(), self._by.y())
        self._link = self._under(touch)
        self.view.mark_wire(self._link)

    def drop(self, touch: Touch) -> None:
        names, riders_, by, link = self.names, self.riders, self._by, self._link
        sizes, frame = self.view.sizes(), self._frame(touch)
        self._clean()  # from here on all is drawn where the document has it
        if by.isNull():
            return

        def run(graph: Graph) -> Graph:
            graph = settled(graph, self.hand.rect_of, names)
            graph = board.shift(graph, (*names, *riders_), (by.x(), by.y()))
            if link is not None:
                graph = inserted(graph, self.hand, names[0], link, sizes)
            if frame and not self.detached:
                graph = grown(graph, sizes, frame, [name for name in names if name in graph.nodes])
            return beside_frames(graph, sizes, names) if self.detached else graph

        title = "Duplicate" if self.copied else "Insert" if link is not None else "Extract" if self.shaken else "Move"
        self.document.edit(f"{title} {count_of(len(names), 'card')}", run, self.burst)
        self.document.end_burst()

    def cancel(self) -> None:
        self._clean()
        if self.copied or self.shaken:
            self.document.end_burst()
            self.document.undo()
            if self.copied:
                self.document.select(self._originals)

    def key(self, key: int, down: bool) -> bool:
        if key == Qt.Key.Key_F and down:
            self.detached = not self.detached
            self.hand.tip.show_at("Leaves its frame" if self.detached else "", self.hand.pos)
            return True
        return False

    def _clean(self) -> None:
        self.view.unshift()
        self.view.mark_wire(None)
        self.hand.tip.show_at("", self.start.pos)

    def _offset(self, touch: Touch) -> QPointF:
        by = touch.at - self.start.at
        if touch.has(SHIFT) or self.hand.snaps:
            aim = self._first + by
            by = QPointF(arrange.snap(aim.x(), GRID), arrange.snap(aim.y(), GRID)) - self._first
        return by

    def _copy(self) -> None:
        """Copies where the originals are; these are carried, and the originals stay."""
        self._originals = self.names
        names = (*self.names, *riders(self.document.shown, self.view.sizes(), self.names))
        made: list[str] = []

        def run(graph: Graph) -> Graph:
            graph, new = clipping.double(graph, names, (0, 0))
            made[:] = new
            return graph

        if self.document.edit("Duplicate", run, self.burst):
            self.document.select(made)
            self.names, self.copied = tuple(made), True

    def _extract(self) -> None:
        nodes = [name for name in self.names if name in self.document.shown.nodes]
        if not nodes:
            return
        types = self.document.types
        self.shaken = self.document.edit("Extract", lambda graph: wiring.extract(graph, types, nodes), self.burst)

    def _under(self, touch: Touch) -> Link | None:
        """The wire that a free card would be put into if it were let go now."""
        graph = self.document.shown
        if touch.has(ALT) or len(self.names) != 1 or self.names[0] not in graph.nodes:
            return None
        name = self.names[0]
        if any(name in (link.node, link.wire.node) for link in links(graph.nodes)):
            return None
        rect = self.hand.rect_of(name)
        middle = rect.center()
        near = self.view.wire_at(touch.at)
        lines = ([QPointF(rect.left(), middle.y()), QPointF(rect.right(), middle.y())],
                 [QPointF(middle.x(), rect.top()), QPointF(middle.x(), rect.bottom())])
        found = [near] if near is not None else [link for line in lines for link in self.view.crossing(line)]
        return next((link for link in found if self._goes_into(name, link)), None)

    def _goes_into(self, name: str, link: Link) -> bool:
        try:
            wiring.insert(self.document.shown, self.document.types, name, link)
        except EditError:
            return False
        return True

    def _frame(self, touch: Touch) -> str:
        """The frame in which cards are let go, unless that frame was carried itself."""
        found = self.view.frame_at(touch.at)
        if found is None or f"frame:{found[0]}" in (*self.names, *self.riders):
            return ""
        return str(found[0])


def inserted(graph: Graph, hand: "Hand", name: str, link: Link, sizes: Sizes) -> Graph:
    """The graph with a node in a wire, and what follows moved away where it would be covered."""
    graph = wiring.insert(graph, hand.document.types, name, link)
    return arrange.make_room(graph, sizes, name)
