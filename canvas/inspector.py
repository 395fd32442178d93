"""The panel at the right: what is selected, in words and fields; the form of the workflow; its history."""

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from canvas.desk import Desk
from canvas.document import Document
from canvas.kit.head import PanelHead
from canvas.kit.notices import EmptyState
from canvas.pages.form import FormPage
from canvas.pages.grouping import make_group_input
from canvas.pages.mark import MarkPage
from canvas.pages.node import NodePage
from canvas.pages.parts import Scroll, column
from canvas.pages.past import PastPage
from canvas.pages.sheet import WorkflowPage
from workflows.board import flags_of
from workflows.problems import Problem

IDLE = 150
"""Milliseconds between one kind of node and the next while nothing else is done."""


class Inspector(QWidget):
    """Shows the document in front. Nothing is made anew while somebody types."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._document: Document | None = None
        self._problems: tuple[Problem, ...] = ()
        self._forecast: object = None
        self.setAccessibleName("Inspector")
        self.head = PanelHead(desk, [("inspector", "Inspector"), ("form", "Form"), ("history", "History")],
                              spread=True, parent=self)
        self.head.chosen.connect(self.turn)
        self.node = NodePage(desk)
        self.mark = MarkPage(desk)
        self.workflow = WorkflowPage(desk)
        self.form = FormPage(desk)
        self.past = PastPage(desk)
        self.empty = EmptyState(desk, "settings", "Open a workflow to see its settings here.")
        self.stack = QStackedWidget(self)
        self._pages: dict[QWidget, QWidget] = {}
        for page in (self.node, self.mark, self.workflow, self.form):
            scroll = Scroll(desk, page, self)
            self._pages[page] = scroll
            self.stack.addWidget(scroll)
        for whole_page in (self.past, self.empty):
            self._pages[whole_page] = whole_page
            self.stack.addWidget(whole_page)
        whole = column(self)
        whole.addWidget(self.head)
        whole.addWidget(self.stack, 1)
        self._rest = QTimer(self, interval=IDLE)
        self._rest.timeout.connect(self._warm)
        self._listen()
        self._front()

    def showEvent(self, event: QShowEvent) -> None:
        self._hear()
        super().showEvent(event)

    def _hear(self) -> None:
        """Listen to the look ahead, which is made after the panels."""
        forecast = getattr(self._desk.runner, "forecast", None)
        if forecast is not None and forecast is not self._forecast:
            self._forecast = forecast
            forecast.told.connect(self._told)
        if forecast is not None and self._document is not None:
            found = forecast.outlook(self._document)
            if found is not None:
                self._told(self._document, found)

    def _told(self, document: Any, outlook: Any) -> None:
        self.tell_problems(document, outlook.problems)
        if document is self._document:
            self.form.tell_price(outlook.cost, costs=outlook.costs)

    def _listen(self) -> None:
        self._desk.fronted.connect(self._front)
        self._desk.themed.connect(self.refresh)
        for page in (self.node, self.workflow, self.form):
            page.went.connect(self.go)
        self.node.group_wanted.connect(lambda seat: make_group_input(self._desk, seat))

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        return next(page for page, holder in self._pages.items() if holder is shown)

    def turn(self, key: str) -> None:
        """Show ``inspector``, ``form`` or ``history``."""
        self.head.choose(key)
        self._show()

    def tell_problems(self, document: Document, problems: tuple[Problem, ...]) -> None:
        """What the check found in a document."""
        if document is self._document and problems != self._problems:
            self._problems = problems
            for page in (self.node, self.workflow, self.form):
                page.tell_problems(problems)

    def go(self, node: str) -> None:
        """Select a node, given by its id in the room that is shown or by the way to it."""
        document = self._document
        if document is None:
            return
        *room, name = node.split("/")
        if room or name not in document.shown.nodes:
            document.go(tuple(room))
        document.select([name])
        self.turn("inspector")

    def refresh(self) -> None:
        """Show everything as it is now."""
        document = self._document
        if document is None:
            return
        page = self.page
        if isinstance(page, (NodePage, MarkPage, WorkflowPage, FormPage, PastPage)):
            page.refresh()

    def _front(self) -> None:
        old, new = self._document, self._desk.front
        if old is new:
            self._show()
            return
        if old is not None:
            old.changed.disconnect(self._changed)
            old.selected.disconnect(self._show)
            old.room_changed.disconnect(self._show)
            old.titled.disconnect(self._titled)
            self._desk.looks(old).changed.disconnect(self._looked)
        self._document, self._problems = new, ()
        if new is not None:
            new.changed.connect(self._changed)
            new.selected.connect(self._show)
            new.room_changed.connect(self._show)
            new.titled.connect(self._titled)
            self._desk.looks(new).changed.connect(self._looked)
        self._hear()
        self._show()
        self._rest.start()

    def _warm(self) -> None:
        """In quiet moments, make the rows that the next click will need, one kind of node at a time."""
        if self._document is None or not self.isVisible() or not self.node.warm(self._document):
            self._rest.stop()

    def _show(self) -> None:
        """Put the page that fits the selection and the tab in front."""
        document = self._document
        if document is None:
            self.stack.setCurrentWidget(self.empty)
            return
        page: QWidget
        if self.head.key == "form":
            self.form.show_document(document)
            page = self.form
        elif self.head.key == "history":
            self.past.show_document(document)
            page = self.past
        elif document.selected_nodes:
            primary = document.primary
            others = [name for name in document.selected_nodes if name != primary]
            self.node.show_nodes(document, (*([primary] if primary else []), *others))
            page = self.node
        elif document.selection:
            self.mark.show_mark(document, document.selection[-1])
            page = self.mark
        else:
            self.workflow.show_document(document)
            page = self.workflow
        self.stack.setCurrentWidget(self._pages[page])
        for one in (self.node, self.workflow, self.form):
            if one is page:
                one.tell_problems(self._problems)

    def _changed(self, before: Any, after: Any) -> None:
        document = self._document
        if document is not None and self.page is self.node and before.nodes is after.nodes and all(
                flags_of(before, name) == flags_of(after, name) for name in document.selected_nodes):
            return  # things were moved, which does not show here
        self.refresh()

    def _titled(self) -> None:
        if self.page in (self.workflow, self.past):
            self.refresh()

    def _looked(self, nodes: Any) -> None:
        document = self._document
        if document is not None and self.page is self.node and any(
                document.flat(name) in nodes for name in document.selected_nodes):
            self.node.refresh_look()
        elif self.page is self.form:
            self.form.refresh_look()

