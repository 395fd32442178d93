"""A row of widgets that goes on in the next line where there is no room: for bars in narrow windows."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowRow(QLayout):
    """Widgets side by side, each as wide as it likes; those after ``split`` stand at the right end of their line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._right: set[int] = set()

    def add_right(self, widget: QWidget) -> None:
        """Add a widget that stands at the right end."""
        self._right.add(len(self._items))
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), place=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        wide = max((item.minimumSize().width() for item in self._items if not self._hidden(item)), default=0)
        margins = self.contentsMargins()
        high = max((item.sizeHint().height() for item in self._items if not self._hidden(item)), default=0)
        return QSize(wide + margins.left() + margins.right(), high + margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, place=True)

    def _hidden(self, item: QLayoutItem) -> bool:
        widget = item.widget()
        return widget is not None and widget.isHidden()

    def _lay(self, rect: QRect, *, place: bool) -> int:
        margins, gap = self.contentsMargins(), self.spacing()
        room = rect.width() - margins.left() - margins.right()
        lines: list[list[tuple[int, QLayoutItem, int]]] = [[]]
        used = 0
        for index, item in enumerate(self._items):
            if self._hidden(item):
                continue
            wide = min(item.sizeHint().width(), room)
            if lines[-1] and used + wide > room:
                lines.append([])
                used = 0
            lines[-1].append((index, item, wide))
            used += wide + gap
        top = rect.y() + margins.top()
        for line in lines:
            high = max((item.sizeHint().height() for _, item, _ in line), default=0)
            if place:
                self._place(line, rect.x() + margins.left(), top, room, high)
            top += high + gap
        return top - gap + margins.bottom() - rect.y() if lines[0] else 0

    def _place(self, line: list[tuple[int, QLayoutItem, int]], left: int, top: int, room: int, high: int) -> None:
        gap = self.spacing()
        spare = room - sum(wide for *_, wide in line) - gap * (len(line) - 1)
        x, moved = left, False
        for index, item, wide in line:
            if index in self._right and not moved:
                x, moved = x + spare, True
            own = item.sizeHint().height()
            item.setGeometry(QRect(QPoint(x, top + (high - own) // 2), QSize(wide, own)))
            x += wide + gap
