"""What a verb of the board is given, and the verb itself: one row for menus, shortcuts and the command palette."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QPointF

from ajar.contract import NodeType
from canvas.actions import Preset
from canvas.desk import Desk
from canvas.document import Document
from workflows.graph import Graph, Link

if TYPE_CHECKING:
    from canvas.board.card import Part, Spot
    from canvas.board.view import BoardView
    from canvas.hands.hand import Hand

Sizes: TypeAlias = Mapping[str, tuple[float, float]]
Keys: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """What lies at a place of the board, the nearest thing first."""

    spot: "Spot | None" = None
    part: "Part | None" = None
    node: str = ""
    link: Link | None = None
    frame: str = ""
    grip: str = ""
    """Of a frame or note: ``head``, ``body``, or ``edge:...`` where it is resized."""
    note: str = ""

    @property
    def name(self) -> str:
        """What would be selected: a node, ``frame:ID`` or ``note:ID``; "" for a wire and the empty board."""
        if self.node:
            return self.node
        if self.note:
            return f"note:{self.note}"
        return f"frame:{self.frame}" if self.frame and self.grip != "body" else ""


NOTHING = Target()


@dataclass(frozen=True, slots=True)
class Context:
    """Where a verb acts."""

    desk: Desk
    document: Document
    view: "BoardView"
    hand: "Hand"
    at: QPointF
    """A place of the scene: where the mouse is, or where a menu was opened."""
    pointed: Target | None = None
    """What a menu was opened on; None: whatever lies under the mouse."""

    @property
    def target(self) -> Target:
        return self.pointed if self.pointed is not None else self.hand.under_mouse()

    @property
    def graph(self) -> Graph:
        return self.document.shown

    @property
    def types(self) -> Mapping[str, NodeType]:
        return self.document.types

    @property
    def names(self) -> tuple[str, ...]:
        """The selected nodes."""
        return self.document.selected_nodes

    @property
    def place(self) -> tuple[float, float]:
        return self.at.x(), self.at.y()


Run: TypeAlias = Callable[[Context], object]
Test: TypeAlias = Callable[[Context], bool]


def always(context: Context) -> bool:
    return True


def some_selected(context: Context) -> bool:
    return bool(context.document.selection)


def nodes_selected(context: Context) -> bool:
    return bool(context.names)


def two_selected(context: Context) -> bool:
    return len(context.names) > 1


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done on the board."""

    id: str
    title: str
    group: str
    """The menu of the window it stands in: Edit, Graph or View."""
    run: Run
    icon: str = ""
    keys: Keys = field(default_factory=dict)
    """By preset; a preset without an entry has the keys of Default."""
    enabled: Test = always
    section: str = ""
    checked: Test | None = None
    listed: bool = True
    """False: only in the palette and the table of shortcuts."""


def keys(default: str = "", *, nuke: str | None = None, blender: str | None = None, comfy: str | None = None) -> Keys:
    """Keys by preset, several with ``|`` between; a preset that is left out has the default ones."""
    rows: dict[Preset, str | None] = {
        "Default": default, "Nuke-like": nuke, "Blender-like": blender, "Comfy-like": comfy,
    }
    return {preset: tuple(text.split("|")) if text else () for preset, text in rows.items() if text is not None}


def edit_new(
    document: Document, title: str, change: Callable[[Graph], tuple[Graph, Collection[str]]], burst: str = "",
) -> tuple[str, ...]:
    """An edit that makes something new, which is selected afterwards. Gives the names; none where it was refused."""
    made: list[str] = []

    def run(graph: Graph) -> Graph:
        graph, names = change(graph)
        made[:] = names
        return graph

    if not document.edit(title, run, burst):
        return ()
    document.select(made)
    return tuple(made)


def count_of(many: int, what: str = "node") -> str:
    """``a node``, ``3 nodes``: the end of an undo title."""
    return what if many == 1 else f"{many} {what}s"
