"""The page of one node, or of several: their shared parameters, where values come from, and the take that is shown."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from ajar.contract import NodeType, Socket
from ajar.models import ModelEntry
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.make import has_field
from canvas.fields.seat import title_of
from canvas.fields.shelf import ModelShelf
from canvas.kit.label import Label
from canvas.learning.opening import edit_captions, learns
from canvas.looks import Look
from canvas.marks import mark_of
from canvas.pages.about import Chips, Help, badges
from canvas.pages.box import RowBox
from canvas.pages.facts import facts_of
from canvas.pages.final import FinalPart
from canvas.pages.head import NodeHead
from canvas.pages.parts import Heading, Notice, column
from canvas.pages.take import TakeFacts
from workflows import edit, sockets
from workflows.graph import Expr, Graph, GroupInput, State, Value, Wire
from workflows.problems import Problem

KEPT = 12
"""So many kinds of nodes keep their rows, so that going back and forth between nodes makes nothing anew."""
LANES = {"gpu": "Local", "remote": "", "cpu": ""}


class NodePage(QWidget):
    """Shows what is selected; edits go to all selected nodes at once."""

    went = Signal(str)
    group_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shelf = ModelShelf.of(desk)
        self._document: Document | None = None
        self._nodes: tuple[str, ...] = ()
        self._boxes: dict[Any, tuple[RowBox, RowBox]] = {}
        self._now: tuple[RowBox, RowBox] | None = None
        self._problems: tuple[Problem, ...] = ()
        self.head = NodeHead(desk, self)
        self.head.titled.connect(self._title)
        self.head.stated.connect(self._state)
        self.head.menu_filled.connect(self._fill_menu)
        self.chips = Chips(desk, self)
        self.help = Help(desk, self)
        self.notices = QWidget(self)
        self._notices = column(self.notices)
        self.said: list[Notice] = []
        self.settings = Heading(desk, "Settings", "Reset", parent=self)
        self.settings.pressed_on.connect(self.reset)
        self.nothing = Label(desk, "", colour="text.tertiary", wrap=True, parent=self)
        self.nothing.setContentsMargins(12, 2, 12, 10)
        self.rows = QWidget(self)
        self._rows = column(self.rows)
        self.wires = Heading(desk, "Wires", parent=self)
        self.wired = QWidget(self)
        self._wired = column(self.wired)
        self.final = FinalPart(desk, self)
        self.final.wanted.connect(desk.act)
        self.take = TakeFacts(desk, self)
        whole = column(self)
        for widget in (self.head, self.chips, self.help, self.notices, self.settings, self.rows, self.nothing,
                       self.final, self.wires, self.wired, self.take):
            whole.addWidget(widget)
        whole.addStretch(1)
        self._shelf.changed.connect(self.refresh)

    @property
    def box(self) -> RowBox | None:
        """The rows of values that are shown."""
        return self._now[0] if self._now is not None else None

    @property
    def wire_box(self) -> RowBox | None:
        """The rows of inputs that can only be wired."""
        return self._now[1] if self._now is not None else None

    def show_nodes(self, document: Document, nodes: tuple[str, ...]) -> None:
        """Show these nodes of the room that is shown."""
        self._document, self._nodes = document, nodes
        self._use(self._box_of(document, nodes))
        self.refresh()

    def warm(self, document: Document) -> bool:
        """Make the rows of one more kind of node that this workflow uses; False where there is nothing to do."""
        kinds = {node.type: name for name, node in document.shown.nodes.items()}
        for name in list(kinds.values())[: KEPT - 2]:
            known = len(self._boxes)
            boxes = self._box_of(document, (name,))
            if len(self._boxes) > known:
                for box in boxes:
                    box.warm()
                return True
        return False

    def refresh(self) -> None:
        """Show how they are now."""
        document, nodes = self._document, tuple(
            name for name in self._nodes if self._document is not None and name in self._document.shown.nodes)
        if document is None or not nodes:
            return
        wanted = self._box_of(document, nodes)
        if wanted is not self._now:
            self._use(wanted)
        facts = facts_of(self._desk, document, document.shown, nodes[0])
        for box in wanted:
            if box.sockets:
                box.show_nodes(document, nodes, facts)
        self._show_head(document, nodes, facts.model)
        self._tell()

    def refresh_look(self) -> None:
        """Show how the run goes and what the take is."""
        document = self._document
        if document is not None and self._nodes and self._nodes[0] in document.shown.nodes:
            self._show_about(document, self._nodes,
                             facts_of(self._desk, document, document.shown, self._nodes[0]).model)
            self._tell()

    def tell_problems(self, problems: Sequence[Problem]) -> None:
        """What the check found in the whole workflow."""
        self._problems = tuple(problems)
        self._tell()

    def reset(self) -> None:
        """Leave all values to their defaults; wires stay."""
        document, nodes, box = self._document, self._nodes, self.box
        if document is None or box is None:
            return
        keys = [socket.name for socket in box.sockets]

        def change(graph: Graph) -> Graph:
            for name in nodes:
                for key in keys:
                    if not _wired(graph.nodes[name].inputs.get(key)):
                        graph = edit.reset_value(graph, name, key)
            return graph

        document.end_burst()
        document.edit("Reset values", change)

    # What is shown.

    def _use(self, boxes: tuple[RowBox, RowBox]) -> None:
        if self._now is boxes:
            return
        for old in self._now or ():
            old.hide()
        self._now = boxes
        values, wires = boxes
        values.setVisible(bool(values.sockets))
        wires.setVisible(bool(wires.sockets))
        self.wires.setVisible(bool(wires.sockets))
        self.settings.action.setVisible(bool(values.sockets))

    def _box_of(self, document: Document, nodes: tuple[str, ...]) -> tuple[RowBox, RowBox]:
        """The rows for these nodes, made when they are first needed."""
        shared = sockets.common_sockets(document.shown, document.types, nodes)
        key = _alike(shared)
        found = self._boxes.pop(key, None)
        if found is None:
            values = RowBox(self._desk, [one for one in shared if has_field(one)], self.rows)
            wires = RowBox(self._desk, [one for one in shared if not has_field(one)], self.wired)
            self._rows.addWidget(values)
            self._wired.addWidget(wires)
            for box in (values, wires):
                box.went.connect(self.went)
                box.group_wanted.connect(self.group_wanted)
                box.hide()
            found = (values, wires)
            self._forget()
        self._boxes[key] = found
        return found

    def _forget(self) -> None:
        while len(self._boxes) >= KEPT:
            oldest = next(key for key, boxes in self._boxes.items() if boxes is not self._now)
            for box in self._boxes.pop(oldest):
                box.setParent(None)
                box.deleteLater()

    def _show_head(self, document: Document, nodes: tuple[str, ...], model: ModelEntry | None) -> None:
        graph = document.shown
        types = sockets.known(graph, document.types)
        first = graph.nodes[nodes[0]]
        type_ = types.get(first.type)
        states = {graph.nodes[name].state for name in nodes}
        state: State | None = states.pop() if len(states) == 1 else None
        category, icon = mark_of(document.types.get(first.type), first.type)
        if len(nodes) == 1:
            title, hint, help_ = first.title, title_of(graph, document, nodes[0]), type_.help if type_ else ""
        else:
            title, help_ = "", ""
            hint = f"{len(nodes)} nodes"
            category, icon = ("flow", "group") if len({graph.nodes[name].type for name in nodes}) > 1 else (
                category, icon)
        self.head.show_node(icon, f"category.{category}.ink", title, hint, state, can_title=len(nodes) == 1)
        self.help.put(help_)
        values = self.box
        if values is not None and not values.sockets:
            self.nothing.say(
                "These nodes share no setting." if len(nodes) > 1
                else "This group shows no settings yet. Enter it, and expose an input to set it here."
                if graph.nodes[nodes[0]].group is not None else "This node has no settings.")
        self.nothing.setVisible(values is not None and not values.sockets)
        self._show_about(document, nodes, model)

    def _show_about(self, document: Document, nodes: tuple[str, ...], model: ModelEntry | None) -> None:
        if len(nodes) > 1:
            self.chips.put(())
            self.final.hide()
            self.take.hide()
            return
        look = self._desk.looks(document).of(document.flat(nodes[0]))
        type_ = document.types.get(document.shown.nodes[nodes[0]].type)
        licence = self._shelf.licences.get(model.licence) if model is not None else None
        self.chips.put(badges(look, _lane(type_), model, licence))
        self.final.show_node(document, nodes[0], len(look.thumbs))
        self.take.show_look(look, type_, licence)

    def _tell(self) -> None:
        document, nodes = self._document, self._nodes
        if document is None:
            return
        own = [problem for problem in self._problems
               if problem.node is not None and problem.node in {document.flat(name) for name in nodes}]
        look = self._desk.looks(document).of(document.flat(nodes[0])) if len(nodes) == 1 else Look()
        by_input: dict[str, tuple[Problem, ...]] = {}
        for problem in own:
            by_input[problem.input or ""] = (*by_input.get(problem.input or "", ()), problem)
        for box in self._now or ():
            box.tell_problems(by_input)
        seen = {row for box in self._now or () for row in box.rows}
        rest = [(one.message, one.hint, one.severity == "warning") for one in own if one.input not in seen]
        if look.message and look.phase == "failed":
            rest.insert(0, (look.message, look.hint, False))
        elif look.needs:
            rest = [line for line in rest if line[1] != look.hint]  # the same, less shortly
            rest.insert(0, (look.needs, look.hint, True))
        if look.confidential:
            rest.append((f"{look.confidential}.", "Nothing that is made from it may reach another machine.", True))
        self._show_notices(list(dict.fromkeys(rest)))

    def _show_notices(self, lines: Sequence[tuple[str, str, bool]]) -> None:
        while len(self.said) < len(lines):
            self.said.append(Notice(self._desk, self.notices))
            self._notices.addWidget(self.said[-1])
        for at, notice in enumerate(self.said):
            message, hint, mild = lines[at] if at < len(lines) else ("", "", False)
            notice.say(message, hint, "warn" if mild else "error", "semantic.warn" if mild else "semantic.error")
        self.notices.setVisible(bool(lines))

    # What the head tells.

    def _title(self, text: str) -> None:
        document, nodes = self._document, self._nodes
        if document is None or len(nodes) != 1 or nodes[0] not in document.shown.nodes:
            return
        node = document.shown.nodes[nodes[0]]
        type_ = sockets.known(document.shown, document.types).get(node.type)
        own = "" if type_ is not None and text == type_.title else text
        if own != node.title:
            document.edit("Rename", lambda graph: edit.set_title(graph, nodes[0], own))

    def _state(self, state: Any) -> None:
        document, nodes = self._document, self._nodes
        if document is None:
            return
        wake = all(document.shown.nodes[name].state == state for name in nodes)
        hold: Callable[..., object] | None = getattr(self._desk.runner, "freeze", None)
        if state == "frozen" and not wake and hold is not None:
            hold(document, nodes)
        else:
            word = {"frozen": "Freeze", "muted": "Mute", "bypassed": "Bypass"}[state]

            def change(graph: Graph) -> Graph:
                for name in nodes:
                    graph = edit.set_state(graph, name, None if wake else state)
                return graph

            document.edit(f"Wake {_count(nodes)}" if wake else f"{word} {_count(nodes)}", change)
        self.refresh()

    def _fill_menu(self, menu: QMenu) -> None:
        document, nodes = self._document, self._nodes
        if document is None:
            return
        rename = menu.addAction("Rename")
        rename.triggered.connect(self.head.begin)
        rename.setEnabled(len(nodes) == 1)
        menu.addAction("Reset all settings").triggered.connect(self.reset)
        if len(nodes) == 1 and learns(document, nodes[0]):
            captions = menu.addAction("Edit captions…")
            captions.triggered.connect(lambda: edit_captions(self._desk, document, nodes[0], self.window()))
        if len(nodes) == 1 and document.shown.nodes[nodes[0]].group is not None:
            menu.addSeparator()
            menu.addAction("Enter the group").triggered.connect(lambda: document.enter(nodes[0]))
            unique = menu.addAction("Make unique")
            unique.triggered.connect(lambda: document.edit("Make unique", lambda g: edit.make_unique(g, nodes[0])))
        menu.addSeparator()
        menu.addAction("Show all settings in the form").triggered.connect(lambda: self._expose_all(True))
        menu.addAction("Take all settings out of the form").triggered.connect(lambda: self._expose_all(False))

    def _expose_all(self, on: bool) -> None:
        from workflows.forms import set_exposed

        document, nodes, box = self._document, self._nodes, self.box
        if document is None or box is None:
            return
        keys = [socket.name for socket in box.sockets]

        def change(graph: Graph) -> Graph:
            for name in nodes:
                for key in keys:
                    graph = set_exposed(graph, name, key, on)
            return graph

        document.edit("Show in the form" if on else "Hide from the form", change)


def _wired(value: Value) -> bool:
    return isinstance(value, (Wire, GroupInput)) and not isinstance(value, Expr)


def _lane(type_: NodeType | None) -> str:
    return LANES.get(type_.lane, "") if type_ is not None else ""


def _count(nodes: Sequence[str]) -> str:
    return "node" if len(nodes) == 1 else f"{len(nodes)} nodes"


def _alike(found: Sequence[Socket]) -> tuple[Any, ...]:
    """What two nodes must have in common to share their rows."""
    return tuple((one.name, one.form, one.optional, str(one.type), one.hints, str(one.default)) for one in found)
