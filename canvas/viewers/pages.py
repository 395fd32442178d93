"""Results that are words and numbers, as text."""

import json
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from canvas.desk import Desk


def text_of(value: Any) -> str:
    """A plain value as a person reads it: text as it is, lists line by line, tables as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str | int | float | bool) for one in value):
        return "\n".join(text_of(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return str(value)


class Words(QPlainTextEdit):
    """Text and numbers, to read and to copy."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Text")
        desk.themed.connect(self._wear)
        self._wear()

    def show_value(self, value: Any, title: str) -> None:
        text = text_of(value)
        if text != self.toPlainText():
            self.setPlainText(text)
        self.setAccessibleDescription(title)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters and digits are keys of the viewer here, as nothing can be typed.
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _wear(self) -> None:
        theme = self._desk.theme
        self.setFont(theme.font("section"))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.colour("surface.board"))
        palette.setColor(QPalette.ColorRole.Text, theme.colour("text.primary"))
        self.setPalette(palette)
        self.document().setDocumentMargin(theme.px(24))
