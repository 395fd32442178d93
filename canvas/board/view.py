"""The board of one document: follows its edits, its selection and how its nodes look."""

from typing import Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from canvas.board.card_item import CardItem
from canvas.board.overlay import Overlay
from canvas.board.scenery import Scenery
from canvas.board.states import spoken
from canvas.desk import Desk
from canvas.document import Document

KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
TICK = 33
"""Milliseconds between two steps of what moves while something runs."""


class BoardView(Scenery):
    """Shows the room of a document that is entered. Reads it, never edits it."""

    drawn = Signal()
    """What lies on the board has changed."""
    opened = Signal()
    """All cards of a room are there."""

    def __init__(self, desk: Desk, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, document.types, parent)
        self.desk = desk
        self.document = document
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._more)
        self._ticks = QTimer(self, interval=TICK)
        self._ticks.timeout.connect(self._tick)
        self._chosen: tuple[str, ...] = ()
        self._focus: str | None = None
        self._by_keys = False
        """Whether the keyboard was used last, so that it shows where it is."""
        self.setAccessibleName("Board")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.overlay = Overlay(self)
        self._listen()
        self.open()

    def set_stage(self, stage: Literal["draft", "final"]) -> None:
        """What a run would make; cards that follow it show it."""
        chosen = ("draft", "final").index(stage)
        if chosen != self.easel.stage:
            self.easel.stage = chosen
            for card in self.mirror.cards.values():
                if card.plan.choice is not None:
                    self.easel.forget(card.name)
                    card.update()

    def _listen(self) -> None:
        self.document.changed.connect(self._changed)
        self.document.room_changed.connect(self.open)
        self.document.selected.connect(self._selected)
        self.desk.themed.connect(self._themed)
        self.desk.looks(self.document).changed.connect(self._looked)

    # What is shown

    def open(self) -> None:
        """Show the room that is entered, from scratch."""
        self.mirror.prefix = "".join(f"{use}/" for use in self.document.room)
        self.mirror.looks = self.desk.looks(self.document)
        self._chosen, self._focus, self._hovered, self._marked = (), None, None, None
        self._moving = self.overview.lifted = frozenset()
        self.mirror.open(self.document.shown, self.camera.center)
        self._selected()
        self._redraw()
        self.easel.hurry = bool(self.mirror.todo)
        if self.mirror.todo:
            self._slices.start()
        else:
            self.opened.emit()

    def finish(self) -> None:
        """Make all cards at once instead of in slices."""
        if self.mirror.todo:
            self.mirror.finish()
            self._more()

    def _more(self) -> None:
        if self.mirror.more():
            return
        self._slices.stop()
        self._selected()
        self.mirror.count_frames()
        self._redraw()
        self.opened.emit()

    def _changed(self, before: Any, after: Any) -> None:
        self.mirror.change(before, after)
        self._selected()
        self._redraw()

    def _looked(self, flat: Any) -> None:
        names = self.mirror.redo_looks(flat)
        if names:
            self._redraw()
        if self._focus in names:
            self._say()

    def _selected(self) -> None:
        chosen = self.document.selection
        old, new = set(self._chosen), set(chosen)
        self._chosen = chosen
        for name in old ^ new:
            item = self.mirror.item(name) if name in new or name not in self.mirror.todo else None
            if isinstance(item, CardItem):
                item.mark(chosen=name in new)
            elif item is not None:
                item.mark(name in new)
        if old != new:
            self.mirror.changes += 1
            self._focus_on(self.document.primary)
            self._redraw()

    def _themed(self) -> None:
        self.easel.wear(self.desk.theme)
        self.camera.wear(self.easel.natural)
        self.overview.forget()
        self.mirror.redress_all()
        self.overlay.place()
        self.viewport().update()
        self._redraw()

    def _redraw(self) -> None:
        """What lies on the board has changed: tell those who draw it small, and tick while something runs."""
        if self.easel.blocks:
            self.viewport().update()
        self._ticks_if_needed()
        self.drawn.emit()

    def _ticks_if_needed(self) -> None:
        running = any(card.look.phase == "running" for card in self.mirror.cards.values())
        if running and self.desk.theme.motion and self.isVisible():
            self._ticks.start()
        else:
            self._ticks.stop()

    def _tick(self) -> None:
        """Move the rings and dashes that are in view."""
        self.easel.turn = (self.easel.turn + TICK / 1200) % 1000
        if self.easel.blocks:
            return
        seen = self.camera.seen
        for card in self.mirror.cards.values():
            if card.look.phase == "running" and card.look.done is None and card.rect.intersects(seen):
                card.update(0, 0, card.plan.width, self.easel.ink.header)
        for wire in self.mirror.wires.values():
            if wire.flow == "running" and wire.boundingRect().intersects(seen):
                wire.update()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.overlay.place()
        self.moved.emit()

    # For those who hear it

    def _focus_on(self, node: str | None) -> None:
        self._focus = node
        self._show_focus()
        self._say()

    def _show_focus(self) -> None:
        """A ring round the card that the keyboard is on; round the board where there is none."""
        shows = self._by_keys and self.hasFocus()
        for name, card in self.mirror.cards.items():
            if card.focused or name == self._focus:
                card.mark(focused=shows and name == self._focus)
        self.overlay.ring.setVisible(shows and self._focus is None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keys = event.reason() in KEYS
        self._show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_keys = True
        super().keyPressEvent(event)
        self._show_focus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keys = False
        super().mousePressEvent(event)
        self._show_focus()

    def _say(self) -> None:
        node = self.document.shown.nodes.get(self._focus or "")
        card = self.mirror.cards.get(self._focus or "")
        words = spoken(card.plan.face.title, node.state, card.look) if node and card else ""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
