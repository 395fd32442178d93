"""What is known of the take that a node shows: how long it took, what it cost, whether it may be sold."""

from PySide6.QtWidgets import QWidget

from ajar.contract import NodeType
from ajar.models import Licence
from canvas.desk import Desk
from canvas.kit import words
from canvas.looks import Look
from canvas.pages.about import short_name
from canvas.pages.parts import Fact, Heading, column

GENERATES = ("gpu", "remote")


class TakeFacts(QWidget):
    """Time, cost, memory and licence; lines of which nothing is known are left out."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.heading = Heading(desk, "This take", parent=self)
        self.facts = {name: Fact(desk, name, self) for name in ("State", "Time", "Cost", "Memory", "May be sold")}
        self._column = column(self)
        self._column.addWidget(self.heading)
        for fact in self.facts.values():
            self._column.addWidget(fact)
        self._column.setContentsMargins(0, 8, 0, 8)

    def show_look(self, look: Look, type_: NodeType | None, licence: Licence | None) -> None:
        """Show what a look says of a node of this type."""
        made = type_ is not None and type_.lane in GENERATES
        self.setVisible(made and (look.phase != "idle" or licence is not None or bool(look.price)))
        shown = look.phase in ("done", "cached", "running", "stale")
        self.heading.title.say("This take" if shown else "Facts")
        self.facts["State"].say(_state(look))
        self.facts["Time"].say(look.left)
        self.facts["Cost"].say(look.price or (words.FREE if made and type_ is not None and type_.lane == "gpu" else ""))
        self.facts["Memory"].say(getattr(look, "memory", ""))
        if licence is None:
            self.facts["May be sold"].say("")
        else:
            colour = {"yes": "semantic.ok", "no": "semantic.error", "conditional": "semantic.warn"}[
                licence.commercial]
            said = words.sold(licence.commercial, short_name(licence)).partition(": ")[2]
            self.facts["May be sold"].say(said, colour)


def _state(look: Look) -> str:
    if look.phase == "idle":
        return ""
    said = {"queued": "Queued", "running": "Running", "done": "Done", "cached": "Cached", "stale": "Changed",
            "failed": "Failed", "waiting": "Waiting", "other_stage": "Waits for the other stage",
            "missing": "Something is missing"}[look.phase]
    return words.facts(said, look.note)
