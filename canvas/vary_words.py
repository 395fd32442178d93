"""Asks for other words for a take: one ending a line, or {red|blue} anywhere; says how many takes that makes."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.over import Over
from workflows.take import Take
from workflows.varying import worded

SIZE = (420, 250)
HOW = "One ending a line. {red|blue} makes one take with each. The seed stays."


class VaryWords(Over):
    """Ctrl+Enter makes them where they are free, Esc leaves no trace."""

    wanted = Signal(object, str)
    """(take, what was typed)."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk, window)
        self._window = window
        self._take: Take | None = None
        self._free = True
        self.title = Label(desk, "", "body", "title", parent=self)
        self.prompt = Label(desk, "", "caption", colour="text.tertiary", parent=self)
        self.text = QPlainTextEdit(self)
        self.text.setPlaceholderText("in thick fog\nat night, rain\nfrom above")
        self.text.setAccessibleName("Other words")
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        self.how = Label(desk, HOW, "caption", colour="text.tertiary", wrap=True, parent=self)
        self.cancel = PriceButton(desk, "Cancel", manner="ghost", small=True, parent=self)
        self.make = PriceButton(desk, "", manner="primary", small=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        for widget in (self.title, self.prompt, self.text, self.how):
            column.addWidget(widget)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.make)
        column.addLayout(foot)
        self.text.textChanged.connect(self._count)
        self.cancel.clicked.connect(self.hide)
        self.make.clicked.connect(self._make)
        self.hide()

    def open(self, take: Take, *, free: bool) -> None:
        """Ask for other words for this take; ``free`` where making it costs nothing."""
        self._take, self._free = take, free
        self.title.say(f"Take {take.number} in other words")
        self.setAccessibleName(self.title.full)
        self.prompt.say(take.prompt)
        self.text.clear()
        self._count()
        px = self.desk.theme.px
        size = QSize(round(px(SIZE[0])), round(px(SIZE[1]))).boundedTo(self._window.size() - QSize(24, 24))
        middle = QPoint((self._window.width() - size.width()) // 2, (self._window.height() - size.height()) // 2)
        self.setGeometry(QRect(middle, size))
        self.show()
        self.raise_()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
            if ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._make()
                return True
        return super().eventFilter(watched, event)

    def _count(self) -> None:
        count = len(worded(self._take.prompt, self.text.toPlainText())) if self._take is not None else 0
        self.make.say(f"Make {words.count(count, 'take')}{'' if self._free else '…'}")
        self.make.set_price(words.FREE if self._free else "")
        self.make.setEnabled(count > 0)

    def _make(self) -> None:
        if self._take is not None and self.make.isEnabled():
            self.hide()
            self.wanted.emit(self._take, self.text.toPlainText())
