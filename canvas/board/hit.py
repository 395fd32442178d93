"""What lies where on the board: sockets before parts, cards before wires, wires before frames."""

import itertools

from PySide6.QtCore import QPointF, QRectF

from canvas.board.card import Part, Spot
from canvas.board.card_item import CardItem
from canvas.board.face import Side
from canvas.board.frame import HEAD, FrameItem
from canvas.board.mirror import Mirror
from canvas.board.wire import Point, nearest
from workflows.graph import Link

EDGE = 8.0
DOT = 5.0
"""So near its middle a dot is moved; beside it, wires begin and end."""


class Hits:
    """Answers for one mirror. Radii are on the board."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror

    def card_at(self, at: QPointF, room: float = 0.0) -> CardItem | None:
        """The topmost card under a point."""
        best: CardItem | None = None
        x, y = at.x(), at.y()
        for card in self.mirror.cards.values():
            px, py, plan = card.left, card.top, card.plan
            inside = px - room <= x <= px + plan.width + room and py - room <= y <= py + plan.height + room
            if inside and (best is None or card.zValue() >= best.zValue()):
                best = card
        return best

    def spot_at(self, at: QPointF, radius: float, side: Side | None = None, *, quiet: bool = True) -> Spot | None:
        """The nearest socket within a radius. Those of values count too, where wanted."""
        found: tuple[float, Spot] | None = None
        x, y = at.x(), at.y()
        for card in self.mirror.cards.values():
            px, py, plan = card.left, card.top, card.plan
            if not (px - radius <= x <= px + plan.width + radius and py - radius <= y <= py + plan.height + radius):
                continue
            grip = DOT * self.mirror.easel.ink.text if plan.face.dot and side is None else 0.0
            for spot, (port, _) in zip(card.spots(), plan.ports, strict=True):
                if (side and spot.side != side) or (port.quiet and not quiet):
                    continue
                if grip and not grip < (x - spot.at.x() if spot.side == "out" else spot.at.x() - x):
                    continue
                away = (spot.at.x() - x) ** 2 + (spot.at.y() - y) ** 2
                if away <= radius * radius and (found is None or away < found[0]):
                    found = (away, spot)
        return found[1] if found else None

    def part_at(self, at: QPointF) -> Part | None:
        card = self.card_at(at)
        if card is None:
            return None
        part = card.plan.part(at - card.pos())
        return part.at(card.name, card.pos()) if part else None

    def wire_at(self, at: QPointF, radius: float) -> Link | None:
        best: tuple[float, Link] | None = None
        x, y = at.x(), at.y()
        for item in self.mirror.wires.values():
            left, top, right, bottom = item.box
            if left - radius <= x <= right + radius and top - radius <= y <= bottom + radius:
                away = nearest(item.points(), x, y)
                if away <= radius and (best is None or away < best[0]):
                    best = (away, item.link)
        return best[1] if best else None

    def frame_at(self, at: QPointF) -> tuple[str, str] | None:
        """(id, "head", "edge:right bottom" or "body") of the smallest frame under a point."""
        frames = [item for item in self.mirror.frames.values() if item.rect.adjusted(-4, -4, 4, 4).contains(at)]
        if not frames:
            return None
        item = min(frames, key=lambda frame: frame.rect.width() * frame.rect.height())
        edge = _edge(item, at)
        if edge:
            return item.id, f"edge:{edge}"
        head = at.y() <= item.rect.top() + HEAD * self.mirror.easel.ink.text
        return item.id, "head" if head else "body"

    def note_at(self, at: QPointF) -> tuple[str, str] | None:
        for item in reversed(self.mirror.notes.values()):
            if item.rect.adjusted(-4, -4, 4, 4).contains(at):
                edge = _edge(item, at)
                return item.id, f"edge:{edge}" if edge else "body"
        return None

    def in_rect(self, rect: QRectF, *, wholly: bool = False) -> list[str]:
        """Cards that a rectangle touches, and frames and notes that lie wholly in it."""
        names = [name for name, card in self.mirror.cards.items()
                 if (rect.contains(card.rect) if wholly else rect.intersects(card.rect))]
        names += [f"frame:{id_}" for id_, item in self.mirror.frames.items() if rect.contains(item.rect)]
        names += [f"note:{id_}" for id_, item in self.mirror.notes.items() if rect.contains(item.rect)]
        return names

    def crossing(self, points: list[QPointF]) -> list[Link]:
        """Wires that a line drawn by hand cuts."""
        if len(points) < 2:
            return []
        line = [(point.x(), point.y()) for point in points]
        left, right = min(x for x, _ in line), max(x for x, _ in line)
        top, bottom = min(y for _, y in line), max(y for _, y in line)
        found = []
        for item in self.mirror.wires.values():
            a, b, c, d = item.box
            if a <= right and c >= left and b <= bottom and d >= top and _cross(item.points(), line):
                found.append(item.link)
        return found


def _edge(item: FrameItem, at: QPointF) -> str:
    rect = item.rect
    sides = []
    if abs(at.x() - rect.left()) <= EDGE / 2:
        sides.append("left")
    elif abs(at.x() - rect.right()) <= EDGE:
        sides.append("right")
    if abs(at.y() - rect.top()) <= EDGE / 2:
        sides.append("top")
    elif abs(at.y() - rect.bottom()) <= EDGE:
        sides.append("bottom")
    return " ".join(sides)


def _cross(one: list[Point], other: list[Point]) -> bool:
    return any(
        _meet(a, b, c, d) for a, b in itertools.pairwise(one) for c, d in itertools.pairwise(other)
    )


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    def turn(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) <= 0 and turn(c, d, a) * turn(c, d, b) <= 0
