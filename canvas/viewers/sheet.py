"""The contact sheet: all takes at once with labels and rating, zoomed and panned together."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.viewers import state
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.deck import Deck
from canvas.viewers.facts import told
from canvas.viewers.picture import Picture
from canvas.viewers.state import Box

PAD, GAP, FOOT = 20, 12, 44
WIDTHS = (140, 180, 240, 320, 420, 560)
"""Widths of a cell that the bar and Ctrl+wheel step through."""


def columns_of(room: float, cell: float, gap: float) -> int:
    return max(int((room + gap) // (cell + gap)), 1)


class Sheet(QAbstractScrollArea):
    """Arrows walk, 1 to 5 rate, Enter looks at one, Ctrl+Enter puts it against A."""

    opened = Signal(object, bool)
    """(what was chosen, whether it goes to side B)"""

    def __init__(self, desk: Desk, bench: Bench, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench, self._deck = desk, bench, deck
        self.at = 0
        """The cell that has the keyboard."""
        self._size = 2
        self._drag: QPointF | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Contact sheet")
        self.viewport().setMouseTracking(True)
        desk.themed.connect(self.refresh)
        for signal in (bench.changed, bench.ready, bench.loaded):
            signal.connect(self.refresh)
        deck.turned.connect(self.viewport().update)
        deck.glances.grew.connect(self.viewport().update)
        self.refresh()

    @property
    def cells(self) -> list[Shown]:
        return self._bench.sheet()

    def refresh(self) -> None:
        cells = self.cells
        self.at = min(self.at, max(len(cells) - 1, 0))
        if cells and self._bench.view.mode == "sheet":
            one = cells[self.at]
            place = f"{self.at + 1} of {len(cells)}"
            rating = words.count(one.facts.rating, "star") if one.facts.rating else "not rated"
            self.setAccessibleDescription(f"{place}: {told(replace(one.facts, rating=0), title=one.title)}, {rating}")
        self._fit()
        self.viewport().update()

    def rect_of(self, index: int) -> QRectF:
        """Where a cell is in the view, with its words below."""
        wide, high, count = self._grid()
        px = self._desk.theme.px
        row, column = divmod(index, count)
        return QRectF(px(PAD) + column * (wide + px(GAP)),
                      px(PAD) + row * (high + px(GAP)) - self.verticalScrollBar().value(), wide, high)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = self._grid()[2]
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -count, Qt.Key.Key_Down: count}
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in steps:
            self.go(self.at + steps[key])
        elif plain and event.text() in tuple("012345") and self.cells:
            self._rate(self.at, int(event.text()))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cells:
            self.opened.emit(self.cells[self.at], bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif plain and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(0 if key == Qt.Key.Key_Home else len(self.cells) - 1)
        else:
            event.ignore()

    def go(self, index: int) -> None:
        """Walk to a cell, and bring it into view."""
        if not 0 <= index < len(self.cells):
            return
        self.at = index
        rect = self.rect_of(index)
        bar, pad = self.verticalScrollBar(), self._desk.theme.px(PAD)
        if rect.top() < pad:
            bar.setValue(round(bar.value() + rect.top() - pad))
        elif rect.bottom() > self.viewport().height() - pad:
            bar.setValue(round(bar.value() + rect.bottom() - self.viewport().height() + pad))
        self.refresh()

    def zoom_by(self, factor: float) -> None:
        """All pictures nearer or farther, in the same way."""
        first = self._picture(self.cells[0]) if self.cells else None
        if first is not None:
            room = Box(0, 0, *self._grid()[:1], self._grid()[1] - self._desk.theme.px(FOOT))
            look = state.zoomed(self._bench.view.tiles, first.size, room, room.middle, factor)
            self._bench.look(lambda view: replace(view, tiles=look))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index(event.position())
        if index is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.go(index)
        stars = self._stars(index)
        if stars.adjusted(-4, -6, 4, 6).contains(event.position()):
            self._rate(index, min(max(int((event.position().x() - stars.left()) / stars.width() * 5) + 1, 1), 5))
        else:
            self._drag = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None or not self._bench.view.tiles.zoom or not self.cells:
            return
        away, self._drag = event.position() - self._drag, event.position()
        picture = self._picture(self.cells[self.at])
        if picture is not None:
            look = state.panned(self._bench.view.tiles, picture.size, Box(0, 0, 1, 1), away.x(), away.y())
            self._bench.look(lambda view: replace(view, tiles=look))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._index(event.position())
        if index is not None:
            self.opened.emit(self.cells[index], bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._size = min(max(self._size + (1 if steps > 0 else -1), 0), len(WIDTHS) - 1)
            self.refresh()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.zoom_by(1.25 ** (event.angleDelta().x() / 120 or steps / 120))
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            index = self._index(QPointF(self.viewport().mapFromGlobal(self.cursor().pos())))
            self.viewport().setToolTip("" if index is None else words.tip(told(self.cells[index].facts)))
        return super().viewportEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(600, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self.viewport()), self._desk.theme
        painter.fillRect(self.viewport().rect(), theme.colour("surface.board"))
        seen = QRectF(self.viewport().rect())
        for index, shown in enumerate(self.cells):
            rect = self.rect_of(index)
            if rect.intersects(seen):
                self._paint(painter, index, shown, rect)
        if not self.cells:
            painter.setFont(theme.font())
            painter.setPen(theme.colour("text.secondary"))
            text = "Nothing on the sheet yet. Send results to buffers 1 to 9, or make takes"
            painter.drawText(seen, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint(self, painter: QPainter, index: int, shown: Shown, rect: QRectF) -> None:
        theme, view, facts = self._desk.theme, self._bench.view, shown.facts
        px = theme.px
        place = QRectF(rect.left(), rect.top(), rect.width(), rect.height() - px(FOOT))
        paint.box(painter, place, px(6), theme.colour("board.mat"))
        picture, strip = self._picture(shown), self._deck.glances.still(shown, self._deck.clock.at)
        painter.save()
        painter.setClipRect(place)
        room = Box(place.x(), place.y(), place.width(), place.height())
        if picture is not None:
            box = state.place(view.tiles, picture.size, room) if view.tiles.zoom else state.inside(room, picture.size)
            picture.paint(painter, box, room, self.devicePixelRatioF())
        elif strip is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(*state.inside(room, (strip.width(), strip.height()))), strip)
        else:
            text = shown.title if shown.kind not in ("picture", "film") else "Loading"
            paint.write(painter, place, text, theme.font(), theme.colour("text.tertiary"),
                        Qt.AlignmentFlag.AlignHCenter)
        painter.restore()
        if index == self.at:
            colour = "border.focus" if self.hasFocus() else "accent.base"
            paint.box(painter, place.adjusted(-3, -3, 3, 3), px(8), None, theme.colour(colour), px(2))
        letter = "A" if shown is self._bench.side("a") else "B" if shown is self._bench.side("b") else ""
        if letter:
            paint.paint_tag(painter, theme, place.topLeft() + QPointF(px(5), px(5)), letter)
        self._paint_words(painter, shown, QRectF(rect.left(), place.bottom(), rect.width(), px(FOOT)), index)
        if facts.which == "pick":
            paint.paint_tag(painter, theme, place.topRight() + QPointF(-px(5), px(5)), "Picked", "pick", right=True)

    def _paint_words(self, painter: QPainter, shown: Shown, rect: QRectF, index: int) -> None:
        theme, facts = self._desk.theme, shown.facts
        px = theme.px
        if not self._bench.view.names:
            name, first, second = f"{index + 1}", "", ""
        else:
            name = words.facts(facts.name or shown.title, facts.which)
            first, second = facts.price, facts.time
        line = QRectF(rect.left(), rect.top() + px(6), rect.width(), px(16))
        paint.write(painter, line, name, theme.font("body", "label"), theme.colour("text.primary"))
        line.translate(0, px(18))
        stars = self._stars(index)
        room = QRectF(line.left(), line.top(), stars.left() - line.left() - px(6), line.height())
        gold = facts.paid and first
        bold = theme.font("body", "title" if gold else "text")
        paint.write(painter, room, first, bold, theme.colour("semantic.money" if gold else "text.secondary"))
        room.setLeft(room.left() + (paint.width_of(first, bold) + px(8) if first else 0))
        paint.write(painter, room, second, theme.font(), theme.colour("text.tertiary"))
        paint.paint_stars(painter, stars.topLeft(), facts.rating, px(13), theme.colour("text.primary"))

    def _stars(self, index: int) -> QRectF:
        px, rect = self._desk.theme.px, self.rect_of(index)
        return QRectF(rect.right() - px(70), rect.bottom() - px(FOOT) + px(25), px(69), px(14))

    def _picture(self, shown: Shown) -> Picture | None:
        return self._bench.picture(shown)

    def _grid(self) -> tuple[float, float, int]:
        """(width of a cell, its height with the words, how many stand side by side)."""
        px = self._desk.theme.px
        room = self.viewport().width() - px(2 * PAD)
        count = columns_of(room, WIDTHS[self._size], px(GAP))
        wide = max((room - px(GAP) * (count - 1)) / count, 60.0)
        return wide, round(wide * 9 / 16) + px(FOOT), count

    def _fit(self) -> None:
        _, high, count = self._grid()
        px = self._desk.theme.px
        rows = -(-len(self.cells) // count)
        whole = rows * (high + px(GAP)) - px(GAP) + px(2 * PAD)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(round(whole) - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(px(40)))

    def _index(self, at: QPointF) -> int | None:
        return next((index for index in range(len(self.cells)) if self.rect_of(index).contains(at)), None)

    def _rate(self, index: int, stars: int) -> None:
        self._bench.rate(self.cells[index], stars)
