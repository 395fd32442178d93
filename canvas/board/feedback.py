"""What follows the mouse: the wire being drawn, sockets that fit, the line that cuts, the rectangle that selects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from canvas.board import shapes
from canvas.board.card import Spot
from canvas.board.easel import Easel
from canvas.board.wire import path_of

DIM = 0.66


@dataclass
class Feedback:
    """Drawn over everything, on the board's coordinates."""

    easel: Easel
    source: Spot | None = None
    to: QPointF = field(default_factory=QPointF)
    fits: bool | None = None
    offers: Mapping[Spot, bool | None] = field(default_factory=dict)
    cut: tuple[QPointF, ...] = ()
    band: QRectF | None = None
    beside: tuple[Spot, ...] = ()
    """Sockets of values of the card under the mouse."""
    over: Spot | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.source or self.offers or self.cut or self.band or self.beside or self.over)

    def paint(self, painter: QPainter, seen: QRectF) -> None:
        """All of it that lies in a rectangle of the board."""
        ink = self.easel.ink
        for spot in self.beside:
            shapes.draw(painter, spot.at, spot.kind, ink, hollow=spot.hollow, large=0.8)
        self._offers(painter, seen.adjusted(-12, -12, 12, 12))
        if self.over is not None:
            self._glow(painter, self.over.at, ink.colour(f"wire.{self.over.kind}"), 9)
            shapes.draw(painter, self.over.at, self.over.kind, ink, hollow=self.over.hollow, large=1.15)
        if self.source is not None:
            self._live(painter, self.source)
        if self.cut:
            pen = QPen(ink.colour("semantic.error"), 2 / self.easel.zoom, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(list(self.cut)))
        if self.band is not None:
            fill = QColor(ink.colour("accent.base"))
            fill.setAlpha(28)
            painter.setBrush(fill)
            painter.setPen(QPen(ink.colour("accent.base"), 1 / self.easel.zoom))
            painter.drawRect(self.band)

    def _offers(self, painter: QPainter, seen: QRectF) -> None:
        """Sockets that fit and those that do not; from far away only where the fitting ones are."""
        if not self.easel.blocks:
            for spot, fits in self.offers.items():
                if seen.contains(spot.at):
                    self._offer(painter, spot, fits)
            return
        fitting = [spot.at for spot, fits in self.offers.items() if fits and seen.contains(spot.at)]
        if fitting:
            pen = QPen(self.easel.ink.colour("accent.base"), 5 / self.easel.zoom)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(QPolygonF(fitting))

    def _offer(self, painter: QPainter, spot: Spot, fits: bool | None) -> None:
        ink = self.easel.ink
        if fits:
            self._glow(painter, spot.at, ink.colour(f"wire.{spot.kind}"), 10)
            shapes.draw(painter, spot.at, spot.kind, ink, hollow=spot.hollow, large=1.15)
        elif not spot.quiet:
            veil = QColor(ink.colour("surface.card"))
            veil.setAlphaF(DIM)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawEllipse(spot.at, 8, 8)

    def _glow(self, painter: QPainter, at: QPointF, colour: QColor, size: float) -> None:
        halo = QColor(colour)
        halo.setAlpha(70)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(halo)
        painter.drawEllipse(at, size, size)

    def _live(self, painter: QPainter, source: Spot) -> None:
        ink = self.easel.ink
        a, b = (source.at, self.to) if source.side == "out" else (self.to, source.at)
        path = path_of(a, b)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ink.pen("surface.board", 5))
        painter.drawPath(path)
        colour = ink.colour("semantic.error" if self.fits is False else f"wire.{source.kind}")
        pen = QPen(colour, 2.5, Qt.PenStyle.DashLine if self.fits is False else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawPath(path)
        shapes.draw(painter, self.to, source.kind, ink, hollow=self.fits is not True, on_card=False)
