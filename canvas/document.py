"""One open workflow in the window: its history, the room that is shown, and what is selected in it."""

import uuid
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ajar.contract import NodeType
from ajar.errors import AjarError
from workflows import inside
from workflows.graph import Graph
from workflows.history import History

Change = Callable[[Graph], Graph]


class Document(QObject):
    """A workflow that is open.

    What the board draws is ``shown``: the whole graph, or the inside of the group that was entered. Names of what is
    selected are node ids, ``frame:ID`` and ``note:ID``; all belong to the room that is shown.
    """

    changed = Signal(object, object)
    """(before, after) of the room that is shown, after an edit, undo or redo that stays in the room."""
    room_changed = Signal()
    """Another room, or another graph altogether: draw all of it anew."""
    selected = Signal()
    titled = Signal()
    """The file, or whether there is something to save, has changed."""
    refused = Signal(str, str, str)
    """(message, hint, node or "") of an edit that was refused. Nothing has changed."""

    def __init__(self, graph: Graph, types: Mapping[str, NodeType], path: Path | None = None, name: str = "") -> None:
        super().__init__()
        self.types = types
        self.path = path
        self.name = name
        """What an unsaved workflow is called."""
        self.origin: Path | None = None
        """Where paths in a workflow without a file of its own are relative to: the template's folder, the picture's."""
        self.chosen: set[str] = set()
        """Paths that a person named here, by hand: only these may lead elsewhere while it has no file of its own."""
        self.licence_reason = ""
        """Why the person goes on where terms forbid what the work is for; never read from a file."""
        self.draft = uuid.uuid4().hex
        """Names this document where it has no file: its autosave and its takes."""
        self.on_disk: bytes | None = None
        """The digest of its file when it was opened or last saved here: who else changes it is not overwritten."""
        self.opened: bytes | None = None
        """The digest of the file it was opened from; None for what began here, or was agreed to."""
        self.history = History.of(graph)
        self.room: tuple[str, ...] = ()
        """The uses of groups that were entered, outermost first."""
        self.selection: tuple[str, ...] = ()
        """In the order they were selected; the last is the one the inspector shows."""
        self._shown: tuple[Graph, Graph] | None = None
        self._chosen: tuple[tuple[str, ...], Graph, tuple[str, ...]] | None = None

    @property
    def graph(self) -> Graph:
        """The whole workflow, as it would be saved."""
        return self.history.graph

    @property
    def shown(self) -> Graph:
        """The room that is on the board. The same object as long as nothing in it changes."""
        if not self.room:
            return self.graph
        if self._shown is None or self._shown[0] is not self.graph:
            self._shown = (self.graph, inside.room(self.graph, self.room))
        return self._shown[1]

    @property
    def key(self) -> str:
        """What takes and autosaves are kept under: the file, or the name of the draft."""
        return str(self.path) if self.path is not None else f"draft:{self.draft}"

    @property
    def base(self) -> Path | None:
        """The folder that paths in the workflow are relative to; None where it has none yet."""
        return self.path.parent if self.path is not None else self.origin

    @property
    def title(self) -> str:
        return self.path.stem if self.path is not None else self.name or "Untitled"

    @property
    def primary(self) -> str | None:
        """The node that the inspector shows."""
        return next((name for name in reversed(self.selection) if name in self.shown.nodes), None)

    @property
    def selected_nodes(self) -> tuple[str, ...]:
        # Asked dozens of times after each event, also with thousands of nodes selected.
        shown, found = self.shown, self._chosen
        if found is None or found[0] is not self.selection or found[1] is not shown:
            nodes = shown.nodes
            found = self._chosen = self.selection, shown, tuple(name for name in self.selection if name in nodes)
        return found[2]

    def flat(self, node: str) -> str:
        """The id of a node of the shown room in plans and events: ``use/inner``."""
        return "/".join((*self.room, node))

    def edit(self, title: str, change: Change, burst: str = "", select: Collection[str] | None = None) -> bool:
        """Change the room that is shown; one undo step (one for all with the same ``burst`` in a row).

        An edit that is refused changes nothing and is told by ``refused``. Gives whether it was done.
        """
        return self.edit_whole(title, lambda graph: inside.changed(graph, self.room, change), burst, select)

    def edit_whole(self, title: str, change: Change, burst: str = "", select: Collection[str] | None = None) -> bool:
        """Change the workflow from outside any group."""
        before = self.shown
        try:
            graph = change(self.graph)
        except AjarError as error:
            self.refused.emit(error.message, error.hint, error.node or "")
            return False
        if graph is not self.graph:
            self.history.record(graph, title, burst)
            self._tell(before)
        if select is not None:
            self.select(select)
        return True

    def end_burst(self) -> None:
        """The drag or typing is over: what follows is a step of its own."""
        self.history.end_burst()

    def undo(self) -> str | None:
        return self._step(self.history.undo)

    def redo(self) -> str | None:
        return self._step(self.history.redo)

    def select(self, names: Collection[str], *, add: bool = False, toggle: bool = False) -> None:
        """Make these the selection, or add them to it, or turn each of them over."""
        there = [name for name in dict.fromkeys(names) if self._is_there(name)]
        if toggle:
            kept = [name for name in self.selection if name not in there]
            there = kept + [name for name in there if name not in self.selection]
        elif add:
            there = [name for name in self.selection if name not in there] + there
        if tuple(there) != self.selection:
            self.selection = tuple(there)
            self.selected.emit()

    def enter(self, use: str) -> bool:
        """Go into the group that a node uses."""
        node = self.shown.nodes.get(use)
        if node is None or node.group is None or node.group not in self.graph.groups:
            return False
        self.go((*self.room, use))
        return True

    def go(self, room: tuple[str, ...]) -> None:
        """Show another room: ``()`` is the whole board."""
        if room == self.room:
            return
        left = self.room[len(room)] if len(room) < len(self.room) and self.room[: len(room)] == room else None
        self.room, self._shown = room, None
        self.selection = (left,) if left is not None and left in self.shown.nodes else ()
        self.room_changed.emit()
        self.selected.emit()

    def mark_saved(self, path: Path, graph: Graph) -> None:
        """This graph now lies in this file."""
        self.path = path
        self.history.saved = graph
        self.titled.emit()

    def _step(self, step: Callable[[], str | None]) -> str | None:
        before = self.shown
        title = step()
        if title is not None:
            self._tell(before)
        return title

    def _tell(self, before: Graph) -> None:
        if not inside.exists(self.graph, self.room):
            while not inside.exists(self.graph, self.room):
                self.room = self.room[:-1]
            self._shown = None
            self.room_changed.emit()
        elif self.shown is not before:
            self.changed.emit(before, self.shown)
        gone = [name for name in self.selection if not self._is_there(name)]
        if gone:
            self.selection = tuple(name for name in self.selection if name not in gone)
            self.selected.emit()
        self.titled.emit()

    def _is_there(self, name: str) -> bool:
        section, _, rest = name.partition(":")
        if section == "frame":
            return rest in self.shown.frames
        if section == "note":
            return rest in self.shown.notes
        return name in self.shown.nodes
