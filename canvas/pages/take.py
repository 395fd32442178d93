"""What is known of the take that a node shows: how long it took, what it cost, whether it may be sold."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ajar.contract import NodeType
from ajar.errors import AjarError
from ajar.models import Licence
from canvas.desk import Desk
from canvas.kit import words
from canvas.looks import Look
from canvas.pages.about import short_name
from canvas.pages.parts import Fact, Heading, column

if TYPE_CHECKING:
    from workflows.take import Take

GENERATES = ("gpu", "remote")
NAMES = ("State", "Time", "Cost", "Memory", "Size", "Seed", "Model", "Made from", "May be sold")
STATES = {
    "queued": "Queued", "running": "Running", "done": "Done", "cached": "Cached", "stale": "Changed",
    "failed": "Failed", "waiting": "Waiting", "other_stage": "Waits for the other stage",
    "missing": "Something is missing",
}


class TakeFacts(QWidget):
    """Time, cost, memory and licence; lines of which nothing is known are left out."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._take: tuple[int, Take | None] = (0, None)
        self._parents = ""
        """The takes that it was made from, in words."""
        self.heading = Heading(desk, "This take", "What changed", parent=self)
        self.heading.action.setToolTip(words.tip("Which change made this take: the last one of another workflow and "
                                                 "this one, beside each other."))
        self.heading.pressed_on.connect(self._explain)
        self.facts = {name: Fact(desk, name, self) for name in NAMES}
        self._column = column(self)
        self._column.addWidget(self.heading)
        for fact in self.facts.values():
            self._column.addWidget(fact)
        self._column.setContentsMargins(0, 0, 0, 8)

    def show_look(self, look: Look, type_: NodeType | None, licence: Licence | None) -> None:
        """Show what a look says of a node of this type, and the take that it shows."""
        made = type_ is not None and type_.lane in GENERATES
        take = self._found(look.picked)
        self.setVisible(made and (look.phase != "idle" or licence is not None or take is not None))
        self.heading.title.say(f"Take {take.number}" if take is not None else "Facts")
        self.heading.action.setVisible(take is not None)
        say = {name: fact.say for name, fact in self.facts.items()}
        state = STATES.get(look.phase, "")
        say["State"](words.facts(state, look.note))
        time = words.duration(take.seconds) if take is not None and take.seconds is not None else ""
        say["Time"](", ".join(part for part in (time, look.left) if part))
        free = words.FREE if type_ is not None and type_.lane == "gpu" else ""
        say["Cost"](words.price(take.cost) if take is not None else look.price or free)
        say["Memory"](getattr(look, "memory", ""))
        say["Size"](words.pixels(take.width, take.height) if take is not None and take.width else "")
        say["Seed"](words.figure(take.seed) if take is not None and take.seed is not None else "")
        say["Model"](take.model if take is not None else "")
        say["Made from"](self._parents)
        self._say_licence(licence)

    def _say_licence(self, licence: Licence | None) -> None:
        if licence is None:
            self.facts["May be sold"].say("")
            return
        colour = {"yes": "semantic.ok", "no": "semantic.error", "conditional": "semantic.warn"}.get(
            licence.commercial, "semantic.warn")
        said = words.sold(licence.commercial, short_name(licence)).partition(": ")[2]
        self.facts["May be sold"].say(said, colour)
        self.facts["May be sold"].setToolTip(words.tip(licence.conditions))

    def _explain(self) -> None:
        if self._take[1] is not None:
            self._desk.explained.emit(self._take[1])

    def _found(self, id_: int | None) -> "Take | None":
        """The take with this id; read once, as looks change many times a second while something runs."""
        takes = getattr(self._desk.runner, "takes", None)
        if id_ is None or takes is None:
            self._take, self._parents = (0, None), ""
            return None
        if self._take[0] != id_:
            try:
                self._take = (id_, takes.get(id_))
                before = takes.lineage(id_)[1:3]
                self._parents = ", ".join(f"take {one.number} of {one.title or one.node}" for one in before)
            except (AjarError, OSError):
                self._take = (id_, None)
                self._parents = ""
        return self._take[1]
