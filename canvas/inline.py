"""The one editor that is laid over the board to type a value, a text or a title where it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from canvas.desk import Desk
from canvas.kit.over import Over

if TYPE_CHECKING:
    from canvas.board.view import BoardView

Kind = Literal["line", "number", "text", "choice"]
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)
THROUGH = {
    **{(key, CTRL): "run" for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)},
    **{(key, CTRL | SHIFT): "run_selected" for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)},
    **{(key, CTRL | ALT): "run_front" for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)},
    (Qt.Key.Key_S, CTRL): "save", (Qt.Key.Key_S, CTRL | SHIFT): "save_as",
}
"""What these keys do in the window they also do here, with what has been typed."""
READABLE = 0.85
"""Texts are edited at no smaller zoom than this."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is edited, where it stands on the board, and who takes the answer."""

    kind: Kind
    place: QRectF
    text: str
    take: Callable[[str], str]
    """Gives "" where the text was taken, or a sentence that says why not: then the editor stays open."""
    name: str = ""
    choices: Sequence[str] = field(default=())
    mono: bool = False
    subject: str = ""
    """What it belongs to, as it is named in a selection; when that goes, the editor goes too."""


class Inline(Over):
    """Enter and leaving it commit (Ctrl+Enter in a text of several lines), Esc changes nothing."""

    edge, ground, corner, width_ = "border.focus", "surface.well", "radius.control", 2

    def __init__(self, desk: Desk, view: "BoardView") -> None:
        super().__init__(desk, view)
        self._desk = desk
        self._view = view
        self._question: Question | None = None
        self.setObjectName("inline")
        self.line = QLineEdit(self)
        self.text = QPlainTextEdit(self)
        self.choice = QListWidget(self)
        self.trouble = QLabel(view)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)  # it says what was typed
        self.trouble.setObjectName("trouble")
        self.trouble.setMargin(4)
        self.trouble.hide()
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.choice.setFrameShape(QFrame.Shape.NoFrame)
        self.line.setFrame(False)
        for widget in (self.line, self.text, self.choice):
            widget.setStyleSheet("border: none; background: transparent")  # the frame around them is painted here
        for widget in (self.line, self.text, self.choice):
            widget.installEventFilter(self)
            widget.hide()
        self.choice.itemClicked.connect(lambda _: self.commit())
        view.moved.connect(self._follow)
        desk.themed.connect(self._follow)
        self.hide()

    @property
    def editor(self) -> QWidget:
        """The widget that has the keyboard while something is edited."""
        kind = self._question.kind if self._question is not None else "line"
        return {"text": self.text, "choice": self.choice}.get(kind, self.line)

    @property
    def busy(self) -> bool:
        return self._question is not None

    @property
    def subject(self) -> str:
        """What the text that is being edited belongs to."""
        return self._question.subject if self._question is not None else ""

    def open(self, question: Question) -> None:
        """Lay the editor over the board; what was edited before is committed."""
        self.commit()
        self._question = question
        for widget in (self.line, self.text, self.choice):
            widget.setVisible(widget is self.editor)
            widget.setAccessibleName(question.name)
        if question.kind == "text":
            self.text.setPlainText(question.text)
            self.text.moveCursor(QTextCursor.MoveOperation.End)
        elif question.kind == "choice":
            self.choice.clear()
            self.choice.addItems(list(question.choices))
            there = question.text in question.choices
            self.choice.setCurrentRow(list(question.choices).index(question.text) if there else 0)
        else:
            self.line.setText(question.text)
            self.line.selectAll()
        self._follow()
        self.show()
        self.raise_()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def commit(self, *, leaving: bool = False) -> bool:
        """Hand the text over. False where it was refused and the editor stays open."""
        question = self._question
        if question is None:
            return True
        text = self._answer()
        refusal = question.take(text) if text != question.text else ""
        if refusal and not leaving:
            self._refuse(refusal)
            return False
        if refusal:
            self._desk.say(refusal)
        self._close()
        return True

    def cancel(self) -> None:
        """Close and change nothing."""
        self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._question is None or watched is not self.editor:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.FocusOut:
            # A menu of the editor itself takes the keyboard for a moment only.
            if event.reason() != Qt.FocusReason.PopupFocusReason:  # type: ignore[attr-defined]
                self.commit(leaving=True)
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._override(event)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _override(self, event: QKeyEvent) -> bool:
        """No key typed here is a command of the board; running and saving take the text and go on."""
        event.accept()
        return True

    def _key(self, event: QKeyEvent) -> bool:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control, act = bool(keys & CTRL), THROUGH.get((Qt.Key(event.key()), keys), "")
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif act and self._desk.knows(act):
            # Here and not by the window's shortcut: that would look for the editor, which is gone by then.
            if self.commit():
                self._desk.act(act)
        elif enter and (control or self._question is None or self._question.kind != "text"):
            self.commit()
        else:
            self.trouble.hide()
            return False
        return True

    def _answer(self) -> str:
        if self._question is None or self._question.kind != "choice":
            return self.text.toPlainText() if self.editor is self.text else self.line.text()
        item = self.choice.currentItem()
        return item.text() if item is not None else self._question.text

    def _close(self) -> None:
        focused = self.editor.hasFocus()
        self._question = None
        self.trouble.hide()
        self.hide()
        if focused:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refuse(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setAccessibleName(sentence)
        self.trouble.adjustSize()
        self.trouble.move(self.x(), self.geometry().bottom() + 4)
        self.trouble.show()
        self.trouble.raise_()

    def _follow(self) -> None:
        """Lie over the same place of the board, at its zoom."""
        question = self._question
        if question is None:
            return
        view, theme = self._view, self._desk.theme
        place = view.mapFromScene(question.place).boundingRect().translated(view.viewport().pos())
        zoom = max(view.zoom / view.natural, READABLE)
        font = theme.font("prompt" if question.kind == "text" else "body", mono=question.mono)
        font.setPixelSize(max(round(font.pixelSize() * zoom), 1))
        for widget in (self.line, self.text, self.choice):
            widget.setFont(font)
            palette = theme.palette()
            widget.setPalette(palette)
        palette = theme.palette()
        palette.setColor(self.trouble.backgroundRole(), theme.colour("tint.error"))
        palette.setColor(self.trouble.foregroundRole(), theme.colour("semantic.error"))
        self.trouble.setPalette(palette)
        self.trouble.setAutoFillBackground(True)
        row = self.line.fontMetrics().height() + 8
        rows = min(max(len(question.choices), 1), 9)
        least = {"text": row * 3 + 12, "choice": rows * row + 8}.get(question.kind, row)
        wide = max(place.width(), round(theme.px(120) * zoom))
        self.setGeometry(QRect(place.x(), place.y(), wide, max(place.height(), least)))
        self.editor.setGeometry(self.rect().adjusted(4, 3, -4, -3))
