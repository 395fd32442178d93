"""Before a run pays: what it will cost, exactly, and whether a person has to agree to that first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from ajar.contract import NodeType
from ajar.errors import AjarError
from canvas import prices
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.jobs import Job, named
from canvas.kit import words
from canvas.permitting import summed
from canvas.prices import Part, parts_of
from workflows.allowance import NOTHING, Allowance
from workflows.flatten import unfold
from workflows.graph import Graph
from workflows.obedience import is_emulated
from workflows.project import find
from workflows.quotes import Bids, Bill
from workflows.sound import plan_sound
from workflows.standing import standings
from workflows.studio import Options, Prepared, Studio

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
    beyond: bool = False
    """Saying yes also means to go beyond a cap, which is asked about and not refused."""
    refused: bool = False
    """A cap forbids it: nobody can say yes."""
    terms: str = ""
    """What the licences mean for what the work is for."""

    @property
    def keyless(self) -> tuple[Part, ...]:
        """The providers without a key: nothing can be ordered from them."""
        return tuple(part for part in self.parts if part.keyless)

    each: Mapping[int, Bill] = field(default_factory=dict)
    """By run: what of the bill is its own."""

    def allowance(self, job: int) -> Allowance:
        """What one of the runs may spend once a person says yes: its part of what was shown."""
        return replace(allowance_of(self.each.get(job, self.bill)), beyond=self.beyond)


@dataclass(frozen=True, slots=True)
class Priced:
    """What a run will order, and how that stands to the caps."""

    parts: tuple[Part, ...] = ()
    bills: tuple[Bill, ...] = ()
    """Of each of the runs, without the providers that have no key."""
    limits: tuple[str, ...] = ()
    """The caps that it exceeds, or might."""
    beyond: bool = False
    refused: bool = False
    terms: str = ""


@dataclass(slots=True)
class _Asked:
    """A run whose price is looked for."""

    job: Job
    document: Document | None
    shown: Bill | None


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
        if not wish.refused and self._drop(wish):
            if wish.document is not None:
                self._desk.acquaintance.met(wish.document)
            for job in wish.jobs:
                self.agreed.emit(job, wish.allowance(job))

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
        groups: dict[tuple[int, str], list[_Asked]] = {}
        for one in self._asked:
            groups.setdefault((id(one.document), one.job.node), []).append(one)
        self._asked = []
        studio = self._desk.studio
        for ones in groups.values():
            self._errands.run(partial(priced, studio, [one.job for one in ones]), partial(self._decide, ones))

    def _decide(self, ones: list[_Asked], found: Priced) -> None:
        """Runs of one wish: four more takes of a node, or one run."""
        first = ones[0]
        parts = found.parts
        bill = prices.total(part.bill for part in parts if not part.keyless)
        keyless = any(part.keyless for part in parts)
        if not keyless and not prices.costs(bill):
            for one in ones:
                self.agreed.emit(one.job.id, NOTHING)
            return
        strange = first.document is not None and self._desk.acquaintance.is_strange(first.document)
        above = self._desk.studio.settings.ask_above
        why = (*reasons(bill, first.shown, above, strange=strange), *found.limits)
        if first.shown is not None and not why and not keyless:
            for one in ones:
                self.agreed.emit(one.job.id, allowance_of(first.shown))
            return
        what = named(first.job) if len(ones) == 1 else f"{named(first.job)} and {len(ones) - 1} more"
        hosts = tuple(dict.fromkeys(part.host for part in parts if part.host))
        wish = Wish(tuple(one.job.id for one in ones), what, bill, parts, hosts, why, first.document,
                    found.beyond, found.refused, found.terms,
                    {one.job.id: bill for one, bill in zip(ones, found.bills, strict=True)} if found.bills else {})
        self.wishes = (*self.wishes, wish)
        self.asked.emit(wish)


def priced(studio: Studio, jobs: Sequence[Job]) -> Priced:
    """What runs will order together, as things are now, and how that stands to the caps. On any thread."""
    planned = [_planned(studio, job) for job in jobs]
    plans = [plan for plan in planned if plan is not None]
    if not plans:
        return Priced()
    policy, root = plans[0].policy, str(plans[0].facts.project.root)
    alone = {name: most for name, most in policy.caps.items() if name == "run"}
    shared = {name: most for name, most in policy.caps.items() if name != "run"}
    everything = Bids([bid for plan in plans for bid in plan.bids.orders],
                      uncounted={name for plan in plans for name in plan.bids.uncounted})
    played = partial(is_emulated, studio.transport)
    found = standings(studio.home, replace(policy, caps=shared), root, everything, played)
    for plan in plans:
        found += standings(studio.home, replace(policy, caps=alone), root, plan.bids, played)
    asks = policy.over == "ask"
    limits = dict.fromkeys(f"{one.text}{'.' if one.surely or asks else ': what goes beyond that is not ordered.'}"
                           for one in found)
    parts = [parts_of(studio, plan) if plan is not None else () for plan in planned]
    bills = tuple(prices.total(part.bill for part in own if not part.keyless) for own in parts)
    return Priced(prices.together(parts), bills, tuple(limits), asks and bool(found),
                  not asks and any(one.surely for one in found), summed(plans[0].gate))


def _planned(studio: Studio, job: Job) -> Prepared | None:
    options = Options(job.stage, job.only, workflow=job.title, base=job.file.parent, trusted=job.trusted,
                      licence_reason=job.reason)
    return plan_sound(studio, job.graph, find(job.file), options).prepared
