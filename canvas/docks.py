"""Panels at the sides of the window that can be moved, stacked, floated and closed; their heads are their handles."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QWidget

from canvas.desk import Desk
from canvas.kit.buttons import ToolButton
from canvas.kit.head import PanelHead


class Dock(QDockWidget):
    """One dock with one or several pages, chosen by the tabs in its head."""

    turned = Signal(str)
    """Another page is shown."""

    def __init__(self, desk: Desk, name: str, pages: Mapping[str, tuple[str, QWidget]], *, spread: bool = False,
                 head: bool = True, parent: QMainWindow | None = None) -> None:
        """``pages``: key -> (title, widget). Without ``head`` the page draws its own."""
        super().__init__(next(iter(pages.values()))[0], parent)
        self.setObjectName(name)
        self.pages = {key: widget for key, (_, widget) in pages.items()}
        self.stack = QStackedWidget(self)
        for widget in self.pages.values():
            self.stack.addWidget(widget)
        self.setWidget(self.stack)
        self.head: PanelHead | None = None
        self._blank = QWidget(self)
        if head:
            self.head = PanelHead(desk, [(key, title) for key, (title, _) in pages.items()], spread=spread, parent=self)
            self.head.chosen.connect(self.turn)
            self._close = ToolButton(desk, "close", "Close panel", side=20, icon_size=12, parent=self.head)
            self._close.clicked.connect(self.close)
            self._close.hide()
            self.head.add(self._close)
            self.topLevelChanged.connect(self._close.setVisible)
        self.setTitleBarWidget(self.head or self._blank)

    def turn(self, key: str) -> None:
        """Show a page."""
        self.stack.setCurrentWidget(self.pages[key])
        if self.head is not None:
            self.head.choose(key)
        self.turned.emit(key)

    @property
    def page(self) -> str:
        """The key of the page that is shown."""
        current = self.stack.currentWidget()
        return next(key for key, widget in self.pages.items() if widget is current)

    def call(self, key: str | None = None) -> None:
        """Bring it into sight, with this page."""
        self.show()
        self.raise_()
        if key is not None:
            self.turn(key)
