"""Words: a line, a prompt of several lines with a count of its tokens, and values of any kind."""

import json
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ajar.contract import Socket
from ajar.hints import Area
from ajar.models import Said
from canvas.desk import Desk
from canvas.fields.field import MIXED, Field, Line, Text
from canvas.kit import paint, words
from canvas.kit.label import Label
from workflows.tokens import about

MOST_ROWS = 12
MAIN = ("prompt", "text", "template", "notes", "note")
"""What a node is about has the whole width; other texts stand beside their name and grow as they are typed."""


class LineField(Field):
    """One line of text."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.line = Line(desk, socket.label, parent=self)
        self.line.textEdited.connect(self._typed)
        self.line.settled.connect(self.settled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        self.setFocusProxy(self.line)

    def paint_value(self) -> None:
        self.line.setPlaceholderText(MIXED if self.mixed else "")
        self.line.put("" if self.mixed else self.words())

    def begin(self) -> None:
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def words(self) -> str:
        return "" if self.value is None else str(self.value)

    def _typed(self, text: str) -> None:
        self.tell(text)


class AnyField(LineField):
    """A value of any kind, as JSON writes it; what is no JSON is text."""

    def words(self) -> str:
        if self.value is None or isinstance(self.value, str):
            return self.value or ""
        return json.dumps(self.value, ensure_ascii=False)

    def paint_value(self) -> None:
        if not (self.line.hasFocus() and _read(self.line.text()) == self.value):
            super().paint_value()

    def _typed(self, text: str) -> None:
        self.tell(_read(text))


def _read(text: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, (int, float, bool, list, dict)) else text


class AreaField(Field):
    """Text of several lines in a well that grows with it, and about how many tokens it has."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.tall = socket.name in MAIN
        hint = socket.hint(Area)
        self.rows = max(2, min(hint.rows if hint is not None else 3, 5))
        self.text = Text(desk, socket.label, self)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setStyleSheet("QPlainTextEdit { border: 0; background: transparent; padding: 0; }")
        self.text.document().setDocumentMargin(0)
        self.text.viewport().setAutoFillBackground(False)
        self.count = Label(desk, "", "caption", colour="text.tertiary", parent=self)
        self.text.textChanged.connect(self._typed)
        self.text.settled.connect(self.settled)
        self.text.installEventFilter(self)
        column = self._column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        self.setFocusProxy(self.text)
        desk.themed.connect(self._grow)
        self._grow()

    @property
    def counts(self) -> bool:
        """Whether tokens matter here: in prompts, not in any text of several lines."""
        return "prompt" in self.socket.name or self.socket.name in ("negative", "template") or (
            self.socket.name == "text" and self.rows >= 5)

    def paint_value(self) -> None:
        self._help()
        self.text.put("" if self.mixed else self.words())
        self._tally()
        self._grow()

    def _help(self) -> None:
        """An example, and of a model that knows only a few words which these are."""
        model, read = self.facts.reader, self.socket.name in ("prompt", "text", "negative")
        said = self.desk.studio.catalogue.said(model) if read and model is not None and model.kind != "lora" else Said()
        example = f"Such as: {said.examples[0]}" if said.examples and self.socket.name != "negative" else ""
        self.text.setPlaceholderText(MIXED if self.mixed else example or _example(self.socket.name))
        lines = [f"{what}: {how}" for what, how in said.lines] if said.examples else []
        self.text.setToolTip(words.tip("\n".join(lines)) if lines else "")

    def words(self) -> str:
        return "" if self.value is None else str(self.value)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.desk.theme
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        paint.box(painter, rect, radius, theme.colour("surface.well"), theme.colour("border.default"))
        if self.text.hasFocus():
            paint.ring(painter, theme, rect, radius)

    def _typed(self) -> None:
        self.tell(self.text.toPlainText())
        self._tally()
        self._grow()

    def _tally(self) -> None:
        self.count.setVisible(self.counts and (self.tall or bool(self.text.toPlainText())))
        self.count.say("" if self.mixed else about(self.text.toPlainText()))

    def _grow(self) -> None:
        """As high as the text needs, between a few lines and many."""
        theme = self.desk.theme
        px = theme.px
        line = QFontMetricsF(self.text.font()).lineSpacing()
        edge = round(max(px(4), (theme.size("size.control") - line - 2) / 2))
        self._column.setContentsMargins(round(px(8)), edge, round(px(8)), edge)
        self._column.setSpacing(0)
        lines = min(max(self.text.document().size().height(), min(self.rows, 3) if self.tall else 1), MOST_ROWS)
        self.text.setFixedHeight(round(lines * line) + 2)


def _example(name: str) -> str:
    return {"negative": "blur, text, watermark", "prompt": "What should be seen"}.get(name, "")
