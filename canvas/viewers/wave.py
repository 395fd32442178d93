"""Sound as it looks: the loudest and lowest of each stretch, zoomable, with the place of now."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from ajar.clips import Audio
from canvas.desk import Desk
from canvas.kit import paint
from canvas.theme import Theme
from canvas.viewers import clock as clocks
from canvas.viewers.deck import Deck
from canvas.viewers.facts import of_value
from canvas.viewers.peaks import Peaks


def paint_wave(painter: QPainter, theme: Theme, rect: QRectF, peaks: Peaks, start: float, end: float) -> None:
    """One wave for each channel, below one another."""
    channels = min(peaks.audio.array.shape[0], 8)
    columns = max(round(rect.width()), 1)
    painter.save()
    painter.setClipRect(rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("wire.audio"))
    painter.setBrush(theme.colour("wire.audio"))
    high = rect.height() / channels
    for channel in range(channels):
        low, top = peaks.between(channel, start, end, columns)
        middle = rect.top() + high * (channel + 0.5)
        scale = high / 2 * 0.92
        upper = [QPointF(rect.left() + x, middle - float(value) * scale) for x, value in enumerate(top)]
        lower = [QPointF(rect.left() + x, middle - float(value) * scale + 0.5) for x, value in enumerate(low)]
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
    painter.restore()


class Wave(QWidget):
    """A sound at the size of the view. The wheel zooms in time, a press moves the place of now."""

    def __init__(self, desk: Desk, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._deck = desk, deck
        self._audio: Audio | None = None
        self._title = ""
        self.part = (0.0, 1.0)
        """The seconds that are seen."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Sound")
        desk.themed.connect(self.update)
        deck.turned.connect(self._follow)
        deck.glances.grew.connect(self.update)

    def show_sound(self, audio: Audio, title: str) -> None:
        if audio is not self._audio:
            self._audio, self._title = audio, title
            self.part = (0.0, max(audio.seconds, 1e-3))
            facts = of_value(audio)
            self.setAccessibleDescription(f"{title}, {facts.size}, {facts.rate}, {facts.sound}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 200)

    def zoom_by(self, factor: float, x: float | None = None) -> None:
        """Nearer or farther in time; what is at ``x`` stays there."""
        if self._audio is None:
            return
        start, end = self.part
        spot = self.time_at(self.width() / 2 if x is None else x)
        wide = min(max((end - start) / factor, 0.002), self._audio.seconds)
        first = spot - (spot - start) / (end - start) * wide
        first = min(max(first, 0.0), self._audio.seconds - wide)
        self.part = first, first + wide
        self.update()

    def time_at(self, x: float) -> float:
        start, end = self.part
        return start + x / max(self.width(), 1) * (end - start)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(1.25 ** (event.angleDelta().y() / 120), event.position().x())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._seek(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._seek(event)

    def _seek(self, event: QMouseEvent) -> None:
        self._deck.set(clocks.sought(self._deck.clock, self.time_at(event.position().x())))

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        painter.fillRect(self.rect(), theme.colour("board.mat"))
        if self._audio is None:
            return
        pad = theme.px(40)
        rect = QRectF(self.rect()).adjusted(0, pad, 0, -pad)
        peaks = self._deck.glances.peaks(self._audio)
        if peaks is not None:
            paint_wave(painter, theme, rect, peaks, *self.part)
        start, end = self.part
        x = (self._deck.clock.at - start) / (end - start) * self.width()
        painter.fillRect(QRectF(x - 1, 0, 2, self.height()), theme.colour("accent.base"))
        facts = of_value(self._audio)
        text = " · ".join(part for part in (self._title, facts.size, facts.rate, facts.sound) if part)
        paint.write(painter, QRectF(theme.px(14), theme.px(8), self.width() - theme.px(28), theme.px(24)), text,
                    theme.font("section", "title"), theme.colour("text.primary"))
        below = f"{start:.2f} to {end:.2f} s"
        trouble = self._deck.player.trouble
        low = QRectF(theme.px(14), self.height() - theme.px(30), self.width() - theme.px(28), theme.px(20))
        paint.write(painter, low, f"{below}   {trouble}", theme.font(), theme.colour("text.secondary"))
        if self.hasFocus():
            paint.ring(painter, theme, QRectF(self.rect()).adjusted(1, 1, -1, -1), 2)

    def _follow(self) -> None:
        """While it plays, the part that is seen goes with it."""
        start, end = self.part
        at = self._deck.clock.at
        if self._audio is not None and self._deck.clock.runs and not start <= at <= end:
            wide = end - start
            first = min(max(at, 0.0), max(self._audio.seconds - wide, 0.0))
            self.part = first, first + wide
        if self.isVisible():
            self.update()
