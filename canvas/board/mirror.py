"""Keeps the items on the board equal to the graph, touching only what changed; a large graph comes in slices."""

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from ajar.contract import NodeType
from canvas.board.card import Spot
from canvas.board.card_item import CardItem
from canvas.board.carried import Carried
from canvas.board.easel import Easel
from canvas.board.face import face_of, flags_of, place_of
from canvas.board.frame import FrameItem, NoteItem, box_of
from canvas.board.wire import Flow, WireItem
from canvas.looks import Looks
from workflows.graph import GROUP, Graph, Link, links

SLICE = 0.008
"""Seconds of items a tick while a graph opens, so that a frame and an event fit beside it."""
AT_ONCE = 40
"""So many cards are made before the first picture."""
LinkKey = tuple[str, str, int | None]


class Mirror:
    """The items by the names of the document."""

    def __init__(self, scene: QGraphicsScene, easel: Easel, types: Mapping[str, NodeType], prefix: str = "") -> None:
        self.scene = scene
        self.easel = easel
        self.types = types
        self.prefix = prefix
        """Before the ids in looks: ``use/`` inside a group."""
        self.graph = Graph()
        self.looks = Looks()
        self.cards: dict[str, CardItem] = {}
        self.wires: dict[LinkKey, WireItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.touching: dict[str, set[LinkKey]] = {}
        self.todo: list[str] = []
        self.changes = 0
        """Counts what was changed, so that bitmaps of the board know when they are old."""
        self._carried = Carried(self.graph, types)
        self._ins: dict[tuple[str, str, int | None], QPointF] = {}
        self._outs: dict[tuple[str, str], QPointF] = {}

    # Whole graphs

    def open(self, graph: Graph, near: QPointF | None = None) -> None:
        """Show a graph: frames and notes at once, cards from the middle of what is seen outwards."""
        self.clear()
        self.graph = graph
        self._carried = Carried(graph, self.types)
        places = {name: place_of(graph, name) or (0.0, 0.0) for name in graph.nodes}
        middle = near or QPointF()
        x, y = middle.x(), middle.y()
        self.todo = sorted(places, key=lambda name: -((places[name][0] - x) ** 2 + (places[name][1] - y) ** 2))
        self._panels({}, graph.frames, self.frames, FrameItem)
        self._panels({}, graph.notes, self.notes, NoteItem)
        while self.todo and len(self.cards) < AT_ONCE:
            self._add(self.todo.pop())
        self.changes += 1

    def more(self) -> bool:
        """Make another slice of cards; gives whether there is still something to do."""
        end = time.perf_counter() + SLICE
        while self.todo and time.perf_counter() < end:
            self._add(self.todo.pop())
        self.changes += 1
        return bool(self.todo)

    def finish(self) -> None:
        """Make all cards that are still missing."""
        while self.todo:
            self._add(self.todo.pop())
        self.changes += 1

    def clear(self) -> None:
        for item in (*self.cards.values(), *self.wires.values(), *self.frames.values(), *self.notes.values()):
            self.scene.removeItem(item)
        for table in (self.cards, self.wires, self.frames, self.notes, self.touching, self._ins, self._outs):
            table.clear()
        self.todo = []
        self.easel.forget_all()

    # Edits

    def change(self, before: Graph, after: Graph) -> set[str]:
        """Make the board show ``after``. Gives the nodes that were touched."""
        self.graph = after
        carried, self._carried = self._carried, Carried(after, self.types)
        gone = [name for name in before.nodes if name not in after.nodes]
        for name in gone:
            self._remove(name)
        touched = set(gone)
        for name, node in after.nodes.items():
            old = before.nodes.get(name)
            if old is None:
                self._add(name)
                touched.add(name)
            elif old is not node or (node.group is not None and before.groups is not after.groups):
                self._redress(name)
                touched.add(name)
            if old is not None and before.layout is not after.layout:
                self._place(name, before, after)
        if touched:
            self._follow_kinds(touched, carried)
        self._panels(before.frames, after.frames, self.frames, FrameItem)
        self._panels(before.notes, after.notes, self.notes, NoteItem)
        if before.layout is not after.layout:
            self.count_frames()
        self.changes += 1
        return touched

    def redo_looks(self, flat: Collection[str]) -> list[str]:
        """These ids look different now; gives the cards of this room among them."""
        cut = len(self.prefix)
        names = [one[cut:] for one in flat if one.startswith(self.prefix) and one[cut:] in self.cards]
        for name in names:
            card = self.cards[name]
            if card.look_like(self.looks.of(self.prefix + name)):
                self._spots(card)
                self._stretch(name)
            self._restyle(self.touching.get(name, ()))
        if names:
            self.changes += 1
        return names

    def redress_all(self) -> None:
        """Another theme."""
        self.easel.forget_all()
        for name in self.cards:
            self._redress(name, wires=False)
        for item in (*self.wires.values(), *self.frames.values(), *self.notes.values()):
            item.update()
        for name in self.cards:
            self._stretch(name)
        self.changes += 1

    def count_frames(self) -> None:
        for id_, item in self.frames.items():
            count = self.inside(id_)
            if len(count) != item.count:
                item.count = len(count)
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
            item = self.item(name)
            home = self.home(name)
            if item is None or home is None:
                continue
            item.setPos(home.x() + dx, home.y() + dy)
            if isinstance(item, CardItem):
                item.setZValue(2)
                self._spots(item)
                moved |= self.touching.get(name, set())
        self._stretch_links(moved)

    def unshift(self, names: Iterable[str]) -> None:
        """Back to where the document has them."""
        names = list(names)
        self.shift(names, 0, 0)
        for name in names:
            card = self.cards.get(name)
            if card is not None:
                card.setZValue(1 if card.chosen else 0)

    def home(self, name: str) -> QPointF | None:
        """Where the document has a node, frame or note."""
        section, _, rest = name.partition(":")
        if section in ("frame", "note") and rest:
            table = self.graph.frames if section == "frame" else self.graph.notes
            return box_of(table[rest]).topLeft() if rest in table else None
        place = place_of(self.graph, name)
        return QPointF(*place) if place else QPointF() if name in self.graph.nodes else None

    def item(self, name: str) -> QGraphicsItem | None:
        section, _, rest = name.partition(":")
        if section == "frame" and rest:
            return self.frames.get(rest)
        if section == "note" and rest:
            return self.notes.get(rest)
        if name in self.todo:
            self.todo.remove(name)
            self._add(name)
        return self.cards.get(name)

    def spot(self, node: str, side: str, name: str, index: int | None = None) -> Spot | None:
        card = self.item(node)
        if not isinstance(card, CardItem):
            return None
        found = [spot for spot in card.spots() if spot.side == side]
        exact = next((spot for spot in found if spot.name == name and spot.index == index), None)
        return exact or next((spot for spot in found if spot.name == name), found[0] if found and not name else None)

    # One card

    def _add(self, name: str) -> None:
        card = CardItem(name, self.easel)
        self.cards[name] = card
        self._dress(card)
        card.setPos(self.home(name) or QPointF())
        self.scene.addItem(card)
        self._spots(card)
        self._wire(name)

    def _remove(self, name: str) -> None:
        if name in self.todo:
            self.todo.remove(name)
        card = self.cards.pop(name, None)
        if card is not None:
            self.scene.removeItem(card)
            self.easel.forget(name)
        for key in list(self.touching.pop(name, ())):
            self._unwire(key)
        self._forget_spots(name)

    def _dress(self, card: CardItem) -> bool:
        name = card.name
        face = face_of(self.graph, self.types, name, self._carried.of)
        look = self.looks.of(self.prefix + name)
        return card.dress(face, look, self.graph.nodes[name].state, flags_of(self.graph, name))

    def _redress(self, name: str, *, wires: bool = True) -> None:
        card = self.cards.get(name)
        if card is None:
            return
        moved = self._dress(card)
        self._spots(card)
        if wires:
            self._wire(name)
        if moved:
            self._stretch(name)
        self._restyle(self.touching.get(name, ()))

    def _place(self, name: str, before: Graph, after: Graph) -> None:
        old, new = before.layout.get(name), after.layout.get(name)
        card = self.cards.get(name)
        if old is new or card is None:
            return
        home = self.home(name) or QPointF()
        if flags_of(before, name) != flags_of(after, name):
            self._dress(card)
        if home != card.pos() or old != new:
            card.setPos(home)
            self._spots(card)
            self._stretch(name)

    def _follow_kinds(self, touched: set[str], before: Carried) -> None:
        """Nodes that take anything look like what reaches them, so they may change with what was touched."""
        for name in self.cards:
            if name in touched or name not in before.graph.nodes or not self._carried.is_open(name):
                continue
            node = self.graph.nodes[name]
            type_ = self.types.get(node.type)
            outs = [output.name for output in type_.outputs] if type_ else []
            if any(before.of(name, out) != self._carried.of(name, out) for out in outs):
                self._redress(name)

    # Wires

    def _wire(self, name: str) -> None:
        """Make the wires of a node what its inputs say, and those to nodes that were made before it."""
        node = self.graph.nodes[name]
        wanted = {(link.node, link.input, link.index): link for link in links({name: node})}
        for key in [key for key in self.touching.get(name, ()) if key[0] == name and key not in wanted]:
            self._unwire(key)
        for key, link in wanted.items():
            self._lay(key, link)
        for key in self._waiting.pop(name, ()) if self._waiting else ():
            taker = self.graph.nodes.get(key[0])
            if taker is not None and key[0] in self.cards:
                for link in links({key[0]: taker}):
                    if (link.node, link.input, link.index) == key:
                        self._lay(key, link)

    @property
    def _waiting(self) -> dict[str, set[LinkKey]]:
        """Wires whose source is still to be made."""
        return self.__dict__.setdefault("_late", {})  # type: ignore[no-any-return]

    def _lay(self, key: LinkKey, link: Link) -> None:
        source = link.wire.node
        if source not in self.cards:
            if source in self.graph.nodes:
                self._waiting.setdefault(source, set()).add(key)
            return
        kind = self._carried.of(source, link.wire.output)
        item = self.wires.get(key)
        if item is None or item.link.wire != link.wire or item.kind != kind:
            if item is not None:
                self._unwire(key)
            item = WireItem(link, kind, self.easel, several=self._is_list(link))
            self.wires[key] = item
            self.touching.setdefault(source, set()).add(key)
            self.touching.setdefault(link.node, set()).add(key)
            self._stretch_links((key,))
            self.scene.addItem(item)
            self._restyle((key,))
        else:
            item.link = link

    def _unwire(self, key: LinkKey) -> None:
        item = self.wires.pop(key, None)
        if item is not None:
            self.scene.removeItem(item)
            for end in (item.link.node, item.link.wire.node):
                self.touching.get(end, set()).discard(key)

    def _is_list(self, link: Link) -> bool:
        card = self.cards.get(link.wire.node)
        outs = card.plan.face.outs if card else ()
        return any(port.form == "list" for port in outs if link.wire.output in (None, port.name))

    def _spots(self, card: CardItem) -> None:
        """Note where the sockets of a card lie."""
        origin, name = card.pos(), card.name
        first = True
        for port, at in card.plan.ports:
            if port.side == "in":
                self._ins[name, port.name, port.index] = at + origin
            else:
                self._outs[name, port.name] = at + origin
                if first:
                    self._outs[name, ""] = at + origin
                    first = False

    def _forget_spots(self, name: str) -> None:
        for key in [key for key in self._ins if key[0] == name]:
            del self._ins[key]
        for out in [key for key in self._outs if key[0] == name]:
            del self._outs[out]

    def _stretch(self, name: str) -> None:
        self._stretch_links(self.touching.get(name, ()))

    def _stretch_links(self, keys: Iterable[LinkKey]) -> None:
        for key in keys:
            item = self.wires.get(key)
            if item is None:
                continue
            wire = item.link.wire
            a = self._outs.get((wire.node, wire.output or "")) or self._outs.get((wire.node, ""))
            b = self._ins.get(key) or self._ins.get((key[0], key[1], None))
            if a is None or b is None:
                a, b = self._edges(item.link, a, b)
            item.stretch(a, b)

    def _edges(self, link: Link, a: QPointF | None, b: QPointF | None) -> tuple[QPointF, QPointF]:
        """Where a socket is not drawn: the middle of the card's edge."""
        if a is None:
            rect = self.cards[link.wire.node].rect if link.wire.node in self.cards else QRectF()
            a = QPointF(rect.right(), rect.center().y())
        if b is None:
            rect = self.cards[link.node].rect if link.node in self.cards else QRectF()
            b = QPointF(rect.left(), rect.center().y())
        return a, b

    def _restyle(self, keys: Iterable[LinkKey]) -> None:
        for key in keys:
            item = self.wires.get(key)
            if item is not None:
                item.mark(flow=self.flow(item.link))

    def flow(self, link: Link) -> Flow:
        """Moving where something runs, dotted where nothing will come, pale before what waits."""
        source, target = self.cards.get(link.wire.node), self.cards.get(link.node)
        if source is None or target is None:
            return "plain"
        if "muted" in (source.state, target.state) or source.look.phase in ("other_stage", "failed", "missing"):
            return "idle"
        if source.look.phase == "running" or (target.look.phase == "running" and not target.plan.face.outs):
            return "running"
        return "pale" if target.look.phase == "other_stage" else "plain"

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
        self.count_frames()
