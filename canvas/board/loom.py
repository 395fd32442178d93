"""The wires between cards: made, stretched and restyled by the sockets they run between."""

from collections.abc import Iterable, Mapping

from PySide6.QtWidgets import QGraphicsScene

from canvas.board.card_item import CardItem
from canvas.board.carried import Carried
from canvas.board.easel import Easel
from canvas.board.wire import Flow, WireItem
from workflows.graph import Graph, Link, links

LinkKey = tuple[str, str, int | None]
"""A wire by the place it goes to, which takes only one."""


class Loom:
    """All wires of a board. Wires whose source is still to be made wait for it."""

    def __init__(self, scene: QGraphicsScene, easel: Easel, cards: Mapping[str, CardItem]) -> None:
        self.scene = scene
        self.easel = easel
        self.cards = cards
        self.wires: dict[LinkKey, WireItem] = {}
        self.touching: dict[str, set[LinkKey]] = {}
        """The wires at each card."""
        self._waiting: dict[str, dict[LinkKey, Link]] = {}

    def clear(self) -> None:
        for item in self.wires.values():
            self.scene.removeItem(item)
        for table in (self.wires, self.touching, self._waiting):
            table.clear()

    def wire(self, graph: Graph, name: str, carried: Carried) -> None:
        """Make the wires of a node what its inputs say, and those that waited for it."""
        wanted = {(link.node, link.input, link.index): link for link in links({name: graph.nodes[name]})}
        for key in [key for key in self.touching.get(name, ()) if key[0] == name and key not in wanted]:
            self.cut(key)
        for key, link in wanted.items():
            self._lay(graph, key, link, carried)
        for key, link in self._waiting.pop(name, {}).items():
            if link.node in self.cards:
                self._lay(graph, key, link, carried)

    def drop(self, name: str) -> None:
        """A card is gone, and what ran to and from it."""
        for key in list(self.touching.pop(name, ())):
            self.cut(key)
        self._waiting.pop(name, None)

    def cut(self, key: LinkKey) -> None:
        item = self.wires.pop(key, None)
        if item is not None:
            self.scene.removeItem(item)
            for end in (item.link.node, item.link.wire.node):
                self.touching.get(end, set()).discard(key)

    def stretch(self, keys: Iterable[LinkKey]) -> None:
        """Wires run between the sockets as they lie now."""
        for key in keys:
            item = self.wires.get(key)
            if item is not None:
                item.stretch(*self._ends(item.link))

    def restyle(self, keys: Iterable[LinkKey]) -> None:
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

    def _lay(self, graph: Graph, key: LinkKey, link: Link, carried: Carried) -> None:
        source = link.wire.node
        if source not in self.cards:
            if source in graph.nodes:
                self._waiting.setdefault(source, {})[key] = link
            return
        kind = carried.of(source, link.wire.output)
        item = self.wires.get(key)
        if item is not None and item.link.wire == link.wire and item.kind == kind:
            item.link = link
            return
        if item is not None:
            self.cut(key)
        item = self.wires[key] = WireItem(link, kind, self.easel, several=self._is_list(link))
        self.touching.setdefault(source, set()).add(key)
        self.touching.setdefault(link.node, set()).add(key)
        item.stretch(*self._ends(link))
        item.mark(flow=self.flow(link))
        self.scene.addItem(item)

    def _is_list(self, link: Link) -> bool:
        outs = self.cards[link.wire.node].plan.face.outs
        return any(port.form == "list" for port in outs if link.wire.output in (None, port.name))

    def _ends(self, link: Link) -> tuple[float, float, float, float]:
        """Where a wire begins and ends; the middle of a card's edge where the socket is not drawn."""
        source, target = self.cards[link.wire.node], self.cards.get(link.node)
        x, y = source.outs.get(link.wire.output or "") or source.outs.get("") or (
            source.plan.width, source.plan.height / 2)
        if target is None:
            return source.left + x, source.top + y, source.left + x, source.top + y
        u, v = target.ins.get((link.input, link.index)) or target.ins.get((link.input, None)) or (
            0.0, target.plan.height / 2)
        return source.left + x, source.top + y, target.left + u, target.top + v
