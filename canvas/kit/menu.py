"""A menu with round corners."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBitmap, QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

RADIUS = 6


class Menu(QMenu):
    """An ordinary menu; its window is cut to shape, which also works where nothing mixes windows."""

    def __init__(self, *given: str | QWidget) -> None:
        """A title, where it has one, and the parent."""
        title = next((one for one in given if isinstance(one, str)), "")
        super().__init__(title, next((one for one in given if isinstance(one, QWidget)), None))
        self.setProperty("round", True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shape = QBitmap(self.size())
        shape.fill(Qt.GlobalColor.color0)
        painter = QPainter(shape)
        painter.setBrush(Qt.GlobalColor.color1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.end()
        self.setMask(QRegion(shape))
