"""A curve of tones: points to drag on a grid, and the same as text below."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ajar.contract import Socket
from canvas.desk import Desk
from canvas.fields.field import MIXED, Field, Line
from canvas.kit import paint
from workflows import bends
from workflows.bends import Point

REACH = 12
"""Pixels around a point in which it is taken."""
HIGH, LOW = 132, 72
"""How high the grid is; lower for the curve of a single colour."""
INKS = {"red": "semantic.error", "green": "semantic.ok", "blue": "wire.image"}


class Graph(QWidget):
    """The grid. A click adds a point, a drag moves it, a double click or Delete takes it away."""

    bent = Signal()
    settled = Signal()

    def __init__(self, desk: Desk, name: str, ink: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ink = ink
        self._high = HIGH if ink == "text.primary" else LOW
        self.points: tuple[Point, ...] = ()
        self.chosen = -1
        self._held = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Click to add a point, double click to remove it")
        desk.themed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(140)), round(px(self._high)))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def put(self, points: tuple[Point, ...]) -> None:
        """Show these points without telling."""
        if points != self.points:
            self.points = points
            self.chosen = min(self.chosen, len(points) - 1)
            self.update()

    def place(self, point: Point) -> QPointF:
        """Where a point lies in the widget."""
        area = self._area()
        return QPointF(area.left() + point[0] * area.width(), area.bottom() - point[1] * area.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._held = True
        near = self._near(event.position())
        if near < 0:
            points, self.chosen = bends.added(self.points or bends.STRAIGHT, self._point(event.position()))
            self._take(points)
        else:
            self.chosen = near
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held and self.chosen >= 0:
            self._take(bends.moved(self.points, self.chosen, self._point(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held:
            self._held = False
            self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.chosen = self._near(event.position())
        self._remove()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        ways = {Qt.Key.Key_Left: (-step, 0.0), Qt.Key.Key_Right: (step, 0.0), Qt.Key.Key_Up: (0.0, step),
                Qt.Key.Key_Down: (0.0, -step)}
        key = Qt.Key(event.key())
        if key in ways and self.points:
            self.chosen = max(self.chosen, 0)
            x, y = self.points[self.chosen]
            self._take(bends.moved(self.points, self.chosen, (x + ways[key][0], y + ways[key][1])))
            self.settled.emit()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self.points:
            self.chosen = (self.chosen + (1 if key == Qt.Key.Key_PageUp else -1)) % len(self.points)
            self._describe()
        elif key == Qt.Key.Key_Insert:
            points, self.chosen = bends.added(self.points or bends.STRAIGHT, (0.5, bends.height(self.points, 0.5)))
            self._take(points)
            self.settled.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        paint.box(painter, rect, radius, theme.colour("surface.well"), theme.colour("border.default"))
        area = self._area()
        painter.setPen(QPen(theme.colour("border.subtle"), 1))
        for part in (0.25, 0.5, 0.75):
            painter.drawLine(self.place((part, 0)), self.place((part, 1)))
            painter.drawLine(self.place((0, part)), self.place((1, part)))
        painter.setPen(QPen(theme.colour("border.strong"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place((0, 0)), self.place((1, 1)))
        ink = QColor(theme.colour(self._ink if self.isEnabled() else "border.strong"))
        path = QPainterPath(self.place((0, bends.height(self.points, 0))))
        count = max(2, round(area.width() / 2))
        for step in range(1, count + 1):
            path.lineTo(self.place((step / count, bends.height(self.points, step / count))))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, theme.px(1.75)))
        if self.points:
            painter.drawPath(path)
        for at, point in enumerate(self.points):
            side = theme.px(4.5 if at == self.chosen else 3.5)
            painter.setPen(QPen(theme.colour("surface.well"), 1.5))
            painter.setBrush(theme.colour("accent.base") if at == self.chosen else ink)
            painter.drawEllipse(self.place(point), side, side)
        if self.hasFocus():
            paint.ring(painter, theme, rect, radius)

    def _area(self) -> QRectF:
        inset = self._desk.theme.px(8)
        return QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)

    def _point(self, at: QPointF) -> Point:
        area = self._area()
        x = (at.x() - area.left()) / max(area.width(), 1)
        y = (area.bottom() - at.y()) / max(area.height(), 1)
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _near(self, at: QPointF) -> int:
        gaps = [(self.place(point) - at).manhattanLength() for point in self.points]
        best = min(range(len(gaps)), key=gaps.__getitem__, default=-1)
        return best if best >= 0 and gaps[best] <= self._desk.theme.px(REACH) else -1

    def _remove(self) -> None:
        if self.chosen >= 0 and len(self.points) > 2:
            points = bends.removed(self.points, self.chosen)
            self.chosen = -1
            self._take(points)
            self.settled.emit()

    def _take(self, points: tuple[Point, ...]) -> None:
        if points != self.points:
            self.points = points
            self._describe()
            self.bent.emit()

    def _describe(self) -> None:
        said = f"{len(self.points)} points" if self.points else "straight"
        if 0 <= self.chosen < len(self.points):
            x, y = self.points[self.chosen]
            said += f", point {self.chosen + 1} takes {x:.2f} to {y:.2f}"
        self.setAccessibleDescription(said)
        self.update()


class CurveField(Field):
    """The grid and the points as text. An empty text bends nothing."""

    tall = True

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.graph = Graph(desk, f"{socket.label}, curve", INKS.get(socket.name, "text.primary"), self)
        self.line = Line(desk, socket.label, mono=True, parent=self)
        self.graph.bent.connect(self._bent)
        self.graph.settled.connect(self.settled)
        self.line.textEdited.connect(self._typed)
        self.line.settled.connect(self._settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.graph)
        column.addWidget(self.line)
        self.setFocusProxy(self.graph)

    def paint_value(self) -> None:
        text = self.value if isinstance(self.value, str) and not self.mixed else ""
        self.graph.put(bends.read(text) or ())
        self.line.setPlaceholderText(MIXED if self.mixed else "Straight")
        if not self.line.hasFocus() or bends.read(self.line.text()) != bends.read(text):
            self.line.put(text)

    def words(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    def _bent(self) -> None:
        text = bends.write(self.graph.points)
        self.refused.emit("", "")
        self.tell(text)
        self.line.put(text)

    def _typed(self, text: str) -> None:
        points = bends.read(text)
        if points is None:
            self.refused.emit("A curve takes two or more different points from 0 to 1.",
                              "Write them as 0,0 0.5,0.6 1,1.")
            return
        self.refused.emit("", "")
        self.tell(text.strip())
        self.graph.put(points)

    def _settle(self) -> None:
        self.refused.emit("", "")
        self.paint_value()
        self.settled.emit()
