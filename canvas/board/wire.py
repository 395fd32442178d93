"""One wire: a casing in the colour of the board, so that crossings read, and the line in the colour of its type."""

import itertools
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from canvas.board.easel import Easel
from canvas.marks import Wire as Kind
from workflows.graph import Link

Flow = Literal["plain", "running", "idle", "pale"]
SHORTEST, TALLEST, LOOP = 26.0, 56.0, 240.0
SAMPLES = 20
Point = tuple[float, float]


def reach_of(ax: float, ay: float, bx: float, by: float) -> float:
    """How far the handles of a wire go out level from its ends: further where the ends lie further apart."""
    across = (bx - ax) / 2 if bx >= ax else min(ax - bx, LOOP)
    return max(SHORTEST, across, min(abs(by - ay) / 4, TALLEST))


def path_of(a: QPointF, b: QPointF) -> QPainterPath:
    reach = reach_of(a.x(), a.y(), b.x(), b.y())
    path = QPainterPath(a)
    path.cubicTo(a.x() + reach, a.y(), b.x() - reach, b.y(), b.x(), b.y())
    return path


def points_of(ax: float, ay: float, bx: float, by: float, count: int = SAMPLES) -> list[Point]:
    """Points along a wire, for hit tests."""
    reach = reach_of(ax, ay, bx, by)
    cx, dx = ax + reach, bx - reach
    points = []
    for step in range(count + 1):
        t = step / count
        u = 1 - t
        p, q, r, s = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        points.append((p * ax + q * cx + r * dx + s * bx, (p + q) * ay + (r + s) * by))
    return points


class WireItem(QGraphicsItem):
    """A wire between two sockets."""

    def __init__(self, link: Link, kind: Kind, easel: Easel, *, several: bool = False) -> None:
        super().__init__()
        self.link = link
        self.kind = kind
        self.several = several
        self.easel = easel
        self.flow: Flow = "plain"
        self.chosen = False
        self.hovered = False
        self.ends = (0.0, 0.0, 0.0, 0.0)
        """(x, y) where it begins and where it ends."""
        self.box = (0.0, 0.0, 0.0, 0.0)
        self._path: QPainterPath | None = None
        self._bounds = QRectF()
        self.setZValue(-10)

    @property
    def a(self) -> QPointF:
        return QPointF(*self.ends[:2])

    @property
    def b(self) -> QPointF:
        return QPointF(*self.ends[2:])

    @property
    def path(self) -> QPainterPath:
        """Made when it is painted: most wires of a large board are never seen."""
        if self._path is None:
            self._path = path_of(self.a, self.b)
        return self._path

    def points(self) -> list[Point]:
        return points_of(*self.ends)

    def stretch(self, ax: float, ay: float, bx: float, by: float) -> None:
        """Go from here to there."""
        if (ax, ay, bx, by) == self.ends and not self._bounds.isNull():
            return
        self.prepareGeometryChange()
        self.ends = (ax, ay, bx, by)
        self._path = None
        reach = reach_of(ax, ay, bx, by)
        left, right = min(ax, bx - reach), max(bx, ax + reach)
        top, bottom = (ay, by) if ay < by else (by, ay)
        self.box = (left, top, right, bottom)
        self._bounds = QRectF(left - 6, top - 6, right - left + 12, bottom - top + 12)

    def mark(self, *, flow: Flow | None = None, chosen: bool | None = None, hovered: bool | None = None) -> None:
        before = (self.flow, self.chosen, self.hovered)
        self.flow = self.flow if flow is None else flow
        self.chosen = self.chosen if chosen is None else chosen
        self.hovered = self.hovered if hovered is None else hovered
        if before != (self.flow, self.chosen, self.hovered):
            self.setZValue(-9 if self.chosen or self.hovered else -11 if self.flow == "pale" else -10)
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        left, top, right, bottom = self.box
        if not self.easel.shows(left - 4, top - 4, right + 4, bottom + 4):
            return
        ink = self.easel.ink
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.easel.full:
            # Smooth edges would cost seven times as much, and nobody sees those of the casing.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(ink.pen("surface.board", 5))
            painter.drawPath(self.path)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        pen = self._pen()
        if self.flow in ("idle", "pale"):
            painter.setOpacity(0.6)
        painter.setPen(pen)
        if not self.several:
            painter.drawPath(self.path)
            return
        for offset in (-1.75, 1.75):
            painter.drawPath(self.path.translated(0, offset))

    def _pen(self) -> QPen:
        ink = self.easel.ink
        wide = 3.0 if self.chosen or self.hovered else 1.5 if self.several else 2.0
        pen = QPen(ink.colour("accent.base") if self.chosen else ink.colour(f"wire.{self.kind}"), wide)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if self.flow == "running":
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([7 / wide, 6 / wide])
            pen.setDashOffset(-self.easel.turn * 24 * 1.2 / wide)
        elif self.flow == "idle":
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([3 / wide, 5 / wide])
        return pen


def nearest(points: list[Point], x: float, y: float) -> float:
    """How far a point lies from a line through points."""
    best = float("inf")
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        ex, ey = bx - ax, by - ay
        length = ex * ex + ey * ey
        t = 0.0 if length == 0 else min(max(((x - ax) * ex + (y - ay) * ey) / length, 0.0), 1.0)
        best = min(best, (ax + t * ex - x) ** 2 + (ay + t * ey - y) ** 2)
    return float(best**0.5)
