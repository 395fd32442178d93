"""A window to write captions in: the pictures of a folder at the left, the caption of one at the right."""

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.fields.peek import look_at
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.learning.book import CaptionBook
from canvas.thumbs import Thumbs

PAUSE = 700
"""Milliseconds without a key after which a caption is written to the disk."""
THUMB = 56
UNSAID = "No caption"


class CaptionText(QPlainTextEdit):
    """One caption. Enter goes on to the next picture, as a caption is one line."""

    def __init__(self, editor: "CaptionEditor") -> None:
        super().__init__(editor)
        self._editor = editor
        self.setAccessibleName("Caption")
        self.setPlaceholderText("What is to be seen? One line, as you would write a prompt.")
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._editor.step(1)
        else:
            super().keyPressEvent(event)


class CaptionEditor(QDialog):
    """Shows one book; what is typed is saved after a pause and when a person goes on."""

    def __init__(self, desk: Desk, book: CaptionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.book = desk, book
        self._thumbs = Thumbs(desk.theme, self)
        self._shown = -1
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Captions of {book.folder.name}")
        self.list = QListWidget(self)
        self.list.setAccessibleName("Pictures")
        self.list.setUniformItemSizes(True)
        self.picture = QLabel(self)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name = Label(desk, "", "body", "title", parent=self)
        self.text = CaptionText(self)
        self.said = Label(desk, "", "caption", colour="text.secondary", wrap=True, parent=self)
        self.undo = PriceButton(desk, "Undo", icon="undo", manner="ghost", small=True)
        self.before = PriceButton(desk, "Previous", manner="ghost", small=True)
        self.next = PriceButton(desk, "Next", manner="primary", small=True)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._image: QImage | None = None
        self._build()
        self._listen()
        self._fill()

    def step(self, by: int) -> None:
        """Save, and go to another picture; from the last one nowhere."""
        self.list.setCurrentRow(min(max(self._shown + by, 0), self.list.count() - 1))
        self.text.setFocus()
        self.text.selectAll()

    def save(self) -> bool:
        """Write the caption that is shown. False, and said, where it could not be."""
        self._pause.stop()
        if self._shown < 0:
            return True
        try:
            self.book.write(self._shown, self.text.toPlainText())
        except AjarError as error:
            self.said.say(f"{error.message} {error.hint}")
            return False
        self._tell(self._shown)
        return True

    def take_back(self) -> None:
        """Undo the last caption that was saved, and show it."""
        if not self.save():
            return
        try:
            place = self.book.undo()
        except AjarError as error:
            self.said.say(f"{error.message} {error.hint}")
            return
        if place is not None:
            self._show(place)
            self.list.setCurrentRow(place)
            self._tell(place)

    def reject(self) -> None:
        """Esc or the cross: it closes, unless what was typed would be lost."""
        if self.save():
            self._thumbs.close()
            super().reject()

    def _build(self) -> None:
        px = self._desk.theme.px
        self.list.setIconSize(QSize(round(px(THUMB)), round(px(THUMB))))
        self.list.setFixedWidth(round(px(280)))
        self.picture.setMinimumSize(round(px(320)), round(px(240)))
        self.text.setFixedHeight(round(px(92)))
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        for button in (self.undo, self.before, self.next):
            row.addWidget(button)
        right = QVBoxLayout()
        right.addWidget(self.name)
        right.addWidget(self.picture, 1)
        right.addWidget(self.text)
        right.addLayout(row)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(*(round(px(12)),) * 4)
        whole.setSpacing(round(px(12)))
        whole.addWidget(self.list)
        whole.addLayout(right, 1)
        self.resize(round(px(900)), round(px(600)))

    def _listen(self) -> None:
        self.list.currentRowChanged.connect(self._go)
        self.text.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self.save)
        self.undo.clicked.connect(self.take_back)
        self.before.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        for key, by in ((QKeySequence("Ctrl+Up"), -1), (QKeySequence("Ctrl+Down"), 1)):
            QShortcut(key, self).activated.connect(partial(self.step, by))

    def _fill(self) -> None:
        for place, page in enumerate(self.book.pages):
            item = QListWidgetItem(self.list)
            item.setSizeHint(QSize(0, round(self._desk.theme.px(THUMB + 8))))
            item.setToolTip(page.path.name)
            self._tell(place)
            self._look(place)
        if self.book.pages:
            self.list.setCurrentRow(0)

    def _look(self, place: int) -> None:
        path = self.book.pages[place].path
        self._thumbs.work(lambda: look_at(path, "image").image, partial(self._seen, place))

    def _seen(self, place: int, image: QImage | None) -> None:
        """A picture was read on a thread: the small one in the list, and the large one if it is the one shown."""
        if image is not None:
            small = image.scaled(self.list.iconSize(), Qt.AspectRatioMode.KeepAspectRatio,
                                 Qt.TransformationMode.SmoothTransformation)
            self.list.item(place).setIcon(QIcon(QPixmap.fromImage(small)))
        if place == self._shown:
            self._image = image
            self._paint()

    def _go(self, place: int) -> None:
        if place < 0 or place == self._shown:
            return
        if self._shown >= 0 and not self.save():
            self.list.setCurrentRow(self._shown)
            return
        self._show(place)

    def _show(self, place: int) -> None:
        page = self.book.pages[place]
        self._shown = place
        self.name.say(page.path.name)
        blocked = self.text.blockSignals(True)
        self.text.setPlainText(page.caption)
        self.text.blockSignals(blocked)
        self._image = None
        self._look(place)
        self._tell(place)

    def _paint(self) -> None:
        if self._image is None:
            self.picture.setText("This picture can't be shown.")
            return
        room = self.picture.size()
        size = self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        smooth = size.width() < 4 * self._image.width()  # tiny ones stay sharp
        mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
        self.picture.setPixmap(QPixmap.fromImage(self._image.scaled(size, mode=mode)))

    def _tell(self, place: int) -> None:
        """How a caption stands, in the list and below."""
        page = self.book.pages[place]
        item = self.list.item(place)
        item.setText(page.caption or UNSAID)
        ink = "text.primary" if page.caption else "semantic.warn"
        item.setForeground(self._desk.theme.colour(ink))
        many = len(self.book.pages)
        missing = f"{words.count(self.book.missing, 'picture')} without a caption" if self.book.missing else "All saved"
        self.said.say(f"{max(self._shown, 0) + 1} of {many} · {missing}")
        self.undo.setEnabled(self.book.can_undo)
        self.before.setEnabled(self._shown > 0)
        self.next.setEnabled(self._shown < many - 1)
