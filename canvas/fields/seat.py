"""One parameter of one node, or of several at once: what it is given, and the edits that a field can ask for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ajar.contract import Socket
from canvas.document import Document
from canvas.marks import wire_of
from canvas.subjects import remember_choice
from workflows import edit, inside, kinds, links, rooms, sockets
from workflows.forms import exposed, set_exposed, set_held
from workflows.graph import Expr, Graph, GroupInput, Row, Value, Wire, entries

Change = Callable[[Graph], Graph]


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a field sits. ``nodes`` are names in ``room``; with several, edits go to all of them in one step."""

    document: Document
    room: tuple[str, ...]
    nodes: tuple[str, ...]
    socket: Socket

    @property
    def key(self) -> str:
        return self.socket.name

    @property
    def graph(self) -> Graph:
        """The room in which the nodes are."""
        document = self.document
        return document.shown if self.room == document.room else inside.room(document.graph, self.room)

    @property
    def there(self) -> bool:
        """Whether the nodes still are."""
        return inside.exists(self.document.graph, self.room) and all(name in self.graph.nodes for name in self.nodes)

    @property
    def values(self) -> tuple[Value, ...]:
        """What each node gives the input; None where it is left to its default."""
        nodes = self.graph.nodes
        return tuple(nodes[name].inputs.get(self.key) for name in self.nodes)

    @property
    def value(self) -> Value:
        return self.values[0]

    @property
    def mixed(self) -> bool:
        """Whether the nodes differ. Nothing set is the same as the default set."""
        if len(self.nodes) == 1:
            return False
        plain = default_or(self.socket, None)
        first, *others = (plain if value is None else value for value in self.values)
        kind = type(first)
        return any(type(other) is not kind or other != first for other in others)

    @property
    def is_set(self) -> bool:
        """Whether any of the nodes has a value of its own."""
        return any(self.key in self.graph.nodes[name].inputs for name in self.nodes)

    @property
    def title(self) -> str:
        """What an undo step of it is called."""
        where = title_of(self.graph, self.document, self.nodes[0]) if len(self.nodes) == 1 else (
            f"{len(self.nodes)} nodes")
        return f"{self.socket.label} of {where}"

    @property
    def burst(self) -> str:
        return f"value {'/'.join(self.room)} {' '.join(self.nodes)} {self.key}"

    def put(self, value: Value, *, burst: bool = True) -> bool:
        """Give it to all nodes; a list input is given a whole row."""
        remember_choice(self.document, self.socket, value)
        return self._each(self.title, lambda graph, name: edit.set_value(graph, name, self.key, value), burst=burst)

    def reset(self) -> bool:
        return self._each(f"Reset {self.title}", lambda graph, name: edit.reset_value(graph, name, self.key))

    def formula(self, text: str, *, burst: bool = True) -> bool:
        """Let it follow a formula."""
        types = self.document.types
        return self._each(f"Formula for {self.title}", lambda graph, name: links.set_expression(
            graph, types, name, self.key, text), burst=burst)

    def formula_problem(self, text: str) -> tuple[str, str]:
        """What is wrong with a formula, as (message, hint)."""
        found = links.expression_problem(text, self.graph, self.document.types, self.nodes[0], self.key)
        return ("", "") if found is None else (found.message, found.hint)

    def result(self, text: str) -> str:
        """What a formula comes to just now, in words; "" where that is not known."""
        found = links.value_now(self.graph, self.document.types, text)
        return "" if found is None else words_of(found)

    def link(self, node: str, name: str) -> bool:
        types = self.document.types
        return self._each(f"Link {self.title}", lambda graph, one: links.link(
            graph, types, one, self.key, node, name))

    def unlink(self) -> bool:
        """Leave the value that the formula has now."""
        types = self.document.types
        return self._each(f"Plain value for {self.title}", lambda graph, name: links.unlink(
            graph, types, name, self.key) if isinstance(graph.nodes[name].inputs.get(self.key), Expr) else graph)

    def cut(self) -> bool:
        """Take the wire out."""
        return self._each(f"Disconnect {self.title}", lambda graph, name: edit.reset_value(graph, name, self.key))

    @property
    def exposed(self) -> bool:
        """Whether it stands in the form."""
        return all(self.key in exposed(self.graph, name) for name in self.nodes)

    def expose(self, on: bool) -> bool:
        title = f"{'Show' if on else 'Hide'} {self.socket.label} in the form"
        return self._each(title, lambda graph, name: set_exposed(graph, name, self.key, on))

    def hold(self, on: bool) -> bool:
        """Keep a seed as it is when more takes are made, or let it change."""
        title = f"{'Keep' if on else 'Free'} {self.title}"
        return self._each(title, lambda graph, name: set_held(graph, name, self.key, on))

    def source(self, value: Value) -> tuple[str, str]:
        """(what a wire or a group input is called, the kind of wire)."""
        graph, types = self.graph, self.document.types
        if isinstance(value, GroupInput):
            return f"from the group · {value.name.replace('_', ' ')}", wire_of(self.socket.type)
        if not isinstance(value, Wire):
            return str(value.text if isinstance(value, Expr) else value), "number"
        found = sockets.output_of(graph, types, value) if value.node in graph.nodes else None
        name = title_of(graph, self.document, value.node)
        output = "" if found is None or (found.name == "result" and value.output is None) else found.name
        kind = wire_of(sockets.carried(graph, types, value)) if found is not None else "any"
        return f"from {name}{' · ' + output.replace('_', ' ') if output else ''}", kind

    def leave_group(self) -> bool:
        """Take an input away from the group that this parameter gets its value by; it keeps that value."""
        value = self.value
        if not isinstance(value, GroupInput) or not self.room:
            return False
        *outside, use = self.room
        return self.document.edit_whole(
            f"Take {value.name} from the inputs of the group",
            lambda graph: inside.changed(graph, tuple(outside), lambda room: rooms.unexpose(room, use, value.name)))

    def choices(self) -> Iterator[tuple[str, str, str, str]]:
        """(node, input, node's title, present value) of all parameters that it could follow."""
        graph, types = self.graph, self.document.types
        for name in graph.nodes:
            if name in self.nodes:
                continue
            title = title_of(graph, self.document, name)
            for socket in sockets.sockets_of(graph, types, name)[0]:
                if socket.form == "one" and kinds.fits(socket.type, self.socket.type):
                    given = graph.nodes[name].inputs.get(socket.name)
                    yield name, socket.name, title, words_of(default_or(socket, given))

    def _each(self, title: str, change: Callable[[Graph, str], Graph], *, burst: bool = False) -> bool:
        def all_of(graph: Graph) -> Graph:
            for name in self.nodes:
                graph = change(graph, name)
            return graph

        return self.document.edit_whole(
            title, lambda graph: inside.changed(graph, self.room, all_of), self.burst if burst else "")


def default_or(socket: Socket, value: Value) -> Value:
    """What an input is given, or else its default as a literal."""
    from canvas.fields.field import default_of

    return default_of(socket) if value is None else value


def title_of(graph: Graph, document: Document, name: str) -> str:
    """What a node is called on the board."""
    node = graph.nodes.get(name)
    if node is None:
        return name
    if node.title:
        return node.title
    type_ = sockets.known(graph, document.types).get(node.type)
    return type_.title if type_ is not None else node.type


def words_of(value: Any) -> str:
    """A value in a few words, for lists and notes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Wire):
        return "wired"
    if isinstance(value, Expr):
        return f"= {value.text}"
    if isinstance(value, (Row, list)):
        count = len(entries(value))
        return f"{count} {'value' if count == 1 else 'values'}"
    if isinstance(value, float):
        return f"{value:g}"
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"
