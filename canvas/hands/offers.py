"""A small bar on the board that asks what a dropped file is for. It stays out of the way and can be left alone."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from canvas.desk import Desk
from canvas.kit.over import Over

if TYPE_CHECKING:
    from canvas.board.view import BoardView


class Offer(Over):
    """One line of text and a button for each answer; Esc and ``Dismiss`` take it away."""

    def __init__(self, desk: Desk, view: "BoardView") -> None:
        super().__init__(desk, view)
        self._desk = desk
        self._view = view
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)  # it names files
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.addWidget(self.label)
        layout.addLayout(self._row)
        self.setAccessibleName("What is this file for?")
        self.hide()

    def ask(self, text: str, answers: Sequence[tuple[str, Callable[[], object]]], pos: QPointF) -> None:
        """Offer these answers near a place of the viewport."""
        for button in self.buttons:
            button.deleteLater()
        self.buttons = []
        self.label.setText(text)
        self.label.setFont(self._desk.theme.font("body", "label"))
        for title, run in (*answers, ("Dismiss", lambda: None)):
            button = QPushButton(title, self)
            button.setAccessibleDescription(text)
            button.clicked.connect(lambda _=False, run=run: self._answer(run))
            button.installEventFilter(self)
            self._row.addWidget(button)
            self.buttons.append(button)
        self.adjustSize()
        view = self._view
        left = min(max(round(pos.x()), 8), max(view.width() - self.width() - 8, 0))
        top = min(max(round(pos.y()), 8), max(view.height() - self.height() - 8, 0))
        self.move(left, top)
        self.show()
        self.raise_()
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc takes the bar away, and is no command of the board here."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._answer(lambda: None)
                return True
        return super().eventFilter(watched, event)

    def _answer(self, run: Callable[[], object]) -> None:
        self.hide()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        run()
