"""Before a run pays: what it will cost, exactly, and whether a person has to agree to that first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from ajar.contract import NodeType
from ajar.errors import AjarError
from canvas import prices
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.jobs import Job, named
from canvas.kit import words
from canvas.prices import Part, parts_of
from workflows.allowance import NOTHING, Allowance
from workflows.flatten import unfold
from workflows.graph import Graph
from workflows.project import find
from workflows.quotes import Bill
from workflows.sound import plan_sound
from workflows.studio import Options, Studio

ELSEWHERE = "This workflow came from elsewhere, and nobody has paid for it on this computer before."
UNKNOWN = "Not all prices are known: it may cost more than you think."
CHANGED = "The price is not the one that was shown."


@dataclass(frozen=True, slots=True)
class Wish:
    """Runs that wait for a person's word."""

    jobs: tuple[int, ...]
    what: str
    bill: Bill
    """Of all of them, without the providers that have no key."""
    parts: tuple[Part, ...]
    hosts: tuple[str, ...]
    reasons: tuple[str, ...]
    document: Document | None = None

    @property
    def keyless(self) -> tuple[Part, ...]:
        """The providers without a key: nothing can be ordered from them."""
        return tuple(part for part in self.parts if part.keyless)

    @property
    def allowance(self) -> Allowance:
        """What each of the runs may spend once a person says yes: what was shown."""
        return allowance_of(self.bill)


@dataclass(slots=True)
class _Asked:
    """A run whose price is looked for."""

    job: Job
    document: Document | None
    shown: Bill | None
    parts: tuple[Part, ...] = ()


def allowance_of(bill: Bill) -> Allowance:
    """A word for this bill: its most; where that is not known, whatever it costs, within the caps."""
    return Allowance(bill.high, bill.high is None)


def orders_away(graph: Graph, types: Mapping[str, NodeType]) -> bool:
    """Whether something of a workflow could order from a provider."""
    try:
        nodes = unfold(graph).graph.nodes.values()
    except AjarError:  # it can't be planned either
        return False
    return any((type_ := types.get(node.type)) is not None and type_.lane == "remote" for node in nodes)


def reasons(bill: Bill, shown: Bill | None, above: float, *, strange: bool) -> tuple[str, ...]:
    """Why a person has to say yes once more; none where the price they pressed is the price."""
    found = [ELSEWHERE] if strange else []
    if bill.high is None:
        found.append(UNKNOWN)
    elif bill.high > above:
        found.append(f"It may cost more than {words.price(above)}: you are asked above that.")
    if shown is not None and shown.high is not None and (bill.high is None or bill.high > shown.high + 1e-9):
        found.append(CHANGED)
    return tuple(found)


class Agreeing(QObject):
    """Prices runs, several that are asked for at once together, and asks where it has to."""

    asked = Signal(Wish)
    agreed = Signal(int, Allowance)
    """(job, what it may spend): it may begin."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errands = Errands(desk, self)
        self._asked: list[_Asked] = []
        self.wishes: tuple[Wish, ...] = ()
        """What a person has not answered yet."""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._price)

    def price(self, job: Job, document: Document | None, shown: Bill | None) -> None:
        """Find out what a run costs; then it is agreed to, or asked about. ``shown``: the price that was pressed."""
        self._asked.append(_Asked(job, document, shown))
        self._soon.start()

    def pay(self, wish: Wish) -> None:
        """The person says yes."""
        if self._drop(wish):
            if wish.document is not None:
                self._desk.acquaintance.met(wish.document)
            for job in wish.jobs:
                self.agreed.emit(job, wish.allowance)

    def refuse(self, wish: Wish) -> None:
        """The person says no, or the runs are gone."""
        self._drop(wish)

    def forget(self, job: int) -> None:
        """This run was taken out of the line."""
        self._asked = [one for one in self._asked if one.job.id != job]
        kept = []
        for wish in self.wishes:
            jobs = tuple(one for one in wish.jobs if one != job)
            kept += [replace(wish, jobs=jobs) if jobs != wish.jobs else wish] if jobs else []
        self.wishes = tuple(kept)

    def close(self) -> None:
        self._soon.stop()
        self._errands.close()

    def _drop(self, wish: Wish) -> bool:
        there = wish in self.wishes
        self.wishes = tuple(one for one in self.wishes if one is not wish and one != wish)
        return there

    def _price(self) -> None:
        asked, self._asked = self._asked, []
        studio = self._desk.studio
        if asked:
            self._errands.run(lambda: [priced(studio, one.job) for one in asked],
                              lambda parts: self._answer(asked, parts))

    def _answer(self, asked: list[_Asked], found: Sequence[tuple[Part, ...]]) -> None:
        groups: dict[tuple[int, str], list[_Asked]] = {}
        for one, parts in zip(asked, found, strict=True):
            one.parts = parts
            groups.setdefault((id(one.document), one.job.node), []).append(one)
        for ones in groups.values():
            self._decide(ones)

    def _decide(self, ones: list[_Asked]) -> None:
        """Runs of one wish: four more takes of a node, or one run."""
        first = ones[0]
        parts = prices.together([one.parts for one in ones])
        bill = prices.total(part.bill for part in parts if not part.keyless)
        keyless = any(part.keyless for part in parts)
        if not keyless and not prices.costs(bill):
            for one in ones:
                self.agreed.emit(one.job.id, NOTHING)
            return
        strange = first.document is not None and self._desk.acquaintance.is_strange(first.document)
        why = reasons(bill, first.shown, self._desk.studio.settings.ask_above, strange=strange)
        if first.shown is not None and not why and not keyless:
            for one in ones:
                self.agreed.emit(one.job.id, allowance_of(first.shown))
            return
        what = named(first.job) if len(ones) == 1 else f"{named(first.job)} and {len(ones) - 1} more"
        hosts = tuple(dict.fromkeys(part.host for part in parts if part.host))
        wish = Wish(tuple(one.job.id for one in ones), what, bill, parts, hosts, why, first.document)
        self.wishes = (*self.wishes, wish)
        self.asked.emit(wish)


def priced(studio: Studio, job: Job) -> tuple[Part, ...]:
    """What a run will order, as it is now. On any thread."""
    options = Options(job.stage, job.only, workflow=job.title, base=job.file.parent, trusted=job.trusted)
    sound = plan_sound(studio, job.graph, find(job.file), options)
    return parts_of(studio, sound.prepared) if sound.prepared is not None else ()
