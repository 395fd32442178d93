"""What is covered on the board, found quickly by place."""

from collections.abc import Iterator

CELL = 400.0
LARGE = 400
"""What covers more cells than this is kept apart."""
Rect = tuple[float, float, float, float]


class Taken:
    """Rectangles that are not to be covered, in a grid of large cells; ``margin`` is kept free on all sides."""

    def __init__(self, margin: float) -> None:
        self.margin = margin
        self._cells: dict[tuple[int, int], list[Rect]] = {}
        self._large: list[Rect] = []
        self._all: list[Rect] = []

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Cover a rectangle."""
        rect = (x, y, x + width, y + height)
        self._all.append(rect)
        if _is_large(rect):
            self._large.append(rect)
            return
        for cell in _cells(rect):
            self._cells.setdefault(cell, []).append(rect)

    def bottom_below(self, x: float, y: float, width: float, height: float) -> float | None:
        """The lowest bottom among what such a rectangle would cover; None where it is free."""
        edge = self.margin
        rect = (x - edge, y - edge, x + width + edge, y + height + edge)
        return max((other[3] for other in self._near(rect) if _meet(rect, other)), default=None)

    def _near(self, rect: Rect) -> Iterator[Rect]:
        if _is_large(rect):
            yield from self._all
            return
        yield from self._large
        for cell in _cells(rect):
            yield from self._cells.get(cell, ())


def _meet(one: Rect, other: Rect) -> bool:
    return other[0] < one[2] and one[0] < other[2] and other[1] < one[3] and one[1] < other[3]


def _is_large(rect: Rect) -> bool:
    return (rect[2] - rect[0]) / CELL * ((rect[3] - rect[1]) / CELL) > LARGE or max(map(abs, rect)) > 1e9


def _cells(rect: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(rect[0] // CELL), int(rect[2] // CELL) + 1):
        for line in range(int(rect[1] // CELL), int(rect[3] // CELL) + 1):
            yield column, line
