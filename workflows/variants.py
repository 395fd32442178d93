"""Changes of nodes named as plans name them (``use/inner``): another seed, a value that a person chose."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ajar.contract import NodeType
from ajar.errors import EditError
from workflows import inside
from workflows.changes import set_value
from workflows.forms import held
from workflows.graph import Graph, GroupInput, Node, Value


def node_at(graph: Graph, flat: str) -> Node | None:
    """The node of a flat id; None where there is none."""
    *path, name = flat.split("/")
    try:
        return inside.room(graph, tuple(path)).nodes.get(name)
    except EditError:
        return None


def with_value(graph: Graph, flat: str, key: str, value: Value) -> Graph:
    """Give an input of a node a value, in its group; or, where the group takes it from outside, at the use of it."""
    *path, name = flat.split("/")
    while path:
        node = inside.room(graph, tuple(path)).nodes.get(name)
        given = node.inputs.get(key) if node is not None else None
        if not isinstance(given, GroupInput):
            break
        key, name = given.name, path.pop()
    return inside.changed(graph, tuple(path), lambda room: set_value(room, name, key, value))


def with_node(graph: Graph, flat: str, change: Callable[[Node], Node]) -> Graph:
    """Another node in the place of this one; all uses of its group change with it."""
    *path, name = flat.split("/")

    def changed(room: Graph) -> Graph:
        if name not in room.nodes:
            raise EditError(f'There is no node "{flat}".', "It was removed meanwhile.")
        return replace(room, nodes={**room.nodes, name: change(room.nodes[name])})

    return inside.changed(graph, tuple(path), changed)


def another(graph: Graph, types: Mapping[str, NodeType], flat: str, seed: int, take: int) -> Graph:
    """The graph with another seed for one node (also where its seed is wired), else with another take number.

    A seed that a person locked stays as it is.
    """
    node = node_at(graph, flat)
    if node is None:
        raise EditError(f'There is no node "{flat}".', "It was removed meanwhile.")
    if node.group is not None:
        raise EditError("A group has no seed of its own.", "Open the group and choose the node that makes pictures.")
    type_ = types.get(node.type)
    *path, name = flat.split("/")
    locked = held(inside.room(graph, tuple(path)), name)
    inputs = type_.inputs if type_ is not None else ()
    seeds = [socket.name for socket in inputs if socket.is_seed and socket.name not in locked]
    if not seeds:
        return with_node(graph, flat, lambda one: replace(one, take=take, state=None, result=None))
    graph = with_value(graph, flat, seeds[0], seed)
    if node.state is not None:  # more of it is asked for, so it runs
        graph = with_node(graph, flat, lambda one: replace(one, state=None, result=None))
    return graph


def asking(graph: Graph, flat: str) -> str | None:
    """The input of a node whose value is left to a person while running."""
    node = node_at(graph, flat)
    if node is None:
        return None
    for key, value in node.inputs.items():
        if value == "ask":
            return key
        *path, _ = flat.split("/")
        if isinstance(value, GroupInput) and path and asking_outside(graph, path, value.name):
            return key
    return None


def asking_outside(graph: Graph, path: list[str], name: str) -> bool:
    """Whether a group's use is given "ask" for this input."""
    use = node_at(graph, "/".join(path))
    value = use.inputs.get(name) if use is not None else None
    if isinstance(value, GroupInput) and len(path) > 1:
        return asking_outside(graph, path[:-1], value.name)
    return value == "ask"
