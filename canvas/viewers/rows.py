"""Lines of the panel beside a picture: headings, the steps a result comes from, sums."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.kit.label import Label
from canvas.viewers.facts import Step


class Heading(QWidget):
    """A line across the panel and a title below it."""

    def __init__(self, desk: Desk, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._text = desk, text
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(100)), round(px(36)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        painter.fillRect(QRectF(0, theme.px(4), self.width(), 1), theme.colour("border.subtle"))
        room = QRectF(0, theme.px(12), self.width(), theme.px(18))
        paint.write(painter, room, self._text, theme.font("caption", "title"), theme.colour("text.primary"))


class StepRow(QWidget):
    """One step on the way to a result: its picture, what it was."""

    def __init__(self, desk: Desk, step: Step, *, first: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._step, self._first = desk, step, first
        self.setAccessibleName(f"{step.title}: {step.line}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(200)), round(px(49 if self._first else 63)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        px = theme.px
        left = 0.0
        if not self._first:
            painter.fillRect(QRectF(px(37), 0, 1, px(14)), theme.colour("border.strong"))
            painter.translate(0, px(14))
        if isinstance(self._step.poster, QImage):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(0, px(3), px(76), px(43)), self._step.poster, _middle(self._step.poster))
            left = px(84)
        bold, thin = theme.font("caption", "title"), theme.font("caption")
        paint.write(painter, QRectF(left, px(10), self.width() - left, px(14)), self._step.title, bold,
                    theme.colour("text.primary"))
        paint.write(painter, QRectF(left, px(25), self.width() - left, px(14)), self._step.line, thin,
                    theme.colour("text.secondary"))


def _middle(poster: QImage) -> QRectF:
    """The part of a picture that fills 16 to 9."""
    wide, high = poster.width(), poster.height()
    across, down = min(wide, high * 16 / 9), min(high, wide * 9 / 16)
    return QRectF((wide - across) / 2, (high - down) / 2, across, down)


class Sum(QWidget):
    """What, and how much, at the two ends of a line."""

    def __init__(self, desk: Desk, what: str, amount: str, *, bold: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(desk, what, colour="text.secondary"))
        row.addStretch(1)
        ink = "text.primary" if bold else "text.secondary"
        row.addWidget(Label(desk, amount, weight="title" if bold else "text", colour=ink))
