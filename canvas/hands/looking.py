"""What the mouse shows without a button: what lies under it, and the results of nodes."""

from typing import TYPE_CHECKING

from canvas.hands.gesture import Touch

if TYPE_CHECKING:
    from canvas.hands.hand import Hand


def hover(hand: "Hand", touch: Touch) -> None:
    """Mark what lies under the mouse; a picture it rests on is enlarged."""
    target = hand.target_at(touch.at)
    hand.view.hover(target.node or None, target.spot)
    hand.view.mark_wire(target.link)
    part = target.part
    if part is None or part.what != "preview":
        hand.peek.leave()
        return
    look = hand.desk.looks(hand.document).of(hand.document.flat(target.node))
    beside = hand.view.mapFromScene(part.rect).boundingRect().translated(hand.view.viewport().pos())
    hand.peek.rest_on(target.node, look.picture, hand.title_of(target.node), beside.toRectF())


def show_result(hand: "Hand", node: str) -> None:
    """Put what a node gave into the viewer."""
    look = hand.desk.looks(hand.document).of(hand.document.flat(node))
    value = look.picture if look.picture is not None else look.text or None
    if value is None:
        hand.desk.say("This node has no result yet.", "Run it first.")
        return
    hand.desk.shown.emit(value, hand.title_of(node), look.picked)
