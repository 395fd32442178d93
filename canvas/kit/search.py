"""A line to search with: a lens, and the keys that lead here."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words

STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}


class SearchField(QLineEdit):
    """Search. Esc empties it, Down and Up are for the list below."""

    stepped = Signal(int)
    """Move the choice in the list below by so many rows."""
    left = Signal()
    """Esc in an empty line."""

    def __init__(self, desk: Desk, hint: str, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._keys = words.keys(keys)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setProperty("kind", "search")
        desk.themed.connect(self._wear)
        self.textChanged.connect(lambda _: self._wear())
        self._wear()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(round(self._desk.theme.px(208)), max(hint.height(), self._desk.theme.size("size.control")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif step:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = self._desk.theme
        painter = QPainter(self)
        middle = self.height() / 2
        paint.icon(painter, theme, "search", QPointF(theme.px(8), middle - theme.px(7)), 14, "text.tertiary")
        if self._keys and not self.text():
            wide = paint.keycap_width(theme, self._keys)
            at = QPointF(self.width() - wide - theme.px(6), round(middle - theme.px(8)))
            paint.paint_keycap(painter, theme, at, self._keys)

    def _wear(self) -> None:
        theme = self._desk.theme
        right = paint.keycap_width(theme, self._keys) + theme.px(6) if self._keys and not self.text() else 0
        # The rest of the inset comes from the style sheet's padding.
        self.setTextMargins(round(theme.px(19)), 0, round(right), 0)
        self.update()
