"""What the pages of the inspector are made of: headings, lines of facts, sentences that say what is wrong."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.kit.label import Label

PAD = 12
LABEL = 84


class Words(QAbstractButton):
    """A word that can be pressed, as thin as the text around it."""

    def __init__(self, desk: Desk, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)
        self.say(text)

    def say(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        return QSize(round(paint.width_of(self.text(), theme.font("caption"))) + 8, theme.size("size.control_small"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        ink = "border.strong" if not self.isEnabled() else "text.primary" if self.underMouse() else "text.tertiary"
        paint.write(painter, QRectF(4, 0, self.width() - 4, self.height()), self.text(), theme.font("caption"),
                    theme.colour(ink))
        if self.hasFocus():
            paint.ring(painter, theme, QRectF(self.rect()), theme.size("radius.chip"))


class Heading(QWidget):
    """The heading of a section under a thin line, with a word to press at its right end."""

    pressed_on = Signal()

    def __init__(self, desk: Desk, title: str, action: str = "", *, line: bool = True,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line = line
        self.title = Label(desk, title, "caption", "title", parent=self)
        self.action = Words(desk, action, self)
        self.action.setVisible(bool(action))
        self.action.clicked.connect(self.pressed_on)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.title)
        self._row.addStretch(1)
        self._row.addWidget(self.action)
        desk.themed.connect(self._wear)
        self._wear()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line:
            QPainter(self).fillRect(0, 0, self.width(), 1, self._desk.theme.colour("border.subtle"))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(PAD)), 0, round(px(PAD - 4)), 0)
        self.setFixedHeight(round(px(32)))


class Fact(QWidget):
    """``Memory  10.4 of 12 GB``."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.name = Label(desk, name, colour="text.secondary", parent=self)
        self.value = Label(desk, "", parent=self)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self.name)
        self._row.addWidget(self.value, 1)
        desk.themed.connect(self._wear)
        self._wear()

    def say(self, value: str, colour: str = "text.primary") -> None:
        """Show it, or hide the line where there is nothing to say."""
        self.value.say(value, colour)
        self.setVisible(bool(value))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(PAD)), 0, round(px(PAD)), 0)
        self.name.setFixedWidth(round(px(LABEL)))
        self.setFixedHeight(round(px(22)))


class Notice(QWidget):
    """A sentence with a sign before it, and what to do next in quieter ink."""

    pressed_on = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon, self._ink = "error", "semantic.error"
        self.message = Label(desk, "", wrap=True, parent=self)
        self.hint = Label(desk, "", "caption", colour="text.secondary", wrap=True, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(1)
        self._column.addWidget(self.message)
        self._column.addWidget(self.hint)
        desk.themed.connect(self._wear)
        self._wear()

    def say(self, message: str, hint: str = "", icon: str = "error", ink: str = "semantic.error") -> None:
        self._icon, self._ink = icon, ink
        self.message.say(message)
        self.hint.say(hint)
        self.hint.setVisible(bool(hint))
        self.setVisible(bool(message))
        self.setAccessibleName(f"{message} {hint}".strip())
        self.update()

    def mousePressEvent(self, event: object) -> None:
        self.pressed_on.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        at = QPointF(theme.px(PAD), self.message.y() + theme.px(1.5))
        paint.icon(QPainter(self), theme, self._icon, at, 13, self._ink)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(PAD + 20)), round(px(3)), round(px(PAD)), round(px(3)))


class Scroll(QScrollArea):
    """A page that scrolls up and down and is never wider than the panel."""

    def __init__(self, desk: Desk, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content = content
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Large texts in a narrow panel are squeezed and wrapped, never cut off at the right.
        self._content.setMaximumWidth(self.viewport().width())
        super().resizeEvent(event)


def column(widget: QWidget, spacing: int = 0) -> QVBoxLayout:
    """An empty column without margins in a widget."""
    found = QVBoxLayout(widget)
    found.setContentsMargins(0, 0, 0, 0)
    found.setSpacing(spacing)
    return found
