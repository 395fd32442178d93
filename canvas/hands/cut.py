"""A line drawn across wires: it cuts them, or puts dots on them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from canvas.hands.context import count_of, edit_new
from canvas.hands.gesture import Gesture, Touch
from canvas.hands.verbs_groups import crossed
from workflows import wiring
from workflows.graph import Graph, Link

if TYPE_CHECKING:
    from canvas.hands.hand import Hand


class Slash(Gesture):
    """The way of the mouse while it is drawn."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, hand: "Hand", start: Touch) -> None:
        super().__init__(hand, start)
        self.points = [start.at]

    def move(self, touch: Touch) -> None:
        self.points.append(touch.at)
        self.view.slash(self.points)

    def drop(self, touch: Touch) -> None:
        self.view.slash([])
        found = self.view.crossing(self.points)
        if found:
            self.apply(found)

    def cancel(self) -> None:
        self.view.slash([])

    def apply(self, found: list[Link]) -> None:
        """The line was let go over these wires."""


class Cut(Slash):
    """All wires under the line are cut at once."""

    def apply(self, found: list[Link]) -> None:
        self.document.edit(f"Cut {count_of(len(found), 'wire')}", lambda graph: wiring.cut(graph, found))


class Dots(Slash):
    """A dot on each output's wires, where the line crosses them."""

    def apply(self, found: list[Link]) -> None:
        where = self._crossings()

        def run(graph: Graph) -> tuple[Graph, list[str]]:
            made: list[str] = []
            for links in crossed(found).values():
                at = where(links[0])
                graph, name = wiring.add_dot(graph, links, (at.x(), at.y()))
                made.append(name)
            return graph, made

        edit_new(self.document, "Dot", run)

    def _crossings(self) -> Callable[[Link], QPointF]:
        """The middle of the piece of the line that meets a wire: found by trying the pieces one after another."""
        pieces = list(zip(self.points, self.points[1:], strict=False))

        def where(link: Link) -> QPointF:
            for one, other in pieces:
                if link in self.view.crossing([one, other]):
                    return QPointF((one.x() + other.x()) / 2, (one.y() + other.y()) / 2)
            return self.points[-1]

        return where
