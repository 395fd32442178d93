"""Where a value comes from when it is not typed in: a wire, a formula over other values, an input of the group."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.fields.field import Line
from canvas.kit import paint
from canvas.kit.buttons import ToolButton
from canvas.kit.label import Label


class SourceButton(QAbstractButton):
    """``from Prompt · text``, with the socket's mark; a click goes there."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.ink = "text.tertiary"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setToolTip("Select the node that it comes from")
        desk.themed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(140)), self._desk.theme.size("size.control"))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(64)), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        px = theme.px
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        edge = theme.colour("border.strong" if self.underMouse() else "border.subtle")
        paint.box(painter, rect, radius, theme.colour("surface.card"), edge)
        dot = px(8)
        spot = QRectF(px(8), rect.center().y() - dot / 2, dot, dot)
        paint.box(painter, spot, dot / 2, theme.colour(self.ink))
        painter.setPen(theme.colour(self.ink))
        painter.drawLine(QPointF(0, rect.center().y()), QPointF(spot.left(), rect.center().y()))
        room = rect.adjusted(px(22), 0, -px(6), 0)
        ink = theme.colour("text.primary" if self.isEnabled() else "text.tertiary")
        paint.write(painter, room, self.text(), theme.font("body"), ink)
        if self.hasFocus():
            paint.ring(painter, theme, rect, radius)


class SourceChip(QWidget):
    """A wire in the place of a field, and a cross that takes it out."""

    pressed_on = Signal()
    cut = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = SourceButton(desk, self)
        self.button.clicked.connect(self.pressed_on)
        self.cross = ToolButton(desk, "close", "Take the wire out", side=26, icon_size=13, parent=self)
        self.cross.clicked.connect(self.cut)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button, 1)
        row.addWidget(self.cross)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.button)

    def show_source(self, text: str, wire: str = "any", *, there: bool = True, can_cut: bool = True) -> None:
        """Say where it comes from; ``wire`` names the colour of what comes."""
        self.button.ink = f"wire.{wire}" if there else "text.tertiary"
        self.button.setText(text)
        self.button.setAccessibleName(text)
        self.button.setEnabled(there)
        self.cross.setVisible(there and can_cut)
        self.button.update()


class FormulaField(QWidget):
    """A formula in letters of one width, what it comes to just now, and a cross that leaves a plain value."""

    edited = Signal(str)
    settled = Signal()
    cut = Signal()

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.line = Formula(desk, f"{name}, formula", parent=self)
        self.line.textEdited.connect(self.edited)
        self.line.settled.connect(self.settled)
        self.value = Label(desk, "", "caption", colour="text.tertiary", mono=True, parent=self)
        self.cross = ToolButton(desk, "close", "Leave a plain value", side=26, icon_size=13, parent=self)
        self.cross.clicked.connect(self.cut)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.cross)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(row)
        column.addWidget(self.value)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.line)

    def show_formula(self, text: str, value: str, *, mixed: bool = False) -> None:
        """Show a formula and its present value, "" where that is not known."""
        self.line.setPlaceholderText("mixed" if mixed else "flux.steps * 2")
        self.line.put("" if mixed else text)
        self.show_result(value)

    def show_result(self, value: str) -> None:
        self.value.say(f"is {value}" if value else "")
        self.value.setVisible(bool(value))

    def begin(self) -> None:
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.end(False)


class Formula(Line):
    """A line that begins with an equals sign of its own."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, name, mono=True, parent=parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = self._desk.theme
        painter = QPainter(self)
        room = QRectF(theme.px(8), 0, theme.px(12), self.height())
        paint.write(painter, room, "=", theme.font("caption", mono=True), theme.colour("accent.base"))

    def _wear(self) -> None:
        super()._wear()
        self.setTextMargins(round(self._desk.theme.px(12)), 0, 0, 0)
