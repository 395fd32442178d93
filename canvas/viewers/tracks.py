"""The tracks of a viewer: seconds, a film strip or a wave for each side, in and out, and the place of now."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ajar.clips import Audio
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.viewers import clock as clocks
from canvas.viewers.bench import Shown
from canvas.viewers.deck import Deck
from canvas.viewers.wave import paint_wave

RULER, ROW, GAP, FOOT = 22, 44, 6, 22
LEFT, RIGHT = 124, 14
NEAR = 6


class Tracks(QWidget):
    """Press or drag to scrub; drag the lines of in and out."""

    sought = Signal(float)
    marked = Signal(str, float)
    """("in" or "out", seconds)"""

    def __init__(self, desk: Desk, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._deck = desk, deck
        self._drag: Literal["", "at", "in", "out"] = ""
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)
        deck.turned.connect(self.update)
        deck.glances.grew.connect(self.update)
        deck.changed.connect(self._tell)

    def sizeHint(self) -> QSize:
        rows = max(len(self._rows()), 1)
        return QSize(300, round(self._desk.theme.px(RULER + rows * (ROW + GAP) + FOOT)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def x_of(self, seconds: float) -> float:
        """Where a time lies across."""
        left, wide = self._span()
        return left + wide * seconds / max(self._deck.clock.length, 1e-6)

    def time_at(self, x: float) -> float:
        left, wide = self._span()
        return min(max((x - left) / max(wide, 1), 0.0), 1.0) * self._deck.clock.length

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._line_at(event.position()) or "at"
            self._moved(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag:
            self._moved(event.position())
        elif self._line_at(event.position()):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, px = QPainter(self), self._desk.theme.px
        painter.fillRect(self.rect(), self._desk.theme.colour("surface.panel"))
        self._paint_ruler(painter)
        top = px(RULER)
        for letter, shown in self._rows():
            self._paint_row(painter, QRectF(0, top, self.width(), px(ROW)), letter, shown)
            top += px(ROW + GAP)
        self._paint_part(painter, px(RULER - 2), top - px(GAP) + 2)
        self._paint_now(painter, top - px(GAP) + 2)

    def _rows(self) -> list[tuple[str, Shown]]:
        sides = self._deck.sides()
        lasting = [(side.upper(), one) for side, one in sides if one.kind in ("film", "sound")]
        return lasting if len(sides) > 1 else [("", one) for _, one in lasting]

    def _span(self) -> tuple[float, float]:
        px = self._desk.theme.px
        left = px(LEFT) if self.width() > px(480) else px(RIGHT)
        return left, self.width() - left - px(RIGHT)

    def _paint_ruler(self, painter: QPainter) -> None:
        theme, length = self._desk.theme, self._deck.clock.length
        left, wide = self._span()
        font, ink = theme.font("caption"), theme.colour("text.tertiary")
        step = ruler_step(length, wide / theme.px(140))
        digits = 1 if step < 10 else 0
        for index in range(int(length / step) + 1):
            x = self.x_of(index * step)
            painter.fillRect(QRectF(round(x), theme.px(4), 1, theme.px(12)), theme.colour("border.strong"))
            if x < left + wide - theme.px(30):
                text = f"{index * step:.{digits}f} s"
                paint.write(painter, QRectF(x + 4, theme.px(4), theme.px(80), theme.px(14)), text, font, ink)

    def _paint_row(self, painter: QPainter, row: QRectF, letter: str, shown: Shown) -> None:
        theme = self._desk.theme
        left, wide = self._span()
        value = shown.value
        rate = f"{value.rate / 1000:g} kHz" if isinstance(value, Audio) else f"{value.fps:g} fps"
        if left > theme.px(RIGHT):
            x = theme.px(14)
            if letter:
                paint.write(painter, QRectF(x, row.top(), 40, row.height()), letter, theme.font("body", "title"),
                            theme.colour("text.primary"))
                x += theme.px(18)
            paint.write(painter, QRectF(x, row.top(), left - x, row.height()), rate, theme.font(),
                        theme.colour("text.secondary"))
        part = wide * value.seconds / max(self._deck.clock.length, 1e-6)
        rect = QRectF(left, row.top(), part, row.height())
        paint.box(painter, rect, theme.px(4), theme.colour("board.mat"))
        if isinstance(value, Audio):
            peaks = self._deck.glances.peaks(value)
            if peaks is not None:
                paint_wave(painter, theme, rect, peaks, 0.0, value.seconds)
        else:
            self._paint_strip(painter, rect, shown)

    def _paint_strip(self, painter: QPainter, rect: QRectF, shown: Shown) -> None:
        """As many pictures as fit in their shape, each from its own time."""
        images = self._deck.glances.strip(shown)
        ready = [image for image in images if image is not None]
        if not ready:
            return
        painter.save()
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        wide = rect.height() * ready[0].width() / ready[0].height()
        count = max(round(rect.width() / wide), 1)
        wide = rect.width() / count
        for index in range(count):
            image = images[int((index + 0.5) / count * len(images))]
            if image is not None:
                painter.drawImage(QRectF(rect.left() + index * wide, rect.top(), wide + 1, rect.height()), image)
        painter.restore()

    def _paint_part(self, painter: QPainter, top: float, bottom: float) -> None:
        """What is outside of in and out lies in the shade."""
        theme, clock = self._desk.theme, self._deck.clock
        shade = QColor(theme.colour("surface.board"))
        shade.setAlpha(184)
        left, wide = self._span()
        ink, font = theme.colour("text.primary"), theme.font("caption")
        below = bottom + theme.px(3)
        if clock.start is not None:
            x = self.x_of(clock.start)
            painter.fillRect(QRectF(left, top, x - left, bottom - top), shade)
            painter.fillRect(QRectF(x - 1, top, 2, bottom - top), ink)
            paint.write(painter, QRectF(x + 4, below, theme.px(110), theme.px(14)), f"In {clock.start:.2f} s", font,
                        theme.colour("text.secondary"))
        if clock.end is not None:
            x = self.x_of(clock.end)
            painter.fillRect(QRectF(x, top, left + wide - x, bottom - top), shade)
            painter.fillRect(QRectF(x - 1, top, 2, bottom - top), ink)
            room = QRectF(x - theme.px(114), below, theme.px(110), theme.px(14))
            paint.write(painter, room, f"Out {clock.end:.2f} s", font, theme.colour("text.secondary"),
                        Qt.AlignmentFlag.AlignRight)

    def _paint_now(self, painter: QPainter, bottom: float) -> None:
        theme = self._desk.theme
        x, ink = self.x_of(self._deck.clock.at), theme.colour("accent.base")
        painter.fillRect(QRectF(x - 1, theme.px(4), 2, bottom - theme.px(4)), ink)
        head = QRectF(x - theme.px(7), 0, theme.px(14), theme.px(12))
        paint.box(painter, head, theme.px(4), ink)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("border.focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _line_at(self, at: QPointF) -> Literal["", "in", "out"]:
        clock = self._deck.clock
        if at.y() < self._desk.theme.px(RULER):
            return ""
        if clock.start is not None and abs(at.x() - self.x_of(clock.start)) <= NEAR:
            return "in"
        return "out" if clock.end is not None and abs(at.x() - self.x_of(clock.end)) <= NEAR else ""

    def _moved(self, at: QPointF) -> None:
        seconds = self.time_at(at.x())
        if self._drag == "at":
            self.sought.emit(seconds)
        elif self._drag:
            self.marked.emit(self._drag, seconds)

    def _tell(self) -> None:
        clock = self._deck.clock
        parts = [f"{clock.at:.2f} of {clock.length:.2f} seconds"]
        parts += [f"in {clock.start:.2f}"] if clock.start is not None else []
        parts += [f"out {clock.end:.2f}"] if clock.end is not None else []
        self.setAccessibleDescription(words.facts(*parts))
        self.updateGeometry()
        self.update()


def ruler_step(length: float, most: float) -> float:
    """Round seconds between two marks, so that no more than ``most`` marks stand on a length."""
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800):
        if length / step <= max(most, 1):
            return step
    return 3600.0


def frame_text(deck: Deck) -> str:
    """``frame 60 of 121``, of the first film."""
    film = next((shown for _, shown in deck.sides() if shown.kind == "film"), None)
    if film is None:
        return ""
    return f"frame {deck.number(film) + 1} of {clocks.frame_count(film.value.seconds, film.value.fps)}"
