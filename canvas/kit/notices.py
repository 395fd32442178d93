"""What panels say to a person: an empty panel, a banner, the last line of the window, a thin line of progress."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.kit.buttons import PriceButton, ToolButton
from canvas.kit.label import Label

Tone = Literal["info", "ok", "warn", "error", "price"]
ICONS: dict[Tone, str] = {"info": "eye", "ok": "cached", "warn": "warn", "error": "error", "price": "money"}
KINDS: dict[Tone, paint.Kind] = {"info": "accent", "ok": "ok", "warn": "warn", "error": "error", "price": "price"}


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
