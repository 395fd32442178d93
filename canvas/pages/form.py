"""The form: the parameters that a person chose to show, of the whole workflow, as a small application."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from ajar.contract import Socket
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.row import FieldRow
from canvas.fields.seat import Seat, title_of
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.notices import EmptyState
from canvas.pages.facts import facts_of
from canvas.pages.parts import PAD, Heading, column
from workflows import inside, sockets
from workflows.forms import Exposed, form_of
from workflows.graph import Graph
from workflows.problems import Problem


class Shot(QWidget):
    """A picture as wide as the panel."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.image: QImage | None = None
        self.setAccessibleName("Result")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def put(self, image: QImage | None) -> None:
        if image is not self.image:
            self.image = image
            self.setVisible(image is not None)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self._desk.theme.colour("board.mat"))
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRect(QPoint((self.width() - size.width()) // 2, 0), size), self.image)

    def _fit(self) -> None:
        if self.image is not None and self.image.width():
            high = min(self.width() * self.image.height() // self.image.width(), self.width() * 3 // 2)
            self.setFixedHeight(max(high, 1))
        self.update()


class FormPage(QWidget):
    """Rows by node. They are made anew only when others are shown."""

    went = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._document: Document | None = None
        self._problems: tuple[Problem, ...] = ()
        self._shown: list[tuple[Exposed, Socket]] = []
        self._titles: list[str] = []
        self.rows: list[FieldRow] = []
        self.title = Label(desk, "", "title", "title", parent=self)
        self.notes = Label(desk, "", colour="text.secondary", wrap=True, parent=self)
        self.empty = EmptyState(
            desk, "template", "Nothing is in the form yet.", hint=(
                "Open the menu of a parameter with the right mouse button and choose “Show in the form”. "
                "The form is all that somebody else needs to use this workflow."))
        self.body = QWidget(self)
        self._rows = column(self.body)
        self.sheet = QWidget(self)
        self.run = PriceButton(desk, "Run", words.FREE, "run", "primary", parent=self)
        self.run.clicked.connect(self._run)
        self.shot = Shot(desk, self)
        whole = QVBoxLayout(self.sheet)
        whole.setContentsMargins(0, 0, 0, PAD)
        whole.setSpacing(4)
        top = QVBoxLayout()
        top.setContentsMargins(PAD, 10, PAD, 4)
        top.addWidget(self.title)
        top.addWidget(self.notes)
        foot = QVBoxLayout()
        foot.setContentsMargins(PAD, 8, PAD, 0)
        foot.setSpacing(8)
        foot.addWidget(self.run)
        foot.addWidget(self.shot)
        whole.addLayout(top)
        whole.addWidget(self.body)
        whole.addLayout(foot)
        whole.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.sheet)
        self._stack.addWidget(self.empty)

    def show_document(self, document: Document) -> None:
        self._document = document
        self.refresh()

    def refresh(self) -> None:
        """Show the form as it is now."""
        document = self._document
        if document is None:
            return
        found = self._found(document)
        titles = [title_of(_room(document, one.room), document, one.node) for one, _ in found]
        alike = [(one, sock.name, sock.type) for one, sock in found] == [
            (one, sock.name, sock.type) for one, sock in self._shown]
        if not alike or titles != self._titles:
            self._build(found, titles)
        for row, (one, socket) in zip(self.rows, found, strict=True):
            seat = Seat(document, one.room, (one.node,), socket)
            row.show_seat(seat, facts_of(self._desk, document, seat.graph, one.node))
        self._stack.setCurrentWidget(self.sheet if found else self.empty)
        settings = document.graph.settings
        self.title.say(str(settings.get("title") or document.title))
        self.notes.say(str(settings.get("notes") or ""))
        self.notes.setVisible(bool(self.notes.full))
        self.tell_problems(self._problems)
        self.refresh_look()

    def refresh_look(self) -> None:
        """Show the picture that was made last on the way to the end."""
        document = self._document
        looks = self._desk.looks(document)
        found = [look.picture for name in document.graph.nodes if (look := looks.of(name)).picture is not None
                 ] if document is not None else []
        self.shot.put(found[-1] if found else None)

    def tell_price(self, price: str, *, costs: bool) -> None:
        """What a run would cost."""
        self.run.set_price(price, costs=costs)

    def tell_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = tuple(problems)
        for row, (one, socket) in zip(self.rows, self._shown, strict=False):
            flat = "/".join((*one.room, one.node))
            row.tell_problems(tuple(problem for problem in self._problems
                                    if problem.node == flat and problem.input == socket.name))

    def _run(self) -> None:
        try:
            self._desk.act("run_pressed" if self.run.costs and self._desk.knows("run_pressed") else "run")
        except KeyError:  # no window around it
            self._desk.say("There is nothing here that runs workflows.", "Open the workflow in the window.")

    def _found(self, document: Document) -> list[tuple[Exposed, Socket]]:
        found = []
        for one in form_of(document.graph):
            graph = _room(document, one.room)
            socket = sockets.input_of(graph, document.types, one.node, one.input)
            if socket is not None:
                found.append((one, socket))
        return found

    def _build(self, found: list[tuple[Exposed, Socket]], titles: list[str]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows, self._shown, self._titles = [], found, titles
        before: tuple[tuple[str, ...], str] | None = None
        pad = round(self._desk.theme.px(PAD))
        for (one, socket), title in zip(found, titles, strict=True):
            if (one.room, one.node) != before:
                self._rows.addWidget(Heading(self._desk, title, parent=self.body))
                before = (one.room, one.node)
            row = FieldRow(self._desk, socket, self.body)
            row.setContentsMargins(pad, 2, pad, 2)
            row.went.connect(self.went)
            self.rows.append(row)
            self._rows.addWidget(row)


def _room(document: Document, room: tuple[str, ...]) -> Graph:
    return document.shown if room == document.room else inside.room(document.graph, room)
