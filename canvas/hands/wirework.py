"""Drawing wires: from a socket, by one of their ends, or as a copy of another wire."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from ajar.errors import EditError
from canvas.board.card import Spot
from canvas.board.face import Side
from canvas.hands.gesture import Gesture, Touch
from workflows import wiring
from workflows.graph import Graph, Link

if TYPE_CHECKING:
    from canvas.hands.hand import Hand


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the wire would go if it were let go now: the socket, or why it can't go there."""

    spot: Spot | None = None
    refusal: str = ""
    near: bool = False
    """The mouse is at a socket or card at all."""


class WireDrag(Gesture):
    """A wire from a socket to the mouse. What fits glows, the rest is dimmed; dropped on nothing it asks for a node.

    ``link`` is a wire whose end was taken off; it is replaced, or left where it is when it is copied.
    """

    cursor = Qt.CursorShape.CrossCursor
    reaches = True

    def __init__(
        self, hand: "Hand", start: Touch, spot: Spot, link: Link | None = None, *, copies: bool = False,
    ) -> None:
        super().__init__(hand, start)
        self.spot = spot
        self.link = link
        self.copies = copies
        self._aim = Aim()
        taken = link is not None and not copies
        shown = hand.document.shown
        self.base = wiring.cut(shown, [link]) if taken and link is not None else shown
        """The graph that the new wire goes into: without the wire that was taken off."""
        self.far: Side = "in" if spot.side == "out" else "out"
        """Where the other end may go."""

    def begin(self, touch: Touch) -> None:
        base, types = self.base, self.document.types
        nodes = [node for node in base.nodes if node != self.spot.node]
        spots = [spot for node in nodes for spot in self.view.spots(node) if spot.side == self.far]
        self.view.offer({spot: wiring.accepts(types, base, self.spot, spot) is None for spot in spots})

    def move(self, touch: Touch) -> None:
        self._aim = self._find(touch)
        at = self._aim.spot.at if self._aim.spot is not None and not self._aim.refusal else touch.at
        fits = None if not self._aim.near else not self._aim.refusal
        self.view.live(self.spot, at, fits)
        self.hand.tip.show_at(self._aim.refusal, touch.pos)

    def drop(self, touch: Touch) -> None:
        aim = self._find(touch)
        if aim.spot is not None and not aim.refusal:
            self._clean()
            self._wire(aim.spot)
        elif aim.near:
            self._clean()
            if aim.refusal:
                self.hand.desk.say(aim.refusal)
        elif self.link is not None and not self.copies:
            self._clean()
            self.document.edit("Disconnect", lambda graph: wiring.cut(graph, [self.link] if self.link else []))
        else:
            self._ask(touch.at)

    def cancel(self) -> None:
        self._clean()

    def _clean(self) -> None:
        self.view.live(None)
        self.view.offer({})
        self.hand.tip.show_at("", QPointF())

    def _find(self, touch: Touch) -> Aim:
        """The socket under the mouse, or the best one of the card there."""
        types, base = self.document.types, self.base
        spot = self.view.spot_at(touch.at, side=self.far)
        if spot is not None and spot.node != self.spot.node:
            return Aim(spot, wiring.accepts(types, base, self.spot, spot) or "", True)
        card = self.view.card_at(touch.at)
        if card is None or card == self.spot.node:
            return Aim(near=card is not None)
        return self._best(card)

    def _best(self, card: str) -> Aim:
        """The best socket of a card, or why none of them takes the wire."""
        types, base = self.document.types, self.base
        if self.far == "in":
            for key, index in wiring.fitting(base, types, self.spot.node, self.spot.name, card):
                plug = wiring.Plug(card, "in", key, index)
                if wiring.accepts(types, base, self.spot, plug) is None:
                    return Aim(self.view.spot(card, "in", key, index), "", True)
        spots = [spot for spot in self.view.spots(card) if spot.side == self.far]
        refusals = [wiring.accepts(types, base, self.spot, spot) for spot in spots]
        for spot, refusal in zip(spots, refusals, strict=True):
            if refusal is None:
                return Aim(spot, "", True)
        # A circle says more than that a type does not fit.
        circles = [text for text in refusals if text and "circle" in text]
        sentence = next(iter(circles), "") or f"Nothing of “{self._title(card)}” fits here."
        return Aim(None, sentence, True)

    def _title(self, node: str) -> str:
        one = self.document.shown.nodes[node]
        type_ = self.document.types.get(one.type)
        return one.title or (type_.title if type_ is not None else node)

    def _wire(self, spot: Spot) -> None:
        types, link = self.document.types, self.link

        def run(graph: Graph) -> Graph:
            if link is None:
                return wiring.attach(graph, types, self.spot, spot)
            if self.copies:
                return wiring.copy_wire(graph, types, link, spot)
            return wiring.replug(graph, types, link, spot)

        if link is not None and not self.copies and self._is_where_it_was(spot):
            return
        self.document.edit("Wire" if link is None or self.copies else "Re-plug wire", run)

    def _is_where_it_was(self, spot: Spot) -> bool:
        link = self.link
        if link is None:
            return False
        if spot.side == "in":
            return (spot.node, spot.name, spot.index) == (link.node, link.input, link.index)
        return spot.node == link.wire.node and (link.wire.output or spot.name) == spot.name

    def _ask(self, at: QPointF) -> None:
        """Let the person choose what the wire leads to; it stays drawn until then."""
        self.view.offer({})
        self.view.live(self.spot, at, None)
        self.hand.open_adder(at, spot=self.spot, gone=self._clean)


def pull(hand: "Hand", start: Touch, link: Link, *, copies: bool = False) -> WireDrag:
    """Take hold of a wire: the end nearer to the mouse comes along. EditError: an end of it is not shown."""
    first = hand.view.spot(link.wire.node, "out", link.wire.output or "", None)
    last = hand.view.spot(link.node, "in", link.input, link.index)
    if first is None or last is None:
        raise EditError("This wire has an end that is not shown.", "Show the hidden sockets.")
    to_first = (start.at - first.at).manhattanLength()
    to_last = (start.at - last.at).manhattanLength()
    stays = last if to_first < to_last and not copies else first
    return WireDrag(hand, start, stays, link, copies=copies)
