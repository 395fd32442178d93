"""What lies over the board: where one is, how near, and the map. Ordinary widgets, children of the view."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from canvas.board.minimap import Minimap

if TYPE_CHECKING:
    from canvas.board.view import BoardView
    from canvas.theme import Theme

EDGE = 12
LEAST_WIDTH, LEAST_HEIGHT = 460, 300
"""In a smaller view the map would cover what it shows."""
STEP = 1.25


class Flat(QAbstractButton):
    """A button that is only its word or icon until the mouse or the keyboard is on it."""

    def __init__(self, theme: "Callable[[], Theme]", name: str, icon: str = "", strong: bool = False) -> None:
        super().__init__()
        self.theme = theme
        self.icon_name = icon
        self.strong = strong
        self.least = 0
        self.setText("" if icon else name)
        self.setAccessibleName(name)
        self.setToolTip(name if icon else "")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        theme = self.theme()
        high = round(theme.px(26))
        if self.icon_name:
            return QSize(round(theme.px(28)), high)
        wide = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return QSize(max(round(wide + theme.px(8)), round(theme.px(self.least))), high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface.raised" if theme.mode == "dark" else "border.subtle"))
            painter.drawRoundedRect(box, 5, 5)
        if self.hasFocus():
            painter.setPen(theme.colour("border.focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        colour = "text.primary" if self.strong else "text.secondary"
        if self.icon_name:
            size = theme.px(16)
            icon = theme.icon(self.icon_name, size, colour, self.devicePixelRatioF())
            half = QPointF(size / 2, size / 2)
            painter.drawPixmap(QRectF(box.center() - half, box.center() + half), icon, QRectF(icon.rect()))
            return
        painter.setFont(self._font())
        painter.setPen(theme.colour(colour))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())

    def _font(self) -> QFont:
        weight = "label" if self.least else "title" if self.strong else "text"
        return self.theme().font("body", weight)


class ZoomBar(QWidget):
    """Out, how near, in, and all at once."""

    def __init__(self, view: "BoardView") -> None:
        super().__init__(view)
        self.view = view
        self.setAccessibleName("Zoom")
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        theme = self._theme
        self.out = Flat(theme, "Zoom out", "minus")
        self.near = Flat(theme, "100 %", strong=True)
        self.near.least = 46
        self.near.setToolTip("Zoom to 100 %")
        self.into = Flat(theme, "Zoom in", "plus")
        self.all = Flat(theme, "Show all", "fit")
        for button in (self.out, self.near, self.into, self.all):
            row.addWidget(button)
        self.out.clicked.connect(lambda: self._by(1 / STEP))
        self.into.clicked.connect(lambda: self._by(STEP))
        self.near.clicked.connect(lambda: view.look_at(view.camera.center, view.natural, animate=True))
        self.all.clicked.connect(lambda: view.frame(animate=True))
        view.moved.connect(self.tell)
        self.tell()

    def tell(self) -> None:
        words = f"{round(self.view.zoom / self.view.natural * 100)} %"
        if words != self.near.text():
            self.near.setText(words)
            self.near.setAccessibleName(f"Zoom {words}, go to 100 %")

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("border.default"))
        painter.setBrush(theme.colour("surface.panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        x = self.all.x() - 0.5
        painter.drawLine(QPointF(x, 7), QPointF(x, self.height() - 7))

    def _by(self, factor: float) -> None:
        port = self.view.viewport().rect()
        self.view.zoom_at(QPointF(port.width() / 2, port.height() / 2), factor)

    def _theme(self) -> "Theme":
        return self.view.desk.theme


class Trail(QWidget):
    """The workflow, the board, and the groups that were entered: each leads back to where it stands for."""

    def __init__(self, view: "BoardView") -> None:
        super().__init__(view)
        self.view = view
        self.setAccessibleName("Where on the board")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(2)
        self._told: tuple[str, ...] = ()
        document = view.document
        document.room_changed.connect(self.tell)
        document.titled.connect(self.tell)
        self.tell()

    def names(self) -> tuple[str, ...]:
        """The words of the trail."""
        document = self.view.document
        names, nodes = [document.title, "Board"], document.graph.nodes
        for use in document.room:
            node = nodes.get(use)
            group = document.graph.groups.get(node.group or "") if node is not None else None
            if node is None or group is None:
                break
            names.append(node.title or group.title or (node.group or "").replace("-", " ").capitalize())
            nodes = group.nodes
        return tuple(names)

    def tell(self) -> None:
        names = self.names()
        if names == self._told:
            return
        self._told = names
        while (item := self.row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, name in enumerate(names):
            if place:
                self._add(Arrow(self._theme))
            button = Flat(self._theme, name, strong=place == len(names) - 1)
            button.clicked.connect(lambda _=False, depth=place: self._go(depth))
            self._add(button)
        self.adjustSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # A piece of empty board: the words can be read whatever lies below them.
        painter.setBrush(self._theme().colour("surface.board"))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)

    def _add(self, widget: QWidget) -> None:
        self.row.addWidget(widget)
        widget.show()  # what is not shown has no size yet

    def _go(self, depth: int) -> None:
        document = self.view.document
        document.go(document.room[: max(0, depth - 1)])

    def _theme(self) -> "Theme":
        return self.view.desk.theme


class Arrow(QWidget):
    """The mark between two words of the trail."""

    def __init__(self, theme: "Callable[[], Theme]") -> None:
        super().__init__()
        self.theme = theme

    def sizeHint(self) -> QSize:
        side = round(self.theme().px(12))
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self.theme(), QPainter(self)
        size = theme.px(12)
        icon = theme.icon("chevron-right", size, "text.tertiary", self.devicePixelRatioF())
        half, middle = QPointF(size / 2, size / 2), QRectF(self.rect()).center()
        painter.drawPixmap(QRectF(middle - half, middle + half), icon, QRectF(icon.rect()))


class FocusRing(QWidget):
    """Round the whole board while the keyboard is on it and no card shows where."""

    def __init__(self, view: "BoardView") -> None:
        super().__init__(view)
        self.view = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(self.view.desk.theme.colour("border.focus"), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class Overlay:
    """All of them, in their corners."""

    def __init__(self, view: "BoardView") -> None:
        self.view = view
        self.minimap = Minimap(view)
        self.zoom = ZoomBar(view)
        self.trail = Trail(view)
        self.ring = FocusRing(view)
        self.wants_map = True
        view.document.room_changed.connect(self.place)
        self.place()

    def place(self) -> None:
        """Put everything where it belongs in a view of this size."""
        size, theme = self.view.size(), self.view.desk.theme
        self.ring.resize(size)
        wide, high = round(theme.px(158)), round(theme.px(104))
        fits = size.width() >= theme.px(LEAST_WIDTH) and size.height() >= theme.px(LEAST_HEIGHT)
        shows = self.wants_map and fits
        self.minimap.setGeometry(size.width() - EDGE - wide, size.height() - EDGE - high, wide, high)
        self.minimap.setVisible(shows)
        hint = self.zoom.sizeHint()
        right = size.width() - EDGE - (wide + EDGE if shows else 0)
        self.zoom.setGeometry(right - hint.width(), size.height() - EDGE - hint.height(), hint.width(), hint.height())
        self.zoom.setVisible(size.width() > hint.width() + 2 * EDGE)
        self.trail.adjustSize()
        self.trail.move(EDGE, round(theme.px(9)))
        self.trail.setVisible(self.trail.width() < size.width() - 2 * EDGE)
