"""Which gesture begins where a button is pressed, and what a double click does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ajar.errors import EditError
from canvas.hands import typed
from canvas.hands.band import Band
from canvas.hands.carry import Carry
from canvas.hands.context import Target, edit_new
from canvas.hands.cut import Cut, Dots
from canvas.hands.gesture import ALT, CTRL, MEANT, SHIFT, Gesture, Touch
from canvas.hands.looking import PRESSED
from canvas.hands.pan import Pan
from canvas.hands.slide import Resize, Slide, Stretch
from canvas.hands.verbs import HABITS
from canvas.hands.wirework import WireDrag, pull
from workflows import wiring
from workflows.graph import Link, links
from workflows.sockets import input_of
from workflows.stages import Pin, pin, pin_of

if TYPE_CHECKING:
    from canvas.hands.hand import Hand

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
BUTTONS = {"Left": LEFT, "Middle": MIDDLE, "Right": RIGHT}
ACTS = {
    ("choice", "stage", 0): "draft", ("choice", "stage", 1): "final", ("foot", "hint", 0): "problems",
    ("foot", "details", 0): "problems", ("foot", "needs", 0): "models",
    ("foot", "key", 0): "api_keys", ("foot", "decide", 0): "paid_work",
}
"""What a click on a part of a card does in the window. Problems lists each with its reason and way out."""
WORDS = {"Alt": ALT, "Shift": SHIFT, "Ctrl": CTRL}


def begin(hand: "Hand", touch: Touch) -> Gesture | None:
    """The gesture that this press begins."""
    if touch.button == MIDDLE or (touch.button == LEFT and hand.holds(Qt.Key.Key_Space)):
        return Pan(hand, touch)
    if _is_habit(hand, touch, "cut") or (touch.button == LEFT and hand.holds(Qt.Key.Key_Y)):
        return Cut(hand, touch)
    if _is_habit(hand, touch, "dot"):
        return Dots(hand, touch)
    if touch.button == RIGHT:
        return Menu(hand, touch)
    if touch.button != LEFT:
        return None
    return _left(hand, touch, hand.target_at(touch.at))


class Menu(Gesture):
    """The right button: a menu where it was pressed, unless it was dragged; then the board goes with it."""

    def begin(self, touch: Touch) -> None:
        self._pan = Pan(self.hand, self.start)

    def move(self, touch: Touch) -> None:
        self._pan.follow(touch)

    def click(self, touch: Touch) -> None:
        self.hand.open_menu(self.start)


class Watch(Gesture):
    """A click that does one thing, and nothing when it becomes a drag."""

    def __init__(self, hand: "Hand", start: Touch, target: Target) -> None:
        super().__init__(hand, start)
        self.target = target

    def click(self, touch: Touch) -> None:
        target, hand = self.target, self.hand
        part = target.part
        if touch.has(CTRL) and touch.has(SHIFT) and target.node:
            hand.show_result(target.node)
        elif touch.has(ALT) and target.spot is not None:
            spot = target.spot
            hand.document.edit("Disconnect", lambda graph: wiring.cut_socket(graph, hand.document.types, spot))
        elif part is not None:
            hand.document.select([target.node])
            if part.what == "take":
                if hand.desk.runner is not None:
                    hand.desk.runner.picks.pick(hand.document, hand.document.flat(target.node), int(part.key))
            else:
                halves = part.rect.width() / 2
                index = int((touch.at.x() - part.rect.left()) // halves) if part.what == "choice" else part.index
                hand.pressed.emit(target.node, part.what, part.key, index)
                if part.what == "choice" and pin_of(hand.document.shown, target.node) != "no":
                    to: Pin = "final" if index else "draft"  # a pinned stage is its own switch
                    hand.document.edit("Pin stage", lambda graph: pin(graph, target.node, to))
                    return
                act = ACTS.get((part.what, part.key, index)) or ACTS.get((part.what, part.key, 0))
                if act is not None and hand.desk.knows(act):
                    hand.desk.act(act)


class DotClick(Gesture):
    """Ctrl and a click on a wire puts a dot there."""

    def __init__(self, hand: "Hand", start: Touch, link: Link) -> None:
        super().__init__(hand, start)
        self.link = link

    def click(self, touch: Touch) -> None:
        at = (self.start.at.x(), self.start.at.y())
        link = self.link

        def run(graph):  # type: ignore[no-untyped-def]
            graph, name = wiring.add_dot(graph, link, at)
            return graph, [name]

        edit_new(self.document, "Dot", run)


def _left(hand: "Hand", touch: Touch, target: Target) -> Gesture | None:
    if touch.has(CTRL) and touch.has(SHIFT) and target.node:
        return Watch(hand, touch, target)
    if target.spot is not None and not (target.node and _is_dot_body(hand, target, touch)):
        return Watch(hand, touch, target) if touch.has(ALT) else _from_spot(hand, touch, target)
    if target.node:
        return _on_card(hand, touch, target)
    if target.note:
        if target.grip.startswith("edge"):
            return Stretch(hand, touch, "notes", target.note, target.grip)
        return Carry(hand, touch, f"note:{target.note}")
    if target.link is not None:
        return _on_wire(hand, touch, target.link)
    if target.frame and target.grip.startswith("edge"):
        return Stretch(hand, touch, "frames", target.frame, target.grip)
    if target.frame and target.grip == "head":
        return Carry(hand, touch, f"frame:{target.frame}")
    return Pan(hand, touch) if touch.keys & MEANT == ALT else Band(hand, touch)


def _on_card(hand: "Hand", touch: Touch, target: Target) -> Gesture:
    part = target.part
    what = part.what if part is not None else "body"
    if what == "value" and part is not None and touch.keys & ALT == Qt.KeyboardModifier.NoModifier:
        socket = input_of(hand.document.shown, hand.document.types, target.node, part.key)
        given = hand.document.shown.nodes[target.node].inputs.get(part.key)
        if socket is not None and typed.is_number(socket) and not typed.is_wired(given):
            return Slide(hand, touch, target.node, socket, part.rect)
    if what == "resize":
        return Resize(hand, touch, target.node)
    if part is not None and what in PRESSED and touch.plain and (
        what != "foot" or part.key
    ):
        return Watch(hand, touch, target)
    return Carry(hand, touch, target.node)


def _from_spot(hand: "Hand", touch: Touch, target: Target) -> Gesture:
    """A new wire; from an input that has one, that wire's end."""
    spot = target.spot
    assert spot is not None
    if spot.side == "in":
        link = next(
            (link for link in links({spot.node: hand.document.shown.nodes[spot.node]})
             if link.input == spot.name and link.index == spot.index), None,
        )
        if link is not None:
            first = hand.view.spot(link.wire.node, "out", link.wire.output or "", None)
            if first is not None:
                return WireDrag(hand, touch, first, link, copies=touch.has(SHIFT))
    return WireDrag(hand, touch, spot)


def _on_wire(hand: "Hand", touch: Touch, link: Link) -> Gesture | None:
    if touch.has(CTRL):
        return DotClick(hand, touch, link)
    try:
        return pull(hand, touch, link, copies=touch.has(SHIFT))
    except EditError:
        return Band(hand, touch)


def _is_dot_body(hand: "Hand", target: Target, touch: Touch) -> bool:
    """A dot is carried by its middle; wires are drawn from it with its right edge."""
    node = hand.document.shown.nodes.get(target.node)
    if node is None or node.type != wiring.DOT:
        return False
    return touch.at.x() < hand.rect_of(target.node).center().x() + 3


def _is_habit(hand: "Hand", touch: Touch, what: str) -> bool:
    *words, button = HABITS.get(hand.preset, HABITS["Default"])[what].split("+")
    wanted = Qt.KeyboardModifier.NoModifier
    for word in words:
        wanted |= WORDS[word]
    return touch.button == BUTTONS[button] and touch.keys & MEANT == wanted


def double(hand: "Hand", touch: Touch) -> bool:
    """A double click: into a group, into a value or text or title, or the search on the empty board."""
    if touch.button != LEFT:
        return False
    target = hand.target_at(touch.at)
    part = target.part
    if target.node:
        if part is not None and part.what in ("value", "text"):
            return hand.type_value(target.node, part.key)
        if hand.document.enter(target.node):
            return True
        if part is not None and part.what == "preview":
            hand.show_result(target.node)
        elif part is not None and part.what == "header":
            hand.type_title(target.node)
        else:
            hand.open_first(target.node)
        return True
    if target.note or (target.frame and target.grip == "head"):
        hand.type_title(target.name)
    elif target.link is not None:
        hand.open_adder(touch.at, link=target.link)
    else:
        hand.open_adder(touch.at)
    return True
