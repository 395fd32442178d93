"""NodeGraphQt's viewer with everything of its own switched off: menus, tab search, mouse, keys and drops."""

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QNativeGestureEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from canvas.board.ngq import NodeViewer

TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class BareViewer(NodeViewer):
    """The viewer as a plain view. Whatever happens on it is offered to ``hand``, which says whether it was used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.hand: Any = None
        super().__init__(parent)
        # Its hidden menu bar would take Ctrl+Z from the window.
        self._ctx_menu_bar.clear()
        self._ctx_menu_bar.hide()
        self._search_widget.deleteLater()
        for item in self.scene().items():
            self.scene().removeItem(item)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing, True)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)

    def give(self, what: str, event: Any) -> bool:
        """Offer an event to the hand."""
        take = getattr(self.hand, what, None)
        used = bool(take(event)) if take is not None else False
        event.setAccepted(used)
        return used

    # Never used, but the viewer calls them while it is made and when its size changes.

    def _update_scene(self) -> None:
        pass

    def resizeEvent(self, event: Any) -> None:
        QGraphicsView.resizeEvent(self, event)

    def focusInEvent(self, event: Any) -> None:
        QGraphicsView.focusInEvent(self, event)

    def focusOutEvent(self, event: Any) -> None:
        QGraphicsView.focusOutEvent(self, event)

    # Events

    def event(self, event: QEvent) -> bool:
        """Tab belongs to the hand first: it opens the search for nodes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in TABS:
            return self.give("key_press", event) or bool(QGraphicsView.event(self, event))
        return bool(QGraphicsView.event(self, event))

    def viewportEvent(self, event: QEvent) -> bool:
        """Nothing of the mouse reaches the scene; pinching zooms."""
        if isinstance(event, QNativeGestureEvent):
            return self.pinched(event)
        if event.type() in (QEvent.Type.Leave, QEvent.Type.HoverLeave):
            self.give("leave", event)
        return bool(QGraphicsView.viewportEvent(self, event))

    def pinched(self, event: QNativeGestureEvent) -> bool:
        return False

    def mousePressEvent(self, event: Any) -> None:
        self.give("mouse_press", event)

    def mouseMoveEvent(self, event: Any) -> None:
        self.give("mouse_move", event)

    def mouseReleaseEvent(self, event: Any) -> None:
        self.give("mouse_release", event)

    def mouseDoubleClickEvent(self, event: Any) -> None:
        self.give("mouse_double_click", event)

    def keyPressEvent(self, event: Any) -> None:
        self.give("key_press", event)

    def keyReleaseEvent(self, event: Any) -> None:
        self.give("key_release", event)

    def contextMenuEvent(self, event: Any) -> None:
        self.give("context_menu", event)

    def dragEnterEvent(self, event: Any) -> None:
        self.give("drag_enter", event)

    def dragMoveEvent(self, event: Any) -> None:
        self.give("drag_move", event)

    def dragLeaveEvent(self, event: Any) -> None:
        self.give("drag_leave", event)

    def dropEvent(self, event: Any) -> None:
        self.give("drop", event)
