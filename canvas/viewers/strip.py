"""The nine buffers at the left edge of a viewer."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.menu import Menu
from canvas.viewers.bench import LIVE, Bench, Shown
from canvas.viewers.deck import Deck
from canvas.viewers.facts import told
from canvas.viewers.picture import poster
from canvas.viewers.state import BUFFERS

SIDE, STEP, TOP = 40, 66, 12
ICONS = {"film": "video", "sound": "audio", "body": "mesh", "words": "prompt", "picture": "image"}


class Strip(QWidget):
    """Small pictures of the buffers, the sides they are on, and empty places."""

    chosen = Signal(int)
    against = Signal(int)
    """The buffer was asked for on side B (Ctrl+click)."""

    def __init__(self, desk: Desk, bench: Bench, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench, self._deck = desk, bench, deck
        self._posters: dict[int, tuple[Shown, QImage]] = {}
        self.setAccessibleName("Buffers")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        desk.themed.connect(self._again)
        deck.glances.grew.connect(self.update)
        for signal in (bench.changed, bench.ready, bench.loaded):
            signal.connect(self._again)
        self._again()

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(56)), 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 60)

    def rect_of(self, buffer: int) -> QRectF:
        """Where the small picture of a buffer is. In a low window the row is drawn closer."""
        px = self._desk.theme.px
        shown = self._shown()
        side = px(SIDE)
        step = min(px(STEP), max((self.height() - px(TOP)) / max(len(shown), 1), px(24)))
        side = min(side, step - px(4) if step < px(STEP) else side)
        row = shown.index(buffer)
        return QRectF((self.width() - side) / 2, px(TOP) + row * step, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        buffer = self._at(event.position())
        if buffer is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.against.emit(buffer)
        elif buffer in self._bench.buffers:
            self.chosen.emit(buffer)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        buffer = self._at(QPointF(event.pos()))
        if buffer is None or buffer not in self._bench.buffers:
            return
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Show as A\t{buffer}", lambda: self.chosen.emit(buffer))
        menu.addAction(f"Put on side B\tCtrl+{buffer}", lambda: self.against.emit(buffer))
        menu.addSeparator()
        menu.addAction("Empty this buffer", lambda: self._bench.clear(buffer))
        menu.popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            buffer = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if buffer is None else words.tip(self._tip(buffer)), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        theme = self._desk.theme
        paint.panel(painter, self.rect(), theme, "right")
        for buffer in self._shown():
            self._paint(painter, buffer, self.rect_of(buffer))

    def _shown(self) -> list[int]:
        """The nine, and above them what was looked at last while it is in view."""
        live = [LIVE] if LIVE in (self._bench.view.a, self._bench.view.b) and LIVE in self._bench.buffers else []
        return [*live, *BUFFERS]

    def _paint(self, painter: QPainter, buffer: int, rect: QRectF) -> None:
        theme, view = self._desk.theme, self._bench.view
        radius = theme.px(6)
        shown = self._bench.buffers.get(buffer)
        letter = "A" if buffer == view.a and shown else "B" if buffer == view.b and shown else ""
        if shown is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("border.default"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        else:
            self._paint_poster(painter, buffer, shown, rect, radius)
        if letter:
            paint.box(painter, rect.adjusted(-2, -2, 2, 2), radius + 2, None, theme.colour("accent.base"), theme.px(2))
        name = "Now" if buffer == LIVE else str(buffer)
        font = theme.font("caption", "title" if letter else "text")
        ink = "text.primary" if letter else "text.secondary" if shown else "text.tertiary"
        below = QRectF(0, rect.bottom() + theme.px(4), self.width() - 1, theme.px(14))
        if self.rect().contains(below.toRect()) and self._loose():
            text = f"{name} · {letter}" if letter else name
            paint.write(painter, below, text, font, theme.colour(ink), Qt.AlignmentFlag.AlignHCenter)
        elif shown is None:
            paint.write(painter, rect, name, font, theme.colour(ink), Qt.AlignmentFlag.AlignHCenter)
        else:
            paint.paint_tag(painter, theme, rect.topLeft() + QPointF(1, 1), f"{name}{letter}")

    def _loose(self) -> bool:
        """Whether there is room for the names below the pictures."""
        first, second = self.rect_of(1), self.rect_of(2)
        return second.top() - first.bottom() >= self._desk.theme.px(18)

    def _paint_poster(self, painter: QPainter, buffer: int, shown: Shown, rect: QRectF, radius: float) -> None:
        theme = self._desk.theme
        image = self._poster(buffer, shown)
        if image is None:
            paint.box(painter, rect, radius, theme.colour("board.mat"))
            side = theme.px(16)
            at = rect.center() - QPointF(side / 2, side / 2)
            paint.icon(painter, theme, ICONS.get(shown.kind, "clock"), at, 16, "text.secondary")
            return
        path = QPainterPath()
        path.addRoundedRect(rect, radius, radius)
        painter.save()
        painter.setClipPath(path)
        painter.drawImage(rect, image)
        painter.restore()

    def _poster(self, buffer: int, shown: Shown) -> QImage | None:
        known = self._posters.get(buffer)
        if known is not None and known[0] is shown:
            return known[1]
        if shown.kind == "film":
            return self._film(shown)
        picture = self._bench.picture(shown)
        if picture is None:
            return None
        side = round(self._desk.theme.px(SIDE) * self.devicePixelRatioF())
        image = poster(picture, side, side)
        self._posters[buffer] = shown, image
        return image

    def _film(self, shown: Shown) -> QImage | None:
        """The middle of a film that has been read."""
        image = self._deck.glances.still(shown, self._deck.clock.at)
        if image is None:
            return None
        side = min(image.width(), image.height())
        return image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)

    def _tip(self, buffer: int) -> str:
        shown = self._bench.buffers.get(buffer)
        if shown is None:
            return f"Buffer {buffer} is empty. Select a node on the board and press {buffer}"
        return f"{told(shown.facts, title=shown.title) or shown.title}"

    def _at(self, at: QPointF) -> int | None:
        for buffer in self._shown():
            if self.rect_of(buffer).adjusted(-8, 0, 8, self._desk.theme.px(18)).contains(at):
                return buffer
        return None

    def _again(self) -> None:
        view = self._bench.view
        full = [f"{buffer}: {shown.facts.name or shown.title}" for buffer, shown in sorted(self._bench.buffers.items())]
        self.setAccessibleDescription(f"A is {view.a}, B is {view.b}. {'; '.join(full) or 'All empty'}")
        self.updateGeometry()
        self.update()
