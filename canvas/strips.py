"""The takes of every open document, with small pictures, and which of them flow on; also shown on the cards."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QImage

from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.faces import Strip
from canvas.looks import Thumb
from canvas.thumbs import thumb_of
from workflows import variants
from workflows.behind_pick import choice_of
from workflows.picking import PICKED
from workflows.take import value_of
from workflows.takes import Query, Take, Takes
from workflows.taking import KEY

if TYPE_CHECKING:
    from canvas.runner import Runner

SIDE = 384
"""Pixels of a take's picture: enough for the card as well."""
ON_CARD = 10
"""So many takes, the latest, have a picture on the card."""
KEPT = 400
"""Pictures kept in memory."""
MOST = 2000
SETTLE = 40
"""Milliseconds in which several changes are read once."""


class Strips(QObject):
    """Changes of the store, by runs, the gallery or another window, arrive by themselves."""

    changed = Signal(object)
    """The document some of whose takes (or their pictures, or what is picked) are others now."""
    _stirred = Signal()

    def __init__(self, desk: Desk, runner: "Runner", takes: Takes) -> None:
        super().__init__()
        self._desk = desk
        self._runner = runner
        self._takes = takes
        self._errands = Errands(desk, self)
        self._known: dict[Document, dict[str, tuple[Take, ...]]] = {}
        self._pictures: OrderedDict[int, QImage | None] = OrderedDict()
        self._asked: set[int] = set()
        self._hoped: dict[tuple[Document, str], int] = {}
        """Takes that were just picked, until the forecast says the same."""
        self._settling = QTimer(self, interval=SETTLE, singleShot=True)
        self._settling.timeout.connect(self.read)
        self._stirred.connect(self._settling.start)
        self._unlisten = takes.listen(self._stirred.emit)
        desk.opened.connect(lambda document: self.read())
        desk.closed.connect(lambda document: self._known.pop(document, None))

    def of(self, document: Document, node: str) -> tuple[Take, ...]:
        """The takes of a node, by number."""
        return self._known.get(document, {}).get(node, ())

    def nodes(self, document: Document) -> tuple[str, ...]:
        """The nodes that have takes, by flat id."""
        return tuple(self._known.get(document, {}))

    def picture(self, take: Take) -> QImage | None:
        """Its picture; None while it is being made, which ``changed`` tells the end of."""
        if take.id in self._pictures:
            self._pictures.move_to_end(take.id)
            return self._pictures[take.id]
        self._ask((take,))
        return None

    def picked(self, document: Document, node: str) -> int | None:
        """The take that flows on from a node."""
        if (hoped := self._hoped.get((document, node))) is not None:
            return hoped
        at = variants.node_at(document.graph, node)
        if at is not None and at.state == "frozen":
            kept = (at.result or {}).get(PICKED)
            return kept if isinstance(kept, int) else None
        keys = self._runner.standing(document).fact(node).keys
        if len(keys) > 1 and (place := choice_of(document.graph, node)) is not None:
            keys = keys[place:place + 1]
        if len(keys) != 1 or keys[0] is None:
            return None
        return next((take.id for take in reversed(self.of(document, node)) if take.settings.get(KEY) == keys[0]), None)

    def hope(self, document: Document, node: str, take: int) -> None:
        """It was just picked."""
        self._hoped[document, node] = take
        self._fill(document, (node,))

    def foreseen(self, document: Document) -> None:
        """The forecast has spoken: what is picked can be told for certain."""
        self._hoped = {key: take for key, take in self._hoped.items() if key[0] is not document}
        self._fill(document, self.nodes(document))

    def read(self) -> None:
        """Read the takes of all open documents."""
        for document in self._desk.documents:
            query = Query(document=document.key)
            self._errands.run(
                lambda query=query: self._takes.search(query, limit=MOST),  # type: ignore[misc]
                lambda takes, document=document: self._keep(document, takes),  # type: ignore[misc]
            )

    def close(self) -> None:
        self._unlisten()
        self._settling.stop()
        self._errands.close()

    def _keep(self, document: Document, takes: Sequence[Take]) -> None:
        if document not in self._desk.documents:
            return
        found: dict[str, list[Take]] = {}
        for take in sorted(takes, key=lambda one: (one.number, one.id)):
            found.setdefault(take.node, []).append(take)
        before = self._known.get(document, {})
        now = self._known[document] = {node: tuple(one) for node, one in found.items()}
        differ = [node for node in {*before, *now} if before.get(node) != now.get(node)]
        if differ:
            self._fill(document, differ)

    def _fill(self, document: Document, nodes: Sequence[str]) -> None:
        """Put the takes of these nodes onto their cards."""
        strips = {}
        for node in nodes:
            takes = self.of(document, node)
            latest = takes[-ON_CARD:]
            picked = self.picked(document, node)
            shown = next((take for take in takes if take.id == picked), takes[-1] if takes else None)
            if shown is not None and shown not in latest:
                latest = (shown, *latest[1:])
            strips[node] = Strip(
                tuple(Thumb(take.id, self.picture(take)) for take in latest), picked,
                self.picture(shown) if shown is not None else None, max((take.number for take in takes), default=0),
            )
        self._runner.standing(document).keep(strips)
        self._runner.marked()
        self.changed.emit(document)

    def _ask(self, takes: Sequence[Take]) -> None:
        for take in takes:
            if take.id in self._asked:
                continue
            self._asked.add(take.id)
            theme = self._desk.theme
            ink = (QColor(theme.colour("wire.audio")), QColor(theme.colour("board.mat")))
            self._runner.thumbs.work(
                lambda take=take, ink=ink: thumb_of(value_of(take), ink, SIDE),  # type: ignore[misc]
                lambda image, take=take: self._made(take, image),  # type: ignore[misc]
            )

    def _made(self, take: Take, image: QImage | None) -> None:
        self._asked.discard(take.id)
        self._pictures[take.id] = image
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        for document in self._desk.documents:
            if document.key == take.document:
                self._fill(document, (take.node,))
