"""What a command line changes in a workflow for one run: ``--set node.input=value`` and ``--seed``."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ajar.contract import NodeType
from ajar.errors import EditError
from ajar.hints import MAX_SEED
from workflows.changes import read_given, set_value
from workflows.graph import Expr, Graph, GroupInput, Node, Row, Value, Wire
from workflows.plain import groups_in_order
from workflows.problems import suggest
from workflows.rooms import into, outer

TARGET = re.compile(r"(?P<node>[a-z0-9/-]+)\.(?P<input>[^\W\d]\w*)(?:\[(?P<index>\d{1,6})\])?")


def override(graph: Graph, target: str, value: Any) -> Graph:
    """Set ``node.input``, ``node.row[2]`` or ``use/inner.input`` to what JSON says, in place of a literal or a wire.

    A group that is used elsewhere too is copied first, so that only this use changes.
    """
    found = TARGET.fullmatch(target.strip())
    if found is None:
        raise EditError(f'"{target}" does not name an input.', "Write node.input, like flux.seed.")
    path = found["node"].split("/")
    index = None if found["index"] is None else int(found["index"])
    read = read_given(value, f'The value for "{target}"')
    rooms = [graph]
    for depth, name in enumerate(path[:-1]):
        inner, room = into(rooms[-1], name, "/".join(path[: depth + 1]))
        rooms[-1] = inner
        rooms.append(room)
    room = rooms.pop()
    if path[-1] not in room.nodes:
        raise EditError(f'There is no node "{found["node"]}".', suggest(path[-1], room.nodes, _all(room.nodes)))
    room = set_value(room, path[-1], found["input"], read, index)
    for name in reversed(path[:-1]):
        room = outer(rooms.pop(), name, room)
    return room


def set_seeds(graph: Graph, types: Mapping[str, NodeType], seed: int) -> Graph:
    """Set every seed that is not wired to this number, in groups as well."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise EditError(f"A seed goes from 0 to {MAX_SEED}, not to {seed}.", "Choose a number in that range.")
    seeds: dict[str, set[str]] = {}
    groups = dict(graph.groups)
    for name in groups_in_order(graph.groups):
        group = groups[name]
        nodes, asked = _seeded(group.nodes, types, seeds, seed)
        groups[name] = replace(group, nodes=nodes)
        seeds[f"group:{name}"] = asked
    nodes, _ = _seeded(graph.nodes, types, seeds, seed)
    return replace(graph, nodes=nodes, groups=groups)


def _seeded(
    nodes: Mapping[str, Node], types: Mapping[str, NodeType], groups: Mapping[str, set[str]], seed: int,
) -> tuple[dict[str, Node], set[str]]:
    """The nodes with their seeds set, and the group inputs that are seeds inside."""
    result: dict[str, Node] = {}
    asked: set[str] = set()
    for name, node in nodes.items():
        type_ = types.get(node.type)
        keys = groups.get(node.type, set())
        if type_ is not None:
            keys = {socket.name for socket in type_.inputs if socket.is_seed and socket.form == "one"}
        inputs: dict[str, Value] = dict(node.inputs)
        for key in sorted(keys):
            value = inputs.get(key)
            if isinstance(value, GroupInput):
                asked.add(value.name)
            elif not isinstance(value, (Wire, Expr, Row)):
                inputs[key] = seed
        result[name] = node if inputs == node.inputs else replace(node, inputs=inputs)
    return result, asked


def _all(nodes: Mapping[str, Node]) -> str:
    names = list(nodes)
    return "There are " + ", ".join(names[:12]) + (" …" if len(names) > 12 else "") + "."
