"""Adding a node where it was asked for: wired to a socket, put into a wire, or after the selected node."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ajar.errors import EditError
from canvas.hands.context import Context, edit_new
from workflows import arrange, edit, rooms, wiring
from workflows.changes import fresh
from workflows.graph import GROUP, Graph, Link, Value
from workflows.sockets import sockets_of

if TYPE_CHECKING:
    from canvas.board.card import Spot

HEADER = 14.0
"""Half of a card's head: a new card lies with its head under the mouse."""


def add_node(
    context: Context, type_: str, spot: "Spot | None" = None, link: Link | None = None, *, after: bool = False,
    inputs: Mapping[str, Value] | None = None,
) -> str | None:
    """Add a node (or a use of a group, ``group:name``) in one edit. Gives its id."""
    document, sizes = context.document, context.view.sizes()
    alone = context.names[0] if len(context.names) == 1 else None
    x, y = context.place
    at = (x - 20, y - HEADER) if spot is None else (x, y - HEADER) if spot.side == "out" else (x - 240, y - HEADER)

    def run(graph: Graph) -> tuple[Graph, list[str]]:
        name = fresh(graph.nodes, type_)
        if type_.startswith(GROUP):
            graph, name = rooms.add_use(graph, type_[len(GROUP) :], at)
        else:
            graph = edit.add_node(graph, type_, inputs, id=name, at=at)
        if spot is not None:
            graph = attached(context, graph, name, spot)
        elif link is not None:
            graph = wiring.insert(graph, context.types, name, link)
            graph = arrange.make_room(graph, sizes, name)
        elif after and alone is not None:
            graph = after_selected(context, graph, alone, name)
        return graph, [name]

    made = edit_new(document, f"Add {_title(context, type_)}", run)
    return made[0] if made else None


def attached(context: Context, graph: Graph, name: str, spot: "Spot") -> Graph:
    """The graph with a new node wired to a socket where it fits best."""
    if spot.side == "out":
        found = wiring.fitting(graph, context.types, spot.node, spot.name, name)
        if not found:
            raise EditError("Nothing of this node fits the wire.", "Choose another node.")
        key, index = found[0]
        return wiring.attach(graph, context.types, spot, wiring.Plug(name, "in", key, index))
    for output in sockets_of(graph, context.types, name)[1]:
        plug = wiring.Plug(name, "out", output.name)
        if wiring.accepts(context.types, graph, spot, plug) is None:
            return wiring.attach(graph, context.types, plug, spot)
    raise EditError("Nothing of this node fits the wire.", "Choose another node.")


def after_selected(context: Context, graph: Graph, selected: str, name: str) -> Graph:
    """Wired after the selected node where that fits; else it just stands there."""
    try:
        return wiring.after(graph, context.types, selected, name)
    except EditError:
        return graph


def _title(context: Context, type_: str) -> str:
    known = context.types.get(type_)
    return known.title if known is not None else type_.removeprefix(GROUP)
