"""The first minute: three doors and four steps under the starter graph, gone for good once they are not needed."""

import threading

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.door_card import CARD_WIDTH, LEAST, DoorCard
from canvas.door_words import STEPS, Door, key_door, local_door, look_door
from canvas.kit import paint
from canvas.kit.buttons import ToolButton
from canvas.kit.label import Label
from canvas.machine import Machine, probe
from canvas.template_list import templates

LEFT, GAP, ABOVE = 56, 20, 52
STEPS_WIDTH = 220


class Doors(QWidget):
    """Lies over the lower part of the board. Between its cards the board is reached."""

    templates_wanted = Signal()
    keys_wanted = Signal()
    closed = Signal()
    """The person has sent the doors away; they do not come back by themselves."""
    known = Signal()
    """This computer was looked at: the cards say more, and may be taller."""
    _probed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("Three doors from here")
        self.title = Label(desk, "Three doors from here", "page", "title")
        self.under = Label(desk, "All optional. The graph stays as it is.", "section", colour="text.secondary")
        self.shut = ToolButton(desk, "close", "Close the doors for good", side=24, icon_size=14)
        self.shut.clicked.connect(self._close)
        self.cards = {door.key: DoorCard(desk, door) for door in self._doors(None)}
        self.steps = Steps(desk)
        self._lay_out()
        self.cards["local"].wanted.connect(self._open_models)
        self.cards["key"].wanted.connect(self.keys_wanted)
        self.cards["look"].wanted.connect(self.templates_wanted)
        self._probed.connect(self._know)
        desk.themed.connect(self._wear)
        self._wear()

    def look(self) -> None:
        """Look at this computer, on a thread of its own."""
        threading.Thread(target=self._probe, name="probe", daemon=True).start()

    def settle(self, room: QRect, below: int) -> None:
        """Take the place under the graph, which ends at ``below``; smaller where there is little room, or hidden."""
        px = self._desk.theme.px
        left = round(min(px(LEFT), room.width() * 0.04))
        width = min(room.width() - 2 * left, round(px(3 * CARD_WIDTH + 3 * GAP + STEPS_WIDTH)))
        wide = width >= px(3 * 310 + 3 * GAP + STEPS_WIDTH)
        fits = False
        for full in (True, False):
            self.steps.setVisible(wide and full)
            self._show_facts(full)
            height = self._height(width)
            top = min(below + round(px(ABOVE if full else 16)), room.bottom() - height - 12)
            if top >= below + 8:
                fits = True
                break
        self.setVisible(fits and width >= px(3 * LEAST))
        if fits:
            self.setGeometry(room.left() + left, top, width, height)
            self._cut()

    def show_steps(self, done: int) -> None:
        """How many of the four steps are done."""
        self.steps.set_done(done)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _doors(self, machine: Machine | None) -> tuple[Door, ...]:
        shelf = self._desk.studio.catalogue
        found = templates()
        runnable = sum(not row.needs for row in found)
        try:
            entries, licences = shelf.entries(), shelf.licences()
        except AjarError:
            entries, licences = [], {}
        providers = self._desk.studio.packs.providers.values()
        titles = sorted((one.facts.title for one in providers if one.facts.auth != "none" and not one.facts.local
                         and not one.facts.shares), key=str.lower)
        return (local_door(machine, entries, licences), key_door(titles), look_door(len(found), runnable))

    def _probe(self) -> None:
        machine = probe()
        try:
            self._probed.emit(machine)
        except RuntimeError:
            return  # the window was closed meanwhile

    def _know(self, machine: object) -> None:
        if isinstance(machine, Machine):
            for door in self._doors(machine):
                self.cards[door.key].put(door)
            self.known.emit()

    def _open_models(self) -> None:
        folder = self._desk.studio.home.models
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._desk.say("The folder can't be opened from here.", f"It is {folder}.")

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _show_facts(self, full: bool) -> None:
        for card in self.cards.values():
            card.show_facts(full)
        self._row.activate()

    def _height(self, width: int) -> int:
        rest = width - (self.steps.sizeHint().width() + self._row.spacing() if not self.steps.isHidden() else 0)
        one = (rest - 2 * self._row.spacing()) // 3
        cards = max(card.heightForWidth(one) if card.hasHeightForWidth() else card.sizeHint().height()
                    for card in self.cards.values())
        return self.title.sizeHint().height() + self._column.spacing() + cards

    def _cut(self) -> None:
        """Only the cards and the words catch the mouse; what lies between belongs to the board."""
        parts = (self.title, self.under, self.shut, *self.cards.values(), self.steps)
        region = QRegion()
        for part in parts:
            if not part.isHidden():
                region = region.united(QRect(part.mapTo(self, QPoint(0, 0)), part.size()))
        self.setMask(region)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        for part in (self.title, self.under, self.shut):
            head.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        self._row = QHBoxLayout()
        for card in self.cards.values():
            self._row.addWidget(card, CARD_WIDTH)
        self._row.addWidget(self.steps, STEPS_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addLayout(self._row, 1)

    def _wear(self) -> None:
        self._row.setSpacing(round(self._desk.theme.px(GAP)))
        self._column.setSpacing(round(self._desk.theme.px(GAP)))
        self.updateGeometry()


class Steps(QWidget):
    """Four steps; the next one is lit, those that are done have a tick."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.done = 0
        self.title = Label(desk, "Four steps, 90 seconds", "title", "title", parent=self)
        self.foot = Label(desk, "Hints can be shown again from Help.", "caption", colour="text.tertiary", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.title)
        self._column.addStretch(1)
        self._column.addWidget(self.foot)
        desk.themed.connect(self._wear)
        self._wear()
        self.set_done(0)

    def set_done(self, done: int) -> None:
        self.done = min(max(done, 0), len(STEPS))
        said = (f"{step}, {'done' if place < self.done else 'next' if place == self.done else 'to come'}"
                for place, step in enumerate(STEPS))
        self.setAccessibleName("Four steps")
        self.setAccessibleDescription(". ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(STEPS_WIDTH)), round(px(18 + 28 + 34 * len(STEPS) + 40)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(160)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        side, high = theme.px(20), theme.px(34)
        top = self.title.geometry().bottom() + theme.px(8)
        for place, step in enumerate(STEPS):
            here, done = place == self.done, place < self.done
            circle = QRectF(theme.px(4), top + place * high + (high - side) / 2, side, side)
            fill = theme.colour("accent.fill") if here else None
            paint.box(painter, circle, side / 2, fill, None if here else theme.colour("border.strong"))
            if done:
                paint.icon(painter, theme, "cached", circle.topLeft() + QPointF(theme.px(2), theme.px(2)), 16,
                           "semantic.ok")
            else:
                ink = theme.colour("accent.on_fill" if here else "text.secondary")
                paint.write(painter, circle, str(place + 1), theme.font("caption", "title"), ink,
                            Qt.AlignmentFlag.AlignHCenter)
            font = theme.font("body", "label" if here else "text")
            room = QRectF(circle.right() + theme.px(10), circle.top(), self.width() - circle.right(), side)
            paint.write(painter, room, step, font, theme.colour("text.primary" if here else "text.secondary"))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(4)), round(px(18)), round(px(4)), round(px(18)))
        self.updateGeometry()
