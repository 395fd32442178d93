"""A line of words beside the mouse, and the enlarged result of a node. Both only show; neither takes the mouse."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from canvas.desk import Desk

if TYPE_CHECKING:
    from canvas.board.view import BoardView

REST = 600
"""Milliseconds the mouse rests on a picture before it is enlarged."""
MOST = 420


class Tip(QLabel):
    """Why a wire can't go here, and the like."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border.strong"), 1))
        painter.setBrush(theme.colour("surface.raised"))
        radius = theme.size("radius.control")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()
        super().paintEvent(event)

    def __init__(self, desk: Desk, view: "BoardView") -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self.setObjectName("tip")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(6)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, text: str, pos: QPointF) -> None:
        """Say something beside a place of the viewport, or nothing more with an empty text."""
        if text != self.text() or not self.isVisible():
            self.setText(text)
            self.setAccessibleName(text)
            self.setFont(self._desk.theme.font("body"))
            self.adjustSize()
        self.setVisible(bool(text))
        view = self._view
        at = QPoint(round(pos.x()) + 16, round(pos.y()) + 20)
        self.move(min(at.x(), view.width() - self.width() - 4), min(at.y(), view.height() - self.height() - 4))
        self.raise_()


class Peek(QWidget):
    """A node's picture, larger, while the mouse rests on it."""

    def __init__(self, desk: Desk, view: "BoardView") -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._image = QImage()
        self._title = ""
        self._node = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self._open)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def rest_on(self, node: str, image: QImage | None, title: str, beside: QRectF) -> None:
        """The mouse lies on this node's picture; ``beside`` is where that is, in the view."""
        if image is None or image.isNull():
            self.leave()
            return
        if node == self._node:
            return
        self._node, self._image, self._title, self._beside = node, image, title, beside
        self.hide()
        self._timer.start()

    def leave(self) -> None:
        self._node = ""
        self._timer.stop()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(theme.colour("border.strong"), 1))
        painter.setBrush(theme.colour("board.mat"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.size("radius.card"), theme.size("radius.card"))
        line = theme.px(22)
        painter.drawImage(box.adjusted(6, 6, -6, -line), self._image)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text.secondary"))
        painter.drawText(QRectF(box.left() + 8, box.bottom() - line, box.width() - 16, line),
                         Qt.AlignmentFlag.AlignVCenter, self._title)

    def _open(self) -> None:
        view, line = self._view, self._desk.theme.px(22)
        size = self._image.size()
        size.scale(min(MOST, view.width() - 40), min(MOST, view.height() - 60), Qt.AspectRatioMode.KeepAspectRatio)
        width, height = size.width() + 12, round(size.height() + 6 + line)
        left = self._beside.right() + 16
        if left + width > view.width() - 8:
            left = max(self._beside.left() - width - 16, 8)
        top = min(max(self._beside.center().y() - height / 2, 8), max(view.height() - height - 8, 8))
        self.setGeometry(round(left), round(top), width, height)
        self.setAccessibleName(f"{self._title}, enlarged")
        self.show()
        self.raise_()
