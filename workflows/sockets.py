"""The inputs and outputs of any node on the board: of an ordinary one, of a use of a group, and of an unknown type.

A group is described like a node type, from what lies in it, so that wiring needs to know only one kind of node.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError
from typing import Any, Generic, TypeVar

from ajar.contract import REQUIRED, NodeType, Socket
from workflows import kinds
from workflows.graph import GROUP, Graph, Group, GroupInput, Node, Row, Wire, entries, links
from workflows.infer import Inferred, varies
from workflows.plain import groups_in_order

Types = Mapping[str, NodeType]
R = TypeVar("R")


class Lately(Generic[R]):
    """What a function gave for the last few things it was asked about, known by identity: graphs never change."""

    def __init__(self, find: Callable[..., R], keep: int = 6) -> None:
        self.find = find
        self.keep = keep
        self._kept: list[tuple[tuple[Any, ...], R]] = []

    def __call__(self, *about: Any) -> R:
        for asked, found in self._kept:
            if all(one is other or (isinstance(one, str) and one == other)
                   for one, other in zip(asked, about, strict=True)):
                return found
        found = self.find(*about)
        # A new list, as another thread may be reading the old one.
        self._kept = [(about, found), *self._kept[: self.keep - 1]]
        return found


def sockets_of(graph: Graph, types: Types, node: str) -> tuple[tuple[Socket, ...], tuple[Socket, ...]]:
    """The inputs and outputs that a node shows, with those that its type lacks and that are in use all the same."""
    one = graph.nodes[node]
    type_ = known(graph, types).get(one.type)
    if type_ is None:
        used = _outputs_used(graph.nodes).get(node, ())
        return tuple(_unknown(one, one.inputs)), tuple(Socket(name, Any) for name in used)
    names = _names(type_)
    strange = [key for key in one.inputs if key not in names]
    return (*type_.inputs, *_unknown(one, strange)) if strange else type_.inputs, type_.outputs


def known(graph: Graph, types: Types) -> Types:
    """The node types, and one for each group of the workflow."""
    return _with_groups(graph.groups, types) if graph.groups else types


def input_of(graph: Graph, types: Types, node: str, key: str) -> Socket | None:
    """An input of a node by its name."""
    return next((socket for socket in sockets_of(graph, types, node)[0] if socket.name == key), None)


def output_of(graph: Graph, types: Types, wire: Wire) -> Socket | None:
    """The output that a wire comes from; None where there is no such output."""
    if wire.node not in graph.nodes:
        return None
    outputs = sockets_of(graph, types, wire.node)[1]
    if wire.output is None:
        return outputs[0] if len(outputs) == 1 else None
    return next((socket for socket in outputs if socket.name == wire.output), None)


def wire_from(graph: Graph, types: Types, node: str, output: str | None) -> Wire:
    """A wire as it is written: an only output is not named."""
    type_ = known(graph, types).get(graph.nodes[node].type)
    sole = type_ is not None and len(type_.outputs) == 1 and output in (None, type_.outputs[0].name)
    return Wire(node, None if sole else output)


def carried(graph: Graph, types: Types, wire: Wire) -> Any:
    """The type of what a wire carries: a switch of pictures gives pictures. Any where that is not known."""
    socket = output_of(graph, types, wire)
    if socket is None:
        return Any
    found = _carriers(graph.nodes, known(graph, types))
    found.reach(wire.node)
    return found.inferred.output(Wire(wire.node, socket.name))


def is_open(node: Node, type_: NodeType | None) -> bool:
    """Whether what a node gives depends on what is wired into it: switches, dots, bypassed nodes."""
    return type_ is not None and (node.state == "bypassed" or any(varies(one.type) for one in type_.outputs))


def common_sockets(graph: Graph, types: Types, names: Collection[str]) -> tuple[Socket, ...]:
    """The inputs that all these nodes have, with the same name and type: what can be set for all at once."""
    shared: dict[str, Socket] | None = None
    for name in names:
        inputs = {socket.name: socket for socket in sockets_of(graph, types, name)[0]}
        if shared is None:
            shared = inputs
            continue
        shared = {
            key: socket for key, socket in shared.items()
            if key in inputs and inputs[key].type == socket.type and inputs[key].form == socket.form
        }
    return tuple((shared or {}).values())


class _Carriers:
    """What the outputs of a graph give, found as far as it is asked for."""

    def __init__(self, nodes: Mapping[str, Node], types: Types) -> None:
        self.nodes = nodes
        self.types = types
        self.inferred = Inferred(nodes, types)
        self._seen: set[str] = set()

    def reach(self, name: str) -> None:
        """Find what a node gives, after those nodes that this depends on. An own stack: chains may be long."""
        stack = [(name, False)]
        while stack:
            one, ready = stack.pop()
            if ready:
                self.inferred.visit(one)
            elif one not in self._seen and one in self.nodes:
                self._seen.add(one)
                stack.append((one, True))
                node = self.nodes[one]
                if is_open(node, self.types.get(node.type)):
                    stack += [(source, False) for source in sources(node)]


def sources(node: Node) -> Iterator[str]:
    """The nodes that are wired into a node."""
    for value in node.inputs.values():
        if isinstance(value, Wire):
            yield value.node
        elif isinstance(value, Row):
            yield from (item.node for item in value.items if isinstance(item, Wire))


def _unknown(node: Node, names: Collection[str]) -> Iterator[Socket]:
    for key in names:
        yield Socket(key, Any, None, (), "row" if isinstance(node.inputs[key], Row) else "one", True)


_name_sets: dict[int, tuple[NodeType, frozenset[str]]] = {}


def _names(type_: NodeType) -> frozenset[str]:
    found = _name_sets.get(id(type_))
    if found is None or found[0] is not type_:
        if len(_name_sets) > 5000:
            _name_sets.clear()
        _name_sets[id(type_)] = found = (type_, frozenset(socket.name for socket in type_.inputs))
    return found[1]


def _used(nodes: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for link in links(nodes):
        found.setdefault(link.wire.node, {})[link.wire.output or "result"] = None
    return {name: tuple(outputs) for name, outputs in found.items()}


def _all_types(groups: Mapping[str, Group], types: Types) -> Types:
    found = dict(types)
    try:
        order = groups_in_order(groups)
    except CycleError:
        return found
    for name in order:
        found[GROUP + name] = _type_of(name, groups[name], found)
    return found


def _type_of(name: str, group: Group, types: Types) -> NodeType:
    """A group as a node type. The groups that it uses are among the types already."""
    taken: dict[str, list[Socket]] = {}
    for node in group.nodes.values():
        type_ = types.get(node.type)
        for key, value in node.inputs.items() if type_ is not None else ():
            socket = type_.input(key) if type_ is not None else None
            for item in entries(value):
                if isinstance(item, GroupInput) and socket is not None:
                    # In a row of several it is one of the places; otherwise it is all of the row.
                    form = "one" if isinstance(value, Row) else socket.form
                    taken.setdefault(item.name, []).append(replace(socket, form=form))
    carriers = _Carriers(group.nodes, types)
    inputs = [_group_input(key, about, taken.get(key, [])) for key, about in group.inputs.items()]
    outputs = [_group_output(key, wire, carriers, types) for key, wire in group.outputs.items()]
    title = group.title or name.replace("-", " ").capitalize()
    return NodeType(
        id=GROUP + name, title=title, group="Groups", help=f"The group “{title}” of this workflow.", lane="cpu",
        inputs=tuple(inputs), outputs=tuple(outputs), function=_none, hidden=True,
    )


def _group_input(name: str, about: Mapping[str, Any], taken: list[Socket]) -> Socket:
    """What the nodes inside that take it ask for: where several do, the one that suits all."""
    if not taken:
        return Socket(name, Any, about.get("default"), optional=True)
    settled = [one for one in taken if not varies(one.type) and one.type is not Any] or taken
    chosen = next((one for one in settled if all(kinds.fits(one.type, other.type) for other in taken)), settled[0])
    default = REQUIRED if any(one.required for one in taken) else chosen.default
    return replace(chosen, name=name, default=about.get("default", default))


def _group_output(name: str, wire: Wire, carriers: _Carriers, types: Types) -> Socket:
    node = carriers.nodes.get(wire.node)
    type_ = types.get(node.type) if node is not None else None
    if type_ is None:
        return Socket(name, Any)
    socket = type_.output(wire.output) if wire.output else next(iter(type_.outputs), None)
    carriers.reach(wire.node)
    return Socket(name, carriers.inferred.output(Wire(wire.node, socket.name)) if socket else Any)


def _none() -> None:
    """A group is never called: it is unfolded."""


_with_groups: Lately[Types] = Lately(_all_types)
_carriers: Lately[_Carriers] = Lately(_Carriers, 4)
_outputs_used: Lately[Mapping[str, tuple[str, ...]]] = Lately(_used, 3)
