"""What an output really gives: a switch of pictures gives a picture, a bypassed node what it passes on."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

from ajar.contract import NodeType, Socket
from workflows import kinds
from workflows.graph import Node, Wire, entries


def through(node: Node, type_: NodeType, output: Socket) -> Wire | None:
    """What a bypassed node gives at an output: its first wired input that fits."""
    for socket in type_.inputs:
        value = node.inputs.get(socket.name)
        wire = next((item for item in entries(value) if isinstance(item, Wire)), None)
        if wire is not None and kinds.compatible(socket.type, output):
            return wire
    return None


class Inferred:
    """The types of outputs, found node by node in the order of need."""

    def __init__(self, nodes: Mapping[str, Node], types: Mapping[str, NodeType]) -> None:
        self.nodes = nodes
        self.types = types
        self.found: dict[tuple[str, str | None], Any] = {}

    def output(self, wire: Wire) -> Any:
        """The type of what a wire carries; Any where it is not known."""
        return self.found.get((wire.node, wire.output), Any)

    def visit(self, name: str) -> None:
        """Find the outputs' types of a node whose sources were visited before."""
        node = self.nodes[name]
        type_ = self.types.get(node.type)
        if type_ is None:
            return
        open_ = any(varies(output.type) for output in type_.outputs)
        bound = self.variables(node, type_) if open_ else {}
        for output in type_.outputs:
            found = _bind(output.type, bound)
            if node.state == "bypassed":
                wire = through(node, type_, output)
                found = self.output(wire) if wire else Any
            self.found[name, output.name] = found
        if len(type_.outputs) == 1:
            self.found[name, None] = self.found[name, type_.outputs[0].name]

    def variables(self, node: Node, type_: NodeType) -> dict[Any, Any]:
        """What each type variable stands for here; Any where inputs differ or are typed in."""
        bound: dict[Any, Any] = {}
        for socket in type_.inputs:
            if not isinstance(socket.type, TypeVar):
                continue
            for item in entries(node.inputs.get(socket.name)):
                if item is None:
                    continue
                given = self.output(item) if isinstance(item, Wire) else Any
                if socket.form == "list" and get_origin(given) is list:
                    given = (*get_args(given), Any)[0]
                bound[socket.type] = given if bound.get(socket.type, given) == given else Any
        return bound


def varies(kind: Any) -> bool:
    """Whether a type is settled only by what is wired into its node."""
    return isinstance(kind, TypeVar) or any(isinstance(part, TypeVar) for part in get_args(kind))


def _bind(kind: Any, bound: Mapping[Any, Any]) -> Any:
    if isinstance(kind, TypeVar):
        return bound.get(kind, Any)
    if get_origin(kind) is list and varies(kind):
        return list[bound.get(get_args(kind)[0], Any)]  # type: ignore[misc]
    return kind
