"""What is dropped on the board: files become the nodes that open them, texts are pasted, node types are added."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from ajar.errors import AjarError, UserError
from canvas.files import insert
from canvas.hands.adding import add_node
from canvas.hands.context import Context, count_of, edit_new
from canvas.hands.offers import Offer
from canvas.hands.verbs_edit import paste_text
from canvas.library_rows import MIME, read_mime
from workflows import clipping, dropped, edit, format, wiring
from workflows.graph import Link

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

ROOM, GAP = QSizeF(240, 180), 40.0
"""What a new card needs at most, and how far it stands from others."""


class Drops(QObject):
    """Takes what is dropped on one board. Files are looked into on a thread, as they may be large or far away."""

    sorted = Signal(object, object)
    """(paths, paths among them with a graph inside), from the thread."""

    def __init__(self, hand: "Hand") -> None:
        super().__init__(hand)
        self.hand = hand
        self.offer = Offer(hand.desk, hand.view)
        self._at = QPointF()
        self.sorted.connect(self._known)

    def takes(self, event: QDragMoveEvent) -> bool:
        """Whether this may be dropped here."""
        if not can_take(event.mimeData()):
            return False
        row = read_mime(event.mimeData())
        if row is not None:
            self._at = self.hand.view.scene_pos(event.position())
            self.hand.view.mark_wire(self._wire_for(row[0]))
        event.acceptProposedAction()
        return True

    def drop(self, event: QDropEvent) -> bool:
        data, at = event.mimeData(), self.hand.view.scene_pos(event.position())
        self._at = at
        self.hand.pos = event.position()
        self.hand.view.mark_wire(None)
        row = read_mime(data)
        if row is not None:
            add_node(self._context(), row[0], link=self._wire_for(row[0]), inputs=row[1])
        elif data.hasUrls():
            paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
            self.files([path for path in paths if path.exists()])
        elif clipping.can_paste(data.text()):
            paste_text(self._context(), data.text())
        elif data.hasText():
            self._prompt(data.text())
        event.acceptProposedAction()
        return True

    def files(self, paths: list[Path]) -> None:
        """Look into the files, then add nodes for them or ask what they are for."""
        if not paths:
            self.hand.desk.say("These files are not on this computer.", "Save them first, then drop them here.")
            return

        def look() -> None:
            found = [path for path in paths if dropped.holds_graph(path)]
            with suppress(RuntimeError):  # the board has gone meanwhile
                self.sorted.emit(paths, found)

        threading.Thread(target=look, name="dropped files", daemon=True).start()

    def use(self, path: Path) -> None:
        """A node that gives what is in this file, where there is room; a workflow that it carries is not asked
        about."""
        self._at = self._free(self.hand.context().at)
        self._load([path])

    def _free(self, at: QPointF) -> QPointF:
        """The nearest place below that no card covers."""
        room = QRectF(at, ROOM)
        cards = [self.hand.rect_of(name) for name in self.hand.document.shown.nodes]
        for card in sorted(cards, key=lambda rect: rect.top()):
            if card.intersects(room):
                room.moveTop(card.bottom() + GAP)
        return room.topLeft()

    def _known(self, paths: Any, with_graph: Any) -> None:
        rest = [path for path in paths if path not in with_graph]
        if rest or len(with_graph) > 1:
            self._load(rest + [path for path in with_graph if dropped.kind_of(path) != "workflow"])
            return
        path = with_graph[0]
        answers: list[tuple[str, Callable[[], object]]] = [
            ("Open", lambda: self.hand.wants_open.emit(path)), ("Insert", lambda: self._insert(path)),
        ]
        kind = dropped.kind_of(path)
        if kind == "bundle":
            del answers[1]  # its files have to lie somewhere first
        elif kind != "workflow":
            noun = {"image": "picture"}.get(kind, kind)
            answers.append((f"Use as {noun}", lambda: self._load([path])))
        pos = QPointF(self.hand.view.mapFromScene(self._at))
        self.offer.ask(f"{path.name} carries a workflow.", answers, pos)

    def _load(self, paths: list[Path]) -> None:
        """A column of nodes that open these files."""
        document, desk = self.hand.document, self.hand.desk
        base = document.path.parent if document.path is not None else None
        loaders: list[dropped.Loader] = []
        for path in paths:
            try:
                loader = dropped.loader_for(path, document.types, desk.studio.catalogue, base)
            except UserError as error:
                desk.say(error.message, error.hint)
                continue
            if loader is None:
                desk.say(*_refusal(path))
                continue
            loaders.append(loader)
        document.chosen.update(loader.value for loader in loaders)
        if len(loaders) == 1 and self._onto(loaders[0]):
            return
        if loaders:
            at = (self._at.x(), self._at.y())
            edit_new(document, f"Add {count_of(len(loaders), 'file')}",
                     lambda graph: dropped.add_loaders(graph, loaders, at))

    def _wire_for(self, type_: str) -> Link | None:
        """The wire under the mouse, where a node of this type could be put into it."""
        link, document = self.hand.view.wire_at(self._at), self.hand.document
        fits = link is not None and type_ in wiring.between(document.types, document.shown, link)
        return link if fits else None

    def _onto(self, loader: dropped.Loader) -> bool:
        """Let the card under the mouse open the file, where it is of the very kind that would be added."""
        document, card = self.hand.document, self.hand.view.card_at(self._at)
        if card is None or document.shown.nodes[card].type != loader.type:
            return False
        return document.edit(
            "Change file", lambda graph: edit.set_value(graph, card, loader.input, loader.value), select=[card],
        )

    def _insert(self, path: Path) -> None:
        """Put the graph of a file beside what is here."""
        try:
            text = format.dump(insert(path))
        except AjarError as error:
            self.hand.desk.say(error.message, error.hint)
            return
        self.hand.desk.acquaintance.opened_elsewhere(self.hand.document)
        paste_text(self._context(), text, title=f"Insert {path.name}")

    def _prompt(self, text: str) -> None:
        """Words become a prompt."""
        add_node(self._context(), "prompt", inputs={"text": text.strip()})

    def _context(self) -> Context:
        return self.hand.context(at=self._at)


def _refusal(path: Path) -> tuple[str, str]:
    """What is said of a file that is of no use here."""
    if dropped.kind_of(path) == "workflow":
        return f"{path.name} is no workflow of Ajar.", "Workflows of other programs can't be read."
    return f"No node opens {path.name}.", "Drop pictures, folders, tables, models or workflows."


def can_take(data: QMimeData) -> bool:
    return data.hasFormat(MIME) or data.hasUrls() or data.hasText()
