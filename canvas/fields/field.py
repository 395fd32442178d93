"""What all fields of the inspector have in common: a value shown, an edit told, and the end of a burst of edits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from ajar.contract import REQUIRED, Socket
from ajar.models import ModelEntry
from ajar.offers import Offer
from canvas.desk import Desk
from workflows.graph import Literals
from workflows.kinds import to_json

MIXED = "mixed"
"""What stands in a field whose nodes have different values."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a field may know of the place where it stands."""

    base: Path | None = None
    """The folder that paths are relative to; None while the workflow has no file."""
    root: Path | None = None
    """The folder of the project: no file outside it can be used."""
    model: ModelEntry | None = None
    """The model that the same node uses."""
    reader: ModelEntry | None = None
    """The model that reads the node's words, where they are wired into its prompt."""
    locked: bool = False
    """Of a seed: it stays as it is when more takes are made."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """The settings of that model, by the names of inputs that mean "the model's own" where they say nothing."""
    offer: Offer | None = None
    """Of a node with a hosted model: what is known of that model."""
    provider: str = ""
    """Whose models the node uses, where they are hosted."""
    barred: str = ""
    """Why that provider may not be asked anything from here; empty where it may."""
    chosen: Collection[str] | None = None
    """While the workflow has no file: the paths that a person named, which may lead anywhere."""


class Field(QWidget):
    """One value that a person can change. Values are literals, as the file has them."""

    edited = Signal(object)
    """The new literal. Many in a row while a slider moves or a text is typed."""
    settled = Signal()
    """The burst of edits is over: what follows is another undo step."""
    reset = Signal()
    """Back to the default."""
    refused = Signal(str, str)
    """(message, hint): what was typed can't be taken; empty texts when it is mended."""

    tall = False
    """Whether the field wants a line of its own below its label."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.socket = socket
        self.value: Literals = None
        self.mixed = False
        self.facts = Facts()
        self.setAccessibleName(socket.label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def default(self) -> Literals:
        """The literal that counts where nothing is set."""
        return default_of(self.socket)

    def grown(self) -> None:
        """Its height is another one: the layouts around it learn that at once; hidden ones would keep the old one."""
        around: QWidget | None = self
        while around is not None:
            layout = around.layout()
            if layout is not None:
                layout.invalidate()
            around.updateGeometry()
            around = around.parentWidget()

    def show_value(self, value: Literals, mixed: bool = False) -> None:
        """Show a value; ``mixed`` where several nodes differ. Nothing is told, and a caret stays where it is."""
        self.value, self.mixed = value, mixed
        self.paint_value()

    def know(self, facts: Facts) -> None:
        """Take what is known of the place."""
        if facts != self.facts:
            self.facts = facts
            self.paint_value()

    def paint_value(self) -> None:
        """Bring the widgets to ``value`` and ``mixed``."""

    def begin(self) -> None:
        """Give the keyboard to what can be typed into."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def complaint(self) -> tuple[str, str]:
        """(message, hint) about the value that is shown, where the field knows more than the type does."""
        return "", ""

    def dice(self) -> Literals:
        """Any allowed value, or None where chance makes no sense."""
        return None

    def words(self) -> str:
        """The value as it is read out and copied."""
        return MIXED if self.mixed else "" if self.value is None else str(self.value)

    def tell(self, value: Any) -> None:
        """The person changed it to this."""
        self.value, self.mixed = value, False
        self.edited.emit(value)


def default_of(socket: Socket) -> Literals:
    """The default of an input as a literal; None where it has to be given."""
    if socket.default is REQUIRED:
        return None
    try:
        literal: Literals = to_json(socket.default)
    except TypeError:
        return None
    return literal


class Line(QLineEdit):
    """A line of text. Undo is the document's, and typing never fires the keys of the board."""

    settled = Signal()
    left = Signal()
    """The keyboard went elsewhere, or Esc was pressed."""

    def __init__(self, desk: Desk, name: str, *, mono: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._mono = mono
        self.setAccessibleName(name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the row has one
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.returnPressed.connect(self.settled)
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, text: str) -> None:
        """Show this text without telling; the caret stays where it is."""
        if text != self.text():
            place = self.cursorPosition()
            blocked = self.blockSignals(True)
            self.setText(text)
            self.setCursorPosition(min(place, len(text)) if self.hasFocus() else 0)
            self.blockSignals(blocked)
            self.update()

    def event(self, event: QEvent) -> bool:
        if leaves_to_window(event):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_undo(event) or event.key() == Qt.Key.Key_Escape:
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.deselect()
            self.settled.emit()
            self.left.emit()

    def _wear(self) -> None:
        theme = self._desk.theme
        self.setFont(theme.font("caption" if self._mono else "body", mono=self._mono))
        self.setFixedHeight(theme.size("size.control"))


class Text(QPlainTextEdit):
    """Several lines of text, with the same manners as ``Line``. Tab goes on to the next field."""

    settled = Signal()

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, text: str) -> None:
        """Show this text without telling; the caret stays where it is."""
        if text != self.toPlainText():
            place = self.textCursor().position()
            blocked = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(blocked)
            cursor = self.textCursor()
            cursor.setPosition(min(place, len(text)))
            self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        if leaves_to_window(event):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_undo(event) or event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settled.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.verticalScrollBar()
        if self.hasFocus() and bar.maximum() > bar.minimum():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _wear(self) -> None:
        self.setFont(self._desk.theme.font("prompt"))


class Combo(QComboBox):
    """A list of choices that the wheel does not change while the panel is scrolled."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        desk.themed.connect(self._wear)
        self._wear()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _wear(self) -> None:
        self.setFont(self._desk.theme.font("body"))
        self.setFixedHeight(self._desk.theme.size("size.control"))


def is_undo(event: QEvent) -> bool:
    """Whether these keys mean undo or redo, which are the document's."""
    return isinstance(event, QKeyEvent) and (
        event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))


def leaves_to_window(event: QEvent) -> bool:
    """Whether a text box must leave this key to the shortcuts of the window."""
    return event.type() == QEvent.Type.ShortcutOverride and is_undo(event)


