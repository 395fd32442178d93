"""Buttons that say what they cost, tool buttons and chips that can be pressed."""

from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.paint import Kind

Manner = Literal["plain", "ghost", "primary", "quiet"]
"""``ghost`` has only an edge, ``quiet`` not even that."""


class PriceButton(QAbstractButton):
    """A verb, and the price when pressing it acts at once. Gold only when it costs."""

    def __init__(self, desk: Desk, verb: str, price: str = "", icon: str = "", manner: Manner = "plain", *,
                 costs: bool = False, small: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._verb, self._price, self._icon = verb, price, icon
        self.manner: Manner = manner
        self.costs = costs
        self._small = small
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        desk.themed.connect(self._again)
        self._again()

    def say(self, verb: str, icon: str | None = None) -> None:
        """Another verb."""
        self._verb = verb
        self._icon = self._icon if icon is None else icon
        self._again()

    def set_price(self, price: str, *, costs: bool = False) -> None:
        """``free``, ``$0.28 – 0.37`` or nothing; ``costs`` where money would be charged."""
        self._price, self.costs = price, costs
        self._again()

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        wide = paint.width_of(self.text(), self._font()) + theme.px(16 if self._small else 20) + 2
        if self._icon:
            wide += theme.px(14 + (5 if self._small else 6))
        return QSize(round(wide), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), round(self._desk.theme.px(48))), self._high())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter presses what is free; what is charged wants a click or Space, so that nobody pays by a slip.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.costs:
            event.ignore()  # on some desktops Enter presses any button that has the keyboard
        else:
            self.click()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill, edge, ink = self._colours()
        # On gold and blue the ring would be lost: it stands apart from them.
        inset = theme.px(3) if self.hasFocus() and (self.costs or self.manner == "primary") else 0.0
        body = rect.adjusted(inset, inset, -inset, -inset)
        paint.box(painter, body, theme.size("radius.control") - inset / 2, fill, edge)
        font = self._font()
        wide = paint.width_of(self.text(), font)
        gap = theme.px(5 if self._small else 6)
        extra = theme.px(14) + gap if self._icon else 0.0
        left = max(theme.px(6), (rect.width() - wide - extra) / 2)
        if self._icon:
            top = rect.center().y() - theme.px(7)
            paint.icon(painter, theme, self._icon, QPointF(left, top), 14, ink.name())
        room = QRectF(left + extra, 0, rect.width() - left - extra - theme.px(4), rect.height())
        paint.write(painter, room, self.text(), font, ink)
        if self.hasFocus():
            paint.ring(painter, theme, rect, theme.size("radius.control"))

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        theme = self._desk.theme
        over = self.isEnabled() and (self.underMouse() or self.isDown())
        if not self.isEnabled():
            return None, theme.colour("border.subtle"), theme.colour("border.strong")
        if self.costs:
            return _warm(theme.colour("money_button.fill"), over), None, theme.colour("money_button.on_fill")
        if self.manner == "primary":
            return _warm(theme.colour("accent.fill"), over), None, theme.colour("accent.on_fill")
        ink, line = theme.colour("text.primary"), theme.colour("border.default")
        if self.manner == "quiet":
            return (paint.pressed(theme) if over else None), None, ink if over else theme.colour("text.secondary")
        if self.manner == "ghost":
            return (paint.pressed(theme) if over else None), line, ink
        edge = line if theme.mode == "light" or theme.contrast else None
        return _warm(theme.colour("surface.raised"), over), edge, ink

    def _font(self) -> QFont:
        return self._desk.theme.font("body", "title" if self.costs else "label")

    def _high(self) -> int:
        return self._desk.theme.size("size.control_small" if self._small else "size.button")

    def _again(self) -> None:
        self.setText(words.action(self._verb, self._price))
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()


class RunButton(QAbstractButton):
    """Run, with what it costs, and an arrow for the other ways to run. Blue when free, gold when it will be charged."""

    menu_wanted = Signal(QPoint)
    """The arrow was pressed: where on the screen the menu belongs."""

    margin = 4
    """Room around it for the halo and the focus ring."""

    def __init__(self, desk: Desk, verb: str = "Run", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._verb, self._price = verb, words.FREE
        self.costs = False
        self._halo = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        desk.themed.connect(self._again)
        self._again()

    def set_price(self, price: str, *, costs: bool = False) -> None:
        """``free``, ``$0.84 – 1.12``, ``?``; ``costs`` where money would be charged."""
        self._price, self.costs = price, costs
        self._again()

    def say(self, verb: str) -> None:
        """``Run``, ``Run 2 left``, ``Run selected``."""
        self._verb = verb
        self._again()

    def set_halo(self, on: bool) -> None:
        """A ring that says: begin here."""
        self._halo = on
        self.update()

    @property
    def arrow(self) -> QRectF:
        """Where the arrow is."""
        body = self._body()
        wide = self._desk.theme.px(26)
        return QRectF(body.right() - wide, body.top(), wide, body.height())

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        wide = px(10 + 14 + 7 + 12 + 26) + paint.width_of(self.text(), self._font())
        return QSize(round(wide + px(2 * self.margin)) + 2, round(px(30 + 2 * self.margin)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.arrow.contains(event.position()):
            self._ask_menu()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._ask_menu()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.costs:
            event.ignore()  # on some desktops Enter presses any button that has the keyboard
        else:
            self.click()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        body, radius = self._body(), theme.size("radius.button_large")
        if self._halo and self.isEnabled():
            glow = QColor(theme.colour("accent.base"))
            glow.setAlphaF(0.22)
            paint.box(painter, QRectF(self.rect()), radius + theme.px(self.margin), glow)
        fill, ink = self._colours()
        paint.box(painter, body, radius, fill, None if self.isEnabled() else theme.colour("border.default"))
        left = body.left() + theme.px(10)
        paint.icon(painter, theme, "run", QPointF(left, body.center().y() - theme.px(7)), 14, ink.name())
        left += theme.px(21)
        room = QRectF(left, body.top(), self.arrow.left() - left, body.height())
        paint.write(painter, room, self.text(), self._font(), ink)
        line = QColor(ink)
        line.setAlphaF(0.25)
        painter.fillRect(QRectF(self.arrow.left(), body.top() + 1, 1, body.height() - 2), line)
        at = self.arrow.center() - QPointF(theme.px(7), theme.px(7))
        paint.icon(painter, theme, "chevron-down", at, 14, ink.name())
        if self.hasFocus():
            out = theme.px(self.margin)
            paint.ring(painter, theme, body.adjusted(-out, -out, out, out), radius + out)

    def _colours(self) -> tuple[QColor | None, QColor]:
        theme = self._desk.theme
        if not self.isEnabled():
            return None, theme.colour("border.strong")
        over = self.underMouse() or self.isDown()
        name = "money_button" if self.costs else "accent"
        return _warm(theme.colour(f"{name}.fill"), over), theme.colour(f"{name}.on_fill")

    def _body(self) -> QRectF:
        out = self._desk.theme.px(self.margin)
        return QRectF(self.rect()).adjusted(out, out, -out, -out)

    def _font(self) -> QFont:
        return self._desk.theme.font("body", "title")

    def _ask_menu(self) -> None:
        self.menu_wanted.emit(self.mapToGlobal(self.arrow.bottomLeft().toPoint()))

    def _again(self) -> None:
        self.setText(words.action(self._verb, self._price))
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()


class ToolButton(QToolButton):
    """An icon that does something; its name is in the tip, with its keys."""

    def __init__(self, desk: Desk, icon: str, name: str, keys: str = "", *, checkable: bool = False, side: int = 28,
                 icon_size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shape = (side, icon_size)
        self.icon_name = icon
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.name_it(name, keys)
        desk.themed.connect(self.updateGeometry)

    def name_it(self, name: str, keys: str = "") -> None:
        """Its name, for the tip and for screen readers."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  {words.keys(keys)}" if keys else name)

    def sizeHint(self) -> QSize:
        side = round(self._desk.theme.px(self._shape[0]))
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        over = self.isEnabled() and (self.underMouse() or self.isDown() or self.hasFocus())
        if self.isChecked() or over:
            edge = theme.colour("text.primary") if theme.contrast and self.isChecked() else None
            paint.box(painter, rect, radius, paint.pressed(theme), edge)
        colour = "text.primary" if self.isChecked() or over else "text.secondary"
        size = self._shape[1]
        at = rect.center() - QPointF(theme.px(size) / 2, theme.px(size) / 2)
        paint.icon(painter, theme, self.icon_name, at, size, colour if self.isEnabled() else "border.strong")
        if self.hasFocus():
            paint.ring(painter, theme, rect, radius)


class Chip(QAbstractButton):
    """A fact in a small box: open, closed, lane, price, licence. Checkable ones are filters."""

    def __init__(self, desk: Desk, text: str, kind: Kind = "plain", icon: str = "", *, checkable: bool = False,
                 pressable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.kind: Kind = kind
        self.icon_name = icon
        self._live = checkable or pressable
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._live else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if self._live:
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        desk.themed.connect(self.updateGeometry)
        self.say(text)

    def say(self, text: str, kind: Kind | None = None, icon: str | None = None) -> None:
        """Another fact."""
        self.setText(text)
        self.setAccessibleName(text)
        self.kind = kind or self.kind
        self.icon_name = self.icon_name if icon is None else icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        # What can be pressed is 24 high to the mouse, though it is drawn 18 high.
        high = theme.px(24 if self._live else 18)
        return QSize(round(paint.chip_width(theme, self.text(), self.icon_name)), round(high))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if not self._live and event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            event.ignore()  # a fact lets clicks through to what it lies on
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        top = (self.height() - theme.px(18)) / 2
        kind: Kind = "accent" if self.isChecked() else self.kind
        paint.paint_chip(painter, theme, QPointF(0, top), self.text(), kind, self.icon_name)
        rect = QRectF(0, top, self.width(), theme.px(18))
        if self._live and self.underMouse() and not self.isChecked():
            paint.box(painter, rect, theme.size("radius.chip"), None, theme.colour("border.strong"))
        if self.hasFocus():
            paint.ring(painter, theme, rect.adjusted(0, -2, 0, 2), theme.size("radius.chip"))


def _warm(colour: QColor, over: bool) -> QColor:
    """A little lighter under the mouse."""
    return colour.lighter(108) if over else colour
