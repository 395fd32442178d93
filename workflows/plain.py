"""Between plain JSON data and the graph: what each object means, and every way it can be wrong."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, cast

from ajar.errors import WorkflowError
from workflows.graph import (
    ID,
    NAME,
    STATES,
    VERSION,
    Expr,
    Graph,
    Group,
    GroupInput,
    Node,
    Row,
    State,
    Value,
    Wire,
    row,
)

Plain = dict[str, Any]
FORMS = ("from", "expr", "input", "value")
"""An object with just one of these fields is not a literal."""
SECTIONS = ("layout", "frames", "notes", "settings")
ID_HINT = "Ids have small letters, digits and hyphens, like flux or flux-2."


def build(plain: Plain) -> Graph:
    """The graph of plain data of today's version. WorkflowError names the first thing that is wrong."""
    sections: Any = {name: _object(plain.get(name, {}), f'"{name}"') for name in SECTIONS}
    groups = {name: _group(name, part) for name, part in _object(plain.get("groups", {}), '"groups"').items()}
    _no_circle(groups)
    known = {"ajar", "nodes", "groups", *SECTIONS}
    return Graph(
        nodes=_nodes(plain.get("nodes", {}), '"nodes"', ""), groups=groups, extra=_rest(plain, known), **sections,
    )


def plain(graph: Graph) -> Plain:
    """The graph as plain data, in the order in which it is written."""
    result: Plain = {"ajar": VERSION, "nodes": {name: plain_node(node) for name, node in graph.nodes.items()}}
    if graph.groups:
        result["groups"] = {name: _plain_group(group) for name, group in graph.groups.items()}
    for name in SECTIONS:
        if section := getattr(graph, name):
            result[name] = dict(section)
    return {**result, **graph.extra}


def read_value(plain: Any, where: str) -> Value:
    """The value of an input from JSON: a literal, a wire, an expression, a group's input or a row of these."""
    if isinstance(plain, dict):
        return _form(plain, where)
    if isinstance(plain, list) and any(isinstance(item, dict) and _is_form(item) for item in plain):
        return row(tuple(_form(item, where) if isinstance(item, dict) else item for item in plain))
    return cast(Value, plain)


def plain_value(value: Value | None) -> Any:
    """The JSON of an input's value."""
    if isinstance(value, Row):
        return [_plain_item(item) for item in value.items]
    if isinstance(value, list) and any(isinstance(item, dict) and _is_form(item) for item in value):
        return {"value": value}
    return _plain_item(value)


def plain_node(node: Node) -> Plain:
    """One node as it is written."""
    result: Plain = {"type": node.type}
    if node.title:
        result["title"] = node.title
    if node.inputs:
        result["inputs"] = {name: plain_value(value) for name, value in node.inputs.items()}
    if node.state:
        result["state"] = node.state
    if node.take:
        result["take"] = node.take
    if node.result is not None:
        result["result"] = dict(node.result)
    return {**result, **node.extra}


def _plain_group(group: Group) -> Plain:
    result: Plain = {"title": group.title} if group.title else {}
    if group.inputs:
        result["inputs"] = {name: dict(about) for name, about in group.inputs.items()}
    if group.outputs:
        result["outputs"] = {name: {"from": str(wire)} for name, wire in group.outputs.items()}
    result["nodes"] = {name: plain_node(node) for name, node in group.nodes.items()}
    return {**result, **group.extra}


def _plain_item(value: Value | None) -> Any:
    match value:
        case Wire():
            return {"from": str(value)}
        case Expr(text):
            return {"expr": text}
        case GroupInput(name):
            return {"input": name}
        case dict() if _is_form(value):
            return {"value": value}
    return value


def _is_form(plain: Mapping[str, Any]) -> bool:
    return len(plain) == 1 and next(iter(plain)) in FORMS


def _form(plain: Plain, where: str) -> Value:
    if not _is_form(plain):
        return plain
    [(form, text)] = plain.items()
    if form == "value":
        return cast(Value, text)
    if not isinstance(text, str) or not text.strip():
        raise WorkflowError(
            f'{where}: "{form}" has to be text, not {_kind(text)}.',
            f'Write {{"{form}": "..."}}, or {{"value": {{"{form}": ...}}}} if an object like this is the value itself.',
        )
    if form == "from":
        return read_wire(text, where)
    return Expr(text) if form == "expr" else GroupInput(text)


def read_wire(text: str, where: str) -> Wire:
    """``node`` or ``node.output``."""
    node, dot, output = text.strip().partition(".")
    if not ID.fullmatch(node) or (dot and not NAME.fullmatch(output)):
        raise WorkflowError(
            f'{where}: "{text}" does not name an output of a node.',
            'Write {"from": "node"} or {"from": "node.output"}. ' + ID_HINT,
        )
    return Wire(node, output if dot else None)


def _nodes(plain: Any, where: str, inside: str) -> dict[str, Node]:
    return {name: _node(name, part, inside) for name, part in _object(plain, where).items()}


def _node(name: str, plain: Any, inside: str) -> Node:
    where = f'The node "{name}"{inside}'
    if not ID.fullmatch(name):
        raise WorkflowError(f'"{name}" can\'t be the id of a node{inside}.', ID_HINT, node=name)
    part = _object(plain, where)
    kind = part.get("type")
    if not isinstance(kind, str) or not kind:
        raise WorkflowError(f"{where} has no type.", 'Write {"type": "..."}; "ajar nodes" lists the types.', node=name)
    state = part.get("state")
    if state is not None and state not in STATES:
        raise WorkflowError(f"{where} has an unknown state: {_short(state)}.", f"States are {', '.join(STATES)}.")
    take = part.get("take", 0)
    if isinstance(take, bool) or not isinstance(take, int) or take < 0:
        raise WorkflowError(f"{where}: the take has to be a whole number from 0 up.", 'Write "take": 1.')
    title = part.get("title", "")
    if not isinstance(title, str):
        raise WorkflowError(f"{where}: the title has to be text, not {_kind(title)}.", "Put it in quotation marks.")
    inputs = _object(part.get("inputs", {}), f"{where}: inputs")
    result = part.get("result")
    return Node(
        type=kind,
        inputs={key: read_value(value, f'The input "{key}" of "{name}"{inside}') for key, value in inputs.items()},
        state=cast(State | None, state), take=take, title=title,
        result=None if result is None else _object(result, f"{where}: result"),
        extra=_rest(part, {"type", "title", "inputs", "state", "take", "result"}),
    )


def _group(name: str, plain: Any) -> Group:
    where = f'The group "{name}"'
    if not ID.fullmatch(name):
        raise WorkflowError(f'"{name}" can\'t be the name of a group.', ID_HINT)
    part = _object(plain, where)
    title = part.get("title", "")
    if not isinstance(title, str):
        raise WorkflowError(f"{where}: the title has to be text, not {_kind(title)}.", "Put it in quotation marks.")
    inputs = {
        key: _object({} if about is None else about, f'{where}: the input "{key}"')
        for key, about in _object(part.get("inputs", {}), f"{where}: inputs").items()
    }
    outputs: dict[str, Wire] = {}
    for key, value in _object(part.get("outputs", {}), f"{where}: outputs").items():
        wire = read_value(value, f'The output "{key}" of the group "{name}"')
        if not isinstance(wire, Wire) or not NAME.fullmatch(key):
            raise WorkflowError(
                f'{where}: the output "{key}" is not that of an inner node.', 'Write {"result": {"from": "blur"}}.',
            )
        outputs[key] = wire
    nodes = _nodes(part.get("nodes", {}), f"{where}: nodes", f' in the group "{name}"')
    return Group(inputs, outputs, nodes, title, _rest(part, {"title", "inputs", "outputs", "nodes"}))


def _no_circle(groups: Mapping[str, Group]) -> None:
    circle = group_circle(groups)
    if circle:
        path = ", which uses ".join(f'"{name}"' for name in (*circle, circle[0]))
        raise WorkflowError(
            f"The group {path}: a group can't contain itself.", "Take that node out of the group in the file.",
        )


def group_circle(groups: Mapping[str, Group]) -> tuple[str, ...]:
    """The names of groups that contain one another in a circle, or nothing."""
    try:
        groups_in_order(groups)
    except CycleError as error:
        return tuple(reversed(error.args[1][1:]))
    return ()


def groups_in_order(groups: Mapping[str, Group]) -> list[str]:
    """The names of the groups, each after those it uses. CycleError where one contains itself."""
    uses = {name: {node.group or "" for node in group.nodes.values()} for name, group in groups.items()}
    return [name for name in TopologicalSorter(uses).static_order() if name in groups]


def _object(plain: Any, where: str) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise WorkflowError(f"{where} has to be an object in braces, not {_kind(plain)}.", "Write {...}.")
    return plain


def _rest(plain: Plain, known: set[str]) -> Mapping[str, Any]:
    return {name: value for name, value in plain.items() if name not in known}


def _kind(plain: Any) -> str:
    kinds = {bool: "true or false", str: "text", dict: "an object", list: "a list", type(None): "null"}
    return kinds.get(type(plain), "a number")


def _short(plain: Any) -> str:
    text = str(plain)
    return text if len(text) <= 40 else text[:40] + "…"
