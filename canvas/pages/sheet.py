"""The page of the workflow itself, while nothing is selected: its title, notes, what it may do, and how large it is."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ajar.contract import Socket
from ajar.errors import AjarError
from ajar.hints import Area
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.choices import ChoiceField
from canvas.fields.field import Field
from canvas.fields.texts import AreaField, LineField
from canvas.kit import words
from canvas.kit.label import Label
from canvas.pages.head import NodeHead
from canvas.pages.parts import PAD, Fact, Heading, Notice, column
from workflows import edit
from workflows.graph import Graph, links
from workflows.problems import Problem
from workflows.project import find

RESIDENCY = {"open": "Anywhere", "listed": "Listed hosts only", "local": "This computer only"}
INTENT = {"any": "Not said", "personal": "Personal use", "commercial": "Commercial work", "client": "Client work"}
LEAVES = {
    "open": "Nodes may send work to any provider that has a key.",
    "listed": "Nodes may send work only to hosts that are listed.",
    "local": "Nothing leaves this computer: nodes that would send something are refused.",
}
MEANT = {
    "any": "Licences are shown, and judged as for personal use. They inform, they do not advise.",
    "personal": "Models whose terms are not known are warned of.",
    "commercial": "Models whose terms forbid commercial work are refused, unless you say why you may use them.",
    "client": "As commercial work, and warned of terms that bind your client too.",
}
MOST = 8
"""So many problems are listed here; all of them stand in their own panel."""


def _stricter(document: Document, name: str, said: dict[str, str], choices: dict[str, str]) -> str:
    """What the project says, where that is stricter than the workflow: the strictest of all counts."""
    if document.path is None:
        return ""
    try:
        policy = find(document.path).policy
    except AjarError:  # Problems says what is wrong with its ajar.toml
        return ""
    theirs, order = getattr(policy, name), list(choices)
    own = document.graph.settings.get(name)
    mine = own if isinstance(own, str) and own in choices else order[0]
    if order.index(theirs) <= order.index(mine):
        return ""
    return f"The project says: {choices[theirs]}, and the stricter one counts. {said[theirs]}"


class WorkflowPage(QWidget):
    """Settings of the whole workflow. They are kept in its file and can be undone like everything else."""

    went = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._document: Document | None = None
        self._problems: tuple[Problem, ...] = ()
        self.head = NodeHead(desk, self)
        self.head.titled.connect(self._title)
        self.about = AreaField(desk, Socket("notes", str, "", (Area(4),)), self)
        self.author = LineField(desk, Socket("author", str, ""), self)
        self.residency = ChoiceField(desk, Socket("work_may_go", Literal[tuple(RESIDENCY.values())]), self)
        self.intent = ChoiceField(desk, Socket("made_for", Literal[tuple(INTENT.values())]), self)
        self.explained = {name: Label(desk, "", "caption", colour="text.tertiary", wrap=True, parent=self)
                          for name in ("residency", "intent")}
        self.facts = {name: Fact(desk, name, self) for name in ("File", "Nodes", "Wires", "Groups", "Models")}
        self.problems = Heading(desk, "Problems", parent=self)
        self.lines: list[Notice] = []
        self._lay_out()
        self._listen()

    def _lay_out(self) -> None:
        self._column = column(self)
        self._column.addWidget(self.head)
        self._rows: list[tuple[QWidget, Label]] = []
        for name, field in (("Author", self.author),):
            self._add(name, field)
        self._column.addWidget(Heading(self._desk, "Notes", parent=self))
        self._column.addWidget(self._padded(self.about))
        self._column.addWidget(Heading(self._desk, "Rules", parent=self))
        self._add("Work may go", self.residency)
        self._column.addWidget(self._padded(self.explained["residency"]))
        self._add("Made for", self.intent)
        self._column.addWidget(self._padded(self.explained["intent"]))
        self._column.addWidget(Heading(self._desk, "This workflow", parent=self))
        for fact in self.facts.values():
            self._column.addWidget(fact)
        self._column.addWidget(self.problems)
        self._lines = column(holder := QWidget(self))
        self._column.addWidget(holder)
        self._column.addStretch(1)

    def _add(self, name: str, field: Field) -> None:
        holder = QWidget(self)
        line = QHBoxLayout(holder)
        label = Label(self._desk, name, colour="text.secondary", parent=holder)
        px = self._desk.theme.px
        label.setFixedWidth(round(px(84)))
        line.setContentsMargins(round(px(PAD)), 2, round(px(PAD)), 2)
        line.setSpacing(0)
        line.addWidget(label)
        line.addWidget(field, 1)
        field.setAccessibleName(name)
        self._column.addWidget(holder)

    def _padded(self, widget: QWidget) -> QWidget:
        holder = QWidget(self)
        inside = column(holder)
        px = self._desk.theme.px
        inside.setContentsMargins(round(px(PAD)), round(px(2)), round(px(PAD)), round(px(8)))
        inside.addWidget(widget)
        return holder

    def _listen(self) -> None:
        self.about.edited.connect(lambda text: self._set("notes", text or None, "notes"))
        self.author.edited.connect(lambda text: self._set("author", text or None, "author"))
        self.residency.edited.connect(lambda text: self._rule("residency", RESIDENCY, text))
        self.intent.edited.connect(lambda text: self._rule("intent", INTENT, text))
        for field in (self.about, self.author, self.residency, self.intent):
            field.settled.connect(self._settled)

    def show_document(self, document: Document) -> None:
        self._document = document
        self.refresh()

    def refresh(self) -> None:
        """Show the workflow as it is now."""
        document = self._document
        if document is None:
            return
        settings = document.graph.settings
        own = settings.get("title")
        title = own if isinstance(own, str) else ""
        self.head.show_node("template", "text.secondary", title, document.title, None, can_state=False)
        for field, key in ((self.about, "notes"), (self.author, "author")):
            field.show_value(settings.get(key) if isinstance(settings.get(key), str) else "")
        for name, rule, choices, said in (("residency", self.residency, RESIDENCY, LEAVES),
                                          ("intent", self.intent, INTENT, MEANT)):
            chosen = settings.get(name)
            answer = chosen if isinstance(chosen, str) and chosen in choices else next(iter(choices))
            rule.show_value(choices[answer])
            self.explained[name].say(_stricter(document, name, said, choices) or said[answer])
        self._count(document)

    def tell_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = tuple(problems)
        shown = self._problems[:MOST]
        while len(self.lines) < len(shown):
            notice = Notice(self._desk, self)
            notice.pressed_on.connect(partial(self._go, len(self.lines)))
            self.lines.append(notice)
            self._lines.addWidget(notice)
        for at, notice in enumerate(self.lines):
            problem = shown[at] if at < len(shown) else Problem("error", "")
            mild = problem.severity == "warning"
            notice.say(problem.message, problem.hint, "warn" if mild else "error",
                       "semantic.warn" if mild else "semantic.error")
        rest = len(self._problems) - len(shown)
        self.problems.title.say(f"Problems, {len(self._problems)}" if not rest else
                                f"Problems, {len(shown)} of {len(self._problems)}")
        self.problems.setVisible(bool(shown))

    def _count(self, document: Document) -> None:
        graph = document.graph
        nodes = len(graph.nodes) + sum(len(group.nodes) for group in graph.groups.values())
        models = {type_.title for node in graph.nodes.values() if (type_ := document.types.get(node.type)) is not None
                  and type_.lane == "gpu"}
        self.facts["File"].say(document.path.name if document.path is not None else "not saved yet")
        self.facts["Nodes"].say(words.figure(nodes))
        self.facts["Wires"].say(words.figure(sum(1 for _ in links(graph.nodes))))
        self.facts["Groups"].say(words.figure(len(graph.groups)) if graph.groups else "")
        self.facts["Models"].say(", ".join(sorted(models)))

    def _go(self, at: int) -> None:
        node = self._problems[at].node if at < len(self._problems) else None
        if node:
            self.went.emit(node)

    def _title(self, text: str) -> None:
        if self._document is not None:
            self._set("title", text if text and text != self._document.title else None, "")

    def _rule(self, name: str, choices: dict[str, str], text: str) -> None:
        key = next(key for key, word in choices.items() if word == text)
        self._set(name, None if key == next(iter(choices)) else key, "")
        self.refresh()

    def _set(self, name: str, value: Any, burst: str) -> None:
        document = self._document
        if document is None or document.graph.settings.get(name) == value:
            return

        def change(graph: Graph) -> Graph:
            return edit.set_setting(graph, name, value)

        document.edit_whole(f"Change {name} of the workflow", change, f"workflow {burst}" if burst else "")

    def _settled(self) -> None:
        if self._document is not None:
            self._document.end_burst()
