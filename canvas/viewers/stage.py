"""The place where pictures are seen: painting the modes, zoom and pan under the mouse, the wipe line, the read-out."""

from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from canvas.desk import Desk
from canvas.viewers import cards, state
from canvas.viewers.bench import Bench
from canvas.viewers.deck import Deck, Side
from canvas.viewers.facts import told
from canvas.viewers.overlay import Overlay
from canvas.viewers.picture import Picture, apart, depth_text, tells
from canvas.viewers.screen import Screen
from canvas.viewers.state import Box, look_of

GRAB = 12
"""How near to the wipe line the mouse takes hold of it."""


class Stage(QWidget):
    """Paints what lies on the bench; the deck gives the picture of a side: a still one, or the frame of now."""

    moved = Signal()
    """What the read-out tells has changed."""

    def __init__(self, desk: Desk, bench: Bench, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench, self._deck = desk, bench, deck
        self._source = deck.picture
        self._mouse: QPointF | None = None
        self._drag: tuple[Literal["split", "pan"], QPointF, Side] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 90)
        self.setAccessibleName("Picture")
        desk.themed.connect(self.update)
        bench.changed.connect(self.refresh)
        bench.ready.connect(self.refresh)
        bench.loaded.connect(self.refresh)
        deck.turned.connect(self.update)

    @property
    def room(self) -> Box:
        return Box(0, 0, self.width(), self.height())

    def refresh(self) -> None:
        """Paint anew, and tell anew what there is to see."""
        self.setAccessibleDescription(self.told())
        self.update()

    def told(self) -> str:
        """What is seen, in words."""
        view, a, b = self._bench.view, self._bench.side("a"), self._bench.side("b")
        if a is None:
            return "Nothing to look at yet"
        if not state.two(view):
            return told(a.facts, title=a.title)
        names = {"wipe": "Wipe", "side": "Side by side", "difference": "Difference", "onion": "Onion"}
        sides = [told(a.facts, "A", a.title), told(b.facts, "B", b.title) if b else "B: empty"]
        return f"{names[view.mode]}. {'. '.join(sides)}"

    def pane(self, side: Side) -> Box:
        """The part of the view that shows this side."""
        panes = state.panes(self._bench.view, self.room)
        return panes[1 if side == "b" and len(panes) > 1 else 0]

    def box(self, side: Side) -> Box | None:
        """Where the whole picture of a side lies now; None where there is none."""
        first = self._source("a")
        base = first or self._source("b")
        own = self._source(side)
        if base is None or own is None:
            return None
        place = state.place(look_of(self._bench.view, side), base.size, self.pane(side))
        return place if own is base else state.inside(place, own.size)

    def zoom(self, side: Side = "a") -> float | None:
        """Pixels of the screen for one of the picture."""
        box, picture = self.box(side), self._source(side)
        return box.width * self.devicePixelRatioF() / picture.size[0] if box and picture else None

    def set_zoom(self, zoom: float) -> None:
        """1: one pixel of the picture on one of the screen."""
        now = self.zoom()
        if now:
            self.zoom_by(zoom / now)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        side = self._side(at) if at else "a"
        base = self._source("a") or self._source("b")
        if base is None:
            return
        room = self.pane(side)
        spot = (at.x(), at.y()) if at else room.middle
        look = state.zoomed(look_of(self._bench.view, side), base.size, room, spot, factor)
        self._bench.look(partial(state.seen, look=look, side=side))

    def pan(self, dx: float, dy: float, side: Side = "a") -> None:
        base = self._source("a") or self._source("b")
        if base is not None:
            look = state.panned(look_of(self._bench.view, side), base.size, self.pane(side), dx, dy)
            self._bench.look(partial(state.seen, look=look, side=side))

    def fit(self) -> None:
        self._bench.look(lambda view: state.seen(state.seen(view, state.FITTED, "a"), state.FITTED, "b"))

    def readout(self) -> str:
        """The pixel under the mouse (else in the middle): where it is, and its numbers."""
        at = self._mouse or QPointF(*self.pane("a").middle)
        side = self._side(at)
        box, picture = self.box(side), self._source(side)
        if box is None or picture is None or (spot := state.pixel(box, picture.size, at.x(), at.y())) is None:
            return ""
        if self._bench.view.mode == "difference":
            return f"x {spot[0]}  y {spot[1]}   {self._apart(at, picture, spot)}"
        letter = f"{side.upper()}  " if state.two(self._bench.view) else ""
        return f"{letter}x {spot[0]}  y {spot[1]}   {tells(picture, *spot)}  {depth_text(picture.pixels)}"

    def _apart(self, at: QPointF, picture: Picture, spot: tuple[int, int]) -> str:
        """How far A and B are apart at a point."""
        box, other = self.box("b"), self._source("b")
        there = state.pixel(box, other.size, at.x(), at.y()) if box and other else None
        return apart(picture, spot, other, there) if other and there else "only A"

    def snapshot(self) -> QImage:
        """What is seen, without cards and tags."""
        image = QImage(self.size() * self.devicePixelRatioF(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(image)
        Screen(self._desk.theme, self._bench, self._deck, self).paint(painter)
        painter.end()
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        Screen(self._desk.theme, self._bench, self._deck, self).paint(painter)
        view = self._bench.view
        if view.mode == "wipe" and self._source("a"):
            cards.paint_line(painter, self._desk.theme, view, self.room, self.hasFocus())
        Overlay(self._desk.theme, self._bench, self._deck, self).paint(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, view = event.position(), self._bench.view
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton and view.mode == "wipe" and self._on_line(at):
            self._drag = "split", at, "a"
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag = "pan", at, self._side(at)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._mouse = event.position()
        if self._drag is None:
            self._point(at)
        elif self._drag[0] == "split":
            room = self.room
            split = at.y() / room.height if self._bench.view.lying else at.x() / room.width
            self._bench.look(partial(state.split_at, split=split))
        else:
            _, before, side = self._drag
            self._drag = "pan", at, side
            self.pan(at.x() - before.x(), at.y() - before.y(), side)
        self.moved.emit()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self._point(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        view = self._bench.view
        if view.mode == "wipe" and self._on_line(event.position()):
            self._bench.look(partial(state.split_at, split=0.5))
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase:
            # Two fingers on a touchpad move the picture; a pinch zooms.
            self.pan(event.pixelDelta().x(), event.pixelDelta().y(), self._side(event.position()))
            event.accept()
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._bench.look(partial(state.stronger, step=1 if steps > 0 else -1))
        elif steps:
            self.zoom_by(1.2**steps, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.moved.emit()
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.moved.emit()

    def _side(self, at: QPointF) -> Side:
        return state.side_at(self._bench.view, self.room, at.x(), at.y())

    def _on_line(self, at: QPointF) -> bool:
        view = self._bench.view
        knob = cards.handle_at(view, self.room)
        away = at - knob
        near = abs(away.y() if view.lying else away.x())
        return near <= GRAB or away.manhattanLength() < self._desk.theme.px(cards.HANDLE) / 2

    def _point(self, at: QPointF) -> None:
        view = self._bench.view
        if view.mode == "wipe" and self._on_line(at):
            self.setCursor(Qt.CursorShape.SplitVCursor if view.lying else Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()
