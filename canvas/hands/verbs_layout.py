"""Verbs for where things lie: tidy, align, distribute, straighten, and steps of the arrow keys."""

from functools import partial
from typing import Literal

from canvas.hands.boxes import GRID, settled
from canvas.hands.context import Context, Verb, count_of, keys, some_selected, two_selected
from workflows import arrange, board
from workflows.graph import Graph

ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
EDGES = {"left": "left", "right": "right", "top": "up", "bottom": "down"}
"""The edges that cards are aligned at, and the arrow of the key for it."""


def tidy(context: Context) -> None:
    """Lay the selected nodes out, or all of them."""
    names = context.names if len(context.names) > 1 else tuple(context.graph.nodes)
    sizes = context.view.sizes()
    context.document.edit("Tidy", lambda graph: arrange.tidy(graph, sizes, names))


def align(context: Context, edge: arrange.Edge) -> None:
    names, sizes = context.names, context.view.sizes()
    context.document.edit(f"Align {edge}", lambda graph: arrange.align(graph, sizes, names, edge))


def distribute(context: Context, way: Literal["x", "y"]) -> None:
    names, sizes = context.names, context.view.sizes()
    context.document.edit("Distribute", lambda graph: arrange.distribute(graph, sizes, names, way))


def straighten(context: Context) -> None:
    """Move the selected cards up or down so that the wires among them run straight."""
    names, view = context.names, context.view

    def height(node: str, side: str, name: str, index: int | None) -> float | None:
        spot, rect = view.spot(node, side, name, index), view.rect_of(node)
        return spot.at.y() - rect.top() if spot is not None and rect is not None else None

    context.document.edit("Straighten", lambda graph: arrange.straighten(graph, names, height))


def step(context: Context, arrow: str, times: int = 1) -> None:
    """Move what is selected by the grid."""
    dx, dy = (part * GRID * times for part in ARROWS[arrow])
    chosen = context.document.selection

    def run(graph: Graph) -> Graph:
        return board.shift(settled(graph, context.hand.rect_of, chosen), chosen, (dx, dy))

    context.document.edit(f"Move {count_of(len(chosen), 'card')}", run, f"step:{chosen}")


def turn_snap(context: Context) -> None:
    """Whether cards that are dragged always keep to the grid."""
    context.hand.snaps = not context.hand.snaps


def _align(edge: arrange.Edge, title: str) -> Verb:
    arrow = EDGES.get(edge)
    bound = keys(f"Alt+Shift+{arrow.capitalize()}") if arrow else {}
    return Verb(f"layout.{edge}", title, "Graph", partial(align, edge=edge), "", bound, two_selected, "Align")


def _steps() -> tuple[Verb, ...]:
    rows: list[Verb] = []
    for arrow in ARROWS:
        rows.append(Verb(f"move.{arrow}", f"Move {arrow}", "Edit", partial(step, arrow=arrow), "",
                         keys(arrow.capitalize()), some_selected, "Move", listed=False))
        rows.append(Verb(f"move.{arrow}_far", f"Move {arrow} by ten", "Edit", partial(step, arrow=arrow, times=10), "",
                         keys(f"Shift+{arrow.capitalize()}"), some_selected, "Move", listed=False))
    return tuple(rows)


VERBS = (
    Verb("layout.tidy", "Tidy", "Graph", tidy, "", keys("L", blender="Ctrl+L"), section="Layout"),
    Verb("layout.straighten", "Straighten wires", "Graph", straighten, "", keys("Q", comfy="Shift+Q"), two_selected,
         "Layout"),
    _align("left", "Align left edges"), _align("right", "Align right edges"), _align("top", "Align top edges"),
    _align("bottom", "Align bottom edges"), _align("centre", "Align centres"), _align("middle", "Align middles"),
    Verb("layout.across", "Distribute across", "Graph", partial(distribute, way="x"), "", keys("Alt+Shift+X"),
         two_selected, "Align"),
    Verb("layout.down", "Distribute down", "Graph", partial(distribute, way="y"), "", keys("Alt+Shift+Y"),
         two_selected, "Align"),
    Verb("layout.snap", "Snap to grid", "Graph", turn_snap, "", keys("Alt+Shift+G"), section="Layout",
         checked=lambda context: context.hand.snaps),
    *_steps(),
)
