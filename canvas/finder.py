"""The search for a node of this workflow: by name, type, value or error. Enter goes there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from canvas.desk import Desk
from canvas.lookup import Lookup
from canvas.lookup_rows import Found
from canvas.marks import mark_of
from workflows import finding, inside
from workflows.problems import Problem

if TYPE_CHECKING:
    from canvas.board.view import BoardView
    from canvas.hands.hand import Hand


MOST = 200


class Finder(Lookup):
    """Lists the nodes of this room; with words, those of the whole workflow that hold them."""

    def __init__(self, desk: Desk, view: "BoardView", hand: "Hand") -> None:
        super().__init__(desk, view, "Find a node", "Name, type, value or error")
        self._hand = hand
        self._found: list[finding.Found] = []

    def open(self) -> None:
        self.show_at(None)

    def matches(self, query: str) -> Sequence[Found]:
        graph, types = self._hand.document.graph, self._hand.document.types
        if not query.strip():
            titles = ((name, self._hand.title_of(name)) for name in self._hand.document.shown.nodes)
            self._found = [finding.Found(self._hand.document.room, name, title) for name, title in titles]
        else:
            self._found = finding.find_nodes(graph, types, query, self._problems())
        return [self._row(found, number) for number, found in enumerate(self._found[:MOST])]

    def take(self, found: Found) -> None:
        goal = self._found[int(found.id)]
        self._hand.travels.remember()
        self._hand.document.go(goal.room)
        self._hand.document.select([goal.node])
        self.view.frame([goal.node], animate=True)

    def _problems(self) -> list[Problem]:
        """What the cards say is wrong, for words of an error."""
        looks = self.desk.looks(self._hand.document)
        found = ((name, looks.of(name)) for name in self._hand.document.graph.nodes)
        return [Problem("error", look.message or look.needs, look.hint, name)
                for name, look in found if look.message or look.needs]

    def _row(self, found: finding.Found, number: int) -> Found:
        document = self._hand.document
        node = inside.room(document.graph, found.room).nodes.get(found.node)
        category, icon = mark_of(document.types.get(node.type), node.type) if node is not None else ("flow", "frame")
        note = found.what or ("" if found.node == found.title.casefold() else found.node)
        return Found(str(number), found.title, category, icon, "", "/".join((*found.room, note)))
