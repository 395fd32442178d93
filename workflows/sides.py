"""Which work is for the draft and which for the final: told by the branch it lies in, whatever the run's stage is.

A run in Final also makes the takes that it begins with; their time is the draft's.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ajar.context import Stage
from workflows.graph import Graph, Node, Wire, entries

STAGE = "stage"
SIDES: tuple[Stage, Stage] = ("final", "draft")
"""The later one counts where a node is before both."""
NONE: Mapping[str, Stage] = MappingProxyType({})


def sides(graph: Graph) -> Mapping[str, Stage]:
    """The side of each node that lies before a stage of a flat graph. What leads to both is the draft's.

    Nodes that no stage stands behind are left out: they belong to the stage of the run.
    """
    stages = [node for node in graph.nodes.values() if node.type == STAGE]
    if not stages:
        return NONE
    found: dict[str, Stage] = {}
    for side in SIDES:
        found.update((name, side) for name in _before(graph, stages, side))
    return found


def _before(graph: Graph, stages: list[Node], side: Stage) -> set[str]:
    """All that flows into this side of the stages; through an earlier stage only what is of the same side."""
    todo = [name for node in stages for name in _sources(node, side)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        node = graph.nodes.get(name)
        if node is not None and name not in seen:
            seen.add(name)
            todo += _sources(node, side)
    return seen


def _sources(node: Node, side: Stage) -> Iterator[str]:
    for key, value in node.inputs.items():
        if node.type == STAGE and key != side:
            continue
        yield from (one.node for one in entries(value) if isinstance(one, Wire))
