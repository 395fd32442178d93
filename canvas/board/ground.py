"""The dotted ground of the board: one small tile, painted anew only when the zoom changes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap, QTransform

from canvas.theme import Theme

GRID = 20.0
CLOSEST = 14.0
"""Dots never come closer than this on the screen; from there on every second one is left out."""
PERIODS = 16
"""Dots a side of the tile: a zoom is rounded so that they come out at whole pixels."""


def pitch_of(zoom: float) -> float:
    """How far apart the dots are on the board."""
    pitch = GRID
    while pitch * zoom < CLOSEST:
        pitch *= 2
    return pitch


def rounded(zoom: float) -> float:
    """The nearest zoom at which the tile has a whole number of pixels (within 0.3 %)."""
    pitch = pitch_of(zoom)
    return max(round(zoom * pitch * PERIODS), 1) / (pitch * PERIODS)


class Ground:
    """Paints the ground of the board behind everything else."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._brush = QBrush()

    def paint(self, painter: QPainter, rect: QRectF, origin: QPointF, zoom: float, ratio: float, theme: Theme) -> None:
        """Fill a rectangle of the viewport; ``origin`` is where the board's zero lies in it."""
        key = (id(theme), zoom, ratio)
        if key != self._key:
            self._key, self._brush = key, QBrush(self._tile(zoom, ratio, theme))
        painter.setBrushOrigin(origin)
        brush = self._brush
        if ratio != 1:
            brush = QBrush(brush)
            brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(rect, brush)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _tile(self, zoom: float, ratio: float, theme: Theme) -> QPixmap:
        step = pitch_of(zoom) * zoom * ratio
        side = max(1, round(step * PERIODS))
        tile = QPixmap(side, side)
        tile.fill(theme.colour("surface.board"))
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("board.dot"))
        size = 1.1 * ratio
        for row in range(PERIODS + 1):
            for column in range(PERIODS + 1):
                painter.drawEllipse(QPointF(column * step, row * step), size, size)
        painter.end()
        return tile
