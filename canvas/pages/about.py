"""The chips and the help of a node, and what is known of the take it shows."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ajar.models import UNKNOWN, Licence, ModelEntry
from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.buttons import Chip
from canvas.kit.flow import FlowRow
from canvas.kit.label import Label
from canvas.kit.paint import Kind
from canvas.looks import Look
from canvas.pages.parts import PAD, Words


@dataclass(frozen=True, slots=True)
class Badge:
    """One chip."""

    text: str
    kind: Kind = "plain"
    icon: str = ""
    tip: str = ""


def badges(look: Look, lane: str, entry: ModelEntry | None, licence: Licence | None) -> tuple[Badge, ...]:
    """What is to be known of a node before it runs: its weights, where it runs, its licence, its price."""
    found: list[Badge] = []
    open_ = look.open if look.open is not None else entry.open if entry is not None else None
    if open_ is not None:
        found.append(Badge("Open weights", "open", "open-weights") if open_
                     else Badge("Closed model", "closed", "closed-weights"))
    where = look.lane or lane
    if where and (lane or open_ is not None):  # that plain nodes run on the processor is nothing to tell
        found.append(Badge(where, icon="cloud" if open_ is False else "model", tip="Where it runs"))
    if licence is not None:
        kinds: dict[str, Kind] = {"yes": "ok", "no": "error", "conditional": "warn", "unknown": "warn"}
        found.append(Badge(short_name(licence), kinds[licence.commercial], "licence",
                           words.sold(licence.commercial, licence.name)))
    elif look.licence:
        found.append(Badge(words.licence(look.licence), icon="licence"))
    elif entry is not None and entry.licence == UNKNOWN:
        found.append(Badge("Licence not known", "warn", "licence"))
    if look.memory:
        more = f"{look.memory[:1].upper()}{look.memory[1:]}.\n{' '.join(look.advice)}".strip()
        found.append(Badge("Does not fit", "error", "warn", more) if look.fits is False
                     else Badge("Fits" if look.fits else "Memory not known", icon="model", tip=more))
    if look.price and look.price != words.FREE:
        found.append(Badge(look.price, "price", "money"))
    return tuple(found)


def short_name(licence: Licence) -> str:
    """A licence as people call it."""
    name = words.licence(licence.id)
    return name if name != licence.id or len(licence.name) > 18 else licence.name


class Chips(QWidget):
    """The chips in one or more lines."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.chips: list[Chip] = []
        self.shown: tuple[Badge, ...] = ()
        self._flow = FlowRow(self, gap=4, line_gap=4)
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, found: tuple[Badge, ...]) -> None:
        if found == self.shown:
            return
        self.shown = found
        while len(self.chips) < len(found):
            chip = Chip(self._desk, "", parent=self)
            self.chips.append(chip)
            self._flow.addWidget(chip)
        for index, chip in enumerate(self.chips):
            chip.setVisible(index < len(found))
            if index < len(found):
                chip.say(found[index].text, found[index].kind, found[index].icon)
                chip.setToolTip(words.tip(found[index].tip))
        self.setVisible(bool(found))
        self._flow.invalidate()

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._flow.setContentsMargins(round(px(PAD)), 0, round(px(PAD)), round(px(6)))


class Help(QWidget):
    """What a node does in a sentence; the rest unfolds."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rest = ""
        self.first = Label(desk, "", "caption", colour="text.secondary", wrap=True, parent=self)
        self.rest = Label(desk, "", "caption", colour="text.secondary", wrap=True, parent=self)
        self.more = Words(desk, "More", self)
        self.more.clicked.connect(self._turn)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.first)
        self._column.addWidget(self.rest)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.rest.hide()
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, text: str) -> None:
        """Show the help of a node: its first paragraph, and the rest when it is asked for."""
        first, _, rest = text.partition("\n\n")
        if (first, rest) == (self.first.full, self._rest):
            return
        self._rest = rest
        self.first.say(" ".join(first.split()))
        self.rest.say(" ".join(rest.replace("`", "").split()))
        self.rest.hide()
        self.more.say("More")
        self.more.setVisible(bool(rest))
        self.setVisible(bool(text))

    def _turn(self) -> None:
        self.rest.setVisible(self.rest.isHidden())
        self.more.say("More" if self.rest.isHidden() else "Less")

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(PAD)), 0, round(px(PAD)), round(px(4)))
        self.more.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
