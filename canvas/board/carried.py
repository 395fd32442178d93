"""What kind of value really runs out of a node: a switch of pictures gives pictures."""

from collections.abc import Mapping
from typing import TypeVar

from ajar.contract import NodeType
from canvas.marks import Wire as Kind
from canvas.marks import wire_of
from workflows.graph import Graph, Wire, entries

DEEPEST = 60


class Carried:
    """The kinds of outputs of one graph, each found once when it is asked for."""

    def __init__(self, graph: Graph, types: Mapping[str, NodeType]) -> None:
        self.graph = graph
        self.types = types
        self._found: dict[tuple[str, str | None], Kind] = {}

    def of(self, name: str, output: str | None) -> Kind:
        """What an output gives, ``any`` where that cannot be told."""
        return self._of(name, output, 0)

    def is_open(self, name: str) -> bool:
        """Whether what this node gives or takes depends on what it is wired to."""
        node = self.graph.nodes[name]
        type_ = self.types.get(node.type)
        if type_ is None:
            return True
        return any(wire_of(socket.type) == "any" for socket in (*type_.inputs, *type_.outputs))

    def _of(self, name: str, output: str | None, depth: int) -> Kind:
        key = (name, output)
        if key in self._found:
            return self._found[key]
        self._found[key] = "any"  # stops at a cycle
        self._found[key] = kind = self._find(name, output, depth)
        return kind

    def _find(self, name: str, output: str | None, depth: int) -> Kind:
        node = self.graph.nodes.get(name)
        if node is None or depth > DEEPEST:
            return "any"
        if node.group is not None and node.group in self.graph.groups:
            return self._of_group(node.group, output)
        type_ = self.types.get(node.type)
        if type_ is None or not type_.outputs:
            return "any"
        socket = type_.output(output) if output else type_.outputs[0]
        if socket is None:
            return "any"
        kind = wire_of(socket.type)
        if kind != "any":
            return kind
        for taken in type_.inputs:
            if isinstance(taken.type, TypeVar) or wire_of(taken.type) == "any":
                for item in entries(node.inputs.get(taken.name)):
                    if isinstance(item, Wire) and (found := self._of(item.node, item.output, depth + 1)) != "any":
                        return found
        return "any"

    def _of_group(self, name: str, output: str | None) -> Kind:
        group = self.graph.groups[name]
        wire = group.outputs.get(output) if output else next(iter(group.outputs.values()), None)
        if wire is None or wire.node not in group.nodes:
            return "any"
        type_ = self.types.get(group.nodes[wire.node].type)
        if type_ is None or not type_.outputs:
            return "any"
        socket = type_.output(wire.output) if wire.output else type_.outputs[0]
        return wire_of(socket.type) if socket else "any"
