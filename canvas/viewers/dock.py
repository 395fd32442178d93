"""The viewer as a panel of the window: it shows whatever is asked to be looked at."""

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.viewers.viewer import Viewer


class ViewerPanel(QWidget):
    """A viewer that follows ``desk.shown``."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = Viewer(desk)
        self.setFocusProxy(self.viewer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.viewer)
        desk.shown.connect(self._show)

    def _show(self, value: Any, title: str, take: Any) -> None:
        self.viewer.show_value(value, title, take)
