"""What is known of the take that is chosen: its picture large, its stars, words, note and tags."""

import time

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from canvas import gallery_words as say
from canvas.desk import Desk
from canvas.gallery_thumbs import GalleryThumbs
from canvas.kit import paint
from canvas.kit.buttons import PriceButton, ToolButton
from canvas.kit.flow import FlowRow
from canvas.kit.label import Label
from canvas.kit.stars import Stars
from workflows.takes import Take

TYPING_MS = 700
"""A note is kept so long after the last letter."""
TALL = 260
"""The picture is never higher than this."""


class GalleryPicture(QWidget):
    """The picture on the mat, as large as there is room."""

    pressed = Signal()

    def __init__(self, desk: Desk, thumbs: GalleryThumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._thumbs = thumbs
        self._take: Take | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        thumbs.made.connect(self._made)
        desk.themed.connect(self.update)

    def show_take(self, take: Take) -> None:
        self._take = take
        self.setAccessibleName(say.told(take))
        self.setToolTip("" if take.lost else "Double-click to look at it")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(min(round(self.width() * 0.66), TALL))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, take = self._desk.theme, self._take
        painter = QPainter(self)
        paint.box(painter, QRectF(self.rect()), theme.size("radius.chip"), theme.colour("board.mat"))
        if take is None:
            return
        pixmap = None if take.lost else self._thumbs.fitted(take, self.size(), self.devicePixelRatioF())
        if pixmap is not None:
            size = pixmap.deviceIndependentSize()
            left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
            painter.drawPixmap(QPointF(round(left), round(top)), pixmap)
        elif take.lost or take.kind in ("mesh", "text") or self._thumbs.known(take):
            at = QPointF(self.width() / 2 - theme.px(16), self.height() / 2 - theme.px(16))
            name = "warn" if take.lost else say.ICONS.get(take.kind, "image")
            paint.icon(painter, theme, name, at, 32, "semantic.warn" if take.lost else "text.tertiary")

    def _made(self, id_: int) -> None:
        if self._take is not None and self._take.id == id_:
            self.update()


class GalleryDetails(QScrollArea):
    """One take. What is written here is told by signals with the take it was written for."""

    rated = Signal(Take, int)
    noted = Signal(Take, str)
    tagged = Signal(Take, list)
    looked = Signal(Take)
    opened = Signal(Take)
    inserted = Signal(Take)
    menu_wanted = Signal(QPoint)
    """Where on the screen the menu belongs."""

    def __init__(self, desk: Desk, thumbs: GalleryThumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.take: Take | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Details of the take")
        self.picture = GalleryPicture(desk, thumbs)
        self.title = Label(desk, "", "section", "title")
        self.stars = Stars(desk)
        self.missing = Label(desk, "", colour="semantic.warn", wrap=True)
        self.prompt = Label(desk, "", colour="text.secondary", wrap=True)
        self.prompt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open = PriceButton(desk, "Open workflow", icon="group", manner="plain", small=True)
        self.insert = PriceButton(desk, "Insert", icon="plus", manner="ghost", small=True)
        self.more = ToolButton(desk, "more", "More that can be done with it", side=24)
        self.note = QPlainTextEdit()
        self.tags = QLineEdit()
        self.facts: dict[str, _Fact] = {}
        self._grid = QGridLayout()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.keep)
        self._join()
        self._build()
        desk.themed.connect(self._wear)
        self._wear()

    def show_take(self, take: Take | None) -> None:
        """Show another take, or the same one after it changed. What is being typed is kept first."""
        same = take is not None and self.take is not None and take.id == self.take.id
        if not same:
            self.keep()
        before, self.take = self.take, take
        if take is None:
            return
        self.picture.show_take(take)
        self.title.say(f"{say.name_of(take)} · take {take.number}")
        self.stars.show_rating(take.rating)
        self.missing.setVisible(take.lost)
        self.missing.say("The file was taken away." if take.lost else "")
        self.prompt.setVisible(bool(take.prompt))
        self.prompt.say(take.prompt)
        for button in (self.open, self.insert):
            button.setEnabled(not take.lost)
        # What somebody is typing just now is newer than what was kept.
        if not same or (before is not None and before.note != take.note and not self.note.hasFocus()):
            self._fill(take)
        if not same or not self.tags.hasFocus():
            self.tags.setText(", ".join(take.tags))
        self._table(take)

    def keep(self) -> None:
        """Tell what was typed and not told yet."""
        self._typing.stop()
        take = self.take
        if take is None:
            return
        if self.note.toPlainText() != take.note:
            self.noted.emit(take, self.note.toPlainText())
        tags = say.tags_of(self.tags.text())
        if tags != list(take.tags):
            self.tagged.emit(take, tags)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched in (self.note, self.tags):
            self.keep()
        return super().eventFilter(watched, event)

    def _fill(self, take: Take) -> None:
        self.note.blockSignals(True)
        self.note.setPlainText(take.note)
        self.note.blockSignals(False)

    def _table(self, take: Take) -> None:
        rows = say.facts(take, time.time())
        for name, label in self.facts.items():
            shown = name in dict(rows)
            label.setVisible(shown)
            label.head.setVisible(shown)
        for name, value in rows:
            if name not in self.facts:
                self._add_row(name)
            paid = name == "Cost" and bool(take.cost)
            self.facts[name].say(value, "semantic.money" if paid else "text.primary")

    def _add_row(self, name: str) -> None:
        row = self._grid.rowCount()
        head = Label(self._desk, name, colour="text.secondary")
        label = _Fact(self._desk, head)
        self._grid.addWidget(head, row, 0)
        self._grid.addWidget(label, row, 1)
        self.facts[name] = label

    def _join(self) -> None:
        self.picture.pressed.connect(lambda: self._tell(self.looked))
        self.stars.rated.connect(self._rated)
        self.open.clicked.connect(lambda: self._tell(self.opened))
        self.insert.clicked.connect(lambda: self._tell(self.inserted))
        self.more.clicked.connect(lambda: self.menu_wanted.emit(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        self.note.textChanged.connect(self._typing.start)
        self.tags.editingFinished.connect(self.keep)
        for field in (self.note, self.tags):
            field.installEventFilter(self)

    def _tell(self, signal: "SignalInstance[tuple[Take]]") -> None:
        if self.take is not None:
            signal.emit(self.take)

    def _rated(self, stars: int) -> None:
        if self.take is not None:
            self.rated.emit(self.take, stars)

    def _build(self) -> None:
        for field, name, hint in ((self.note, "Note", "Add a note"), (self.tags, "Tags", "Tags, with commas")):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
        self.note.setTabChangesFocus(True)
        buttons = QWidget()
        row = FlowRow(buttons, line_gap=6)
        for widget in (self.open, self.insert, self.more):
            row.addWidget(widget)
        self._grid.setColumnStretch(1, 1)
        self._grid.setVerticalSpacing(3)
        self._grid.setHorizontalSpacing(10)
        page = QWidget()
        self._column = QVBoxLayout(page)
        for part in (self.picture, self.title, self.stars, self.missing, self.prompt):
            self._column.addWidget(part)
        self._column.addWidget(buttons)
        self._column.addLayout(self._grid)
        self._column.addWidget(self.note)
        self._column.addWidget(self.tags)
        self._column.addStretch(1)
        self.setWidget(page)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(12)), round(px(8)), round(px(12)), round(px(12)))
        self._column.setSpacing(round(px(8)))
        self.note.setFixedHeight(round(px(56)))


class _Fact(Label):
    """A value of the table, with the label before it."""

    def __init__(self, desk: Desk, head: Label) -> None:
        super().__init__(desk)
        self.head = head
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
