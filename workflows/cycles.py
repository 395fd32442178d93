"""What needs what in a flat graph: an order in which everything comes after its needs, and the circles.

A vertex is a node's id, or (id, input) for an input that holds a formula: a formula may speak of another input of
the same node without the node needing itself.
"""

from collections.abc import Iterator, Mapping, Sequence

from ajar.contract import NodeType
from ajar.errors import WorkflowError
from workflows import expression
from workflows.graph import Expr, Node, Value, Wire, entries

Vertex = str | tuple[str, str]
Needs = Mapping[Vertex, Sequence[Vertex]]


def needs(nodes: Mapping[str, Node], types: Mapping[str, NodeType]) -> Needs:
    """Every vertex with those it needs; wires that lead nowhere and formulas that can't be read are left out."""
    result: dict[Vertex, list[Vertex]] = {}
    for name, node in nodes.items():
        mine: list[Vertex] = []
        for key, value in node.inputs.items():
            for item in entries(value):
                if isinstance(item, Wire) and item.node in nodes:
                    mine.append(item.node)
                elif isinstance(item, Expr):
                    mine.append((name, key))
                    result.setdefault((name, key), []).extend(_spoken_of(item.text, nodes, types))
        result[name] = mine
    return result


def _spoken_of(text: str, nodes: Mapping[str, Node], types: Mapping[str, NodeType]) -> Iterator[Vertex]:
    try:
        references = expression.parse(text).references
    except WorkflowError:
        return
    for node, name in references:
        if node not in nodes:
            continue
        type_ = types.get(nodes[node].type)
        if type_ is not None and type_.input(name) is None:
            yield node
            continue
        value: Value = nodes[node].inputs.get(name)
        for item in entries(value):
            if isinstance(item, Wire) and item.node in nodes:
                yield item.node
            elif isinstance(item, Expr):
                yield node, name


def in_order(needed: Needs) -> list[Vertex]:
    """All vertices outside circles (and not behind one), each after what it needs."""
    waiting = {vertex: len(before) for vertex, before in needed.items()}
    takers: dict[Vertex, list[Vertex]] = {}
    for vertex, before in needed.items():
        for other in before:
            takers.setdefault(other, []).append(vertex)
    ready = [vertex for vertex, count in waiting.items() if not count]
    for vertex in ready:  # grows while it is walked over
        for taker in takers.get(vertex, ()):
            waiting[taker] -= 1
            if not waiting[taker]:
                ready.append(taker)
    return ready


def circles(needed: Needs, order: Sequence[Vertex]) -> Iterator[list[str]]:
    """The nodes of circles, in the order of the wires; circles that share a node may be told as one."""
    sound = set(order)
    left = [vertex for vertex in needed if vertex not in sound]
    seen: set[Vertex] = set()
    for start in left:
        way: dict[Vertex, int] = {}
        vertex = start
        while vertex not in seen:
            seen.add(vertex)
            way[vertex] = len(way)
            # All that is left needs something else that is left.
            vertex = next(other for other in needed[vertex] if other not in sound)
        if vertex in way:
            round_ = list(way)[way[vertex] :]
            names = (one if isinstance(one, str) else one[0] for one in reversed(round_))
            yield list(dict.fromkeys(names))
