"""Replacing wires and formulas throughout nodes, and what values a file can hold."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import EditError
from workflows import expression
from workflows.format import MAX_DEPTH, nesting
from workflows.graph import Expr, Node, Row, Value, Wire, entries, row


def map_wires(nodes: Mapping[str, Node], change: Callable[[Wire], Value | None]) -> dict[str, Node]:
    """The nodes with every wire replaced; a wire that becomes None leaves its input or its place free."""
    return {name: _rewired(node, change) for name, node in nodes.items()}


def _rewired(node: Node, change: Callable[[Wire], Value | None]) -> Node:
    inputs: dict[str, Value] = {}
    changed = False
    for key, value in node.inputs.items():
        new: Value | None = value
        if isinstance(value, Wire):
            new = change(value)
        elif isinstance(value, Row):
            items = tuple(change(item) if isinstance(item, Wire) else item for item in value.items)
            if items != value.items:
                new = row(items) if any(item is not None for item in items) else None
        changed = changed or new is not value
        if new is not None or value is None:
            inputs[key] = new
    return replace(node, inputs=inputs) if changed else node


def map_formulas(nodes: Mapping[str, Node], change: Callable[[str, str], str]) -> dict[str, Node]:
    def fixed(value: Value | None) -> Value | None:
        if isinstance(value, Expr):
            return Expr(expression.rewrite(value.text, change))
        return Row(tuple(fixed(item) for item in value.items)) if isinstance(value, Row) else value

    if not any(isinstance(item, Expr) for node in nodes.values() for v in node.inputs.values() for item in entries(v)):
        return dict(nodes)
    return {
        name: replace(node, inputs={key: fixed(value) for key, value in node.inputs.items()})
        for name, node in nodes.items()
    }


def storable(plain: Any, what: str) -> None:
    """Refuse what JSON or a file can't hold."""
    try:
        if nesting(plain) > MAX_DEPTH // 2:
            raise EditError(f"{what} is nested too deep.", "Use a flatter value.")
        json.dumps(plain, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError):
        raise EditError(f"{what} can't be kept in a workflow.", "Use texts and ordinary numbers.") from None
