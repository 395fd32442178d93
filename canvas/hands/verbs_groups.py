"""Verbs for groups, frames, notes and dots, and for wires between selected nodes."""

from collections.abc import Collection

from ajar.errors import EditError
from canvas.hands.context import Context, Verb, edit_new, keys, nodes_selected, two_selected
from workflows import board, edit, wiring
from workflows.changes import fresh
from workflows.frames import FRAME, NOTE
from workflows.graph import Graph, Link, links


def group(context: Context) -> None:
    """Put the selected nodes into a group."""
    names = context.names

    def run(graph: Graph) -> tuple[Graph, list[str]]:
        graph, use = edit.make_group(graph, names)
        return graph, [use]

    edit_new(context.document, "Group", run)


def ungroup(context: Context) -> None:
    """Put the nodes of the selected groups in their places."""
    uses = [name for name in context.names if context.graph.nodes[name].group is not None]

    def run(graph: Graph) -> tuple[Graph, Collection[str]]:
        before = set(graph.nodes)
        for use in uses:
            graph = edit.ungroup(graph, use)
        return graph, [name for name in graph.nodes if name not in before]

    edit_new(context.document, "Ungroup", run)


def enter(context: Context) -> None:
    pointed = context.pointed.node if context.pointed is not None else ""
    name = pointed or context.document.primary
    if name is not None:
        context.document.enter(name)


def leave(context: Context) -> None:
    """Back to the room outside."""
    context.document.go(context.document.room[:-1])


def make_unique(context: Context) -> None:
    """Give the selected groups copies of their insides: other uses no longer change with them."""
    uses = [name for name in context.names if context.graph.nodes[name].group is not None]

    def run(graph: Graph) -> Graph:
        for use in uses:
            graph = edit.make_unique(graph, use)
        return graph

    context.document.edit("Make unique", run)


def frame(context: Context) -> None:
    """Put a frame behind the selected nodes, or an empty one at the mouse, and ask for its title."""
    names, sizes = context.names, context.view.sizes()

    def run(graph: Graph) -> tuple[Graph, list[str]]:
        if names:
            graph, name = board.frame_around(graph, sizes, names, "Frame")
        else:
            name = fresh(graph.frames, "frame")
            graph = board.add_frame(graph, "Frame", context.place, FRAME)
        return graph, [f"frame:{name}"]

    made = edit_new(context.document, "Frame", run)
    for name in made:
        context.hand.type_title(name)


def note(context: Context) -> None:
    """A note at the mouse, open to be written."""

    def run(graph: Graph) -> tuple[Graph, list[str]]:
        name = fresh(graph.notes, "note")
        return board.add_note(graph, "", context.place, NOTE), [f"note:{name}"]

    for name in edit_new(context.document, "Note", run):
        context.hand.type_title(name)


def dot(context: Context) -> None:
    """A dot on the wire under the mouse, or after the selected node, or by itself."""
    link, document = context.target.link, context.document
    node = document.primary

    def run(graph: Graph) -> tuple[Graph, list[str]]:
        if link is not None:
            graph, name = wiring.add_dot(graph, link, context.place)
            return graph, [name]
        if node is not None:
            out = [one for one in links(graph.nodes) if one.wire.node == node]
            if out:
                graph, name = wiring.add_dot(graph, [one for one in out if one.wire == out[0].wire], context.place)
                return graph, [name]
        name = fresh(graph.nodes, wiring.DOT)
        graph = edit.add_node(graph, wiring.DOT, id=name, at=context.place)
        return (wiring.after(graph, context.types, node, name) if node is not None else graph), [name]

    edit_new(document, "Dot", run)


def join(context: Context) -> None:
    """Wire the selected nodes to one another, from left to right."""
    names = context.names
    context.document.edit("Join", lambda graph: wiring.join_all(graph, context.types, names))


def extract(context: Context) -> None:
    """Take the selected nodes out of their wires, which are healed."""
    names = context.names
    context.document.edit("Extract", lambda graph: wiring.extract(graph, context.types, names))


def disconnect(context: Context) -> None:
    """Take out the wire, or all wires at the socket, that a menu was opened on."""
    link, spot = context.target.link, context.target.spot

    def run(graph: Graph) -> Graph:
        if spot is not None:
            return wiring.cut_socket(graph, context.types, spot)
        if link is not None:
            return wiring.cut(graph, [link])
        raise EditError("There is no wire here.", "Point at a wire.")

    context.document.edit("Disconnect", run)


def crossed(found: Collection[Link]) -> dict[tuple[str, str | None], list[Link]]:
    """Wires by the output they come from."""
    rows: dict[tuple[str, str | None], list[Link]] = {}
    for link in found:
        rows.setdefault((link.wire.node, link.wire.output), []).append(link)
    return rows


def group_selected(context: Context) -> bool:
    nodes = context.graph.nodes
    return any(nodes[name].group is not None for name in context.names)


def inside_group(context: Context) -> bool:
    return bool(context.document.room)


VERBS = (
    Verb("group.make", "Group", "Graph", group, "group", keys("Ctrl+G", comfy="Ctrl+Shift+E"), nodes_selected,
         "Groups"),
    Verb("group.ungroup", "Ungroup", "Graph", ungroup, "",
         keys("Ctrl+Shift+G", nuke="Ctrl+Alt+G", blender="Ctrl+Alt+G|Ctrl+Shift+G"), group_selected, "Groups"),
    Verb("group.enter", "Enter group", "Graph", enter, "", keys("Alt+Down"), group_selected, "Groups"),
    Verb("group.leave", "Leave group", "Graph", leave, "", keys("Alt+Up", blender="Ctrl+Tab|Alt+Up"), inside_group,
         "Groups"),
    Verb("group.unique", "Make unique", "Graph", make_unique, "", {}, group_selected, "Groups"),
    Verb("frame.add", "Frame", "Graph", frame, "frame", keys("Ctrl+J|C", blender="Ctrl+J", comfy="Ctrl+G|C"),
         section="Board"),
    Verb("note.add", "Note", "Graph", note, "prompt", keys("N", nuke="Alt+N", blender="Alt+N", comfy="Alt+N"),
         section="Board"),
    Verb("dot.add", "Dot", "Graph", dot, "", keys("Alt+.", nuke="."), section="Board"),
    Verb("wire.join", "Join selected", "Graph", join, "", keys("J", blender="F"), two_selected, "Wires"),
    Verb("wire.extract", "Extract", "Graph", extract, "", keys("Ctrl+Shift+X", blender="Alt+D|Ctrl+Shift+X"),
         nodes_selected, "Wires"),
    Verb("wire.disconnect", "Disconnect", "Graph", disconnect, "", {},
         lambda context: context.pointed is not None, "Wires", listed=False),
)
