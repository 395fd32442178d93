"""How results are looked at, as data: mode, zoom, split, channel and time. Pure functions make a new view of it."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

Mode = Literal["single", "wipe", "side", "difference", "onion", "sheet"]
Channel = Literal["RGB", "R", "G", "B", "A"]
MODES: tuple[Mode, ...] = get_args(Mode)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
BUFFERS = range(1, 10)
NEAREST, FARTHEST = 32.0, 1 / 64
GAINS = (1, 2, 4, 8, 16, 32)
GAP = 2
"""Between the two panes of side by side."""


class Box(NamedTuple):
    """A rectangle in a view."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Look(NamedTuple):
    """Which part of a picture is seen."""

    zoom: float = 0.0
    """Points of the screen for one pixel of A; 0 means fitted."""
    centre: tuple[float, float] = (0.5, 0.5)
    """The place of the picture in the middle of the view, 0 to 1 both ways."""


FITTED = Look()


@dataclass(frozen=True, slots=True)
class View:
    """Everything about a view that outlives its widget."""

    mode: Mode = "single"
    a: int = 1
    b: int = 2
    channel: Channel = "RGB"
    look: Look = FITTED
    other: Look = FITTED
    """How B is seen in side by side while the two are not locked."""
    locked: bool = True
    split: float = 0.5
    """Where the wipe line stands, 0 to 1 across the view."""
    lying: bool = False
    """The wipe line runs from left to right; A is above it."""
    opacity: float = 0.5
    gain: int = 1
    names: bool = True
    tiles: Look = FITTED
    """How all pictures of the sheet are seen."""
    table: bool = True
    """The comparison beside the picture is shown."""


Size = tuple[int, int]


def fit(size: Size, room: Box) -> float:
    """The zoom at which the whole picture is seen; small pictures grow no further than sixteenfold."""
    return max(min(room.width / max(size[0], 1), room.height / max(size[1], 1), 16.0), 1e-6)


def zoom_of(look: Look, size: Size, room: Box) -> float:
    """The zoom in force, also where it is fitted."""
    return look.zoom or fit(size, room)


def place(look: Look, size: Size, room: Box) -> Box:
    """Where the whole picture lies, parts of it perhaps outside the room."""
    zoom = zoom_of(look, size, room)
    width, height = size[0] * zoom, size[1] * zoom
    x, y = room.middle
    centre = look.centre if look.zoom else (0.5, 0.5)
    return Box(x - width * centre[0], y - height * centre[1], width, height)


def inside(box: Box, size: Size) -> Box:
    """Another picture laid into the place of the first one, whole and in its own proportions."""
    scale = min(box.width / max(size[0], 1), box.height / max(size[1], 1))
    width, height = size[0] * scale, size[1] * scale
    return Box(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)


def zoomed(look: Look, size: Size, room: Box, at: tuple[float, float], factor: float) -> Look:
    """Nearer or farther; what is under ``at`` stays there."""
    old = place(look, size, room)
    zoom = min(max(zoom_of(look, size, room) * factor, FARTHEST), max(NEAREST, fit(size, room)))
    spot = (at[0] - old.x) / old.width, (at[1] - old.y) / old.height
    x, y = room.middle
    width, height = size[0] * zoom, size[1] * zoom
    return Look(zoom, _held((spot[0] - (at[0] - x) / width, spot[1] - (at[1] - y) / height)))


def panned(look: Look, size: Size, room: Box, dx: float, dy: float) -> Look:
    """The picture moved by this much; its edge never passes the middle of the view."""
    zoom = zoom_of(look, size, room)
    centre = look.centre if look.zoom else (0.5, 0.5)
    return Look(zoom, _held((centre[0] - dx / (size[0] * zoom), centre[1] - dy / (size[1] * zoom))))


def pixel(box: Box, size: Size, x: float, y: float) -> tuple[int, int] | None:
    """Which pixel of a picture that lies in ``box`` is at this point of the view."""
    if not box.holds(x, y):
        return None
    column, row = int((x - box.x) / box.width * size[0]), int((y - box.y) / box.height * size[1])
    return min(column, size[0] - 1), min(row, size[1] - 1)


def panes(view: View, room: Box) -> tuple[Box, ...]:
    """The parts of the room that each show a picture: two in side by side (stacked in a tall room), else one."""
    if view.mode != "side":
        return (room,)
    if room.height > room.width:
        half = (room.height - GAP) / 2
        return Box(room.x, room.y, room.width, half), Box(room.x, room.y + half + GAP, room.width, half)
    half = (room.width - GAP) / 2
    return Box(room.x, room.y, half, room.height), Box(room.x + half + GAP, room.y, half, room.height)


def cut(view: View, room: Box) -> tuple[Box, Box]:
    """The parts of the room that show A and B in a wipe."""
    if view.lying:
        part = room.height * view.split
        return Box(room.x, room.y, room.width, part), Box(room.x, room.y + part, room.width, room.height - part)
    part = room.width * view.split
    return Box(room.x, room.y, part, room.height), Box(room.x + part, room.y, room.width - part, room.height)


def side_at(view: View, room: Box, x: float, y: float) -> Literal["a", "b"]:
    """Which of the two a point of the view belongs to."""
    if view.mode == "side":
        return "b" if panes(view, room)[1].holds(x, y) else "a"
    return "b" if view.mode == "wipe" and cut(view, room)[1].holds(x, y) else "a"


def in_mode(view: View, mode: Mode) -> View:
    return replace(view, mode=mode)


def wiped(view: View) -> View:
    """W: the wipe, or back to one picture."""
    return replace(view, mode="single" if view.mode == "wipe" else "wipe")


def showing(view: View, buffer: int) -> View:
    """A shows this buffer; where B showed it, the two change places. A sheet gives way to the picture."""
    mode: Mode = "single" if view.mode == "sheet" else view.mode
    b = view.a if buffer == view.b else view.b
    return replace(view, a=buffer, b=b, mode=mode)


def against(view: View, buffer: int) -> View:
    """B shows this buffer; a single picture becomes a wipe, as that is why one asks for B."""
    a = view.b if buffer == view.a else view.a
    mode: Mode = "wipe" if view.mode in ("single", "sheet") else view.mode
    return replace(view, a=a, b=buffer, mode=mode)


def swapped(view: View) -> View:
    return replace(view, a=view.b, b=view.a, look=view.look, other=view.other)


def in_channel(view: View, channel: Channel) -> View:
    """This channel; asked for a second time, all of them."""
    return replace(view, channel="RGB" if view.channel == channel else channel)


def split_at(view: View, split: float) -> View:
    return replace(view, split=min(max(split, 0.0), 1.0))


def seen(view: View, look: Look, side: Literal["a", "b"] = "a") -> View:
    """Another part is looked at; in a locked view on both sides."""
    return replace(view, other=look) if side == "b" and not view.locked else replace(view, look=look)


def look_of(view: View, side: Literal["a", "b"]) -> Look:
    return view.other if side == "b" and view.mode == "side" and not view.locked else view.look


def locked(view: View, on: bool) -> View:
    """Locking takes B to where A is; unlocking leaves it there."""
    return replace(view, locked=on, other=view.look)


def stronger(view: View, step: int) -> View:
    """The amount that belongs to the mode: gain of the difference, opacity of the onion, place of the split."""
    if view.mode == "difference":
        at = min(max(GAINS.index(view.gain) + step, 0), len(GAINS) - 1)
        return replace(view, gain=GAINS[at])
    if view.mode == "onion":
        return replace(view, opacity=round(min(max(view.opacity + step * 0.05, 0.0), 1.0), 2))
    return split_at(view, round(view.split + step * 0.02, 4)) if view.mode == "wipe" else view


def two(view: View) -> bool:
    """Whether B is looked at as well."""
    return view.mode in ("wipe", "side", "difference", "onion")


def _held(centre: tuple[float, float]) -> tuple[float, float]:
    return min(max(centre[0], 0.0), 1.0), min(max(centre[1], 0.0), 1.0)
