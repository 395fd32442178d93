"""The field of shades below a colour: saturation and brightness as a field, hue and opacity as strips."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ajar.values import Color
from canvas.desk import Desk
from canvas.kit import paint


def qcolour(colour: Color) -> QColor:
    return QColor(colour.red, colour.green, colour.blue, colour.alpha)


def checks(painter: QPainter, rect: QRectF, side: float = 5) -> None:
    """The pattern behind what can be seen through."""
    painter.fillRect(rect, QColor(255, 255, 255))
    grey = QColor(200, 200, 200)
    for row in range(int(rect.height() // side) + 1):
        for column in range(int(rect.width() // side) + 1):
            if (row + column) % 2:
                cell = QRectF(rect.left() + column * side, rect.top() + row * side, side, side)
                painter.fillRect(cell.intersected(rect), grey)


class Plane(QWidget):
    """Two properties of a colour as a field, or one as a strip; a ring shows where it is."""

    moved = Signal(float, float)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.at = (0.0, 0.0)
        self.strip = False
        self.layers: list[tuple[QColor, QColor, bool]] = []
        """(from, to, downwards) of gradients laid over one another."""
        self.rainbow = False
        self.see_through = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        ways = {Qt.Key.Key_Left: (-step, 0.0), Qt.Key.Key_Right: (step, 0.0), Qt.Key.Key_Up: (0.0, -step),
                Qt.Key.Key_Down: (0.0, step)}
        if (way := ways.get(Qt.Key(event.key()))) is None:
            super().keyPressEvent(event)
            return
        self._set(self.at[0] + way[0], self.at[1] + (0.0 if self.strip else way[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.see_through:
            checks(painter, rect)
        if self.rainbow:
            hues = QLinearGradient(rect.topLeft(), rect.topRight())
            for part in range(7):
                hues.setColorAt(part / 6, QColor.fromHsvF(part / 6 % 1, 1, 1))
            painter.fillRect(rect, hues)
        for first, last, down in self.layers:
            fill = QLinearGradient(rect.topLeft(), rect.bottomLeft() if down else rect.topRight())
            fill.setColorAt(0, first)
            fill.setColorAt(1, last)
            painter.fillRect(rect, fill)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spot = QPointF(self.at[0] * self.width(), self.height() / 2 if self.strip else self.at[1] * self.height())
        for width, ink in ((3.5, QColor(0, 0, 0)), (1.5, QColor(255, 255, 255))):
            painter.setPen(QPen(ink, width))
            painter.drawEllipse(spot, 5, 5)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().link().color(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _go(self, at: QPointF) -> None:
        self._set(at.x() / max(self.width(), 1), 0.0 if self.strip else at.y() / max(self.height(), 1))

    def _set(self, x: float, y: float) -> None:
        self.at = (min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.update()
        self.moved.emit(*self.at)


class ColourPicker(QFrame):
    """Saturation and brightness as a field, hue and opacity as strips. What is picked shows at once."""

    picked = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, colour: Color, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Colour")
        self._desk = desk
        hue, saturation, value, alpha = qcolour(colour).getHsvF()
        self._hsva = [max(hue, 0.0), saturation, value, alpha]
        self.field = Plane("Saturation and brightness", self)
        self.hue = Plane("Hue", self)
        self.alpha = Plane("Opacity", self)
        self.hue.strip = self.alpha.strip = True
        self.hue.rainbow = self.alpha.see_through = True
        px = desk.theme.px
        self.field.setFixedSize(round(px(208)), round(px(130)))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        for strip in (self.hue, self.alpha):
            strip.setFixedHeight(round(px(16)))
            column.addWidget(strip)
        self.field.moved.connect(lambda x, y: self._change({1: x, 2: 1 - y}))
        self.hue.moved.connect(lambda x, _: self._change({0: x}))
        self.alpha.moved.connect(lambda x, _: self._change({3: x}))
        self._show()

    def drop(self, below: QWidget) -> None:
        """Show it under the field."""
        self.adjustSize()
        corner = below.mapToGlobal(QPoint(below.width() - self.width(), below.height() + 2))
        free = (below.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        if corner.y() + self.height() > free.bottom():
            corner.setY(below.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        self.move(max(free.left(), corner.x()), max(free.top(), corner.y()))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        paint.box(painter, QRectF(self.rect()), 0, theme.colour("surface.raised"), theme.colour("border.default"))

    def _change(self, parts: dict[int, float]) -> None:
        for index, part in parts.items():
            self._hsva[index] = part
        self._show()
        ink = QColor.fromHsvF(min(self._hsva[0], 0.9999), *self._hsva[1:])
        self.picked.emit(Color(ink.red(), ink.green(), ink.blue(), ink.alpha()))

    def _show(self) -> None:
        hue, saturation, value, alpha = self._hsva
        full = QColor.fromHsvF(min(hue, 0.9999), 1, 1)
        clear, black = QColor(0, 0, 0, 0), QColor(0, 0, 0)
        self.field.layers = [(QColor(255, 255, 255), full, False), (clear, black, True)]
        self.field.at = (saturation, 1 - value)
        self.hue.at = (hue, 0.0)
        ink = QColor.fromHsvF(min(hue, 0.9999), saturation, value)
        pale = QColor(ink)
        pale.setAlpha(0)
        self.alpha.layers = [(pale, ink, False)]
        self.alpha.at = (alpha, 0.0)
        for plane in (self.field, self.hue, self.alpha):
            plane.update()
