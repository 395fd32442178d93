"""A JSON Schema (2020-12) of the workflow file, made from the node types, so that editors complete and validate it."""

import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from ajar.contract import REQUIRED, NodeType, Socket
from ajar.hints import MAX_SEED, Area, Range, SeedBox
from workflows import kinds
from workflows.graph import STATES, VERSION

Plain = dict[str, Any]
ID = "[a-z0-9][a-z0-9-]*"
NAME = r"[^\W\d]\w*"
PLAIN: Mapping[Any, str] = {
    bool: "boolean", int: "integer", float: "number", str: "string", Path: "string", dict: "object",
}


def schema(types_: Mapping[str, NodeType]) -> Plain:
    """The schema of workflow files that use these node types; unknown types are allowed, as in the format."""
    known = sorted(types_)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ajar workflow",
        "type": "object",
        "required": ["ajar", "nodes"],
        "properties": {
            "ajar": {"const": VERSION, "description": "The version of the format."},
            "nodes": {"$ref": "#/$defs/nodes"},
            "groups": {
                "type": "object", "propertyNames": {"pattern": f"^{ID}$"},
                "additionalProperties": {"$ref": "#/$defs/group"},
            },
            "layout": _section("Positions on the board by node id."),
            "frames": _section("Frames behind nodes."),
            "notes": _section("Notes on the board."),
            "settings": _section("Settings of the workflow; they can tighten a policy, never loosen it."),
        },
        "$defs": {
            **_forms(),
            "nodes": {
                "type": "object", "propertyNames": {"pattern": f"^{ID}$"},
                "additionalProperties": {"$ref": "#/$defs/node"},
            },
            "node": _any_node(known, types_),
            "group": _group(),
            **{f"node:{name}": _inputs(types_[name]) for name in known},
        },
    }


def _section(about: str) -> Plain:
    return {"type": "object", "description": about}


def _form(name: str, about: str, pattern: str = "") -> Plain:
    text: Plain = {"type": "string", "minLength": 1, **({"pattern": pattern} if pattern else {})}
    return {
        "type": "object", "description": about, "required": [name], "properties": {name: text}, "maxProperties": 1,
    }


def _forms() -> Plain:
    return {
        "wire": _form("from", "The value comes from a node, or from one of its outputs.", rf"^{ID}(\.{NAME})?$"),
        "formula": _form("expr", "The value is computed from other values: node.name * 2."),
        "outside": _form("input", "Inside a group: the value of one of the group's inputs."),
        "wired": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in ("wire", "formula", "outside")]},
        "literal": {"type": "object", "required": ["value"], "maxProperties": 1, "properties": {"value": True}},
    }


def _any_node(known: list[str], types_: Mapping[str, NodeType]) -> Plain:
    shown = [{"const": name, "description": types_[name].tooltip} for name in known if not types_[name].hidden]
    return {
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"type": "string", "minLength": 1, "anyOf": [*shown, {"pattern": "^group:"}, {"type": "string"}]},
            "title": {"type": "string"},
            "inputs": {"type": "object"},
            "state": {"enum": [*STATES, None]},
            "take": {"type": "integer", "minimum": 0},
            "result": {"type": ["object", "null"]},
        },
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"$ref": f"#/$defs/node:{_escaped(name)}"},
            } for name in known
        ],
    }


def _escaped(name: str) -> str:
    # In a JSON pointer inside a URI reference, "/" is written "~1" and other characters as in any URI.
    from urllib.parse import quote

    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def _group() -> Plain:
    return {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "inputs": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
            "outputs": {"type": "object", "additionalProperties": {"$ref": "#/$defs/wire"}},
            "nodes": {"$ref": "#/$defs/nodes"},
        },
    }


def _inputs(type_: NodeType) -> Plain:
    """The inputs of a node type. A missing one is told by the check, not here: a muted node may lack it."""
    return {
        "properties": {
            "inputs": {
                "type": "object",
                "properties": {socket.name: _socket(socket) for socket in type_.inputs},
                "additionalProperties": False,
            },
        },
    }


def _socket(socket: Socket) -> Plain:
    one = _value(socket)
    item: Plain = {"anyOf": [one, {"$ref": "#/$defs/wired"}, {"$ref": "#/$defs/literal"}, {"type": "null"}]}
    result = item
    if socket.form != "one":
        result = {"anyOf": [{"type": "array", "items": item}, *item["anyOf"]]}
    about = _about(socket)
    default = {}
    if socket.default is not REQUIRED and socket.form == "one":
        try:
            default = {"default": kinds.to_json(socket.default)}
        except TypeError:
            default = {}
    return {"description": about, **default, **result}


def _about(socket: Socket) -> str:
    kind = kinds.type_name(socket.type)
    many = {"one": "", "row": ", any number", "list": ", gathered in order"}[socket.form]
    return f"{socket.label}: {kind}{many}"


def _value(socket: Socket) -> Plain:
    found = _kind(socket.type)
    bounds: Range | None = socket.hint(Range)
    if bounds is not None and found.get("type") in ("integer", "number"):
        return {**found, "minimum": bounds.low, "maximum": bounds.high}
    if socket.hint(SeedBox) is not None and found.get("type") == "integer":
        return {**found, "minimum": 0, "maximum": MAX_SEED}
    if socket.hint(Area) is not None:
        return {**found, "x-rows": 5}
    return found


def _kind(kind: Any) -> Plain:
    """The literals of a type; False where there are none."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any or kind is object or isinstance(kind, TypeVar):
        return {}
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_kind(part) for part in parts]}
    if origin in (list, tuple) or kind in (list, tuple):
        return {"type": "array", **({"items": _kind(parts[0])} if parts else {})}
    if (origin or kind) in PLAIN:
        return {"type": PLAIN[origin or kind]}
    if hasattr(origin or kind, "parse"):
        example = kinds.EXAMPLES.get(kind.__name__, "")
        return {"type": "string", "description": f"{kinds.type_name(kind)} {example}".strip()}
    return {"not": {}}
