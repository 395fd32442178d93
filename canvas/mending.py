"""One way out of a problem, where there is one that can do no harm: an edit with a name. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ajar.contract import NodeType, Socket
from ajar.hints import Model
from workflows import edit, inside
from workflows.graph import Graph, Node, Value, Wire, entries
from workflows.problems import Problem
from workflows.variants import node_at


@dataclass(frozen=True, slots=True)
class Fix:
    """What a button says, and the edit of the whole workflow behind it."""

    title: str
    change: Callable[[Graph], Graph]


def fix_for(problem: Problem, graph: Graph, types: Mapping[str, NodeType]) -> Fix | None:
    """The fix for a problem of a workflow as it is now."""
    flat = problem.node
    node = node_at(graph, flat) if flat is not None else None
    if flat is None or node is None or problem.severity != "error":
        return None
    if node.state == "frozen" and not node.result:
        return Fix("Unfreeze", _within(flat, lambda room, name: edit.set_state(room, name, None)))
    if problem.input is None:
        if node.state == "bypassed":
            return Fix("Do not bypass", _within(flat, lambda room, name: edit.set_state(room, name, None)))
        return None
    return _of_input(flat, problem.input, node, types.get(node.type))


def _of_input(flat: str, key: str, node: Node, type_: NodeType | None) -> Fix | None:
    value = node.inputs.get(key)
    if type_ is None or (value is None and key in node.inputs):
        return None
    socket = type_.input(key)
    if socket is not None and socket.hint(Model) is not None:
        return _of_model(flat, socket, value)
    if value is None:
        return None
    if any(isinstance(item, Wire) for item in entries(value)):
        return Fix("Remove the wire", _within(flat, lambda room, name: _cut(room, name, key)))
    if socket is None:
        return Fix("Remove it", _within(flat, lambda room, name: edit.reset_value(room, name, key)))
    if not socket.required:
        return Fix("Reset", _within(flat, lambda room, name: edit.reset_value(room, name, key)))
    return None


def _of_model(flat: str, socket: Socket, value: Value | None) -> Fix | None:
    """A model that is not on this machine: the one that comes with Ajar, where there is one."""
    own = socket.default
    if not isinstance(own, str) or not own or value in (None, own):
        return None
    title = "Use the built-in model" if own == "builtin" else f"Use {own}"
    return Fix(title, _within(flat, lambda room, name: edit.set_value(room, name, socket.name, own)))


def _cut(room: Graph, name: str, key: str) -> Graph:
    """Without the wires into an input; what else is in its row stays."""
    node = room.nodes[name]
    kept = [item for item in entries(node.inputs[key]) if not isinstance(item, Wire)]
    if not kept:
        return edit.reset_value(room, name, key)
    from workflows.graph import row

    return replace(room, nodes={**room.nodes, name: replace(node, inputs={**node.inputs, key: row(tuple(kept))})})


def _within(flat: str, change: Callable[[Graph, str], Graph]) -> Callable[[Graph], Graph]:
    """The change of a node, made in the room where it is."""
    *path, name = flat.split("/")
    return lambda graph: inside.changed(graph, tuple(path), lambda room: change(room, name))
