"""The hand on one board: takes mouse and keys, keeps the gesture that goes on, and runs the verbs."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QDragMoveEvent, QDropEvent, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent

from canvas.adder import Adder
from canvas.desk import Desk
from canvas.finder import Finder
from canvas.hands import typing_over
from canvas.hands.adding import add_node
from canvas.hands.context import NOTHING, Context, Target, Verb
from canvas.hands.gesture import CTRL, SHIFT, Gesture, Touch, touch_of
from canvas.hands.tip import Peek, Tip
from canvas.hands.verbs import BY_ID, WIRES_AFTER, keymap
from canvas.inline import Inline
from workflows.graph import Link

if TYPE_CHECKING:
    from canvas.board.card import Spot
    from canvas.board.view import BoardView

TAP = 0.2
"""Seconds: a shorter press of Space searches, a longer one only held the board."""
PLACES = 50
HELD = (Qt.Key.Key_Space, Qt.Key.Key_Y)


class Hand(QObject):
    """What a person does on a board."""

    buffer = Signal(int, str)
    """(1 to 9, node or ""): put the node into this buffer of the viewer, or show that buffer."""
    picked = Signal(str, int)
    """(node, take): this take is to flow on; -1: show all takes."""
    pressed = Signal(str, str, str, int)
    """(node, what, key, index): a button on a card, such as the ways out in the foot of a failed one."""
    wants_open = Signal(object)
    """A path that was dropped on the board and is to be opened as a workflow."""

    def __init__(self, desk: Desk, view: "BoardView") -> None:
        super().__init__(view)
        self.desk = desk
        self.view = view
        self.document = view.document
        self.gesture: Gesture | None = None
        self.pos = QPointF(-1, -1)
        self.snaps: bool = False
        self.preset = "Default"
        self.own_keys: Mapping[str, tuple[str, ...]] = {}
        self.clock: Callable[[], float] = time.monotonic
        self.space_used = False
        self._space_since: float | None = None
        self._held: set[int] = set()
        self._keys: dict[str, Verb] = {}
        self._bursts = 0
        self._places: list[tuple[float, float, float]] = []
        self._place = 0
        self.tip = Tip(desk, view)
        self.peek = Peek(desk, view)
        self.inline = Inline(desk, view)
        self.adder = Adder(desk, view, self.document)
        self.finder = Finder(desk, view, self)
        from canvas.hands.drops import Drops

        self.drops = Drops(self)
        self.bind("Default", {})
        self.document.refused.connect(self._say_refusal)
        view.installEventFilter(self)
        view.hand = self

    def bind(self, preset: str, own: Mapping[str, tuple[str, ...]]) -> None:
        """Use the keys and drags of this preset, and the person's own keys before them."""
        self.preset, self.own_keys = preset, dict(own)
        self._keys = keymap(preset, own)

    def do(self, id_: str, target: Target | None = None) -> None:
        """Run a verb by its id, where the mouse is."""
        verb, context = BY_ID[id_], self.context(target)
        if verb.enabled(context):
            verb.run(context)

    def can(self, id_: str) -> bool:
        return BY_ID[id_].enabled(self.context())

    def is_checked(self, id_: str) -> bool:
        checked = BY_ID[id_].checked
        return checked is not None and checked(self.context())

    def context(self, target: Target | None = None, at: QPointF | None = None) -> Context:
        """Where a verb would act just now: at the mouse, or in the middle when that is elsewhere."""
        rect = self.view.viewport().rect()
        inside = rect.contains(self.pos.toPoint())
        here = self.view.scene_pos(self.pos if inside else QPointF(rect.center()))
        found = target if target is not None else self.target_at(here) if inside else NOTHING
        return Context(self.desk, self.document, self.view, self, at or here, found)

    def target_at(self, at: QPointF) -> Target:
        """What lies at a place of the board."""
        view = self.view
        spot = view.spot_at(at)
        card = view.card_at(at) or (spot.node if spot is not None else "")
        if card:
            return Target(spot, view.part_at(at), card)
        if (note := view.note_at(at)) is not None:
            return Target(note=note[0], grip=note[1])
        link = view.wire_at(at)
        if link is not None:
            return Target(link=link)
        frame = view.frame_at(at)
        return Target(frame=frame[0], grip=frame[1]) if frame is not None else NOTHING

    def holds(self, key: Qt.Key) -> bool:
        return key in self._held

    def rect_of(self, name: str) -> QRectF:
        """Where a card, frame or note lies on the board; nowhere when it is gone."""
        return self.view.rect_of(name) or QRectF()

    def fresh_burst(self, what: str) -> str:
        """A name for one drag, so that all its edits are one step of undo."""
        self._bursts += 1
        return f"{what}:{id(self)}:{self._bursts}"

    def mouse_press(self, event: QMouseEvent) -> bool:
        from canvas.hands.press import begin

        touch = touch_of(self, event)
        self.pos = touch.pos
        self.peek.leave()
        self.inline.commit(leaving=True)
        if self.gesture is not None:
            self._stop()
            return True
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self.gesture = begin(self, touch)
        if self.gesture is not None and self.gesture.cursor is not None:
            self.view.viewport().setCursor(QCursor(self.gesture.cursor))
        return True

    def mouse_move(self, event: QMouseEvent) -> bool:
        touch = touch_of(self, event)
        self.pos = touch.pos
        if self.gesture is not None:
            self.gesture.follow(touch)
        else:
            self._hover(touch)
        return True

    def mouse_release(self, event: QMouseEvent) -> bool:
        touch = touch_of(self, event)
        self.pos = touch.pos
        gesture = self.gesture
        if gesture is not None and gesture.start.button == touch.button:
            self.gesture = None
            self.view.viewport().unsetCursor()
            gesture.end(touch)
        return True

    def mouse_double_click(self, event: QMouseEvent) -> bool:
        from canvas.hands.press import double

        self._stop()
        return double(self, touch_of(self, event))

    def wheel(self, event: QWheelEvent) -> bool:
        from canvas.hands import pan

        self.peek.leave()
        return pan.wheel(self, event)

    def key_press(self, event: QKeyEvent) -> bool:
        key = event.key()
        if self.gesture is not None:
            if key == Qt.Key.Key_Escape:
                self._stop()
                return True
            if self.gesture.key(key, True):
                return True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in HELD and plain:
            if not event.isAutoRepeat():
                self._held.add(key)
                if key == Qt.Key.Key_Space:
                    self._space_since, self.space_used = self.clock(), False
            return True
        verb = self._keys.get(_name_of(event))
        if verb is None or self.gesture is not None:
            return False
        context = self.context()
        if verb.enabled(context):
            verb.run(context)
        return True

    def key_release(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return event.key() in HELD
        self._held.discard(event.key())
        if self.gesture is not None and self.gesture.key(event.key(), False):
            return True
        if event.key() == Qt.Key.Key_Space and self._space_since is not None:
            tapped = self.clock() - self._space_since < TAP and not self.space_used
            self._space_since = None
            if tapped:
                self.do("node.add")
            return True
        return False

    def leave(self, event: QEvent) -> bool:
        self.peek.leave()
        self.view.hover(None)
        if self.gesture is None:
            self.pos = QPointF(-1, -1)
        return False

    def context_menu(self, event: QEvent) -> bool:
        """The menu key; the right button opens its menu itself."""
        from PySide6.QtGui import QContextMenuEvent

        if isinstance(event, QContextMenuEvent) and event.reason() == QContextMenuEvent.Reason.Keyboard:
            primary = self.document.primary
            target = Target(node=primary) if primary is not None else NOTHING
            pos = self.rect_of(primary).center() if primary is not None else self.context().at
            self.show_menu(target, pos)
        return True

    def drag_enter(self, event: QDragMoveEvent) -> bool:
        return self.drops.takes(event)

    def drag_move(self, event: QDragMoveEvent) -> bool:
        return self.drops.takes(event)

    def drop(self, event: QDropEvent) -> bool:
        return self.drops.drop(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is dragged or held, its keys are no shortcuts; without the keyboard nothing is held."""
        if watched is self.view and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            mine = self.gesture is not None or event.key() in HELD
            if mine:
                event.accept()
            return mine
        if watched is self.view and event.type() == QEvent.Type.FocusOut:
            self._held.clear()
            self._space_since = None
        return super().eventFilter(watched, event)

    def open_menu(self, touch: Touch) -> None:
        """The menu for what lies under the mouse; what it acts on is selected first."""
        target = self.target_at(touch.at)
        name = target.name
        if name and name not in self.document.selection:
            self.document.select([name])
        self.show_menu(target, touch.at)

    def show_menu(self, target: Target, at: QPointF) -> None:
        from canvas.menus import menu_for

        self.menu = menu_for(self.context(target, at))
        self.menu.popup(self.view.viewport().mapToGlobal(self.view.mapFromScene(at)))

    def select_by_click(self, name: str, touch: Touch) -> None:
        self.document.select([name], toggle=touch.has(SHIFT) or touch.has(CTRL))

    def open_adder(
        self, at: QPointF, spot: "Spot | None" = None, link: Link | None = None, gone: Callable[[], None] | None = None,
    ) -> None:
        """Search for a node to be added at a place, wired to the socket or put into the wire."""

        def chosen(type_: str) -> None:
            add_node(self.context(at=at), type_, spot, link, after=self.preset in WIRES_AFTER)

        self.adder.open(at, spot, link, chosen, gone)

    def type_value(self, node: str, key: str) -> bool:
        """Open the editor over a value or text of a card."""
        return typing_over.value(self, node, key)

    def type_title(self, name: str) -> None:
        """Open the editor over the title of a node or frame, or the text of a note."""
        typing_over.title(self, name)

    def open_first(self, node: str) -> None:
        """Open the editor over the text or the first value of a card."""
        typing_over.first(self, node)

    def show_result(self, node: str) -> None:
        """Look at what a node gave, without wiring a viewer to it."""
        look = self.desk.looks(self.document).of(self.document.flat(node))
        value = look.picture if look.picture is not None else look.text or None
        if value is None:
            self.desk.say("This node has no result yet.", "Run it first.")
            return
        self.desk.shown.emit(value, self.title_of(node), look.picked)

    def bring_into_sight(self, node: str) -> None:
        """Move the view just so far that all of a card is seen."""
        rect = self.rect_of(node)
        seen = self.view.mapToScene(self.view.viewport().rect()).boundingRect()
        if not rect.isNull() and not seen.contains(rect):
            self.view.look_at(rect.center(), None, animate=True)

    def remember(self) -> None:
        """Keep where the view is, to come back to."""
        del self._places[self._place :]
        self._places.append(self.view.place)
        del self._places[:-PLACES]
        self._place = len(self._places)

    def travel(self, step: int) -> None:
        """To the views before and after."""
        if step < 0 and self._place == len(self._places) and self._places:
            self._places.append(self.view.place)
            self._place = len(self._places) - 1
        target = self._place + step
        if 0 <= target < len(self._places):
            self._place = target
            x, y, zoom = self._places[target]
            self.view.look_at(QPointF(x, y), zoom, animate=True)

    def _hover(self, touch: Touch) -> None:
        target = self.target_at(touch.at)
        self.view.hover(target.node or None, target.spot)
        self.view.mark_wire(target.link)
        part = target.part
        if part is None or part.what != "preview":
            self.peek.leave()
            return
        look = self.desk.looks(self.document).of(self.document.flat(target.node))
        beside = self.view.mapFromScene(part.rect).boundingRect().translated(self.view.viewport().pos())
        self.peek.rest_on(target.node, look.picture, self.title_of(target.node), beside.toRectF())

    def _stop(self) -> None:
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            self.view.viewport().unsetCursor()
            if gesture.dragging:
                gesture.cancel()

    def title_of(self, node: str) -> str:
        """What the card of a node is headed with."""
        one = self.document.shown.nodes[node]
        type_ = self.document.types.get(one.type)
        return one.title or (type_.title if type_ is not None else node)

    def _say_refusal(self, message: str, hint: str, node: str) -> None:
        self.desk.say(message, hint)


def _name_of(event: QKeyEvent) -> str:
    """The key of an event as Qt writes it; keys of the number pad are like the others."""
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key()) if event.key() != Qt.Key.Key_Backtab else Qt.Key.Key_Tab
    return QKeySequence(int(keys.value) | int(key)).toString()
