"""A and B as a table: price, time, licence, size; then rating, notes, and where the result comes from."""

from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit.buttons import Chip
from canvas.kit.head import PanelHead
from canvas.kit.label import Label
from canvas.kit.stars import Stars
from canvas.viewers import state
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.facts import NO_FACTS, Facts
from canvas.viewers.grid import Grid
from canvas.viewers.rows import Heading, StepRow, Sum

Side = Literal["a", "b"]


class Note(QPlainTextEdit):
    """A line or two about the take; kept when the keyboard goes elsewhere."""

    noted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._kept = ""
        self.setPlaceholderText("Note")
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)

    def put(self, text: str) -> None:
        if not self.hasFocus() and text != self.toPlainText():
            self.setPlainText(text)
        self._kept = text

    def sizeHint(self) -> QSize:
        return QSize(100, round(self._desk.theme.px(56)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        text = self.toPlainText().strip()
        if text != self._kept:
            self._kept = text
            self.noted.emit(text)


class Table(QScrollArea):
    """The panel at the right of the viewer."""

    def __init__(self, desk: Desk, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench = desk, bench
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("A and B")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.head = PanelHead(desk, [("ab", "A and B")])
        self.grid = Grid(desk)
        self.stars = {"a": Stars(desk, name="Rating of A"), "b": Stars(desk, name="Rating of B")}
        self.tags = {"a": QHBoxLayout(), "b": QHBoxLayout()}
        self.letters = {"a": Label(desk, "A", weight="title"), "b": Label(desk, "B", weight="title")}
        self.note = Note(desk)
        self._way = QVBoxLayout()
        self._told: tuple[object, ...] = ()
        self._build()
        for side in ("a", "b"):
            self.stars[side].rated.connect(partial(self._rate, side))
        self.note.noted.connect(self._note)
        for signal in (bench.changed, bench.loaded):
            signal.connect(self.refresh)
        desk.themed.connect(self._wear)
        self._wear()
        self.refresh()

    def refresh(self) -> None:
        """Tell of what is on the sides now."""
        bench, both = self._bench, state.two(self._bench.view)
        a, b = bench.side("a"), bench.side("b") if both else None
        if self._told == (a, b, both):
            return
        self._told = a, b, both
        self.head.set_title("ab", "A and B" if both else "About this")
        sides = [("A" if both else "", _named(a))] + ([("B", _named(b))] if both else [])
        self.grid.put(sides)
        for side, shown in (("a", a), ("b", b)):
            self.stars[side].setVisible(shown is not None)
            self.letters[side].setVisible(shown is not None and both)
            self.stars[side].show_rating(shown.facts.rating if shown else 0)
            _fill(self.tags[side], self._desk, shown.facts.tags if shown else ())
        about = b if both and b is not None else a
        self.note.setAccessibleName("Note on B" if both else "Note")
        self.note.put(about.facts.note if about else "")
        self.note.setEnabled(about is not None)
        self._tell_way(about, "B" if both else "")

    def sizeHint(self) -> QSize:
        return QSize(self._desk.theme.size("size.inspector"), 400)

    def _rate(self, side: Side, stars: int) -> None:
        shown = self._bench.side(side)
        if shown is not None and shown.facts.rating != stars:
            self._bench.rate(shown, stars)

    def _note(self, text: str) -> None:
        shown = self._bench.side("b" if state.two(self._bench.view) else "a")
        if shown is not None:
            self._bench.note(shown, text)

    def _tell_way(self, shown: Shown | None, letter: str) -> None:
        while (item := self._way.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        facts = shown.facts if shown else NO_FACTS
        if facts.steps:
            self._way.addWidget(Heading(self._desk, f"Where {letter or 'it'} comes from"))
            for step in facts.steps:
                self._way.addWidget(StepRow(self._desk, step, first=step is facts.steps[0]))
        if facts.carried:
            self._way.addWidget(Label(self._desk, facts.carried, "caption", colour="text.secondary", wrap=True))
        if facts.cost:
            self._way.addWidget(Heading(self._desk, "Cost of this shot so far"))
            for index, (what, amount) in enumerate(facts.cost):
                self._way.addWidget(Sum(self._desk, what, amount, bold=index == 0))

    def _build(self) -> None:
        body = QWidget()
        body.setObjectName("table")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self._column.addWidget(self.grid)
        self._rest = QVBoxLayout()
        heading = QHBoxLayout()
        heading.addWidget(Label(self._desk, "Your rating", "caption", "title"))
        heading.addStretch(1)
        heading.addWidget(Label(self._desk, "keys Alt 1 to 5", "caption", colour="text.tertiary"))
        self._rest.addLayout(heading)
        for side in ("a", "b"):
            row = QHBoxLayout()
            row.addWidget(self.letters[side])
            row.addWidget(self.stars[side])
            row.addStretch(1)
            row.addLayout(self.tags[side])
            self._rest.addLayout(row)
        self._rest.addWidget(self.note)
        self._rest.addLayout(self._way)
        self._column.addLayout(self._rest)
        self._column.addStretch(1)
        self.setWidget(body)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self.viewport()), self._desk.theme
        painter.fillRect(self.viewport().rect(), theme.colour("surface.panel"))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            painter, theme = QPainter(self), self._desk.theme
            painter.fillRect(0, 0, 1, self.height(), theme.colour("border.subtle"))
        return super().event(event)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._rest.setContentsMargins(round(px(12)), round(px(14)), round(px(12)), round(px(12)))
        self._rest.setSpacing(round(px(6)))
        self._way.setContentsMargins(0, round(px(10)), 0, 0)
        self._way.setSpacing(round(px(4)))
        self.setFixedWidth(self._desk.theme.size("size.inspector"))
        self.setViewportMargins(1, 0, 0, 0)


def _named(shown: Shown | None) -> Facts:
    if shown is None:
        return NO_FACTS
    return shown.facts if shown.facts.name else replace(shown.facts, name=shown.title)


def _fill(row: QHBoxLayout, desk: Desk, tags: tuple[str, ...]) -> None:
    while (item := row.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for tag in tags[:3]:
        row.addWidget(Chip(desk, tag))
