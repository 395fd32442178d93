"""A hint that points at a widget, and can be sent away with all the others."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit.buttons import PriceButton
from canvas.kit.label import KeyCap, Label

SHADE = 14
"""Room for the shadow, and for the point of the bubble."""
POINT = 7
WIDTH = 272


def place(bubble: QRect, target: QRect, room: QRect, gap: int) -> tuple[QPoint, str, int]:
    """Where a bubble goes: its corner, the side that points (``top bottom left right``), and where on that side.

    Below the target if there is room, else above, else beside it; always inside the room.
    """
    wide, high = bubble.width(), bubble.height()
    below = room.bottom() - target.bottom() >= high + gap
    above = target.top() - room.top() >= high + gap
    if below or above:
        top = target.bottom() + gap if below else target.top() - gap - high
        left = min(max(target.center().x() - wide // 2, room.left()), max(room.right() - wide, room.left()))
        return QPoint(left, top), "top" if below else "bottom", target.center().x() - left
    beside = room.right() - target.right() >= wide + gap
    left = target.right() + gap if beside else max(target.left() - gap - wide, room.left())
    top = min(max(target.center().y() - high // 2, room.top()), max(room.bottom() - high, room.top()))
    return QPoint(left, top), "left" if beside else "right", target.center().y() - top


class CoachMark(QWidget):
    """A bubble over the window that points at one of its widgets. It never takes the keyboard by itself."""

    hidden_all = Signal()
    """No more hints, please."""

    def __init__(self, desk: Desk, target: QWidget, title: str, text: str, keys: str = "",
                 area: QRect | None = None) -> None:
        """``area``: the part of the target that is meant, in its own coordinates."""
        super().__init__(target.window())
        self._desk = desk
        self._target = target
        self._area = area
        self._side, self._tip = "top", 0
        self.title = Label(desk, title, "section", "title", wrap=True)
        self.text = Label(desk, text, colour="text.secondary", wrap=True)
        self.keys = KeyCap(desk, keys)
        self.keys.setVisible(bool(keys))
        self.hide_hints = PriceButton(desk, "Hide hints", manner="quiet", small=True)
        self.hide_hints.clicked.connect(self._leave)
        self.setAccessibleName(f"Hint: {title}")
        self.setAccessibleDescription(text)
        self._lay_out()
        target.window().installEventFilter(self)
        target.installEventFilter(self)
        target.destroyed.connect(self.deleteLater)
        desk.themed.connect(self._wear)
        self._wear()

    def point(self, area: QRect) -> None:
        """Point at another part of the target."""
        self._area = area
        self.settle()

    def settle(self) -> None:
        """Find the place again, after the window or the target has moved."""
        window = self.window() if self.parentWidget() is None else self.parentWidget()
        if window is None or not self._target.isVisible():
            self.hide()
            return
        self.setFixedWidth(min(round(self._desk.theme.px(WIDTH)) + 2 * SHADE, max(window.width() - 8, 120)))
        self.resize(self.width(), max(self.heightForWidth(self.width()), self.sizeHint().height()))
        area = self._area or self._target.rect()
        target = QRect(self._target.mapTo(window, area.topLeft()), area.size())
        bubble = self.rect().adjusted(SHADE, SHADE, -SHADE, -SHADE)
        room = window.rect().adjusted(8, 8, -8, -8)
        corner, self._side, self._tip = place(bubble, target, room, POINT + 2)
        self.move(corner - QPoint(SHADE, SHADE))
        self.show()
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show) and self.isVisible():
            self.settle()
        elif event.type() == QEvent.Type.Hide and watched is self._target:
            self.hide()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(SHADE, SHADE, -SHADE, -SHADE)
        radius = theme.size("radius.card")
        painter.setPen(Qt.PenStyle.NoPen)
        for spread in range(SHADE, 0, -2):
            shade = QColor(0, 0, 0, 10 if theme.mode == "dark" else 5)
            painter.setBrush(shade)
            soft = radius + spread
            painter.drawRoundedRect(body.adjusted(-spread, -spread + 4, spread, spread), soft, soft)
        path = QPainterPath()
        path.addRoundedRect(body, radius, radius)
        painter.setBrush(theme.colour("surface.raised"))
        edge = theme.colour("border.default")
        painter.setPen(edge if theme.contrast or theme.mode == "light" else Qt.PenStyle.NoPen)
        painter.drawPath(path.united(self._pointer(body, radius)))

    def _pointer(self, body: QRectF, radius: float) -> QPainterPath:
        """The little corner that points at the target."""
        along = body.width() if self._side in ("top", "bottom") else body.height()
        at = min(max(float(self._tip), radius + POINT), along - radius - POINT)
        tip, low, high = {
            "top": (QPointF(at, -POINT), QPointF(at - POINT, 1), QPointF(at + POINT, 1)),
            "bottom": (QPointF(at, body.height() + POINT), QPointF(at - POINT, body.height() - 1),
                       QPointF(at + POINT, body.height() - 1)),
            "left": (QPointF(-POINT, at), QPointF(1, at - POINT), QPointF(1, at + POINT)),
            "right": (QPointF(body.width() + POINT, at), QPointF(body.width() - 1, at - POINT),
                      QPointF(body.width() - 1, at + POINT)),
        }[self._side]
        path = QPainterPath(body.topLeft() + low)
        path.lineTo(body.topLeft() + tip)
        path.lineTo(body.topLeft() + high)
        path.closeSubpath()
        return path

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.keys)
        foot.addStretch(1)
        foot.addWidget(self.hide_hints)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.title)
        self._column.addWidget(self.text)
        self._column.addLayout(foot)

    def _leave(self) -> None:
        self.hide()
        self.hidden_all.emit()

    def _wear(self) -> None:
        px = self._desk.theme.px
        across, down = round(px(16)) + SHADE, round(px(13)) + SHADE
        self._column.setContentsMargins(across, down, across, down)
        self._column.setSpacing(round(px(6)))
        if self.isVisible():
            self.settle()
