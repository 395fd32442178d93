"""Results that are no pictures: words and numbers as text, bodies as lines one can turn."""

import json
import struct
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ajar import glb
from ajar.clips import Mesh
from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.viewers.bench import Bench

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MOST_LINES = 20_000
KINDS: dict[int, tuple[str, int]] = {5121: ("u1", 1), 5123: ("<u2", 2), 5125: ("<u4", 4), 5126: ("<f4", 4)}


def text_of(value: Any) -> str:
    """A plain value as a person reads it: text as it is, lists line by line, tables as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str | int | float | bool) for one in value):
        return "\n".join(text_of(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return str(value)


class Words(QPlainTextEdit):
    """Text and numbers, to read and to copy."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Text")
        desk.themed.connect(self._wear)
        self._wear()

    def show_value(self, value: Any, title: str) -> None:
        text = text_of(value)
        if text != self.toPlainText():
            self.setPlainText(text)
        self.setAccessibleDescription(title)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters and digits are keys of the viewer here, as nothing can be typed.
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _wear(self) -> None:
        theme = self._desk.theme
        self.setFont(theme.font("section"))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.colour("surface.board"))
        palette.setColor(QPalette.ColorRole.Text, theme.colour("text.primary"))
        self.setPalette(palette)
        self.document().setDocumentMargin(theme.px(24))


def read_lines(mesh: Mesh) -> "tuple[Array, Array]":
    """(points, pairs of points) of a body: every edge of its triangles once. UserError if it can't be read."""
    import numpy as np

    scene = glb.read_json(mesh.path)
    data = mesh.path.read_bytes()
    start = 20 + struct.unpack_from("<I", data, 12)[0] + 8
    points: list[Array] = []
    edges: list[Array] = []
    count = 0
    for body in scene.get("meshes", ()):
        for part in body.get("primitives", ()):
            if part.get("mode", 4) != 4 or "POSITION" not in part.get("attributes", {}):
                continue
            spots = _accessor(scene, data, start, part["attributes"]["POSITION"]).reshape(-1, 3)
            order = (_accessor(scene, data, start, part["indices"]) if "indices" in part else np.arange(len(spots)))
            corners = order.astype(np.int64).reshape(-1, 3)
            pairs = np.concatenate((corners[:, :2], corners[:, 1:], corners[:, ::2]))
            edges.append(np.unique(np.sort(pairs, axis=1), axis=0) + count)
            points.append(spots.astype(np.float32))
            count += len(spots)
    if not points:
        return np.zeros((0, 3), np.float32), np.zeros((0, 2), np.int64)
    return np.concatenate(points), np.concatenate(edges)


def _accessor(scene: dict[str, Any], data: bytes, start: int, index: int) -> "Array":
    import numpy as np

    accessor = scene["accessors"][index]
    view = scene["bufferViews"][accessor["bufferView"]]
    kind, size = KINDS[accessor["componentType"]]
    wide = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}[accessor["type"]]
    at = start + view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    stride = view.get("byteStride", wide * size)
    raw = np.frombuffer(data, np.uint8, stride * (accessor["count"] - 1) + wide * size, at)
    rows = np.lib.stride_tricks.as_strided(raw, (accessor["count"], wide * size), (stride, 1))
    return np.ascontiguousarray(rows).view(kind)


class Body(QWidget):
    """A body as lines. Drag turns it, the wheel brings it nearer."""

    _read = Signal(object, object)

    def __init__(self, desk: Desk, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench = desk, bench
        self._mesh: Mesh | None = None
        self._lines: Any = None
        self._title = ""
        self.turn = (0.6, 0.4)
        self._zoom = 1.0
        self._drag: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Body")
        self._read.connect(self._keep)

    def show_mesh(self, mesh: Mesh, title: str) -> None:
        if mesh is self._mesh:
            return
        self._mesh, self._title, self._lines = mesh, title, None

        def work() -> None:
            try:
                found: Any = read_lines(mesh)
            except AjarError as error:
                found = f"{error.message} {error.hint}"
            except (KeyError, IndexError, ValueError, TypeError, struct.error, OSError):
                found = "The form of this body can't be drawn here. The file itself is kept as it is."
            self._bench.later(lambda: self._read.emit(mesh, found))

        self._bench.in_background(work)
        self.update()

    def told(self) -> str:
        """What is known of it, in a line."""
        if isinstance(self._lines, str):
            return self._lines
        if self._lines is None:
            return "Loading"
        points, edges = self._lines
        shown = f", {words.figure(MOST_LINES)} of them drawn" if len(edges) > MOST_LINES else ""
        return f"{words.count(len(points), 'point')}, {words.count(len(edges), 'edge')}{shown}. Seen as lines only"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            away, self._drag = event.position() - self._drag, event.position()
            self.turn = self.turn[0] + away.x() * 0.01, self.turn[1] + away.y() * 0.01
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom = min(max(self._zoom * 1.2 ** (event.angleDelta().y() / 120), 0.1), 20)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-0.1, 0), Qt.Key.Key_Right: (0.1, 0), Qt.Key.Key_Up: (0, -0.1),
                 Qt.Key.Key_Down: (0, 0.1)}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        self.turn = self.turn[0] + step[0], self.turn[1] + step[1]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        painter.fillRect(self.rect(), theme.colour("board.mat"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._lines is not None and not isinstance(self._lines, str) and len(self._lines[0]):
            painter.setPen(QPen(theme.colour("wire.mesh"), 1))
            painter.drawLines(self._drawn())
        pad = theme.px(14)
        first = QRectF(pad, pad, self.width() - 2 * pad, theme.px(20))
        paint.write(painter, first, self._title, theme.font("title", "title"), theme.colour("text.primary"))
        paint.write(painter, first.translated(0, theme.px(22)), self.told(), theme.font(),
                    theme.colour("text.secondary"))

    def _drawn(self) -> list[QLineF]:
        import numpy as np

        points, edges = self._lines
        low, high = points.min(axis=0), points.max(axis=0)
        flat = (points - (low + high) / 2) / max(float(np.linalg.norm(high - low)), 1e-9)
        (sin_y, cos_y), (sin_x, cos_x) = ((np.sin(angle), np.cos(angle)) for angle in self.turn)
        x = flat[:, 0] * cos_y + flat[:, 2] * sin_y
        depth = -flat[:, 0] * sin_y + flat[:, 2] * cos_y
        y = flat[:, 1] * cos_x - depth * sin_x
        scale = min(self.width(), self.height()) * self._zoom
        spots = np.stack((self.width() / 2 + x * scale, self.height() / 2 - y * scale), axis=1)
        step = -(-len(edges) // MOST_LINES)
        return [QLineF(*spots[a], *spots[b]) for a, b in edges[::step]]

    def _keep(self, mesh: Any, lines: Any) -> None:
        if mesh is self._mesh:
            self._lines = lines
            self.setAccessibleDescription(f"{self._title}. {self.told()}")
            self.update()
