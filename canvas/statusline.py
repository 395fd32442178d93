"""The line at the foot of the window: the machine, where work went, what is wrong, and what was just said."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStatusBar, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words

SHOWN_MS = 12_000
"""How long what was said stays; what is wrong stays in Problems as well."""


class StatusLine(QWidget):
    """Facts at the left, the selection and the saving at the right; messages take the place of the facts."""

    problems_wanted = Signal()

    def __init__(self, desk: Desk, machine: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._machine = machine
        self._hosts = ""
        self._problems, self._wrong = 0, False
        self._message = ""
        self._saved = ""
        self._chip = QRectF()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(lambda: self.say("", ""))
        desk.said.connect(self.say)
        desk.themed.connect(self._wear)
        self._wear()

    @property
    def message(self) -> str:
        return self._message

    def say(self, message: str, hint: str = "") -> None:
        """Show a sentence for a while."""
        self._message = f"{message} {hint}".strip()
        self.setAccessibleDescription(self._message)
        self._timer.start()
        self.update()

    def tell(self, *, hosts: str | None = None, problems: int | None = None, wrong: bool | None = None,
             saved: str | None = None) -> None:
        """Facts that changed. ``wrong``: some of the problems are more than warnings."""
        self._hosts = self._hosts if hosts is None else hosts
        self._problems = self._problems if problems is None else problems
        self._wrong = self._wrong if wrong is None else wrong
        self._saved = self._saved if saved is None else saved
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        paint.panel(painter, self.rect(), theme, "top")
        right = self._right(painter, self.width() - theme.px(12))
        left = theme.px(12)
        if self._message:
            self._part(painter, left, "eye", self._message, right - left - 20, "text.primary")
            return
        left = self._part(painter, left, "model", self._machine, right - left)
        if self._hosts:
            left = self._part(painter, left, "shield", self._hosts, right - left)
        self._chip = QRectF()
        if self._problems:
            text = words.count(self._problems, "problem" if self._wrong else "warning")
            icon, ink = ("error", "semantic.error") if self._wrong else ("warn", "semantic.warn")
            end = self._part(painter, left, icon, text, right - left, ink)
            self._chip = QRectF(left, 0, end - left, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._chip.contains(event.position()) and not self._message:
            self.problems_wanted.emit()

    def _right(self, painter: QPainter, right: float) -> float:
        """Paints from the right end; gives how far it came."""
        document = self._desk.front
        parts = [("save" if not self._saved.startswith("Saved") else "cached", self._saved)] if self._saved else []
        if document is not None:
            chosen = len(document.selected_nodes)
            text = words.count(len(document.shown.nodes), "node") + (f", {chosen} selected" if chosen else "")
            parts.append(("", text))
        for icon, text in parts:
            wide = paint.width_of(text, self._font()) + (self._desk.theme.px(18) if icon else 0)
            right -= wide
            self._part(painter, right, icon, text, wide + 2)
            right -= self._desk.theme.px(14)
        return right

    def _part(self, painter: QPainter, left: float, icon: str, text: str, room: float,
              ink: str = "text.secondary") -> float:
        theme = self._desk.theme
        if icon:
            paint.icon(painter, theme, icon, QPointF(left, (self.height() - theme.px(13)) / 2), 13, ink)
            left += theme.px(18)
            room -= theme.px(18)
        shown = paint.elided(text, self._font(), max(0, room))
        wide = paint.width_of(shown, self._font())
        area = QRectF(left, 0, wide + 2, self.height())
        paint.write(painter, area, shown, self._font(), theme.colour(ink), Qt.AlignmentFlag.AlignLeft)
        return left + wide + theme.px(14)

    def _font(self) -> QFont:
        return self._desk.theme.font("caption")

    def _wear(self) -> None:
        self.setFixedHeight(self._desk.theme.size("size.status_bar"))
        self.update()


class Foot(QStatusBar):
    """A status bar that is its line and nothing else: Qt's own layout would push it down by some pixels."""

    def __init__(self, line: StatusLine, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._line = line
        line.setParent(self)
        line.show()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._line.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._line.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._line.setGeometry(self.rect())
