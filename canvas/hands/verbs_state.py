"""Verbs for how a node runs and how its card is shown, and for opening what it holds."""

from functools import partial

from canvas.hands.context import Context, Verb, count_of, keys, nodes_selected
from workflows import board, edit, wiring
from workflows.graph import Graph, Row, State, Wire

WORDS: dict[State, str] = {"muted": "Mute", "bypassed": "Bypass", "frozen": "Freeze"}


def set_state(context: Context, state: State) -> None:
    """Put the selected nodes into a state; where all of them are in it already, wake them."""
    names, nodes = context.names, context.graph.nodes
    wake = all(nodes[name].state == state for name in names)

    def run(graph: Graph) -> Graph:
        for name in names:
            graph = edit.set_state(graph, name, None if wake else state)
        return graph

    title = WORDS[state] if not wake else {"frozen": "Unfreeze"}.get(state, f"Un{WORDS[state].lower()}")
    context.document.edit(f"{title} {count_of(len(names))}", run)


def freeze(context: Context) -> None:
    """Hold the results the selected nodes have; nodes in this state never run or pay again until they are freed."""
    runner = context.desk.runner
    hold = getattr(runner, "freeze", None)
    if hold is not None and not _all_are(context, "frozen"):
        hold(context.document, context.names)  # knows the stored results
    else:
        set_state(context, "frozen")


def turn_flag(context: Context, flag: str, title: str) -> None:
    """Set a flag of the selected cards; where all of them have it already, take it away."""
    names = context.names
    on = not all(board.flags_of(context.graph, name).get(flag) for name in names)

    def run(graph: Graph) -> Graph:
        for name in names:
            graph = board.dress(graph, name, **{flag: True if on else None})
        return graph

    context.document.edit(f"{title if on else 'Un' + title.lower()} {count_of(len(names))}", run)


def _meant(context: Context) -> str | None:
    """The node a menu was opened on, else the one the inspector shows."""
    pointed = context.pointed.node if context.pointed is not None else ""
    return pointed or context.document.primary


def open_node(context: Context) -> None:
    """Go into the group, or type the first value of the node."""
    name = _meant(context)
    if name is not None and not context.document.enter(name):
        context.hand.open_first(name)


def show(context: Context) -> None:
    """Look at what the node gave, without wiring a viewer to it."""
    name = _meant(context)
    if name is not None:
        context.hand.show_result(name)


def rename(context: Context) -> None:
    """Type the title of a node or frame, or a note, where it stands."""
    chosen = context.document.selection
    pointed = context.pointed.name if context.pointed is not None else ""
    name = pointed or (chosen[-1] if chosen else "")
    if name:
        context.hand.type_title(name)


def swap_inputs(context: Context) -> None:
    names = context.names

    def run(graph: Graph) -> Graph:
        for name in names:
            graph = wiring.swap_inputs(graph, context.types, name)
        return graph

    context.document.edit("Swap inputs", run)


def reset(context: Context) -> None:
    """All inputs of the selected nodes as they were when the nodes were added; wires stay."""
    names = context.names

    def run(graph: Graph) -> Graph:
        for name in names:
            for key, value in graph.nodes[name].inputs.items():
                if not isinstance(value, (Wire, Row)):
                    graph = edit.reset_value(graph, name, key)
        return graph

    context.document.edit("Reset values", run)


def has_primary(context: Context) -> bool:
    pointed = context.pointed is not None and context.pointed.node
    return bool(pointed) or context.document.primary is not None


def can_rename(context: Context) -> bool:
    return bool(context.pointed is not None and context.pointed.name) or bool(context.document.selection)


def _all_are(context: Context, state: State) -> bool:
    return bool(context.names) and all(context.graph.nodes[name].state == state for name in context.names)


def _all_have(context: Context, flag: str) -> bool:
    return bool(context.names) and all(board.flags_of(context.graph, name).get(flag) for name in context.names)


VERBS = (
    Verb("node.open", "Open", "Graph", open_node, "", keys("Return|Enter", blender="Tab|Return|Enter"), has_primary,
         "Node", listed=False),
    Verb("node.rename", "Rename", "Graph", rename, "", keys("F2"), can_rename, "Node"),
    Verb("node.show", "Show result", "View", show, "eye", {}, has_primary, "Viewer"),
    Verb("state.mute", "Mute", "Graph", partial(set_state, state="muted"), "mute",
         keys("M", blender="Shift+M", comfy="Ctrl+M"), nodes_selected, "State", partial(_all_are, state="muted")),
    Verb("state.bypass", "Bypass", "Graph", partial(set_state, state="bypassed"), "bypass",
         keys("B|D", blender="M|D", comfy="Ctrl+B|D"), nodes_selected, "State", partial(_all_are, state="bypassed")),
    Verb("state.freeze", "Freeze", "Graph", freeze, "freeze", keys("K"), nodes_selected, "State",
         partial(_all_are, state="frozen")),
    Verb("node.collapse", "Collapse", "Graph", partial(turn_flag, flag="collapsed", title="Collapse"), "minus",
         keys("H|Alt+C", nuke="H", blender="H"), nodes_selected, "Card", partial(_all_have, flag="collapsed")),
    Verb("node.trim", "Hide unused sockets", "Graph", partial(turn_flag, flag="trim", title="Hide sockets of"), "",
         keys("Shift+H", blender="Ctrl+H"), nodes_selected, "Card", partial(_all_have, flag="trim")),
    Verb("node.pin", "Pin in place", "Graph", partial(turn_flag, flag="pinned", title="Pin"), "lock", keys("P"),
         nodes_selected, "Card", partial(_all_have, flag="pinned")),
    Verb("node.reset", "Reset values", "Graph", reset, "undo", {}, nodes_selected, "Card"),
    Verb("wire.swap", "Swap inputs", "Graph", swap_inputs, "", keys("S", nuke="Shift+X", blender="Alt+S"),
         nodes_selected, "Wires"),
)
