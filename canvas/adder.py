"""The search for a node to add: by name, word, category or model, those used last first."""

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from canvas.desk import Desk
from canvas.document import Document
from canvas.lookup import Lookup
from canvas.lookup_rows import Found, door_of
from canvas.marks import mark_of
from workflows import finding, wiring
from workflows.graph import Link
from workflows.sockets import carried, input_of, wire_from

if TYPE_CHECKING:
    from canvas.board.card import Spot
    from canvas.board.view import BoardView

KEPT = 40


class Recent:
    """The types that were added last, newest first; kept in a file so that they are still there tomorrow."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.ids: list[str] = []
        self.read()

    def read(self) -> None:
        """Take what the file says: the popup of another board and the library write it too."""
        with suppress(OSError, ValueError):
            found = json.loads(self._file.read_text("utf-8"))
            self.ids = [one for one in found if isinstance(one, str)][:KEPT] if isinstance(found, list) else []

    def use(self, id_: str) -> None:
        self.read()
        self.ids = [id_, *(one for one in self.ids if one != id_)][:KEPT]
        with suppress(OSError):  # a convenience: never in the way of adding a node
            self._file.write_text(json.dumps(self.ids), "utf-8")


class Adder(Lookup):
    """Lists all nodes and the groups of this workflow, or those that fit a socket or a wire."""

    def __init__(self, desk: Desk, view: "BoardView", document: Document) -> None:
        super().__init__(desk, view, "Add a node", "Node, model or word")
        self._document = document
        self._entries: list[finding.Entry] = []
        self._made_of: tuple[object, object] = (None, None)
        self._chosen: Callable[[str], None] | None = None
        self._gone: Callable[[], None] | None = None
        self._fitting: dict[str, int] | None = None
        """The types that fit, and how well: the least is the best."""
        self._recent = Recent(desk.studio.home.path / "recent-nodes.json")
        self.dismissed.connect(self._is_gone)

    def open(
        self, at: QPointF, spot: "Spot | None" = None, link: Link | None = None,
        chosen: Callable[[str], None] | None = None, gone: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a node near a place of the scene; for a spot or a wire, only those that fit it.

        ``chosen`` is given the id of the type or ``group:name``; ``gone`` is called in any case, after that.
        """
        self._chosen, self._gone = chosen, gone
        self._recent.read()
        self._fitting = self._fits(spot, link)
        self._collect()
        self.show_at(at, _note(spot, link))

    def matches(self, query: str) -> Sequence[Found]:
        entries = self._entries
        if self._fitting is not None:
            best = self._fitting
            entries = sorted((entry for entry in entries if entry.id in best), key=lambda entry: best[entry.id])
        return [self._row(entry) for entry in finding.rank(query, entries, self._recent.ids)]

    def take(self, found: Found) -> None:
        self._recent.use(found.id)
        if self._chosen is not None:
            self._chosen(found.id)
        self._is_gone()

    def _is_gone(self) -> None:
        gone, self._gone, self._chosen = self._gone, None, None
        if gone is not None:
            gone()

    def _collect(self) -> None:
        """The entries of all types, made again only when the types or groups are other ones."""
        groups, types = self._document.graph.groups, self._document.types
        if self._made_of[0] is types and self._made_of[1] is groups:
            return
        models = self.desk.studio.catalogue.entries()
        self._entries = [*finding.group_entries(self._document.graph), *finding.entries_of(types, models)]
        self._made_of = (types, groups)

    def _fits(self, spot: "Spot | None", link: Link | None) -> dict[str, int] | None:
        types, graph = self._document.types, self._document.shown
        ids: Collection[str]
        if link is not None:
            ids = wiring.between(types, graph, link)
        elif spot is None:
            return None
        elif spot.side == "out":
            given = carried(graph, types, wire_from(graph, types, spot.node, spot.name))
            ids = wiring.types_fitting(types, given, "in")
        else:
            socket = input_of(graph, types, spot.node, spot.name)
            ids = wiring.types_fitting(types, socket, "out") if socket is not None else ()
        return {id_: number for number, id_ in enumerate(ids)}

    def _row(self, entry: finding.Entry) -> Found:
        type_ = self._document.types.get(entry.id)
        category, icon = mark_of(type_, entry.id)
        return Found(entry.id, entry.title, category, icon, door_of(type_))


def _note(spot: "Spot | None", link: Link | None) -> str:
    if link is not None:
        return "Nodes that fit both ends of the wire"
    if spot is None:
        return ""
    return f"Nodes that take “{spot.label}”" if spot.side == "out" else f"Nodes that give “{spot.label}”"
