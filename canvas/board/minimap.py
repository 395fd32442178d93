"""The whole board in a corner: blocks by category, and the part that is seen. Click or drag to go there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from canvas.board.view import BoardView

WIDTH, HEIGHT, INSET = 158, 104, 8
LATER = 100
"""Milliseconds after a change; several in a row are drawn once."""
STEP = 80
MANY = 300
"""From so many blocks on they have no round corners."""
WAYS = {
    Qt.Key.Key_Left: (STEP, 0), Qt.Key.Key_Right: (-STEP, 0), Qt.Key.Key_Up: (0, STEP), Qt.Key.Key_Down: (0, -STEP),
}


class Minimap(QWidget):
    """Painted from the cards of a board, anew only when they change."""

    def __init__(self, view: "BoardView") -> None:
        super().__init__(view)
        self.view = view
        self._blocks: QPixmap | None = None
        self._extent = QRectF()
        self._told = (-1, -1)
        self._later = QTimer(self, interval=LATER, singleShot=True)
        self._later.timeout.connect(self._stale)
        self.setAccessibleName("Map of the board")
        self.setAccessibleDescription("Arrow keys move what is seen")
        self.setToolTip("Click or drag to move what is seen")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.drawn.connect(self._drawn)
        view.opened.connect(self._stale)
        view.moved.connect(self.update)
        view.desk.themed.connect(self._stale)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def to_board(self, at: QPointF) -> QPointF:
        """The place on the board that a point of the map stands for."""
        scale, offset = self._fit()
        return QPointF((at - offset) / scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.view.desk.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("border.focus" if self.hasFocus() else "border.default"))
        painter.setBrush(theme.colour("surface.panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if self._blocks is None or self._blocks.devicePixelRatio() != self.devicePixelRatioF():
            self._draw_blocks()
        if self._blocks is not None:
            painter.drawPixmap(0, 0, self._blocks)
        scale, offset = self._fit()
        seen = self.view.camera.seen
        box = QRectF(seen.topLeft() * scale + offset, seen.size() * scale)
        room = QRectF(self.rect()).adjusted(5.5, 5.5, -5.5, -5.5)
        painter.setPen(theme.colour("text.tertiary"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.intersected(room) if box.intersects(room) else room, 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.view.look_at(self.to_board(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.view.look_at(self.to_board(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = WAYS.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.view.pan(*way)

    def _drawn(self) -> None:
        """A change on the board; a run that goes on must not put the map off for ever."""
        told = (self.view.mirror.changes, self.view.mirror.sights)
        if told != self._told and not self._later.isActive():
            self._told = told
            self._later.start()

    def _stale(self) -> None:
        self._blocks = None
        self.update()

    def _fit(self) -> tuple[float, QPointF]:
        """How the board goes into the map."""
        extent = self._extent if not self._extent.isEmpty() else self.view.camera.seen
        room = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        scale = min(room.width() / max(extent.width(), 1), room.height() / max(extent.height(), 1), 0.2)
        return scale, room.center() - extent.center() * scale

    def _draw_blocks(self) -> None:
        ratio, theme = self.devicePixelRatioF(), self.view.desk.theme
        cards = list(self.view.mirror.cards.values())
        self._extent = QRectF()
        if cards:
            left, top = min(card.left for card in cards), min(card.top for card in cards)
            right = max(card.left + card.plan.width for card in cards)
            bottom = max(card.top + card.plan.height for card in cards)
            self._extent = QRectF(left, top, right - left, bottom - top)
        self._blocks = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        self._blocks.setDevicePixelRatio(ratio)
        self._blocks.fill(Qt.GlobalColor.transparent)
        scale, offset = self._fit()
        painter = QPainter(self._blocks)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        x, y = offset.x(), offset.y()
        groups: dict[str, list[QRectF]] = {}
        for card in cards:
            box = QRectF(card.left * scale + x, card.top * scale + y, card.plan.width * scale, card.plan.height * scale)
            groups.setdefault(card.mark_colour, []).append(box)
        for name, boxes in groups.items():
            painter.setBrush(theme.colour(name.removeprefix("faint:")))
            if len(cards) >= MANY:
                painter.drawRects(boxes)
                continue
            for box in boxes:
                painter.drawRoundedRect(box, 1.5, 1.5)
        painter.end()
