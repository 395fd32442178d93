"""The head of a panel: its title or its tabs, a count beside them, and room for a few buttons."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a panel."""

    key: str
    title: str
    count: str = ""
    """Beside the title in thin ink: ``3``, ``Wan 2.2 · 10``."""
    alarm: bool = False
    """The count is of something wrong, and stands in a red chip."""


class HeadTab(QAbstractButton):
    """A title in the head of a panel; the chosen one is bold."""

    def __init__(self, desk: Desk, tab: Tab, *, alone: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.tab = tab
        self._alone = alone
        self.setCheckable(not alone)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if alone else Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        desk.themed.connect(self.updateGeometry)
        self.put(tab)

    def put(self, tab: Tab) -> None:
        self.tab = tab
        self.setText(tab.title)
        self.setAccessibleName(f"{tab.title}, {tab.count}" if tab.count else tab.title)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        # Always as wide as the bold title, so that nothing moves when another tab is chosen.
        wide = paint.width_of(self.tab.title, theme.font("body", "title")) + theme.px(8)
        if self.tab.count:
            wide += theme.px(6) + self._count_width()
        return QSize(round(wide) + 2, theme.size("size.panel_head") - 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(20)), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        on = self._alone or self.isChecked()
        over = self.underMouse() and not self._alone
        font = theme.font("body", "title" if on else "text")
        colour = "text.primary" if on else "text.secondary" if over else "text.tertiary"
        room = QRectF(theme.px(4), 0, self.width() - theme.px(4), self.height())
        paint.write(painter, room, self.tab.title, font, theme.colour(colour))
        left = theme.px(10) + paint.width_of(self.tab.title, font)
        if self.tab.count and self.tab.alarm:
            top = (self.height() - theme.px(16)) / 2
            paint.paint_chip(painter, theme, QPointF(left, top), self.tab.count, "error", height=16)
        elif self.tab.count:
            room.setLeft(left)
            paint.write(painter, room, self.tab.count, theme.font("body"), theme.colour("text.tertiary"))
        if self.hasFocus():
            paint.ring(painter, theme, QRectF(self.rect()).adjusted(0, 4, 0, -4), theme.size("radius.control"))

    def _count_width(self) -> float:
        theme = self._desk.theme
        if self.tab.alarm:
            return paint.chip_width(theme, self.tab.count)
        return paint.width_of(self.tab.count, theme.font("body"))


class PanelHead(QWidget):
    """The head of a panel, 34 high. With one tab it is a title."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, tabs: Sequence[Tab | tuple[str, str]], *, spread: bool = False, line: bool = True,
                 parent: QWidget | None = None) -> None:
        """``spread``: the first tab at the left and the others at the right. ``line``: a line below."""
        super().__init__(parent)
        self._desk = desk
        self._line = line
        self._tabs: dict[str, HeadTab] = {}
        self._row = QHBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for index, given in enumerate(tabs):
            tab = given if isinstance(given, Tab) else Tab(*given)
            button = HeadTab(desk, tab, alone=len(tabs) == 1, parent=self)
            button.clicked.connect(lambda _=False, key=tab.key: self._take(key))
            self._tabs[tab.key] = button
            self._row.addWidget(button)
            if index == 0 and spread:
                self._row.addStretch(1)
        if not spread:
            self._row.addStretch(1)
        self.key = next(iter(self._tabs))
        self.choose(self.key)
        desk.themed.connect(self._wear)
        self._wear()

    def tab(self, key: str) -> HeadTab:
        return self._tabs[key]

    def choose(self, key: str) -> None:
        """Show this tab as chosen, without telling."""
        self.key = key
        for name, button in self._tabs.items():
            button.setChecked(name == key)

    def set_count(self, key: str, count: str, *, alarm: bool = False) -> None:
        """What stands beside a title; empty for nothing."""
        button = self._tabs[key]
        button.put(Tab(key, button.tab.title, count, alarm))

    def set_title(self, key: str, title: str) -> None:
        button = self._tabs[key]
        button.put(Tab(key, title, button.tab.count, button.tab.alarm))

    def add(self, widget: QWidget) -> None:
        """Put a button at the right end."""
        self._row.addWidget(widget)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line:
            painter = QPainter(self)
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._desk.theme.colour("border.subtle"))

    def _take(self, key: str) -> None:
        known = key == self.key
        self.choose(key)
        if not known:
            self.chosen.emit(key)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(8)), 0, round(px(8)), 1)
        self._row.setSpacing(round(px(4)))
        self.setFixedHeight(self._desk.theme.size("size.panel_head"))
