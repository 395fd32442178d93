"""The views a person came from, to go back to and forth."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

if TYPE_CHECKING:
    from canvas.board.view import BoardView

KEPT = 50


class Travels:
    """Places of the view, oldest first; ``_now`` is where in them the view is."""

    def __init__(self, view: "BoardView") -> None:
        self._view = view
        self._places: list[tuple[float, float, float]] = []
        self._now = 0

    def remember(self) -> None:
        """Keep where the view is, before it goes elsewhere."""
        del self._places[self._now :]
        self._places.append(self._view.place)
        del self._places[:-KEPT]
        self._now = len(self._places)

    def go(self, step: int) -> None:
        """Back (-1) or forth (1); nothing where there is no such view."""
        if step < 0 and self._places and self._now == len(self._places):
            self._places.append(self._view.place)
            self._now = len(self._places) - 1
        goal = self._now + step
        if 0 <= goal < len(self._places):
            self._now = goal
            x, y, zoom = self._places[goal]
            self._view.look_at(QPointF(x, y), zoom, animate=True)
