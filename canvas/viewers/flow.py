"""The row of tools of a bar, which goes on in the next line where a window is narrow."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from canvas.kit.flow import FlowRow


class ToolRow(FlowRow):
    """Widgets in the middle of their line; those after ``add_right`` stand at the right end of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._right: set[int] = set()

    def add_right(self, widget: QWidget) -> None:
        """Add a widget that stands at the right end."""
        self._right.add(len(self._items))
        self.addWidget(widget)

    def minimumSize(self) -> QSize:
        wide = max((item.minimumSize().width() for item in self._shown()), default=0)
        margins = self.contentsMargins()
        high = max((item.sizeHint().height() for item in self._shown()), default=0)
        return QSize(wide + margins.left() + margins.right(), high + margins.top() + margins.bottom())

    def _lay(self, rect: QRect, *, move: bool) -> int:
        margins, gap = self.contentsMargins(), self.spacing()
        room = rect.width() - margins.left() - margins.right()
        lines: list[list[tuple[int, QLayoutItem, int]]] = [[]]
        used = 0
        for index, item in enumerate(self._items):
            if item.isEmpty():
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
            if move:
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
