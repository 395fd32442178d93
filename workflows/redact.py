"""A workflow without the keys and passwords that someone has typed into it, before it leaves the house."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflows.graph import Expr, Graph, Node, Row

NAME = re.compile(r"(^|_)(api_?key|password|passwd|secret|token)$", re.IGNORECASE)
"""What inputs are called that hold a secret."""
SECRET = re.compile(
    r"\b(sk-[\w-]{16,}|hf_\w{20,}|r8_\w{20,}|AIza[\w-]{30,}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32}|Bearer\s+[\w.~+/-]{16,})",
)
"""What keys of well-known services look like."""
LEFT_OUT = "(left out)"


def without_secrets(graph: Graph) -> Graph:
    """The graph without inputs that are called like a secret, and without what looks like a key in any text."""
    groups = {name: replace(group, nodes=_nodes(group.nodes)) for name, group in graph.groups.items()}
    return replace(graph, nodes=_nodes(graph.nodes), groups=groups, frames=_all(graph.frames), notes=_all(graph.notes))


def _nodes(nodes: Mapping[str, Node]) -> dict[str, Node]:
    return {
        name: replace(node, title=_clean(node.title), inputs=_all(node.inputs), extra=_all(node.extra))
        for name, node in nodes.items()
    }


def _all(about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _clean(value) for key, value in about.items()
        if not (isinstance(value, (str, list, Expr)) and NAME.search(key))
    }


def _clean(value: Any) -> Any:
    match value:
        case str():
            return SECRET.sub(LEFT_OUT, value)
        case dict():
            return _all(value)
        case list():
            return [_clean(item) for item in value]
        case Expr(text):
            return Expr(SECRET.sub(LEFT_OUT, text))
        case Row(items):
            return Row(tuple(_clean(item) for item in items))
    return value
