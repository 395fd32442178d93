"""The board as a picture: cards, wires and frames in the viewer, what follows the mouse, and what lies where."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from ajar.contract import NodeType
from canvas.board.bare import BareViewer
from canvas.board.camera import Camera
from canvas.board.card import Part, Spot
from canvas.board.card_item import CardItem
from canvas.board.easel import HINTS, Easel
from canvas.board.face import Side
from canvas.board.feedback import Feedback
from canvas.board.ground import Ground
from canvas.board.hit import Hits
from canvas.board.mirror import Mirror
from canvas.board.overview import PAUSE, Overview
from canvas.theme import Theme
from workflows.graph import Link


class Scenery(BareViewer):
    """A view of a mirror, from near with all details and from afar as blocks. Places are on the board."""

    moved = Signal()
    """Another part of the board is seen, or another zoom."""

    def __init__(self, theme: Theme, types: Mapping[str, NodeType], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.easel = Easel(theme)
        self.ground = Ground()
        self.overview = Overview(self.easel)
        self.feedback = Feedback(self.easel)
        self.camera = Camera(self, self._zoomed, self.moved.emit)
        self.camera.wear(self.easel.natural)
        self.mirror = Mirror(self.scene(), self.easel, types)
        self.hits = Hits(self.mirror)
        self._moving: frozenset[str] = frozenset()
        self._hovered: str | None = None
        self._marked: Link | None = None
        self.setRenderHints(HINTS)

    def finish(self) -> None:
        """Make all cards at once instead of in slices."""
        self.mirror.finish()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        easel = self.easel
        easel.ratio = self.devicePixelRatioF()
        if not easel.blocks:
            corner, zoom = self.mapToScene(0, 0), self.zoom
            easel.begin([
                (part.left() / zoom + corner.x(), part.top() / zoom + corner.y(),
                 (part.right() + 1) / zoom + corner.x(), (part.bottom() + 1) / zoom + corner.y())
                for part in event.region()  # type: ignore[attr-defined]
            ])
            QGraphicsView.paintEvent(self, event)
            if easel.end():
                QTimer.singleShot(0, self.viewport().update)
            return
        painter = QPainter(self.viewport())
        rect = QRectF(event.rect())
        painter.setClipRect(rect)
        self._paint_ground(painter, rect)
        if not self.overview.paint(painter, self.mirror, self.camera.seen):
            QTimer.singleShot(round(PAUSE * 1000), self.viewport().update)
        painter.setRenderHints(HINTS)
        painter.setTransform(self.viewportTransform())
        self.feedback.paint(painter, self.camera.seen)
        painter.end()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        world = painter.worldTransform()
        painter.resetTransform()
        self._paint_ground(painter, world.mapRect(QRectF(rect)).adjusted(-1, -1, 1, 1))
        painter.setWorldTransform(world)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self.feedback.is_empty:
            self.feedback.paint(painter, QRectF(rect))

    def _paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        origin = self.viewportTransform().map(QPointF())
        self.ground.paint(painter, rect, origin, self.zoom, self.easel.ratio, self.easel.theme)

    def _zoomed(self, moving: bool, *, hurry: bool = False) -> None:
        """The zoom is another one; while it moves, and for a few frames after, prints of another size will do."""
        self.easel.zoom = self.camera.zoom
        was, self.easel.moving = self.easel.moving, moving
        if was and not moving:
            self.easel.hurry = hurry
            self.viewport().update()

    # Where things are

    def scene_pos(self, at: QPointF | QPoint) -> QPointF:
        """A point of the viewport on the board."""
        return QPointF(self.mapToScene(0, 0) + QPointF(at) / self.zoom)

    def spot_at(self, at: QPointF, radius: float = 12, side: Side | None = None) -> Spot | None:
        return self.hits.spot_at(at, self._reach(radius), side)

    def part_at(self, at: QPointF) -> Part | None:
        return self.hits.part_at(at)

    def card_at(self, at: QPointF) -> str | None:
        card = self.hits.card_at(at)
        return card.name if card else None

    def wire_at(self, at: QPointF, radius: float = 8) -> Link | None:
        return self.hits.wire_at(at, self._reach(radius))

    def frame_at(self, at: QPointF) -> tuple[str, str] | None:
        return self.hits.frame_at(at)

    def note_at(self, at: QPointF) -> tuple[str, str] | None:
        return self.hits.note_at(at)

    def in_rect(self, rect: QRectF, *, wholly: bool = False) -> list[str]:
        return self.hits.in_rect(rect, wholly=wholly)

    def crossing(self, points: Iterable[QPointF]) -> list[Link]:
        return self.hits.crossing(list(points))

    def spot(self, node: str, side: str, name: str = "", index: int | None = None) -> Spot | None:
        """A socket with its place; without a name the first on that side."""
        return self.mirror.spot(node, side, name, index)

    def spots(self, node: str) -> list[Spot]:
        item = self.mirror.item(node)
        return item.spots() if isinstance(item, CardItem) else []

    def parts(self, node: str) -> list[Part]:
        """The parts of a card, on the board."""
        item = self.mirror.item(node)
        return [part.at(node, item.pos()) for part in item.plan.parts] if isinstance(item, CardItem) else []

    def rect_of(self, name: str) -> QRectF | None:
        """Where a node, ``frame:ID`` or ``note:ID`` lies."""
        item = self.mirror.item(name)
        return item.rect if item is not None else None

    def sizes(self) -> dict[str, tuple[float, float]]:
        """How large every card is, for layouts."""
        self.finish()
        return {name: (card.plan.width, card.plan.height) for name, card in self.mirror.cards.items()}

    def _reach(self, radius: float) -> float:
        """A radius in pixels as a length on the board; close up it stays what it is at 100 %."""
        return radius / min(self.zoom, 1.0)

    # What follows the mouse

    def shift(self, names: Iterable[str], dx: float, dy: float) -> None:
        """Draw these elsewhere for now; the document is not asked."""
        moving = frozenset(names)
        self.mirror.shift(moving, dx, dy)
        self._moving = self._moving | moving
        if self.easel.blocks:
            self.overview.lifted = self._moving
            self.viewport().update()

    def unshift(self) -> None:
        """Everything back where the document has it."""
        self.mirror.unshift(self._moving)
        self._moving = self.overview.lifted = frozenset()
        if self.easel.blocks:
            self.viewport().update()

    def live(self, source: Spot | None, to: QPointF | None = None, fits: bool | None = None) -> None:
        """The wire that is being drawn; None takes it away."""
        self.feedback.source, self.feedback.to, self.feedback.fits = source, to or QPointF(), fits
        self.viewport().update()

    def offer(self, offers: Mapping[Spot, bool | None]) -> None:
        """Sockets that would fit glow, the others fade; an empty mapping ends it."""
        self.feedback.offers = dict(offers)
        self.viewport().update()

    def slash(self, points: Iterable[QPointF]) -> None:
        self.feedback.cut = tuple(points)
        self.viewport().update()

    def band(self, rect: QRectF | None) -> None:
        self.feedback.band = rect
        self.viewport().update()

    def hover(self, node: str | None = None, spot: Spot | None = None) -> None:
        """What is under the mouse: a card shows the sockets of its values, a socket glows."""
        if self._hovered != node:
            for name, on in ((self._hovered, False), (node, True)):
                card = self.mirror.cards.get(name or "")
                if card is not None:
                    card.mark(hovered=on)
            self._hovered = node
            self.feedback.beside = tuple(
                spot for spot in (self.spots(node) if node and self.easel.full else []) if spot.quiet
            )
            self.viewport().update()
        if self.feedback.over != spot:
            self.feedback.over = spot
            self.viewport().update()

    def mark_wire(self, link: Link | None, *, chosen: bool = False) -> None:
        """Show a wire as the one that is meant."""
        if self._marked is not None:
            item = self.mirror.wires.get((self._marked.node, self._marked.input, self._marked.index))
            if item is not None:
                item.mark(chosen=False, hovered=False)
        self._marked = link
        if link is not None:
            item = self.mirror.wires.get((link.node, link.input, link.index))
            if item is not None:
                item.mark(chosen=chosen, hovered=True)

    # What is seen

    @property
    def zoom(self) -> float:
        return self.camera.zoom

    @property
    def natural(self) -> float:
        """The zoom that is called 100 %; more with larger texts."""
        return self.camera.natural

    @property
    def place(self) -> tuple[float, float, float]:
        """(x, y, zoom) of the middle of what is seen; ``look_at`` goes back there."""
        return self.camera.place

    def pan(self, dx: float, dy: float) -> None:
        self.camera.pan(dx, dy)

    def zoom_at(self, at: QPointF, factor: float) -> None:
        self.camera.zoom_at(QPointF(at), factor)

    def look_at(self, center: QPointF, zoom: float | None = None, *, animate: bool = False) -> None:
        self.camera.look_at(center, zoom, animate=animate and self.easel.theme.motion)

    def frame(self, names: Iterable[str] | None = None, *, animate: bool = False) -> None:
        """Show all of the board, or all of these."""
        rect = self.extent(names)
        self.camera.frame(rect, animate=animate and self.easel.theme.motion)

    def extent(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around everything, or around these."""
        if names is None:
            self.finish()
            rects = [card.rect for card in self.mirror.cards.values()]
            rects += [item.rect for item in (*self.mirror.frames.values(), *self.mirror.notes.values())]
        else:
            rects = [rect for name in names if (rect := self.rect_of(name)) is not None]
        whole = QRectF()
        for rect in rects:
            whole = whole.united(rect)
        return whole

    def wheelEvent(self, event: Any) -> None:
        if not self.give("wheel", event):
            self.zoom_at(event.position(), 1.0015 ** event.angleDelta().y())
            event.accept()

    def pinched(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_at(event.position(), 1 + event.value())
            return True
        return False
