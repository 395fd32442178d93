"""Where things are on the page of a sheet, and what one looks at: plain data and pure functions."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from canvas.viewers.state import FITTED, Box, Look, Size, fit, panned, zoomed

PAD, GAP, FOOT, LEFT, BETWEEN, HEADS = 20, 12, 30, 168, 26, 62
"""Round the grid, between cells, below a cell, for the heads of rows, between rows, for the heads of columns."""
NARROWEST, WIDEST, SHARE = 130.0, 520.0, 0.22
"""The width of a cell, and the part of the view down to which its height gives way so that all of a sheet is seen."""
FLATTEST, TALLEST = 2.4, 0.6
"""The shapes of a cell."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What a run does with one cell just now."""

    kind: Literal["running", "failed"]
    since: float = 0.0
    """Since when, by a clock that goes evenly."""
    done: float | None = None
    note: str = ""
    """What it is at, or what went wrong."""

    @property
    def failed(self) -> bool:
        return self.kind == "failed"


class Geometry(NamedTuple):
    """The grid in a view, in pixels."""

    columns: int
    rows: int
    cell: tuple[float, float]
    """Width and height of a picture's room."""
    left: float
    top: float
    """Where the first cell begins."""
    row: float
    """From one row to the next."""
    gap: float
    foot: float

    def box(self, place: int) -> Box:
        """The room of a picture."""
        row, column = divmod(place, max(self.columns, 1))
        return Box(self.left + column * (self.cell[0] + self.gap), self.top + row * self.row, *self.cell)

    def at(self, x: float, y: float) -> int | None:
        """The cell at a point, its words below included."""
        for place in range(self.rows * self.columns):
            box = self.box(place)
            if box.x <= x < box.x + box.width and box.y <= y < box.y + box.height + self.foot:
                return place
        return None

    @property
    def size(self) -> tuple[float, float]:
        """How much room all of it takes."""
        wide = self.left + self.columns * (self.cell[0] + self.gap) - self.gap
        return wide, self.top + self.rows * self.row


def geometry(rows: int, columns: int, room: tuple[float, float], shape: float, px: float, *, named: bool = True,
             least: float = 0.0) -> Geometry:
    """The grid of so many rows and columns in a view. ``least``: the height that the head of a row needs."""
    left = (PAD + (LEFT if named else 0)) * px
    shape = min(max(shape, TALLEST), FLATTEST)
    wide = (room[0] - left - PAD * px - GAP * px * (columns - 1)) / max(columns, 1)
    # The whole sheet at once where its cells do not become too small for that.
    whole = (room[1] - HEADS * px) / max(rows, 1) - (FOOT + BETWEEN) * px
    fitting = max(whole, room[1] * SHARE) * shape
    wide = min(max(wide, NARROWEST * px), WIDEST * px, max(fitting, NARROWEST * px))
    high = wide / shape
    row = max(high + FOOT * px, least) + BETWEEN * px
    return Geometry(columns, rows, (wide, high), left, HEADS * px, row, GAP * px, FOOT * px)


@dataclass(frozen=True, slots=True)
class Looks:
    """Which part of the pictures is seen: of all alike, or, unlocked, of each by itself."""

    all: Look = FITTED
    own: tuple[tuple[int, Look], ...] = ()
    locked: bool = True

    def of(self, place: int) -> Look:
        return self.all if self.locked else dict(self.own).get(place, self.all)


def nearer(looks: Looks, place: int, size: Size, room: Box, at: tuple[float, float], factor: float) -> Looks:
    """Nearer or farther at a point of a cell; in a locked sheet everywhere."""
    look = zoomed(absolute(looks.of(place), size, room), size, room, at, factor)
    return _with(looks, place, relative(look, size, room))


def moved(looks: Looks, place: int, size: Size, room: Box, dx: float, dy: float) -> Looks:
    """All pictures moved alike, or this one."""
    look = panned(absolute(looks.of(place), size, room), size, room, dx, dy)
    return _with(looks, place, relative(look, size, room))


def locked(looks: Looks, on: bool, place: int) -> Looks:
    """Locking takes all pictures to where the chosen one is; unlocking leaves them there."""
    return Looks(looks.of(place), (), True) if on else replace(looks, own=(), locked=False)


def _with(looks: Looks, place: int, look: Look) -> Looks:
    if looks.locked:
        return replace(looks, all=look)
    return replace(looks, own=tuple({**dict(looks.own), place: look}.items()))


def relative(look: Look, size: Size, room: Box) -> Look:
    """The same part for pictures of any size: its zoom against the fitted one. Fitted stays fitted."""
    zoom = look.zoom / fit(size, room) if look.zoom else 0.0
    return FITTED if zoom <= 1.0001 else Look(zoom, look.centre)


def absolute(look: Look, size: Size, room: Box) -> Look:
    """That part in pixels of one picture: so clips of 480 and of 1080 lines are seen alike."""
    return Look(look.zoom * fit(size, room), look.centre) if look.zoom else look
