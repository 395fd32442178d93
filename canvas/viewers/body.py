"""Looks at bodies: lit and in their colours, turned by hand or by themselves."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ajar.clips import Mesh
from ajar.errors import AjarError
from ajar.plain import Size
from ajar.solid import Solid, read_solid
from ajar.turntable import draw
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.viewers.bench import Bench

EVERY = 50
"""Milliseconds between two steps of turning by itself."""
STEP = 0.05
"""Radians it turns each time."""
MOVING = 420
"""Pixels a side that are drawn while it moves; at rest all of them are."""
LARGEST = 1600


class Body(QWidget):
    """A body. Drag turns it, the wheel brings it nearer, Space lets it turn by itself."""

    _read = Signal(object, object)
    _drawn = Signal(object, object)

    def __init__(self, desk: Desk, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench = desk, bench
        self._mesh: Mesh | None = None
        self._solid: Solid | str | None = None
        self._title = ""
        self.turn = (0.6, 0.4)
        self._zoom = 1.0
        self._drag: QPointF | None = None
        self._picture: QImage | None = None
        self._shown: tuple[Any, ...] = ()
        self._drawing = False
        self.clock = QTimer(self)
        self.clock.setInterval(EVERY)
        self.clock.timeout.connect(lambda: self._turned(STEP, 0))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Body")
        self._read.connect(self._keep)
        self._drawn.connect(self._show)
        desk.themed.connect(self.refresh)

    def show_mesh(self, mesh: Mesh, title: str) -> None:
        if mesh is self._mesh:
            return
        self._mesh, self._title, self._solid, self._picture = mesh, title, None, None
        self.clock.stop()

        def work() -> None:
            try:
                found: Solid | str = read_solid(mesh.path)
            except AjarError as error:
                found = f"{error.message} {error.hint}"
            self._bench.later(lambda: self._read.emit(mesh, found))

        self._bench.in_background(work)
        self.update()

    def told(self) -> str:
        """What is known of it, in a line."""
        if isinstance(self._solid, str):
            return self._solid
        if self._solid is None:
            return "Loading"
        points, faces = len(self._solid.points), len(self._solid.faces)
        return f"{words.count(points, 'point')}, {words.count(faces, 'triangle')}. Drag turns it, Space lets it turn"

    def refresh(self) -> None:
        """Draw what is to be seen now, away from the window; what is asked meanwhile is drawn next."""
        if not isinstance(self._solid, Solid) or self._drawing or self._wanted() == self._shown:
            return
        self._drawing = True
        solid, wanted = self._solid, self._wanted()
        self._bench.in_background(lambda: self._draw(solid, wanted))

    def _wanted(self) -> tuple[Any, ...]:
        moving = self._drag is not None or self.clock.isActive()
        scale = self.devicePixelRatioF()
        wide, high = max(int(self.width() * scale), 1), max(int(self.height() * scale), 1)
        shrink = min(1.0, (MOVING if moving else LARGEST) / max(wide, high))
        ground = self._desk.theme.colour("board.mat")
        return (max(int(wide * shrink), 1), max(int(high * shrink), 1), *self.turn, self._zoom,
                (ground.red(), ground.green(), ground.blue()), 1 if moving else 2)

    def _draw(self, solid: Solid, wanted: tuple[Any, ...]) -> None:
        wide, high, turn, tilt, zoom, ground, fine = wanted
        array = draw(solid, Size(wide, high), turn, tilt, zoom, ground, fine).array
        image = QImage(array.tobytes(), wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
        self._bench.later(lambda: self._drawn.emit(wanted, image))

    def _show(self, wanted: Any, image: Any) -> None:
        self._drawing, self._shown, self._picture = False, wanted, image
        self.update()
        self.refresh()

    def _keep(self, mesh: Any, found: Any) -> None:
        if mesh is self._mesh:
            self._solid, self._shown = found, ()
            self.setAccessibleDescription(f"{self._title}. {self.told()}")
            self.refresh()
            self.update()

    def _turned(self, turn: float, tilt: float) -> None:
        self.turn = self.turn[0] + turn, min(max(self.turn[1] + tilt, -1.57), 1.57)
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clock.stop()
        self._drag = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            away, self._drag = event.position() - self._drag, event.position()
            self._turned(-away.x() * 0.01, away.y() * 0.01)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom = min(max(self._zoom * 1.2 ** (event.angleDelta().y() / 120), 0.1), 20)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deeds: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Left: lambda: self._turned(0.1, 0), Qt.Key.Key_Right: lambda: self._turned(-0.1, 0),
            Qt.Key.Key_Up: lambda: self._turned(0, 0.1), Qt.Key.Key_Down: lambda: self._turned(0, -0.1),
            Qt.Key.Key_Space: self._start_or_stop,
        }
        deed = deeds.get(Qt.Key(event.key()))
        if deed is None:
            event.ignore()
        else:
            deed()

    def _start_or_stop(self) -> None:
        if self.clock.isActive():
            self.clock.stop()
            self.refresh()
        else:
            self.clock.start()

    def hideEvent(self, event: Any) -> None:
        self.clock.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        painter.fillRect(self.rect(), theme.colour("board.mat"))
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), self._picture)
        pad = theme.px(14)
        first = QRectF(pad, pad, self.width() - 2 * pad, theme.px(20))
        paint.write(painter, first, self._title, theme.font("title", "title"), theme.colour("text.primary"))
        paint.write(painter, first.translated(0, theme.px(22)), self.told(), theme.font(),
                    theme.colour("text.secondary"))
