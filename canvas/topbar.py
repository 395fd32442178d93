"""The top of the window: the menus, a tab for each open workflow, and the line that searches and runs commands."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QMenuBar, QSizePolicy, QTabBar, QWidget

from canvas.actions import MENUS, Actions
from canvas.desk import Desk
from canvas.document import Document
from canvas.kit import paint, words
from canvas.kit.buttons import ToolButton
from canvas.kit.menu import Menu

WORKFLOW = "group"
"""The icon of a tab."""
UNSAVED = " •"
"""Ends the text of a tab, for those who hear it; a dot is painted."""


class TopBar(QWidget):
    """Menus, tabs and the command line."""

    wanted = Signal()
    """A new workflow."""
    closing = Signal(Document)
    """A document whose tab was closed."""
    turned = Signal(str)
    """A page that is no workflow was chosen ("viewer"), or a workflow ("")."""
    left = Signal(str)
    """The tab of such a page was closed."""
    opening = Signal(Path)
    """A file that was open before."""
    asked = Signal()
    """The command palette."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._quiet = False
        self.recent_files: Callable[[], Sequence[str]] = tuple
        """The files that were open lately, the latest first."""
        self.menus = QMenuBar(self)
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.tabs = Tabs(desk, self)
        self.plus = ToolButton(desk, "plus", "New workflow", "Ctrl+N", side=24, icon_size=14, parent=self)
        self.omni = Omni(desk, self)
        self._logo = Logo(desk, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(8)
        row.addWidget(self._logo)
        row.addSpacing(2)
        row.addWidget(self.menus)
        row.addSpacing(10)
        row.addWidget(self.tabs)
        row.addWidget(self.plus)
        row.addStretch(1)
        row.addWidget(self.omni)
        self.plus.clicked.connect(lambda _=False: self.wanted.emit())
        self.omni.clicked.connect(lambda _=False: self.asked.emit())
        self.tabs.currentChanged.connect(self._chosen)
        self.tabs.tabCloseRequested.connect(self._close)
        self.tabs.tabMoved.connect(self._moved)
        desk.opened.connect(self._added)
        desk.closed.connect(self._removed)
        desk.fronted.connect(self.follow)
        desk.themed.connect(self._wear)
        self._wear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tabs give way before menus do."""
        super().resizeEvent(event)
        self._keep_menus()

    def _keep_menus(self) -> None:
        self.menus.setMinimumWidth(min(self.menus.sizeHint().width(), round(self.width() * 0.5)))

    def fill(self, actions: Actions) -> None:
        """The menus, out of the actions."""
        self.menus.clear()
        for title in MENUS:
            menu = Menu(title, self.menus)
            self.menus.addMenu(menu)
            menu.setObjectName(title)
            actions.grey(menu)
            fill_menu(menu, actions, title)
        file = self.menu("File")
        self.recent = Menu("Open recent", file)
        self.recent.aboutToShow.connect(self._fill_recent)
        file.insertMenu(actions.made["templates"], self.recent)
        self.omni.keys = actions.keys("palette")
        self.plus.name_it("New workflow", actions.keys("new"))

    def add_page(self, key: str, title: str, icon: str) -> None:
        """A tab for a page that is no workflow, in front; there is one of a kind."""
        index = self._index(key)
        if index < 0:
            self.tabs.icons[key] = icon
            self._quiet = True
            index = self.tabs.addTab(title)
            self.tabs.setTabData(index, key)
            self._quiet = False
        if self.tabs.currentIndex() == index:
            self.turned.emit(key)
        self.tabs.setCurrentIndex(index)

    def menu(self, title: str) -> QMenu:
        """One of the menus, for what is added to it from elsewhere."""
        found = self.menus.findChild(QMenu, title)
        assert isinstance(found, QMenu)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "bottom")

    def _added(self, document: Document) -> None:
        self._quiet = True
        index = self.tabs.addTab(document.title)
        self.tabs.setTabData(index, document)
        self._quiet = False
        document.titled.connect(lambda: self._titled(document))
        self._titled(document)

    def _removed(self, document: Document) -> None:
        index = self._index(document)
        if index >= 0:
            self._quiet = True
            self.tabs.removeTab(index)
            self._quiet = False
            self.follow()

    def _titled(self, document: Document) -> None:
        index = self._index(document)
        if index >= 0:
            self.tabs.setTabText(index, document.title + (UNSAVED if document.history.dirty else ""))
            self.tabs.setTabToolTip(index, words.tip(str(document.path or "Not saved yet")))

    def _chosen(self, index: int) -> None:
        if self._quiet or index < 0:
            return
        data = self.tabs.tabData(index)
        if isinstance(data, str):
            self.turned.emit(data)
        else:
            self._desk.bring(data)
            self.turned.emit("")

    def _moved(self) -> None:
        """The order of the tabs is that of the documents, as the session remembers them."""
        data = [self.tabs.tabData(index) for index in range(self.tabs.count())]
        self._desk.documents[:] = [one for one in data if isinstance(one, Document)]

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self.recent_files():
            entry = self.recent.addAction(words.entry(name))
            entry.triggered.connect(lambda _=False, name=name: self.opening.emit(Path(name)))
        if self.recent.isEmpty():
            self.recent.addAction("No files yet").setEnabled(False)

    def _close(self, index: int) -> None:
        data = self.tabs.tabData(index)
        if not isinstance(data, str):
            self.closing.emit(data)
            return
        self.tabs.removeTab(index)
        self.left.emit(data)

    def follow(self) -> None:
        """Turn to the tab of the workflow in front."""
        if self._desk.front is not None and (index := self._index(self._desk.front)) >= 0:
            self.tabs.setCurrentIndex(index)

    def _index(self, data: Document | str) -> int:
        return next((index for index in range(self.tabs.count()) if self.tabs.tabData(index) == data), -1)

    def _wear(self) -> None:
        height = self._desk.theme.size("size.menu_bar")
        self.setFixedHeight(height)
        self.tabs.setFixedHeight(height)
        self.tabs.setFont(self._desk.theme.font("body", "label"))
        for index in range(self.tabs.count()):
            self.tabs.setTabIcon(index, self._desk.theme.qicon(self.tabs.icon_of(index), 14))
        self._keep_menus()
        self.update()


def fill_menu(menu: QMenu, actions: Actions, title: str) -> None:
    """The rows of one menu, with a line between sections."""
    sections: dict[str, list[str]] = {}
    for row in actions.rows.values():
        if row.group == title and row.listed:
            sections.setdefault(row.section, []).append(row.id)
    for ids in sections.values():
        if menu.actions():
            menu.addSeparator()
        for id_ in ids:
            menu.addAction(actions.made[id_])


class Tabs(QTabBar):
    """A tab for each open workflow; the middle button closes one."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.icons: dict[str, str] = {}
        """Of tabs that are no workflows."""
        self.setObjectName("documents")
        self.setAccessibleName("Open workflows")
        self.setDrawBase(False)
        self.setMovable(True)
        self.setTabsClosable(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def icon_of(self, index: int) -> str:
        data = self.tabData(index)
        return self.icons.get(data, WORKFLOW) if isinstance(data, str) else WORKFLOW

    def tabInserted(self, index: int) -> None:
        self.setTabIcon(index, self._desk.theme.qicon(WORKFLOW, 14))
        super().tabInserted(index)

    def tabSizeHint(self, index: int) -> QSize:
        px, title = self._desk.theme.px, self.tabText(index)
        dot = px(14) if title.endswith(UNSAVED) else 0
        text = paint.width_of(title.removesuffix(UNSAVED), self._desk.theme.font("body", "label"))
        wide = min(round(text + dot + px(12 + 14 + 8 + 12)), round(px(240)))
        return QSize(wide, self._desk.theme.size("size.menu_bar"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        painter.setFont(theme.font("body", "label"))
        for index in range(self.count()):
            rect, on = QRectF(self.tabRect(index)), index == self.currentIndex()
            ink = "text.primary" if on else "text.secondary"
            if on:
                painter.fillRect(rect, theme.colour("surface.board"))
                painter.fillRect(QRectF(rect.left(), 0, rect.width(), 2), theme.colour("accent.base"))
                for edge in (rect.left(), rect.right() - 1):
                    painter.fillRect(QRectF(edge, 2, 1, rect.height() - 2), theme.colour("border.subtle"))
            at = QPointF(rect.left() + theme.px(12), rect.center().y() - theme.px(7))
            paint.icon(painter, theme, self.icon_of(index), at, 14, ink)
            title = self.tabText(index)
            room = rect.adjusted(theme.px(34), 0, -theme.px(12), 0)
            if title.endswith(UNSAVED):
                title = title.removesuffix(UNSAVED)
                room.setRight(room.right() - theme.px(14))
                self._dot(painter, QPointF(room.right() + theme.px(11), rect.center().y()))
            paint.write(painter, room, title, theme.font("body", "label"), theme.colour(ink))
            if on and self.hasFocus():
                paint.ring(painter, theme, rect.adjusted(2, 4, -2, -4), theme.size("radius.control"))

    def _dot(self, painter: QPainter, middle: QPointF) -> None:
        """There are changes that are not saved."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._desk.theme.colour("text.secondary"))
        painter.drawEllipse(middle, self._desk.theme.px(3), self._desk.theme.px(3))
        painter.restore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            index = self.tabAt(event.position().toPoint())
            if index >= 0:
                self.tabCloseRequested.emit(index)
                return
        super().mouseReleaseEvent(event)


class Logo(QWidget):
    """The door."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.themed.connect(self._wear)
        self._wear()

    def paintEvent(self, event: QPaintEvent) -> None:
        icon = self._desk.theme.icon("door", self.width(), "money_button.fill", self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, icon)

    def _wear(self) -> None:
        side = round(self._desk.theme.px(20))
        self.setFixedSize(side, side)


class Omni(QAbstractButton):
    """Looks like a line to type in; opens the command palette."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.keys = ""
        self.setText("Search or run a command")
        self.setAccessibleName("Search or run a command")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(250)), round(px(24)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(30)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = theme.size("radius.control")
        paint.box(painter, rect, radius, theme.colour("surface.well"), theme.colour("border.default"))
        at = QPointF(theme.px(7), (self.height() - theme.px(14)) / 2)
        paint.icon(painter, theme, "search", at, 14, "text.tertiary")
        wide = paint.keycap_width(theme, self.keys) if self.keys else 0
        room = rect.adjusted(theme.px(27), 0, -wide - theme.px(10), 0)
        text = paint.elided(self.text(), theme.font("body"), room.width())
        paint.write(painter, room, text, theme.font("body"), theme.colour("text.tertiary"))
        if self.keys and room.width() > 40:
            at = QPointF(rect.right() - wide - 5, (self.height() - theme.px(16)) / 2)
            paint.paint_keycap(painter, theme, at, self.keys)
        if self.hasFocus():
            paint.ring(painter, theme, rect, radius)
