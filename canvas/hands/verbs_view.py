"""Verbs for what is seen: framing, going back, bookmarks, walking along wires, finding, viewer buffers."""

from functools import partial

from PySide6.QtCore import QPointF

from canvas.hands.context import Context, Verb, keys
from workflows import board
from workflows.graph import links

STEP = 1.25
"""How much nearer one step of zoom comes."""


def frame_selection(context: Context) -> None:
    """All of what is selected, or of the board, in sight."""
    context.hand.travels.remember()
    context.view.frame(context.document.selection or None, animate=True)


def frame_all(context: Context) -> None:
    context.hand.travels.remember()
    context.view.frame(None, animate=True)


def back(context: Context) -> None:
    context.hand.travels.go(-1)


def forward(context: Context) -> None:
    context.hand.travels.go(1)


def zoom(context: Context, factor: float) -> None:
    context.view.zoom_at(context.view.viewport().rect().center().toPointF(), factor)


def zoom_full(context: Context) -> None:
    x, y, _ = context.view.place
    context.view.look_at(QPointF(x, y), context.view.natural, animate=True)


def bookmark(context: Context, number: int) -> None:
    """Keep this view under a number, in the workflow."""
    if context.document.room:
        context.desk.say("Bookmarks are kept for the whole board.", "Leave the group first.")
        return
    x, y, near = context.view.place
    place = (round(x, 1), round(y, 1), round(near, 3))
    context.document.edit_whole(f"Bookmark {number}", lambda graph: board.bookmark(graph, number, place))
    context.desk.say(f"This view is bookmark {number}.", f"Alt+{number} comes back here.")


def jump(context: Context, number: int) -> None:
    """Go to a bookmark."""
    found = board.bookmarks(context.document.graph).get(number)
    if found is None:
        context.desk.say(f"There is no bookmark {number}.", f"Ctrl+Alt+{number} keeps a view under this number.")
        return
    context.hand.travels.remember()
    context.document.go(())
    x, y, near = found
    context.view.look_at(QPointF(x, y), near, animate=True)


def walk(context: Context, arrow: str) -> None:
    """Select the next node along the wires: left where a value comes from, right where it goes; up, down: beside."""
    here = context.document.primary
    if here is None:
        names = sorted(context.graph.nodes, key=lambda name: board.place_of(context.graph, name) or (0.0, 0.0))
        target = names[0] if names else None
    else:
        target = _next(context, here, arrow)
    if target is not None:
        context.document.select([target])
        context.hand.bring_into_sight(target)


def find(context: Context) -> None:
    """Find a node by its name, type, value or error."""
    context.hand.finder.open()


def clear(context: Context) -> None:
    """Let go of what is selected; when nothing is, leave the group."""
    if context.document.selection:
        context.document.select(())
    elif context.document.room:
        context.document.go(context.document.room[:-1])


def add(context: Context) -> None:
    """Search for a node to add at the mouse."""
    context.hand.open_adder(context.at)


def send(context: Context, number: int) -> None:
    """Put the selected node's result into a buffer of the viewer; with nothing selected, show that buffer."""
    context.hand.buffer.emit(number, context.document.primary or "")


def _next(context: Context, here: str, arrow: str) -> str | None:
    graph = context.graph

    def place(name: str) -> tuple[float, float]:
        return board.place_of(graph, name) or (0.0, 0.0)

    wires = list(links(graph.nodes))
    if arrow == "left":
        return next((link.wire.node for link in wires if link.node == here and link.wire.node in graph.nodes), None)
    if arrow == "right":
        taking = sorted({link.node for link in wires if link.wire.node == here}, key=lambda name: place(name)[1])
        return taking[0] if taking else None
    x, y = place(here)
    beside = [name for name in graph.nodes if name != here and (place(name)[1] > y) == (arrow == "down")]
    return min(beside, key=lambda name: (abs(place(name)[0] - x) * 2 + abs(place(name)[1] - y)), default=None)


def _bookmarks() -> tuple[Verb, ...]:
    rows: list[Verb] = []
    for number in range(1, 10):
        rows.append(Verb(f"bookmark.set_{number}", f"Keep this view as bookmark {number}", "View",
                         partial(bookmark, number=number), "", keys(f"Ctrl+Alt+{number}"), section="Bookmarks",
                         listed=False))
        rows.append(Verb(f"bookmark.go_{number}", f"Go to bookmark {number}", "View", partial(jump, number=number), "",
                         keys(f"Alt+{number}"), section="Bookmarks", listed=False))
        rows.append(Verb(f"viewer.{number}", f"Viewer buffer {number}", "View", partial(send, number=number), "eye",
                         keys(str(number)), section="Viewer", listed=False))
    return tuple(rows)


VERBS = (
    Verb("node.add", "Add node", "Graph", add, "plus",
         keys("Tab", blender="Shift+A"), section="Add"),
    Verb("node.find", "Find node", "Edit", find, "search", keys("Ctrl+F"), section="Find"),
    Verb("view.frame_selection", "Frame selection", "View", frame_selection, "fit",
         keys("F|.", nuke="F", blender=".", comfy=".|F"), section="Look"),
    Verb("view.frame_all", "Frame all", "View", frame_all, "", keys("A|Home", blender="Home"), section="Look"),
    Verb("view.back", "Previous view", "View", back, "step-back", keys("Alt+Left"), section="Look"),
    Verb("view.forward", "Next view", "View", forward, "step-forward", keys("Alt+Right"), section="Look"),
    Verb("view.zoom_in", "Zoom in", "View", partial(zoom, factor=STEP), "plus", keys("Ctrl+=|Ctrl++"), section="Zoom"),
    Verb("view.zoom_out", "Zoom out", "View", partial(zoom, factor=1 / STEP), "minus", keys("Ctrl+-"), section="Zoom"),
    Verb("view.zoom_full", "100 %", "View", zoom_full, "", keys("Ctrl+0"), section="Zoom"),
    Verb("select.clear", "Let go", "Edit", clear, "", keys("Escape"), section="Select", listed=False),
    *(Verb(f"walk.{arrow}", f"Walk {arrow}", "View", partial(walk, arrow=arrow), "", keys(f"Ctrl+{arrow.capitalize()}"),
           section="Walk", listed=False) for arrow in ("left", "right", "up", "down")),
    *_bookmarks(),
)
