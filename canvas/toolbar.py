"""The row under the menus: what is used most, the stage, where work may go, and Run."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from canvas.actions import Actions
from canvas.desk import Desk
from canvas.kit import paint
from canvas.kit.buttons import PriceButton, RunButton, ToolButton
from canvas.kit.label import Label
from canvas.kit.menu import Menu
from canvas.kit.segmented import StageSwitch

LEFT: tuple[str, ...] = (
    "library", "|", "undo", "redo", "|", "frame.add", "group.make", "state.freeze", "state.mute",
)
MORE = ("run_selected", "run_front", "more", "pause")


class Mark(QWidget):
    """An icon and a fact beside it: where work may go."""

    pressed = Signal()

    def __init__(self, desk: Desk, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon = icon
        self.label = Label(desk, "", colour="text.secondary", parent=self)
        self._line = QHBoxLayout(self)
        self._line.addWidget(self.label)
        desk.themed.connect(self._wear)
        self._wear()

    def say(self, text: str) -> None:
        self.label.say(text)
        self.setAccessibleName(text)

    def wear(self, icon: str) -> None:
        """Another icon."""
        self._icon = icon
        self.update()

    def can_press(self) -> None:
        """It is a button from now on, for the mouse and for the keyboard."""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = round(self._desk.theme.px(15))
        pixmap = self._desk.theme.icon(self._icon, side, "text.secondary", self.devicePixelRatioF())
        painter.drawPixmap(0, (self.height() - side) // 2, pixmap)
        if self.hasFocus():
            rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            paint.ring(painter, self._desk.theme, rect, self._desk.theme.size("radius.control"))

    def _wear(self) -> None:
        self._line.setContentsMargins(round(self._desk.theme.px(20)), 0, 0, 0)


class ToolRow(QWidget):
    """The tool bar. The stage stands in the middle of the window, whatever lies left and right of it."""

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self.stage = StageSwitch(desk, self)
        self.month = Mark(desk, "ledger", self)
        """What was spent in this month."""
        self.month.hide()
        self.hosts = Mark(desk, "shield", self)
        self.stop = PriceButton(desk, "Stop", icon="stop", parent=self)
        self.stop.hide()
        self.run = RunButton(desk, parent=self)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(4)
        self._buttons: list[tuple[str, ToolButton]] = []
        self._fill(LEFT)
        self._row.addStretch(1)
        for widget in (self.month, self.hosts, self.stop, self.run):
            self._row.addWidget(widget)
        self.run.clicked.connect(self._run)
        self.run.menu_wanted.connect(self._menu)
        self.stop.clicked.connect(lambda: actions.do("stop"))
        self.setAccessibleName("Tools")
        actions.changed.connect(self._keys)
        desk.themed.connect(self._wear)
        self._keys()
        self._wear()

    def refresh(self) -> None:
        """Marks and grey as the actions are."""
        for id_, button in self._buttons:
            row = self._actions.rows[id_]
            button.setEnabled(row.enabled())
            if row.checked is not None:
                button.setChecked(row.checked())
        self.stop.setEnabled(self._actions.rows["stop"].enabled())

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "bottom")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._centre()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._row.activate()
            self._centre()
        return done

    def _fill(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            if id_ == "|":
                self._row.addWidget(_Line(self._desk, self))
                continue
            row = self._actions.rows[id_]
            button = ToolButton(self._desk, row.icon, row.title, checkable=row.checked is not None, parent=self)
            button.clicked.connect(lambda _=False, id_=id_: self._actions.do(id_))
            self._buttons.append((id_, button))
            self._row.addWidget(button)

    def _centre(self) -> None:
        """In the middle; beside the buttons where the window is narrow."""
        size = self.stage.sizeHint()
        left = max((button.geometry().right() for _, button in self._buttons), default=0) + 12
        shown = [one for one in (self.month, self.hosts, self.stop, self.run) if not one.isHidden()]
        right = min(one.geometry().left() for one in shown) - 12
        middle = (self.width() - size.width()) // 2
        at = min(max(middle, left), max(left, right - size.width()))
        self.stage.setVisible(right - left >= size.width())
        self.stage.setGeometry(QRect(QPoint(at, (self.height() - size.height()) // 2), size))

    def _run(self) -> None:
        """The price on the button is the price that is agreed to by pressing it."""
        if self.run.costs and self._desk.knows("run_pressed"):
            self._desk.act("run_pressed")
        else:
            self._actions.do("run")

    def _menu(self, at: QPoint) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions.grey(menu)
        for id_ in MORE:
            if id_ in self._actions.made:
                menu.addAction(self._actions.made[id_])
        menu.popup(at)

    def _keys(self) -> None:
        for id_, button in self._buttons:
            button.name_it(self._actions.rows[id_].title, self._actions.keys(id_))
        self.stop.setToolTip(f"Stop what runs  {self._actions.keys('stop')}")
        self.run.setToolTip(f"Run all of it  {self._actions.keys('run')}")

    def _wear(self) -> None:
        self.setFixedHeight(self._desk.theme.size("size.tool_bar"))
        self._row.setContentsMargins(10, 0, 6, 1)
        self.update()


class _Line(QWidget):
    """Between groups of buttons."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.themed.connect(self._wear)
        self._wear()

    def _wear(self) -> None:
        self.setFixedSize(13, round(self._desk.theme.px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(6, 0, 1, self.height(), self._desk.theme.colour("border.default"))
