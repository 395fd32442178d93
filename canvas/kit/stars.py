"""Rating: none to five stars, by click and by keys."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words


class Stars(QWidget):
    """Five stars. A click on the last filled one takes all away; keys 0 to 5 and the arrows do the same."""

    rated = Signal(int)

    def __init__(self, desk: Desk, rating: int = 0, name: str = "Rating", side: int = 15,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._side = side
        self._hover = 0
        self.rating = rating
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)
        self.show_rating(rating)

    def show_rating(self, rating: int) -> None:
        """Show this many, without telling."""
        self.rating = min(max(rating, 0), 5)
        self.setAccessibleDescription(words.count(self.rating, "star") + " of 5" if self.rating else "not rated")
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        wide = 5 * theme.px(self._side) + 4 * theme.px(2) + theme.px(6)
        return QSize(round(wide), round(theme.px(max(24, self._side + 8))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}.get(
            Qt.Key(event.key()), 0)
        if event.text() in ("0", "1", "2", "3", "4", "5") and event.text():
            self._rate(int(event.text()))
        elif step:
            self._rate(min(max(self.rating + step, 0), 5))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            star = self._star(event.position())
            self._rate(0 if star == self.rating else star)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered(self._star(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        side = theme.px(self._side)
        at = QPointF(theme.px(3), (self.height() - side) / 2)
        ink = theme.colour("text.primary" if self.isEnabled() else "border.strong")
        paint.paint_stars(painter, at, self._hover or self.rating, side, ink, gap=theme.px(2))
        if self.hasFocus():
            paint.ring(painter, theme, QRectF(self.rect()), theme.size("radius.control"))

    def _star(self, position: QPointF) -> int:
        step = self._desk.theme.px(self._side + 2)
        return min(max(int((position.x() - self._desk.theme.px(3)) // step) + 1, 1), 5)

    def _rate(self, rating: int) -> None:
        if rating != self.rating:
            self._hover = 0
            self.show_rating(rating)
            self.rated.emit(rating)

    def _hovered(self, star: int) -> None:
        if star != self._hover:
            self._hover = star
            self.update()
