"""Where everything on a card lies: measured once, then read by painters and hands."""

from dataclasses import dataclass, field, replace
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from ajar.contract import Form
from canvas.board.face import Face, Port, Side, ValueRow
from canvas.marks import Wire

What = Literal[
    "header", "chip", "text", "value", "preview", "take", "takes", "foot", "body", "resize", "choice", "step", "state",
]
Font = Literal["caption", "strong", "label"]
MARGIN = 26.0
"""Room around a card for its shadow, its sockets and the rings of focus and selection."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A socket: where a wire can begin or end."""

    node: str
    side: Side
    name: str
    index: int | None = None
    kind: Wire = "any"
    at: QPointF = field(default_factory=QPointF, compare=False)
    form: Form = field(default="one", compare=False)
    label: str = field(default="", compare=False)
    wired: bool = field(default=False, compare=False)
    hollow: bool = field(default=False, compare=False)
    """Whether it is drawn as an outline: what has to be given and is not, and sockets of values."""
    quiet: bool = field(default=False, compare=False)
    """Belongs to a value, so that it shows only when it is needed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A place on a card that can be clicked; ``rect`` lies on the board."""

    node: str
    what: What
    key: str = ""
    index: int = 0
    rect: QRectF = field(default_factory=QRectF, compare=False)

    def at(self, node: str, offset: QPointF) -> "Part":
        return replace(self, node=node, rect=self.rect.translated(offset))


@dataclass(frozen=True, slots=True)
class Chip:
    """A small label: what kind of tint, which icon, what it says."""

    rect: QRectF
    tint: Literal["open", "closed", "money", "plain"]
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of small text on the card."""

    rect: QRectF
    text: str
    face: Font = "caption"
    colour: str = "text.secondary"
    icon: str = ""
    link: str = ""
    """What clicking it means, where it can be clicked."""


@dataclass(frozen=True, slots=True)
class CardPlan:
    """The geometry of one card, from its own top left corner."""

    face: Face
    width: float
    height: float
    collapsed: bool = False
    chips: tuple[Chip, ...] = ()
    ports: tuple[tuple[Port, QPointF], ...] = ()
    """With the middle of each socket."""
    text: QRectF | None = None
    preview: QRectF | None = None
    lines: tuple[Line, ...] = ()
    values: tuple[tuple[ValueRow, QRectF], ...] = ()
    steps: tuple[tuple[str, str, QRectF], ...] = ()
    choice: QRectF | None = None
    said: QRectF | None = None
    """Where words stand that come from elsewhere."""
    takes: QRectF | None = None
    thumbs: tuple[QRectF, ...] = ()
    more: QRectF | None = None
    """Where the count of takes stands that found no room."""
    foot: QRectF | None = None
    parts: tuple[Part, ...] = ()

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)

    @property
    def bounds(self) -> QRectF:
        """Everything that is painted of it."""
        return QRectF(-MARGIN, -MARGIN, self.width + 2 * MARGIN, self.height + 2 * MARGIN)

    def part(self, at: QPointF) -> Part | None:
        """What lies at a point of the card; the body where there is nothing special."""
        for part in self.parts:
            if part.rect.contains(at):
                return part
        return Part("", "body", rect=self.rect) if self.rect.contains(at) else None


def spot_of(node: str, port: Port, at: QPointF, origin: QPointF) -> Spot:
    hollow = not port.wired and (port.required or port.quiet)
    return Spot(
        node, port.side, port.name, port.index, port.kind, at + origin, port.form, port.label, port.wired, hollow,
        port.quiet,
    )
