"""Keeps the items on the board equal to the graph, touching only what changed; a large graph comes in slices."""

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsScene

from ajar.contract import NodeType
from canvas.board.card import Spot
from canvas.board.card_item import CardItem
from canvas.board.carried import Carried
from canvas.board.easel import Easel
from canvas.board.face import face_of
from canvas.board.frame import FrameItem, NoteItem, box_of
from canvas.board.loom import LinkKey, Loom
from canvas.board.wire import WireItem
from canvas.looks import Looks
from workflows.graph import GROUP, Graph
from workflows.places import flags_of, place_of

SLICE = 0.008
"""Seconds of cards a tick while a graph opens, so that a frame and an event fit beside it."""
FEW = 8
AT_ONCE = 40
"""So many cards are made before the first picture."""


class Mirror:
    """The items by the names of the document."""

    def __init__(self, scene: QGraphicsScene, easel: Easel, types: Mapping[str, NodeType]) -> None:
        self.scene = scene
        self.easel = easel
        self.types = types
        self.prefix = ""
        """Before the ids in looks: ``use/`` inside a group."""
        self.graph = Graph()
        self.looks = Looks()
        self.cards: dict[str, CardItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.loom = Loom(scene, easel, self.cards)
        self.todo: dict[str, None] = {}
        """Cards that are still to be made; the last is the next."""
        self.changes = 0
        """Counts what was changed, so that bitmaps of the board know when they are old."""
        self.sights = 0
        """Counts what of it only looks different, which may be told a moment later."""
        self._carried = Carried(self.graph, types)

    @property
    def wires(self) -> Mapping[LinkKey, WireItem]:
        return self.loom.wires

    @property
    def touching(self) -> Mapping[str, set[LinkKey]]:
        return self.loom.touching

    # Whole graphs

    def open(self, graph: Graph, near: QPointF) -> None:
        """Show a graph: frames and notes at once, cards from the middle of what is seen outwards."""
        self.clear()
        self.graph = graph
        self._carried = Carried(graph, self.types)
        places = {name: place_of(graph, name) or (0.0, 0.0) for name in graph.nodes}
        x, y = near.x(), near.y()
        far_first = sorted(places, key=lambda name: -((places[name][0] - x) ** 2 + (places[name][1] - y) ** 2))
        self.todo = dict.fromkeys(far_first)
        self._panels({}, graph.frames, self.frames, FrameItem)
        self._panels({}, graph.notes, self.notes, NoteItem)
        while self.todo and len(self.cards) < AT_ONCE:
            self._add(self.todo.popitem()[0])
        self.count_frames()
        self.changes += 1

    def more(self) -> bool:
        """Make another slice of cards; gives whether there is still something to do."""
        end = time.perf_counter() + SLICE
        while self.todo and time.perf_counter() < end:
            self._add(self.todo.popitem()[0])
        self.changes += 1
        return bool(self.todo)

    def finish(self) -> None:
        """Make all cards that are still missing."""
        while self.todo:
            self._add(self.todo.popitem()[0])
            self.changes += 1

    def clear(self) -> None:
        self.loom.clear()
        for items in (self.cards, self.frames, self.notes):
            for item in items.values():
                self.scene.removeItem(item)
            items.clear()
        self.todo = {}
        self.easel.forget_all()

    # Edits

    def change(self, before: Graph, after: Graph) -> set[str]:
        """Make the board show ``after``. Gives the nodes that were touched."""
        self.graph = after
        carried, self._carried = self._carried, Carried(after, self.types)
        touched = {name for name in before.nodes if name not in after.nodes}
        for name in touched:
            self._remove(name)
        regrouped = before.groups is not after.groups
        for name, node in after.nodes.items():
            old = before.nodes.get(name)
            if old is None:
                self._add(name)
            elif old is not node or (node.group is not None and regrouped):
                self._redress(name)
            else:
                continue
            touched.add(name)
        if before.layout is not after.layout:
            self._place(before, after)
        if touched:
            self._follow_kinds(touched, carried)
        self._panels(before.frames, after.frames, self.frames, FrameItem)
        self._panels(before.notes, after.notes, self.notes, NoteItem)
        if touched or before.layout is not after.layout or before.frames is not after.frames:
            self.count_frames()
        self.changes += 1
        return touched

    def redo_looks(self, flat: Collection[str]) -> list[str]:
        """These ids look different now; gives the cards of this room among them."""
        cut = len(self.prefix)
        names = [one[cut:] for one in flat if one.startswith(self.prefix) and one[cut:] in self.cards]
        for name in names:
            card = self.cards[name]
            before = (card.sign.glyph, card.mark_colour, card.look.phase)
            if card.look_like(self.looks.of(self.prefix + name)):
                self.loom.stretch(self.touching.get(name, ()))
                # Of many the overview shows the new heights a moment later; of a few at once.
                if len(names) <= FEW:
                    self.changes += 1
                else:
                    self.sights += 1
            if before != (card.sign.glyph, card.mark_colour, card.look.phase):
                self.loom.restyle(self.touching.get(name, ()))
                self.sights += 1
        return names

    def redress_all(self) -> None:
        """Another theme."""
        self.easel.forget_all()
        for name, card in self.cards.items():
            self._dress(card)
            self.loom.stretch(self.touching.get(name, ()))
        for item in (*self.wires.values(), *self.frames.values(), *self.notes.values()):
            item.update()
        self.changes += 1

    def count_frames(self) -> None:
        """How many nodes lie in each frame."""
        for id_, item in self.frames.items():
            count = len(self.inside(id_))
            if count != item.count:
                item.count = count
                item.update()

    def inside(self, frame: str) -> list[str]:
        """The nodes that lie wholly in a frame."""
        item = self.frames.get(frame)
        if item is None:
            return []
        rect = item.rect
        return [name for name, card in self.cards.items() if rect.contains(card.rect)]

    # Moving without an edit

    def shift(self, names: Iterable[str], dx: float, dy: float) -> None:
        """Draw these elsewhere until ``unshift``; the document knows nothing of it."""
        moved: set[LinkKey] = set()
        for name in names:
            item, home = self.item(name), self.home(name)
            if item is None or home is None:
                continue
            if isinstance(item, CardItem):
                item.put(home[0] + dx, home[1] + dy)
                item.setZValue(2)
                moved |= self.touching.get(name, set())
            else:
                item.setPos(home[0] + dx, home[1] + dy)
        self.loom.stretch(moved)

    def unshift(self, names: Collection[str]) -> None:
        """Back to where the document has them."""
        self.shift(names, 0, 0)
        for name in names:
            card = self.cards.get(name)
            if card is not None:
                card.setZValue(1 if card.chosen else 0)

    def home(self, name: str) -> tuple[float, float] | None:
        """Where the document has a node, frame or note."""
        section, _, rest = name.partition(":")
        if section in ("frame", "note") and rest:
            table = self.graph.frames if section == "frame" else self.graph.notes
            return (box_of(table[rest]).x(), box_of(table[rest]).y()) if rest in table else None
        return place_of(self.graph, name) or ((0.0, 0.0) if name in self.graph.nodes else None)

    def item(self, name: str) -> CardItem | FrameItem | None:
        """The item of a node, ``frame:ID`` or ``note:ID``; a card that is still to come is made now."""
        section, _, rest = name.partition(":")
        if section == "frame" and rest:
            return self.frames.get(rest)
        if section == "note" and rest:
            return self.notes.get(rest)
        if name in self.todo:
            del self.todo[name]
            self._add(name)
        return self.cards.get(name)

    def spot(self, node: str, side: str, name: str, index: int | None = None) -> Spot | None:
        """A socket by its name; without one the first on that side."""
        card = self.item(node)
        if not isinstance(card, CardItem):
            return None
        found = [spot for spot in card.spots() if spot.side == side and (not name or spot.name == name)]
        return next((spot for spot in found if spot.index == index), found[0] if found else None)

    # One card

    def _add(self, name: str) -> None:
        card = CardItem(name, self.easel)
        self._dress(card)
        card.put(*(self.home(name) or (0.0, 0.0)))
        self.cards[name] = card
        self.scene.addItem(card)
        self.loom.wire(self.graph, name, self._carried)

    def _remove(self, name: str) -> None:
        self.todo.pop(name, None)
        card = self.cards.pop(name, None)
        if card is not None:
            self.scene.removeItem(card)
            self.easel.forget(name)
        self.loom.drop(name)

    def _dress(self, card: CardItem) -> bool:
        name = card.name
        face = face_of(self.graph, self.types, name, self._carried.of)
        look = self.looks.of(self.prefix + name)
        return card.dress(face, look, self.graph.nodes[name].state, flags_of(self.graph, name))

    def _redress(self, name: str) -> None:
        card = self.cards.get(name)
        if card is None:
            return
        moved = self._dress(card)
        self.loom.wire(self.graph, name, self._carried)
        if moved:
            self.loom.stretch(self.touching.get(name, ()))
        self.loom.restyle(self.touching.get(name, ()))

    def _place(self, before: Graph, after: Graph) -> None:
        """Cards go where the layout has them, and take the shape that it says."""
        moved: set[LinkKey] = set()
        for name, card in self.cards.items():
            old, new = before.layout.get(name), after.layout.get(name)
            if old is new:
                continue
            if flags_of(before, name) != flags_of(after, name):
                self._dress(card)
            card.put(*(self.home(name) or (0.0, 0.0)))
            moved |= self.touching.get(name, set())
        self.loom.stretch(moved)

    def _follow_kinds(self, touched: set[str], before: Carried) -> None:
        """Nodes that take anything look like what reaches them, so they may change with what was touched."""
        for name in self.cards:
            if name in touched or name not in before.graph.nodes or not self._carried.is_open(name):
                continue
            outs = [port.name for port in self.cards[name].plan.face.outs]
            if any(before.of(name, out) != self._carried.of(name, out) for out in outs):
                self._redress(name)
                for key in list(self.touching.get(name, ())):
                    if key[0] != name and key[0] in self.cards:
                        self._redress(key[0])

    # Frames and notes

    def _panels(self, before: Mapping[str, Any], after: Mapping[str, Any], items: dict[str, Any], make: Any) -> None:
        if before is after:
            return
        for id_ in [id_ for id_ in items if id_ not in after]:
            self.scene.removeItem(items.pop(id_))
        for id_, entry in after.items():
            if id_.startswith(GROUP):
                continue
            if id_ not in items:
                items[id_] = make(id_, self.easel)
                self.scene.addItem(items[id_])
            elif before.get(id_) is entry:
                continue
            items[id_].show_entry(entry, items[id_].count)
