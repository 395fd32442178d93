"""The docks around the board: which panels stand where at first, and how they are brought into sight."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtWidgets import QTabBar

from canvas.docks import Dock
from canvas.kit.buttons import ToolButton
from canvas.panels import Panels

if TYPE_CHECKING:
    from canvas.window import Window

LEFT, RIGHT, FOOT = (
    Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea,
)
PAID_HIGH = 320
FOOT_WIDTHS = (738, 330)
"""Of the takes and of the queue, in parts."""


class Sides(QObject):
    """All docks of a window."""

    def __init__(self, window: "Window", panels: Panels) -> None:
        super().__init__(window)
        self._window = window
        desk = window.desk
        self.library = Dock(desk, "library", {
            "library": ("Library", panels.library), "templates": ("Templates", panels.templates),
            "gallery": ("Gallery", panels.gallery),
        }, spread=True, parent=window)
        self.inspector = Dock(desk, "inspector", {"inspector": ("Inspector", panels.inspector)}, head=False,
                              parent=window)
        self.takes = Dock(desk, "takes", {"takes": ("Takes", panels.takes)}, head=False, parent=window)
        self.work = Dock(desk, "work", {
            "queue": ("Queue", panels.queue), "problems": ("Problems", panels.problems), "paid": ("Paid", panels.paid),
        }, parent=window)
        self.pause = ToolButton(desk, "pause", "Pause the queue", checkable=True, side=24, icon_size=14,
                                parent=self.work)
        self.pause.clicked.connect(lambda _=False: desk.act("pause"))
        if self.work.head is not None:
            self.work.head.add(self.pause)
        self.viewer = Dock(desk, "viewer", {"viewer": ("Viewer", panels.viewer)}, parent=window)
        # The sides go down to the foot of the window, as the library and the inspector are long.
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.all = (self.library, self.inspector, self.takes, self.work, self.viewer)
        self._aside: list[Dock] | None = None
        """While the viewer has the window to itself: the docks that come back after it."""
        self._layout: QByteArray | None = None
        self.library.visibilityChanged.connect(lambda _: self._show_rail())

    @property
    def shown(self) -> bool:
        """Whether a panel at the left or right is in sight."""
        return not (self.library.isHidden() and self.inspector.isHidden())

    def arrange(self) -> None:
        """Everything where it is at first; the viewer waits until there is something to look at."""
        window = self._window
        places = ((self.library, LEFT), (self.inspector, RIGHT), (self.takes, FOOT), (self.work, FOOT))
        for dock, area in places:
            dock.setFloating(False)
            window.addDockWidget(area, dock)
            dock.show()
        window.splitDockWidget(self.takes, self.work, Qt.Orientation.Horizontal)
        self.viewer.setFloating(False)
        window.addDockWidget(RIGHT, self.viewer)
        window.tabifyDockWidget(self.inspector, self.viewer)
        self.viewer.hide()
        size = window.desk.theme.size
        window.resizeDocks([self.library, self.inspector], [size("size.library"), size("size.inspector")],
                           Qt.Orientation.Horizontal)
        window.resizeDocks([self.takes, self.work], [size("size.dock")] * 2, Qt.Orientation.Vertical)
        window.resizeDocks([self.takes, self.work], list(FOOT_WIDTHS), Qt.Orientation.Horizontal)
        for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setAccessibleName("Panels in this place")

    def calm(self) -> None:
        """The board alone, with a slim bar beside it: what a newcomer sees first."""
        for dock in self.all:
            dock.hide()

    def step_aside(self) -> None:
        """The whole window for the viewer."""
        if self._aside is None:
            self._layout = self._window.saveState()
            # Of docks in one place the one on top comes back last.
            shown = [dock for dock in self.all if not dock.isHidden()]
            self._aside = sorted(shown, key=lambda dock: not dock.visibleRegion().isEmpty())
            self.calm()
            self._window.tools.hide()
            self._show_rail()

    def come_back(self) -> None:
        """Everything as it was before the viewer."""
        if self._aside is not None:
            docks, self._aside, self._layout = self._aside, None, None
            for dock in docks:
                dock.show()
                dock.raise_()
            self._window.tools.show()
            self._show_rail()

    @property
    def layout(self) -> QByteArray:
        """Where the panels stand, or will again after the viewer."""
        return self._layout or self._window.saveState()

    def _show_rail(self) -> None:
        self._window.rail.setVisible(self.library.isHidden() and self._aside is None)

    def toggle(self, dock: Dock, page: str | None = None) -> None:
        """Show a dock, or hide it where it shows this page already."""
        if not dock.isHidden() and (page is None or dock.page == page):
            dock.hide()
        else:
            dock.call(page)

    def call_paid(self) -> None:
        """The paid work, with room for what has to be decided."""
        self.work.call("paid")
        high = max(self.work.height(), round(self._window.desk.theme.px(PAID_HIGH)))
        self._window.resizeDocks([self.takes, self.work], [high, high], Qt.Orientation.Vertical)

    def show_foot(self) -> None:
        """The takes and the queue."""
        self.takes.show()
        self.work.show()
