"""What differs between two graphs, one by one and as sentences for people."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ajar.contract import NodeType
from ajar.hints import Model
from workflows.graph import GROUP, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries
from workflows.plain import plain_value

Kind = Literal[
    "added", "removed", "replaced", "rebound", "value", "wire", "state", "take", "title", "layout", "frame", "note",
    "group", "setting", "other",
]
"""rebound    another model; value is any other value of an input
replaced   another type of node
"""
SHORT = 40
STATES = {"muted": "Muted", "bypassed": "Bypassed", "frozen": "Frozen"}
Types = Mapping[str, NodeType]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    kind: Kind
    text: str
    """For people."""
    node: str = ""
    """The id of the node, ``group:finish/blur`` inside a group; empty where it is about none."""
    input: str = ""
    before: Any = None
    after: Any = None
    """Plain values, as they are written."""
    name: str = ""
    """What a node is called that came or went."""


def difference(before: Graph, after: Graph, types: Types | None = None) -> list[str]:
    """What was changed to come from one graph to the other, the most telling first. Empty: nothing."""
    lines: list[str] = []
    last: Change | None = None
    for change in changes(before, after, types):
        head = change.text.removesuffix(change.name)
        if change.name and last is not None and last.text.removesuffix(last.name) == head:
            lines[-1] += f", {change.name}"
        else:
            lines.append(change.text)
        last = change
    return lines


def changes(before: Graph, after: Graph, types: Types | None = None) -> list[Change]:
    """The same, one by one."""
    known = types or {}
    found = [*_Nodes(before.nodes, after.nodes, known).all(), *_moved(before, after)]
    found += [*_pieces("frame", before.frames, after.frames), *_pieces("note", before.notes, after.notes)]
    found += _groups(before.groups, after.groups, known)
    for key in dict.fromkeys((*before.settings, *after.settings)):
        was, now = before.settings.get(key), after.settings.get(key)
        if was != now:
            found.append(Change("setting", f"Changed setting: {_spaced(key)}", "", key, was, now))
    return found or ([] if before == after else [Change("other", "Other details changed")])


def name_of(id_: str, node: Node, types: Types) -> str:
    """What a node is called: its own title, else that of its type with the number of its id."""
    if node.title:
        return node.title
    if node.type not in types:
        return id_.replace("-", " ").capitalize()
    _, _, number = id_.rpartition("-")
    return f"{types[node.type].title} {number}" if number.isdigit() else types[node.type].title


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes of a graph, or of a group, before and after."""

    before: Mapping[str, Node]
    after: Mapping[str, Node]
    types: Types

    def all(self) -> Iterator[Change]:
        sides: tuple[tuple[Kind, str, Mapping[str, Node], Mapping[str, Node]], ...] = (
            ("added", "Added", self.after, self.before), ("removed", "Removed", self.before, self.after),
        )
        for kind, word, some, others in sides:
            for id_, node in some.items():
                if id_ not in others:
                    name = name_of(id_, node, self.types)
                    yield Change(kind, f"{word}: {name}", id_, name=name)
        for id_, node in self.after.items():
            if id_ not in self.before:
                yield from self._wires(id_, name_of(id_, node, self.types), Node(node.type), node)
            elif node is not self.before[id_]:
                yield from self._node(id_, self.before[id_], node)

    def _kind(self, node: Node) -> str:
        type_ = self.types.get(node.type)
        return type_.title if type_ is not None else node.type

    def _node(self, id_: str, old: Node, new: Node) -> Iterator[Change]:
        name, former = name_of(id_, new, self.types), name_of(id_, old, self.types)
        if old.type != new.type:
            # A title of its own does not tell what stands there now.
            now, then = (name, former) if name != former else (self._kind(new), f"{name} ({self._kind(old)})")
            yield Change("replaced", f"Replaced: {then} by {now}", id_, "", old.type, new.type)
        elif name != former:
            yield Change("title", f"Renamed: {former} to {name}", id_, "", old.title, new.title)
        if old.state != new.state:
            text = f"{STATES[new.state]}: {name}" if new.state else f"No longer {old.state}: {name}"
            yield Change("state", text, id_, "", old.state, new.state)
        if old.take != new.take:
            text = f"Picked: take {new.take} of {name}" if new.take else f"No take picked: {name}"
            yield Change("take", text, id_, "", old.take, new.take)
        for key in dict.fromkeys((*old.inputs, *new.inputs)):
            if not _same(old, new, key):
                yield from self._input(id_, name, old, new, key)

    def _input(self, id_: str, name: str, old: Node, new: Node, key: str) -> Iterator[Change]:
        was, now, what = old.inputs.get(key), new.inputs.get(key), f"{_spaced(key)} of {name}"
        before, after = (None if key not in node.inputs else plain_value(node.inputs[key]) for node in (old, new))
        kind: Kind = "rebound" if self._is_model(new.type, key) else "value"
        if _wires_of(was) != _wires_of(now):
            only = Node(old.type, {key: was}), Node(new.type, {key: now})
            yield from self._wires(id_, name, *only)
        elif key not in new.inputs:
            yield Change(kind, f"Reset: {what}, it was {_said(was)}", id_, key, before, after)
        elif key not in old.inputs:
            yield Change(kind, f"Changed: {what} to {_said(now)}", id_, key, before, after)
        else:
            yield Change(kind, f"Changed: {what} from {_said(was)} to {_said(now)}", id_, key, before, after)

    def _is_model(self, type_: str, key: str) -> bool:
        socket = self.types[type_].input(key) if type_ in self.types else None
        return socket.hint(Model) is not None if socket is not None else key == "model"

    def _wires(self, id_: str, name: str, old: Node, new: Node) -> Iterator[Change]:
        """The wires of a node that were there only before, and those that are there only now."""
        sides = (("Disconnected", "from", self.before, old, new), ("Connected", "to", self.after, new, old))
        for verb, preposition, nodes, here, there in sides:
            for key, value in here.inputs.items():
                kept = _wires_of(there.inputs.get(key))
                for wire in _wires_of(value):
                    if wire not in kept:
                        source = name_of(wire.node, nodes[wire.node], self.types) if wire.node in nodes else wire.node
                        text = f"{verb}: {source} {preposition} {_spaced(key)} of {name}"
                        ends = (str(wire), None) if verb == "Disconnected" else (None, str(wire))
                        yield Change("wire", text, id_, key, *ends)


def _moved(before: Graph, after: Graph) -> Iterator[Change]:
    """Nodes that lie elsewhere. Those that are new have no old place."""
    pairs = [(before.layout[id_], spot) for id_, spot in after.layout.items() if id_ in before.layout]
    if moved := sum(1 for old, new in pairs if list(old[:2]) != list(new[:2])):
        yield Change("layout", f"Moved {_count(moved, 'node')}")
    if dressed := sum(1 for old, new in pairs if list(old[2:]) != list(new[2:])):
        yield Change("layout", f"Changed the look of {_count(dressed, 'node')}")


def _pieces(word: Literal["frame", "note"], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Frames or notes."""
    for verb, some, others in (("Added", after, before), ("Removed", before, after)):
        for id_, about in some.items():
            if id_ not in others:
                yield Change(word, f"{verb} {word}: {_called(about, id_)}", "", id_, before.get(id_), after.get(id_))
    for id_, about in after.items():
        if id_ in before and before[id_] != about:
            yield Change(word, f"Changed {word}: {_called(about, id_)}", "", id_, before[id_], about)


def _groups(before: Mapping[str, Group], after: Mapping[str, Group], types: Types) -> Iterator[Change]:
    for id_, group in before.items():
        if id_ not in after:
            yield Change("group", f"Removed group: {_group_name(id_, group)}", f"{GROUP}{id_}")
    for id_, group in after.items():
        if id_ not in before:
            yield Change("group", f"Added group: {_group_name(id_, group)}", f"{GROUP}{id_}")
        elif group is not before[id_]:
            for change in _inner(before[id_], group, types):
                text = f"In group {_group_name(id_, group)}: {change.text[0].lower()}{change.text[1:]}"
                node = f"{GROUP}{id_}/{change.node}" if change.node else f"{GROUP}{id_}"
                yield replace(change, text=text, node=node)


def _inner(old: Group, new: Group, types: Types) -> Iterator[Change]:
    if old.title != new.title:
        yield Change("group", "Renamed")
    if (old.inputs, old.outputs) != (new.inputs, new.outputs):
        yield Change("group", "Changed its sockets")
    yield from _Nodes(old.nodes, new.nodes, types).all()


def _group_name(id_: str, group: Group) -> str:
    return group.title or id_.replace("-", " ").capitalize()


def _wires_of(value: Value | None) -> list[Wire]:
    return [item for item in entries(value) if isinstance(item, Wire)]


def _same(old: Node, new: Node, key: str) -> bool:
    if (key in old.inputs) != (key in new.inputs):
        return False
    # In Python 1 == True == 1.0; in a file they differ.
    return json.dumps(plain_value(old.inputs[key])) == json.dumps(plain_value(new.inputs[key]))


def _called(about: Any, id_: str) -> str:
    text = (about.get("title") or about.get("text")) if isinstance(about, Mapping) else None
    return _short(str(text)) if text else id_


def _said(value: Value | None) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "nothing"
    if isinstance(value, Expr):
        return f"= {_short(value.text)}"
    if isinstance(value, GroupInput):
        return f"the group's {_spaced(value.name)}"
    if isinstance(value, (Row, list, tuple)):
        return _count(len(entries(value)), "entry", "entries")
    if isinstance(value, dict):
        return "other values"
    return f"“{_short(value)}”" if isinstance(value, str) else str(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"


def _spaced(key: str) -> str:
    return key.replace("_", " ")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
