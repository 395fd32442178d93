"""What nodes gave and what was kept, as results to look at: files and results are read beside the window's thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.document import Document
from canvas.kit import words
from canvas.looks import Look
from canvas.viewers import facts
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.facts import Facts
from canvas.viewers.lineage import with_lineage
from workflows.results import Kept
from workflows.take import Take, value_of

if TYPE_CHECKING:
    from canvas.fact import Fact
    from canvas.runner import Runner

Then = Callable[[Shown], None]
SOLD = {"yes": "yes", "no": "no", "conditional": "on conditions"}
NOT_KNOWN = "not known"


def shown_take(desk: Desk, take: Take, title: str = "", open_: bool | None = None) -> Shown:
    """A take ready to be looked at. AjarError where its file is gone or can't be read."""
    value = value_of(take)
    told = with_terms(desk, facts.of_take(take, value, open_))
    if desk.runner is not None:
        told = with_lineage(desk.runner.takes, told, take)
    return Shown(value, title or take.title or take.node, told, take)


def with_terms(desk: Desk, told: Facts) -> Facts:
    """What the catalogue knows of its licence: the name, and whether results may be sold."""
    licence = desk.studio.catalogue.licences().get(told.licence)
    if licence is None:
        return replace(told, licence=words.licence(told.licence), sold=NOT_KNOWN if told.licence else "")
    return replace(told, licence=licence.name, sold=SOLD.get(licence.commercial, NOT_KNOWN))


def seats_of(held: Mapping[int, int | None], takes: Sequence[int]) -> tuple[int, ...]:
    """Buffers 1 to 9 for takes, by what the buffers hold: where a take lies already, a free one, else the last."""
    found: list[int] = []
    for take in takes:
        here = [number for number in held if number and held[number] == take]
        free = [number for number in range(1, 10) if number not in held]
        last = list(range(9, 0, -1))
        found.append(next(number for number in (*here, *free, *last) if number not in found))
    return tuple(found)


def open_takes(bench: Bench, takes: Sequence[Take], then: Callable[[list[Shown]], None]) -> None:
    """Open takes in the background, then do something with those that could be opened."""
    bench.errands.run(partial(_open_all, bench.desk, tuple(takes)), partial(_hand_on, bench, then))


def gather(bench: Bench, then: Callable[[list[Shown]], None]) -> None:
    """All takes of the node that is looked at (else of the one that is selected on the board); none: an empty list."""
    desk, shown = bench.desk, bench.side("a")
    runner, front = desk.runner, desk.front
    take = shown.take if shown is not None else None
    if isinstance(take, Take):
        document, node = take.document, take.node
    elif front is not None and front.primary is not None:
        document, node = front.key, front.flat(front.primary)
    else:
        document = node = ""
    if runner is None or not node:
        then([])
        return
    takes = runner.takes
    bench.errands.run(
        lambda: [one for one in _open_all(desk, tuple(takes.of(document, node))) if isinstance(one, Shown)], then)


def bring(desk: Desk, document: Document, node: str, title: str, then: Then) -> None:
    """Get what a node (by flat id) gave: the take that flows on, else its result, else the small picture of it."""
    look = desk.looks(document).of(node)
    seen = _glance(look, title)
    runner = desk.runner
    if runner is None:
        _give(desk, then, seen)
        return
    fact = runner.standing(document).fact(node)
    Bench.of(desk).errands.run(
        lambda: _kept(desk, runner, look, fact, title), lambda found: _give(desk, then, found or seen))


def _kept(desk: Desk, runner: "Runner", look: Look, fact: "Fact", title: str) -> Shown | None:
    """The take or the result in its full size; None where neither is kept."""
    if look.picked is not None:
        try:
            found = shown_take(desk, runner.takes.get(look.picked), title, fact.open)
            return replace(found, facts=replace(found.facts, runs_on=fact.lane))
        except AjarError:
            pass  # its file is gone; the result may still be there
    keys = [key for key in fact.keys if key]
    store = desk.studio.results
    results = store.get_many(keys) if store is not None else {}
    values = [value for key in keys if key in results for value in _values(results[key])]
    if not values:
        return None
    value = values[0] if len(values) == 1 else values
    told = replace(facts.of_value(value), open=fact.open, licence=fact.licence, runs_on=fact.lane)
    return Shown(value, title, with_terms(desk, told))


def _values(kept: Kept) -> list[Any]:
    """The first output of a result, or of each item of a stream."""
    rows = [kept.values] if kept.values is not None else list(kept.items)
    return [row[0] for row in rows if row]


def _glance(look: Look, title: str) -> Shown | None:
    """What the card of the node shows."""
    if look.picture is not None:
        return Shown(look.picture, title, Facts(size="small preview"))
    return Shown(look.text, title) if look.text else None


def _give(desk: Desk, then: Then, shown: Shown | None) -> None:
    if shown is None:
        desk.say("This node has no result yet.", "Run it first.")
    else:
        then(shown)


def _open_all(desk: Desk, takes: tuple[Take, ...]) -> list[Shown | AjarError]:
    found: list[Shown | AjarError] = []
    for take in takes:
        try:
            found.append(shown_take(desk, take))
        except AjarError as error:
            found.append(error)
    return found


def _hand_on(bench: Bench, then: Callable[[list[Shown]], None], found: list[Shown | AjarError]) -> None:
    trouble = next((one for one in found if isinstance(one, AjarError)), None)
    if trouble is not None:
        bench.desk.say(trouble.message, trouble.hint)
    results = [one for one in found if isinstance(one, Shown)]
    if results:
        then(results)
