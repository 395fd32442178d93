"""Painting what two results look like in each mode: one, a wipe, side by side, mixed, or how far they are apart."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from canvas.theme import Theme
from canvas.viewers import state
from canvas.viewers.bench import Bench
from canvas.viewers.deck import SIDES, Deck, Side
from canvas.viewers.state import Box, View

if TYPE_CHECKING:
    from canvas.viewers.stage import Stage


class Screen:
    """Paints one frame of a stage, without words."""

    def __init__(self, theme: Theme, bench: Bench, deck: Deck, place: "Stage") -> None:
        self._theme, self._bench, self._deck, self._place = theme, bench, deck, place

    def paint(self, painter: QPainter) -> None:
        view = self._bench.view
        painter.fillRect(QRectF(*self._place.room), self._theme.colour("board.mat"))
        if view.mode == "side":
            gap = QRectF(*self._place.pane("b"))
            painter.fillRect(gap.adjusted(-state.GAP, -state.GAP, 0, 0), self._theme.colour("border.default"))
            painter.fillRect(gap, self._theme.colour("board.mat"))
            self._paint(painter, "a", self._place.pane("a"))
            self._paint(painter, "b", self._place.pane("b"))
        elif view.mode == "wipe":
            for side, part in zip(SIDES, state.cut(view, self._place.room), strict=True):
                self._paint(painter, side, part)
        elif view.mode == "onion":
            self._paint(painter, "a", self._place.room)
            painter.setOpacity(view.opacity)
            self._paint(painter, "b", self._place.room)
            painter.setOpacity(1)
        elif view.mode == "difference":
            self._paint_difference(painter, view)
        else:
            self._paint(painter, "a", self._place.room)

    def _paint(self, painter: QPainter, side: Side, room: Box) -> None:
        picture, box = self._deck.picture(side), self._place.box(side)
        if picture is None or box is None:
            return
        painter.save()
        painter.setClipRect(QRectF(*room))
        if not picture.opaque:
            self._paint_checks(painter, QRectF(*box).intersected(QRectF(*room)), QPointF(box.x, box.y))
        picture.paint(painter, box, room, self._place.devicePixelRatioF())
        painter.restore()

    def _paint_checks(self, painter: QPainter, rect: QRectF, origin: QPointF) -> None:
        """Behind what is not opaque: quiet squares that move with the picture."""
        painter.fillRect(rect, self._theme.colour("surface.card"))
        painter.setBrushOrigin(origin)
        painter.fillRect(rect, self._checks())

    def _checks(self) -> QImage:
        dark, pale = self._theme.colour("surface.card"), self._theme.colour("surface.raised")
        tile = QImage(16, 16, QImage.Format.Format_RGB32)
        tile.fill(dark)
        painter = QPainter(tile)
        painter.fillRect(0, 0, 8, 8, pale)
        painter.fillRect(8, 8, 8, 8, pale)
        painter.end()
        return tile

    def _paint_difference(self, painter: QPainter, view: View) -> None:
        """How far A and B are apart, doubled as often as the gain asks for."""
        ratio = self._place.devicePixelRatioF()
        image = QImage(self._place.size() * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(Qt.GlobalColor.black))
        over = QPainter(image)
        self._paint(over, "a", self._place.room)
        over.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        self._paint(over, "b", self._place.room)
        over.end()
        for _ in range(view.gain.bit_length() - 1):
            same = image.copy()
            over = QPainter(image)
            over.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            over.drawImage(0, 0, same)
            over.end()
        painter.drawImage(0, 0, image)
