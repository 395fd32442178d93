"""What lies over a board for a moment and keeps to itself what is done on it."""

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from canvas.desk import Desk

KEPT_HERE = (
    QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.ContextMenu,
)


class Over(QFrame):
    """A small panel over a board: search, a question, an editor."""

    edge, ground, corner, width_ = "border.strong", "surface.raised", "radius.card", 1

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk

    def event(self, event: QEvent) -> bool:
        """What nobody here wants goes no further: the board below would take it for its own."""
        done = super().event(event)
        if event.type() in KEPT_HERE:
            event.accept()
            return True
        return done

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.desk.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(self.edge), self.width_))
        painter.setBrush(theme.colour(self.ground))
        radius, inset = theme.size(self.corner), self.width_ / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
