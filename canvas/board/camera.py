"""What part of the board is seen: zoom, pan, fit, and the short flight from one place to another."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QTimer, QVariantAnimation
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from canvas.board.ground import rounded

NEAREST, FARTHEST = 4.0, 0.05
FLIGHT = 240
"""Milliseconds of framing."""
SETTLE = 140
"""After the last step of a zoom, cards are painted sharp again."""
REACH = 4e5
"""How far the board goes in each direction."""
ROOM = 48
"""Pixels around what is framed."""


class Camera:
    """Moves a view over its scene by whole pixels, so that what was painted can be moved instead of painted anew."""

    def __init__(self, view: QGraphicsView, zoomed: Callable[..., None], moved: Callable[[], None]) -> None:
        self.view = view
        self.zoom = 1.0
        """Pixels for one of the board."""
        self.natural = 1.0
        """The zoom that is called 100 %: with larger texts, all of the board is larger."""
        self._wish = 1.0
        self._zoomed = zoomed
        self._moved = moved
        self._flight: QVariantAnimation | None = None
        self._settle = QTimer(view)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self._settled)
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setSceneRect(QRectF(-REACH, -REACH, 2 * REACH, 2 * REACH))

    @property
    def center(self) -> QPointF:
        port = self.view.viewport().rect()
        return QPointF(self.view.mapToScene(0, 0) + QPointF(port.width() / 2, port.height() / 2) / self.zoom)

    @property
    def place(self) -> tuple[float, float, float]:
        center = self.center
        return (center.x(), center.y(), self.zoom)

    @property
    def seen(self) -> QRectF:
        """What is in view, on the board."""
        port = self.view.viewport().rect()
        return QRectF(self.view.mapToScene(0, 0), port.size().toSizeF() / self.zoom)

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by pixels: the board follows the hand."""
        self.stop()
        across, down = self.view.horizontalScrollBar(), self.view.verticalScrollBar()
        across.setValue(across.value() - round(dx))
        down.setValue(down.value() - round(dy))
        self._moved()

    def zoom_at(self, at: QPointF, factor: float) -> None:
        """Zoom so that what lies under a point of the viewport stays under it."""
        self.stop()
        before = self.view.mapToScene(0, 0) + at / self.zoom
        wish = self._bounded(self._wish * factor)
        if not self._set_zoom(wish):
            self._wish = wish
            return
        self._wish = wish
        self._aim(before - at / self.zoom)
        self._moved()

    def look_at(self, center: QPointF, zoom: float | None = None, *, animate: bool = False) -> None:
        """Put a point of the board in the middle of what is seen."""
        self.stop()
        goal = self._bounded(self.zoom if zoom is None else zoom)
        if not animate:
            self._go(center, goal)
            self._zoomed(False)
            return
        start, origin = self.zoom, self.center
        flight = QVariantAnimation(self.view)
        flight.setDuration(FLIGHT)
        flight.setStartValue(0.0)
        flight.setEndValue(1.0)
        curve = QEasingCurve(QEasingCurve.Type.BezierSpline)
        curve.addCubicBezierSegment(QPointF(0.2, 0), QPointF(0, 1), QPointF(1, 1))
        flight.setEasingCurve(curve)

        def step(part: float) -> None:
            # Zoom grows by the same factor at every step, and the goal stays in view all along.
            zoom_ = start * (goal / start) ** part
            share = part if abs(goal - start) < 1e-6 else (1 / start - 1 / zoom_) / (1 / start - 1 / goal)
            self._go(origin + (center - origin) * share, zoom_)

        flight.valueChanged.connect(step)
        flight.finished.connect(lambda: self._land(center, goal))
        self._flight = flight
        flight.start()

    def frame(self, rect: QRectF, *, animate: bool = False) -> None:
        """Show all of a rectangle, at most at 100 %."""
        port = self.view.viewport().rect()
        if rect.isEmpty() or port.isEmpty():
            return
        wide = max(port.width() - 2 * ROOM, 50) / max(rect.width(), 1)
        high = max(port.height() - 2 * ROOM, 50) / max(rect.height(), 1)
        self.look_at(rect.center(), min(wide, high, self.natural), animate=animate)

    def wear(self, natural: float) -> None:
        """Another size of texts: what is seen keeps its middle, and its zoom in percent."""
        center, zoom = self.center, self.zoom / self.natural * natural
        changed, self.natural = natural != self.natural, natural
        if changed:
            self.look_at(center, zoom)

    def _bounded(self, zoom: float) -> float:
        return min(max(zoom, FARTHEST), NEAREST * self.natural)

    def stop(self) -> None:
        """End a flight where it is."""
        if self._flight is not None:
            flight, self._flight = self._flight, None
            flight.stop()
            flight.deleteLater()

    def _settled(self) -> None:
        if self._flight is None:
            self._zoomed(False, hurry=True)

    def _land(self, center: QPointF, zoom: float) -> None:
        self.stop()
        self._go(center, zoom)
        self._zoomed(False, hurry=True)

    def _go(self, center: QPointF, zoom: float) -> None:
        self._set_zoom(zoom)
        self._wish = zoom
        port = self.view.viewport().rect()
        self._aim(center - QPointF(port.width() / 2, port.height() / 2) / self.zoom)
        self._moved()

    def _set_zoom(self, zoom: float) -> bool:
        zoom = rounded(zoom)
        if zoom == self.zoom:
            return False
        self.zoom = zoom
        self._zoomed(True)
        self.view.setTransform(QTransform.fromScale(zoom, zoom))
        self._settle.start()
        return True

    def _aim(self, corner: QPointF) -> None:
        """Put a point of the board into the upper left corner."""
        self.view.horizontalScrollBar().setValue(round(corner.x() * self.zoom))
        self.view.verticalScrollBar().setValue(round(corner.y() * self.zoom))
