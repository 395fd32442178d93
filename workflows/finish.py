"""The last touches in one click: a group that makes a picture or a film larger and crisp, grained and rightly loud."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ajar.errors import EditError
from ajar.values import Image, Video
from workflows import format
from workflows.changes import fresh, set_value
from workflows.graph import GROUP, Graph, Group, Node, Wire, links
from workflows.places import pair
from workflows.problems import suggest
from workflows.sockets import Types, carried, known, sockets_of, wire_from

PRESETS = Path(__file__).resolve().parent.parent / "resources" / "presets" / "finish.json"
KINDS: tuple[tuple[type, str, str], ...] = ((Image, "finish", "image"), (Video, "finish-film", "video"))
"""What is finished, the group that does it, and the input of that group."""
STEP = 300.0
"""How far to the right of its source a finish lies."""
LOW = 200.0
"""How far below something that is there already."""


def can_finish(graph: Graph, types: Types, source: str) -> bool:
    """Whether a node gives a picture or a film."""
    return source in graph.nodes and _found(graph, types, source) is not None


def finish(graph: Graph, types: Types, source: str) -> tuple[Graph, str]:
    """Put the Finish group behind a node; what saves or exports its result takes the finished one. Gives the use's id.

    The group is made once and used everywhere in a workflow. EditError where the node gives no picture and no film,
    or has its finish already.
    """
    if source not in graph.nodes:
        raise EditError(f'There is no node "{source}".', suggest(source, graph.nodes, "Choose a node that is there."))
    found = _found(graph, types, source)
    if found is None:
        raise EditError(f'"{source}" gives no picture and no film.', "Choose a node that does.")
    wire, preset, key = found
    graph, group = _with_group(graph, preset)
    for name, node in graph.nodes.items():
        if node.type == GROUP + group and node.inputs.get(key) == wire:
            raise EditError(f'"{source}" has its finish already: "{name}".', "Open that one to change it.")
    use = fresh(graph.nodes, "finish")
    keepers = [link for link in links(graph.nodes) if link.wire == wire and _keeps(graph, types, link.node)]
    graph = _room_before(graph, source, {link.node for link in keepers})
    made = replace(
        graph, nodes={**graph.nodes, use: Node(GROUP + group, {key: wire})},
        layout={**graph.layout, use: _place(graph, source)},
    )
    for link in keepers:
        made = set_value(made, link.node, link.input, Wire(use), link.index)
    return made, use


def _found(graph: Graph, types: Types, source: str) -> tuple[Wire, str, str] | None:
    """The first output that can be finished, as a wire, with its group and the input of that."""
    for socket in sockets_of(graph, types, source)[1]:
        wire = wire_from(graph, types, source, socket.name)
        given = carried(graph, types, wire)
        for kind, preset, key in KINDS:
            if given is kind:
                return wire, preset, key
    return None


def _with_group(graph: Graph, preset: str) -> tuple[Graph, str]:
    """The graph with the group, and its name there: another one where a group of that name is something else."""
    source = _presets()
    group = source.groups[preset]
    for name, there in graph.groups.items():
        if _same(there, group):
            return graph, name
    name = fresh(graph.groups, preset)
    inside = f"{GROUP}{preset}/"
    layout = {
        f"{GROUP}{name}/{key[len(inside):]}": at for key, at in source.layout.items() if key.startswith(inside)
    }
    return replace(graph, groups={**graph.groups, name: group}, layout={**graph.layout, **layout}), name


def _same(one: Group, other: Group) -> bool:
    return (one.inputs, one.outputs, one.nodes) == (other.inputs, other.outputs, other.nodes)


@cache
def _presets() -> Graph:
    return format.load(PRESETS)


def _keeps(graph: Graph, types: Types, name: str) -> bool:
    """Whether a node only writes what it is given: such a one takes the finished result."""
    type_ = known(graph, types).get(graph.nodes[name].type)
    return type_ is not None and type_.writes


def _room_before(graph: Graph, source: str, keepers: Collection[str]) -> Graph:
    """What comes behind the finish moved to the right of it, where it would lie in its way."""
    x, _ = pair(graph.layout.get(source)) or (0.0, 0.0)
    layout = dict(graph.layout)
    for name in keepers:
        entry: Any = layout.get(name)
        place = pair(entry)
        if place is not None and place[0] < x + 2 * STEP:
            layout[name] = [x + 2 * STEP, *entry[1:]]
    return replace(graph, layout=layout)


def _place(graph: Graph, source: str) -> list[Any]:
    """Right of the source, below what lies there already."""
    x, y = pair(graph.layout.get(source)) or (0.0, 0.0)
    taken = [place for name in graph.nodes if (place := pair(graph.layout.get(name))) is not None]
    x += STEP
    while any(abs(x - other[0]) < STEP * 0.8 and abs(y - other[1]) < LOW * 0.9 for other in taken):
        y += LOW
    return [x, y]
