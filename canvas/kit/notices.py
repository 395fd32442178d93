"""What panels say to a person: an empty panel, a banner, the last line of the window, a thin line of progress."""

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton, ToolButton
from canvas.kit.label import Label

Tone = Literal["info", "ok", "warn", "error", "price"]
ICONS: dict[Tone, str] = {"info": "eye", "ok": "cached", "warn": "warn", "error": "error", "price": "money"}
KINDS: dict[Tone, paint.Kind] = {"info": "accent", "ok": "ok", "warn": "warn", "error": "error", "price": "price"}
STAYS = 8000
"""Milliseconds that a message stays in the last line of the window."""


class EmptyState(QWidget):
    """An empty panel: an icon, one sentence that says what will be here, and one thing to do."""

    acted = Signal()

    def __init__(self, desk: Desk, icon: str, sentence: str, action: str = "", hint: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon = icon
        self.sentence = Label(desk, sentence, colour="text.secondary", wrap=True)
        self.hint = Label(desk, hint, "caption", colour="text.tertiary", wrap=True)
        self.button = PriceButton(desk, action, manner="ghost", small=True)
        self.button.clicked.connect(self.acted)
        column = self._column = QVBoxLayout(self)
        column.addStretch(1)
        for text in (self.sentence, self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(text)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.say(sentence, action, hint)
        desk.themed.connect(self._wear)
        self._wear()

    def say(self, sentence: str, action: str = "", hint: str = "") -> None:
        """Other words: nothing found is not the same as nothing there."""
        self.sentence.say(sentence)
        self.hint.say(hint)
        self.hint.setVisible(bool(hint))
        self.button.say(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        side = theme.px(24)
        top = self.sentence.y() - side - theme.px(10)
        if top >= 0:
            at = QPointF((self.width() - side) / 2, top)
            paint.icon(QPainter(self), theme, self._icon, at, 24, "text.tertiary")

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(16)), round(px(44)), round(px(16)), round(px(12)))
        self._column.setSpacing(round(px(8)))


class Banner(QWidget):
    """Something a person should know about this panel, with a way on; it can be closed."""

    acted = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, message: str, hint: str = "", action: str = "", tone: Tone = "warn", *,
                 closable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.tone: Tone = tone
        self.message = Label(desk, message, "body", "title", wrap=True)
        self.hint = Label(desk, hint, colour="text.secondary", wrap=True)
        self.button = PriceButton(desk, action, manner="ghost", small=True)
        self.button.clicked.connect(self.acted)
        self.shut = ToolButton(desk, "close", "Close this message", side=24, icon_size=14)
        self.shut.setVisible(closable)
        self.shut.clicked.connect(self._close)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.message)
        texts.addWidget(self.hint)
        texts.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._row = QHBoxLayout(self)
        self._row.addLayout(texts, 1)
        self._row.addWidget(self.shut, 0, Qt.AlignmentFlag.AlignTop)
        self.say(message, hint, action)
        desk.themed.connect(self._wear)
        self._wear()

    def say(self, message: str, hint: str = "", action: str = "", tone: Tone | None = None) -> None:
        self.tone = tone or self.tone
        self.message.say(message)
        self.hint.say(hint)
        self.hint.setVisible(bool(hint))
        self.button.say(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(" ".join(part for part in (message, hint) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        kind = KINDS[self.tone]
        edge = theme.colour(paint.INKS[kind]) if theme.contrast else None
        paint.box(painter, QRectF(self.rect()), theme.size("radius.node"), paint.tint(theme, kind), edge)
        at = QPointF(theme.px(10), theme.px(9))
        paint.icon(painter, theme, ICONS[self.tone], at, 16, paint.INKS[kind])

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(34)), round(px(8)), round(px(6)), round(px(8)))


class ProgressLine(QWidget):
    """A line of 3: how far a piece of work is; half full in the middle where nobody knows."""

    def __init__(self, desk: Desk, name: str = "Progress", *, ink: str = "accent.base",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ink = ink
        self.done: float | None = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)

    def set_done(self, done: float | None) -> None:
        if done != self.done:
            self.done = done
            self.setAccessibleDescription("running" if done is None else words.percent(done))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(60)), self._desk.theme.size("node.progress"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, rect = self._desk.theme, QRectF(self.rect())
        painter = QPainter(self)
        paint.paint_progress(painter, theme, rect, self.done or 0.0, self._ink)
        if self.done is None:
            middle = rect.adjusted(rect.width() / 4, 0, -rect.width() / 4, 0)
            paint.box(painter, middle, rect.height() / 2, theme.colour(self._ink))


class MiniMeter(QWidget):
    """How much of something is used: of a budget in gold, of memory in blue."""

    def __init__(self, desk: Desk, name: str, part: float = 0.0, *, money: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._money = money
        self.part = part
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)
        self.set_part(part)

    def set_part(self, part: float) -> None:
        self.part = part
        self.setAccessibleDescription(words.percent(part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(44)), round(self._desk.theme.px(4)))

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = "money_button.fill" if self._money else "accent.base"
        paint.paint_progress(QPainter(self), self._desk.theme, QRectF(self.rect()), self.part, ink)


class Toast(QWidget):
    """The last thing that was said, in the last line of the window. It stays while the mouse is on it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.message = Label(desk, "", "caption", "label")
        self.hint = Label(desk, "", "caption", colour="text.secondary")
        self._timer = QTimer(self, singleShot=True, interval=STAYS)
        self._timer.timeout.connect(self.hush)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.message)
        row.addWidget(self.hint, 1)
        self.hide()
        desk.said.connect(self.say)

    def say(self, message: str, hint: str = "") -> None:
        self.message.say(message)
        self.hint.say(hint)
        self.setAccessibleName(f"{message} {hint}".strip())
        self.setVisible(bool(message))
        self._timer.start()

    def hush(self) -> None:
        self._timer.stop()
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
