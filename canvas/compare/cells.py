"""The cells of a sheet: painted in one grid, zoomed and panned together, rated where they stand."""

import statistics

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from canvas.compare import cell_paint, state
from canvas.compare.model import SheetModel
from canvas.compare.state import FOOT, Geometry, Looks
from canvas.desk import Desk
from canvas.kit import words
from canvas.viewers.deck import Deck
from canvas.viewers.facts import told
from canvas.viewers.picture import Picture
from canvas.viewers.state import Box

STARS, STAR = 70, 13


class Cells(QAbstractScrollArea):
    """Arrows walk, 1 to 5 rate, 0 takes the stars away, Enter looks closer, B puts a cell against the chosen one."""

    chosen = Signal(int)
    opened = Signal(int)
    against = Signal(int)
    menu_wanted = Signal(QPoint)
    """What can be done with the chosen cell, at a place on the screen."""

    def __init__(self, desk: Desk, model: SheetModel, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._model, self._deck = desk, model, deck
        self.at = 0
        """The cell that has the keyboard: A of a wipe."""
        self.other = 1
        """B of a wipe."""
        self.looks = Looks()
        self._drag: tuple[int, QPointF] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Compare sheet")
        self.viewport().setMouseTracking(True)
        self._clock = QTimer(self, interval=100)
        self._clock.timeout.connect(self._beat)
        desk.themed.connect(self.refresh)
        model.changed.connect(self.refresh)
        model.moved.connect(self._moved)
        deck.turned.connect(self.viewport().update)
        self.refresh()

    @property
    def count(self) -> int:
        known = self._model.known
        return len(known.sheet.cells) if known is not None else 0

    @property
    def grid(self) -> Geometry:
        """Where the cells are, before scrolling."""
        known, px = self._model.known, self._desk.theme.px(1)
        if known is None:
            return state.geometry(0, 0, (1, 1), 16 / 9, px)
        named = not known.blind
        least = max((cell_paint.head_height(self._desk.theme, self._model, row)
                     for row in range(len(known.sheet.rows))), default=0.0) if named else 0.0
        room = (float(self.viewport().width()), float(self.viewport().height()))
        return state.geometry(len(known.sheet.rows), len(known.sheet.columns), room, self._shape(), px, named=named,
                              least=least)

    def box(self, place: int) -> QRectF:
        """Where a picture is in the view."""
        x, y, wide, high = self.grid.box(place)
        return QRectF(x - self.horizontalScrollBar().value(), y - self.verticalScrollBar().value(), wide, high)

    def stars(self, place: int) -> QRectF:
        """Where the stars of a cell are."""
        box, px = self.box(place), self._desk.theme.px
        return QRectF(box.right() - px(STARS), box.bottom() + px(8), px(STARS), px(STAR + 2))

    def picture(self, place: int) -> Picture | None:
        shown = self._model.shown
        return self._deck.frame(shown[place]) if place < len(shown) and shown[place].value is not None else None

    def refresh(self) -> None:
        self.at = min(self.at, max(self.count - 1, 0))
        self.other = min(self.other, max(self.count - 1, 0))
        self._fit()
        self._tell()
        self._moved()
        self.viewport().update()

    def go(self, place: int) -> None:
        """Choose a cell, and bring it into view."""
        if not 0 <= place < self.count:
            return
        if place != self.at:
            self.other, self.at = self.at, place
        box, grid = self.box(place), self.grid
        bar = self.verticalScrollBar()
        low = self.viewport().height() - grid.foot
        if box.top() < grid.top or box.bottom() > low:
            bar.setValue(round(bar.value() + (box.top() - grid.top if box.top() < grid.top else box.bottom() - low)))
        self._tell()
        self.viewport().update()
        self.chosen.emit(place)

    def put_against(self, place: int) -> None:
        """B of a wipe is this cell."""
        if 0 <= place < self.count and place != self.at:
            self.other = place
            self.viewport().update()
            self.against.emit(place)

    def zoom_by(self, factor: float, place: int | None = None, at: QPointF | None = None) -> None:
        place = self.at if place is None else place
        picture = self.picture(place)
        if picture is None:
            return
        box = self.box(place)
        room = Box(box.x(), box.y(), box.width(), box.height())
        spot = (at.x(), at.y()) if at is not None else room.middle
        self.looks = state.nearer(self.looks, place, picture.size, room, spot, factor)
        self.viewport().update()

    def fit(self) -> None:
        """All pictures whole again."""
        self.looks = Looks(locked=self.looks.locked)
        self.viewport().update()

    def lock(self, on: bool) -> None:
        self.looks = state.locked(self.looks, on, self.at)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, wide = Qt.Key(event.key()), max(self.grid.columns, 1)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -wide, Qt.Key.Key_Down: wide}
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in steps:
            self.go(self.at + steps[key])
        elif plain and event.text() in tuple("012345"):
            self._model.rate(self.at, int(event.text()))
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.at)
        elif plain and event.text() in ("+", "="):
            self.zoom_by(1.25)
        elif plain and event.text() == "-":
            self.zoom_by(0.8)
        elif plain and event.text() == "f":
            self.fit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self.put_against(place)
            return
        self.go(place)
        stars = self.stars(place)
        if stars.adjusted(-6, -6, 4, 6).contains(event.position()):
            part = (event.position().x() - stars.left()) / stars.width() * 5
            self._model.rate(place, min(max(int(part) + 1, 1), 5))
        elif self.box(place).contains(event.position()):
            self._drag = place, event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        place, before = self._drag
        picture, box = self.picture(place), self.box(place)
        if picture is not None and self.looks.of(place).zoom:
            room = Box(box.x(), box.y(), box.width(), box.height())
            away = event.position() - before
            self.looks = state.moved(self.looks, place, picture.size, room, away.x(), away.y())
            self._drag = place, event.position()
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.at if by_key else self._place(QPointF(event.pos()))
        if place is not None and self.count:
            self.go(place)
            self.menu_wanted.emit(
                self.viewport().mapToGlobal(self.box(place).center().toPoint()) if by_key else event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if place is not None and not self.stars(place).adjusted(-6, -6, 4, 6).contains(event.position()):
            self.opened.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        place, steps = self._place(event.position()), event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and place is not None and steps:
            self.zoom_by(1.25**steps, place, event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            place = self._place(QPointF(self.viewport().mapFromGlobal(self.cursor().pos())))
            self.viewport().setToolTip(words.tip(self.told(place)) if place is not None else "")
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(900, 600)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self.viewport()), self._desk.theme
        painter.fillRect(self.viewport().rect(), theme.colour("surface.board"))
        if self._model.known is None:
            return
        seen = QRectF(self.viewport().rect())
        for place in range(self.count):
            box = self.box(place)
            if box.adjusted(0, 0, 0, theme.px(FOOT)).intersects(seen):
                cell_paint.paint_cell(painter, theme, self, self._model, place, box)
        cell_paint.paint_rows(painter, theme, self, self._model)
        cell_paint.paint_columns(painter, theme, self, self._model)

    def told(self, place: int) -> str:
        """A cell in words, for those who can't see it."""
        cell, shown = self._model.cell_at(place), self._model.shown
        if cell is None or place >= len(shown):
            return ""
        one = self._model.outcome(cell)
        rating = self._model.rating(cell)
        stars = words.count(rating, "star") if rating else "not rated" if one.value is not None else ""
        state_ = one.words or ("" if one.value is not None else cell_paint.word_of(self._model, cell))
        verdict = self._model.verdict(cell) if not self._model.blind else None
        terms = verdict.sentence.rstrip(".") if verdict is not None else ""
        parts = (told(shown[place].facts, title=shown[place].title), terms, state_, stars)
        return ", ".join(part for part in parts if part)

    def _tell(self) -> None:
        if self.count:
            self.setAccessibleDescription(f"{self.at + 1} of {self.count}: {self.told(self.at)}")

    def _shape(self) -> float:
        """The shape of most pictures."""
        found = []
        for shown in self._model.shown:
            if shown.kind == "film":
                found.append(shown.value.size.width / shown.value.size.height)
            elif shown.kind == "picture":
                size = shown.value.size
                found.append(size.width / size.height if not callable(size) else 1.0)
        return statistics.median(found) if found else 16 / 9

    def _place(self, at: QPointF) -> int | None:
        place = self.grid.at(at.x() + self.horizontalScrollBar().value(), at.y() + self.verticalScrollBar().value())
        return place if place is not None and place < self.count and at.y() > self.grid.top * 0.6 else None

    def _fit(self) -> None:
        wide, high = self.grid.size
        for bar, whole, room in ((self.horizontalScrollBar(), wide, self.viewport().width()),
                                 (self.verticalScrollBar(), high, self.viewport().height())):
            bar.setRange(0, max(round(whole) - room, 0))
            bar.setPageStep(room)
            bar.setSingleStep(round(self._desk.theme.px(40)))

    def _moved(self) -> None:
        if self._model.running and not self._clock.isActive():
            self._clock.start()
        self.viewport().update()

    def _beat(self) -> None:
        """While something runs the rings turn."""
        if not self._model.running:
            self._clock.stop()
        self.viewport().update()
