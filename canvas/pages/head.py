"""The head of a node in the inspector: its mark, its title to type over, its state and what else can be done."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from canvas.desk import Desk
from canvas.fields.field import is_undo, leaves_to_window
from canvas.kit import paint
from canvas.kit.buttons import ToolButton
from canvas.kit.menu import Menu
from workflows.graph import State

STATES: tuple[tuple[State, str, str], ...] = (
    ("frozen", "freeze", "Freeze: keep the result as it is"), ("muted", "mute", "Mute: this branch does not run"),
    ("bypassed", "bypass", "Bypass: pass on what comes in"),
)


class TitleLine(QLineEdit):
    """A title that looks like one until it is typed over."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._before = ""
        self.setAccessibleName(name)
        self.setFrame(False)
        self.setStyleSheet("QLineEdit { border: 0; background: transparent; padding: 0 4px; margin-left: -4px; }")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.returnPressed.connect(self.clearFocus)
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, text: str) -> None:
        if text != self.text() and not self.hasFocus():
            self.setText(text)
            self.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._before = self.text()
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        if leaves_to_window(event):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_undo(event):
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self.setText(self._before)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        if self.hasFocus():
            paint.box(painter, self.rect().toRectF(), theme.size("radius.control"), theme.colour("surface.well"))
        room = self.width() - theme.px(4)
        whole = QFontMetricsF(self.font()).horizontalAdvance(self.text()) <= room
        if not self.hasFocus() and not whole:  # a title that is cut off says so
            paint.write(painter, QRectF(0, 0, room, self.height()), self.text(), self.font(),
                        theme.colour("text.primary"))
            painter.end()
            return
        painter.end()
        super().paintEvent(event)
        if self.hasFocus():
            paint.ring(QPainter(self), theme, self.rect().toRectF(), theme.size("radius.control"))

    def _wear(self) -> None:
        font: QFont = self._desk.theme.font("title", "title")
        self.setFont(font)
        self.setFixedHeight(round(QFontMetricsF(font).height() + self._desk.theme.px(6)))


class NodeHead(QWidget):
    """Mark, title, states and more."""

    titled = Signal(str)
    stated = Signal(str)
    """The person pressed this state: put the nodes into it, or wake them."""
    menu_filled = Signal(QMenu)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon, self._ink = "model", "text.secondary"
        self.title = TitleLine(desk, "Title", self)
        self.title.editingFinished.connect(lambda: self.titled.emit(self.title.text().strip()))
        self.states = {
            state: ToolButton(desk, icon, tip, checkable=True, side=24, icon_size=15, parent=self)
            for state, icon, tip in STATES
        }
        self.more = ToolButton(desk, "more", "More for this node", side=24, icon_size=15, parent=self)
        self.more.clicked.connect(self._open)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.title, 1)
        for state, button in self.states.items():
            button.clicked.connect(lambda _=False, state=state: self.stated.emit(state))
            self._row.addWidget(button)
        self._row.addWidget(self.more)
        desk.themed.connect(self._wear)
        self._wear()

    def show_node(self, icon: str, ink: str, title: str, hint: str, state: State | None, *, can_state: bool = True,
                  can_title: bool = True) -> None:
        """Show what a node is called and how it stands. ``hint`` is its title when it has none of its own."""
        self._icon, self._ink = icon, ink
        self.title.put(title or hint)
        self.title.setReadOnly(not can_title)
        self.title.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_title else Qt.FocusPolicy.NoFocus)
        for name, button in self.states.items():
            button.setVisible(can_state)
            button.setChecked(name == state)
        self.more.setVisible(can_state)
        self.update()

    def begin(self) -> None:
        """Type another title."""
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title.selectAll()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        at = QPointF(theme.px(12), self.title.geometry().center().y() - theme.px(9) + 1)
        paint.icon(QPainter(self), theme, self._icon, at, 18, self._ink)

    def _open(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_filled.emit(menu)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(12 + 18 + 8)), round(px(8)), round(px(8)), round(px(6)))
        self._row.setSpacing(round(px(2)))
