"""One card on the board: a print of what stays, and over it what moves."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from canvas.board.card import MARGIN, CardPlan, Spot, spot_of
from canvas.board.card_paint import paint_block, paint_sockets
from canvas.board.easel import Easel
from canvas.board.face import Face
from canvas.board.header_paint import glyph_box, paint_ring, paint_state
from canvas.board.picture_paint import paint_image, paint_progress, paint_running
from canvas.board.plan import plan
from canvas.board.states import sign_of
from canvas.board.text_paint import paint_said
from canvas.looks import IDLE, Look
from workflows.graph import State

IDENTITY = QTransform()


class CardItem(QGraphicsItem):
    """The card of a node."""

    def __init__(self, name: str, easel: Easel) -> None:
        super().__init__()
        self.name = name
        self.easel = easel
        self.look: Look = IDLE
        self.state: State | None = None
        self.given: Mapping[str, Any] = {}
        self.chosen = False
        self.focused = False
        self.hovered = False
        self.plan: CardPlan
        self._bounds = QRectF()
        self.left = self.top = 0.0
        """Where it lies; Qt knows too, but takes its time to say."""
        self.ins: dict[tuple[str, int | None], tuple[float, float]] = {}
        self.outs: dict[str, tuple[float, float]] = {}
        """Where its sockets lie, from its corner; the first output is also there without a name."""
        self.mark_colour = ""
        self._preview: tuple[int, float, QPixmap] | None = None

    def dress(self, face: Face, look: Look, state: State | None, flags: Mapping[str, Any]) -> bool:
        """Show this; gives whether its size or its sockets moved."""
        fresh = plan(face, look, flags, self.easel.ink)
        old = getattr(self, "plan", None)
        moved = old is None or old.rect != fresh.rect or old.ports != fresh.ports
        if moved:
            self.prepareGeometryChange()
            self._bounds = fresh.bounds
            self._note_sockets(fresh)
        self.plan, self.look, self.state, self.given = fresh, look, state, flags
        self._take_sign()
        self.easel.forget(self.name)
        self.update()
        return moved

    def put(self, left: float, top: float) -> None:
        """Lie here."""
        if (left, top) != (self.left, self.top):
            self.left, self.top = left, top
            self.setPos(left, top)

    def _note_sockets(self, made: CardPlan) -> None:
        self.ins = {(port.name, port.index): (at.x(), at.y()) for port, at in made.ports if port.side == "in"}
        outs = [(port.name, (at.x(), at.y())) for port, at in made.ports if port.side == "out"]
        self.outs = {"": outs[0][1], **dict(outs)} if outs else {}

    def look_like(self, look: Look) -> bool:
        """Another look; gives whether the card has another size now. A run of thousands of nodes comes through here."""
        old, face = self.look, self.plan.face
        if shape_of(old, face) != shape_of(look, face):
            return self.dress(face, look, self.state, self.given)
        self.look = look
        self._take_sign()
        if not (old.phase == look.phase == "running" and old.thumbs is look.thumbs and old.picked == look.picked):
            self.easel.forget(self.name)
        self.update()
        return False

    def _take_sign(self) -> None:
        face = self.plan.face
        self.sign = sign_of(self.state, self.look, face.kind, face.pin)
        colour = "semantic.error" if self.sign.edge == "error" else f"category.{face.category}.mark"
        self.mark_colour = f"faint:{colour}" if self.state == "muted" else colour

    def mark(self, *, chosen: bool | None = None, focused: bool | None = None, hovered: bool | None = None) -> None:
        """Rings: selected, focused by the keyboard, under the mouse."""
        before = (self.chosen, self.focused, self.hovered)
        self.chosen = self.chosen if chosen is None else chosen
        self.focused = self.focused if focused is None else focused
        self.hovered = self.hovered if hovered is None else hovered
        if before != (self.chosen, self.focused, self.hovered):
            self.setZValue(1 if self.chosen else 0)
            self.update()

    def spots(self) -> list[Spot]:
        origin = QPointF(self.left, self.top)
        return [spot_of(self.name, port, at, origin) for port, at in self.plan.ports]

    @property
    def rect(self) -> QRectF:
        """The card on the board, without shadow and rings."""
        return QRectF(self.left, self.top, self.plan.width, self.plan.height)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        x, y, size = self.left, self.top, self.plan
        if not self.easel.shows(x - MARGIN, y - MARGIN, x + size.width + MARGIN, y + size.height + MARGIN):
            return
        pixmap, exact = self.easel.print_of(self)
        if pixmap is None:
            paint_block(painter, self.plan, self.easel.ink)
        elif exact:
            world = painter.worldTransform()
            corner = world.map(self._bounds.topLeft())
            painter.setWorldTransform(IDENTITY)
            painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), pixmap)
            painter.setWorldTransform(world)
        else:
            painter.drawPixmap(self._bounds, pixmap, QRectF(pixmap.rect()))
        if self.look.phase == "running":
            self._paint_run(painter)
        if self.chosen or self.focused or self.hovered:
            self._paint_rings(painter)

    def _paint_run(self, painter: QPainter) -> None:
        easel, plan_ = self.easel, self.plan
        ink, work = easel.ink, easel.work()
        if self.sign.glyph == "ring":
            self._paint_progress_sign(painter)
        if plan_.preview is not None and not plan_.collapsed:
            if easel.full:
                paint_running(painter, plan_, self.look, self._scaled(plan_.preview), ink, work.scale)
            else:
                picture = self._scaled(plan_.preview)
                if picture is None:
                    paint_image(painter, plan_.preview, None, ink, work.scale)
                else:
                    painter.drawPixmap(plan_.preview, picture, QRectF(picture.rect()))
                box = plan_.preview
                paint_progress(painter, QRectF(box.left(), box.bottom() - 5, box.width(), 5), self.look.done, ink)
        elif plan_.said is not None and not plan_.collapsed:
            paint_said(painter, plan_.said, self.look.note, ink, full=easel.full, end=True)
            if self.look.done is not None:
                paint_progress(painter, QRectF(1, ink.header - 3, plan_.width - 2, 3), self.look.done, ink)
        elif self.look.done is not None:
            paint_progress(painter, QRectF(1, ink.header - 3, plan_.width - 2, 3), self.look.done, ink)

    def _paint_progress_sign(self, painter: QPainter) -> None:
        work = self.easel.work()
        paint_state(painter, self.plan, self.sign, work)
        box = glyph_box(self.plan, self.sign, work)
        paint_ring(painter, box, self.look.done, self.easel.turn, work.ink)

    def _scaled(self, rect: QRectF) -> QPixmap | None:
        """The preview as a pixmap of the size it is seen at; scaled once for each picture and zoom."""
        image = self.look.picture
        if image is None or image.isNull():
            return None
        key = (image.cacheKey(), self.easel.scale)
        if self._preview is None or self._preview[:2] != key:
            self._preview = (*key, framed(image, rect, self.easel))
        return self._preview[2]

    def _paint_rings(self, painter: QPainter) -> None:
        ink, rect, radius = self.easel.ink, self.plan.rect, self.easel.ink.radius
        if self.plan.face.dot:
            radius = rect.width() / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        wide = max(2.0, 1.2 / self.easel.zoom)
        if self.chosen:
            painter.setPen(QPen(ink.colour("accent.base"), wide))
            painter.drawRoundedRect(rect.adjusted(-wide / 2, -wide / 2, wide / 2, wide / 2), radius + 1, radius + 1)
        elif self.hovered:
            painter.setPen(QPen(ink.colour("border.strong"), 1))
            painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5), radius + 0.5, radius + 0.5)
        if self.chosen:
            paint_sockets(painter, self.plan, ink, labels=False)
        if self.focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink.colour("border.focus"), 2))
            painter.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), radius + 5, radius + 5)


def shape_of(look: Look, face: Face) -> tuple[object, ...]:
    """All of a look that says where things lie on a card. What a run only repaints is not in it."""
    special = look.phase if look.phase in ("failed", "waiting", "other_stage") else ""
    facts = look.note if face.loads or special else ""
    return (
        look.open, look.price, look.lane, look.licence, look.terms, look.result, look.confidential,
        look.picture is None, len(look.thumbs), look.message, look.hint, look.needs, look.warning, look.text, special,
        facts, look.thumbs and tuple(thumb.take for thumb in look.thumbs),
    )


def framed(image: Any, rect: QRectF, easel: Easel) -> QPixmap:
    """A picture on its mat, as large as its place."""
    pixmap = QPixmap(max(1, round(rect.width() * easel.scale)), max(1, round(rect.height() * easel.scale)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(easel.scale, easel.scale)
    paint_image(painter, QRectF(0, 0, rect.width(), rect.height()), image, easel.ink, easel.scale)
    painter.end()
    return pixmap


