"""What kind of value really runs out of a node: a switch of pictures gives pictures."""

from collections.abc import Mapping

from ajar.contract import NodeType
from canvas.marks import Wire as Kind
from canvas.marks import wire_of
from workflows import sockets
from workflows.graph import Graph, Wire


class Carried:
    """The kinds of outputs of one graph, each found once when it is asked for."""

    def __init__(self, graph: Graph, types: Mapping[str, NodeType]) -> None:
        self.graph = graph
        self.types = types
        self._found: dict[tuple[str, str | None], Kind] = {}
        self._open: dict[str, bool] = {}
        """By type."""

    def of(self, name: str, output: str | None) -> Kind:
        """What an output gives, ``any`` where that cannot be told."""
        key = (name, output)
        kind = self._found.get(key)
        if kind is None:
            self._found[key] = kind = self._find(name, output)
        return kind

    def is_open(self, name: str) -> bool:
        """Whether what this node gives or takes depends on what it is wired to."""
        node = self.graph.nodes[name]
        if node.state == "bypassed":
            return True
        found = self._open.get(node.type)
        if found is None:
            found = self._open[node.type] = self._is_open(node.type)
        return found

    def _is_open(self, id_: str) -> bool:
        type_ = sockets.known(self.graph, self.types).get(id_)
        return type_ is None or any(wire_of(socket.type) == "any" for socket in (*type_.inputs, *type_.outputs))

    def _find(self, name: str, output: str | None) -> Kind:
        if name not in self.graph.nodes:
            return "any"
        socket = sockets.output_of(self.graph, self.types, Wire(name, output))
        kind = wire_of(socket.type) if socket is not None else "any"
        if kind != "any":
            return kind
        return wire_of(sockets.carried(self.graph, self.types, Wire(name, output)))
