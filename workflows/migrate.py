"""Old files: one step a format version on plain data, then the new names of renamed nodes, inputs and outputs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajar.contract import NodeType
from ajar.errors import WorkflowError
from workflows import expression
from workflows.graph import VERSION, Expr, Graph, Node, Row, Value, Wire, every_room

Plain = dict[str, Any]
STEPS: Mapping[int, Callable[[Plain], Plain]] = {}
"""From a version to the next one; every step stays for ever, with a file of that version in ``tests/formats``."""


def migrate(plain: Plain, steps: Mapping[int, Callable[[Plain], Plain]] = STEPS, newest: int = VERSION) -> Plain:
    """Bring plain data to the newest format version. WorkflowError if it is newer than this Ajar, or no workflow."""
    version = plain.get("ajar")
    if version is None:
        raise WorkflowError("This JSON is not an Ajar workflow: it has no format version.", _what_it_may_be(plain))
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise WorkflowError(
            "The format version of the workflow is not a whole number from 1 up.", f'Write "ajar": {newest}.'
        )
    if version > newest:
        raise WorkflowError(
            f"The workflow has format version {version}, and this Ajar reads versions up to {newest}.",
            "Open it with a newer Ajar.",
        )
    while version < newest:
        plain = steps[version](plain)
        version += 1
    return {**plain, "ajar": newest}


def _what_it_may_be(plain: Plain) -> str:
    looks = plain.values()
    if "last_node_id" in plain or (plain and all(isinstance(node, dict) and "class_type" in node for node in looks)):
        return "It looks like a ComfyUI workflow, which Ajar can't read."
    return f'Write {{"ajar": {VERSION}, "nodes": {{...}}}}.'


def rename(graph: Graph, types: Mapping[str, NodeType]) -> Graph:
    """Replace the earlier names of node types, inputs and outputs by those of today."""
    new_types = {old: type_.id for type_ in types.values() for old in type_.was if old not in types}
    renamed = {type_.id: type_ for type_ in types.values() if _has_past(type_)}
    used = {node.type for nodes in every_room(graph) for node in nodes.values()}
    used_today = {new_types.get(name, name) for name in used}
    if used == used_today and not used & renamed.keys():
        return graph
    groups = {
        name: replace(group, nodes=_nodes(group.nodes, new_types, types), outputs={
            output: _wire(wire, _retype(group.nodes, new_types), types) for output, wire in group.outputs.items()
        }) for name, group in graph.groups.items()
    }
    return replace(graph, nodes=_nodes(graph.nodes, new_types, types), groups=groups)


def _has_past(type_: NodeType) -> bool:
    return any(socket.was for socket in (*type_.inputs, *type_.outputs))


def _retype(nodes: Mapping[str, Node], new: Mapping[str, str]) -> dict[str, str]:
    return {name: new.get(node.type, node.type) for name, node in nodes.items()}


def _nodes(nodes: Mapping[str, Node], new: Mapping[str, str], types: Mapping[str, NodeType]) -> dict[str, Node]:
    kinds = _retype(nodes, new)
    return {name: _node(node, kinds[name], kinds, types) for name, node in nodes.items()}


def _node(node: Node, kind: str, kinds: Mapping[str, str], types: Mapping[str, NodeType]) -> Node:
    type_ = types.get(kind)
    inputs: dict[str, Value] = {}
    for name, value in node.inputs.items():
        today = _today(type_, name, node.inputs) if type_ else name
        inputs[today] = _value(value, kinds, types)
    result = node.result
    if result is not None and type_ is not None:
        result = {_output(type_, name): value for name, value in result.items()}
    return replace(node, type=kind, inputs=inputs, result=result)


def _today(type_: NodeType, name: str, given: Mapping[str, Any]) -> str:
    """The name of an input today; an old name beside the new one is left for the check to report."""
    if type_.input(name) is not None:
        return name
    return next((s.name for s in type_.inputs if name in s.was and s.name not in given), name)


def _output(type_: NodeType, name: str) -> str:
    if type_.output(name) is not None:
        return name
    return next((socket.name for socket in type_.outputs if name in socket.was), name)


def _wire(wire: Wire, kinds: Mapping[str, str], types: Mapping[str, NodeType]) -> Wire:
    source = types.get(kinds.get(wire.node, ""))
    if source is None or wire.output is None:
        return wire
    return Wire(wire.node, _output(source, wire.output))


def _value(value: Value | None, kinds: Mapping[str, str], types: Mapping[str, NodeType]) -> Value:
    if isinstance(value, Wire):
        return _wire(value, kinds, types)
    if isinstance(value, Row):
        return Row(tuple(_value(item, kinds, types) for item in value.items))
    if isinstance(value, Expr):

        def today(node: str, name: str) -> str:
            source = types.get(kinds.get(node, ""))
            if source is None:
                return f"{node}.{name}"
            new = _today(source, name, {})
            return f"{node}.{new if new != name else _output(source, name)}"

        return Expr(expression.rewrite(value.text, today))
    return value
