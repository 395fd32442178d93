"""What comes before and after nodes, along the wires."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from workflows.cycles import Needs, needs
from workflows.expression import parse
from workflows.graph import Expr, Graph, Link, Node, entries, links
from workflows.sockets import Lately, Types, sources


def upstream(graph: Graph, names: Collection[str]) -> set[str]:
    """These nodes and all that come before them."""
    nodes = graph.nodes
    seen = set(names)
    stack = list(seen)
    while stack:
        node = nodes.get(stack.pop())
        for source in sources(node) if node is not None else ():
            if source not in seen:
                seen.add(source)
                stack.append(source)
    return seen


def before(node: Node) -> Iterator[str]:
    """The nodes that a node takes something from, by wires and in formulas."""
    yield from sources(node)
    for value in node.inputs.values():
        for item in entries(value):
            if isinstance(item, Expr):
                yield from (name for name, _ in parse(item.text).references)


def behind(graph: Graph, name: str) -> set[str]:
    """A node and all that comes before it, by wires and in formulas."""
    seen, stack = {name}, [name]
    while stack:
        node = graph.nodes.get(stack.pop())
        for source in before(node) if node is not None else ():
            if source not in seen:
                seen.add(source)
                stack.append(source)
    return seen & graph.nodes.keys()


def downstream(graph: Graph, names: Collection[str]) -> set[str]:
    """These nodes and all that come after them."""
    takers = links_from(graph.nodes)
    seen = set(names)
    stack = list(seen)
    while stack:
        for link in takers.get(stack.pop(), ()):
            if link.node not in seen:
                seen.add(link.node)
                stack.append(link.node)
    return seen


def in_circle(graph: Graph, types: Types, source: str, target: str, fixed: str) -> bool:
    """Whether a wire from one node to the other would close a circle, formulas included.

    ``fixed`` ("out" or "in") is the end that stays the same while others are tried: what it needs is found only once.
    """
    if fixed == "out":
        return target in _reached(graph.nodes, types, source, fixed)
    return source in _reached(graph.nodes, types, target, fixed)


def links_from(nodes: Mapping[str, Node]) -> Mapping[str, Sequence[Link]]:
    """The wires that leave each node."""
    return _links_from(nodes)


def _by_source(nodes: Mapping[str, Node]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links(nodes):
        found.setdefault(link.wire.node, []).append(link)
    return found


def _find_reached(nodes: Mapping[str, Node], types: Types, name: str, side: str) -> Collection[str]:
    before = needs(nodes, types)
    way: Needs = before
    if side == "in":
        turned: dict[Any, list[Any]] = {}
        for vertex, needed in before.items():
            for other in needed:
                turned.setdefault(other, []).append(vertex)
        way = turned
    seen: set[Any] = set()
    stack: list[Any] = [name]
    while stack:
        vertex = stack.pop()
        if vertex not in seen:
            seen.add(vertex)
            stack.extend(way.get(vertex, ()))
            if side == "in" and isinstance(vertex, tuple):
                stack.append(vertex[0])  # a formula is part of its node
    return {one for one in seen if isinstance(one, str)}


_reached: Lately[Collection[str]] = Lately(_find_reached)
_links_from: Lately[Mapping[str, Sequence[Link]]] = Lately(_by_source, 4)
