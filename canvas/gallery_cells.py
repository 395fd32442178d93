"""How a take looks in the gallery, and the view that shows many of them without a widget for any."""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from canvas import gallery_words as say
from canvas.desk import Desk
from canvas.gallery_model import TAKE, GalleryModel
from canvas.gallery_thumbs import GalleryThumbs
from canvas.kit import paint, words
from workflows.takes import Take

Index = QModelIndex | QPersistentModelIndex
GAP = 4
"""On every side of a picture, so that the ring of the chosen one has room."""
SIZES = (72, 96, 128, 168, 224)
"""How wide a picture is meant to be; the row is filled up evenly."""
STAR = 10


class GalleryCell(QStyledItemDelegate):
    """A picture on the mat with what matters on tags, and one line below."""

    def __init__(self, desk: Desk, thumbs: GalleryThumbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._thumbs = thumbs

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else QSize(100, 100)

    def frame(self, cell: QRect) -> QRect:
        """Where the picture of a cell is."""
        rect = cell.adjusted(GAP, GAP, -GAP, -GAP)
        return QRect(rect.left(), rect.top(), rect.width(), rect.height() - self._line())

    def stars(self, cell: QRect) -> QRectF:
        """Where the stars of a cell are."""
        frame, px = QRectF(self.frame(cell)), self._desk.theme.px
        wide, high = 5 * px(STAR) + 4 + px(8), px(16)
        return QRectF(frame.left() + px(4), frame.bottom() - high - px(4), wide, high)

    def star_at(self, cell: QRect, at: QPoint) -> int:
        """Which star is under the mouse, from 1; 0 for none."""
        rect, px = self.stars(cell), self._desk.theme.px
        if not rect.adjusted(0, -4, 0, 4).contains(QPointF(at)):
            return 0
        return min(max(int((at.x() - rect.left() - px(4)) // (px(STAR) + 1)) + 1, 1), 5)

    def height_for(self, width: int) -> int:
        """How high a cell of this width is."""
        return round((width - 2 * GAP) * 3 / 4) + 2 * GAP + self._line()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        take = index.data(TAKE)
        if not isinstance(take, Take):
            return
        painter.save()
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_picture(painter, self.frame(option.rect), take)
        self._paint_tags(painter, option.rect, take, bool(state & QStyle.StateFlag.State_MouseOver) or chosen)
        self._paint_caption(painter, option.rect, take, chosen)
        self._paint_rings(painter, option, chosen)
        painter.restore()

    def _paint_picture(self, painter: QPainter, frame: QRect, take: Take) -> None:
        theme = self._desk.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(frame), theme.size("radius.chip"), theme.size("radius.chip"))
        painter.fillPath(path, theme.colour("board.mat"))
        pixmap = None if take.lost else self._thumbs.fitted(take, frame.size(), _ratio(painter))
        if pixmap is not None:
            size = pixmap.deviceIndependentSize()
            at = QPointF(frame.center()) - QPointF(size.width() / 2 - 0.5, size.height() / 2 - 0.5)
            painter.save()
            painter.setClipPath(path)
            painter.drawPixmap(QPointF(round(at.x()), round(at.y())), pixmap)
            painter.restore()
        elif take.lost or self._thumbs.known(take) or take.kind in ("mesh", "text"):
            self._paint_mark(painter, frame, take)

    def _paint_mark(self, painter: QPainter, frame: QRect, take: Take) -> None:
        """Instead of a picture: what it is, or that it is lost."""
        theme = self._desk.theme
        side = theme.px(22)
        word = "Lost" if take.lost else "" if take.kind in ("mesh", "text") else "Can't be read"
        name = "warn" if word else say.ICONS.get(take.kind, "image")
        line = theme.px(14) if word else 0.0
        at = QPointF(frame.center()) - QPointF(side / 2, (side + line) / 2)
        paint.icon(painter, theme, name, at, 22, "semantic.warn" if word else "text.tertiary")
        if word:
            room = QRectF(frame.left(), at.y() + side + 2, frame.width(), line)
            ink = theme.colour("text.secondary")
            paint.write(painter, room, word, theme.font("caption"), ink, Qt.AlignmentFlag.AlignHCenter)

    def _paint_tags(self, painter: QPainter, cell: QRect, take: Take, near: bool) -> None:
        theme, frame = self._desk.theme, QRectF(self.frame(cell))
        px = theme.px
        if take.kind != "image":
            icon = say.ICONS.get(take.kind, "image")
            paint.paint_tag(painter, theme, frame.topLeft() + QPointF(px(4), px(4)), "", icon)
        if take.stage == "final" and frame.width() >= px(90):
            at = frame.topRight() + QPointF(-px(4), px(4))
            paint.paint_tag(painter, theme, at, "Final", right=True)
        rect = self.stars(cell)
        if (take.rating or near) and rect.width() < frame.width():
            paint.box(painter, rect, theme.size("radius.tag"), paint.TAG)
            at = QPointF(rect.left() + px(4), rect.center().y() - px(STAR) / 2)
            paint.paint_stars(painter, at, take.rating, px(STAR), paint.TAG_INK)
        text = words.duration(take.seconds) if take.seconds is not None else ""
        if text and rect.width() + paint.width_of(text, paint.tag_font(theme)) + px(24) < frame.width():
            at = QPointF(frame.right() - px(4), rect.top())
            paint.paint_tag(painter, theme, at, text, right=True)

    def _paint_caption(self, painter: QPainter, cell: QRect, take: Take, chosen: bool) -> None:
        theme, frame = self._desk.theme, self.frame(cell)
        room = QRectF(frame.left() + 1, frame.bottom() + 3, frame.width() - 2, self._line() - 2)
        ink = theme.colour("text.primary" if chosen else "text.secondary")
        paint.write(painter, room, say.caption(take), theme.font("caption"), ink)

    def _paint_rings(self, painter: QPainter, option: QStyleOptionViewItem, chosen: bool) -> None:
        theme = self._desk.theme
        ring = QRectF(self.frame(option.rect)).adjusted(-2, -2, 2, 2)
        radius = theme.size("radius.chip") + 2
        if chosen:
            paint.box(painter, ring, radius, None, theme.colour("accent.base"), 2)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint.ring(painter, theme, ring.adjusted(-2, -2, 2, 2), radius + 2)

    def _line(self) -> int:
        return round(self._desk.theme.px(18))


class GalleryView(QListView):
    """Pictures in rows that fill the width. Digits rate, Enter looks, Ctrl and the wheel make them larger."""

    rated = Signal(object, int)
    """(takes, stars)"""
    wanted = Signal(object)
    """Look at this take."""
    pressed_key = Signal(str)
    """A key that means a deed: ``delete``, ``copy``, ``path``, ``undo``, ``open``, ``insert``."""
    menu_wanted = Signal(QPoint)

    def __init__(self, desk: Desk, model: GalleryModel, thumbs: GalleryThumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self.cell = GalleryCell(desk, thumbs, self)
        self.size_step = 1
        self.setModel(model)
        self.setItemDelegate(self.cell)
        self.setAccessibleName("Gallery")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        thumbs.made.connect(self._made)
        desk.themed.connect(self.fill)
        self.doubleClicked.connect(self._look)

    def takes(self) -> list[Take]:
        """The selected takes, in their order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [take for row in rows if (take := self._model.take_at(self._model.index(row))) is not None]

    def current(self) -> Take | None:
        return self._model.take_at(self.currentIndex())

    def choose(self, row: int) -> None:
        """Select one row and go there."""
        index = self._model.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def resize_pictures(self, steps: int) -> None:
        """Larger or smaller pictures."""
        self.size_step = min(max(self.size_step + steps, 0), len(SIZES) - 1)
        self.fill()

    def fill(self) -> None:
        """As many pictures in a row as fit, each as wide as there is room."""
        room = self.viewport().width() - 1
        wished = round(self._desk.theme.px(SIZES[self.size_step])) + 2 * GAP
        width = room // max(1, room // wished)
        size = QSize(max(width, 40), self.cell.height_for(max(width, 40)))
        if size != self.gridSize():
            self.setGridSize(size)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _deed(event):
            event.accept()  # while the gallery has the keyboard, its keys are not the window's
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fill()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = _deed(event)
        if event.key() == Qt.Key.Key_Menu:
            self._ask_menu(self.visualRect(self.currentIndex()).center())
        elif deed is None:
            super().keyPressEvent(event)
        elif deed.isdigit():
            self.rated.emit(self.takes(), int(deed))
        elif deed in ("larger", "smaller"):
            self.resize_pictures(1 if deed == "larger" else -1)
        elif deed == "look":
            self._look()
        else:
            self.pressed_key.emit(deed)

    def keyboardSearch(self, search: str) -> None:
        """Letters are no jumps here: the line above searches."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.resize_pictures(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        take = self._model.take_at(index)
        # The stars are there once the mouse is, so the first click on them counts.
        star = self.cell.star_at(self.visualRect(index), at) if take is not None else 0
        if star and take is not None and event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self.choose(index.row())
            self.rated.emit([take], 0 if star == take.rating else star)
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.visualRect(self.currentIndex()).center()
        self._ask_menu(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and not self.currentIndex().isValid():
            rect = QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1)
            paint.ring(QPainter(self.viewport()), self._desk.theme, rect, self._desk.theme.size("radius.control"))

    def _ask_menu(self, at: QPoint) -> None:
        self.menu_wanted.emit(self.viewport().mapToGlobal(at))

    def _look(self) -> None:
        take = self.current()
        if take is not None:
            self.wanted.emit(take)

    def _made(self, id_: int) -> None:
        row = self._model.row_of(id_)
        if row >= 0:
            self.viewport().update(self.visualRect(self._model.index(row)))


KEYS = {
    (Qt.Key.Key_Return, ""): "look", (Qt.Key.Key_Enter, ""): "look", (Qt.Key.Key_Delete, ""): "delete",
    (Qt.Key.Key_Backspace, ""): "delete", (Qt.Key.Key_C, "C"): "copy", (Qt.Key.Key_C, "CS"): "path",
    (Qt.Key.Key_Z, "C"): "undo", (Qt.Key.Key_O, ""): "open", (Qt.Key.Key_I, ""): "insert",
    (Qt.Key.Key_E, ""): "export", (Qt.Key.Key_Plus, "C"): "larger", (Qt.Key.Key_Equal, "C"): "larger",
    (Qt.Key.Key_Minus, "C"): "smaller",
}


def _deed(event: QKeyEvent) -> str | None:
    """What a key means here."""
    held = "".join(letter for flag, letter in (
        (Qt.KeyboardModifier.ControlModifier, "C"), (Qt.KeyboardModifier.ShiftModifier, "S"),
        (Qt.KeyboardModifier.AltModifier, "A"),
    ) if event.modifiers() & flag)
    if not held and event.text() in tuple("012345") and event.text():
        return event.text()
    return KEYS.get((Qt.Key(event.key()), held))


def _ratio(painter: QPainter) -> float:
    device = painter.device()
    return float(device.devicePixelRatio()) if device is not None else 1.0
