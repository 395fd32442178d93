"""A number as a bar: drag, Ctrl fine, Shift coarse, double click types, right click resets."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint, slide
from canvas.kit.slide import Scale

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
DRAG = 3
"""Pixels before a press is a drag."""


class SliderField(QWidget):
    """One number. The value runs along while it is dragged; ``settled`` says when a drag or typing is over."""

    changed = Signal(float)
    settled = Signal()
    formula = Signal(str)
    """A person typed ``=`` and something: they want a formula and not a number."""
    reset_wanted = Signal()
    menu_filled = Signal(QMenu)
    """Just before the menu opens: more entries may be added."""

    def __init__(self, desk: Desk, scale: Scale, value: float = 0.0, name: str = "", *, labelled: bool = False,
                 note: str = "", parent: QWidget | None = None) -> None:
        """``labelled``: the name stands inside at the left and the value at the right, as on cards."""
        super().__init__(parent)
        self._desk = desk
        self.scale = scale
        self.name = name
        self.value = value
        self._labelled, self._note = labelled, note
        self._mixed = False
        self._pressed: tuple[QPointF, float] | None = None
        self._dragging = False
        self._wheel = 0
        self._editor: QLineEdit | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(name)
        desk.themed.connect(self._wear)
        self._describe()

    def show_value(self, value: float, *, mixed: bool = False) -> None:
        """Show a number, without telling; ``mixed`` where several nodes have different ones."""
        if value != self.value or mixed != self._mixed:
            self.value, self._mixed = value, mixed
            self._describe()

    def show_note(self, note: str) -> None:
        """What stands beside the number in thin ink: ``121 frames``."""
        self._note = note
        self._describe()

    @property
    def text(self) -> str:
        """The number as it is written."""
        return "mixed" if self._mixed else slide.shown(self.scale, self.value)

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        return QSize(round(theme.px(140)), theme.size("size.control"))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(64)), self.sizeHint().height())

    def type_in(self, start: str | None = None) -> None:
        """Open the editor; ``start`` is what was typed already."""
        if self._editor is not None:
            return
        editor = self._editor = QLineEdit(self)
        editor.setAccessibleName(self.name)
        editor.setFont(self._font())
        editor.setGeometry(self.rect())
        editor.setText(slide.shown(self.scale, self.value, unit=False) if start is None else start)
        if start is None:
            editor.selectAll()
        editor.installEventFilter(self)
        editor.editingFinished.connect(self._typed)
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine, coarse = bool(event.modifiers() & CONTROL), bool(event.modifiers() & SHIFT)
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
                 Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}.get(key, 0)
        if steps:
            coarse = coarse or key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
            self._move(slide.stepped(self.scale, self.value, steps, fine=fine, coarse=coarse), settle=True)
        elif key == Qt.Key.Key_Home and self.scale.low is not None:
            self._move(self.scale.low, settle=True)
        elif key == Qt.Key.Key_End and self.scale.high is not None:
            self._move(self.scale.high, settle=True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.type_in()
        elif key == Qt.Key.Key_Escape and self._dragging:
            self._give_up()
        elif event.text() and event.text() in "0123456789.,-=" and not fine:
            self.type_in(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = (event.position(), self.value), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        at, start = self._pressed
        pixels = event.position().x() - at.x()
        if not self._dragging and abs(pixels) < DRAG:
            return
        self._dragging = True
        fine, coarse = bool(event.modifiers() & CONTROL), bool(event.modifiers() & SHIFT)
        self._move(slide.dragged(self.scale, start, pixels, self.width(), fine=fine, coarse=coarse))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            if self._dragging:
                self._dragging = False
                self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self.type_in()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Without the focus the wheel belongs to the panel, so that scrolling never changes a value.
        if not self.hasFocus():
            event.ignore()
            return
        turned = event.angleDelta()
        self._wheel += turned.y() or turned.x()
        steps, self._wheel = int(self._wheel / 120), self._wheel - int(self._wheel / 120) * 120
        if steps:
            fine, coarse = bool(event.modifiers() & CONTROL), bool(event.modifiers() & SHIFT)
            self._move(slide.stepped(self.scale, self.value, steps, fine=fine, coarse=coarse), settle=True)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Reset", self.reset_wanted.emit)
        menu.addAction("Type a value", self.type_in)
        self.menu_filled.emit(menu)
        menu.popup(event.globalPos())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._editor and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close_editor()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._typed()
                return True
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._wheel = 0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        edge = theme.colour("border.strong" if self.underMouse() and self.isEnabled() else "border.default")
        paint.box(painter, rect, radius, theme.colour("surface.well"), edge)
        if self.scale.ranged and not self._mixed:
            filled = rect.adjusted(1, 1, -1, -1)
            filled.setWidth(filled.width() * slide.part(self.scale, self.value))
            painter.save()
            painter.setClipRect(filled)
            paint.box(painter, rect.adjusted(1, 1, -1, -1), radius - 1, paint.slide(theme))
            painter.restore()
            painter.fillRect(QRectF(max(filled.right() - 2, 1), filled.top(), 2, filled.height()),
                             theme.colour("text.tertiary"))
        self._write(painter, rect.adjusted(theme.px(8), 0, -theme.px(8), 0))
        if self.hasFocus():
            paint.ring(painter, theme, rect, radius)

    def _write(self, painter: QPainter, room: QRectF) -> None:
        theme = self._desk.theme
        ink = theme.colour("text.primary" if self.isEnabled() and not self._mixed else "text.tertiary")
        quiet = theme.colour("text.secondary" if self._labelled else "text.tertiary")
        side = self.name if self._labelled else self._note
        small = theme.font("body" if self._labelled else "caption")
        right = Qt.AlignmentFlag.AlignRight
        wide = paint.width_of(self.text, self._font())
        rest = QRectF(room)
        if self._labelled:
            rest.setRight(room.right() - wide - theme.px(6))
            paint.write(painter, rest, side, small, quiet)
            paint.write(painter, room, self.text, self._font(), ink, right)
        else:
            rest.setLeft(room.left() + wide + theme.px(6))
            paint.write(painter, room, self.text, self._font(), ink)
            if rest.width() > theme.px(20):
                paint.write(painter, rest, side, small, quiet, right)

    def _font(self) -> QFont:
        return self._desk.theme.font("caption", mono=True)

    def _move(self, value: float, *, settle: bool = False) -> None:
        if value == self.value and not self._mixed:
            return
        self.value, self._mixed = value, False
        self._describe()
        self.changed.emit(value)
        if settle:
            self.settled.emit()

    def _give_up(self) -> None:
        if self._pressed is not None:
            start, self._pressed, self._dragging = self._pressed[1], None, False
            self._move(start, settle=True)

    def _typed(self) -> None:
        if self._editor is None:
            return
        text = self._editor.text().strip()
        self._close_editor()
        if text.startswith("="):
            self.formula.emit(text[1:].strip())
            return
        value = slide.read(self.scale, text)
        if value is None:
            if text:
                self._desk.say(f'"{text}" is not a number.', "Type digits, or = and a formula.")
            return
        self._move(value, settle=True)

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            had = editor.hasFocus()
            editor.removeEventFilter(self)
            editor.hide()
            editor.deleteLater()
            if had:
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _describe(self) -> None:
        said = self.text
        if self.scale.ranged and self.scale.low is not None and self.scale.high is not None:
            low, high = (slide.shown(self.scale, end, unit=False) for end in (self.scale.low, self.scale.high))
            said += f", {low} to {high}"
        self.setAccessibleDescription(f"{said}, {self._note}" if self._note else said)
        self.update()

    def _wear(self) -> None:
        if self._editor is not None:
            self._editor.setFont(self._font())
        self.updateGeometry()
        self.update()
