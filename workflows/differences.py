"""What differs between two graphs, as sentences for people."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ajar.contract import NodeType
from workflows.graph import Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries
from workflows.plain import plain_value

SHORT = 40
STATES = {"muted": "Muted", "bypassed": "Bypassed", "frozen": "Frozen"}
Types = Mapping[str, NodeType]


def difference(before: Graph, after: Graph, types: Types | None = None) -> list[str]:
    """What was changed to come from one graph to the other, the most telling first. Empty: nothing."""
    found = [*_Nodes(before.nodes, after.nodes, types or {}).lines(), *_moved(before, after)]
    for section, word in (("frames", "frame"), ("notes", "note")):
        found += _pieces(word, getattr(before, section), getattr(after, section))
    found += _groups(before.groups, after.groups, types or {})
    keys = dict.fromkeys((*before.settings, *after.settings))
    changed = [key for key in keys if before.settings.get(key) != after.settings.get(key)]
    found += [f"Changed setting: {_spaced(key)}" for key in changed]
    return found or ([] if before == after else ["Other details changed"])


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

    def lines(self) -> Iterator[str]:
        for word, some, others in (
            ("Added", self.after, self.before), ("Removed", self.before, self.after),
        ):
            if names := [name_of(id_, node, self.types) for id_, node in some.items() if id_ not in others]:
                yield f"{word}: {', '.join(names)}"
        for id_, node in self.after.items():
            if id_ not in self.before:
                yield from self._wires(name_of(id_, node, self.types), Node(node.type), node)
            elif node is not self.before[id_]:
                yield from self._node(id_, self.before[id_], node)

    def _node(self, id_: str, old: Node, new: Node) -> Iterator[str]:
        name, former = name_of(id_, new, self.types), name_of(id_, old, self.types)
        if old.type != new.type:
            yield f"Replaced: {former} by {name}"
        elif name != former:
            yield f"Renamed: {former} to {name}"
        if old.state != new.state:
            yield f"{STATES[new.state]}: {name}" if new.state else f"No longer {old.state}: {name}"
        if old.take != new.take:
            yield f"Picked: take {new.take} of {name}" if new.take else f"No take picked: {name}"
        for key in dict.fromkeys((*old.inputs, *new.inputs)):
            if not _same(old, new, key):
                yield from self._input(name, old, new, key)

    def _input(self, name: str, old: Node, new: Node, key: str) -> Iterator[str]:
        was, now, what = old.inputs.get(key), new.inputs.get(key), f"{_spaced(key)} of {name}"
        if _wires_of(was) != _wires_of(now):
            only = Node(old.type, {key: was}), Node(new.type, {key: now})
            yield from self._wires(name, *only)
        elif key not in new.inputs:
            yield f"Reset: {what}, it was {_said(was)}"
        elif key not in old.inputs:
            yield f"Changed: {what} to {_said(now)}"
        else:
            yield f"Changed: {what} from {_said(was)} to {_said(now)}"

    def _wires(self, name: str, old: Node, new: Node) -> Iterator[str]:
        """The wires of a node that were there only before, and those that are there only now."""
        sides = (("Disconnected", "from", self.before, old, new), ("Connected", "to", self.after, new, old))
        for verb, preposition, nodes, here, there in sides:
            for key, value in here.inputs.items():
                kept = _wires_of(there.inputs.get(key))
                for wire in _wires_of(value):
                    if wire not in kept:
                        source = name_of(wire.node, nodes[wire.node], self.types) if wire.node in nodes else wire.node
                        yield f"{verb}: {source} {preposition} {_spaced(key)} of {name}"


def _moved(before: Graph, after: Graph) -> Iterator[str]:
    """Nodes that lie elsewhere. Those that are new have no old place."""
    pairs = [(before.layout[id_], spot) for id_, spot in after.layout.items() if id_ in before.layout]
    if moved := sum(1 for old, new in pairs if list(old[:2]) != list(new[:2])):
        yield f"Moved {_count(moved, 'node')}"
    if dressed := sum(1 for old, new in pairs if list(old[2:]) != list(new[2:])):
        yield f"Changed the look of {_count(dressed, 'node')}"


def _pieces(word: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Frames or notes."""
    yield from (f"Added {word}: {_called(about, id_)}" for id_, about in after.items() if id_ not in before)
    yield from (f"Removed {word}: {_called(about, id_)}" for id_, about in before.items() if id_ not in after)
    for id_, about in after.items():
        if id_ in before and before[id_] != about:
            yield f"Changed {word}: {_called(about, id_)}"


def _groups(before: Mapping[str, Group], after: Mapping[str, Group], types: Types) -> Iterator[str]:
    for id_, group in before.items():
        if id_ not in after:
            yield f"Removed group: {_group_name(id_, group)}"
    for id_, group in after.items():
        if id_ not in before:
            yield f"Added group: {_group_name(id_, group)}"
        elif group is not before[id_] and (lines := list(_inner(before[id_], group, types))):
            yield from (f"In group {_group_name(id_, group)}: {line[0].lower()}{line[1:]}" for line in lines)


def _inner(old: Group, new: Group, types: Types) -> Iterator[str]:
    if old.title != new.title:
        yield "Renamed"
    if (old.inputs, old.outputs) != (new.inputs, new.outputs):
        yield "Changed its sockets"
    yield from _Nodes(old.nodes, new.nodes, types).lines()


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
