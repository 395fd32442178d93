"""The hand on one board: takes mouse and keys, keeps the gesture that goes on, and runs the verbs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QDragMoveEvent, QDropEvent, QKeyEvent, QMouseEvent, QWheelEvent

from canvas.adder import Adder
from canvas.desk import Desk
from canvas.finder import Finder
from canvas.hands import looking, pan, press, typing_over
from canvas.hands.adding import add_node
from canvas.hands.context import NOTHING, Context, Target
from canvas.hands.drops import Drops
from canvas.hands.edge import Edge
from canvas.hands.gesture import CTRL, SHIFT, Gesture, Touch, touch_of
from canvas.hands.keyboard import Keyboard, is_held
from canvas.hands.tip import Peek, Tip
from canvas.hands.travels import Travels
from canvas.hands.verbs import BY_ID, WIRES_AFTER
from canvas.inline import Inline
from canvas.menus import menu_for
from workflows.graph import Link
from workflows.sockets import known

if TYPE_CHECKING:
    from canvas.board.card import Spot
    from canvas.board.view import BoardView


class Hand(QObject):
    """What a person does on a board."""

    buffer = Signal(int, str)
    """(1 to 9, node or ""): put the node into this buffer of the viewer, or show that buffer."""
    pressed = Signal(str, str, str, int)
    """(node, what, key, index): a part of a card that is clicked like a button.

    ``foot`` with the key ``hint``, ``details`` or ``needs``; ``takes`` (all of them); ``choice`` with the index of the
    side that was pressed; ``state``.
    """
    wants_open = Signal(Path)
    """A path that was dropped on the board and is to be opened as a workflow."""

    def __init__(self, desk: Desk, view: "BoardView") -> None:
        super().__init__(view)
        self.desk = desk
        self.view = view
        self.document = view.document
        self.gesture: Gesture | None = None
        self.pos = QPointF(-1, -1)
        self.snaps: bool = False
        self._bursts = 0
        self.keyboard = Keyboard(self)
        self.travels = Travels(view)
        self.edge = Edge(self)
        self.tip = Tip(desk, view)
        self.peek = Peek(desk, view)
        self.inline = Inline(desk, view)
        self.adder = Adder(desk, view, self.document)
        self.finder = Finder(desk, view, self)
        self.drops = Drops(self)
        self.document.room_changed.connect(self._leave_room)
        self.document.changed.connect(self._look_after)
        view.installEventFilter(self)
        view.hand = self

    def bind(self, preset: str, own: Mapping[str, tuple[str, ...]]) -> None:
        """Use the keys and drags of this preset, and the person's own keys before them."""
        self.keyboard.bind(preset, own)

    @property
    def preset(self) -> str:
        return self.keyboard.preset

    @property
    def own_keys(self) -> Mapping[str, tuple[str, ...]]:
        return self.keyboard.own

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
        here = self.view.scene_pos(self.pos if rect.contains(self.pos.toPoint()) else QPointF(rect.center()))
        return Context(self.desk, self.document, self.view, self, at or here, target)

    def under_mouse(self) -> Target:
        """What lies under the mouse; nothing while it is elsewhere."""
        inside = self.view.viewport().rect().contains(self.pos.toPoint())
        return self.target_at(self.view.scene_pos(self.pos)) if inside else NOTHING

    def target_at(self, at: QPointF) -> Target:
        """What lies at a place of the board."""
        return looking.target_at(self.view, at)

    def holds(self, key: Qt.Key) -> bool:
        return self.keyboard.holds(key)

    def rect_of(self, name: str) -> QRectF:
        """Where a card, frame or note lies on the board; nowhere when it is gone."""
        return self.view.rect_of(name) or QRectF()

    def fresh_burst(self, what: str) -> str:
        """A name for one drag, so that all its edits are one step of undo."""
        self._bursts += 1
        return f"{what}:{id(self)}:{self._bursts}"

    def mouse_press(self, event: QMouseEvent) -> bool:
        touch = touch_of(self, event)
        self.pos = touch.pos
        self.peek.leave()
        self.inline.commit(leaving=True)
        if self.gesture is not None:
            self.stop()
            return True
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self.gesture = press.begin(self, touch)
        if self.gesture is not None and self.gesture.cursor is not None:
            self.view.viewport().setCursor(QCursor(self.gesture.cursor))
        return True

    def mouse_move(self, event: QMouseEvent) -> bool:
        touch = touch_of(self, event)
        self.pos = touch.pos
        if self.gesture is not None:
            self.gesture.follow(touch)
            if self.gesture.reaches and self.gesture.dragging:
                self.edge.feel(touch)
        else:
            looking.hover(self, touch)
        return True

    def mouse_release(self, event: QMouseEvent) -> bool:
        touch = touch_of(self, event)
        self.pos = touch.pos
        gesture = self.gesture
        if gesture is not None and gesture.start.button == touch.button:
            self.gesture = None
            self.edge.leave()
            self.view.viewport().unsetCursor()
            gesture.end(touch)
        return True

    def mouse_double_click(self, event: QMouseEvent) -> bool:
        self.stop()
        return press.double(self, touch_of(self, event))

    def wheel(self, event: QWheelEvent) -> bool:
        self.peek.leave()
        return pan.wheel(self, event)

    def key_press(self, event: QKeyEvent) -> bool:
        return self.keyboard.press(event)

    def key_release(self, event: QKeyEvent) -> bool:
        return self.keyboard.release(event)

    def leave(self, event: QEvent) -> bool:
        self.peek.leave()
        self.view.hover(None)
        if self.gesture is None:
            self.pos = QPointF(-1, -1)
        return False

    def context_menu(self, event: QEvent) -> bool:
        """The menu key; the right button opens its menu itself."""
        if isinstance(event, QContextMenuEvent) and event.reason() == QContextMenuEvent.Reason.Keyboard:
            primary = self.document.primary
            target = Target(node=primary) if primary is not None else NOTHING
            pos = self.rect_of(primary).center() if primary is not None else self.context().at
            self.show_menu(target, pos)
        return True

    def drag_enter(self, event: QDragMoveEvent) -> bool:
        return self.drops.takes(event)

    drag_move = drag_enter

    def drag_leave(self, event: QEvent) -> bool:
        self.view.mark_wire(None)
        return True

    def drop(self, event: QDropEvent) -> bool:
        return self.drops.drop(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is dragged or held, its keys are no shortcuts; without the keyboard nothing is held."""
        if watched is self.view and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            mine = self.gesture is not None or is_held(event)
            if mine:
                event.accept()
            return mine
        if watched is self.view and event.type() == QEvent.Type.FocusOut:
            self.keyboard.forget()
        return super().eventFilter(watched, event)

    def open_menu(self, touch: Touch) -> None:
        """The menu for what lies under the mouse; what it acts on is selected first."""
        target = self.target_at(touch.at)
        name = target.name
        if name and name not in self.document.selection:
            self.document.select([name])
        self.show_menu(target, touch.at)

    def show_menu(self, target: Target, at: QPointF) -> None:
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
        looking.show_result(self, node)

    def bring_into_sight(self, node: str) -> None:
        """Move the view just so far that all of a card is seen."""
        rect = self.rect_of(node)
        seen = self.view.mapToScene(self.view.viewport().rect()).boundingRect()
        if not rect.isNull() and not seen.contains(rect):
            self.view.look_at(rect.center(), None, animate=True)

    def stop(self) -> None:
        """Cancel the gesture that goes on."""
        gesture, self.gesture = self.gesture, None
        self.edge.leave()
        if gesture is not None:
            self.view.viewport().unsetCursor()
            if gesture.dragging:
                gesture.cancel()

    def title_of(self, node: str) -> str:
        """What the card of a node is headed with."""
        one = self.document.shown.nodes[node]
        type_ = known(self.document.shown, self.document.types).get(one.type)
        return one.title or (type_.title if type_ is not None else node)

    def _look_after(self) -> None:
        """What is being typed has nowhere to go once its card is gone."""
        if self.inline.subject and self.rect_of(self.inline.subject).isNull():
            self.inline.cancel()

    def _leave_room(self) -> None:
        """What was going on belonged to the room that was left."""
        self.stop()
        self.inline.cancel()
        self.adder.dismiss()
        self.peek.leave()
